"""`Metric`: a number that is kept up to date from batch to batch."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.ops import (
    add,
    cast,
    convert_to_tensor,
    divide,
    greater,
    multiply,
    sum,
    where,
)
from geartrain.tensor import Tensor, Variable
from geartrain.tensor.dtypes import FLOAT32


class Metric(ABC):
    """State in variables, an update for each batch, and a result."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.variables: list[Variable] = []

    def add_variable(self, name: str) -> Variable:
        """A new scalar of state, 0 at first."""
        variable = Variable(np.float32(0), trainable=False, name=name)
        variable.path = f"{self.name}/{name}"
        self.variables.append(variable)
        return variable

    def reset_state(self) -> None:
        """Begin again."""
        for variable in self.variables:
            variable.assign(np.float32(0))

    @abstractmethod
    def update_state(self, y_true: Any, y_pred: Any) -> None:
        """Take a batch into account."""

    @abstractmethod
    def result(self) -> Tensor:
        """The number now."""

    def current(self) -> float:
        """The number now, as Python's own."""
        return float(self.result())

    def __call__(self, y_true: Any, y_pred: Any) -> Tensor:
        self.update_state(y_true, y_pred)
        return self.result()


class Averaged(Metric):
    """A mean: a total over a count."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.total = self.add_variable("total")
        self.count = self.add_variable("count")

    def add_values(self, values: Tensor) -> None:
        """Take in every element of `values`."""
        numbers = cast(values, "float32")
        every_axis = tuple(range(numbers.ndim))
        self.add_total(sum(numbers), primitives.size(numbers, axes=every_axis, dtype=FLOAT32))

    def add_total(self, total: Tensor, count: Tensor) -> None:
        """Take in a total, and how many elements it is of."""
        self.total.assign(add(self.total, total))
        self.count.assign(add(self.count, count))

    def result(self) -> Tensor:
        """total / count, and 0 where nothing was counted."""
        total, count = self.total.value, self.count.value
        counted = greater(count, 0)
        mean: Tensor = where(counted, divide(total, where(counted, count, 1.0)), 0.0)
        return mean

    def current(self) -> float:
        """The same without building tensors: training asks often."""
        total, count = self.total.numpy(), self.count.numpy()
        return float(total / count) if count else 0.0


class Mean(Averaged):
    """The mean of numbers that are given to it.

    >>> metric = Mean()
    >>> metric.update_state([1.0, 3.0])
    >>> float(metric.result())
    2.0
    """

    def __init__(self, name: str = "mean") -> None:
        super().__init__(name)

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Take in every element, with a weight if one is given."""
        numbers = cast(convert_to_tensor(values), "float32")
        if sample_weight is None:
            self.add_values(numbers)
        else:
            weight = cast(convert_to_tensor(sample_weight), "float32")
            self.add_total(sum(multiply(numbers, weight)), sum(weight))


class SampleMetric(Averaged):
    """The mean over the samples of a number for each."""

    @abstractmethod
    def values(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """The number for each sample."""

    def update_state(self, y_true: Any, y_pred: Any) -> None:
        """Take a batch into account."""
        self.add_values(self.values(convert_to_tensor(y_true), convert_to_tensor(y_pred)))


class FunctionMetric(SampleMetric):
    """The mean of what a user's function of (y_true, y_pred) gives."""

    def __init__(self, function: Callable[[Tensor, Tensor], Tensor]) -> None:
        super().__init__(getattr(function, "__name__", "metric"))
        self.function = function

    def values(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return self.function(cast(y_true, y_pred.dtype), y_pred)
