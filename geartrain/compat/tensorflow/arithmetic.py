"""TensorFlow's names for arithmetic, reductions and products."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.tensor import Tensor

__all__ = [
    "abs",
    "add",
    "argmax",
    "argmin",
    "clip_by_value",
    "cos",
    "cumsum",
    "divide",
    "einsum",
    "equal",
    "exp",
    "floor",
    "greater",
    "greater_equal",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "matmul",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "not_equal",
    "pow",
    "reduce_all",
    "reduce_any",
    "reduce_logsumexp",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "reduce_prod",
    "reduce_sum",
    "round",
    "sigmoid",
    "sign",
    "sin",
    "sqrt",
    "square",
    "subtract",
    "tan",
    "tanh",
    "tensordot",
]


def reduce_sum(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The sum along some axes."""
    return ops.sum(input_tensor, axis, keepdims)


def reduce_mean(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The mean along some axes."""
    return ops.mean(input_tensor, axis, keepdims)


def reduce_max(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The largest element along some axes."""
    return ops.max(input_tensor, axis, keepdims)


def reduce_min(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The smallest element along some axes."""
    return ops.min(input_tensor, axis, keepdims)


def reduce_prod(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The product along some axes."""
    return ops.prod(input_tensor, axis, keepdims)


def reduce_any(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Whether some element along the axes is true."""
    return ops.any(input_tensor, axis, keepdims)


def reduce_all(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Whether every element along the axes is true."""
    return ops.all(input_tensor, axis, keepdims)


def reduce_logsumexp(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The logarithm of the sum of e^x along some axes."""
    return ops.logsumexp(input_tensor, axis, keepdims)


def add(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`ops.add` of two tensors."""
    return ops.add(x, y)


def subtract(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`ops.subtract` of two tensors."""
    return ops.subtract(x, y)


def multiply(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`ops.multiply` of two tensors."""
    return ops.multiply(x, y)


def divide(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`ops.divide` of two tensors."""
    return ops.divide(x, y)


def maximum(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`ops.maximum` of two tensors."""
    return ops.maximum(x, y)


def minimum(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`ops.minimum` of two tensors."""
    return ops.minimum(x, y)


def pow(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`ops.power` of two tensors."""
    return ops.power(x, y)


def equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`ops.equal` of two tensors."""
    return ops.equal(x, y)


def not_equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`ops.not_equal` of two tensors."""
    return ops.not_equal(x, y)


def less(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`ops.less` of two tensors."""
    return ops.less(x, y)


def less_equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`ops.less_equal` of two tensors."""
    return ops.less_equal(x, y)


def greater(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`ops.greater` of two tensors."""
    return ops.greater(x, y)


def greater_equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`ops.greater_equal` of two tensors."""
    return ops.greater_equal(x, y)


def logical_and(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`ops.logical_and` of two tensors."""
    return ops.logical_and(x, y)


def logical_or(x: Any, y: Any, name: str | None = None) -> Tensor:
    """`ops.logical_or` of two tensors."""
    return ops.logical_or(x, y)


def abs(x: Any, name: str | None = None) -> Tensor:
    """`ops.absolute` of a tensor."""
    return ops.absolute(x)


def negative(x: Any, name: str | None = None) -> Tensor:
    """`ops.negative` of a tensor."""
    return ops.negative(x)


def sign(x: Any, name: str | None = None) -> Tensor:
    """`ops.sign` of a tensor."""
    return ops.sign(x)


def square(x: Any, name: str | None = None) -> Tensor:
    """`ops.square` of a tensor."""
    return ops.square(x)


def sqrt(x: Any, name: str | None = None) -> Tensor:
    """`ops.sqrt` of a tensor."""
    return ops.sqrt(x)


def exp(x: Any, name: str | None = None) -> Tensor:
    """`ops.exp` of a tensor."""
    return ops.exp(x)


def sin(x: Any, name: str | None = None) -> Tensor:
    """`ops.sin` of a tensor."""
    return ops.sin(x)


def cos(x: Any, name: str | None = None) -> Tensor:
    """`ops.cos` of a tensor."""
    return ops.cos(x)


def tan(x: Any, name: str | None = None) -> Tensor:
    """`ops.tan` of a tensor."""
    return ops.tan(x)


def tanh(x: Any, name: str | None = None) -> Tensor:
    """`ops.tanh` of a tensor."""
    return ops.tanh(x)


def sigmoid(x: Any, name: str | None = None) -> Tensor:
    """`ops.sigmoid` of a tensor."""
    return ops.sigmoid(x)


def floor(x: Any, name: str | None = None) -> Tensor:
    """`ops.floor` of a tensor."""
    return ops.floor(x)


def round(x: Any, name: str | None = None) -> Tensor:
    """`ops.round` of a tensor."""
    return ops.round(x)


def logical_not(x: Any, name: str | None = None) -> Tensor:
    """`ops.logical_not` of a tensor."""
    return ops.logical_not(x)


def argmax(
    input: Any, axis: int = 0, output_type: Any = "int64", name: str | None = None
) -> Tensor:
    """The place of the largest element along an axis: the first, unless another is named."""
    return ops.cast(ops.argmax(input, axis), output_type)


def argmin(
    input: Any, axis: int = 0, output_type: Any = "int64", name: str | None = None
) -> Tensor:
    """The place of the smallest element along an axis: the first, unless another is named."""
    return ops.cast(ops.argmin(input, axis), output_type)


def clip_by_value(
    t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None
) -> Tensor:
    """The tensor, not below one value and not above another."""
    return ops.clip(t, clip_value_min, clip_value_max)


def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    name: str | None = None,
) -> Tensor:
    """The matrix product over the last two axes."""
    left = ops.swapaxes(a, -1, -2) if transpose_a else a
    return ops.matmul(left, ops.swapaxes(b, -1, -2) if transpose_b else b)


def tensordot(a: Any, b: Any, axes: Any, name: str | None = None) -> Tensor:
    """The sum over pairs of axes."""
    return ops.tensordot(a, b, axes)


def einsum(equation: str, *inputs: Any) -> Tensor:
    """A sum of products over named axes."""
    return ops.einsum(equation, *inputs)


def cumsum(x: Any, axis: int = 0, name: str | None = None) -> Tensor:
    """The sum of the places up to each."""
    return ops.cumsum(x, axis)
