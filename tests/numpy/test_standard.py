"""`geartrain.numpy` against the array API standard: names, signatures, dtypes and numbers.

The oracle is `array_api_strict`, the standard's reference implementation over NumPy.
"""

import inspect
import itertools

import array_api_strict as strict
import numpy as np
import pytest

import geartrain
from geartrain import numpy as xp

NAMES = [name for name in strict.__all__ if not name.startswith("__")]
# Of the reference implementation alone, or of extensions that are tested apart.
BEYOND = {"ArrayAPIStrictFlag", "Device", "fft", "linalg", "get_array_api_strict_flags"}
BEYOND |= {name for name in NAMES if "array_api_strict" in name or "flags" in name.lower()}
FUNCTIONS = [
    name for name in NAMES if name not in BEYOND and inspect.isfunction(getattr(strict, name))
]
FLOATS, INTEGERS = ("float32", "float64"), ("int8", "uint8", "int16", "int32", "int64", "uint32")
COMPLEX = ("complex64", "complex128")
GROUPS = {
    "all": ("bool", *INTEGERS, *FLOATS, *COMPLEX),
    "numeric": (*INTEGERS, *FLOATS, *COMPLEX),
    "real numeric": (*INTEGERS, *FLOATS),
    "floating-point": (*FLOATS, *COMPLEX),
    "real floating-point": FLOATS,
    "complex floating-point": COMPLEX,
    "integer": INTEGERS,
    "integer or boolean": ("bool", *INTEGERS),
    "boolean": ("bool",),
}
UNARY = {
    "integer or boolean": ("bitwise_invert",),
    "boolean": ("logical_not",),
    "numeric": ("isnan", "isinf", "isfinite", "positive", "abs", "sign", "square", "round"),
    "real numeric": ("ceil", "floor", "trunc"),
    "real floating-point": ("signbit", "negative"),
    "complex floating-point": ("imag", "real", "conj", "negative"),
    "floating-point": (
        *("acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh", "exp", "expm1"),
        *("log", "log10", "log1p", "log2", "reciprocal", "sin", "sinh", "sqrt", "tan", "tanh"),
    ),
}
BINARY = {
    "all": ("equal", "not_equal"),
    "numeric": ("add", "subtract", "multiply", "pow"),
    "real numeric": (
        *("less", "less_equal", "greater", "greater_equal", "maximum", "minimum"),
        *("floor_divide", "remainder"),
    ),
    "floating-point": ("divide",),
    "real floating-point": ("atan2", "copysign", "hypot", "logaddexp", "nextafter"),
    "integer": ("bitwise_left_shift", "bitwise_right_shift"),
    "integer or boolean": ("bitwise_and", "bitwise_or", "bitwise_xor"),
    "boolean": ("logical_and", "logical_or", "logical_xor"),
}
REDUCTIONS = {
    "numeric": ("sum", "prod", "count_nonzero"),
    "real numeric": ("max", "min", "argmax", "argmin"),
    "floating-point": ("mean",),
    "real floating-point": ("std", "var"),
    "all": ("all", "any"),
}


def cases(table):
    return [
        (name, dtype) for group, names in table.items() for name in names for dtype in GROUPS[group]
    ]


def array(dtype, shape=(3, 4), seed=0):
    rng = np.random.default_rng(seed)
    if dtype == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    if dtype in INTEGERS:
        return rng.integers(1, 7, shape).astype(dtype)
    if dtype in COMPLEX:
        return (rng.uniform(0.1, 0.9, shape) + 1j * rng.uniform(0.1, 0.9, shape)).astype(dtype)
    return rng.uniform(0.1, 0.9, shape).astype(dtype)


def compare(name, call, *arrays):
    """Call both implementations and compare what comes back."""
    ours = call(xp, *(xp.asarray(each) for each in arrays))
    theirs = call(strict, *(strict.asarray(each) for each in arrays))
    ours, theirs = (each if isinstance(each, tuple) else (each,) for each in (ours, theirs))
    for one, other in zip(ours, theirs, strict=True):
        expected = np.asarray(other)
        assert one.shape == expected.shape, name
        wanted = expected.dtype.name
        if wanted in ("int64", "uint64") and not any(a.dtype.itemsize == 8 for a in arrays):
            wanted = {"int64": "int32", "uint64": "uint32"}[wanted]  # our default integers
        assert one.dtype.name in (wanted, wanted.replace("64", "32")), name
        if expected.dtype.kind in "iub":
            np.testing.assert_array_equal(one.numpy(), expected, err_msg=name)
        else:
            rtol = 1e-5 if one.dtype.name in ("float32", "complex64") else 1e-12
            np.testing.assert_allclose(one.numpy(), expected, rtol=rtol, atol=rtol, err_msg=name)


