"""What TensorFlow's tensors have that ours have not: what `habits` puts into their class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from geartrain.compat.tensorflow.dtypes import TensorShape
from geartrain.symbolic import KerasTensor
from geartrain.tensor import Array, Tensor, Variable

Patch = tuple[Any, str, Any]
_shared = Tensor.numpy


def tensor_patches() -> Iterator[Patch]:
    """Arrays that can be written to, and older ways to ask for a shape."""
    yield Tensor, "numpy", numpy
    for owner in (Tensor, Variable):
        yield owner, "get_shape", get_shape
    yield Variable, "read_value", read_value
    yield KerasTensor, "_keras_shape", property(lambda self: tuple(self.shape))


def numpy(self: Tensor) -> Array:
    """The numbers, as a NumPy array of one's own: `image = x.numpy(); image -= image.mean()`."""
    return _shared(self).copy()


def get_shape(self: Any) -> TensorShape:
    """The shape; sizes that are not known are None."""
    return TensorShape(self.shape)


def read_value(self: Variable) -> Tensor:
    """The value, as a tensor."""
    return self.value
