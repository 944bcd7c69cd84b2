"""Fingerprints: a traced graph as a text that two graphs share only if they mean the same.

    graph step(x: float32(batch,))          in float32 'batch'*1,
      %1 = multiply %0 %0            ->     multiply 0 0 {} float32 'batch'*1, 'multiply'
      return %1                             out 1

Two processes that trace the same function write the same text, so the second one finds the
machine code of the first without running a pass. What has no text that says it all (a function
among the parameters, an effect) has no fingerprint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np

from geartrain.graph import Graph, Node, Role
from geartrain.primitives import PRIMITIVES
from geartrain.primitives.primitive import Bundle, Primitive, Spec
from geartrain.tensor import Dim, DType


class NoFingerprint(Exception):
    """A graph has something in it that no text says."""


def fingerprint(graph: Graph, stepped: Sequence[Node] = ()) -> str | None:
    """The text of a graph, and of which inputs and outputs each step has its own of."""
    if graph.effects:
        return None
    try:
        return "\n".join(_lines(graph, stepped))
    except NoFingerprint:
        return None


def _lines(graph: Graph, stepped: Sequence[Node]) -> Iterator[str]:
    numbers: dict[Node, int] = {}
    for node in (*graph.inputs, *graph.nodes()):
        if node not in numbers:
            numbers[node] = len(numbers)
            yield _node_text(node, numbers)
    variables = {each: at for at, each in enumerate(variables_of(graph))}
    for variable, node in graph.reads.items():
        spec = _spec_text(Spec(variable.shape, variable.dtype))
        yield f"read {variables[variable]} {numbers.get(node)} {spec}"
    for variable, node in graph.updates.items():
        yield f"update {variables[variable]} {numbers[node]} {_spec_text(node.spec)}"
    yield f"out {[numbers[node] for node in graph.outputs]}"
    yield f"stepped {sorted(numbers[node] for node in stepped)} name {graph.name!r}"


def variables_of(graph: Graph) -> list[Any]:
    """The variables of a graph, in the order in which it read and updated them."""
    return list(dict.fromkeys((*graph.reads, *graph.updates)))


def constants_of(graph: Graph) -> list[np.ndarray[Any, Any]]:
    """The constants of a graph, in the order of its nodes."""
    return [node.constant for node in graph.nodes() if node.constant is not None]


def _node_text(node: Node, numbers: Mapping[Node, int]) -> str:
    inputs = " ".join([str(numbers[each]) for each in node.inputs])
    parameters = _text(dict(node.parameters)) if node.parameters else ""
    what = node.role.value
    if node.role is Role.CONSTANT and node.constant is not None:
        what = f"constant {hashlib.sha256(node.constant.tobytes()).hexdigest()}"
    elif node.primitive is not None:
        what = _primitive_text(node.primitive, node)
    label = node.label.rpartition("/")[2]  # all that a kernel's name takes of it
    return f"{what} {inputs} {parameters} {_spec_text(node.spec)} {label!r}"


def _primitive_text(primitive: Primitive, node: Node) -> str:
    """A listed primitive's name; the loops of another one, which are all that is compiled."""
    if PRIMITIVES.get(primitive.name) is primitive or _is_of_graphs(primitive):
        return primitive.name
    try:
        return repr(primitive.loops(*(each.spec for each in node.inputs), **node.parameters))
    except NotImplementedError:
        raise NoFingerprint(primitive.name) from None


def _is_of_graphs(primitive: Primitive) -> bool:
    """Whether a primitive is a loop over graphs, which are among its parameters."""
    return type(primitive).__module__.startswith("geartrain.graph.")


def _spec_text(spec: Spec) -> str:
    if isinstance(spec, Bundle):
        return "; ".join(map(_spec_text, spec.parts))
    sizes = [str(size) if type(size) is int else _text(size) for size in spec.shape]
    return f"{_dtype_text(spec.dtype)} {','.join(sizes)}"


@cache
def _dtype_text(dtype: DType) -> str:
    return dtype.name


def _text(value: Any) -> str:
    """A parameter as text that tells it from all others."""
    kind: Any = type(value)
    text = _writer(kind)
    if text is not None:
        return text(value)
    if is_dataclass(value) and not isinstance(value, type):
        return f"{type(value).__qualname__} {_text(vars(value))}"
    raise NoFingerprint(repr(value))


@lru_cache(maxsize=1024)
def _writer(kind: Any) -> Callable[[Any], str] | None:
    """What writes objects of a kind, the first that fits."""
    return next((text for known, text in TEXTS.items() if issubclass(kind, known)), None)


def _graph_text(graph: Graph) -> str:
    if graph.effects:
        raise NoFingerprint("an effect in a loop")
    return _joined(_lines(graph, ()), "[]")


def _joined(texts: Iterable[str], brackets: str) -> str:
    return f"{brackets[0]}{','.join(texts)}{brackets[1]}"


TEXTS: dict[Any, Callable[[Any], str]] = {
    np.generic: lambda value: f"{value.dtype.name} {value!r}",  # before float, which some are
    (bool, int, float, complex, str, bytes, type(None)): lambda value: (
        f"{type(value).__name__} {value!r}"
    ),
    Dim: lambda value: f"{value.name!r}*{value.scale}",
    np.dtype: lambda value: f"dtype {value.name}",
    Graph: _graph_text,
    dict: lambda value: _joined((f"{key}={_text(value[key])}" for key in sorted(value)), "{}"),
    (tuple, list): lambda value: _joined(map(_text, value), "()"),
}
