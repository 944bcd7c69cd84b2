"""Every function against higher precision, on every number of lanes that the compiler uses."""

from __future__ import annotations

import ctypes
import math
from functools import cache

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import integer
from geartrain.compiler.instructions.vector_math import MATH
from geartrain.runtime import llvm, target_cpu
from geartrain.tensor.dtypes import INT64

UNARY = sorted(set(MATH) - {"power"})
LANES = (1, 2, 4, 8, 16, 32)
BOUNDS = {"float32": 2.0, "float64": 4.0}
SPECIAL = (
    *(0.0, 1.0, 0.5, 0.25, 2.0, 3.0, 10.0, 88.72284, 103.98, 709.79, 745.2, math.pi / 2, math.pi),
    *(math.inf, 1e-45, 5e-324, 1.1754942e-38, 1.1754944e-38, 2.2250738585072014e-308),
    *(3.4028235e38, 1.7976931348623157e308, 2.0**24 - 1, 2.0**53 - 1, 1e-8, 1e-4, 1e10),
)


def function_ir(name, dtype, lanes, features, arity):
    """`f(in0, in1, out, n)`: the function on n elements, `lanes` at a time."""
    builder = Builder()

    def body(place, carried):
        inputs = [
            builder.load(builder.pointer(f"%in{k}", dtype, place), dtype, lanes)
            for k in range(arity)
        ]
        result = MATH[name](builder, *inputs, features)
        builder.store(result, builder.pointer("%out", dtype, place))
        return []

    count = builder.load("%n", INT64)
    builder.loop(integer(0), count, integer(lanes), [], body)
    pointers = ", ".join(f"ptr %{each}" for each in (*("in0", "in1")[:arity], "out", "n"))
    text = builder.function(f"void @f({pointers})")
    return "\n".join([text, *builder.declarations.values()])


@cache
def compiled(name, dtype, lanes, features, arity):
    ir = function_ir(name, np.dtype(dtype), lanes, features, arity)
    library = llvm.link(llvm.compile_object(ir))
    return library, ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * (arity + 2))(library.addresses["f"])


def run(name, *inputs, lanes=16, features=None):
    """The function on arrays of any length."""
    size = len(inputs[0])
    padded = [np.append(each, np.ones(-size % lanes, each.dtype)) for each in inputs]
    out, count = np.empty_like(padded[0]), np.array([len(padded[0])])
    features = target_cpu().features if features is None else features
    _, call = compiled(name, out.dtype.name, lanes, features, len(inputs))
    call(*(each.ctypes.data for each in (*padded, out, count)))
    return out[:size]


