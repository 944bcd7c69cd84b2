"""`VariableHolder`: the variables that an optimizer keeps beside those that it trains.

    build([kernel, bias])   ->   adam/iteration, adam/learning_rate,
                                 adam/kernel_momentum, adam/kernel_velocity, adam/bias_momentum, ...

Their order is Keras's, as files hold optimizers' variables by number.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, MutableMapping, Sequence
from typing import Any

import numpy as np

from geartrain import initializers
from geartrain.defaults import floatx
from geartrain.errors import explain
from geartrain.layers.naming import snake_case, unique_name
from geartrain.ops import add, subtract
from geartrain.tensor import Tensor, Variable, at_once, format_shape

VERSION = "_rate_version"  # the attribute that counts what a compiled step has to know of
SETTINGS = (type(None), bool, int, float)  # types of what a step is compiled with


class VariableHolder:
    """Makes variables in the shape of others, and saves and loads what they hold.

    Args:
        name: None numbers the class's name.
    """

    def __init__(self, name: str | None = None) -> None:
        if name is None:
            name = unique_name(snake_case(type(self).__name__))
        if not isinstance(name, str) or "/" in name:
            raise ValueError(_name_message(self, name))
        self._variables: list[Variable] = []
        self._trainable_variables: list[Variable] = []
        self._trainable_variables_indices: dict[int, int] = {}
        self.name = name
        self.built = False

    def __setattr__(self, name: str, value: Any) -> None:
        """Keep the attribute; a variable among attributes is one of the optimizer's."""
        if isinstance(value, Variable) and "_variables" in vars(self):
            self._track_variable(value)
        if name[0] != "_" and self._is_other_setting(name, value):
            vars(self)[VERSION] += 1
        super().__setattr__(name, value)

    def _is_other_setting(self, name: str, value: Any) -> bool:
        """Whether a number or switch of an optimizer that is at work is to change."""
        own = vars(self)
        is_known = own.get("built") and name in own and name not in ("built", "name")
        plain = type(value) in SETTINGS and type(own.get(name)) in SETTINGS
        return bool(is_known and plain and VERSION in own and own[name] != value)

    def __getstate__(self) -> dict[str, Any]:
        """What a copy, or a pickle, is made of; variables are known by identity, which it loses."""
        return {**vars(self), "_trainable_variables_indices": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._note_places()

    @property
    def variables(self) -> list[Variable]:
        """The count of steps, the learning rate, and the state of every variable."""
        return list(self._variables)

    # -- making ----------------------------------------------------------------------------------

    def add_variable(
        self,
        shape: Sequence[int],
        initializer: Any = "zeros",
        dtype: Any = None,
        aggregation: str = "none",
        layout: Any = None,
        name: str | None = None,
    ) -> Variable:
        """A new variable of the optimizer.

        Args:
            shape: its shape.
            initializer: a name or an object of `geartrain.initializers`.
            dtype: None is the default float.
            aggregation: taken for the sake of Keras's users: there is one replica.
            layout: taken likewise.
            name: the last part of its path.
        """
        with at_once():  # a step that is being traced makes its state too
            start = initializers.get(initializer)(tuple(shape), dtype=dtype or floatx())
        made = Variable(np.asarray(start), dtype=dtype, trainable=False, name=name or "variable")
        made.path = f"{self.name}/{name}" if name else made.name
        self._variables.append(made)
        return made

    def add_variable_from_reference(
        self, reference_variable: Variable, name: str | None = None, initializer: Any = "zeros"
    ) -> Variable:
        """A new variable in the shape and dtype of another: `dense_kernel_momentum`.

        Args:
            reference_variable: a variable of the model.
            name: what it is to it: "momentum"; None is "var".
            initializer: a name or an object of `geartrain.initializers`.
        """
        return self.add_variable(
            reference_variable.shape,
            initializer,
            reference_variable.dtype,
            name=f"{reference_variable.path.replace('/', '_')}_{name or 'var'}",
        )

    def add_optimizer_variables(
        self, trainable_variables: Sequence[Variable], name: Any, initializer: Any = "zeros"
    ) -> Any:
        """For each variable one of the optimizer's, or one for each of several names.

        Args:
            trainable_variables: variables of the model; one that takes its gradient as its value
                gets None.
            name: one name, or several.
            initializer: one, or one for each name.

        Returns:
            A list, one for each variable; for several names a tuple of such lists.

        Raises:
            ValueError: the number of initializers is not that of the names.
        """
        names = [name] if isinstance(name, str) else list(name)
        one = isinstance(initializer, str) or not isinstance(initializer, list | tuple)
        starts = [initializer] * len(names) if one else list(initializer)
        if len(starts) != len(names):
            raise ValueError(_initializers_message(names, starts))
        rows = [
            [self._state_of(each, *pair) for pair in zip(names, starts, strict=True)]
            for each in trainable_variables
        ]
        columns = tuple([row[place] for row in rows] for place in range(len(names)))
        return columns[0] if isinstance(name, str) else columns

    def _state_of(self, variable: Variable, name: str, initializer: Any) -> Variable | None:
        if takes_gradient_as_value(variable):
            return None
        return self.add_variable_from_reference(variable, name, initializer)

    def _track_variable(self, variable: Variable) -> None:
        if all(each is not variable for each in self._variables):
            self._variables.append(variable)

    def _untrack_variable(self, variable: Any) -> None:
        self._variables[:] = [each for each in self._variables if each is not variable]

    # -- the variables that are trained ----------------------------------------------------------

    def build(self, variables: Iterable[Variable]) -> None:
        """Note which variables are to be trained; subclasses make their state, once."""
        self._trainable_variables = list(variables)
        self._note_places()
        self.built = True

    def _note_places(self) -> None:
        for place, variable in enumerate(self._trainable_variables):
            self._trainable_variables_indices[id(variable)] = place

    def _get_variable_index(self, variable: Variable) -> int:
        """The place of a trained variable among those given to `build`."""
        return self._trainable_variables_indices[id(variable)]

    def assign(self, variable: Variable, value: Any) -> None:
        """Give a variable a value."""
        variable.assign(value)

    def assign_add(self, variable: Variable, value: Any) -> None:
        """Add to a variable."""
        variable.assign(add(variable, value))

    def assign_sub(self, variable: Variable, value: Any) -> None:
        """Subtract from a variable."""
        variable.assign(subtract(variable, value))

    # -- saving and loading ----------------------------------------------------------------------

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Give every variable of the optimizer new numbers, in the order of `variables`.

        Raises:
            ValueError: the optimizer is not built, or the number of arrays or a shape differs; no
                variable is changed then.
        """
        if not self.built:
            raise ValueError(_unbuilt_message(self, "set_weights", "optimizer.set_weights(...)"))
        arrays, own = [as_array(each) for each in weights], self.variables
        if [each.shape for each in arrays] != [each.shape for each in own]:
            raise ValueError(_weights_message(self, arrays))
        for variable, numbers in zip(own, arrays, strict=True):
            variable.assign(numbers)

    def save_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """Put the numbers of every variable into a mapping, under "0", "1", ..."""
        for place, variable in enumerate(self.variables):
            store[str(place)] = variable.numpy()

    def load_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """Take the numbers of every variable from a mapping that `save_own_variables` filled."""
        own = self.variables
        if len(store) != len(own):
            text = _skipped_message(self, len(store))
            warnings.warn(text, stacklevel=2)
            return
        for place, variable in enumerate(own):
            variable.assign(np.asarray(store[str(place)]))


def takes_gradient_as_value(variable: Variable) -> bool:
    """Whether the "gradient" of a variable is its next value, as for statistics of float8."""
    return bool(getattr(variable, "overwrite_with_gradient", False))


def as_array(value: Any) -> Any:
    """The numbers of a tensor, variable, array or number."""
    return value.numpy() if isinstance(value, Tensor | Variable) else np.asarray(value)


def _name_message(optimizer: Any, name: Any) -> str:
    return explain(
        f"{type(optimizer).__name__} cannot have this name",
        given=f"name={name!r}",
        expected="a string without '/', which separates the parts of paths",
        remedy=f"{type(optimizer).__name__}(name='my_optimizer')",
    )


def _initializers_message(names: list[str], initializers: list[Any]) -> str:
    return explain(
        "The number of provided names must match the number of initializers",
        given=f"name={names}, initializer={initializers}",
        expected=f"{len(names)} initializers, one for each name",
        remedy="add_optimizer_variables(variables, ['momentum', 'velocity'], 'zeros')",
    )


def _unbuilt_message(optimizer: VariableHolder, what: str, then: str) -> str:
    return explain(
        f"{what} needs an optimizer that has been built",
        given=f"{type(optimizer).__name__} '{optimizer.name}', which has seen no variables yet",
        expected="the variables to train, which say what state there is",
        remedy=f"optimizer.build(model.trainable_variables)\n{then}",
    )


def _weights_message(optimizer: VariableHolder, arrays: Sequence[Any]) -> str:
    own = ", ".join(f"{each.path} {format_shape(each.shape)}" for each in optimizer.variables)
    return explain(
        f"{type(optimizer).__name__} '{optimizer.name}' cannot take these weights",
        given=f"{len(arrays)} arrays of shapes {[each.shape for each in arrays]}",
        expected=own,
        remedy="optimizer.set_weights([each.numpy() for each in other.variables])",
    )


def _skipped_message(optimizer: VariableHolder, count: int) -> str:
    return explain(
        f"The state of optimizer '{optimizer.name}' was not loaded",
        given=f"{count} variables",
        expected=f"{len(optimizer.variables)}, as {type(optimizer).__name__} has now",
        remedy="compile the model with the optimizer that was saved, or go on without its state",
    )
