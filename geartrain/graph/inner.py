"""A function inside of a traced function: what a loop does in a turn, as a graph of its own.

    scan(lambda h, x: (h @ w + x, h), h0, xs)       graph <lambda>(h, x, w)
                                                      %3 = contract %h %w
                                                      %4 = add %3 %x
                                                      return %4, %h

What it uses of the function around it (symbolic tensors, variables) is *captured*: it becomes a
further input.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geartrain.errors import explain
from geartrain.graph.graph import Graph, Node, Role, sort_nodes
from geartrain.graph.trace import Tracer
from geartrain.primitives.primitive import Primitive, Spec, bind, spec_of
from geartrain.tensor import Tensor, Variable, current_observers, interpreting
from geartrain.tensor.interpreter import Observer, start_observing


class InnerTracer(Tracer):
    """Traces a function inside of a traced one; what it takes from outside becomes an input.

    Args:
        outside: who traces the function around.
        assigns: whether the function may assign variables.
    """

    def __init__(self, outside: Tracer, *, assigns: bool = False) -> None:
        super().__init__(any_length=outside.any_length)
        self.outside = outside
        self.conditions = list(outside.conditions)
        self.assigns = assigns
        self.observers: list[Observer] = current_observers()
        self._captured: dict[int, tuple[Tensor, Node]] = {}

    @property
    def captured(self) -> dict[Node, Tensor]:
        """What was taken from outside, by the input that stands for it."""
        return {node: tensor for tensor, node in self._captured.values()}

    def node(self, tensor: Tensor) -> Node:
        """The node of a tensor; one of the function around is captured.

        A tape knows a tensor by its identity: so each tensor is captured, not each value.
        """
        value = tensor.value
        if not isinstance(value, Node) or value.tracer is self:
            return super().node(tensor)
        if id(tensor) not in self._captured:
            label = value.label or "captured"
            inside = Node(Role.INPUT, value.spec, label=label, tracer=self)
            self._captured[id(tensor)] = tensor, inside
        return self._captured[id(tensor)][1]

    def read(self, variable: Variable) -> Tensor:
        """A variable is read outside, once, and captured."""
        if variable in self.updates:
            return Tensor(self.updates[variable])
        if variable not in self.reads:
            self.reads[variable] = self.node(self._read_outside(variable))
        return Tensor(self.reads[variable])

    def _read_outside(self, variable: Variable) -> Tensor:
        """The variable's value before the loop, of which those outside who watch are told."""
        with interpreting(self.outside):
            for each in self.observers:
                start_observing(each)
            return variable.value

    def token(self) -> Tensor:
        """What the last effect gave: the first one here follows the last one outside."""
        return super().token() if self.effects else self.outside.token()

    def assign(self, variable: Variable, value: Tensor) -> None:
        if not self.assigns:
            raise TypeError(_assign_message(variable))
        self.read(variable)
        super().assign(variable, value)


@dataclass(frozen=True, eq=False)
class Inner:
    """A traced function: its own inputs come first, then one for each captured tensor.

    A variable that it assigns is one of its values: the last of its own inputs and outputs.
    """

    graph: Graph
    captured: tuple[Tensor, ...]
    assigned: Mapping[Variable, Tensor]  # and their values before the loop
    has_composites: bool


class _Composites:
    """Notices operations that have a derivative of their own (`custom_gradient`)."""

    def __init__(self) -> None:
        self.found = False

    def observe(
        self, primitive: Any, inputs: tuple[Tensor, ...], parameters: dict[str, Any], output: Any
    ) -> None:
        if not isinstance(primitive, Primitive) and not primitive.replaceable:
            self.found = True

    def observe_read(self, variable: Variable, value: Tensor) -> None:
        """Nothing: a tracer notes it."""


def trace_inner(
    function: Callable[..., Sequence[Tensor]],
    specs: Sequence[Spec],
    outside: Tracer,
    *,
    carried: int,
    assigns: bool = False,
) -> Inner:
    """Trace a function of tensors of these specs, inside of a function being traced.

    Args:
        function: takes tensors and gives a sequence of them.
        specs: of the tensors that it takes.
        outside: who traces the function around.
        carried: how many of its inputs and outputs come first, before assigned variables.
        assigns: whether the function may assign variables.
    """
    tracer = InnerTracer(outside, assigns=assigns)
    watch = _Composites()
    inputs = [tracer.input(spec, f"x{number}") for number, spec in enumerate(specs)]
    with interpreting(tracer):
        start_observing(watch)
        outputs = [tracer.node(each) for each in function(*inputs)]
    own = [tracer.node(each) for each in inputs]
    captured = tracer.captured
    states = {variable: tracer.reads[variable] for variable in tracer.updates}
    before = {variable: captured.pop(node) for variable, node in states.items()}
    graph = Graph(
        getattr(function, "__name__", "body"),
        (*own[:carried], *states.values(), *own[carried:], *captured),
        (*outputs[:carried], *tracer.updates.values(), *outputs[carried:]),
        {},
        {},
        tuple(tracer.effects),
    )
    return Inner(graph, tuple(captured.values()), before, watch.found)


def replay(graph: Graph, inputs: Sequence[Tensor]) -> list[Tensor]:
    """The outputs of a graph that reads and updates no variables, for tensors; without effects."""
    values: dict[Node, Any] = dict(zip(graph.inputs, inputs, strict=True))
    for node in sort_nodes(graph.outputs):
        if node.constant is not None:
            values[node] = Tensor(node.constant)
        elif node.role is Role.PART:
            values[node] = values[node.inputs[0]][node.parameters["number"]]
        elif node.primitive is not None:
            operands = (values[each] for each in node.inputs)
            values[node] = bind(node.primitive, *operands, **node.parameters)
    return [values[node] for node in graph.outputs]


def specs_of(tensors: Sequence[Tensor]) -> list[Spec]:
    """The shape and dtype of each tensor."""
    return [spec_of(each) for each in tensors]


def check_kept(before: Sequence[Spec], after: Sequence[Node]) -> None:
    """Raise where a turn changes the shape or dtype of a value that the loop carries.

    Raises:
        ValueError: it does.
    """
    for number, (spec, node) in enumerate(zip(before, after, strict=True)):
        if spec != node.spec:
            raise ValueError(_changes_message(number, spec, node.spec))


def _assign_message(variable: Variable) -> str:
    return explain(
        "A loop of a traced function changes no variables",
        given=f"variable '{variable.path}', assigned in the loop's body",
        expected="values that the loop carries from turn to turn (while_loop's loop_vars)",
        remedy="carry the value in loop_vars, and assign it after the loop",
    )


def _changes_message(number: int, before: Spec, after: Spec) -> str:
    return explain(
        "A loop keeps the shapes and dtypes of its values",
        given=f"value {number} of {after} after a turn",
        expected=f"{before}, which the loop began with",
        remedy=f"ops.cast(value, {before.dtype.name!r}), or begin with {after}",
    )