@pytest.mark.parametrize("name", sorted(set(NAMES) - BEYOND))
def test_every_name_of_the_standard_is_there(name):
    assert hasattr(xp, name)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_signatures_are_the_standards(name):
    own, standard = (inspect.signature(getattr(each, name)).parameters for each in (xp, strict))
    keywords = {
        key for key, each in standard.items() if each.kind is inspect.Parameter.KEYWORD_ONLY
    }
    assert keywords <= set(own)
    places = [each for each in standard.values() if each.kind is not each.KEYWORD_ONLY]
    for one, other in zip(own.values(), places, strict=False):
        if other.kind is other.POSITIONAL_OR_KEYWORD and name != "expand_dims":
            assert (one.name, one.kind) == (other.name, other.kind)
    for key in keywords:
        default = standard[key].default
        if (name, key) == ("expand_dims", "axis"):
            continue  # 2024.12 has a default, later versions have none
        if default is None or isinstance(default, bool | int | float | str):
            assert own[key].default == default, key


@pytest.mark.parametrize(("name", "dtype"), cases(UNARY))
def test_functions_of_one_tensor(name, dtype):
    x = array(dtype) + (1 if name == "acosh" else 0)
    compare(name, lambda ns, a: getattr(ns, name)(a), np.asarray(x, dtype))


@pytest.mark.parametrize(("name", "dtype"), cases(BINARY))
def test_functions_of_two_tensors(name, dtype):
    x, y = array(dtype), array(dtype, (4,), seed=1)
    compare(name, lambda ns, a, b: getattr(ns, name)(a, b), x, y)


@pytest.mark.parametrize(("name", "dtype"), cases(REDUCTIONS))
def test_reductions(name, dtype):
    x = array(dtype)
    for axis, keepdims in itertools.product((None, 0, 1), (False, True)):
        options = {"axis": axis, "keepdims": keepdims}
        compare(name, lambda ns, a, options=options: getattr(ns, name)(a, **options), x)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        *itertools.product(INTEGERS[:5], INTEGERS[:5]),
        *itertools.product(FLOATS + COMPLEX, repeat=2),
    ],
)
def test_promotion_is_the_standards(first, second):
    compare("add", lambda ns, a, b: ns.add(a, b), array(first), array(second))
    types = [getattr(xp, first), getattr(xp, second)]
    expected = np.result_type(first, second)
    assert xp.result_type(*types) == expected
    assert xp.can_cast(*types) is bool(np.can_cast(first, second))


