"""Every function of `keras.ops`, on many arguments, against the numbers of the real Keras."""

import inspect
import json
from pathlib import Path

import numpy as np
import pytest

import geartrain
from geartrain import ops
from tests.parity.operations.calls import CASES, call, name_of

FOLDER = Path(__file__).parent
GOLDEN = json.loads((FOLDER / "golden.json").read_text(encoding="utf-8"))
ARRAYS = dict(np.load(FOLDER / "golden.npz"))
RTOL = {"float16": 2e-3, "bfloat16": 2e-2}

# Functions whose numbers differ from those of Keras on JAX, and why.
DIFFERENT = {
    "image.gaussian_blur": "Keras on JAX mixes the channels up where they come last; channels "
    "first, and on its NumPy backend, it gives our numbers",
    "sparsemax": "Keras on JAX gives rows that do not sum to 1, as a projection onto the simplex "
    "does (Martins and Astudillo, 2016)",
}
# Public functions that have no case of numbers, and why.
WITHOUT_CASE = {
    "eig": "eigenvectors have free scales and their order is LAPACK's: tests/ops/test_linalg.py",
}
NAMES = sorted({name_of(case) for case in CASES})


def compare(expected, found, case):
    """Compare results, nest by nest."""
    if isinstance(expected, list):
        assert isinstance(found, list), case
        assert len(found) == len(expected), case
        for one, other in zip(expected, found, strict=True):
            compare(one, other, case)
    elif isinstance(expected, dict):
        dtype, array = found
        numbers = ARRAYS[expected["key"]]
        assert dtype == expected["dtype"], case
        assert array.shape == numbers.shape, case
        rtol = RTOL.get(dtype, 3e-5)
        np.testing.assert_allclose(array, numbers, rtol=rtol, atol=rtol, err_msg=case)
    else:
        assert found == expected, case


def cases_of(name):
    return [case for case in CASES if name_of(case) == name]


@pytest.mark.parametrize("name", [each for each in NAMES if each not in DIFFERENT])
def test_numbers_shapes_and_dtypes_are_those_of_keras(name):
    for case in cases_of(name):
        compare(GOLDEN["results"][case], call(ops, case), case)


@pytest.mark.parametrize("name", sorted(DIFFERENT))
def test_the_list_of_differences_is_not_longer_than_it_must_be(name):
    case = cases_of(name)[0]
    with pytest.raises(AssertionError):
        compare(GOLDEN["results"][case], call(ops, case), case)


def test_every_public_function_is_compared():
    public = {name.removeprefix("ops.") for name in GOLDEN["signatures"] if name.startswith("ops.")}
    flat = {name for name in public if not name.startswith(("nn.", "numpy.", "linalg."))}
    assert flat == set(NAMES) | set(WITHOUT_CASE)
    assert not set(NAMES) & set(WITHOUT_CASE)
    assert len(DIFFERENT) + len(WITHOUT_CASE) <= 0.02 * len(flat)


@pytest.mark.parametrize("name", sorted(GOLDEN["signatures"]))
def test_signatures_are_those_of_keras(name):
    function = geartrain
    for part in name.split("."):
        function = getattr(function, part)
    own = [
        [each.name, each.kind.name, None if each.default is each.empty else repr(each.default)]
        for each in inspect.signature(function).parameters.values()
    ]
    assert own == GOLDEN["signatures"][name]
