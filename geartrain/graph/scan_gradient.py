"""The derivative of a scan in reverse mode: a scan that goes the other way.

    forward    h[t+1], y[t] = f(h[t], x[t], w)          and, stacked, what the way back needs
    backward   dh[t], dx[t], dw[t] = f'(h[t], x[t], w) (dh[t+1], dy[t])

The body is differentiated once. What of its forward half the way back needs is *saved* (stacked by
the forward scan) where it is costly, and computed again from that where it is cheap. The
derivative by a captured value is a sum over the turns: where a turn's part is a contraction or a
sum of two values of that turn, those are stacked instead, and one contraction or one sum over all
turns follows the loop (dw = sum over t, batch of h[t] dz[t]); else the loop carries the sum.

Sources: Griewank and Walther, *Evaluating Derivatives*, 2nd edition, chapters 3 and 12 (what to
save and what to compute again); Appleyard, Kocisky and Blunsom, "Optimizing performance of
recurrent neural networks on GPUs" (2016), section 3 (one product for the weights' gradient).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

from geartrain import primitives
from geartrain.autodiff import GradientTape
from geartrain.graph.graph import Graph, Node, Role, sort_nodes
from geartrain.graph.inner import InnerTracer, replay
from geartrain.graph.saving import AtHand, saved_nodes
from geartrain.graph.totals import Total, total_of
from geartrain.graph.trace import Tracer
from geartrain.primitives.primitive import Cotangents, Spec, bind, spec_of
from geartrain.tensor import Tensor, current_interpreter, interpreting
from geartrain.tensor.dtypes import is_differentiable


@dataclass(frozen=True)
class Form:
    """How a scan's inputs and outputs fall into carries, sequences, and the rest."""

    carries: int
    sequences: int
    captured: int
    stacked: int


@dataclass(frozen=True, eq=False)
class TwoWays:
    """A body and its derivative.

    Args:
        forward: the body, which gives the saved nodes as well.
        saved: what the forward scan stacks for the way back.
        backward: a turn back. It takes the carries' derivatives, then sums so far, then of this
            turn the saved values, the sequences, and the derivatives of what was stacked, then
            what the body captured; it gives the derivatives of the carries, the sums, then those
            of the sequences, and the operands of the totals.
        carried: which of the carries have a derivative.
        summed: which captured values' derivatives the loop carries, and their specs.
        sequences: which of the sequences' derivatives it gives.
        totals: the derivatives of captured values that follow the loop.
        operands: the values of a turn that the totals need, of the backward half.
    """

    forward: Graph
    saved: tuple[Node, ...]
    backward: Graph
    carried: tuple[int, ...]
    summed: tuple[int, ...]
    sequences: tuple[int, ...]
    totals: Mapping[int, Total]
    operands: tuple[Node, ...]


def scan_gradient(
    cotangent: Sequence[Tensor], inputs: tuple[Tensor, ...], **parameters: Any
) -> Cotangents:
    """The derivatives by a scan's inputs, given those by its outputs; see `Scan`."""
    from geartrain.graph.scan import SCAN

    body, carries, sequences = (parameters[name] for name in ("body", "carries", "sequences"))
    length, reverse = parameters["length"], parameters["reverse"]
    form = Form(carries, sequences, len(inputs) - carries - sequences, len(cotangent) - carries)
    known = tuple(
        number
        for number, each in enumerate(cotangent)
        if is_differentiable(each.dtype) and (number < carries or not _is_zero(each))
    )
    ways = _two_ways(body, form, known, _tracer_of(inputs))
    shared = {"length": length, "sequences": sequences, "carries": carries}
    forward = bind(SCAN, *inputs, body=ways.forward, reverse=reverse, base=_base(body), **shared)
    kept = dict(zip(ways.saved, forward[len(body.outputs) :], strict=True))
    sums = [_zeros(spec_of(inputs[carries + sequences + number])) for number in ways.summed]
    stacks = [*kept.values(), *inputs[carries : carries + sequences]]
    stacks += [cotangent[number] for number in known if number >= carries]
    found = bind(
        SCAN,
        *(cotangent[number] for number in ways.carried),
        *sums,
        *stacks,
        *inputs[carries + sequences :],
        body=ways.backward,
        length=length,
        reverse=not reverse,
        carries=len(ways.carried) + len(sums),
        sequences=len(stacks),
        base=None,
    )
    return _collected(ways, form, inputs, kept, found)