CALLS = {
    "broadcast": lambda ns, x, _: ns.broadcast_arrays(x, ns.ones((2, 3, 4), dtype=ns.float64)),
    "broadcast_to": lambda ns, x, _: ns.broadcast_to(x, (2, 3, 4)),
    "clip": lambda ns, x, _: ns.clip(x, 0.3, 0.6),
    "clip_low": lambda ns, x, _: ns.clip(x, min=0.3),
    "concat": lambda ns, x, y: ns.concat([x, y], axis=1),
    "concat_flat": lambda ns, x, y: ns.concat([x, y], axis=None),
    "cumulative_prod": lambda ns, x, _: ns.cumulative_prod(x, axis=1, include_initial=True),
    "cumulative_sum": lambda ns, x, _: ns.cumulative_sum(x, axis=0, include_initial=True),
    "diff": lambda ns, x, y: ns.diff(x, axis=0, n=2, prepend=y),
    "expand_dims": lambda ns, x, _: ns.expand_dims(x, axis=-2),
    "flip": lambda ns, x, _: ns.flip(x, axis=(0, 1)),
    "item": lambda ns, x, _: x[1:, ::-2],
    "item_mask": lambda ns, x, _: x[x > 0.5],
    "item_newaxis": lambda ns, x, _: x[..., None, 1],
    "matmul": lambda ns, x, y: ns.matmul(x, ns.matrix_transpose(y)),
    "meshgrid": lambda ns, x, y: tuple(ns.meshgrid(x[0, :], y[:, 0], indexing="ij")),
    "moveaxis": lambda ns, x, _: ns.moveaxis(x, 0, 1),
    "nonzero": lambda ns, x, _: ns.nonzero(ns.asarray(x > 0.5)),
    "permute_dims": lambda ns, x, _: ns.permute_dims(x, (1, 0)),
    "repeat": lambda ns, x, _: ns.repeat(x, 2, axis=1),
    "reshape": lambda ns, x, _: ns.reshape(x, (2, -1), copy=True),
    "roll": lambda ns, x, _: ns.roll(x, (1, -2), axis=(0, 1)),
    "searchsorted": lambda ns, x, y: ns.searchsorted(ns.sort(x[0, :]), y, side="right"),
    "sort": lambda ns, x, _: ns.sort(x, axis=0, descending=True),
    "argsort": lambda ns, x, _: ns.argsort(x, descending=True),
    "squeeze": lambda ns, x, _: ns.squeeze(x[None, :, :], axis=0),
    "stack": lambda ns, x, y: ns.stack([x, y], axis=-1),
    "std": lambda ns, x, _: ns.std(x, axis=1, correction=1.5),
    "sum_dtype": lambda ns, x, _: ns.sum(x, dtype=ns.float64),
    "take": lambda ns, x, _: ns.take(x, ns.asarray([2, 0], dtype=ns.int32), axis=0),
    "take_along_axis": lambda ns, x, _: ns.take_along_axis(x, ns.argsort(x, axis=0), axis=0),
    "tensordot": lambda ns, x, y: ns.tensordot(x, y, axes=((0, 1), (0, 1))),
    "tile": lambda ns, x, _: ns.tile(x, (2, 1)),
    "tril": lambda ns, x, _: ns.tril(x, k=-1),
    "triu": lambda ns, x, _: ns.triu(x, k=1),
    "unique_all": lambda ns, x, _: tuple(ns.unique_all(ns.round(x * 3))),
    "unique_counts": lambda ns, x, _: tuple(ns.unique_counts(ns.round(x * 3))),
    "unique_inverse": lambda ns, x, _: tuple(ns.unique_inverse(ns.round(x * 3))),
    "unique_values": lambda ns, x, _: ns.unique_values(ns.round(x * 3)),
    "unstack": lambda ns, x, _: ns.unstack(x, axis=1),
    "vecdot": lambda ns, x, y: ns.vecdot(x, y, axis=-2),
    "where": lambda ns, x, y: ns.where(x > y, x, y),
    "arange": lambda ns, x, _: ns.arange(1, 8, 2, dtype=ns.float64),
    "eye": lambda ns, x, _: ns.eye(3, 4, k=1, dtype=ns.float64),
    "full": lambda ns, x, _: ns.full((2, 2), 3, dtype=ns.int16),
    "linspace": lambda ns, x, _: ns.linspace(0, 1, 5, dtype=ns.float64, endpoint=False),
    "operators": lambda ns, x, y: (-x + 2 * y) ** 2 / 3 - y % 2 // 1,
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("dtype", FLOATS)
def test_calls(name, dtype):
    compare(name, CALLS[name], array(dtype), array(dtype, seed=1))


def test_complex_limits_give_complex_numbers():
    found = xp.linspace(0, 1j, 3)
    assert found.dtype == xp.complex64
    assert found.tolist() == [0, 0.5j, 1j]


def test_every_nan_is_unique():
    x = np.array([np.nan, 1.0, np.nan], "float32")
    compare("unique_counts", lambda ns, a: tuple(ns.unique_counts(a)), x)


SPECIAL = np.array([np.inf, -np.inf, np.nan, 0.0, -0.0, 1.0, -1.0, 0.5], "float64")


@pytest.mark.parametrize("name", [n for g in ("real numeric", "floating-point") for n in UNARY[g]])
def test_special_numbers_of_one_tensor(name):
    with np.errstate(all="ignore"):
        compare(name, lambda ns, a: getattr(ns, name)(a), SPECIAL)


PAIRS = [
    n
    for g in ("numeric", "real numeric", "floating-point", "real floating-point")
    for n in BINARY[g]
]


@pytest.mark.parametrize("name", PAIRS)
def test_special_numbers_of_two_tensors(name):
    with np.errstate(all="ignore"):
        compare(name, lambda ns, a, b: getattr(ns, name)(a[:, None], b), SPECIAL, SPECIAL)


def test_a_tensor_names_its_namespace():
    x = xp.asarray([1.0, 2.0])
    assert x.__array_namespace__() is xp
    assert x.__array_namespace__(api_version="2024.12") is xp
    with pytest.raises(ValueError, match=r"array API standard"):
        x.__array_namespace__(api_version="1.0")
    assert (x.device, x.to_device("cpu")) == ("cpu", x)
    with pytest.raises(ValueError, match="no such device"):
        xp.zeros(3, device="gpu")


def test_inspection():
    info = xp.__array_namespace_info__()
    assert info.default_dtypes()["real floating"] == np.dtype("float32")
    assert set(info.dtypes(kind="integral")) == {
        f"{u}int{b}" for u in ("", "u") for b in (8, 16, 32, 64)
    }
    assert info.devices() == [info.default_device()]
    assert xp.finfo(xp.complex64).dtype == np.dtype("float32")
    assert xp.iinfo(xp.int8).max == 127
    assert xp.isdtype(xp.int8, ("bool", "signed integer"))
    assert not xp.isdtype(xp.float32, "integral")


def test_memory_goes_to_other_libraries_and_back():
    x = geartrain.ops.array(np.arange(6.0))
    shared = np.from_dlpack(x)
    assert np.shares_memory(shared, x.numpy())
    assert not shared.flags.writeable
    assert np.shares_memory(xp.from_dlpack(shared).numpy(), x.numpy())
    assert not np.shares_memory(xp.from_dlpack(shared, copy=True).numpy(), x.numpy())
    with pytest.raises(ValueError, match="without a copy"):
        xp.asarray([1.0], copy=False)


FFT = {
    **{name: (("complex64", "complex128"), {"n": 5}) for name in ("fft", "ifft", "irfft", "hfft")},
    **{name: (("float32", "float64"), {"n": 3, "axis": 0}) for name in ("rfft", "ihfft")},
    **{
        name: (("complex64", "complex128"), {"s": (2, 6), "axes": (0, 1)})
        for name in ("fftn", "ifftn")
    },
    "rfftn": (("float32", "float64"), {"s": (4, 5), "axes": (1, 0)}),
    "irfftn": (("complex64", "complex128"), {"s": (3, 6), "axes": (0, 1)}),
}


@pytest.mark.parametrize("name", FFT)
@pytest.mark.parametrize("norm", ["backward", "forward", "ortho"])
def test_fourier_transforms(name, norm):
    dtypes, options = FFT[name]
    for dtype in dtypes:
        for given in ({}, options):
            call = lambda ns, x, given=given: getattr(ns.fft, name)(x, norm=norm, **given)
            compare(name, call, array(dtype))


def test_frequencies_and_shifts():
    np.testing.assert_allclose(xp.fft.fftfreq(5, d=0.5), np.fft.fftfreq(5, 0.5), rtol=1e-6)
    np.testing.assert_allclose(xp.fft.rfftfreq(6), np.fft.rfftfreq(6), rtol=1e-6)
    for name in ("fftshift", "ifftshift"):
        for axes in (None, 0, (0, 1)):
            call = lambda ns, x, name=name, axes=axes: getattr(ns.fft, name)(x, axes=axes)
            compare(name, call, array("float64", (3, 4)))


SQUARE = array("float64", (2, 3, 3)) + 2 * np.eye(3)
LINALG = {
    "cholesky": lambda ns, x: ns.linalg.cholesky(ns.matmul(x, ns.matrix_transpose(x)), upper=True),
    "cross": lambda ns, x: ns.linalg.cross(x, x + 1, axis=-1),
    "det": lambda ns, x: ns.linalg.det(x),
    "diagonal": lambda ns, x: ns.linalg.diagonal(x, offset=1),
    "eigvalsh": lambda ns, x: ns.linalg.eigvalsh(x + ns.matrix_transpose(x)),
    "inv": lambda ns, x: ns.linalg.inv(x),
    "matrix_norm": lambda ns, x: ns.linalg.matrix_norm(x, ord="nuc", keepdims=True),
    "matrix_power": lambda ns, x: ns.linalg.matrix_power(x, -3),
    "matrix_rank": lambda ns, x: ns.linalg.matrix_rank(x),
    "outer": lambda ns, x: ns.linalg.outer(x[0, 0, :], x[1, 0, :]),
    "pinv": lambda ns, x: ns.linalg.pinv(x[:, :2, :]),
    "slogdet": lambda ns, x: tuple(ns.linalg.slogdet(x)),
    "solve": lambda ns, x: ns.linalg.solve(x, x[0, 0, :]),
    "solve_batch": lambda ns, x: ns.linalg.solve(x, x[0, :, :]),
    "svdvals": lambda ns, x: ns.linalg.svdvals(x),
    "trace": lambda ns, x: ns.linalg.trace(x, offset=-1),
    "vecdot": lambda ns, x: ns.linalg.vecdot(x, x),
    "vector_norm": lambda ns, x: ns.linalg.vector_norm(x, axis=(0, 2), ord=3, keepdims=True),
    "vector_norm_all": lambda ns, x: ns.linalg.vector_norm(x, ord=ns.inf),
}


@pytest.mark.parametrize("name", LINALG)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_linear_algebra(name, dtype):
    compare(name, LINALG[name], SQUARE.astype(dtype))


def test_factors_give_the_matrices_back():
    x = xp.asarray(SQUARE)
    q, r = xp.linalg.qr(x)
    np.testing.assert_allclose(q @ r, SQUARE)
    u, s, v = xp.linalg.svd(x)
    np.testing.assert_allclose((u * s[:, None, :]) @ v, SQUARE)
    both = x + x.mT
    values, vectors = xp.linalg.eigh(both)
    np.testing.assert_allclose((vectors * values[:, None, :]) @ vectors.mT, both)


@pytest.mark.parametrize("space", ["fft", "linalg"])
def test_extensions_have_every_name(space):
    names = [name for name in getattr(strict, space).__all__ if not name.startswith("_")]
    assert [name for name in names if not hasattr(getattr(xp, space), name)] == []
