"""Gamma, beta and binomial numbers, whose proposals are drawn until one is accepted.

The loops are primitives (`primitives/rejection.py`): exact, and only what was refused is drawn
again. No derivative goes through them.
"""

from __future__ import annotations

from typing import Any

from geartrain import ops, primitives
from geartrain.ops.shaping import as_shape
from geartrain.random.arguments import computing_dtype, float_dtype, parameter, require
from geartrain.random.seed import key_of
from geartrain.tensor import DType, Shape, Tensor, as_dtype
from geartrain.tensor.dtypes import FLOAT64


def gamma(shape: Any, alpha: Any, dtype: Any = None, seed: Any = None) -> Tensor:
    """Numbers of the density x^(alpha - 1) e^-x / Gamma(alpha).

    Args:
        shape: of the result.
        alpha: above 0: a number, or a tensor that can be repeated to the shape.
        dtype: a floating-point one; None is float32.
        seed: a whole number, a `SeedGenerator`, or None for the global seed.

    Raises:
        ValueError: the dtype is no float, alpha is not above 0, or the seed is no seed.

    >>> bool(gamma((100,), 3.0, seed=1).numpy().min() > 0)
    True
    """
    wanted, sizes = float_dtype("gamma", dtype), as_shape(shape)
    shapes = _positive("gamma", "alpha", alpha, sizes, computing_dtype(wanted))
    drawn = primitives.random_gamma(key_of(seed), shapes, logarithm=False)
    return ops.cast(drawn, wanted)


def beta(shape: Any, alpha: Any, beta: Any, dtype: Any = None, seed: Any = None) -> Tensor:
    """Numbers from 0 to 1 of a density proportional to x^(alpha - 1) (1 - x)^(beta - 1).

    a / (a + b), where a and b are gamma numbers of alpha and beta. It is computed from their
    logarithms, since both are 0 to a computer where alpha and beta are small.

    Args:
        shape: of the result.
        alpha: above 0: a number, or a tensor that can be repeated to the shape.
        beta: likewise.
        dtype: a floating-point one; None is float32.
        seed: a whole number, a `SeedGenerator`, or None for the global seed.

    Raises:
        ValueError: the dtype is no float, alpha or beta is not above 0, or the seed is no seed.

    >>> bool(0 < beta((), 2.0, 3.0, seed=1) < 1)
    True
    """
    wanted, sizes = float_dtype("beta", dtype), as_shape(shape)
    first = _positive("beta", "alpha", alpha, sizes, FLOAT64)
    second = _positive("beta", "beta", beta, sizes, FLOAT64)
    both = ops.stack([first, second], axis=-1)
    logarithms = primitives.random_gamma(key_of(seed), both, logarithm=True)
    a, b = ops.unstack(logarithms, axis=-1)
    return ops.cast(ops.sigmoid(ops.subtract(a, b)), wanted)


def binomial(
    shape: Any, counts: Any, probabilities: Any, dtype: Any = None, seed: Any = None
) -> Tensor:
    """How many of `counts` independent trials succeed, each with its probability.

    Args:
        shape: of the result.
        counts: whole numbers from 0: one, or a tensor that can be repeated to the shape.
        probabilities: from 0 to 1: one, or a tensor that can be repeated to the shape.
        dtype: a floating-point or integer one; None is float32.
        seed: a whole number, a `SeedGenerator`, or None for the global seed.

    Raises:
        ValueError: a count is negative, a probability lies outside of 0 to 1, or the seed is no
            seed.

    >>> binomial((3,), 10, [0.0, 1.0, 1.0], seed=1).numpy().tolist()
    [0.0, 10.0, 10.0]
    """
    wanted, sizes = as_dtype("float32" if dtype is None else dtype), as_shape(shape)
    _check_chances(counts, probabilities)
    trials = _repeated("binomial", "counts", counts, sizes, FLOAT64)
    chances = _repeated("binomial", "probabilities", probabilities, sizes, FLOAT64)
    return ops.cast(primitives.random_binomial(key_of(seed), trials, chances), wanted)


def _check_chances(counts: Any, probabilities: Any) -> None:
    require(
        *("binomial", "counts", counts, lambda n: n >= 0),
        *("whole numbers from 0", "counts=10"),
    )
    require(
        *("binomial", "probabilities", probabilities, lambda p: (p >= 0) & (p <= 1)),
        *("probabilities from 0 to 1", "probabilities=0.5"),
    )


def _positive(name: str, label: str, value: Any, shape: Shape, dtype: DType) -> Tensor:
    expected, remedy = "numbers above 0", f"{label}=1.0"
    require(name, label, value, lambda x: x > 0, expected, remedy)
    return _repeated(name, label, value, shape, dtype)


def _repeated(name: str, label: str, value: Any, shape: Shape, dtype: DType) -> Tensor:
    """A parameter for each place of the shape."""
    tensor = parameter(name, label, value, shape, dtype)
    return tensor if tensor.shape == shape else ops.broadcast_to(tensor, shape)
