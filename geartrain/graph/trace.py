"""Tracing: a Python function, called once with symbols, becomes a `Graph`.

def step(x): weight.assign(weight - 0.1 * x)      ->     %0 = input x
                                                         %1 = variable weight
                                                         %2 = multiply %0 0.1 ...
                                                         update weight = %3
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.graph.effects import Act, Effect, all_of
from geartrain.graph.graph import Graph, Node, Role, part_of
from geartrain.graph.owners import origin
from geartrain.primitives.primitive import Bundle, Primitive, Spec, bind, spec_of
from geartrain.tensor import Interpreter, Tensor, Variable, interpreting


class Tracer(Interpreter):
    """Writes operations down instead of carrying them out.

    Args:
        any_length: whether the number of a loop's turns may be unknown.
    """

    def __init__(self, *, any_length: bool = False) -> None:
        self.any_length = any_length
        self.reads: dict[Variable, Node] = {}
        self.updates: dict[Variable, Node] = {}
        self.effects: list[Node] = []
        self.conditions: list[Tensor] = []  # of the branches that are being traced
        self.ended = False
        self._constants: dict[int, tuple[Tensor, Node]] = {}

    def apply(
        self, primitive: Primitive, inputs: tuple[Tensor, ...], parameters: dict[str, Any]
    ) -> Any:
        if self.ended:
            raise TypeError(_escaped_message(inputs))
        nodes = tuple([self.node(each) for each in inputs])
        spec = primitive.infer(*[each.spec for each in nodes], **parameters)
        line, owner = origin()
        node = Node(
            Role.OPERATION,
            spec,
            primitive,
            nodes,
            parameters,
            label=primitive.name,
            line=line,
            tracer=self,
            owner=owner,
        )
        if isinstance(spec, Bundle):
            return tuple(Tensor(part_of(node, number)) for number in range(len(spec.parts)))
        return Tensor(node)

    def node(self, tensor: Tensor) -> Node:
        """The node of a tensor; a tensor with numbers becomes a constant."""
        value = tensor.value
        if isinstance(value, Node):
            if value.tracer is not self:
                raise TypeError(_escaped_message((tensor,)))
            return value
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

    def act(self, effect: Effect, act: Act, values: Sequence[Tensor]) -> None:
        """Write an effect down: after those before it, and where the branches around it are."""
        token = bind(effect, self.token(), all_of(self.conditions), *values, act=act)
        self.effects = [self.node(token)]

    def token(self) -> Tensor:
        """What the last effect gave."""
        return Tensor(self.effects[-1]) if self.effects else Tensor(np.asarray(True))

    @contextmanager
    def under(self, condition: Tensor) -> Iterator[None]:
        """Trace a branch: what happens in it happens only where the condition holds."""
        self.conditions.append(condition)
        try:
            yield
        finally:
            self.conditions.pop()

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
    any_length: bool = False,
) -> Graph:
    """Call `function` once with symbols of these specs, and return what it did as a graph.

    The function may return one tensor, a sequence of tensors, or None. Variables that it reads
    and assigns are found on the way. With `any_length`, loops may go along axes of unknown size:
    such a graph can be written down for others, and has no machine code.
    """
    tracer = Tracer(any_length=any_length)
    names = [*labels, *(f"x{position}" for position in range(len(labels), len(specs)))]
    inputs = [tracer.input(spec, label) for spec, label in zip(specs, names, strict=True)]
    try:
        with interpreting(tracer):
            returned = function(*inputs)
    finally:
        tracer.ended = True
    results = () if returned is None else returned
    tensors = (results,) if isinstance(results, Tensor) else tuple(results)
    return Graph(
        name or getattr(function, "__name__", "function"),
        tuple(tracer.node(each) for each in inputs),
        tuple(tracer.node(each) for each in tensors),
        tracer.reads,
        tracer.updates,
        tuple(tracer.effects),
    )


def _escaped_message(tensors: Sequence[Tensor]) -> str:
    node = next(each.value for each in tensors if isinstance(each.value, Node))
    place = f", from {node.line}" if node.line else ""
    return explain(
        "A symbolic tensor is used outside of the function in which it was traced",
        given=f"{node.label or 'a value'} of {node.spec}{place}",
        expected="tensors with numbers, or those of the function that is traced now",
        remedy="return the tensor from the traced function, or keep it in a Variable (assign)",
    )
