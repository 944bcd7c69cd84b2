"""`StatelessScope`: variables have other values in it, and keep none that they are given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from geartrain.errors import explain
from geartrain.tensor.interpreter import duty
from geartrain.tensor.shape import format_shape
from geartrain.tensor.variable import Variable


class StatelessScope:
    """Inside of it, reading a variable gives what stands here for it, and assigning stays here.

    So what changes state becomes a function of it: values in, values out.

    Args:
        state_mapping: pairs of a variable and the value that it has inside.
        collect_losses: whether to keep what layers add to the loss, in `losses`.
        initialize_variables: taken for the sake of Keras's users: variables are made with values.

    Raises:
        ValueError: a pair is not of a variable and a value of its shape.

    >>> from geartrain import StatelessScope, Variable, ops
    >>> weight = Variable(1.0)
    >>> with StatelessScope([(weight, ops.convert_to_tensor(5.0))]) as scope:
    ...     total = weight.assign(weight + 1)
    >>> float(scope.get_current_value(weight)), float(weight)
    (6.0, 1.0)
    """

    def __init__(
        self,
        state_mapping: Iterable[tuple[Variable, Any]] | None = None,
        collect_losses: bool = False,
        initialize_variables: bool = True,
    ) -> None:
        self.collect_losses = collect_losses
        self.initialize_variables = initialize_variables
        self.losses: list[Any] = []
        self.state_mapping: dict[Variable, Any] = {}
        for variable, value in state_mapping or ():
            self.state_mapping[variable] = _checked(variable, value)
        self._outside: list[Any] = []

    def get_current_value(self, variable: Variable) -> Any:
        """What stands here for a variable, or None."""
        return self.state_mapping.get(variable)

    def add_update(self, update: tuple[Variable, Any]) -> None:
        """Let a value stand here for a variable from now on."""
        variable, value = update
        self.state_mapping[variable] = value

    def add_loss(self, loss: Any) -> None:
        """Keep what is added to the loss."""
        self.losses.append(loss)

    def refuse_new(self, name: str, initializer: Any) -> None:
        """Raise, as no variable can be made here: nobody would keep it."""
        if callable(initializer) or isinstance(initializer, str):
            return
        raise ValueError(
            explain(
                "A variable cannot be made in a stateless scope",
                given=f"Variable '{name}'",
                expected="variables that were made before, in __init__ or build",
                remedy="layer.build(input_shape) before layer.stateless_call(...)",
            )
        )

    def __enter__(self) -> Self:
        self._outside.append(duty.stateless)
        duty.stateless = self
        return self

    def __exit__(self, *error: object) -> None:
        duty.stateless = self._outside.pop()


def _checked(variable: Any, value: Any) -> Any:
    """A value that may stand for a variable, as a tensor of its dtype."""
    if not isinstance(variable, Variable):
        raise ValueError(_key_message(variable))
    tensor = variable.as_own(value)
    if tensor.shape != variable.shape:
        raise ValueError(_value_message(variable, tensor))
    return tensor


def _key_message(given: object) -> str:
    return explain(
        "A StatelessScope has values for variables",
        given=repr(given),
        expected="a Variable, with its value",
        remedy="StatelessScope([(variable, value)])",
    )


def _value_message(variable: Variable, tensor: Any) -> str:
    return explain(
        f"This value cannot stand for Variable '{variable.path}'",
        given=f"shape {format_shape(tensor.shape)}",
        expected=f"shape {format_shape(variable.shape)}, as the variable has",
        remedy=f"value.reshape({format_shape(variable.shape)})",
    )
