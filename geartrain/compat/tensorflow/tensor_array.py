"""`tf.TensorArray`: a list of tensors of one shape that is written place by place.

Where places are numbers it is a list. Where a place is a traced tensor, as in a loop that is one
node, it is a single tensor, all places above each other, of which every write makes a new one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain import ops
from geartrain.errors import explain
from geartrain.tensor import Dim, Tensor
from geartrain.tensor.interpreter import duty


class TensorArray:
    """A list of tensors of one shape that grows and is stacked at last.

    Each `write` gives the list with the new part, as in TensorFlow: `array = array.write(0, x)`.
    Places that were never written are zeros.

    >>> array = TensorArray("float32", size=3)
    >>> array.write(0, 1.0).write(1, 2.0).stack().tolist()
    [1.0, 2.0, 0.0]
    """

    def __init__(
        self,
        dtype: Any,
        size: Any = None,
        dynamic_size: bool | None = None,
        clear_after_read: bool | None = None,
        tensor_array_name: str | None = None,
        handle: Any = None,
        flow: Any = None,
        infer_shape: bool = True,
        element_shape: Any = None,
        colocate_with_first_write_call: bool = True,
        name: str | None = None,
    ) -> None:
        self.dtype = dtype
        self.dynamic_size = bool(dynamic_size)
        unknown = isinstance(size, Dim)  # in a function that is compiled for any size
        self._size = size if unknown else None
        self._parts: list[Any] = [None] * (0 if size is None or unknown else int(size))
        self._given_shape = None if element_shape is None else tuple(element_shape)
        self._buffer: Tensor | None = None

    # -- as one tensor -------------------------------------------------------------------------

    @property
    def buffer(self) -> Tensor | None:
        """All places above each other, where the array is one tensor."""
        return self._buffer

    @property
    def element_shape(self) -> tuple[Any, ...] | None:
        """The shape of a part; None while nothing is known of it."""
        if self._buffer is not None:
            return tuple(self._buffer.shape[1:])
        known = next((each for each in self._parts if each is not None), None)
        return self._given_shape if known is None else tuple(known.shape)

    def as_one(self, element_shape: Any) -> TensorArray:
        """The array as one tensor."""
        if self._buffer is not None:
            return self
        if self._size is not None:
            return self.with_buffer(ops.zeros((self._size, *element_shape), self.dtype))
        blank = ops.zeros(tuple(element_shape), self.dtype)
        parts = [blank if each is None else each for each in self._parts]
        if not parts:
            raise TypeError(_size_message())
        return self.with_buffer(ops.stack(parts))

    def with_buffer(self, buffer: Tensor) -> TensorArray:
        """An array like this one, of other parts."""
        found = self._copy()
        found._parts, found._buffer = [], buffer
        return found

    def _copy(self) -> TensorArray:
        found = TensorArray(self.dtype, 0, self.dynamic_size, element_shape=self._given_shape)
        found._parts, found._buffer, found._size = list(self._parts), self._buffer, self._size
        return found

    # -- TensorFlow's methods ------------------------------------------------------------------

    def write(self, index: Any, value: Any, name: str | None = None) -> TensorArray:
        """The list with a value at a place."""
        part = ops.convert_to_tensor(value, self.dtype)
        if self._buffer is not None or self._size is not None or _is_traced(index):
            whole = self.as_one(part.shape)
            place = ops.reshape(ops.cast(index, "int32"), (1, 1))
            rows = ops.expand_dims(part, 0)
            return whole.with_buffer(ops.scatter_update(whole.buffer, place, rows))
        found = self if duty.eager is not None else self._copy()
        found._require_room(int(index))
        found._parts[int(index)] = part
        return found

    def _require_room(self, at: int) -> None:
        """Grow up to a place.

        Raises:
            IndexError: the array does not grow.
        """
        missing = at + 1 - len(self._parts)
        if missing > 0 and not self.dynamic_size:
            raise IndexError(_room_message(at, len(self._parts)))
        self._parts += [None] * missing

    def read(self, index: Any, name: str | None = None) -> Tensor:
        """The value at a place."""
        if self._buffer is None and self._size is None and not _is_traced(index):
            part = self._parts[int(index)]
            return self._blank() if part is None else part
        found: Tensor = ops.take(self._whole(), index, axis=0)
        return found

    def stack(self, name: str | None = None) -> Tensor:
        """The values one above the other."""
        return self._whole()

    def concat(self, name: str | None = None) -> Tensor:
        """The values one after the other."""
        if self._buffer is not None:
            return ops.reshape(self._buffer, (-1, *self._buffer.shape[2:]))
        return ops.concatenate([self._blank() if x is None else x for x in self._parts], 0)

    def unstack(self, value: Any, name: str | None = None) -> TensorArray:
        """A list of the parts of a tensor."""
        return self._of(ops.unstack(ops.convert_to_tensor(value, self.dtype)))

    def scatter(self, indices: Any, value: Any, name: str | None = None) -> TensorArray:
        """The list with the parts of a tensor at several places."""
        found = self
        for index, part in zip(_numbers(indices), ops.unstack(value), strict=True):
            found = found.write(index, part)
        return found

    def split(self, value: Any, lengths: Any, name: str | None = None) -> TensorArray:
        """A list of pieces of a tensor, of these lengths."""
        ends = np.cumsum(_numbers(lengths))[:-1].tolist()
        return self._of(ops.split(ops.convert_to_tensor(value, self.dtype), ends, axis=0))

    def gather(self, indices: Any, name: str | None = None) -> Tensor:
        """Some of the values one above the other."""
        found: Tensor = ops.take(self._whole(), indices, axis=0)
        return found

    def size(self, name: str | None = None) -> Tensor:
        """How many values there are."""
        places = len(self._parts) if self._size is None else self._size
        count = places if self._buffer is None else self._buffer.shape[0]
        return ops.convert_to_tensor(count, "int32")

    def identity(self) -> TensorArray:
        """The same list."""
        return self

    def close(self, name: str | None = None) -> None:
        """Nothing: the list goes when nobody has it."""

    def _of(self, parts: list[Any]) -> TensorArray:
        found = self if duty.eager is not None else self._copy()
        found._parts, found._buffer = list(parts), None
        return found

    def _whole(self) -> Any:
        if self._buffer is not None or self._size is not None:
            return self.as_one(self.element_shape or ()).buffer
        return ops.stack([self._blank() if each is None else each for each in self._parts])

    def _blank(self) -> Tensor:
        shape = self.element_shape
        if shape is None:
            raise ValueError(_shape_message())
        return ops.zeros(shape, self.dtype)


def _is_traced(x: Any) -> bool:
    return isinstance(x, Tensor) and x.is_symbolic


def _numbers(x: Any) -> list[int]:
    return [int(each) for each in np.asarray(x)]


def _size_message() -> str:
    return explain(
        "A TensorArray that grows cannot be written at a place that is a traced tensor",
        given="size=0, and a loop that is compiled",
        expected="as many places as will be written",
        remedy="tf.TensorArray(dtype, size=n)",
    )


def _room_message(at: int, count: int) -> str:
    return explain(
        f"A TensorArray has no place {at}",
        given=f"size={count}",
        expected="a place before the end, or an array that grows",
        remedy="tf.TensorArray(dtype, size=0, dynamic_size=True)",
    )


def _shape_message() -> str:
    return explain(
        "A TensorArray does not know the shape of its parts",
        given="an array that nothing was written to",
        expected="a part, or the shape of one",
        remedy="tf.TensorArray(dtype, size=n, element_shape=(2, 3))",
    )
