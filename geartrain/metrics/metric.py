"""`Metric`: a number that is kept up to date from batch to batch.

    state in variables   --update_state(batch)-->   state   --result()-->   number

State is changed by operations alone, so that it compiles into the step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from geartrain import initializers
from geartrain.defaults import floatx
from geartrain.errors import explain
from geartrain.layers.tracking import Tracked, parts_of, remembered
from geartrain.losses.standards import dtype_name
from geartrain.names import snake_case, unique_name
from geartrain.ops import convert_to_tensor
from geartrain.tensor import Tensor, Variable
from geartrain.tensor.changes import changes
from geartrain.tensor.nest import map_nest


class Metric(Tracked):
    """State in variables, an update for each batch, and a result.

    A subclass makes its state with `add_weight`, changes it in `update_state`, and computes in
    `result` a tensor, or a dict of tensors. Variables and metrics among its attributes are part
    of its state.

    Args:
        dtype: of what is computed; None is `config.floatx()`.
        name: None numbers the class's name.

    >>> class Largest(Metric):
    ...     def __init__(self):
    ...         super().__init__(name="largest")
    ...         self.value = self.add_weight(name="value", initializer="zeros")
    ...     def update_state(self, y_true, y_pred, sample_weight=None):
    ...         self.value.assign(ops.maximum(self.value, ops.max(y_pred)))
    ...     def result(self):
    ...         return self.value.value
    >>> from geartrain import ops
    >>> largest = Largest()
    >>> float(largest([0.0], [3.0])), float(largest([0.0], [2.0]))
    (3.0, 3.0)
    """

    _direction: str | None = None  # "up" or "down": which way is better

    def __init__(self, dtype: Any = None, name: str | None = None) -> None:
        self.name = name or unique_name(snake_case(type(self).__name__))
        self._dtype = dtype_name(dtype)
        self._variables: list[Variable] = []

    @property
    def dtype(self) -> str:
        """The name of the dtype that is computed in."""
        return self._dtype

    # -- state -----------------------------------------------------------------------------------

    @property
    def variables(self) -> list[Variable]:
        """All state: its own, then that of metrics inside."""
        return remembered(self, "variables", self._find_variables)

    def _find_variables(self) -> list[Variable]:
        own = parts_of(self, Variable)
        inner = (each for metric in parts_of(self, Metric) for each in metric.variables)
        return list(dict.fromkeys([*own, *inner]))

    def add_variable(
        self,
        shape: Sequence[int],
        initializer: Any,
        dtype: Any = None,
        aggregation: str = "sum",
        name: str | None = None,
    ) -> Variable:
        """A new variable of state.

        Args:
            shape: of the variable.
            initializer: its first value: a name, or a function of a shape and a dtype.
            dtype: None is `config.floatx()`.
            aggregation: how several machines' values become one.
            name: of the variable.
        """
        self._check_begun()
        wanted = dtype_name(dtype) if dtype is not None else floatx()
        first = initializers.get(initializer)(tuple(shape), dtype=wanted)
        variable = Variable(
            first, dtype=wanted, trainable=False, name=name or unique_name("variable")
        )
        variable.path = f"{self.name}/{variable.name}"
        self._variables.append(variable)
        changes.note()
        return variable

    def add_weight(
        self,
        shape: Sequence[int] = (),
        initializer: Any = None,
        dtype: Any = None,
        name: str | None = None,
    ) -> Variable:
        """A new variable of state; zeros at first, if nothing else is asked for."""
        start = "zeros" if initializer is None else initializer
        return self.add_variable(shape, start, dtype, name=name)

    def reset_state(self) -> None:
        """Begin again: all state becomes 0."""
        for variable in self.variables:
            variable.assign(np.zeros(variable.shape, variable.dtype))

    def update_state(self, *args: Any, **kwargs: Any) -> Any:
        """Take a batch into account."""
        raise NotImplementedError(f"{type(self).__name__} needs a method update_state")

    def result(self) -> Any:
        """The number now: a tensor, or a dict of tensors."""
        raise NotImplementedError(f"{type(self).__name__} needs a method result")

    def current(self) -> Any:
        """The result in Python's own numbers; arrays where it has axes."""
        return map_nest(_plain, self.result())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Take a batch into account, and give the result."""
        self._check_begun()
        self.update_state(*args, **kwargs)
        return self.result()

    # -- without side effects --------------------------------------------------------------------

    def stateless_update_state(
        self, metric_variables: Sequence[Any], *args: Any, **kwargs: Any
    ) -> list[Tensor]:
        """What the state would become from given values; the metric's own stays.

        Raises:
            ValueError: there are more or fewer values than variables.
        """
        variables = self._matched(metric_variables)
        with _Lent(variables, metric_variables):
            self.update_state(*args, **kwargs)
            return [each.value for each in variables]

    def stateless_result(self, metric_variables: Sequence[Any]) -> Any:
        """The result that given values of the state would have.

        Raises:
            ValueError: there are more or fewer values than variables.
        """
        with _Lent(self._matched(metric_variables), metric_variables):
            return map_nest(convert_to_tensor, self.result())

    def stateless_reset_state(self) -> list[Tensor]:
        """What the state is at the beginning; the metric's own stays."""
        variables = self.variables
        with _Lent(variables, [each.value for each in variables]):
            self.reset_state()
            return [each.value for each in variables]

    def _matched(self, values: Sequence[Any]) -> list[Variable]:
        variables = self.variables
        if len(values) == len(variables):
            return variables
        raise ValueError(
            explain(
                f"{type(self).__name__} '{self.name}' needs a value for each variable",
                given=f"{len(values)} values",
                expected=f"{len(variables)}: " + ", ".join(each.path for each in variables),
                remedy="metric_variables=[each.value for each in metric.variables]",
            )
        )

    # -- configs ---------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """The arguments that make the same metric."""
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The metric that a config tells of."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"

    def _check_begun(self) -> None:
        if "_variables" in vars(self):
            return
        raise RuntimeError(
            explain(
                f"{type(self).__name__} has no place for its state",
                given="a metric whose __init__ did not call super().__init__",
                expected="that call, before the first add_weight",
                remedy="super().__init__(name=name)",
            )
        )


class _Lent:
    """Gives variables other values for a while."""

    def __init__(self, variables: Sequence[Variable], values: Sequence[Any]) -> None:
        self.variables = variables
        self.values = [convert_to_tensor(each) for each in values]

    def __enter__(self) -> None:
        self.own = [each.value for each in self.variables]
        self._give(self.values)

    def __exit__(self, *exception: object) -> None:
        self._give(self.own)

    def _give(self, values: Sequence[Tensor]) -> None:
        for variable, value in zip(self.variables, values, strict=True):
            variable.assign(value)


def _plain(value: Any) -> Any:
    numbers = value.numpy() if isinstance(value, Tensor | Variable) else np.asarray(value)
    return numbers.item() if numbers.ndim == 0 else numbers
