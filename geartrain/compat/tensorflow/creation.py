"""TensorFlow's names for making tensors."""

from __future__ import annotations

from typing import Any

from geartrain import ops, primitives
from geartrain.compat.tensorflow.dtypes import StringDType, as_dtype
from geartrain.compat.tensorflow.sizes import Sizes, has_numbers, is_size
from geartrain.compat.tensorflow.texts import RaggedTexts, as_texts, is_text
from geartrain.errors import explain
from geartrain.tensor import Dim, Tensor, Variable
from geartrain.tensor import as_dtype as number_dtype
from geartrain.tensor.text_tensor import TextTensor

__all__ = [
    "cast", "constant", "convert_to_tensor", "eye", "fill", "identity", "is_tensor", "linspace",
    "meshgrid", "ones", "ones_like", "range", "rank", "shape", "size", "stop_gradient", "zeros",
    "zeros_like",
]  # fmt: skip


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = "Const") -> Any:
    """A tensor of a value; one number is repeated to `shape`. Texts are taken, too.

    >>> constant(2.0, shape=(2, 2)).tolist(), constant("text").numpy()
    ([[2.0, 2.0], [2.0, 2.0]], b'text')
    """
    tensor = convert_to_tensor(value, dtype)
    if shape is None:
        return tensor
    if isinstance(tensor, TextTensor):
        return tensor.reshape(shape)
    return ops.reshape(tensor, shape) if tensor.size > 1 else ops.broadcast_to(tensor, shape)


def convert_to_tensor(
    value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None
) -> Any:
    """A tensor of a value: numbers, or texts."""
    if isinstance(dtype, StringDType) or is_text(value):
        return value if isinstance(value, RaggedTexts) else as_texts(value)
    if isinstance(value, Tensor | Variable) and dtype is not None:
        _require_dtype(value, dtype)
    return ops.convert_to_tensor(value, dtype)


def _require_dtype(value: Any, dtype: Any) -> None:
    """Refuse another dtype than a tensor has, as TensorFlow does."""
    if value.dtype != as_dtype(dtype):
        raise ValueError(
            explain(
                "A tensor keeps its dtype",
                given=f"a tensor of {value.dtype}, and dtype={as_dtype(dtype).name!r}",
                expected="no dtype, or the one that it has",
                remedy=f"tf.cast(x, tf.{as_dtype(dtype).name})",
            )
        )


def is_tensor(x: Any) -> Any:
    """Whether `x` is a tensor or a variable."""
    return isinstance(x, Tensor | Variable | TextTensor | RaggedTexts)


def zeros(shape: Any, dtype: Any = "float32", name: str | None = None, layout: Any = None) -> Any:
    """A tensor of zeros; of texts, empty ones."""
    if isinstance(as_dtype(dtype), StringDType):
        return fill(shape, "")
    return ops.zeros(shape, dtype)


def ones(shape: Any, dtype: Any = "float32", name: str | None = None, layout: Any = None) -> Tensor:
    """A tensor of ones."""
    return ops.ones(shape, dtype)


def fill(dims: Any, value: Any, name: str | None = None, layout: Any = None) -> Any:
    """One number, or one text, in every place of a shape."""
    if is_text(value):
        import numpy as np

        return TextTensor(np.full(tuple(map(int, dims)), as_texts(value).numpy(), object))
    return ops.broadcast_to(ops.convert_to_tensor(value), dims)


def zeros_like(
    input: Any, dtype: Any = None, name: str | None = None, layout: Any = None
) -> Tensor:
    """Zeros in the shape of a tensor."""
    return ops.zeros_like(input, dtype)


def ones_like(input: Any, dtype: Any = None, name: str | None = None, layout: Any = None) -> Tensor:
    """Ones in the shape of a tensor."""
    return ops.ones_like(input, dtype)


def eye(
    num_rows: Any,
    num_columns: Any = None,
    batch_shape: Any = None,
    dtype: Any = "float32",
    name: str | None = None,
) -> Tensor:
    """The matrix with ones on its diagonal, as often as `batch_shape` says."""
    found = ops.eye(num_rows, num_columns, dtype=dtype)
    if batch_shape is None:
        return found
    return ops.broadcast_to(found, (*Sizes(batch_shape), *found.shape))


def range(
    start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str | None = "range"
) -> Tensor:
    """Numbers from `start` (0 if only one is given) up to but not including `limit`.

    >>> range(3, 9, 2).tolist()
    [3, 5, 7]
    """
    first, last = (0, start) if limit is None else (start, limit)
    if not isinstance(last, Dim):
        return ops.arange(first, last, delta, dtype)
    if type(first) is not int or first or type(delta) is not int or delta != 1:
        raise ValueError(_range_message(first, last, delta))
    wanted = number_dtype("int32" if dtype is None else dtype)
    return primitives.iota(shape=(last,), axis=0, dtype=wanted)


def linspace(start: Any, stop: Any, num: int, name: str | None = None, axis: int = 0) -> Tensor:
    """`num` numbers at equal distances from `start` to `stop`."""
    wanted = None if isinstance(start, float | int) else ops.dtype(start)
    numbers: Tensor = ops.linspace(start, stop, int(num), dtype=wanted, axis=axis)
    return numbers


def meshgrid(*args: Any, **kwargs: Any) -> list[Tensor]:
    """Coordinates of the points of a grid; `indexing` is "xy" or "ij"."""
    return ops.meshgrid(*args, indexing=kwargs.get("indexing", "xy"))


def cast(x: Any, dtype: Any, name: str | None = None) -> Any:
    """The tensor in another dtype; of complex numbers, floats get the real part."""
    if isinstance(x, TextTensor):
        return x
    if ops.dtype(x).startswith("complex") and as_dtype(dtype).kind != "c":
        return ops.cast(ops.real(x), dtype)
    return ops.cast(x, dtype)


def shape(input: Any, out_type: Any = None, name: str | None = None) -> Any:
    """The size of each axis: a tensor, or before there are numbers, sizes.

    What a shape is wanted for takes both; sizes become tensors where they are added or cast.
    """
    if isinstance(input, TextTensor):
        return ops.convert_to_tensor(list(input.shape), out_type or "int32")
    if isinstance(input, Sizes) or is_size(input):
        return Sizes(input.shape if isinstance(input, Sizes) else ())
    tensor = ops.convert_to_tensor(input)
    sizes = ops.shape(tensor)
    if has_numbers(tensor):
        return ops.convert_to_tensor(list(sizes) or (), out_type or "int32")
    return Sizes(sizes)


def rank(input: Any, name: str | None = None) -> Tensor:
    """The number of axes, as a tensor."""
    return ops.convert_to_tensor(ops.ndim(input))


def size(input: Any, out_type: Any = None, name: str | None = None) -> Tensor:
    """The number of elements, as a tensor."""
    return ops.convert_to_tensor(ops.size(input), out_type or "int32")


def stop_gradient(input: Any, name: str | None = None) -> Tensor:
    """The value itself, through which no derivative goes."""
    return ops.stop_gradient(input)


def identity(input: Any, name: str | None = None) -> Any:
    """The value itself."""
    return convert_to_tensor(input)


def _range_message(start: Any, limit: Any, delta: Any) -> str:
    return explain(
        "A range up to a size that is not known yet starts at 0 and goes on by 1",
        given=f"start={start}, limit={limit}, delta={delta}",
        expected="start=0, delta=1",
        remedy="tf.range(n) * delta + start",
    )
