"""Multiply-adds where there is no such instruction: the very bits of those that are fused."""

from __future__ import annotations

import ctypes
from fractions import Fraction

import numpy as np
import pytest

from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import integer
from geartrain.compiler.instructions.without_fma import without_fma
from geartrain.runtime import llvm
from geartrain.tensor.dtypes import FLOAT32, INT64

COUNT = 1 << 12


def multiply_adds(lanes, *inputs):
    """The emulated multiply-add on three arrays."""
    builder = Builder()

    def body(place, carried):
        values = [
            builder.load(builder.pointer(f"%in{k}", FLOAT32, place), FLOAT32, lanes)
            for k in range(3)
        ]
        result = builder.intrinsic("fma", *values)
        builder.store(result, builder.pointer("%out", FLOAT32, place))
        return carried

    builder.loop(integer(0), builder.load("%n", INT64), integer(lanes), [], body)
    text = builder.function("void @f(ptr %in0, ptr %in1, ptr %in2, ptr %out, ptr %n)")
    ir = without_fma("\n".join([text, *builder.declarations.values()]))
    assert "llvm.fma" not in ir
    library = llvm.link(llvm.compile_object(ir))
    out, count = np.empty_like(inputs[0]), np.array([len(inputs[0])])
    function = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 5)(library.addresses["f"])
    function(*(each.ctypes.data for each in (*inputs, out, count)))
    return out


def exactly(a, b, c):
    """a b + c, rounded once by Python's exact fractions: to float64 would be to round twice."""
    exact = Fraction(float(a)) * Fraction(float(b)) + Fraction(float(c))
    near = np.float32(float(exact))
    top = np.float32(np.inf)
    candidates = [near, np.nextafter(near, top), np.nextafter(near, -top)]
    finite = [each for each in candidates if np.isfinite(each)]
    even = [int(each.view(np.int32)) & 1 for each in finite]
    return min(
        zip(finite, even, strict=True),
        key=lambda pair: (abs(Fraction(float(pair[0])) - exact), pair[1]),
    )[0]


def cases():
    """Ordinary numbers, sums that cancel, subnormal results, and terms below the last place."""
    rng = np.random.default_rng(0)
    a, b, c = (rng.standard_normal(COUNT).astype("float32") for _ in range(3))
    near = -(a * b) * (1 + rng.integers(-2, 3, COUNT) * np.float32(2**-23))
    tiny = np.float32(2) ** rng.integers(-75, -60, COUNT).astype("float32")
    odd = (1 + 2 * rng.integers(0, 1 << 23, COUNT)).astype("float32")
    return {
        "ordinary": (a, b, c),
        "cancelling": (a, b, near.astype("float32")),
        "subnormal": (a * tiny, b * tiny, near.astype("float32") * tiny * tiny),
        "tiny_term": (odd, odd, c * np.float32(2**-40)),
    }


@pytest.mark.parametrize("lanes", [1, 4, 8])
@pytest.mark.parametrize("name", cases())
def test_rounded_once(name, lanes):
    inputs = cases()[name]
    expected = np.array([exactly(*each) for each in zip(*inputs, strict=True)])
    found = multiply_adds(lanes, *inputs)
    np.testing.assert_array_equal(found, expected)


def test_what_float64_would_round_to_a_half():
    """1 + 2^-11 + 2^-24 lies between two float32, and a term far below float64's bits decides."""
    a = np.full(2, 1 + 2**-12, "float32")
    c = np.array([2**-60, -(2**-60)], "float32")
    found = multiply_adds(1, a, a, c)
    np.testing.assert_array_equal(found, np.array([1 + 2**-11 + 2**-23, 1 + 2**-11], "float32"))
    twice = (a.astype("float64") * a + c).astype("float32")
    assert found[0] != twice[0]


def test_infinity_and_nan():
    inf, nan, big = np.inf, np.nan, 3e38
    a = np.array([inf, inf, nan, big, 0, 0, -0.0, 1], "float32")
    b = np.array([1, 0, 1, big, 1, 1, 1, 1], "float32")
    c = np.array([-inf, 1, 1, -big, nan, -0.0, -0.0, inf], "float32")
    found = multiply_adds(8, a, b, c)
    np.testing.assert_array_equal(found, [nan, nan, nan, inf, nan, 0, -0.0, inf])
    np.testing.assert_array_equal(np.signbit(found[4:7][1:]), [False, True])
