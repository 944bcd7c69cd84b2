"""Element by element, comparisons, and reductions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geartrain import ops
from geartrain.defaults import floatx
from geartrain.ops import (
    abs,
    cos,
    elu,
    exp,
    log,
    round,
    sigmoid,
    sign,
    sin,
    softplus,
    softsign,
    square,
    tanh,
)

__all__ = [
    "abs", "all", "any", "argmax", "argmin", "clip", "cos", "cumprod", "cumsum", "elu", "equal",
    "exp", "greater", "greater_equal", "hard_sigmoid", "l2_normalize", "less", "less_equal", "log",
    "logsumexp", "max", "maximum", "mean", "min", "minimum", "not_equal", "pow", "prod", "relu",
    "round", "sigmoid", "sign", "sin", "softmax", "softplus", "softsign", "sqrt", "square", "std",
    "sum", "tanh", "var",
]  # fmt: skip


def argmax(x: Any, axis: int = -1) -> Any:
    """The place of the largest number along an axis.

    >>> argmax([[1.0, 3.0], [2.0, 0.0]]).tolist()
    [1, 0]
    """
    return ops.argmax(x, axis)


def argmin(x: Any, axis: int = -1) -> Any:
    """The place of the smallest number along an axis."""
    return ops.argmin(x, axis)


def sqrt(x: Any) -> Any:
    """The square root; that of a negative number is 0.

    >>> sqrt([4.0, -1.0]).tolist()
    [2.0, 0.0]
    """
    return ops.sqrt(ops.maximum(x, 0.0))


def pow(x: Any, a: Any) -> Any:
    """x to the power of a."""
    return ops.power(x, a)


def relu(x: Any, alpha: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Any:
    """x above the threshold, below it alpha * (x - threshold); at most `max_value`.

    >>> relu([-1.0, 2.0, 9.0], max_value=6.0).tolist()
    [0.0, 2.0, 6.0]
    """
    from geartrain import activations

    return activations.relu(x, negative_slope=alpha, max_value=max_value, threshold=threshold)


def softmax(x: Any, axis: int = -1) -> Any:
    """exp(x) / sum(exp(x)) along an axis."""
    return ops.softmax(x, axis=axis)


def hard_sigmoid(x: Any) -> Any:
    """0.2 x + 0.5, from 0 to 1: Keras 2's.

    >>> hard_sigmoid([0.0, 5.0]).tolist()
    [0.5, 1.0]
    """
    return ops.clip(ops.add(ops.multiply(x, 0.2), 0.5), 0.0, 1.0)


def clip(x: Any, min_value: Any, max_value: Any) -> Any:
    """x, at least the one and at most the other.

    >>> clip([-1.0, 5.0], 0.0, 2.0).tolist()
    [0.0, 2.0]
    """
    return ops.clip(x, min_value, max_value)


def l2_normalize(x: Any, axis: Any = None) -> Any:
    """x divided by its length along an axis: x / sqrt(max(sum(x²), 1e-12)).

    >>> l2_normalize([3.0, 4.0]).shape
    (2,)
    """
    squares = ops.sum(ops.square(x), axis=axis, keepdims=True)
    return ops.multiply(x, ops.rsqrt(ops.maximum(squares, 1e-12)))


def _of_floats(function: Callable[..., Any]) -> Callable[..., Any]:
    """A reduction that takes bools as floats, as Keras does."""

    def reduce(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        if str(getattr(x, "dtype", "")) == "bool":
            x = ops.cast(x, floatx())
        return function(x, axis=axis, keepdims=keepdims)

    reduce.__name__ = reduce.__qualname__ = str(function.__name__)
    reduce.__doc__ = f"`ops.{function.__name__}`, of bools as of floats."
    return reduce


def _of_two(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of two tensors, under Keras 2's names for them."""

    def compute(x: Any, y: Any) -> Any:
        return function(x, y)

    compute.__name__ = compute.__qualname__ = str(function.__name__)
    compute.__doc__ = function.__doc__
    return compute


equal, not_equal = _of_two(ops.equal), _of_two(ops.not_equal)
greater, greater_equal = _of_two(ops.greater), _of_two(ops.greater_equal)
less, less_equal = _of_two(ops.less), _of_two(ops.less_equal)
maximum, minimum = _of_two(ops.maximum), _of_two(ops.minimum)
mean, std, var = _of_floats(ops.mean), _of_floats(ops.std), _of_floats(ops.var)


def sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The sum along axes."""
    return ops.sum(x, axis=axis, keepdims=keepdims)


def prod(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The product along axes."""
    return ops.prod(x, axis=axis, keepdims=keepdims)


def max(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The largest along axes."""
    return ops.max(x, axis=axis, keepdims=keepdims)


def min(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The smallest along axes."""
    return ops.min(x, axis=axis, keepdims=keepdims)


def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """log(sum(exp(x))), without overflow."""
    return ops.logsumexp(x, axis=axis, keepdims=keepdims)


def any(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether one is true, along axes."""
    return ops.any(ops.cast(x, "bool"), axis=axis, keepdims=keepdims)


def all(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether all are true, along axes."""
    return ops.all(ops.cast(x, "bool"), axis=axis, keepdims=keepdims)


def cumsum(x: Any, axis: int = 0) -> Any:
    """The sums of what was so far."""
    return ops.cumsum(x, axis=axis)


def cumprod(x: Any, axis: int = 0) -> Any:
    """The products of what was so far."""
    return ops.cumprod(x, axis=axis)
