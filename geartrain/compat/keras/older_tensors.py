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
    for kind in (Tensor, Variable, KerasTensor):
        yield kind, "shape", _with_names(vars(kind)["shape"])
    for tensor in (Tensor, KerasTensor):
        yield tensor, "set_shape", set_shape
        yield tensor, "cpu", itself
        yield tensor, "gpu", itself
    yield Variable, "read_value", read_value
    yield KerasTensor, "_keras_shape", property(lambda self: tuple(self.shape))


class SizesWithNames(tuple[Any, ...]):
    """A shape: a tuple that also answers as TensorFlow's does, `x.shape.as_list()`."""

    __slots__ = ()

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self)

    ndims = rank

    def as_list(self) -> list[int | None]:
        """The sizes; those that are not known are None."""
        return TensorShape(self).as_list()

    def num_elements(self) -> int | None:
        """How many elements a tensor of this shape has, if that is known."""
        return TensorShape(self).num_elements()

    def is_fully_defined(self) -> bool:
        """Whether every size is known."""
        return bool(TensorShape(self).is_fully_defined())

    def is_compatible_with(self, other: Any) -> bool:
        """Whether there is a tensor that has both shapes."""
        return bool(TensorShape(self).is_compatible_with(other))

    def with_rank(self, rank: int) -> SizesWithNames:
        """The shape itself.

        Raises:
            ValueError: it has another number of axes.
        """
        if len(self) != rank:
            raise ValueError(f"a shape of {rank} axes is expected, and this is {tuple(self)}")
        return self


def _with_names(shape: property) -> property:
    """A property that gives a shape, of one that gives a tuple."""
    sizes: Any = shape.fget

    def found(self: Any) -> SizesWithNames:
        return SizesWithNames(sizes(self))

    return property(found, doc=shape.__doc__)


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
