"""`Quantizer`: what makes whole numbers and a scale of floats."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from geartrain.errors import explain
from geartrain.quantizers.rounding import Axis, abs_max_quantize
from geartrain.tensor import Tensor


class Quantizer:
    """Makes whole numbers and a scale of floats; a subclass computes in `__call__`.

    Args:
        output_dtype: of the whole numbers.
    """

    def __init__(self, output_dtype: str = "int8") -> None:
        self.output_dtype = output_dtype

    def __call__(self, x: Any) -> Any:
        """Whole numbers and their scale: what a subclass computes."""
        raise NotImplementedError(_method_message(self, "__call__(self, x)"))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes the quantizer from: a subclass says it."""
        raise NotImplementedError(_method_message(self, "get_config()"))

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The quantizer of a config."""
        return cls(**config)


class AbsMaxQuantizer(Quantizer):
    """Whole numbers by the largest magnitude: see `abs_max_quantize`.

    Args:
        axis: over which the largest magnitude is looked for, where the call does not say it.
        value_range: the least and the greatest whole number.
        epsilon: keeps the scale of zeros finite.
        output_dtype: of the whole numbers.

    Raises:
        ValueError: the dtype does not hold the range.

    >>> numbers, scale = AbsMaxQuantizer(axis=0)([[1.0, -2.0], [2.0, 4.0]])
    >>> numbers.numpy().tolist()
    [[64, -64], [127, 127]]
    """

    def __init__(
        self,
        axis: Axis = None,
        value_range: tuple[float, float] = (-127, 127),
        epsilon: float = 1e-7,
        output_dtype: str = "int8",
    ) -> None:
        super().__init__(output_dtype)
        self.axis = (axis,) if isinstance(axis, int) else axis if axis is None else tuple(axis)
        self.value_range, self.epsilon = value_range, epsilon
        if output_dtype in ("int8", "uint8"):
            bounds = np.iinfo(output_dtype)
            if value_range[0] < bounds.min or value_range[1] > bounds.max:
                raise ValueError(_range_message(value_range, output_dtype))

    def __call__(self, x: Any, axis: Axis = None, to_numpy: bool = False) -> tuple[Tensor, Tensor]:
        """Whole numbers, and what `x` was multiplied with.

        Args:
            x: floats.
            axis: over which the largest magnitude is looked for; None: the quantizer's own, else
                the last one.
            to_numpy: whether to compute by NumPy, outside of any trace.
        """
        own = (-1,) if self.axis is None else self.axis
        over = own if axis is None else axis
        rest = (self.value_range, self.output_dtype, self.epsilon, to_numpy)
        return abs_max_quantize(x, over, *rest)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = {
            "value_range": self.value_range,
            "epsilon": self.epsilon,
            "output_dtype": self.output_dtype,
        }
        return config if self.axis is None else {**config, "axis": self.axis}


def _method_message(quantizer: Quantizer, method: str) -> str:
    return explain(
        f"{quantizer!r} does not implement {method}",
        given=f"class {type(quantizer).__name__}, without it",
        expected=f"def {method.replace('()', '(self)')}: in the class",
        remedy="quantizers.AbsMaxQuantizer(axis=0), or a subclass of it",
    )


def _range_message(value_range: Any, dtype: str) -> str:
    bounds = np.iinfo(dtype)
    return explain(
        f"Quantizer with output_dtype={dtype!r} requires value_range to be within the interval "
        f"[{bounds.min}, {bounds.max}]",
        given=f"value_range={value_range}",
        expected=f"numbers from {bounds.min} to {bounds.max}",
        remedy=f"value_range=({bounds.min + (dtype == 'int8')}, {bounds.max})",
    )
