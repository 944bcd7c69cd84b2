"""The book's six functions as machine code: how many kernels, stages and compilations they take."""

import numpy as np
import pytest

from geartrain import kernel, naive, runtime
from geartrain.compiler.form.kernels import Contraction, Reduction
from geartrain.tensor import Tensor

from .test_right_or_refused import branches_of_totals, softmax

RNG = np.random.default_rng(0)


def array(*shape):
    return RNG.uniform(-1, 1, shape).astype("float32")


# name: arrays, the numbers, the root of the first kernel, how many stages
LARGE = {
    "naive_relu": ((array(1000, 700),), lambda x: np.maximum(x, 0), None, 1),
    "naive_add": ((array(1000, 700), array(1000, 700)), np.add, None, 1),
    "naive_add_matrix_and_vector": ((array(1000, 700), array(700)), np.add, None, 1),
    "naive_vector_dot": ((array(700_001), array(700_001)), np.dot, Reduction, 2),
    "naive_matrix_vector_dot": ((array(1000, 700), array(700)), np.dot, Reduction, 1),
    "naive_matrix_vector_dot_by_rows": ((array(1000, 700), array(700)), np.dot, Reduction, 1),
    "naive_matrix_dot": ((array(130, 70), array(70, 90)), np.dot, Contraction, 1),
}


def program_of(made):
    (program,) = made._compiled.programs.values()
    return program


@pytest.mark.parametrize("name", LARGE)
def test_each_is_one_pass_over_its_arrays(name):
    arrays, numpy, root, stages = LARGE[name]
    made = kernel(getattr(naive, name))
    found = []
    for threads in (1, 2, 3, 7):
        runtime.set_num_threads(threads)
        found.append(made(*arrays).numpy())
    runtime.set_num_threads(None)
    np.testing.assert_allclose(found[0], numpy(*arrays), rtol=1e-4, atol=1e-3)
    assert len({each.tobytes() for each in found}) == 1
    program = program_of(made)
    kernels = [task.kernel for stage in program.schedule.stages for task in stage]
    assert len(kernels) == len(program.schedule.stages) == stages
    assert type(kernels[0].root) is (root or type(None))
    assert made.host_calls == ()


def test_rows_with_totals_are_one_kernel():
    for function in (softmax, branches_of_totals):
        made = kernel(function)
        made(array(20, 300))
        assert sum(map(len, program_of(made).schedule.stages)) == 1


def test_arrays_are_neither_copied_nor_changed():
    made = kernel(naive.naive_add)
    x, y = array(40, 30), array(40, 30)
    before = x.copy(), y.copy()
    first = made(x, y)
    second = made(Tensor(x), y)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal((x, y), before)
    assert not np.shares_memory(first.numpy(), second.numpy())
    assert made(x[::2], y[::2]).shape == (20, 30)  # not in one piece: the long way


def test_each_shape_and_dtype_is_compiled_once():
    made = kernel(naive.naive_vector_dot)
    for _ in range(3):
        for size in (5, 8):
            made(array(size), array(size))
            made(np.ones(size), np.ones(size))
    assert len(made._compiled.programs) == 4


def test_the_short_way_checks_what_it_is_given():
    made = kernel(naive.naive_vector_dot)
    assert float(made(np.ones(4), np.ones(4))) == 4.0
    with pytest.raises(ValueError, match="cannot take these arrays"):
        made(np.ones(4), np.ones(5))
    with pytest.raises(ValueError, match="cannot take these arrays"):
        made(np.ones((4, 1)), np.ones(4))
    with pytest.raises(TypeError, match="2: x, y"):
        made(np.ones(4))
    assert made([1, 2], [3.0, 4.0]).tolist() == 11.0
