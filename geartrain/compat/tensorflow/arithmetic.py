"""TensorFlow's names for arithmetic, comparisons, reductions and products."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.compat.tensorflow.wrapping import binary, of_input, reduction, unary
from geartrain.tensor import Tensor

__all__ = [
    "abs", "acos", "acosh", "add", "add_n", "argmax", "argmin", "asin", "asinh", "atan", "atan2",
    "atanh", "clip_by_global_norm", "clip_by_norm", "clip_by_value", "complex", "cos", "cosh",
    "cumsum", "divide", "einsum", "equal", "exp", "floor", "greater", "greater_equal", "less",
    "less_equal", "logical_and", "logical_not", "logical_or", "matmul", "maximum", "minimum",
    "multiply", "negative", "not_equal", "norm", "pow", "reduce_all", "reduce_any",
    "reduce_logsumexp", "reduce_max", "reduce_mean", "reduce_min", "reduce_prod", "reduce_sum",
    "round", "saturate_cast", "sigmoid", "sign", "sin", "sinh", "sqrt", "square", "subtract",
    "tan", "tanh", "tensordot", "truediv",
]  # fmt: skip


def true_divided(x: Any, y: Any) -> Tensor:
    """The quotient; of whole numbers it is a float64, as in Python, where they are so wide."""
    if ops.dtype(x) in ("int32", "int64", "uint32", "uint64") and ops.dtype(y) == ops.dtype(x):
        return ops.divide(ops.cast(x, "float64"), ops.cast(y, "float64"))
    return ops.divide(x, y)


def _kept(operation: Any) -> Any:
    """The reduction in the dtype of what is reduced."""

    def reduced(x: Any, axis: Any, keepdims: bool) -> Tensor:
        return _in_dtype(operation(x, axis, keepdims), ops.dtype(x))

    reduced.__doc__ = operation.__doc__
    return reduced


def _whole_mean(x: Any, axis: Any, keepdims: bool) -> Tensor:
    """The mean along some axes; of whole numbers it is one, rounded towards zero."""
    wide = ops.cast(x, "float64") if ops.dtype(x)[:3] in ("int", "uin") else x
    return _in_dtype(ops.mean(wide, axis, keepdims), ops.dtype(x))


def _in_dtype(x: Tensor, dtype: str) -> Tensor:
    """The tensor in a dtype; itself where it has it, so that no layer stands for nothing."""
    return x if ops.dtype(x) == dtype else ops.cast(x, dtype)


abs = unary("abs", ops.absolute)
acos = unary("acos", ops.arccos)
acosh = unary("acosh", ops.arccosh)
asin = unary("asin", ops.arcsin)
asinh = unary("asinh", ops.arcsinh)
atan = unary("atan", ops.arctan)
atanh = unary("atanh", ops.arctanh)
cos = unary("cos", ops.cos)
cosh = unary("cosh", ops.cosh)
exp = unary("exp", ops.exp)
floor = unary("floor", ops.floor)
logical_not = unary("logical_not", ops.logical_not)
negative = unary("negative", ops.negative)
round = unary("round", ops.round)
sigmoid = unary("sigmoid", ops.sigmoid)
sign = unary("sign", ops.sign)
sin = unary("sin", ops.sin)
sinh = unary("sinh", ops.sinh)
sqrt = unary("sqrt", ops.sqrt)
square = unary("square", ops.square)
tan = unary("tan", ops.tan)
tanh = unary("tanh", ops.tanh)

add = binary("add", ops.add)
divide = binary("divide", true_divided)
equal = binary("equal", ops.equal)
greater = binary("greater", ops.greater)
greater_equal = binary("greater_equal", ops.greater_equal)
less = binary("less", ops.less)
less_equal = binary("less_equal", ops.less_equal)
logical_and = binary("logical_and", ops.logical_and)
logical_or = binary("logical_or", ops.logical_or)
maximum = binary("maximum", ops.maximum)
minimum = binary("minimum", ops.minimum)
multiply = binary("multiply", ops.multiply)
not_equal = binary("not_equal", ops.not_equal)
pow = binary("pow", ops.power)
subtract = binary("subtract", ops.subtract)
truediv = binary("truediv", true_divided)

reduce_all = reduction("reduce_all", ops.all)
reduce_any = reduction("reduce_any", ops.any)
reduce_logsumexp = reduction("reduce_logsumexp", ops.logsumexp)
reduce_max = reduction("reduce_max", ops.max)
reduce_mean = reduction("reduce_mean", _whole_mean)
reduce_min = reduction("reduce_min", ops.min)
reduce_prod = reduction("reduce_prod", _kept(ops.prod))
reduce_sum = reduction("reduce_sum", _kept(ops.sum))

real_part = of_input("real", ops.real)
imaginary_part = of_input("imag", ops.imag)


def atan2(y: Any, x: Any, name: str | None = None) -> Tensor:
    """The angle of the point (x, y)."""
    return ops.arctan2(y, x)


def complex(real: Any, imag: Any, name: str | None = None) -> Tensor:
    """Complex numbers of real and imaginary parts."""
    return ops.view_as_complex(ops.stack([real, imag], -1))


def add_n(inputs: Any, name: str | None = None) -> Tensor:
    """The sum of several tensors of one shape."""
    found, *others = inputs if isinstance(inputs, list | tuple) else [inputs]
    for each in others:
        found = ops.add(found, each)
    return ops.convert_to_tensor(found)


def argmax(
    input: Any, axis: Any = None, output_type: Any = "int64", name: str | None = None
) -> Tensor:
    """The place of the largest element along an axis: the first, unless another is named."""
    return ops.cast(ops.argmax(input, 0 if axis is None else int(axis)), output_type)


def argmin(
    input: Any, axis: Any = None, output_type: Any = "int64", name: str | None = None
) -> Tensor:
    """The place of the smallest element along an axis: the first, unless another is named."""
    return ops.cast(ops.argmin(input, 0 if axis is None else int(axis)), output_type)


def clip_by_value(
    t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None
) -> Tensor:
    """The tensor, not below one value and not above another."""
    return ops.clip(t, clip_value_min, clip_value_max)


def clip_by_norm(t: Any, clip_norm: Any, axes: Any = None, name: str | None = None) -> Tensor:
    """The tensor, made shorter where its norm is above `clip_norm`: t c / max(|t|, c)."""
    squares = ops.sum(ops.square(t), axes, keepdims=True)
    found = ops.divide_no_nan(ops.multiply(t, clip_norm), ops.maximum(ops.sqrt(squares), clip_norm))
    return found if ops.ndim(t) else ops.reshape(found, ())


def global_norm(t_list: Any, name: str | None = None) -> Tensor:
    """The norm of all elements of several tensors; None among them counts nothing."""
    return ops.sqrt(add_n([ops.sum(ops.square(each)) for each in t_list if each is not None]))


def clip_by_global_norm(
    t_list: Any, clip_norm: Any, use_norm: Any = None, name: str | None = None
) -> tuple[list[Any], Tensor]:
    """Tensors made shorter together, where the norm of all is above `clip_norm`; and that norm."""
    norm_of_all = global_norm(t_list) if use_norm is None else ops.convert_to_tensor(use_norm)
    scale = ops.divide(clip_norm, ops.maximum(norm_of_all, clip_norm))
    return [None if each is None else ops.multiply(each, scale) for each in t_list], norm_of_all


def norm(
    tensor: Any,
    ord: Any = "euclidean",
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
) -> Tensor:
    """The norm of a vector (along one axis), a matrix (two), or all elements (None)."""
    order = None if ord in ("euclidean", "fro", 2) and not isinstance(axis, tuple | list) else ord
    flat = ops.reshape(tensor, (-1,)) if axis is None else tensor
    found = ops.norm(flat, "fro" if order == "euclidean" else order, axis, False)
    if not keepdims:
        return found
    if axis is None:
        return ops.reshape(found, (1,) * ops.ndim(tensor))
    return ops.expand_dims(found, axis)


def saturate_cast(value: Any, dtype: Any, name: str | None = None) -> Tensor:
    """The tensor in another dtype; what lies beyond its range becomes its nearest number."""
    return ops.saturate_cast(value, dtype)


def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    output_type: Any = None,
    grad_a: bool = False,
    grad_b: bool = False,
    name: str | None = None,
) -> Tensor:
    """The matrix product over the last two axes."""
    left = _turned(a, transpose_a, adjoint_a)
    found = ops.matmul(left, _turned(b, transpose_b, adjoint_b))
    return found if output_type is None else ops.cast(found, output_type)


def _turned(x: Any, transpose: bool, adjoint: bool) -> Any:
    if adjoint:
        return ops.conj(ops.swapaxes(x, -1, -2))
    return ops.swapaxes(x, -1, -2) if transpose else x


def tensordot(a: Any, b: Any, axes: Any, name: str | None = None) -> Tensor:
    """The sum over pairs of axes."""
    return ops.tensordot(a, b, axes)


def einsum(equation: str, *inputs: Any, **kwargs: Any) -> Tensor:
    """A sum of products over named axes."""
    return ops.einsum(equation, *inputs)


def cumsum(
    x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Tensor:
    """The sum of the places up to each; `exclusive` leaves the place itself out."""
    return accumulated(ops.cumsum, 0, x, int(axis), exclusive=exclusive, reverse=reverse)


def accumulated(
    operation: Any, start: Any, x: Any, axis: int, *, exclusive: bool, reverse: bool
) -> Tensor:
    """What an operation makes of the places up to each, from either end."""
    tensor = ops.flip(x, axis) if reverse else ops.convert_to_tensor(x)
    if exclusive:
        first, *_ = ops.split(tensor, [1], axis)
        rest = ops.split(tensor, [-1], axis)[0]
        tensor = ops.concatenate([ops.full_like(first, start), rest], axis)
    found = ops.cast(operation(tensor, axis), tensor.dtype)
    return ops.flip(found, axis) if reverse else found
