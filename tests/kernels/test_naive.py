"""The book's functions: what they compute, and that the gears run the very same loops."""

import ast

import numpy as np
import pytest

import geartrain
from geartrain import naive, ops
from geartrain.kernels import kernel
from geartrain.primitives import PRIMITIVES, Spec

RNG = np.random.default_rng(0)
X, X2 = RNG.uniform(-1, 1, (2, 3, 4))
Y, V = RNG.uniform(-1, 1, (4, 5)), RNG.uniform(-1, 1, 4)
F32 = np.dtype("float32")

FUNCTIONS = {
    "naive_relu": ((X,), np.maximum(X, 0)),
    "naive_add": ((X, X2), X + X2),
    "naive_add_matrix_and_vector": ((X, V), X + V),
    "naive_vector_dot": ((V, V[::-1]), V @ V[::-1]),
    "naive_matrix_vector_dot": ((X, V), X @ V),
    "naive_matrix_vector_dot_by_rows": ((X, V), X @ V),
    "naive_matrix_dot": ((X, Y), X @ Y),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_functions_compute_what_numpy_does(name):
    arrays, expected = FUNCTIONS[name]
    before = [each.copy() for each in arrays]
    function = getattr(naive, name)
    np.testing.assert_allclose(function(*arrays), expected, rtol=1e-14)
    np.testing.assert_allclose(kernel(function)(*arrays), expected, rtol=1e-14)
    for each, kept in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(each, kept)


@pytest.mark.parametrize(
    ("name", "shapes"),
    [("naive_add", [(2, 3), (3, 2)]), ("naive_vector_dot", [(3,), (4,)]), ("naive_relu", [(3,)])],
)
def test_they_check_their_shapes(name, shapes):
    function, arrays = getattr(naive, name), [np.zeros(shape) for shape in shapes]
    with pytest.raises(AssertionError):
        function(*arrays)
    with pytest.raises(ValueError, match="cannot take these arrays"):
        kernel(function)(*arrays)


def canonical(text):
    """Loops with their variables, and arguments, named in the order in which they come."""
    tree = ast.parse(text).body[0]
    names = {each.arg: f"a{number}" for number, each in enumerate(tree.args.args)}
    for node in ast.walk(tree):
        if isinstance(node, ast.For):
            names.setdefault(node.target.id, f"i{len(names)}")
    tree.name = "f"
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
        if isinstance(node, ast.arg):
            node.arg, node.annotation = names[node.arg], None
    return ast.unparse(tree)


def spec(*shape):
    return Spec(shape, F32)


GEARS = {
    "naive_relu": ("relu", (spec(3, 4),), {}),
    "naive_add": ("add", (spec(3, 4), spec(3, 4)), {}),
    "naive_vector_dot": ("contract", (spec(4), spec(4)), {"lhs": "k", "rhs": "k", "out": ""}),
    "naive_matrix_vector_dot": (
        "contract",
        (spec(3, 4), spec(4)),
        {"lhs": "ik", "rhs": "k", "out": "i"},
    ),
    "naive_matrix_dot": (
        "contract",
        (spec(3, 4), spec(4, 5)),
        {"lhs": "ik", "rhs": "kj", "out": "ij"},
    ),
}


@pytest.mark.parametrize("name", GEARS)
def test_the_gears_run_the_very_same_loops(name):
    gear, specs, parameters = GEARS[name]
    loops = PRIMITIVES[gear].loops(*specs, **parameters)
    assert canonical(loops) == canonical(kernel(getattr(naive, name)).loops)


def test_the_namespace_is_also_the_function():
    double = geartrain.naive(lambda x: x + x)
    assert double(ops.convert_to_tensor([1.0, 2.0])).tolist() == [2.0, 4.0]