def errors_in_ulp(got, exact):
    """|got - exact| in units of the exact value's last place; infinite where the kinds differ.

    `exact` has more digits than `got`; what it rounds to beyond the largest number is infinite.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        info, rounded = np.finfo(got.dtype), exact.astype(got.dtype)
        exponents = np.frexp(np.where(np.isfinite(exact), exact, 0))[1] - info.nmant - 1
        unit = np.ldexp(np.ones_like(exact), np.maximum(exponents, info.minexp - info.nmant))
        errors = np.abs(got - exact) / unit
    alike = (got == rounded) & (np.signbit(got) == np.signbit(rounded))
    alike |= np.isnan(got) & np.isnan(rounded)
    odd = ~np.isfinite(got) | ~np.isfinite(rounded) | ((exact == 0) & (got == 0))
    return np.where(odd, np.where(alike, 0, np.inf), errors)


def special_values(dtype):
    with np.errstate(over="ignore", under="ignore"):
        values = np.array(SPECIAL).astype(dtype)
    near = np.concatenate([values, np.nextafter(values, dtype(0)), np.nextafter(values, dtype(9))])
    return np.concatenate([near, -near, [dtype(np.nan)]])


def assert_within(bound, got, exact, *inputs):
    errors = errors_in_ulp(got, exact)
    worst = int(np.argmax(errors))
    at = [each[worst] for each in inputs]
    assert errors[worst] <= bound, f"{errors[worst]} ulp at {at}: {got[worst]}, not {exact[worst]}"


# -- float32, against float64 ----------------------------------------------------------------------


def sigmoid(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


WIDE = {
    "erf": np.vectorize(math.erf, otypes=[float]),
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "sigmoid": sigmoid,
}


@cache
def samples():
    """Every 4099th representation of a float32, the ends of every exponent, special values."""
    patterns = np.arange(0, 1 << 32, 4099, dtype=np.uint64).astype(np.uint32)
    ends = np.arange(0, 1 << 32, 1 << 23, dtype=np.int64)[:, None] + np.arange(-3, 4)
    ends = (ends.ravel() % (1 << 32)).astype(np.uint32)
    patterns = np.concatenate([patterns, ends]).view(np.float32)
    return np.concatenate([patterns, special_values(np.float32)])


@pytest.mark.parametrize("name", UNARY)
@np.errstate(all="ignore")
def test_float32_is_within_2_ulp(name):
    x = samples()
    exact = WIDE.get(name, getattr(np, name, None))(x.astype(np.float64))
    assert_within(BOUNDS["float32"], run(name, x), exact, x)


@pytest.mark.parametrize("lanes", LANES)
@pytest.mark.parametrize("name", UNARY)
def test_lanes_and_features_give_the_same_numbers(name, lanes):
    x = samples()[::64]
    got = run(name, x, lanes=lanes)
    np.testing.assert_array_equal(got.view(np.uint32), run(name, x).view(np.uint32))
    with np.errstate(all="ignore"):
        exact = WIDE.get(name, getattr(np, name, None))(x.astype(np.float64))
    assert_within(BOUNDS["float32"], run(name, x, lanes=lanes, features=""), exact, x)


# -- float64, against mpmath -----------------------------------------------------------------------


def in_mpmath(name, *x):
    functions = {
        "rsqrt": lambda v: 1 / mpmath.sqrt(v),
        "sigmoid": lambda v: 1 / (1 + mpmath.exp(-v)),
    }
    return functions.get(name, getattr(mpmath, name, None))(*x)


def exact_errors_in_ulp(name, inputs, got):
    """As `errors_in_ulp`, with mpmath's 200 bits, where both are finite numbers."""
    worst = 0.0
    with mpmath.workprec(200):
        for *x, value in zip(*inputs, got, strict=True):
            exact = in_mpmath(name, *map(mpmath.mpf, map(float, x)))
            unit = mpmath.ldexp(1, max(int(mpmath.mag(exact)) - 53, -1074)) if exact else 1
            worst = max(worst, float(abs(mpmath.mpf(float(value)) - exact) / unit))
    return worst


def ends_of_exponents():
    """The first and the last float64 of every exponent, and one between, of both signs."""
    exponents = np.arange(0, 2048, dtype=np.uint64) << np.uint64(52)
    inside = np.array([0, 0x6A09E667F3BCD, (1 << 52) - 1], np.uint64)
    positive = (exponents[:, None] + inside).ravel().view(np.float64)
    return np.concatenate([positive[::2], -positive[1::2]])


def doubles(name):
    rng = np.random.default_rng(7)
    spread = rng.standard_normal(1500) * np.exp(rng.uniform(-40, 8, 1500))
    near_1 = 1 + rng.standard_normal(500) * np.exp(rng.uniform(-36, 0, 500))
    anywhere = rng.integers(0, 1 << 64, 1000, dtype=np.uint64).view(np.float64)
    small = rng.uniform(-746, 710, 1000)
    ordinary = np.concatenate([spread, near_1, anywhere, small, special_values(np.float64)])
    return np.concatenate([ordinary, ends_of_exponents()])


@pytest.mark.parametrize("name", UNARY)
@np.errstate(all="ignore")
def test_float64_is_within_4_ulp(name):
    x = doubles(name)
    got, numpys = run(name, x, lanes=8), WIDE.get(name, getattr(np, name, None))(x)
    finite = np.isfinite(x) & np.isfinite(numpys) & (numpys != 0)
    np.testing.assert_array_equal(got[~finite], numpys[~finite])
    np.testing.assert_array_equal(np.signbit(got[numpys == 0]), np.signbit(numpys[numpys == 0]))
    assert exact_errors_in_ulp(name, [x[finite]], got[finite]) <= BOUNDS["float64"]


