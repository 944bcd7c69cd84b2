"""`@kernel`: loops as an operation, which runs four ways and is differentiated."""

import re
from pathlib import Path

import numpy as np
import pytest

from geartrain import GradientTape, grad, jit, kernel, ops
from geartrain.kernels import LoopError
from geartrain.naive import naive_matrix_dot, naive_relu, naive_vector_dot
from geartrain.primitives.naive import naive

RNG = np.random.default_rng(0)


def array(*shape):
    return RNG.uniform(0.5, 1.5, shape)


SCALE = 2.0


@kernel
def swish(x):
    y = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            y[i, j] = x[i, j] / (1 + np.exp(-SCALE * x[i, j]))
    return y


@kernel
def product_of_matrices(x, w):
    z = np.zeros((x.shape[0], w.shape[1]))
    for i in range(x.shape[0]):
        for j in range(w.shape[1]):
            total_of_row = 0.0
            for k in range(len(w)):
                total_of_row += x[i, k] * w[k, j]
            z[i, j] = total_of_row
    return z


@kernel
def column_maxima(x):
    rows, columns = x.shape
    z = np.zeros(columns)
    for j in range(columns):
        best = -np.inf
        for i in range(rows):
            best = max(best, x[i, j])
        z[j] = best
    return z


@kernel
def product(x):
    z = 1.0
    for i in range(x.shape[0]):
        z *= x[i]
    return z


@kernel
def squared_distance(x, y):
    z = 0.0
    for i in range(x.shape[0]):
        difference = x[i] - y[i]
        z += difference**2
    return z


@kernel
def transposed(x):
    z = np.empty((x.shape[1], x.shape[0]))
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            z[j, i] = x[i][j]
    return z


@kernel
def clipped(x):
    z = x.copy()
    for i in range(len(x)):
        z[i] = min(max(z[i], 0.8), 1.2) if x[i] > 0 else abs(x[i])
    return z


