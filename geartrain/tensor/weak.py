"""Scalars of weak dtype: what a Python float is while a function is traced.

x * 0.1      takes the dtype of x, whether 0.1 is typed there or is an argument of the function
"""

from __future__ import annotations

from geartrain.tensor.tensor import Tensor


class WeakTensor(Tensor):
    """A scalar that takes the dtype of what is beside it; alone it is float32.

    Attributes:
        exact: the same number in float64, from which it is cast.
    """

    __slots__ = ("exact",)

    def __init__(self, alone: Tensor, exact: Tensor) -> None:
        super().__init__(alone.value)
        self.exact = exact
