"""Kernels as cases: those that agree with the Python function, and those that raise.

cases = Cases()

@cases.same(array(3))                     agrees on these arrays, by itself and in jit
@cases.refused("message")                 a `LoopError` when it is decorated
@cases.misfits(ValueError, "message", array(3))       another error when it is called
"""

import numpy as np
import pytest

from geartrain import jit, kernel, ops
from geartrain.kernels import LoopError

RNG = np.random.default_rng(0)


def array(*shape):
    return RNG.uniform(0.5, 1.5, shape)


class Cases:
    """The kernels of one file, by what becomes of them."""

    def __init__(self):
        self.all = []

    def same(self, *arrays):
        return self._noted(lambda function: agrees(function, arrays))

    def refused(self, message):
        return self._noted(lambda function: is_refused(function, message))

    def misfits(self, error, message, *arrays):
        return self._noted(lambda function: does_not_fit(function, error, message, arrays))

    def _noted(self, check):
        def note(function):
            self.all.append(pytest.param(function, check, id=function.__name__))
            return function

        return note


def agrees(function, arrays):
    expected = outcome(function, [each.copy() for each in arrays])
    made = kernel(function)
    for run in (made, jit(made)):
        found = outcome(run, arrays)
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert one.shape == np.shape(other)
            np.testing.assert_allclose(one, other, rtol=1e-6 if one.dtype == "float32" else 1e-14)


def is_refused(function, message):
    with pytest.raises(LoopError) as caught:
        kernel(function)
    assert message in str(caught.value)


def does_not_fit(function, error, message, arrays):
    made = kernel(function)
    for run in (made, jit(made)):
        with pytest.raises(error, match=message):
            run(*map(ops.convert_to_tensor, arrays))


def outcome(function, arrays):
    found = function(*arrays)
    return found if isinstance(found, tuple) else (found,)
