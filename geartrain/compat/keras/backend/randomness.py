"""Random numbers; a new draw at each call, also in a function that is compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geartrain import ops
from geartrain import random as draws
from geartrain.defaults import floatx
from geartrain.random.seed import SeedGenerator
from geartrain.symbolic import UnknownSize, is_keras_tensor
from geartrain.symbolic.steps import drawn_operation

__all__ = ["dropout", "random_bernoulli", "random_binomial", "random_normal", "random_uniform",
           "truncated_normal"]  # fmt: skip

_generators: dict[str, SeedGenerator] = {}


def _seed(seed: Any) -> Any:
    """The seed that is given, or the next of a row that goes on in compiled functions too."""
    if seed is not None:
        return seed
    if "backend" not in _generators:
        _generators["backend"] = SeedGenerator(name="keras_backend")
    return _generators["backend"]


def _drawn(draw: Callable[..., Any], shape: Any, *arguments: Any) -> Any:
    """Numbers of a shape; where a size is a symbol of a model, they are drawn when it is called."""
    if not any(isinstance(size, UnknownSize) for size in shape):
        return draw(tuple(shape), *arguments)

    def random(like: Any) -> Any:
        return draw(ops.shape(like), *arguments)

    return drawn_operation(random, [ops.zeros(tuple(shape))], {})


def random_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None
) -> Any:
    """Normally distributed numbers.

    >>> random_normal((2, 3)).shape
    (2, 3)
    """
    return _drawn(draws.normal, shape, mean, stddev, dtype or floatx(), _seed(seed))


def random_uniform(
    shape: Any, minval: float = 0.0, maxval: float = 1.0, dtype: Any = None, seed: Any = None
) -> Any:
    """Numbers drawn evenly."""
    return _drawn(draws.uniform, shape, minval, maxval, dtype or floatx(), _seed(seed))


def truncated_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None
) -> Any:
    """Normally distributed numbers, none further from the mean than two deviations."""
    return _drawn(draws.truncated_normal, shape, mean, stddev, dtype or floatx(), _seed(seed))


def random_bernoulli(shape: Any, p: float = 0.0, dtype: Any = None, seed: Any = None) -> Any:
    """Ones with a probability of p, else zeros."""
    drawn = random_uniform(shape, dtype=floatx(), seed=seed)
    return ops.cast(ops.less(drawn, p), dtype or floatx())


random_binomial = random_bernoulli


def dropout(x: Any, level: float, noise_shape: Any = None, seed: Any = None) -> Any:
    """A share of the numbers becomes 0, the others grow by 1 / (1 - level)."""
    given = (level, noise_shape, _seed(seed))
    if is_keras_tensor(x):
        return drawn_operation(draws.dropout, [x, *given], {})
    return draws.dropout(x, *given)
