"""`Graph` and its `Node`s: a program in single static assignment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

from geartrain.primitives.primitive import Bundle, Primitive, Spec
from geartrain.tensor import Array, DType, Interpreter, Shape, Symbol, Variable


class Role(Enum):
    """Where a node's value comes from."""

    INPUT = "input"
    VARIABLE = "variable"
    CONSTANT = "constant"
    OPERATION = "operation"
    PART = "part"  # one of the values that an operation gives together


@dataclass(frozen=True, eq=False)
class Node(Symbol):
    """One value of a graph, and how it comes about."""

    role: Role
    spec: Spec
    primitive: Primitive | None = None
    inputs: tuple[Node, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    constant: Array | None = None
    label: str = ""
    line: str = ""
    tracer: Interpreter | None = None
    owner: str = ""  # the layer, loss or optimizer that asked for it, in words

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        """The size of each axis."""
        return self.spec.shape

    @property
    def dtype(self) -> DType:  # type: ignore[override]
        """The type of each element."""
        return self.spec.dtype

    @property
    def interpreter(self) -> Interpreter:
        """The tracer that writes down operations on this node."""
        if self.tracer is None:
            raise RuntimeError("this node belongs to no tracer: its trace has ended")
        return self.tracer

    def __repr__(self) -> str:
        return f"<Node {self.label or self.role.value} {self.spec}>"


def part_of(bundle: Node, number: int) -> Node:
    """One of the values of an operation with several; `number` is among its parameters."""
    if not isinstance(bundle.spec, Bundle):
        raise TypeError(f"{bundle!r} gives one value")
    return Node(
        Role.PART,
        bundle.spec.parts[number],
        inputs=(bundle,),
        parameters={"number": number},
        label=f"{bundle.label}.{number}",
        line=bundle.line,
        tracer=bundle.tracer,
        owner=bundle.owner,
    )


@dataclass(frozen=True, eq=False)
class Graph:
    """A function written down: what it takes, gives, reads, updates, and does besides."""

    name: str
    inputs: tuple[Node, ...]
    outputs: tuple[Node, ...]
    reads: Mapping[Variable, Node]
    updates: Mapping[Variable, Node]
    effects: tuple[Node, ...] = ()

    @property
    def results(self) -> tuple[Node, ...]:
        """Every node whose value is wanted: the outputs, then the updates, then the effects."""
        return (*self.outputs, *self.updates.values(), *self.effects)

    def __repr__(self) -> str:
        return f"<{self.name}>"

    def nodes(self) -> list[Node]:
        """Every node that a result needs, each after its inputs."""
        return list(self._sorted)

    @cached_property
    def _sorted(self) -> list[Node]:
        return sort_nodes(self.results)


def sort_nodes(results: Iterable[Node]) -> list[Node]:
    """The nodes that `results` need, each once and after its inputs."""
    order: dict[Node, None] = {}
    pending = [(node, False) for node in reversed(list(results))]
    while pending:
        node, inputs_done = pending.pop()
        if inputs_done:
            order[node] = None
        elif node not in order:
            pending.append((node, True))
            pending.extend((each, False) for each in reversed(node.inputs) if each not in order)
    return list(order)
