"""`Operation`: what can be called with tensors, symbolic ones included."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import lru_cache
from itertools import count
from typing import Any, Self

from geartrain.errors import explain
from geartrain.names import snake_case, unique_name
from geartrain.symbolic.call_nodes import CallNode, nodes_of, note_uses
from geartrain.symbolic.captures import resolved, scopes
from geartrain.symbolic.keras_tensor import is_keras_tensor
from geartrain.tensor.nest import flatten

moments = count(1)  # in which operations are made, and attributes set
ARGUMENTS = "_arguments"  # the attribute that keeps what an operation was made with


@lru_cache(maxsize=2048)
def signature_of(function: Callable[..., Any]) -> inspect.Signature:
    """The arguments of a function or a method."""
    return inspect.signature(function)


def checked_name(kind: str, name: Any) -> str:
    """The name of an operation or a layer, if it can be one.

    Raises:
        ValueError: it is no text, or has a slash in it.
    """
    if isinstance(name, str) and "/" not in name:
        return name
    raise ValueError(
        explain(
            f"{kind} cannot have this name",
            given=f"name={name!r} ({type(name).__name__})",
            expected="text without a slash: the paths of weights are made of names and slashes",
            remedy=f"name={snake_case(kind)!r}",
        )
    )


def note_arguments(made: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Keep what an operation is made with, for its config."""
    try:
        bound = signature_of(type(made).__init__).bind(made, *args, **kwargs)
    except TypeError:  # which __init__ raises itself, or a copy that is not made with it
        return
    vars(made)[ARGUMENTS] = dict(list(bound.arguments.items())[1:])


class Operation:
    """A function of tensors with a name and a config, which a model can call.

    A subclass computes in `call`. Called with symbolic tensors, it is written down, and gives
    symbolic tensors of the shapes that `compute_output_spec` tells.

    Args:
        name: None numbers the class's name.

    >>> from geartrain import KerasTensor, Operation
    >>> class Twice(Operation):
    ...     def call(self, x):
    ...         return x * 2
    >>> Twice()(KerasTensor((None, 3))).shape
    (None, 3)
    """

    name: str

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        made = super().__new__(cls)
        note_arguments(made, args, kwargs)
        return made

    def __init__(self, name: str | None = None) -> None:
        kind = type(self).__name__
        self.name = unique_name(snake_case(kind)) if name is None else checked_name(kind, name)
        self.made_at = next(moments)
        self._called: list[tuple[Any, Any]] = []
        self._used: list[tuple[Any, int]] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute, or be written down, if an argument is symbolic."""
        if scopes.active:
            args, kwargs = resolved([list(args), kwargs])
        if any(map(is_keras_tensor, flatten([list(args), kwargs]))):
            return self.symbolic_call(*args, **kwargs)
        return self.call(*args, **kwargs)

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """What the operation computes."""
        raise NotImplementedError(f"{type(self).__name__} defines no call()")

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """The symbolic tensors that a call with symbolic tensors gives, written down."""
        from geartrain.symbolic.steps import written_down  # it writes operations down

        return written_down(self, args, kwargs)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Symbolic tensors of the shapes and dtypes that `call` gives; nothing is written down."""
        from geartrain.symbolic.steps import computed_specs

        return computed_specs(self.call, args, kwargs)

    def note_call(self, inputs: Any, outputs: Any) -> None:
        """Keep what a symbolic call took and gave, for those who ask for `input` and `output`."""
        self._called.append((inputs, outputs))
        if inputs is not outputs:
            note_uses(self, inputs)

    @property
    def input(self) -> Any:
        """The symbolic tensors that the first symbolic call took."""
        return self._first_call()[0]

    @property
    def output(self) -> Any:
        """The symbolic tensors that it gave."""
        return self._first_call()[1]

    @property
    def _inbound_nodes(self) -> list[CallNode]:
        """The symbolic calls of it, in order: Keras's name, for those who walk along a model."""
        return [CallNode(self, number) for number in range(len(self._called))]

    @property
    def _outbound_nodes(self) -> list[CallNode]:
        """The symbolic calls that took what it gave."""
        return nodes_of(self._used)

    def _first_call(self) -> tuple[Any, Any]:
        if not self._called:
            raise AttributeError(_not_called_message(self))
        return self._called[0]

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes such an operation from.

        Raises:
            NotImplementedError: it was made with arguments that have no names.
        """
        taken = signature_of(type(self).__init__).parameters.values()
        given = dict(vars(self).get(ARGUMENTS, {}))
        for each in taken:
            if each.kind is each.VAR_POSITIONAL and given.pop(each.name, ()):
                raise NotImplementedError(_nameless_message(self))
            if each.kind is each.VAR_KEYWORD:
                given.update(given.pop(each.name, {}))
            elif each.default is not each.empty:
                given.setdefault(each.name, each.default)
        named = any(each.name == "name" or each.kind is each.VAR_KEYWORD for each in taken)
        return {**given, "name": self.name} if named else given

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The operation of a config."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<Operation name={self.name}>"


def _nameless_message(operation: Operation) -> str:
    kind = type(operation).__name__
    return explain(
        f"{kind} '{operation.name}' has no config of its own",
        given=f"{kind}.__init__ was given arguments by its *args, which have no names",
        expected="named arguments, or a get_config that tells them",
        remedy=f"def get_config(self): return {{'units': self.units}}, in {kind}",
    )


def _not_called_message(operation: Operation) -> str:
    return explain(
        f"{type(operation).__name__} '{operation.name}' has no symbolic input and output",
        given="a layer that was called with no symbolic tensor",
        expected="layers.Input(...) before it, in a model",
        remedy="layer(layers.Input((784,)))",
    )
