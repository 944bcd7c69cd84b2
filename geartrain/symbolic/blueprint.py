"""The tracer of symbolic tensors: it writes down what is done with them, and is never on duty.

    inputs = Input((784,)); outputs = Dense(10)(inputs)       inputs   (None, 784)
                                                              dense    (None, 10)   <- inputs

What is done with a symbolic tensor reaches its tracer through the tensor. The call of a layer or
of a public operation is one node, as a model will make the same call again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

from geartrain.graph import Node, Tracer
from geartrain.graph.graph import Role
from geartrain.primitives.primitive import Primitive, Spec, bind, spec_of
from geartrain.symbolic.captures import resolved, scopes
from geartrain.tensor import Dim, SymbolicSize, Tensor
from geartrain.tensor.nest import flatten, map_nest


class UnknownSize(Dim, SymbolicSize):
    """A size that is not known; users see None, as in Keras, and may compare it with None."""

    def __eq__(self, other: object) -> bool:
        if other is None:
            return True
        return isinstance(other, Dim) and (self.name, self.scale) == (other.name, other.scale)

    @property
    def interpreter(self) -> Tracer:
        """Who writes down what is repeated to this size."""
        return BLUEPRINT

    def __hash__(self) -> int:
        return hash((self.name, self.scale))

    def __str__(self) -> str:
        return "None"

    __repr__ = __str__


class Blueprint(Tracer):
    """Writes down what is done with symbolic tensors; it keeps nothing itself."""

    def __init__(self) -> None:
        super().__init__()
        self.recorder: Callable[..., Any] | None = None
        self.wrapper: Callable[[Node], Tensor] = Tensor

    def apply(
        self, primitive: Primitive, inputs: tuple[Tensor, ...], parameters: dict[str, Any]
    ) -> Any:
        """Write a primitive down; its unknown sizes are the blueprint's."""
        given = resolved(list(inputs))
        if not any(getattr(each, "stands_for_any", False) for each in given) and scopes.active:
            return bind(primitive, *given, **parameters)
        inputs = tuple(given)
        found = super().apply(primitive, inputs, parameters)
        return map_nest(lambda each: self.wrapper(of_unknown_sizes(self.node(each))), found)

    def record(self, function: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
        """Write the call of a public operation down as one node."""
        if scopes.active:
            args, kwargs = resolved([list(args), kwargs])
            if not any(getattr(x, "stands_for_any", False) for x in flatten([args, kwargs])):
                return function(*args, **kwargs)
        if self.recorder is None:
            import_module("geartrain.symbolic.steps")  # which gives it
        recorder: Any = self.recorder
        return recorder(function, args, kwargs)

    def node(self, tensor: Tensor) -> Node:
        """The node of a tensor; one with numbers is a constant."""
        if isinstance(tensor.value, Node):
            return tensor.value
        constant = tensor.numpy().copy()
        return Node(Role.CONSTANT, spec_of(tensor), constant=constant, tracer=self)


BLUEPRINT = Blueprint()


def of_unknown_sizes(node: Node) -> Node:
    """A node whose symbolic sizes are the blueprint's."""
    return replace(node, spec=Spec(unknown_sizes(node.shape), node.dtype))


def unknown_sizes(shape: tuple[Any, ...]) -> tuple[Any, ...]:
    """A shape whose symbolic sizes are the blueprint's."""
    return tuple(UnknownSize(s.name, s.scale) if isinstance(s, Dim) else s for s in shape)


def plain_sizes(shape: tuple[Any, ...]) -> tuple[Any, ...]:
    """A shape whose symbolic sizes belong to nobody, for a function that is being traced."""
    return tuple(Dim(s.name, s.scale) if isinstance(s, Dim) else s for s in shape)
