"""Reductions: their numbers, the same bits for any number of threads, and their kernels."""

import numpy as np
import pytest

from geartrain import ops, runtime
from geartrain.compiler import compile_graph
from geartrain.compiler.form.kernels import Contraction, Reduction
from geartrain.graph import trace
from geartrain.primitives import Spec
from geartrain.tensor import Dim

RNG = np.random.default_rng(0)
F32 = np.dtype("float32")
BATCH = Dim("batch")


def total(axis):
    return lambda x: ops.sum(x, axis=axis)


def largest(axis):
    return lambda x: ops.max(x, axis=axis)


# name: the function, its arguments' shapes, how many stages it takes
REDUCTIONS = {
    "all of a vector": (total(None), [(300_007,)], 2),
    "largest of all": (largest(None), [(333, 1001)], 2),
    "a short vector": (total(None), [(1003,)], 1),
    "a dot product": (ops.dot, [(100_003,), (100_003,)], 2),
    "sums of squares": (lambda x: ops.sum(x * x), [(70, 60, 50)], 2),
    "columns of a tall matrix": (total(0), [(30_001, 67)], 2),
    "few columns": (total(0), [(100_000, 3)], 2),
    "largest of columns": (largest(0), [(30_001, 67)], 2),
    "columns of a wide matrix": (total(0), [(1030, 4113)], 1),
    "columns of a low matrix": (total(0), [(7, 333)], 1),
    "rows": (total(1), [(1001, 333)], 1),
    "rows, few and long": (total(1), [(3, 100_001)], 2),
    "largest of rows": (largest(1), [(37, 1001)], 1),
    "channels": (total((0, 1, 2)), [(5, 31, 33, 20)], 2),
    "images": (total((1, 2)), [(5, 31, 33, 20)], 2),
    "first and last": (total((0, 2)), [(9, 20, 31)], 1),
    "rows by a vector": (ops.matmul, [(515, 301), (301,)], 1),
    "a vector by a matrix": (ops.matmul, [(515,), (515, 301)], 2),
    "a vector by a wide matrix": (ops.matmul, [(515,), (515, 3001)], 1),
    "a row by a matrix": (ops.matmul, [(1, 515), (515, 301)], 2),
    "one column": (ops.matmul, [(515, 301), (301, 1)], 1),
    "one column, transposed": (lambda x, y: ops.matmul(ops.transpose(x), y), [(9, 33), (9, 1)], 1),
}


def program_of(name):
    function, shapes, _ = REDUCTIONS[name]
    specs = [Spec(shape, F32) for shape in shapes]
    return compile_graph(trace(function, specs, name=name))


def arrays_of(shapes):
    return [RNG.uniform(-1, 1, shape).astype("float32") for shape in shapes]


@pytest.mark.parametrize("name", REDUCTIONS)
def test_they_give_the_numbers_and_the_same_bits(name):
    function, shapes, stages = REDUCTIONS[name]
    arrays = arrays_of(shapes)
    expected = function(*(each.astype("float64") for each in arrays)).numpy()
    program = program_of(name)
    assert len(program.schedule.stages) == stages
    found = []
    for threads in (1, 2, 3, 7):
        runtime.set_num_threads(threads)
        (result,) = program.run(arrays)
        found.append(result.tobytes())
    runtime.set_num_threads(None)
    np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-3)
    assert found == found[:1] * 4


@pytest.mark.parametrize("batch", [1, 2, 15, 33])
def test_a_batch_that_is_known_later(batch):
    function = total((0, 1, 2))
    program = compile_graph(trace(function, [Spec((BATCH, 19, 20, 7), F32)]))
    (x,) = arrays_of([(batch, 19, 20, 7)])
    for threads in (1, 3):
        runtime.set_num_threads(threads)
        (found,) = program.run([x])
        np.testing.assert_allclose(found, x.sum((0, 1, 2), dtype="float64"), rtol=1e-4, atol=1e-3)
    runtime.set_num_threads(None)
    parts = program.schedule.stages[0][0].kernel
    assert parts.root.chunk is not None


@pytest.mark.parametrize("name", [each for each in REDUCTIONS if "by a" in each or "one" in each])
def test_each_element_of_the_matrix_is_used_once_so_there_is_no_tile(name):
    kernels = [task.kernel for stage in program_of(name).schedule.stages for task in stage]
    assert not any(isinstance(kernel.root, Contraction) for kernel in kernels)


def test_reduced_axes_that_lie_side_by_side_are_one():
    (stage,) = compile_graph(trace(total((1, 2, 3)), [Spec((40, 6, 7, 8), F32)])).schedule.stages
    root = stage[0].kernel.root
    assert isinstance(root, Reduction)
    assert [axis.extent for axis in root.reduced] == [6 * 7 * 8]


def test_a_nan_and_infinities_reach_the_result():
    x = RNG.uniform(-1, 1, 200_000).astype("float32")
    program = compile_graph(trace(largest(None), [Spec(x.shape, F32)]))
    x[150_001] = np.inf
    assert program.run([x])[0] == np.inf
    x[3] = np.nan
    assert np.isnan(program.run([x])[0])


# name: the function, its arguments' shapes, how many kernels it takes
ROWS = {
    "softmax": (ops.softmax, [(64, 1000)], 1),
    "log_softmax": (ops.log_softmax, [(64, 1000)], 1),
    "logsumexp": (lambda x: ops.logsumexp(x, axis=-1), [(64, 1000)], 1),
    "layer norm": (lambda x: ops.layer_normalization(x, axis=-1), [(64, 1000)], 1),
    "bias and relu of a product": (
        lambda x, w, b: ops.relu(ops.matmul(x, w) + b),
        [(64, 100), (100,), (64,)],
        1,
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_rows_are_normalised_in_one_kernel(name):
    function, shapes, count = ROWS[name]
    arrays = arrays_of(shapes)
    program = compile_graph(trace(function, [Spec(shape, F32) for shape in shapes]))
    (found,) = program.run(arrays)
    expected = function(*(each.astype("float64") for each in arrays))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    assert sum(map(len, program.schedule.stages)) == count
