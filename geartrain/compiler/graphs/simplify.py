"""Simplify: the same graph with less to do.

    %2 = multiply %1 1.0                 %3 = multiply %0 (rsqrt %v)
    %3 = divide %0 (sqrt %v)       ->
    %4 = cast[float32] %3

Constants are computed, equal nodes become one, dead ones go, and a few laws of algebra apply:
only such as keep every bit, but for a quotient by a square root, which becomes a product with the
reciprocal root (within 2 ulp), a sum of parts in zeros, which becomes a concatenation (the sign of
a zero), a sum of what a pooling spreads, which is taken before (another order), and a product with
ones and zeros that choose rows, which are read instead (another order of the derivative's sums).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from geartrain.compiler.fusion.dots import narrow_sums
from geartrain.compiler.fusion.joins import side_by_side
from geartrain.compiler.graphs.chosen_rows import of_chosen_rows
from geartrain.compiler.graphs.convolutions import in_groups, of_few_features, without_padding
from geartrain.compiler.graphs.depthwise import of_each_channel
from geartrain.compiler.graphs.phases import without_gaps
from geartrain.compiler.graphs.pools import masked_before_spread, summed_before_spread
from geartrain.compiler.graphs.variances import summed_variance
from geartrain.graph import Graph, Node, Role
from geartrain.primitives import PRIMITIVES
from geartrain.primitives.families import Elementwise, static_count
from geartrain.primitives.primitive import Bundle, Spec
from geartrain.tensor.dtypes import FLOAT32
from geartrain.tensor.shape import is_static

FOLD_LIMIT = 64  # elements: a larger constant is better made where it is used
UNFOLDED = frozenset(["broadcast_to"])  # a number in every place is written as one number


def simplify(graph: Graph) -> Graph:
    """Rebuild the graph from its leaves, each node by the first law that applies to it."""
    simple = _rebuilt(graph, _law)
    if any(_is(node, "variance") for node in graph.nodes()):  # whose sums others may have, too
        return _rebuilt(simple, lambda node: node)
    return simple


def _rebuilt(graph: Graph, law: Callable[[Node], Node]) -> Graph:
    """The graph with a law applied to each node, and equal nodes as one."""
    done: dict[Node, Node] = {}
    known: dict[Any, Node] = {}
    for node in graph.nodes():
        rebuilt = law(_with_inputs(node, tuple(done[each] for each in node.inputs)))
        done[node] = known.setdefault(_identity(rebuilt), rebuilt)
    for node in graph.inputs:
        done.setdefault(node, node)
    return replace(
        graph,
        inputs=tuple(done[node] for node in graph.inputs),
        outputs=tuple(done[node] for node in graph.outputs),
        updates={variable: done[node] for variable, node in graph.updates.items()},
        effects=tuple(done[node] for node in graph.effects),
    )


def make(node: Node, name: str, *inputs: Node, **parameters: Any) -> Node:
    """A new operation in the place of `node`, simplified as well."""
    primitive = PRIMITIVES[name]
    spec = primitive.infer(*(each.spec for each in inputs), **parameters)
    fresh = replace(
        node, spec=spec, primitive=primitive, inputs=inputs, parameters=parameters, label=name
    )
    return _law(fresh)


def _with_inputs(node: Node, inputs: tuple[Node, ...]) -> Node:
    return node if inputs == node.inputs else replace(node, inputs=inputs)


def _identity(node: Node) -> Any:
    """What equal nodes have in common."""
    if node.constant is not None and node.constant.ndim == 0:
        return ("constant", node.dtype, node.constant.tobytes())
    if node.role is Role.PART:
        return (node.inputs, node.parameters["number"])
    if node.role is not Role.OPERATION:
        return node
    return (node.primitive, node.inputs, _freeze(node.parameters))


def _freeze(parameters: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple((key, type(each), each) for key, each in sorted(parameters.items()))


def _law(node: Node) -> Node:
    if node.role is not Role.OPERATION:
        return node
    folded = _fold(node) or _fold_broadcast(node)
    if folded is not None:
        return folded
    law = LAWS.get(node.label)
    return (law(node) if law else None) or node


def _fold(node: Node) -> Node | None:
    """Compute a small node of which every input is a constant."""
    primitive = node.primitive
    if (
        primitive is None
        or not primitive.pure
        or isinstance(node.spec, Bundle)
        or not is_static(node.shape)
        or static_count(node.spec) > FOLD_LIMIT
    ):
        return None
    constants = [each.constant for each in node.inputs]
    if not constants or any(each is None for each in constants) or primitive.name in UNFOLDED:
        return None
    with np.errstate(all="ignore"):
        numbers = primitive.evaluate(*(np.asarray(each) for each in constants), **node.parameters)
    return _constant(np.asarray(numbers, node.dtype))


def _fold_broadcast(node: Node) -> Node | None:
    """An element-wise operation on one number in every place: computed once, and repeated."""
    primitive = node.primitive
    numbers = [scalar_constant(each) for each in node.inputs]
    if not node.inputs or not isinstance(primitive, Elementwise) or None in numbers:
        return None
    if all(each.constant is not None for each in node.inputs):
        return None
    scalars = (np.asarray(n, x.dtype) for n, x in zip(numbers, node.inputs, strict=True))
    with np.errstate(all="ignore"):
        found = np.asarray(primitive.evaluate(*scalars, **node.parameters), node.dtype)
    return make(node, "broadcast_to", _constant(found), shape=node.shape)


def _constant(numbers: np.ndarray[Any, Any]) -> Node:
    return Node(Role.CONSTANT, Spec(numbers.shape, numbers.dtype), constant=numbers)


def _is(node: Node, name: str) -> bool:
    """Whether a primitive of this name made the node (an input may bear any label)."""
    return node.primitive is not None and node.primitive.name == name


def scalar_constant(node: Node) -> float | None:
    """The one (real) number of a constant, seen through a broadcast, or None."""
    while _is(node, "broadcast_to"):
        node = node.inputs[0]
    if node.constant is None or node.constant.size != 1 or node.dtype.kind == "c":
        return None
    return float(node.constant.item())


def _first_if_same_spec(node: Node) -> Node | None:
    return node.inputs[0] if node.inputs[0].spec == node.spec else None


def _broadcast(node: Node) -> Node | None:
    source = node.inputs[0]
    if _is_repeated_number(source):
        return make(node, "broadcast_to", source.inputs[0], shape=node.shape)
    return _first_if_same_spec(node)


def _is_repeated_number(node: Node) -> bool:
    return _is(node, "broadcast_to") and node.inputs[0].shape == ()


def _fill(node: Node) -> Node:
    number = _constant(np.asarray(node.parameters["value"], node.dtype))
    return make(node, "broadcast_to", number, shape=node.shape) if node.shape else number


def _reshape(node: Node) -> Node | None:
    source = node.inputs[0]
    if _is_repeated_number(source):
        return make(node, "broadcast_to", source.inputs[0], shape=node.shape)
    if _is(source, "reshape"):
        return make(node, "reshape", source.inputs[0], shape=node.shape)
    return _first_if_same_spec(node)


def _contract(node: Node) -> Node | None:
    """A sum over no elements is 0, and so is a result that has none."""
    if any(0 in each.shape for each in node.inputs):
        return make(node, "fill", shape=node.shape, value=0, dtype=node.dtype)
    return of_chosen_rows(node, make) or narrow_sums(node, make)


def _convolve(node: Node) -> Node | None:
    laws = (narrow_sums, of_each_channel, in_groups, of_few_features, without_gaps, without_padding)
    return next((found for law in laws if (found := law(node, make))), None)


def _transpose(node: Node) -> Node | None:
    perm = node.parameters["perm"]
    return node.inputs[0] if tuple(perm) == tuple(range(len(perm))) else None


def _multiply(node: Node) -> Node | None:
    first, second = node.inputs
    if scalar_constant(second) == 1:
        return first
    return second if scalar_constant(first) == 1 else None


def _divide(node: Node) -> Node | None:
    """x / 1 is x; x / sqrt(y) is x * rsqrt(y), without the two slowest instructions there are."""
    first, second = node.inputs
    if scalar_constant(second) == 1:
        return first
    if _is(second, "sqrt") and node.dtype == FLOAT32:
        return make(node, "multiply", first, make(node, "rsqrt", second.inputs[0]))
    return None


def _negative(node: Node) -> Node | None:
    return node.inputs[0].inputs[0] if _is(node.inputs[0], "negative") else None


def _select(node: Node) -> Node | None:
    _, first, second = node.inputs
    return first if first is second else None


def _size(node: Node) -> Node | None:
    """The number of elements, where it is known already."""
    sizes = [node.inputs[0].shape[axis] for axis in node.parameters["axes"]]
    if any(not isinstance(size, int) for size in sizes):
        return None
    return _constant(np.asarray(math.prod(int(str(size)) for size in sizes), node.dtype))


LAWS: dict[str, Callable[[Node], Node | None]] = {
    "add": lambda node: side_by_side(node, make),
    "broadcast_to": _broadcast,
    "cast": _first_if_same_spec,
    "contract": _contract,
    "convolve": _convolve,
    "convolve_groups": _convolve,
    "divide": _divide,
    "fill": _fill,
    "multiply": _multiply,
    "negative": _negative,
    "relu_gradient": lambda node: masked_before_spread(node, make),
    "reshape": _reshape,
    "select": _select,
    "size": _size,
    "stop_gradient": lambda node: node.inputs[0],
    "sum": lambda node: summed_before_spread(node, make),
    "transpose": _transpose,
    "variance": lambda node: summed_variance(node, make),
}
