"""Activations: numbers worked out by hand, and what happens far away and at the bends."""

import math

import numpy as np
import pytest

from geartrain import ops
from geartrain.autodiff import grad
from geartrain.tensor import Tensor

FAR = np.array([-1e4, -100.0, 100.0, 1e4])


def slopes(function, x):
    return grad(lambda each: ops.sum(function(each)))(Tensor(np.asarray(x, "float64"))).numpy()


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        ("relu", [-2.0, 0.0, 3.0], [0, 0, 3]),
        ("relu6", [-2.0, 5.0, 7.0], [0, 5, 6]),
        ("leaky_relu", [-2.0, 0.0, 3.0], [-0.4, 0, 3]),
        ("elu", [-math.log(2), 2.0], [-0.5, 2]),
        ("celu", [-math.log(2), 2.0], [-0.5, 2]),
        ("selu", [-math.log(2), 1.0], [-0.5 * 1.0507009873 * 1.6732632423, 1.0507009873]),
        ("sigmoid", [0.0, math.log(3)], [0.5, 0.75]),
        ("silu", [0.0, math.log(3)], [0, 0.75 * math.log(3)]),
        ("softplus", [0.0, math.log(3)], [math.log(2), math.log(4)]),
        ("log_sigmoid", [0.0, -math.log(3)], [-math.log(2), -math.log(4)]),
        ("softsign", [-1.0, 0.0, 3.0], [-0.5, 0, 0.75]),
        ("squareplus", [0.0, 1.5, -1.5], [1, 2, 0.5]),
        ("hard_sigmoid", [-4.0, -3.0, 0.0, 1.5, 9.0], [0, 0, 0.5, 0.75, 1]),
        ("hard_silu", [-4.0, 0.0, 1.5, 9.0], [0, 0, 1.125, 9]),
        ("hard_tanh", [-4.0, 0.5, 9.0], [-1, 0.5, 1]),
        ("hard_shrink", [-0.5, -0.6, 0.2, 2.0], [0, -0.6, 0, 2]),
        ("soft_shrink", [-0.75, -0.5, 0.25, 2.0], [-0.25, 0, 0, 1.5]),
        ("sparse_plus", [-2.0, 0.0, 0.5, 3.0], [0, 0.25, 0.5625, 3]),
        ("sparse_sigmoid", [-2.0, 0.0, 0.5, 3.0], [0, 0.5, 0.75, 1]),
        ("tanh_shrink", [0.0, math.atanh(0.5)], [0, math.atanh(0.5) - 0.5]),
    ],
)
def test_numbers_by_hand(name, x, expected):
    np.testing.assert_allclose(getattr(ops, name)(x).numpy(), expected, rtol=1e-6, atol=1e-7)


def test_gelu_is_x_times_a_normal_probability():
    # Phi(1) = 0.841344746, from tables of the normal distribution.
    np.testing.assert_allclose(ops.gelu([1.0, -1.0], False).numpy(), [0.8413447, -0.1586553], 1e-6)
    np.testing.assert_allclose(ops.gelu([1.0], True).numpy(), [0.841192], rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "values", "derivatives"),
    [
        ("softplus", [0, 0, 100, 1e4], [0, 0, 1, 1]),
        ("log_sigmoid", [-1e4, -100, 0, 0], [1, 1, 0, 0]),
        ("sigmoid", [0, 0, 1, 1], [0, 0, 0, 0]),
        ("silu", [0, 0, 100, 1e4], [0, 0, 1, 1]),
        ("elu", [-1, -1, 100, 1e4], [0, 0, 1, 1]),
        ("celu", [-1, -1, 100, 1e4], [0, 0, 1, 1]),
        ("gelu", [0, 0, 100, 1e4], [0, 0, 1, 1]),
        ("softsign", [-0.9999, -0.990099, 0.990099, 0.9999], [1e-8, 9.803e-5, 9.803e-5, 1e-8]),
        ("sparse_plus", [0, 0, 100, 1e4], [0, 0, 1, 1]),
    ],
)
def test_far_away_nothing_overflows(name, values, derivatives):
    function = getattr(ops, name)
    for dtype in ("float32", "float64"):
        found = function(Tensor(FAR.astype(dtype)))
        np.testing.assert_allclose(found.numpy(), values, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(slopes(function, FAR), derivatives, rtol=1e-3, atol=1e-12)


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        ("softplus", 0.0, 0.5),
        ("log_sigmoid", 0.0, 0.5),
        ("relu", 0.0, 0.0),
        ("relu6", 6.0, 0.0),
        ("elu", 0.0, 1.0),
        ("selu", 0.0, 1.0507009873 * 1.6732632423),
        ("leaky_relu", 0.0, 1.0),
        ("softsign", 0.0, 1.0),
        ("sparse_plus", 1.0, 1.0),
    ],
)
def test_derivatives_at_the_bends(name, x, expected):
    np.testing.assert_allclose(slopes(getattr(ops, name), [x]), [expected], rtol=1e-6)


def test_second_derivatives_where_pieces_meet():
    curvature = grad(grad(lambda x: ops.sum(ops.softplus(x))))(Tensor(np.array(0.0)))
    np.testing.assert_allclose(float(curvature), 0.25)  # s(0) (1 - s(0))


def test_nan_stays_nan():
    for name in ("relu", "relu6", "softplus", "elu", "hard_tanh", "leaky_relu", "sparse_plus"):
        assert np.isnan(getattr(ops, name)([np.nan]).numpy()), name


def test_integers_become_floats_but_where_nothing_needs_it():
    x = np.array([-3, 0, 9])
    assert ops.sigmoid(x).dtype == np.float32
    assert ops.elu(x).dtype == np.float32
    assert ops.relu(x).dtype == ops.hard_tanh(x).dtype == np.int64
    assert ops.gelu(np.ones(2, "float16")).dtype == np.float16


def test_glu_halves_an_axis():
    np.testing.assert_allclose(ops.glu([[2.0, 4.0, 0.0, 0.0]]).numpy(), [[1, 2]])
    with pytest.raises(ValueError, match="axis -1 has 3 places"):
        ops.glu([1.0, 2.0, 3.0])


def test_sparsemax_is_the_nearest_distribution():
    np.testing.assert_allclose(ops.sparsemax([0.5, 0.5]).numpy(), [0.5, 0.5])
    np.testing.assert_allclose(ops.sparsemax([-1.0, 0.0, 1.0]).numpy(), [0, 0, 1])
    np.testing.assert_allclose(
        ops.sparsemax([0.5, 0.6, 0.1]).numpy(), [13 / 30, 16 / 30, 1 / 30], 1e-5
    )
    x = np.random.default_rng(0).standard_normal((5, 4, 3))
    found = ops.sparsemax(x, axis=1).numpy()
    np.testing.assert_allclose(found.sum(1), 1)
    assert found.min() == 0
    for point in np.random.default_rng(1).dirichlet(np.ones(4), 50):  # no other one is nearer
        other = np.broadcast_to(point[:, None], (4, 3))
        assert np.all(((found - x) ** 2).sum(1) <= ((other - x) ** 2).sum(1) + 1e-12)


def test_softmax_over_several_axes():
    x = np.random.default_rng(0).standard_normal((2, 3, 4))
    powers = np.exp(x)
    expected = powers / powers.sum((0, 2), keepdims=True)
    np.testing.assert_allclose(ops.softmax(x, (0, 2)).numpy(), expected, rtol=1e-12)
    np.testing.assert_allclose(ops.log_softmax(x, (0, 2)).numpy(), np.log(expected), rtol=1e-12)
