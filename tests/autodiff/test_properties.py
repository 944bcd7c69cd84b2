"""Laws that hold for every function: random programs, random directions, in float64."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geartrain import checkpoint, custom_gradient, grad, hessian, jacobian, jvp, ops, vjp

SHAPES = [(), (3,), (2, 3), (2, 1, 2)]

# Smooth functions of one and of two values, whose values and slopes stay within reach.
UNARY = {
    "sin": ops.sin,
    "tanh": ops.tanh,
    "sigmoid": ops.sigmoid,
    "softplus": lambda x: ops.log(1.0 + ops.exp(x)),
    "root": lambda x: ops.sqrt(1.0 + x * x),
    "bell": lambda x: ops.exp(-0.5 * x * x),
    "scaled": lambda x: 0.7 * x - 0.2,
    "turned": lambda x: ops.reshape(ops.transpose(x), x.shape),
    "centred": lambda x: x - ops.mean(x),
    "summed": lambda x: ops.cumsum(x, axis=-1) if x.ndim else x,
    "softmax": lambda x: ops.softmax(x, axis=-1) if x.ndim else x,
    "flipped": lambda x: x[..., ::-1] if x.ndim else x,
    "kept": lambda x: x + ops.stop_gradient(x) * 0.0,
    "again": checkpoint(lambda x: ops.sin(x) * x * 0.5),
    "custom": custom_gradient(lambda x: (ops.sin(x), lambda up: up * ops.cos(x))),
}
BINARY = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / (2.0 + y * y),
    "power": lambda x, y: (1.5 + ops.tanh(x)) ** ops.tanh(y),
    "paired": lambda x, y: ops.sum(x * y) * 0.3 + x,
    "product": lambda x, y: x + 0.1 * ops.sum(ops.tensordot(x, y, axes=x.ndim)),
}


@st.composite
def programs(draw):
    """A straight program: every step takes the results of two steps before it."""
    steps = []
    for number in range(2, 2 + draw(st.integers(1, 6))):
        first = draw(st.integers(0, number - 1))
        second = draw(st.one_of(st.none(), st.integers(0, number - 1)))
        names = sorted(UNARY if second is None else BINARY)
        steps.append((draw(st.sampled_from(names)), first, second))
    return steps


def run(steps, x, y):
    values = [x, y]
    for name, first, second in steps:
        if second is None:
            values.append(UNARY[name](values[first]))
        else:
            values.append(BINARY[name](values[first], values[second]))
    return values[-1]


@st.composite
def cases(draw):
    """A program of two values of one shape, a point, and a direction for each value and result."""
    shape = draw(st.sampled_from(SHAPES))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    arrays = [ops.convert_to_tensor(np.asarray(rng.uniform(-1, 1, shape))) for _ in range(5)]
    return draw(programs()), arrays[:2], arrays[2:4], arrays[4]


def inner(first, second):
    return sum(float(ops.sum(a * b)) for a, b in zip(first, second, strict=True))


def along(function, point, direction, step=1e-3):
    """The derivative in a direction, from four values (error of order step^4)."""

    def at(distance):
        return function(*(x + distance * d for x, d in zip(point, direction, strict=True))).numpy()

    near = (at(step) - at(-step)) / (2 * step)
    far = (at(2 * step) - at(-2 * step)) / (4 * step)
    return (4 * near - far) / 3


@settings(max_examples=60, deadline=None)
@given(cases())
def test_gradients_are_what_finite_differences_say(case):
    steps, point, direction, weight = case

    def scalar(x, y):
        return ops.sum(run(steps, x, y) * weight)

    slope = inner(grad(scalar, (0, 1))(*point), direction)
    np.testing.assert_allclose(slope, along(scalar, point, direction), rtol=1e-6, atol=1e-8)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_forward_and_backward_are_adjoint(case):
    """<J v, w> == <v, J' w>, and J v is what finite differences say."""
    steps, point, direction, weight = case

    def function(x, y):
        return run(steps, x, y)

    _, change = jvp(function, point, direction)
    _, pull_back = vjp(function, *point)
    left, right = inner([change], [weight]), inner(pull_back(weight), direction)
    np.testing.assert_allclose(left, right, rtol=1e-9, atol=1e-12)
    expected = along(function, point, direction)
    np.testing.assert_allclose(change.numpy(), expected, rtol=1e-6, atol=1e-8)


@settings(max_examples=25, deadline=None)
@given(cases())
def test_hessians_are_symmetric_and_what_finite_differences_of_gradients_say(case):
    steps, point, direction, weight = case

    def scalar(x, y):
        return ops.sum(run(steps, x, y) * weight)

    blocks = hessian(scalar, (0, 1))(*point)
    size = point[0].size
    whole = np.block([[b.numpy().reshape(size, size) for b in row] for row in blocks])
    np.testing.assert_allclose(whole, whole.T, rtol=1e-9, atol=1e-12)

    flat = np.concatenate([each.numpy().reshape(-1) for each in direction])
    parts = [along(grad(scalar, at), point, direction).reshape(-1) for at in (0, 1)]
    np.testing.assert_allclose(whole @ flat, np.concatenate(parts), rtol=1e-5, atol=1e-7)


@settings(max_examples=25, deadline=None)
@given(cases())
def test_jacobians_hold_what_their_products_give(case):
    steps, point, direction, _ = case

    def function(x, y):
        return run(steps, x, y)

    _, change = jvp(function, point, direction)
    size = point[0].size
    rows = [each.numpy().reshape(size, size) for each in jacobian(function, (0, 1))(*point)]
    product = sum(row @ d.numpy().reshape(-1) for row, d in zip(rows, direction, strict=True))
    np.testing.assert_allclose(product, change.numpy().reshape(-1), rtol=1e-9, atol=1e-12)
