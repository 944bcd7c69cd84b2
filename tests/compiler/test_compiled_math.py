"""Compiled mathematics, through `jit`: within 2 ulp in float32, 4 in float64, limits included."""

import mpmath
import numpy as np
import pytest

from geartrain import jit
from geartrain.primitives import PRIMITIVES
from geartrain.tensor import Tensor

FUNCTIONS = {
    "exp": (np.exp, mpmath.exp, (-104, 89)),
    "log": (np.log, mpmath.log, None),
    "rsqrt": (lambda x: 1 / np.sqrt(x), lambda x: 1 / mpmath.sqrt(x), None),
    "tanh": (np.tanh, mpmath.tanh, (-12, 12)),
}
SPECIAL = [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 1e-45, -1e-45, 1e-40, 3e38, 88.8, -103.9]


def points(limits, dtype, count=200_000):
    """Numbers over the whole range: evenly, or by their bits where there are no limits."""
    rng = np.random.default_rng(0)
    near = rng.uniform(-1, 1, count // 4) if limits else rng.uniform(0.5, 2, count // 4)
    if limits:
        wide = rng.uniform(*limits, count)
    elif dtype == "float32":
        wide = rng.integers(1, 0x7F800000, count, dtype="uint32").view("float32")
    else:
        wide = rng.integers(1, 0x7FF0000000000000, count, dtype="uint64").view("float64")
    return np.concatenate([near.astype(dtype), wide.astype(dtype)])


def ulps(found, exact, dtype):
    """The distance from the exact values, in units of their last place."""
    with np.errstate(over="ignore"):
        rounded = exact.astype(dtype)
    kept = np.isfinite(rounded)
    np.testing.assert_array_equal(found[~kept], rounded[~kept])
    last_place = np.spacing(np.abs(rounded[kept])).astype(exact.dtype)
    return np.abs(found[kept].astype(exact.dtype) - exact[kept]) / last_place


def compiled(name):
    return jit(PRIMITIVES[name].__call__)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_float32_is_within_two_ulp(name):
    exact, _, limits = FUNCTIONS[name]
    x = points(limits, "float32")
    found = compiled(name)(x).numpy()
    assert ulps(found, exact(x.astype("float64")), "float32").max() <= 2


@pytest.mark.parametrize("name", FUNCTIONS)
def test_float64_is_within_four_ulp(name):
    _, exact, limits = FUNCTIONS[name]
    x = points(limits and (limits[0] * 6.8, limits[1] * 7.9), "float64", 2000)
    found = compiled(name)(x).numpy()
    with mpmath.workprec(200):
        for one, value in zip(x.tolist(), found.tolist(), strict=True):
            right = exact(mpmath.mpf(one))
            last_place = np.spacing(max(abs(float(right)), 5e-324))
            assert abs(mpmath.mpf(value) - right) <= 4 * mpmath.mpf(float(last_place)), one


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [1, 13])  # scalar code, and vector code
@pytest.mark.parametrize("name", FUNCTIONS)
def test_limits_and_nan(name, size, dtype):
    exact = FUNCTIONS[name][0]
    for special in SPECIAL:
        x = np.full(size, special, dtype)
        with np.errstate(all="ignore"):
            expected = exact(x)
        np.testing.assert_allclose(compiled(name)(x).numpy(), expected, rtol=1e-6)


def test_power_of_everything_to_everything():
    numbers = [*SPECIAL, 2.0, -2.0, 0.5, -0.5, 3.0, -3.0, -8.0, 1.5]
    x, y = (each.ravel().astype("float32") for each in np.meshgrid(numbers, numbers))
    found = jit(PRIMITIVES["power"].__call__)(x, y).numpy()
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(found, np.power(x, y), rtol=1e-6)


def test_power_is_within_two_ulp():
    rng = np.random.default_rng(0)
    x, y = (
        rng.uniform(0, 30, 200_000).astype("float32"),
        rng.uniform(-20, 20, 200_000).astype("float32"),
    )
    found = jit(PRIMITIVES["power"].__call__)(x, y).numpy()
    exact = x.astype("float64") ** y
    assert ulps(found, exact, "float32").max() <= 2


def test_rounded_sums_of_products_are_fused():
    """a * b + c is rounded once, whatever the lanes: the same bits everywhere."""
    rng = np.random.default_rng(0)
    a, b, c = (rng.standard_normal(37).astype("float32") for _ in range(3))
    found = jit(lambda x, y, z: x * y + z)(a, b, c).numpy()
    exact = (a.astype("float64") * b + c).astype("float32")
    np.testing.assert_array_equal(found, exact)
    assert isinstance(found, np.ndarray)
    assert not np.array_equal(found, (Tensor(a) * Tensor(b) + Tensor(c)).numpy())
