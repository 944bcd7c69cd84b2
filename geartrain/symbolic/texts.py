"""Functions of texts inside of what is traced: they stay on the host, before the machine code.

    TextVectorization()(texts)     a node `text_call` of the graph: texts in, numbers out
    graph                     ->   what is done with texts   |   what is done with numbers
                                   (NumPy, batch by batch)       (compiled)

`on_texts` writes such a function down. `Front` is the part of a graph that handles texts: it gives
the numbers that the rest of the graph, `Front.rest`, takes as inputs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.graph import Graph, Node, Role
from geartrain.graph.evaluate import with_sizes
from geartrain.graph.graph import sort_nodes
from geartrain.primitives.primitive import Bundle, Cost, Primitive, Sample, Spec, bind
from geartrain.tensor import Array, Dim, DType, Tensor
from geartrain.tensor.dtypes import is_text

_fresh = count()


class TextCall(Primitive):
    """A function of arrays, of which some hold texts: it runs on the host, before all else."""

    name = "text_call"

    def infer(self, *inputs: Spec, **parameters: Any) -> Spec:
        return Spec(parameters["shape"], parameters["dtype"])

    def evaluate(self, *inputs: Array, **parameters: Any) -> Any:
        return parameters["function"](*inputs)

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        """A call, which has no lowering: among numbers it is a host call."""
        names = ", ".join([*(f"x{at}" for at in range(len(inputs))), "out"])
        return f"def naive_text_call({names}):\n    host({names})\n"

    def gradient(self, cotangent: Any, inputs: Any, output: Any, **parameters: Any) -> Any:
        return (None,) * len(inputs)

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        return Cost(0, 0)

    def samples(self) -> Sequence[Sample]:
        return ()


TEXT_CALL = TextCall()


class Samples(threading.local):
    """The arrays that a trace is made for, by the nodes that stand for them."""

    def __init__(self) -> None:
        self.values: dict[Node, Array] | None = None


_samples = Samples()


@contextmanager
def sampling(inputs: Sequence[Tensor], arrays: Sequence[Array]) -> Iterator[None]:
    """Let functions of texts find the sizes of what they give by running on these arrays."""
    before = _samples.values
    values: dict[Any, Array] = {each.value: own for each, own in zip(inputs, arrays, strict=True)}
    _samples.values = values
    try:
        yield
    finally:
        _samples.values = before


def on_texts(
    function: Callable[..., Any],
    inputs: Sequence[Tensor],
    shape: Sequence[Any],
    dtype: DType,
    label: str = "",
) -> Tensor:
    """What a function of arrays gives for tensors that are being traced, as one of them.

    Args:
        function: of NumPy arrays; it gives one.
        inputs: texts and numbers that come with them.
        shape: of what it gives; None where only the texts tell.
        dtype: of what it gives.
        label: what the function does, for messages.
    """
    sizes = tuple(shape)
    if None in sizes and _samples.values is not None:
        found = np.asarray(function(*(_value(each, _samples.values) for each in inputs)))
        sizes = tuple(found.shape[at] if own is None else own for at, own in enumerate(sizes))
    number = next(_fresh) if None in sizes else 0
    sizes = tuple(Dim(f"text{number}_{a}") if own is None else own for a, own in enumerate(sizes))
    found_tensor: Tensor = bind(
        TEXT_CALL, *inputs, function=function, shape=sizes, dtype=dtype, label=label
    )
    return found_tensor


def _value(tensor: Tensor, values: dict[Node, Array]) -> Array:
    if not isinstance(tensor.value, Node):
        return tensor.array
    return Front([tensor.value]).run(values)[0]


class Front:
    """The nodes of a graph that texts go through, carried out with NumPy.

    Args:
        wanted: the nodes whose values the rest needs.
        reads: the variables of the graph, by their nodes.
    """

    def __init__(self, wanted: Sequence[Node], reads: Mapping[Node, Any] | None = None) -> None:
        self.wanted = list(wanted)
        self.reads = reads or {}
        self._order = sort_nodes(self.wanted)

    @property
    def calls(self) -> tuple[str, ...]:
        """The functions of texts, by their labels."""
        calls = (node for node in self._order if node.primitive is TEXT_CALL)
        return tuple(str(each.parameters["label"] or each.label) for each in calls)

    def run(self, values: Mapping[Node, Array]) -> list[Array]:
        """The values of the wanted nodes, given those of the inputs."""
        found: dict[Node, Any] = dict(values)
        sizes: dict[str, int] = {}
        for node in self._order:
            if node not in found:
                found[node] = self._computed(node, found, sizes)
            _note_sizes(node, found[node], sizes)
        return [found[each] for each in self.wanted]

    def _computed(self, node: Node, found: Mapping[Node, Any], sizes: dict[str, int]) -> Any:
        if node.constant is not None:
            return node.constant
        if node in self.reads:
            return self.reads[node].numpy()
        if node.role is Role.PART:
            return found[node.inputs[0]][node.parameters["number"]]
        if node.primitive is None:
            raise TypeError(_host_message(node.label))
        parameters = node.parameters
        if node.primitive is not TEXT_CALL:
            parameters = {name: with_sizes(each, sizes) for name, each in parameters.items()}
        given = node.primitive.evaluate(*(found[each] for each in node.inputs), **parameters)
        return given if isinstance(node.spec, Bundle) else np.asarray(given, node.dtype)


def _note_sizes(node: Node, value: Any, sizes: dict[str, int]) -> None:
    for size, own in zip(node.shape, getattr(value, "shape", ()), strict=False):
        if isinstance(size, Dim):
            sizes.setdefault(size.name, own // size.scale)


def has_texts(graph: Graph) -> bool:
    """Whether texts go into a graph."""
    return any(is_text(each.dtype) for each in graph.inputs)


def split(graph: Graph) -> tuple[Front, Graph]:
    """A graph as the part that texts go through, and the rest, which takes what that gives.

    The inputs of the rest are those of the graph that are no texts, then what the front gives.

    Raises:
        TypeError: the graph gives texts.
    """
    nodes = graph.nodes()
    if any(is_text(each.dtype) for each in graph.results):
        raise TypeError(_outputs_message())
    cut = [
        node
        for node in nodes
        if not is_text(node.dtype) and any(is_text(each.dtype) for each in node.inputs)
    ]
    taken = {
        node: Node(Role.INPUT, node.spec, label=node.label, tracer=node.tracer) for node in cut
    }
    changed: dict[Node, Node] = dict(taken)
    for node in nodes:
        if node not in changed:
            inputs = tuple(changed.get(each, each) for each in node.inputs)
            changed[node] = node if inputs == node.inputs else replace(node, inputs=inputs)
    numbers = [each for each in graph.inputs if not is_text(each.dtype)]
    rest = replace(
        graph,
        inputs=(*numbers, *taken.values()),
        outputs=tuple(changed[each] for each in graph.outputs),
        reads={own: changed.get(each, each) for own, each in graph.reads.items()},
        updates={own: changed[each] for own, each in graph.updates.items()},
        effects=tuple(changed[each] for each in graph.effects),
    )
    return Front(cut, {node: own for own, node in graph.reads.items()}), rest


def _host_message(label: str) -> str:
    return explain(
        "Texts have no machine code",
        given=f"{label or 'a function of texts'}, inside of a compiled function",
        expected="texts that go in as they are, to the layers that make numbers of them",
        remedy="model.predict(texts), or the layer first: model(layer(texts))",
    )


def _outputs_message() -> str:
    return explain(
        "A compiled step cannot give texts",
        given="a model that ends in texts",
        expected="numbers, which are looked up afterwards",
        remedy="lookup = layers.StringLookup(invert=True, ...); lookup(model.predict(x))",
    )
