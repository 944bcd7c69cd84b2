"""float16 and bfloat16 in kernels: rounded as NumPy and ml_dtypes round, operation by operation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from geartrain import jit, ops
from geartrain.compiler.graphs.partition import has_machine_code
from geartrain.primitives import PRIMITIVES
from geartrain.tensor import Array, Tensor, as_dtype

NAMES = ["float16", "bfloat16"]
SPECIAL = [0.0, -0.0, np.inf, -np.inf, np.nan, 65504, 65519.99, 65520, 6e-8, 2.0**-25, 3e38, 1e-40]


def numbers(name: str) -> Array:
    """Numbers of all sizes; those halfway between two of the dtype's, and a hair beside them."""
    rng = np.random.default_rng(0)
    spread = rng.standard_normal(2000) * 10.0 ** rng.integers(-9, 6, 2000)
    step = 2.0**-11 if name == "float16" else 2.0**-8
    halfway = (1 + step * (2 * rng.integers(0, 100, 200) + 1)) * 2.0 ** rng.integers(-5, 5, 200)
    beside = [np.nextafter(halfway, way) for way in (np.inf, -np.inf)]
    return np.concatenate([spread, SPECIAL, halfway, *beside])


def assert_same(found: Tensor, expected: Array) -> None:
    """The same bits, whatever the bits of a NaN are."""
    got = found.numpy()
    assert got.dtype == expected.dtype
    nan = np.isnan(expected.astype("float32"))
    np.testing.assert_array_equal(np.isnan(got.astype("float32")), nan)
    np.testing.assert_array_equal(got.view("uint16")[~nan], expected.view("uint16")[~nan])


@pytest.mark.parametrize("source", ["float32", "float64"])
@pytest.mark.parametrize("name", NAMES)
def test_numbers_are_rounded_as_numpy_rounds(name: str, source: str) -> None:
    with np.errstate(over="ignore"):
        x = numbers(name).astype(source)
        expected = x.astype(as_dtype(name))
    narrow, wide = jit(lambda t: ops.cast(t, name)), jit(lambda t: ops.cast(t, source))
    assert_same(narrow(x), expected)
    np.testing.assert_array_equal(wide(expected), expected.astype(source))
    assert bool(narrow.host_calls) is not has_machine_code(as_dtype(name))


@pytest.mark.parametrize("primitive", ["add", "subtract", "multiply", "divide", "maximum"])
@pytest.mark.parametrize("name", NAMES)
def test_every_operation_rounds(name: str, primitive: str) -> None:
    with np.errstate(over="ignore"):
        x = numbers(name).astype(as_dtype(name))
    y = np.roll(x, 7)
    compiled = jit(PRIMITIVES[primitive])
    assert_same(compiled(x, y), PRIMITIVES[primitive](Tensor(x), Tensor(y)).numpy())
    assert bool(compiled.host_calls) is not has_machine_code(as_dtype(name))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "function",
    [
        lambda x: ops.sum(x, 1),
        lambda x: ops.sum(x, 0),
        lambda x: ops.matmul(x, ops.transpose(x)),
        lambda x: ops.average_pool(ops.reshape(x, (2, 16, 10, 30)), 2),
    ],
    ids=["rows", "columns", "product", "windows"],
)
def test_totals_are_rounded_once(name: str, function: Any) -> None:
    x = np.random.default_rng(0).uniform(1, 2, (32, 300)).astype(as_dtype(name))
    compiled = jit(function)
    found = np.asarray(compiled(x)).astype("float64")
    assert bool(compiled.host_calls) is not has_machine_code(as_dtype(name))
    if compiled.host_calls:  # NumPy rounds sums of columns at every step
        return
    exact = np.asarray(function(Tensor(x.astype("float64"))))
    unit = 2.0**-11 if name == "float16" else 2.0**-8
    assert np.max(np.abs(found - exact) / np.abs(exact)) <= unit * 1.001