def _base(body: Graph) -> Graph | None:
    """The body that the forward scan stands for; one with effects is carried out nevertheless."""
    return None if body.effects else body


def _collected(
    ways: TwoWays,
    form: Form,
    inputs: Sequence[Tensor],
    kept: Mapping[Node, Tensor],
    found: Sequence[Tensor],
) -> Cotangents:
    """The derivative by each input of the forward scan, from what the backward scan gives."""
    derivatives: dict[int, Tensor] = {}
    rest = iter(found)
    first = form.carries + form.sequences
    derivatives.update((number, next(rest)) for number in ways.carried)
    derivatives.update((first + number, next(rest)) for number in ways.summed)
    derivatives.update((form.carries + number, next(rest)) for number in ways.sequences)
    xs = ways.forward.inputs[form.carries : first]
    stacked = {**dict(zip(xs, inputs[form.carries : first], strict=True)), **kept}
    stacked |= dict(zip(ways.operands, rest, strict=True))
    for number, total in ways.totals.items():
        derivatives[first + number] = total.over_turns(stacked)
    return tuple(derivatives.get(number) for number in range(len(inputs)))


_known: WeakKeyDictionary[Graph, dict[tuple[int, ...], TwoWays]] = WeakKeyDictionary()


def _two_ways(body: Graph, form: Form, known: tuple[int, ...], outside: Tracer) -> TwoWays:
    """The derivative of a body, by the outputs in `known`; one for each body and such outputs."""
    ways = _known.setdefault(body, {})
    if known not in ways:
        ways[known] = _differentiate(body, form, known, outside)
    return ways[known]


@dataclass(frozen=True, eq=False)
class _Traced:
    """A body and its derivative in one graph: inputs, outputs, and derivatives by the inputs."""

    inputs: tuple[Node, ...]
    starts: tuple[Node, ...]  # the derivatives by outputs, which it takes
    outputs: tuple[Node, ...]
    derivatives: dict[int, Node]


def _trace(body: Graph, known: tuple[int, ...], outside: Tracer) -> _Traced:
    tracer = InnerTracer(outside)
    inputs = [tracer.input(each.spec, each.label) for each in body.inputs]
    starts = [tracer.input(body.outputs[number].spec, f"d{number}") for number in known]
    floating = [number for number, each in enumerate(inputs) if is_differentiable(each.dtype)]
    with interpreting(tracer):
        with GradientTape() as tape:
            tape.watch([inputs[number] for number in floating])
            outputs = replay(body, inputs)
        targets = [outputs[number] for number in known]
        sources = [inputs[number] for number in floating]
        found = tape.gradient(targets, sources, output_gradients=starts) if targets else []
    pairs = zip(floating, found, strict=False)
    return _Traced(
        tuple(map(tracer.node, inputs)),
        tuple(map(tracer.node, starts)),
        tuple(map(tracer.node, outputs)),
        {number: tracer.node(each) for number, each in pairs if each is not None},
    )


def _differentiate(body: Graph, form: Form, known: tuple[int, ...], outside: Tracer) -> TwoWays:
    traced = _trace(body, known, outside)
    first = form.carries + form.sequences
    xs, captured = traced.inputs[form.carries : first], traced.inputs[first:]
    carried = tuple(number for number in known if number < form.carries)
    totals = {
        number - first: total_of(node, frozenset(captured))
        for number, node in traced.derivatives.items()
        if number >= first
    }
    summed = tuple(number for number, total in totals.items() if total is None)
    after = {number: total for number, total in totals.items() if total is not None}
    carries = [_carry(traced, number, outside) for number in carried]
    given = [n for n in range(form.sequences) if form.carries + n in traced.derivatives]
    results = [*carries, *(traced.derivatives[first + number] for number in summed)]
    results += [traced.derivatives[form.carries + number] for number in given]
    wanted = dict.fromkeys(each for total in after.values() for each in total.operands())
    back = _nodes_after(traced.starts, [*results, *wanted])
    operands = tuple(each for each in wanted if each in back)
    forward_only = [each for each in wanted if each not in back and each not in xs]
    saved = saved_nodes([*results, *operands], back, AtHand(xs, captured), forward_only)
    parts = _Parts(traced, carried, summed, first)
    backward = parts.backward([*results, *operands], saved, xs, captured)
    forward = Graph(body.name, traced.inputs, (*traced.outputs, *saved), {}, {})
    return TwoWays(forward, tuple(saved), backward, carried, summed, tuple(given), after, operands)


