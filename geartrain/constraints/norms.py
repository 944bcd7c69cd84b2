"""Constraints on the sign of weights, and on the length of each unit's weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from geartrain.defaults import epsilon
from geartrain.ops import add, clip, convert_to_tensor, divide, maximum, multiply, sqrt, square, sum
from geartrain.symbolic.operation import signature_of
from geartrain.tensor import Tensor


class Constraint:
    """Called with a weight, gives the weight as it may be.

    A subclass defines `__call__(self, w)`, and `get_config` if it has arguments.

    >>> from geartrain import constraints, ops
    >>> class Below(constraints.Constraint):
    ...     def __call__(self, w):
    ...         return ops.minimum(w, 1.0)
    >>> Below()(ops.convert_to_tensor([0.5, 2.0])).tolist()
    [0.5, 1.0]
    """

    def __call__(self, w: Any) -> Any:
        """The nearest weight that is allowed; without a subclass, any."""
        return w

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes the constraint from: the arguments of `__init__`."""
        names = list(signature_of(type(self).__init__).parameters)[1:]
        return {name: getattr(self, name) for name in names if hasattr(self, name)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The constraint of a config."""
        return cls(**config)


def lengths(w: Tensor, axis: int | Sequence[int]) -> Tensor:
    """Euclid's length along an axis, which stays with size 1."""
    return sqrt(sum(square(w), axis, keepdims=True))


class MinMaxNorm(Constraint):
    """Lengths between two bounds.

    Args:
        min_value: the least length.
        max_value: the greatest length.
        rate: how far a length outside of the bounds is brought back: 1 is all the way.
        axis: along which a length is: 0 for the kernel of Dense, (0, 1, 2) for that of Conv2D.
    """

    def __init__(
        self,
        min_value: float = 0.0,
        max_value: float = 1.0,
        rate: float = 1.0,
        axis: int | Sequence[int] = 0,
    ) -> None:
        self.min_value, self.max_value, self.rate, self.axis = min_value, max_value, rate, axis

    def __call__(self, w: Any) -> Tensor:
        weight = convert_to_tensor(w)
        length = lengths(weight, self.axis)
        inside = clip(length, self.min_value, self.max_value)
        wanted = add(multiply(inside, self.rate), multiply(length, 1 - self.rate))
        return multiply(weight, divide(wanted, add(length, epsilon())))


class MaxNorm(MinMaxNorm):
    """Lengths of `max_value` at most."""

    def __init__(self, max_value: float = 2, axis: int | Sequence[int] = 0) -> None:
        super().__init__(0.0, max_value, 1.0, axis)


class UnitNorm(Constraint):
    """Lengths of 1."""

    def __init__(self, axis: int | Sequence[int] = 0) -> None:
        self.axis = axis

    def __call__(self, w: Any) -> Tensor:
        weight = convert_to_tensor(w)
        return divide(weight, add(lengths(weight, self.axis), epsilon()))


class NonNeg(Constraint):
    """Weights that are not negative.

    >>> NonNeg()([-1.0, 2.0]).numpy().tolist()
    [0.0, 2.0]
    """

    def __call__(self, w: Any) -> Tensor:
        weight = convert_to_tensor(w)
        return maximum(weight, convert_to_tensor(0, dtype=weight.dtype))