@kernel
def neighbours(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        z[i] = x[i // 2] + 1
    return z


KERNELS = {
    "swish": (swish, (array(3, 4),)),
    "product_of_matrices": (product_of_matrices, (array(3, 4), array(4, 2))),
    "column_maxima": (column_maxima, (array(4, 3),)),
    "product": (product, (array(5),)),
    "squared_distance": (squared_distance, (array(5), array(5))),
    "transposed": (transposed, (array(2, 3),)),
    "clipped": (clipped, (array(6),)),
}


@pytest.mark.parametrize("name", [*KERNELS])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_all_ways_to_run_agree(name, dtype):
    function, arrays = KERNELS[name]
    arrays = [each.astype(dtype) for each in arrays]
    expected = function.naive(*arrays)
    tolerance = 2e-6 if dtype == "float32" else 1e-14
    for run in (function, jit(function), naive(function)):
        found = run(*map(ops.convert_to_tensor, arrays))
        assert found.dtype == dtype
        np.testing.assert_allclose(found, expected, rtol=tolerance)


@pytest.mark.parametrize("name", [*KERNELS])
def test_kernels_have_machine_code(name):
    function, arrays = KERNELS[name]
    compiled = jit(lambda *tensors: function(*tensors) * 2)
    compiled(*arrays)
    assert compiled.host_calls == ()


@pytest.mark.parametrize("name", [*KERNELS])
def test_derivatives_agree_with_finite_differences(name):
    function, arrays = KERNELS[name]
    weights = RNG.standard_normal(np.shape(function.naive(*arrays)))
    directions = [RNG.standard_normal(each.shape) for each in arrays]

    def scalar(*tensors):
        return ops.sum(function(*tensors) * weights)

    def slope(*tensors):
        slopes = grad(scalar, tuple(range(len(arrays))))(*tensors)
        return sum(ops.sum(a * b) for a, b in zip(slopes, directions, strict=True))

    start = [ops.convert_to_tensor(each) for each in arrays]
    assert float(slope(*start)) == pytest.approx(along(scalar, arrays, directions), rel=1e-6)
    if name not in ("column_maxima", "product"):
        second = grad(slope, tuple(range(len(arrays))))(*start)
        curvature = sum(float(ops.sum(a * b)) for a, b in zip(second, directions, strict=True))
        expected = along(slope, arrays, directions)
        assert curvature == pytest.approx(expected, rel=1e-5, abs=1e-6)


def along(function, arrays, directions, step=1e-4):
    def at(distance):
        moved = (x + distance * d for x, d in zip(arrays, directions, strict=True))
        return float(function(*map(ops.convert_to_tensor, moved)))

    near = (at(step) - at(-step)) / (2 * step)
    far = (at(2 * step) - at(-2 * step)) / (4 * step)
    return (4 * near - far) / 3


def test_elements_that_tie_share_the_derivative():
    x = ops.convert_to_tensor([[2.0], [2.0], [1.0]])
    assert grad(lambda x: ops.sum(column_maxima(x)))(x).tolist() == [[0.5], [0.5], [0.0]]


def test_a_gradient_of_ones_own():
    @kernel(gradient=lambda cotangent, x: cotangent * 7)
    def rounded(x):
        z = np.zeros(x.shape[0])
        for i in range(x.shape[0]):
            z[i] = np.floor(x[i])
        return z

    x = ops.convert_to_tensor([1.5, 2.5])
    assert grad(lambda x: ops.sum(rounded(x)))(x).tolist() == [7.0, 7.0]


def test_moved_indices_run_but_have_no_derivative():
    x = ops.convert_to_tensor(array(4))
    np.testing.assert_allclose(neighbours(x), neighbours.naive(x.numpy()))
    with GradientTape() as tape:
        tape.watch(x)
        y = neighbours(x)
    with pytest.raises(NotImplementedError, match=r"plain element"):
        tape.gradient(y, x)


def test_what_was_recognised_is_said():
    assert repr(swish) == "<kernel swish: map over i, j>"
    assert (
        repr(product_of_matrices)
        == "<kernel product_of_matrices: contraction to (i, j), summed over k>"
    )
    assert repr(column_maxima) == "<kernel column_maxima: max over i, for each (j)>"
    assert "for k in range(w.shape[0]):" in product_of_matrices.explain()


def no_return(x):
    z = x.copy()
    for i in range(x.shape[0]):
        z[i] = x[i] + 1


def stored_to_an_argument(x):
    for i in range(x.shape[0]):
        x[i] = x[i] + 1
    return x


def while_loop(x):
    while True:
        pass


def unknown_name(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        z[i] = x[i] + missing  # noqa: F821
    return z


def unknown_function(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        z[i] = print(x[i])
    return z


def stepped(x):
    z = np.zeros(x.shape[0])
    for i in range(0, x.shape[0], x.shape[1]):
        z[i] = x[i]
    return z


def fixed_place(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        z[0] = x[i]
    return z


def keyword(x, y=1):
    return x


def listed(x):
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        z[i] = [x[i]]
    return z


MISTAKES = {
    no_return: "a kernel returns its result",
    stored_to_an_argument: "a value goes to an element of an array that is made here",
    while_loop: "While is not of the loop language",
    unknown_name: "missing is no value of the language",
    unknown_function: "print is no function of the language",
    stepped: "a step is a whole number",
    fixed_place: "stored to at loop variables",
    keyword: "takes arrays by position",
    listed: "List is not of the loop language",
}


@pytest.mark.parametrize("function", MISTAKES, ids=lambda each: each.__name__)
def test_errors_point_at_the_line(function):
    with pytest.raises(LoopError, match=re.escape(MISTAKES[function])) as caught:
        kernel(function)
    error = caught.value
    first = function.__code__.co_firstlineno
    assert error.filename == __file__
    assert first <= error.lineno <= first + 6
    assert error.text in Path(__file__).read_text().splitlines()[error.lineno - 1]
    assert error.offset >= 1


def test_arrays_that_do_not_fit():
    with pytest.raises(ValueError, match="rank 2"):
        swish(array(3))
    with pytest.raises(TypeError, match="1: x"):
        swish(array(3, 4), array(3, 4))


# -- names, and what is no array ------------------------------------------------------------------


def test_arrays_may_be_given_by_name():
    made, x, y = kernel(naive_vector_dot), array(5), array(5)
    assert float(made(x, y=y)) == float(made(y=y, x=x)) == float(made(x, y))
    with pytest.raises(TypeError, match="y by name, after those by position"):
        made(x, z=y)


@pytest.mark.parametrize("given", [None, "text", [["a", "b"]], np.array([{}])], ids=repr)
def test_what_is_no_array_of_numbers_is_refused(given):
    with pytest.raises(TypeError, match="A kernel takes arrays of numbers"):
        kernel(naive_relu)(given)


HALVED = """
import numpy as np
def {name}(x):
    z = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            z[i, j] = x[i, j] * 0.5 + 3
    return z
"""


@pytest.mark.parametrize("name", ["transpose", "broadcast_to", "cast", "reshape", "relu", "size"])
def test_a_kernel_is_what_its_loops_say_whatever_its_name(name, tmp_path):
    path, space = tmp_path / f"{name}.py", {}
    path.write_text(HALVED.format(name=name))
    exec(compile(path.read_text(), str(path), "exec"), space)
    made, x = kernel(space[name]), np.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(made(x), x * 0.5 + 3)
    np.testing.assert_array_equal(jit(lambda x: made(x + 1) * 2)(x), (x + 1) + 6)


@pytest.mark.parametrize("sizes", [(0, 0, 0), (3, 4, 0), (0, 4, 3), (3, 0, 4)], ids=str)
def test_a_product_of_arrays_without_elements(sizes):
    rows, terms, columns = sizes
    found = kernel(naive_matrix_dot)(np.ones((rows, terms)), np.ones((terms, columns)))
    np.testing.assert_array_equal(found, np.zeros((rows, columns)))