def _carry(traced: _Traced, number: int, outside: Tracer) -> Node:
    """The derivative of a carry before a turn: zeros, where nothing depends on it."""
    if number in traced.derivatives:
        return traced.derivatives[number]
    tracer = InnerTracer(outside)
    with interpreting(tracer):
        return tracer.node(_zeros(traced.inputs[number].spec))


def _nodes_after(starts: Sequence[Node], results: Sequence[Node]) -> set[Node]:
    """The nodes of `results` that depend on `starts`."""
    after = set(starts)
    for node in sort_nodes(results):
        if any(each in after for each in node.inputs):
            after.add(node)
    return after


@dataclass(frozen=True)
class _Parts:
    """What the backward body is put together from."""

    traced: _Traced
    carried: tuple[int, ...]
    summed: tuple[int, ...]
    first: int

    def backward(
        self,
        results: Sequence[Node],
        saved: Sequence[Node],
        xs: Sequence[Node],
        captured: Sequence[Node],
    ) -> Graph:
        """The turn back: saved values are inputs, sums are added to what was carried."""
        count = len(self.carried)
        dcarries, dstacked = self.traced.starts[:count], self.traced.starts[count:]
        leaves = {node: Node(Role.INPUT, node.spec, label=f"saved_{node.label}") for node in saved}
        found = cut(results, leaves)
        sums = [
            Node(Role.INPUT, self.traced.inputs[self.first + number].spec, label="sum")
            for number in self.summed
        ]
        for number, total in enumerate(sums, count):
            found[number] = _plus(total, found[number])
        inputs = (*dcarries, *sums, *leaves.values(), *xs, *dstacked, *captured)
        return Graph("backward", inputs, tuple(found), {}, {})


def cut(results: Sequence[Node], leaves: Mapping[Node, Node]) -> list[Node]:
    """The nodes anew, with other nodes in the places of `leaves`."""
    done = dict(leaves)
    pending = [(node, False) for node in reversed(results)]
    while pending:
        node, inputs_done = pending.pop()
        if node in done:
            continue
        if not inputs_done:
            pending.append((node, True))
            pending.extend((each, False) for each in reversed(node.inputs))
            continue
        done[node] = _with_inputs(node, tuple(done[each] for each in node.inputs))
    return [done[node] for node in results]


def _with_inputs(node: Node, inputs: tuple[Node, ...]) -> Node:
    return node if inputs == node.inputs else replace(node, inputs=inputs)


def _plus(first: Node, second: Node) -> Node:
    add = primitives.add
    spec = add.infer(first.spec, second.spec)
    return Node(Role.OPERATION, spec, add, (first, second), label=add.name, line=second.line)


def _zeros(spec: Spec) -> Tensor:
    zeros: Tensor = bind(primitives.fill, shape=spec.shape, value=0.0, dtype=spec.dtype)
    return zeros


def _is_zero(tensor: Tensor) -> bool:
    """Whether a derivative is known to be zero: nothing depends on that output."""
    node = tensor.value
    return (
        isinstance(node, Node)
        and node.primitive is primitives.fill
        and node.parameters["value"] == 0
    )


def _tracer_of(inputs: Sequence[Tensor]) -> Tracer:
    """Who traces the function around."""
    symbols = (each.value.interpreter for each in inputs if isinstance(each.value, Node))
    tracer = next(symbols, current_interpreter())
    if not isinstance(tracer, Tracer):
        raise TypeError("a scan is a node of a traced function")
    return tracer