@settings(max_examples=100, deadline=None)
@given(x=st.floats(width=64, allow_nan=False))
def test_any_float64_is_within_4_ulp(x):
    """The same bound where hypothesis looks for trouble; every lane gives the same."""
    for name in UNARY:
        got = run(name, np.full(8, x), lanes=8)
        with np.errstate(all="ignore"):
            numpys = WIDE.get(name, getattr(np, name, None))(np.array([x]))
        if np.isfinite(numpys[0]) and np.isfinite(x):
            assert exact_errors_in_ulp(name, [np.array([x])], got[:1]) <= BOUNDS["float64"], name
        else:
            np.testing.assert_array_equal(got[:1], numpys, err_msg=name)
        assert len(set(got.view(np.uint64).tolist())) == 1


@pytest.mark.parametrize("name", ["sin", "cos"])
def test_angles_next_to_multiples_of_a_quarter_turn(name):
    rng = np.random.default_rng(3)
    with mpmath.workprec(1200):
        turns = [int(k) >> int(shift) for k, shift in rng.integers((1, 0), (1 << 62, 62), (900, 2))]
        near = [
            float(k * mpmath.pi / 2 * mpmath.ldexp(1, 15 * i)) for i, k in enumerate(turns[:60])
        ]
        near += [float(k * mpmath.pi / 2) for k in turns]
    # Of all float64, this one comes nearest to a multiple of pi/2: within 5e-19 (Muller, ch. 11).
    x = np.array([*near, 6381956970095103.0 * 2.0**797])
    assert exact_errors_in_ulp(name, [x], run(name, x, lanes=8)) <= BOUNDS["float64"]
    single = x[np.abs(x) < 3e38].astype(np.float32)
    assert_within(2, run(name, single), getattr(np, name)(single.astype(np.float64)), single)


# -- power -----------------------------------------------------------------------------------------


def pairs(dtype):
    rng = np.random.default_rng(11)
    size = 2000 if dtype is np.float64 else 200_000
    base, exponent = np.exp(rng.uniform(-20, 20, size)), rng.uniform(-40, 40, size)
    near_1 = 1 + rng.standard_normal(size) * np.exp(rng.uniform(-16, 0, size))
    signed, whole = rng.standard_normal(size) * 4, rng.integers(-30, 30, size)
    huge = rng.standard_normal(size) * np.exp(rng.uniform(-3, 16, size))
    x, y = np.concatenate([base, near_1, signed]), np.concatenate([exponent, huge, whole])
    return x.astype(dtype), y.astype(dtype)


@np.errstate(all="ignore")
def test_power_in_float32_is_within_2_ulp():
    x, y = pairs(np.float32)
    exact = np.power(x.astype(np.float64), y.astype(np.float64))
    assert_within(BOUNDS["float32"], run("power", x, y), exact, x, y)


@np.errstate(all="ignore")
def test_power_in_float64_is_within_4_ulp():
    x, y = pairs(np.float64)
    got, numpys = run("power", x, y, lanes=8), np.power(x, y)
    finite = np.isfinite(numpys) & (numpys != 0)
    np.testing.assert_array_equal(got[~finite], numpys[~finite])
    assert exact_errors_in_ulp("power", [x[finite], y[finite]], got[finite]) <= BOUNDS["float64"]


@pytest.mark.parametrize("lanes", LANES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@np.errstate(all="ignore")
def test_power_of_special_values(dtype, lanes):
    whole = np.array([*SPECIAL, 4.0, 5.0, 2.5, 2.0**24 + 1])
    values = np.concatenate([special_values(dtype), whole.astype(dtype), -whole.astype(dtype)])
    x, y = (each.ravel() for each in np.meshgrid(values, values))
    got, numpys = run("power", x, y, lanes=lanes), np.power(x, y)
    edge = ~np.isfinite(numpys) | (numpys == 0) | (x == 1) | (y == 0) | np.isinf(y)
    np.testing.assert_array_equal(got[edge], numpys[edge])
    np.testing.assert_array_equal(np.signbit(got[numpys == 0]), np.signbit(numpys[numpys == 0]))


# -- the text --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", UNARY)
def test_nothing_is_left_to_the_systems_library(name):
    ir = function_ir(name, np.dtype("float32"), 16, "", 1)
    assert all(name.startswith("llvm.") for name in declared(ir))


def declared(ir):
    lines = [line for line in ir.splitlines() if line.startswith("declare")]
    return [line.split("@")[1].split("(")[0] for line in lines]
