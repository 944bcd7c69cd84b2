"""Tracing: a Python function, called once with symbols, becomes a `Graph`.

def step(x): weight.assign(weight - 0.1 * x)      ->     %0 = input x
                                                         %1 = variable weight
                                                         %2 = multiply %0 0.1 ...
                                                         update weight = %3
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from geartrain.graph.graph import Graph, Node, Role, part_of
from geartrain.primitives.primitive import Bundle, Primitive, Spec, spec_of
from geartrain.tensor import Interpreter, Tensor, Variable, interpreting
from geartrain.tensor.user_line import user_line


class Tracer(Interpreter):
    """Writes operations down instead of carrying them out."""

    def __init__(self) -> None:
        self.reads: dict[Variable, Node] = {}
        self.updates: dict[Variable, Node] = {}
        self._constants: dict[int, tuple[Tensor, Node]] = {}

    def apply(
        self, primitive: Primitive, inputs: tuple[Tensor, ...], parameters: dict[str, Any]
    ) -> Any:
        spec = primitive.infer(*(spec_of(each) for each in inputs), **parameters)
        node = Node(
            Role.OPERATION,
            spec,
            primitive,
            tuple(self.node(each) for each in inputs),
            parameters,
            label=primitive.name,
            line=str(user_line()),
            tracer=self,
        )
        if isinstance(spec, Bundle):
            return tuple(Tensor(part_of(node, number)) for number in range(len(spec.parts)))
        return Tensor(node)

    def node(self, tensor: Tensor) -> Node:
        """The node of a tensor; a tensor with numbers becomes a constant."""
        if isinstance(tensor.value, Node):
            return tensor.value
        held = self._constants.get(id(tensor))
        if held is None:
            numbers = np.array(tensor.numpy())
            constant = Node(Role.CONSTANT, spec_of(tensor), constant=numbers, tracer=self)
            held = self._constants[id(tensor)] = (tensor, constant)
        return held[1]

    def read(self, variable: Variable) -> Tensor:
        if variable in self.updates:
            return Tensor(self.updates[variable])
        if variable not in self.reads:
            self.reads[variable] = self._leaf(Role.VARIABLE, variable, variable.path)
        return Tensor(self.reads[variable])

    def assign(self, variable: Variable, value: Tensor) -> None:
        self.updates[variable] = self.node(value)

    def input(self, spec: Spec, label: str) -> Tensor:
        """A new input of the graph."""
        return Tensor(Node(Role.INPUT, spec, label=label, tracer=self))

    def _leaf(self, role: Role, variable: Variable, label: str) -> Node:
        return Node(role, Spec(variable.shape, variable.dtype), label=label, tracer=self)


def trace(
    function: Callable[..., Any],
    specs: Sequence[Spec],
    *,
    name: str = "",
    labels: Sequence[str] = (),
) -> Graph:
    """Call `function` once with symbols of these specs, and return what it did as a graph.

    The function may return one tensor, a sequence of tensors, or None. Variables that it reads
    and assigns are found on the way.
    """
    tracer = Tracer()
    names = [*labels, *(f"x{position}" for position in range(len(labels), len(specs)))]
    inputs = [tracer.input(spec, label) for spec, label in zip(specs, names, strict=True)]
    with interpreting(tracer):
        returned = function(*inputs)
    results = () if returned is None else returned
    tensors = (results,) if isinstance(results, Tensor) else tuple(results)
    return Graph(
        name or getattr(function, "__name__", "function"),
        tuple(tracer.node(each) for each in inputs),
        tuple(tracer.node(each) for each in tensors),
        tracer.reads,
        tracer.updates,
    )
