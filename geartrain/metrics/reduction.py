"""`Mean` and `Sum` of what they are given, and the mean of a function of targets and outputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from geartrain import primitives
from geartrain.layers.masks import mask_of
from geartrain.losses.alignment import spread_weights
from geartrain.losses.loss import with_function
from geartrain.losses.reduction import weigh_by_mask
from geartrain.metrics.metric import Metric
from geartrain.ops import add, cast, convert_to_tensor, divide_no_nan, mean, multiply, sum
from geartrain.serialization import serialize_keras_object
from geartrain.tensor import Tensor

Reducer = Callable[..., Tensor]


def by_sample(
    values: Any, sample_weight: Any, dtype: str, reduce: Reducer
) -> tuple[Tensor, Tensor | None]:
    """One number for each sample, times its weight; and the weights, one for each sample.

    Weights may be one for each sample or for each of the first places of it: what lies behind
    those is reduced before it is weighed.
    """
    numbers = convert_to_tensor(values)
    mask, numbers = mask_of(numbers), cast(numbers, dtype)
    if sample_weight is None:
        return _reduced(numbers, reduce, 1), None
    weight = convert_to_tensor(sample_weight, dtype)
    kept = weigh_by_mask(weight, mask, numbers, averages=False)
    if 0 < weight.ndim < numbers.ndim:
        numbers = _reduced(numbers, reduce, weight.ndim)
    numbers, spread = spread_weights(numbers, kept if kept is not None else weight)
    return _reduced(multiply(numbers, spread), reduce, 1), _reduced(spread, reduce, 1)


def _reduced(values: Tensor, reduce: Reducer, first: int) -> Tensor:
    """Reduced along the axes from `first` on."""
    return reduce(values, tuple(range(first, values.ndim))) if values.ndim > first else values


class Mean(Metric):
    """The mean of numbers that are given to it.

    Args:
        name: of the metric.
        dtype: computed in.

    >>> metric = Mean()
    >>> metric.update_state([1.0, 3.0])
    >>> metric.update_state(5.0)
    >>> float(metric.result())
    3.0
    """

    def __init__(self, name: str = "mean", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable((), "zeros", self.dtype, name="total")
        self.count = self.add_variable((), "zeros", self.dtype, name="count")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Take numbers in: one a sample, or an array for each, which is averaged.

        Args:
            values: the numbers, samples along the first axis.
            sample_weight: how much each counts: a number, one for each sample, or one for each
                place.
        """
        numbers, weight = by_sample(values, sample_weight, self.dtype, mean)
        if weight is not None:
            count = sum(weight)
        else:
            axes = (0,) if numbers.ndim else ()
            count = primitives.size(numbers, axes=axes, dtype=numbers.dtype)
        self.add_total(sum(numbers), count)

    def add_total(self, total: Tensor, count: Tensor) -> None:
        """Take in a total, and how many numbers it is of."""
        self.total.assign(cast(add(self.total, total), self.dtype))
        self.count.assign(cast(add(self.count, count), self.dtype))

    def result(self) -> Tensor:
        """total / count, and 0 where nothing was counted."""
        return divide_no_nan(self.total.value, self.count.value)

    def current(self) -> Any:
        """The same without building tensors: training asks often."""
        if type(self).result is not Mean.result:
            return super().current()
        total, count = self.total.numpy(), self.count.numpy()
        return float(total / count) if count else 0.0


class Sum(Metric):
    """The sum of numbers that are given to it.

    Args:
        name: of the metric.
        dtype: computed in.

    >>> metric = Sum()
    >>> metric.update_state([1.0, 3.0])
    >>> float(metric.result())
    4.0
    """

    def __init__(self, name: str = "sum", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable((), "zeros", self.dtype, name="total")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Take numbers in, each times its weight."""
        numbers, _ = by_sample(values, sample_weight, self.dtype, sum)
        self.total.assign(add(self.total, sum(numbers)))

    def result(self) -> Tensor:
        """The sum so far."""
        return self.total.value


class MeanMetricWrapper(Mean):
    """The mean of what a function of (y_true, y_pred) gives for each sample.

    Args:
        fn: gives a number for each sample.
        name: None is that of the class.
        dtype: computed in.
        **kwargs: further arguments of the function.

    >>> from geartrain import losses
    >>> metric = MeanMetricWrapper(losses.mean_absolute_error)
    >>> float(metric([[1.0], [2.0]], [[1.5], [2.0]]))
    0.25
    """

    def __init__(
        self, fn: Callable[..., Any], name: str | None = None, dtype: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(name=name, dtype=dtype)  # type: ignore[arg-type]  # None numbers it
        self._fn = fn
        self._fn_kwargs = kwargs

    def update_state(  # type: ignore[override]  # of Mean's values
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> None:
        """Take a batch into account.

        Args:
            y_true: the targets.
            y_pred: the outputs; where a mask that they carry is false, nothing counts.
            sample_weight: how much each sample, or each place of it, counts.

        Raises:
            ValueError: the shapes do not fit each other; nothing is broadcast.
        """
        mask = mask_of(y_pred)
        values = convert_to_tensor(self._fn(y_true, y_pred, **self._fn_kwargs))
        if mask is not None:
            weight = None if sample_weight is None else convert_to_tensor(sample_weight, self.dtype)
            like = cast(values, self.dtype)
            sample_weight = weigh_by_mask(weight, mask, like, averages=False)
        super().update_state(values, sample_weight)

    def get_config(self) -> dict[str, Any]:
        own = {"fn": serialize_keras_object(self._fn)} if type(self) is MeanMetricWrapper else {}
        return super().get_config() | own | self._fn_kwargs

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The metric that a config tells of."""
        return cls(**with_function(config))
