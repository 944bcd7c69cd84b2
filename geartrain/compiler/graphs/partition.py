"""Partition: a graph becomes segments of machine code, with host calls between them.

    %1 = multiply %x %x            segment 0:  %1 = multiply %x %x
    %2 = argsort %1                host call:  %2 = argsort %1       (NumPy, on the whole arrays)
    %3 = take %1 %2        ->      segment 1:  %3 = take %1 %2

A node is *native* where its loops lower to a nest of which every operation and dtype has machine
code. All others are host calls. A value's level is the number of host calls on the way to it; a
segment holds the native nodes of one level, and the host calls of that level follow it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from geartrain.compiler.form.exprs import Expr, walk
from geartrain.compiler.form.kernels import Scatter, Walk
from geartrain.compiler.form.loops import Nest
from geartrain.compiler.fusion.lower import NotLowerable, lower
from geartrain.compiler.fusion.native_loops import bodies, is_loop
from geartrain.compiler.fusion.winograd import by_winograd
from geartrain.compiler.instructions.arithmetic import FLOATS_ONLY, OPERATIONS
from geartrain.compiler.instructions.halves import is_half
from geartrain.graph import Graph, Node, Role
from geartrain.primitives.primitive import Bundle
from geartrain.runtime.cpu import target_cpu
from geartrain.tensor import DType, is_floating
from geartrain.tensor.dtypes import BOOL


@dataclass(frozen=True, eq=False)
class Segment:
    """Native nodes that run in one call: `graph` gives the values of `outputs` from `inputs`."""

    graph: Graph
    inputs: tuple[Node, ...]
    outputs: tuple[Node, ...]


@dataclass(frozen=True, eq=False)
class Stretch:
    """A segment, if any node is native, and the host calls that follow it."""

    segment: Segment | None
    calls: tuple[Node, ...]


def partition(graph: Graph) -> list[Stretch]:
    """The stretches of a graph, in the order in which they run."""
    nodes = graph.nodes()
    hosted = {node for node in nodes if node.role is Role.OPERATION and not is_native(node)}
    levels = _levels(nodes, hosted)
    count = 1 + max(levels.values(), default=0)
    return [_stretch(graph, nodes, hosted, levels, number) for number in range(count)]


def host_calls(graph: Graph) -> list[Node]:
    """The operations of a graph that have no machine code."""
    nodes = graph.nodes()
    return [node for node in nodes if node.role is Role.OPERATION and not is_native(node)]


def is_native(node: Node) -> bool:
    """Whether the compiler has machine code for an operation, at its dtypes."""
    if is_loop(node):
        return _is_native_loop(node)
    if isinstance(node.spec, Bundle) or (node.primitive and not node.primitive.pure):
        return False
    if by_winograd(node):
        return True
    if not all(map(has_machine_code, (node.dtype, *(each.dtype for each in node.inputs)))):
        return False
    return _has_loops(node)


_answers: dict[Any, bool] = {}  # of operations with inputs and parameters like these
KEPT_ANSWERS = 4096


def _has_loops(node: Node) -> bool:
    """Whether an operation's loops lower to what the compiler has instructions for."""
    specs = tuple(each.spec for each in node.inputs)
    key = (node.primitive, specs, node.spec, *map(_typed, sorted(node.parameters.items())))
    try:
        found = _answers.get(key)
    except TypeError:  # a parameter without a hash
        return _is_lowered(node)
    if found is None:
        if len(_answers) >= KEPT_ANSWERS:
            _answers.clear()
        found = _answers[key] = _is_lowered(node)
    return found


def _typed(parameter: tuple[str, Any]) -> tuple[str, type, Any]:
    return parameter[0], type(parameter[1]), parameter[1]


def _is_lowered(node: Node) -> bool:
    try:
        return _is_emitted(lower(node))
    except NotLowerable:
        return False


def _is_native_loop(node: Node) -> bool:
    """Whether every operation of a loop's turn has machine code, and its condition is one bool."""
    graphs = bodies(node)
    if any(host_calls(graph) for graph in graphs):
        return False
    values = (*node.inputs, *(each for graph in graphs for each in graph.outputs))
    is_one = len(graphs) == 1 or (graphs[0].outputs[0].shape, graphs[0].outputs[0].dtype) == (
        (),
        BOOL,
    )
    return is_one and all(has_machine_code(each.dtype) for each in values)


def has_machine_code(dtype: DType) -> bool:
    """Whether kernels compute in this dtype: bools, integers, floats the processor converts."""
    if dtype.name == "float16":
        return target_cpu().converts_float16
    return dtype.kind in "biu" or dtype.name in ("float32", "float64", "bfloat16")


def _is_emitted(nest: Nest) -> bool:
    operands = nest.form.operands() if isinstance(nest.form, Scatter | Walk) else [nest.body]
    applied = (each for each in walk(*operands) if each.head == "apply")
    return all(
        each.what in OPERATIONS and has_machine_code(each.dtype) and _computes_in(each)
        for each in applied
    )


def _computes_in(applied: Expr) -> bool:
    """Whether there are instructions for an operation at its dtype."""
    if applied.what == "nextafter" and is_half(applied.dtype):
        return False
    if applied.what in FLOATS_ONLY:
        return all(is_floating(each.dtype) for each in applied.args)
    return applied.dtype != BOOL or applied.what not in ("add", "subtract", "multiply")


def _levels(nodes: Iterable[Node], hosted: set[Node]) -> dict[Node, int]:
    """How many host calls lie before each operation."""
    levels: dict[Node, int] = {}
    for node in nodes:
        if node.role is Role.PART:
            levels[node] = levels[node.inputs[0]]
        elif node.role is Role.OPERATION:
            levels[node] = max(
                (levels[each] + _is_hosted(each, hosted) for each in node.inputs if each in levels),
                default=0,
            )
    return levels


def _is_hosted(node: Node, hosted: set[Node]) -> bool:
    """Whether a value comes from a host call."""
    return node in hosted or (node.role is Role.PART and node.inputs[0] in hosted)


def _stretch(
    graph: Graph, nodes: list[Node], hosted: set[Node], levels: Mapping[Node, int], level: int
) -> Stretch:
    here = [node for node in nodes if levels.get(node) == level]
    native = [node for node in here if not _is_hosted(node, hosted)]
    inside = set(native)
    needed = {each for node in nodes if node not in inside for each in node.inputs}
    needed |= set(graph.results)
    outputs = tuple(node for node in native if node in needed)
    calls = tuple(node for node in here if node in hosted)
    return Stretch(_segment(graph, native, outputs, level) if outputs else None, calls)


def _segment(graph: Graph, native: list[Node], outputs: tuple[Node, ...], level: int) -> Segment:
    """The native nodes as a graph of its own; what comes from elsewhere becomes its inputs."""
    done: dict[Node, Node] = {}
    inputs: dict[Node, Node] = {}
    inside = set(native)
    for node in native:
        for each in node.inputs:
            if each not in inside and each not in done:
                done[each] = each if each.role is Role.CONSTANT else _as_input(each, inputs)
        done[node] = replace(node, inputs=tuple(done[each] for each in node.inputs))
    name = f"{graph.name}_{level}"
    small = Graph(name, tuple(inputs.values()), tuple(done[node] for node in outputs), {}, {})
    return Segment(small, tuple(inputs), outputs)


def _as_input(node: Node, inputs: dict[Node, Node]) -> Node:
    """An input for a value from elsewhere; it does not bear the name of what computed that."""
    inputs[node] = Node(Role.INPUT, node.spec, label=f"{node.label or node.role.value}_value")
    return inputs[node]
