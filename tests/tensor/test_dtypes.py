"""Promotion: the table in the docs is what the code does, and what Keras does."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from geartrain import ops
from geartrain.tensor import as_dtype, promote, scalar_dtype
from geartrain.tensor.dtypes import NAMES

PAGE = Path(__file__).parents[2] / "docs" / "dtypes.md"
SHORT = {
    "b": "bool",
    **{f"i{bits}": f"int{bits}" for bits in (8, 16, 32, 64)},
    **{f"u{bits}": f"uint{bits}" for bits in (8, 16, 32, 64)},
    "bf16": "bfloat16",
    "f16": "float16",
    "f32": "float32",
    "f64": "float64",
    "c64": "complex64",
    "c128": "complex128",
}


def table(title):
    """The rows of the table under a heading, as a mapping from two names to a third."""
    part = PAGE.read_text(encoding="utf-8").partition(f"## {title}\n")[2].partition("\n## ")[0]
    rows = [
        [cell.strip(" *") for cell in line.strip()[1:-1].split("|")]
        for line in part.splitlines()
        if line.startswith("|") and "---" not in line
    ]
    header, *body = rows
    return {
        (row[0], name): cell for row in body for name, cell in zip(header[1:], row[1:], strict=True)
    }


PAIRS = table("Two tensors")
WITH_NUMBERS = table("A tensor and a Python number")


def test_the_table_is_whole():
    assert set(PAIRS) == set(itertools.product(SHORT, SHORT))
    assert set(SHORT.values()) == set(NAMES)


@pytest.mark.parametrize(("first", "second"), sorted(PAIRS))
def test_two_tensors_promote_as_the_table_says(first, second):
    expected = SHORT[PAIRS[first, second]]
    assert promote(as_dtype(SHORT[first]), as_dtype(SHORT[second])).name == expected
    x, y = (ops.ones((2,), SHORT[each]) for each in (first, second))
    if expected != "bool":
        assert ops.add(x, y).dtype.name == expected


NUMBERS = {"True": True, "1": 1, "1.0": 1.0, "1j": 1j}


@pytest.mark.parametrize(("dtype", "number"), sorted(WITH_NUMBERS))
def test_python_numbers_follow_the_tensor(dtype, number):
    expected = SHORT[WITH_NUMBERS[dtype, number]]
    assert scalar_dtype(NUMBERS[number], as_dtype(SHORT[dtype])).name == expected


def test_arrays_keep_their_dtype_and_numbers_get_the_small_ones():
    assert ops.convert_to_tensor(1.5).dtype == np.float32
    assert ops.convert_to_tensor([1, 2]).dtype == np.int32
    assert ops.convert_to_tensor([2**40]).dtype == np.int64
    assert ops.convert_to_tensor(1j).dtype == np.complex64
    assert ops.convert_to_tensor(np.float64(1.5)).dtype == np.float64
