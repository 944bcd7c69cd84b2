"""What TensorFlow's tensors have that ours have not: what `habits` puts into their class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from geartrain.compat.tensorflow.dtypes import TensorShape
from geartrain.errors import explain
from geartrain.symbolic import KerasTensor
from geartrain.tensor import Array, Tensor, Variable

Patch = tuple[Any, str, Any]
_shared = Tensor.numpy


def tensor_patches() -> Iterator[Patch]:
    """Arrays that can be written to, and older ways to ask for a shape."""
    yield Tensor, "numpy", numpy
    for owner in (Tensor, Variable):
        yield owner, "get_shape", get_shape
        yield owner, "ref", ref
    for each in (Tensor, KerasTensor):
        yield each, "set_shape", set_shape
        yield each, "cpu", itself
        yield each, "gpu", itself
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


def set_shape(self: Any, shape: Any) -> None:
    """Say which shape a tensor has, where some sizes may be None: here it is checked.

    Raises:
        ValueError: it has another one.
    """
    if not TensorShape(shape).is_compatible_with(self.shape):
        raise ValueError(
            explain(
                "A tensor keeps its shape",
                given=f"shape={shape}",
                expected=f"one that {tuple(self.shape)} fits, the shape of the tensor",
                remedy="tf.reshape(x, shape)",
            )
        )


def itself(self: Any) -> Any:
    """The tensor: there is one device."""
    return self


def ref(self: Any) -> Reference:
    """What stands for it in a set or a dict."""
    return Reference(self)


class Reference:
    """Stands for a tensor or a variable in a set or a dict: equal if it is the same one.

    Args:
        owner: which one.
    """

    def __init__(self, owner: Any) -> None:
        self._owner = owner

    def deref(self) -> Any:
        """The tensor or variable."""
        return self._owner

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and other._owner is self._owner

    def __hash__(self) -> int:
        return id(self._owner)
