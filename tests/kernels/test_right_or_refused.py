"""A kernel computes what Python computes, or says what it cannot do: nothing in between.

Kernels agree with the Python function, or raise: a `LoopError` when they are decorated, another
error when they are called with arrays that do not fit (`cases.py`).
"""

# ruff: noqa: SIM108  (plain loops, as a newcomer types them)

import numpy as np
import pytest

from geartrain.naive import naive_relu, naive_vector_dot
from tests.kernels.cases import Cases, array

CASES = Cases()
same, refused, misfits = CASES.same, CASES.refused, CASES.misfits


@refused("before it has taken in all")
def row_cumsum(x):
    z = np.zeros(x.shape[0])
    t = 0.0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            t += x[i, j]
        z[i] = t
    return z


@refused("while its loops fill it")
def cumsum(x):
    z = x.copy()
    for i in range(x.shape[0]):
        z[i] = z[i - 1] + x[i]
    return z


@misfits(ValueError, r"in part", array(5))
def part(x):
    z = np.zeros(x.shape[0])
    for i in range(3):
        z[i] = x[i]
    return z


@misfits(ValueError, r"in part", array(5))
def partcopy(x):
    z = x.copy()
    for i in range(3):
        z[i] = 0.0 * x[i]
    return z


@same(array(3, 4))
def mean(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        t = 0.0
        for j in range(x.shape[1]):
            t += x[i, j]
        z[i] = t / x.shape[1]
    return z


@same(array(3, 4))
def mean2(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        t = 0.0
        for j in range(x.shape[1]):
            t += x[i, j]
        z[i] = t / 4
    return z


@misfits(IndexError, r"beside an array", array(5), array(3))
def short(x, y):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        z[i] = x[i] + y[i]
    return z


@misfits(IndexError, r"from -1 to 3", array(5))
def minus(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        z[i] = x[i] - x[i - 1]
    return z


@misfits(IndexError, r"from 1 to 5", array(5))
def plus(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        z[i] = x[i + 1]
    return z


@same(array(5))
def last(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        z[i] = x[-1] * x[i]
    return z


@same(array(5))
def const(x):
    t = 2.0
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        z[i] = t * x[i]
    return z


@refused("left over from a loop")
def stale(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        t = x[i]
    for i in range(x.shape[0]):
        z[i] = t
    return z


@same(array(3, 4), array(4), array(3))
def addcall(x, y, w):
    z = w.copy()
    for i in range(x.shape[0]):
        z[i] += naive_vector_dot(x[i, :], y)
    return z


@refused("each element is stored once")
def repeated(x, y):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        for _k in range(x.shape[1]):
            z[i] = naive_vector_dot(x[i, :], y)
    return z


@misfits(ValueError, r"x.shape\[0\] == y.shape\[0\]", array(3, 4), array(5))
def callee_assert(x, y):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        z[i] = naive_vector_dot(x[i, :], y)
    return z


@refused("an assert stands before the loops")
def inner_assert(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        assert x[i] > 100
        z[i] = x[i]
    return z


@same(array(5))
def size_assert(x):
    n = len(x)
    assert n == 5
    z = np.zeros(n)
    for i in range(n):
        z[i] = x[i]
    return z


@refused("the dtype is the arguments'")
def zeros_dtype(x):
    z = np.zeros(x.shape[0], dtype="int32")
    for i in range(x.shape[0]):
        z[i] = x[i]
    return z


@refused("each element is stored once")
def early(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        t = 0.0
        for j in range(x.shape[1]):
            z[i] = t
            t += x[i, j]
    return z


@refused("carried from one turn")
def overwritten(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            z[i] += x[i, j]
        z = x.copy()
    return z


@same(array(4, 4))
def two_forms(x):
    s = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            s[i] += np.exp(x[i, j])
    z = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            z[i, j] = np.exp(x[i, j]) / s[i]
    return z


@same(np.arange(6))
def ints(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        z[i] = x[i] / 4
    return z


@same(np.arange(6))
def ints2(x):
    z = x.copy()
    for i in range(x.shape[0]):
        z[i] = x[i] // 4 + x[i] % 4 * 10 - x[i] ** 2
    return z


@same(array(5))
def chain(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        z[i] = 1.0 if 0.7 < x[i] < 1.0 else 0.0
    return z


@same(array(5))
def three(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        z[i] = max(x[i], 0.9, 1.0)
    return z


@refused("an index is made of")
def idx(x, y):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        z[i] = x[y[i]]
    return z


@same(array(5))
def maxstart(x):
    z = 100.0
    for i in range(x.shape[0]):
        z = max(z, x[i])
    return z


@refused("carried from one turn")
def scaledtotal(x):
    z = 0.0
    for i in range(x.shape[0]):
        z = 2 * z + x[i]
    return z


@same(array(5))
def posonly(x, /):
    z = 0.0
    for i in range(x.shape[0]):
        z += x[i]
    return z


@same(array(5))
def twoacc(x):
    z = 0.0
    for i in range(x.shape[0]):
        z += x[i]
        z += 1.0
    return z


@refused("carried from one turn")
def shadow(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        x = x.copy()
        z[i] = x[i]
        x[i] = 3.0
    return z


@same(
    array(
        0,
    )
)
def empty(x):
    z = 0.0
    for i in range(x.shape[0]):
        z += x[i]
    return z


@same(
    array(
        4,
    ),
    array(
        4,
    ),
)
def aliased(x, y):
    y = x.copy()
    for i in range(x.shape[0]):
        y[i] += y[i]
    return y


@refused("while its loops fill it")
def transpose_inplace(x):
    z = x.copy()
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            z[i, j] = z[j, i]
    return z


@same(array(3, 4))
def sum_plus_index(x):
    z = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            z[i, j] = i * 10 + j + x[i, j]
    return z


@same(array(4))
def division(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        z[i] = i / 2 + 0 * x[i]
    return z


@misfits(IndexError, r"an axis that is not there", array(4))
def wrongaxis(x):
    z = np.zeros(x.shape[1])
    for i in range(x.shape[0]):
        z[i] = x[i]
    return z


@same(array(4))
def subtract(x):
    z = 0.0
    for i in range(x.shape[0]):
        z -= x[i]
    return z


@refused("x has 2 indices here, and rank 3")
def dims(x):
    rows, _columns, _depth = x.shape
    z = np.zeros(rows)
    for i in range(rows):
        z[i] = x[i, 0]
    return z


@same(array(4))
def neg(x):
    z = np.zeros(x.shape[-1])
    for i in range(x.shape[-1]):
        z[i] = -x[i]
    return z


@same(array(4))
def noloop_total(x):
    z = np.zeros(x.shape[0])
    t = 0.0
    t += x[0]
    for i in range(x.shape[0]):
        z[i] = t
    return z


@same(array(4))
def twoloops(x):
    z = 0.0
    for i in range(x.shape[0]):
        z += x[i]
    for i in range(x.shape[0]):
        z += x[i]
    return z


@misfits(
    ValueError,
    r"cannot take these arrays",
    array(4, 3),
    array(
        3,
    ),
)
def wrongviews(x, y):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        z[i] = naive_vector_dot(x[:, 0], y)
    return z


@same(array(3, 4))
def max_const(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        best = x[i, 0]
        for j in range(x.shape[1]):
            best = max(best, x[i, j])
        z[i] = best
    return z


@same(array(4, 3))
def nested_names(x):
    z = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            a = x[i, j]
            b = a * a
            a = b + 1
            z[i, j] = a * b
    return z


@refused("an array that is made here")
def alias(x):
    z = x
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            z[i, j] = 2.0
    return z


@same(array(6), array(3))
def convolution(x, w):
    z = np.zeros(x.shape[0] - w.shape[0] + 1)
    for i in range(x.shape[0] - w.shape[0] + 1):
        for k in range(w.shape[0]):
            z[i] += x[i + k] * w[k]
    return z


@same(array(6))
def backwards(x):
    n = len(x)
    z = np.empty(n)
    for i in range(n):
        z[i] = x[n - 1 - i]
    return z


@same(array(5, 4))
def softmax(x):
    z = np.zeros(x.shape)
    for i in range(x.shape[0]):
        largest = x[i, 0]
        for j in range(x.shape[1]):
            largest = max(largest, x[i, j])
        total = 0.0
        for j in range(x.shape[1]):
            total += np.exp(x[i, j] - largest)
        for j in range(x.shape[1]):
            z[i, j] = np.exp(x[i, j] - largest) / total
    return z


@same(array(5, 4))
def rows_in_arrays(x):
    z = np.zeros(x.shape)
    for i in range(x.shape[0]):
        row = np.zeros(x.shape[1])
        for j in range(x.shape[1]):
            row[j] = 2 * x[i, j]
        for j in range(x.shape[1]):
            z[i, j] = row[j] + row[x.shape[1] - 1 - j]
    return z


@same(array(5) - 1)
def branches(x):
    z = np.empty(x.shape[0])
    for i in range(x.shape[0]):
        if x[i] > 0.2:
            z[i] = x[i]
        elif x[i] > -0.2:
            t = 10.0
            z[i] = t
        else:
            z[i] = -x[i]
    return z


@same(array(5, 3) - 1)
def branches_of_totals(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        t, largest = 0.0, -np.inf
        for j in range(x.shape[1]):
            if x[i, j] > 0:
                t += x[i, j]
                largest = max(largest, x[i, j])
            else:
                t -= 2 * x[i, j]
        if largest > 0:
            t = t * largest
        z[i] = t
    return z


@same(array(5) - 1)
def name_in_both_branches(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        if x[i] > 0:
            a = x[i]
        else:
            a = 2.0
        z[i] = a * a
    return z


@same(array(5, 3), array(5))
def bias_then_sum(x, b):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        z[i] = b[i]
        for j in range(x.shape[1]):
            z[i] += x[i, j]
        z[i] = max(z[i], 0) / x.shape[1]
    return z


@same(array(5, 3))
def several_loops(x):
    z = x.copy()
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            z[i, j] *= 2
    y = z.copy()
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            z[i, j] = y[x.shape[0] - 1 - i, j] + 1 if i > 0 else x[i, j]
    return z


@same(array(4, 3))
def other_with_an_array(x):
    y = naive_relu(x)
    z = np.zeros(x.shape[1])
    for j in range(x.shape[1]):
        for i in range(len(y)):
            z[j] += y[i, j]
    return z


@same(array(4, 3), array(3))
def row_given_on(x, w):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        row = x[i]
        z[i] = naive_vector_dot(row, w) + row[0] + x[-1][1] + x[i, x.shape[1] // 2]
    return z


@same(array(4), np.float64(3.0))
def with_a_number(x, scale):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        z[i] = scale * x[i] + i / 2
    return z


@same(array(4, 3, 2))
def unused_loops(x):
    z = np.zeros((x.shape[0], x.shape[2]))
    for i in range(x.shape[0]):
        for k in range(x.shape[2]):
            t = 0.0
            for j in range(x.shape[1]):
                t += x[i, j, 0]
            z[i, k] = t
    return z


@same(array(4, 3))
def two_results(x):
    rows, columns = np.zeros(x.shape[0]), np.zeros(x.shape[1])
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            rows[i] += x[i, j]
            columns[j] += x[i, j]
    return rows, columns


@same(np.array([-7, -2, 0, 3, 9]))
def whole_division(x):
    z = x.copy()
    for i in range(x.shape[0]):
        z[i] = x[i] // 4 * 100 + x[i] % 4
    return z


@same(np.array([-7, -2, 0, 3, 9], "int32"))
def whole_division_of_small_numbers(x):
    z = x.copy()
    for i in range(x.shape[0]):
        z[i] = x[i] // 4 * 100 + x[i] % 4 + x[i] // 3
    return z


@same(np.array([-7.5, -2, 0, 3, 9]))
def fractions_divided(x):
    z = x.copy()
    for i in range(x.shape[0]):
        z[i] = x[i] // 4 * 100 + x[i] % 4
    return z


@same(array(4, 4))
def stencil(x):
    z = x.copy()
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            z[i, j] = x[i - 1, j] if i > 0 else x[i, j] / 2
    return z


@refused("carried from one turn")
def last_of_a_branch(x):
    z = np.zeros(x.shape[0])
    t = 0.0
    for i in range(x.shape[0]):
        if x[i] > 0:
            t = x[i]
        z[i] = t
    return z


@refused("carried from one turn")
def read_in_the_other_branch(x):
    z = np.zeros(x.shape[0])
    t = 0.0
    for i in range(x.shape[0]):
        if x[i] > 0:
            t = x[i]
        else:
            z[i] = t
    return z


@refused("not in every branch")
def name_in_one_branch(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        if x[i] > 0:
            a = x[i]
        z[i] = a
    return z


@refused("a size is")
def triangle(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        for j in range(i):
            z[i] += x[j]
    return z


@refused("While is not of the loop language")
def steps(x):
    z = x.copy()
    while z[0] > 1:
        z[0] = z[0] / 2
    return z


@refused("no loop stands in a branch")
def loop_in_a_branch(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        if x[i] > 0:
            for j in range(x.shape[0]):
                z[i] += x[j]
    return z


@refused("nothing stands after return")
def after_return(x):
    z = x.copy()
    for i in range(x.shape[0]):
        z[i] = 1.0
    return z
    return x


@misfits(TypeError, "of which it computes", np.arange(4))
def half_of_integers(x):
    z = x.copy()
    for i in range(x.shape[0]):
        z[i] = x[i] / 2
    return z


@misfits(TypeError, "of which it computes", np.arange(4, dtype="uint8"))
def too_large(x):
    z = x.copy()
    for i in range(x.shape[0]):
        z[i] = x[i] + 300
    return z


@same(array(4, 5))
def guarded(x):
    z = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            if i > 0 and not (j + 1 >= x.shape[1]):
                z[i, j] = x[i - 1, j + 1]
    return z


@misfits(IndexError, "from 1 to 5", array(5))
def guarded_by_values(x):
    z = x.copy()
    for i in range(x.shape[0]):
        z[i] = x[i + 1] if x[i] > 0.9 else 0.0
    return z


@misfits(IndexError, "from -1 to 3", array(5))
def guarded_too_little(x):
    z = x.copy()
    for i in range(x.shape[0]):
        z[i] = x[i - 1] if i >= 0 else 0.0
    return z


@misfits(ValueError, "below zero", array(5))
def index_divided(x):
    z = x.copy()
    for i in range(x.shape[0]):
        z[i] = x[(i - 2) % 5]
    return z


@misfits(ValueError, "rank 2", array(5))
def ranks(x):
    z = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(len(x)):
            z[i, j] = x[i, j]
    return z


@pytest.mark.parametrize(("function", "check"), CASES.all)
def test_it_computes_what_python_computes_or_is_refused(function, check):
    check(function)
