"""NaN, infinities, zeros of both signs and subnormal numbers, through everything compiled.

What NumPy gives is expected of the compiled primitives and of their derivatives. Not promised is
the sign of a zero that the order of operands decides: NumPy itself has two answers for
`maximum(0.0, -0.0)`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geartrain import jit, ops
from geartrain.autodiff import grad
from geartrain.primitives import PRIMITIVES
from geartrain.primitives.families import Elementwise
from geartrain.tensor import Tensor

HOST_CALLS = (Path(__file__).parents[1] / "primitives/host_calls.txt").read_text().split()
SPECIAL = (np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-45, -1e-40, 5e-324, -1e-310)
FINITE = SPECIAL[3:]
EITHER_ZERO = {"maximum", "minimum", "relu", "sign"}
# Compiled, a padding zero is multiplied as any number is, by an infinite weight as well.
PADDED = {"convolve", "convolve_groups"}
# Its derivative divides the product by the element: of the smallest numbers rounding is left.
ROUNDED = {"prod"}
TRIALS = 5


def cases(*, gradient=False):
    return [
        pytest.param(primitive, sample, dtype, id=f"{name}-{number}-{dtype}")
        for name, primitive in sorted(PRIMITIVES.items())
        if name not in HOST_CALLS and not (gradient and name in ROUNDED)
        for number, sample in enumerate(primitive.samples())
        if sample.gradient or not gradient
        for dtype in ("float32", "float64")
        if any(each.dtype.kind == "f" and each.size for each in sample.inputs)
    ]


def with_specials(sample, dtype, rng, specials):
    """The sample's inputs, some of their floats replaced."""
    inputs = []
    for each in sample.inputs:
        numbers = each.astype(dtype) if each.dtype.kind == "f" else each
        if each.dtype.kind == "f" and each.size:
            numbers = numbers.copy()
            places = rng.choice(each.size, max(1, each.size // 6), replace=False)
            numbers.reshape(-1)[places] = rng.choice(specials, len(places))
        inputs.append(numbers)
    return inputs


def each_of(output):
    return output if isinstance(output, tuple | list) else (output,)


def check(function, sample, dtype, *, signs, rtol, padded=False):
    """Compiled and eager agree on samples with special numbers in them."""
    compiled = jit(function)
    rng = np.random.default_rng(0)
    compiled(*(each.astype(dtype) if each.dtype.kind == "f" else each for each in sample.inputs))
    if compiled.host_calls:
        pytest.skip("it runs with NumPy")
    for trial in range(TRIALS):
        inputs = with_specials(sample, dtype, rng, SPECIAL if trial else FINITE)
        found = compiled(*inputs)
        expected = function(*map(Tensor, inputs))
        for one, other in zip(each_of(found), each_of(expected), strict=True):
            found_numbers, numbers = one.numpy(), other.numpy()
            if padded:
                more = np.isnan(found_numbers)
                assert not np.any(np.isnan(numbers) & ~more)
                found_numbers, numbers = found_numbers[~more], numbers[~more]
            assert_alike(found_numbers, numbers, signs=signs, rtol=rtol)


def assert_alike(found, expected, *, signs, rtol):
    atol = 0 if signs else 1e-6
    np.testing.assert_allclose(found, expected, rtol=rtol, atol=atol, equal_nan=True)
    if signs and expected.dtype.kind == "f":
        known = ~np.isnan(expected)
        np.testing.assert_array_equal(np.signbit(found[known]), np.signbit(expected[known]))


@pytest.mark.parametrize(("primitive", "sample", "dtype"), cases())
@np.errstate(all="ignore")
def test_primitives_give_what_numpy_gives(primitive, sample, dtype):
    def function(*tensors):
        return primitive(*tensors, **sample.parameters)

    signs = isinstance(primitive, Elementwise) and primitive.name not in EITHER_ZERO
    rtol = max(sample.rtol.get(dtype, 0), 1e-7)
    check(function, sample, dtype, signs=signs, rtol=rtol, padded=primitive.name in PADDED)


@pytest.mark.parametrize(("primitive", "sample", "dtype"), cases(gradient=True))
@np.errstate(all="ignore")
def test_derivatives_give_what_numpy_gives(primitive, sample, dtype):
    """No rule of algebra that NaN or infinity breaks may simplify a derivative."""
    moving = [number for number, each in enumerate(sample.inputs) if each.dtype.kind == "f"]

    def scalar(*tensors):
        outputs = each_of(primitive(*tensors, **sample.parameters))
        if any(each.dtype.kind == "c" for each in outputs):
            pytest.skip("complex numbers run with NumPy")
        terms = [ops.sum(each * 0.5) for each in outputs]
        return sum(terms[1:], terms[0])

    rtol = max(10 * sample.rtol.get(dtype, 0), 1e-6)
    padded = primitive.name in PADDED
    check(grad(scalar, tuple(moving)), sample, dtype, signs=False, rtol=rtol, padded=padded)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_nothing_is_flushed_to_zero(dtype):
    tiny = np.finfo(dtype).smallest_subnormal
    x = np.arange(1, 40).astype(dtype) * tiny
    found = jit(lambda a: (a + a, a * 0.5, -a, ops.sum(a), ops.max(a)))(x)
    expected = (x + x, x * np.asarray(0.5, dtype), -x, x.sum(), x.max())
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one.numpy(), other)
    assert np.count_nonzero(found[0].numpy()) == len(x)


def test_a_product_with_zero_is_not_simplified_away():
    x = np.array([np.nan, np.inf, 1.0], "float32")
    found = jit(lambda a: (a * 0.0, a - a, a / a, a + 0.0))(x)
    np.testing.assert_array_equal(found[0].numpy(), [np.nan, np.nan, 0])
    np.testing.assert_array_equal(found[1].numpy(), [np.nan, np.nan, 0])
    np.testing.assert_array_equal(found[2].numpy(), [np.nan, np.nan, 1])
    assert not np.signbit(jit(lambda a: a + 0.0)(np.array([-0.0], "float32")).numpy()[0])


@pytest.mark.parametrize("size", [1, 5, 16, 33, 1000])
@pytest.mark.parametrize("special", [np.nan, np.inf, -np.inf])
def test_reductions_see_a_special_number_wherever_it_is(size, special):
    """In the first lane, in the last one, in a remainder: nothing is masked away."""
    functions = (ops.sum, ops.max, ops.min, ops.mean, ops.prod, ops.logsumexp)
    compiled = jit(lambda a: [each(a) for each in functions])
    for place in {0, size // 2, size - 1}:
        x = np.ones(size, "float32")
        x[place] = special
        with np.errstate(all="ignore"):
            expected = [each(Tensor(x)).numpy() for each in functions]
        for one, other in zip(compiled(x), expected, strict=True):
            np.testing.assert_array_equal(one.numpy(), other)
