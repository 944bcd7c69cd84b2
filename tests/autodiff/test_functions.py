"""Derivatives of functions, and of nests."""

import numpy as np
import pytest

from geartrain import GradientTape, Variable, grad, hessian, jacobian, jit, jvp, ops, vjp
from geartrain.autodiff import value_and_grad

X = np.array([1.0, 2.0, 3.0])


def test_arguments_may_be_numbers_arrays_variables_and_nests():
    assert float(grad(lambda x: x * x)(3.0)) == 6
    assert grad(lambda x: ops.sum(x * x))(X).numpy().tolist() == [2, 4, 6]
    assert float(grad(lambda v: v * v)(Variable(3.0))) == 6
    slopes = grad(lambda p: ops.sum(p["w"] * X) + p["b"][0])({"w": X, "b": [1.0]})
    assert slopes["w"].numpy().tolist() == X.tolist()
    assert float(slopes["b"][0]) == 1


def test_argnums_and_keywords():
    def function(x, y, *, power):
        return x**power * y

    assert float(grad(function, 1)(2.0, 5.0, power=3)) == 8
    assert [float(each) for each in grad(function, (1, 0))(2.0, 5.0, power=3)] == [8, 60]
    assert float(grad(function, -1)(2.0, 5.0, power=3)) == 8
    with pytest.raises(ValueError, match="no such argument"):
        grad(function, 2)(2.0, 5.0, power=3)


@pytest.mark.parametrize("argument", [3, np.arange(3), ops.convert_to_tensor([1, 2]), True])
def test_whole_numbers_are_refused(argument):
    with pytest.raises(TypeError, match="differentiates by floating-point numbers"):
        grad(lambda x: x * x)(argument)


def test_values_beside_the_value():
    (value, aux), slope = value_and_grad(lambda x: (x * x, {"x": x}), has_aux=True)(3.0)
    assert (float(value), float(aux["x"]), float(slope)) == (9, 3, 6)
    slope, aux = grad(lambda x: (x * x, "aux"), has_aux=True)(3.0)
    assert (float(slope), aux) == (6, "aux")
    with pytest.raises(TypeError, match="gives a pair"):
        grad(lambda x: x * x, has_aux=True)(3.0)


def test_vjp_of_nests():
    value, pull_back, aux = vjp(
        lambda p, y: ({"product": p[0] * y, "sum": [p[0] + p[1]]}, "aux"),
        [2.0, 3.0],
        5.0,
        has_aux=True,
    )
    assert (float(value["product"]), float(value["sum"][0]), aux) == (10, 5, "aux")
    for _ in range(2):
        pairs, by_y = pull_back({"product": 1.0, "sum": [10.0]})
        assert ([float(each) for each in pairs], float(by_y)) == ([15, 10], 2)


def test_jacobians_of_several_values_by_several_arguments():
    def function(x, y):
        return {"a": x * y, "b": ops.sum(x)}

    x, y = X, X + 1
    found = jacobian(function, (0, 1))(x, y)
    assert found["a"][0].numpy().tolist() == np.diag(y).tolist()
    assert found["a"][1].numpy().tolist() == np.diag(x).tolist()
    assert found["b"][0].numpy().tolist() == [1, 1, 1]
    assert found["b"][1].numpy().tolist() == [0, 0, 0]


def test_hessians():
    matrix = np.array([[2.0, 1.0], [0.0, 3.0]])
    quadratic = hessian(lambda x: ops.sum(x * ops.matmul(matrix, x)))
    np.testing.assert_allclose(quadratic(np.ones(2)).numpy(), matrix + matrix.T)
    blocks = hessian(lambda x, y: ops.sum(x * x) * y, (0, 1))(np.ones(2), 5.0)
    assert blocks[0][0].numpy().tolist() == [[10, 0], [0, 10]]
    assert blocks[0][1].numpy().tolist() == blocks[1][0].numpy().tolist() == [2, 2]
    assert float(blocks[1][1]) == 0
    with pytest.raises(ValueError, match="value is one number"):
        hessian(lambda x: x * x)(np.ones(2))


def test_jvp():
    def function(x, y):
        return {"product": x * y[0], "count": ops.cast(x, "int32"), "first": x}, "aux"

    value, change, aux = jvp(function, (2.0, [5.0]), (1.0, [10.0]), has_aux=True)
    assert (float(value["product"]), float(change["product"])) == (10, 25)
    assert (int(change["count"]), float(change["first"]), aux) == (0, 1, "aux")


def test_jvp_of_what_does_not_depend():
    value, change = jvp(lambda x: ops.ones((2,)), (X,), (X,))
    assert (value.numpy().tolist(), change.numpy().tolist()) == ([1, 1], [0, 0])


def test_jvp_is_differentiable_and_compiles():
    def slope(x):
        return jvp(lambda a: ops.sum(a * a * a), (x,), (ops.ones_like(x),))[1]

    x = ops.convert_to_tensor(X)
    assert float(slope(x)) == 42
    assert grad(slope)(x).numpy().tolist() == [6, 12, 18]
    assert float(jit(slope)(x)) == 42
    assert jit(hessian(lambda a: ops.sum(a * a * a)))(x).numpy().tolist() == np.diag(6 * X).tolist()


@pytest.mark.parametrize(
    ("primals", "tangents", "error", "message"),
    [
        (1.0, (1.0,), TypeError, "primals as a tuple or list"),
        ((1.0,), 1.0, TypeError, "tangents as a tuple or list"),
        ((1.0,), (1.0, 1.0), ValueError, "one tangent for each primal"),
        (([1.0, 2.0],), ([1.0],), ValueError, "one tangent for each primal"),
        ((X,), (X[:2],), ValueError, "shape and dtype of its primal"),
        ((X,), (ops.ones(3, "float32"),), ValueError, "shape and dtype of its primal"),
        ((3,), (1,), TypeError, "floating-point numbers"),
    ],
)
def test_jvp_refuses_what_does_not_fit(primals, tangents, error, message):
    with pytest.raises(error, match=message):
        jvp(lambda x: x * 2.0, primals, tangents)


def test_derivatives_of_functions_can_be_taped():
    x = Variable(np.float64(3))
    with GradientTape() as tape:
        y = grad(lambda a: a * a * a)(x)
        _, change = jvp(lambda a: a * a * a, (x,), (1.0,))
        total = y + change
    assert float(tape.gradient(total, x)) == 36
