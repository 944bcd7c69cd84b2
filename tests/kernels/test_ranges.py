"""Ranges from a start, in steps; and other ways to write the same: right, or refused."""

import numpy as np
import pytest

from geartrain.naive import naive_vector_dot
from tests.kernels.cases import Cases, array

CASES = Cases()
same, refused, misfits = CASES.same, CASES.refused, CASES.misfits


@same(array(7))
@same(array(1))
@same(array(0))
def stepped(x):
    z = x.copy()
    for i in range(0, x.shape[0], 2):
        z[i] = 2 * x[i]
    return z


@same(array(7))
@same(array(1))
def differences(x):
    z = np.zeros(x.shape[0])
    for i in range(1, x.shape[0]):
        z[i] = x[i] - x[i - 1]
    return z


@same(array(7))
def differences_one_place_before(x):
    n = len(x)
    z = np.zeros(n - 1)
    for i in range(1, n):
        z[i - 1] = x[i] - x[i - 1]
    return z


@same(array(8))
def every_other(x):
    z = np.zeros(x.shape[0] // 2)
    for i in range(0, x.shape[0], 2):
        z[i // 2] = x[i] + x[i + 1]
    return z


@same(array(9))
@same(array(2))
def totals_of_ranges(x):
    inside, odd, last = 0.0, 0.0, 0.0
    for i in range(1, len(x) - 1):
        inside += x[i - 1] * x[i + 1]
    for i in range(1, len(x), 2):
        odd += x[i]
    for i in range(len(x) - 1, 1, -3):
        last += i * x[i]
    return inside, odd, last


@same(array(5, 6))
@same(array(2, 2))
def inner_points(x):
    z = x.copy()
    for i in range(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            total = 0.0
            for k in range(-1, 2):
                total += x[i + k, j] + x[i, j + k]
            z[i, j] = total / 6
    return z


@same(array(6))
def backwards_in_steps(x):
    z = np.full(x.shape, -1.0)
    for i in range(5, 0, -2):
        z[i] = x[i] + i
    return z


@same(array(5, 4))
def rows_of_a_range(x):
    z = np.ones(x.shape[0])
    for i in range(2, x.shape[0]):
        above = x[i - 2, :]
        row = x[i, :]
        z[i] = naive_vector_dot(above, row)
    return z


@same(array(4, 5))
def sums_beside_others(x):
    z = np.ones(x.shape[0])
    for i in range(1, 3):
        for j in range(2, x.shape[1]):
            z[i] += x[i, j]
    return z


@misfits(IndexError, "filled from 1 to 5", array(5))
def beyond_the_end(x):
    z = np.zeros(x.shape[0])
    for i in range(1, x.shape[0] + 1):
        z[i] = 1.0
    return z


@misfits(IndexError, "filled from -1 to 3", array(5))
def before_the_beginning(x):
    z = np.zeros(x.shape[0])
    for i in range(-1, 4):
        z[i] = 1.0
    return z


@misfits(IndexError, "goes from 1 to 5", array(5))
def reads_beyond(x):
    total = 0.0
    for i in range(1, x.shape[0] + 1):
        total += x[i] - x[i - 1]
    return total


@refused("z is read here while its loops fill it")
def running_sum(x):
    z = x.copy()
    for i in range(1, x.shape[0]):
        z[i] += z[i - 1]
    return z


@refused("a step is a whole number")
def no_step(x):
    total = 0.0
    for i in range(0, 4, 0):
        total += x[i]
    return total


# -- other ways to write the same -----------------------------------------------------------------


@same(array(3, 4))
def with_numpys_functions(x):
    rows, columns = np.shape(x)
    z, y = np.copy(x), np.zeros((rows, columns), dtype=x.dtype)
    for i in range(rows):
        for j in range(columns):
            z[i][j] = np.where(x[i][j] > 1, x[i][j], 0.0)
            y[i][j] = z[i][j] + np.sqrt(x[i, j])
    return z, y


@same(np.arange(-2, 3))
@same(np.arange(3, dtype="uint8"))
def whole_numbers_beside_fractions_that_are_whole(x):
    z = x.copy()
    for i in range(x.shape[0]):
        total = 0.0
        for j in range(1, x.shape[0]):
            total += x[j] * 2.0
        z[i] = max(x[i], 0.0) + (total if x[i] > 1.0 else 1.0)
    return z


@refused("write total += x[i] * y[i] in a loop")
def dot_of_numpy(x):
    z = np.zeros(len(x))
    for i in range(len(x)):
        z[i] = np.dot(x[i], x[i])
    return z


@refused("best = max(best, ...)")
def largest_by_if(x):
    best = x[0]
    for i in range(len(x)):
        if x[i] > best:
            best = x[i]
    return best


@refused("print in the plain function")
def prints(x):
    total = 0.0
    for i in range(len(x)):
        print(x[i])
        total += x[i]
    return total


@refused("if j < i")
def sum_to_the_diagonal(x):
    total = 0.0
    for i in range(len(x)):
        for j in range(i):
            total += x[j]
    return total


@misfits(AssertionError, "x must be a vector", array(3, 4))
def says_why(x):
    assert len(x.shape) == 1, "x must be a vector"
    total = 0.0
    for i in range(len(x)):
        total += x[i]
    return total


@pytest.mark.parametrize(("function", "check"), CASES.all)
def test_it_computes_what_python_computes_or_is_refused(function, check):
    check(function)
