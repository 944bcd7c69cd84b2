"""Every public operation, on the calls that are compared with Keras: naive == eager == compiled.

Arguments that are whole arrays come in as tensors: plain ones, ones of the naive interpreter, and
symbols of a traced function.
"""

import ast

import numpy as np
import pytest

from geartrain import jit, ops
from geartrain.primitives.naive import naive
from geartrain.tensor import Tensor
from tests.parity.operations.calls import CASES, arrays, name_of, plain

# What cannot be traced: its result is no tensor, or has a shape that depends on numbers.
EAGER = {
    *("convert_to_numpy", "dtype", "is_tensor", "ndim", "shape", "size"),
    *("bincount", "histogram", "nonzero", "unique"),
    "image.elastic_transform",  # draws its moves when it is called
}
EAGER_CASES = {"where(b)"}
TRACED = [case for case in CASES if name_of(case) not in EAGER and case not in EAGER_CASES]
# Loops that take many seconds; and eigenvectors, whose signs the loops choose otherwise.
NOT_NAIVE = {
    *("image.elastic_transform", "image.perspective_transform", "image.resize", "image.ssim"),
    *("image.scale_and_translate", "eigh"),
}


def whole_arrays(case):
    """The names of arrays that are arguments as they stand, and the call on those."""
    tree = ast.parse(case[len(name_of(case)) :].join(["f", ""]), mode="eval").body
    known = arrays()
    names = [
        each.id
        for each in [*tree.args, *(keyword.value for keyword in tree.keywords)]
        if isinstance(each, ast.Name) and each.id in known and each.id != "np"
    ]
    used = [each.id for each in ast.walk(tree) if isinstance(each, ast.Name)]
    names = [name for name in dict.fromkeys(names) if used.count(name) == names.count(name)]
    function = ops
    for part in name_of(case).split("."):
        function = getattr(function, part)

    def call(*tensors):
        space = {**known, **dict(zip(names, tensors, strict=True)), "function": function}
        return eval(f"function{case[len(name_of(case)) :]}", space)

    return call, [known[name] for name in names]


def leaves(value):
    """The tensors of a nest of results."""
    if isinstance(value, list | tuple):
        return [leaf for each in value for leaf in leaves(each)]
    return [value] if isinstance(value, Tensor) else []


def compare(found, expected, case):
    for one, other in zip(leaves(found), leaves(expected), strict=True):
        assert one.dtype == other.dtype, case
        (_, a), (_, b) = plain(one), plain(other)
        tolerance = 2e-2 if "16" in one.dtype.name else 2e-5
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance, err_msg=case)


@pytest.mark.parametrize("case", TRACED)
def test_compiled_operations_give_the_eager_results(case):
    call, given = whole_arrays(case)
    expected = call(*map(ops.convert_to_tensor, given))
    found = jit(lambda *tensors: tuple(leaves(call(*tensors))))(*given)
    compare(found, expected, case)


@pytest.mark.parametrize("case", [each for each in CASES if name_of(each) not in NOT_NAIVE])
def test_naive_operations_give_the_eager_results(case):
    call, given = whole_arrays(case)
    tensors = [ops.convert_to_tensor(each) for each in given]
    compare(naive(call)(*tensors), call(*tensors), case)
