"""Control flow runs alike eagerly and compiled, and derivatives go through it."""

from functools import partial

import numpy as np
import pytest

from geartrain import GradientTape, Variable, jit, naive, ops
from geartrain.autodiff import grad

X = np.array([1.0, 2.0], "float32")


def both(function, *arguments):
    """The eager result, after checking that the compiled one is the same."""
    eager = function(*map(ops.convert_to_tensor, arguments))
    compiled = jit(function)(*arguments)
    np.testing.assert_allclose(np.asarray(compiled), np.asarray(eager), rtol=1e-6)
    return np.asarray(eager)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_condition_chooses(sign):
    found = both(
        lambda x: ops.cond(ops.sum(x) > 0, lambda: x * 2, lambda: x - 1), (sign * X).astype("f4")
    )
    np.testing.assert_array_equal(found, sign * X * 2 if sign > 0 else -X - 1)


def test_a_traced_condition_gives_one_shape():
    x = np.ones((3, 4), "float32")
    ways = {"first row": lambda x: x[:1], "pair": lambda x: (x, x), "none": lambda x: None}
    for way in ways.values():
        chosen = jit(lambda x, way=way: ops.cond(ops.sum(x) > 0, lambda: way(x), lambda: x))
        with pytest.raises(ValueError, match=r"where true, \(3, 4\) where false"):
            chosen(x)
    both = jit(lambda x: ops.cond(ops.sum(x) > 0, lambda: [x, None], lambda: [2 * x, None]))
    np.testing.assert_array_equal(both(x)[0], x)


def test_a_condition_may_update_variables():
    state = Variable(1.0)

    def step(x):
        ops.cond(ops.sum(x) > 0, lambda: state.assign_add(1.0), lambda: state.assign(0.0))
        return state.value

    step = jit(step)
    assert [float(step(x)) for x in (X, X, -X)] == [2.0, 3.0, 0.0]
    assert state.numpy() == 0.0


def test_derivatives_go_through_the_chosen_way():
    def slope(x):
        with GradientTape() as tape:
            tape.watch(x)
            y = ops.cond(ops.sum(x) > 0, lambda: x * x, lambda: -x)
        return tape.gradient(y, x)

    np.testing.assert_array_equal(both(slope, X), 2 * X)
    np.testing.assert_array_equal(both(slope, -X), [-1, -1])


@pytest.mark.parametrize("index", [0, 1, 2, 7, -3])
def test_a_switch_takes_the_nearest_branch(index):
    branches = [lambda x: x, lambda x: x * 10, lambda x: x * 100]
    found = both(lambda i, x: ops.switch(i, branches, x), np.int32(index), X)
    np.testing.assert_array_equal(found, X * 10 ** np.clip(index, 0, 2))


def test_loops_turn_while_their_condition_holds():
    def collatz(start):
        return ops.while_loop(
            lambda n, turns: n != 1,
            lambda n, turns: (ops.where(n % 2 == 0, n // 2, 3 * n + 1), turns + 1),
            (start, ops.zeros_like(start)),
        )[1]

    assert both(collatz, np.int32(27)) == 111


def test_loops_take_what_is_around_them_and_no_more_turns_than_they_may():
    factor = Variable(3.0)

    def grown(x, y):
        return ops.while_loop(
            lambda s: ops.sum(s) < 1e6, lambda s: s * factor + y, x, maximum_iterations=2
        )

    np.testing.assert_array_equal(both(grown, X, X), (X * 3 + X) * 3 + X)


def test_a_traced_loop_carries_the_variables_that_it_assigns():
    state, other = Variable(0.0), Variable(2.0)

    def grown(x):
        def turn(s):
            state.assign_add(1.0)
            return s + state * other

        return ops.while_loop(lambda s: ops.sum(s) + state < 50, turn, x)

    by_hand, turns = X, 0
    while by_hand.sum() + turns < 50:
        turns += 1
        by_hand = by_hand + turns * 2
    np.testing.assert_allclose(jit(grown)(X).numpy(), by_hand, rtol=1e-6)
    assert float(state) == turns > 1


def test_a_loop_in_a_way_that_is_not_taken_ends():
    def halved(x, taken):
        loop = partial(ops.while_loop, lambda s: ops.sum(s) != -1, lambda s: s - 1)
        return ops.cond(taken, lambda: loop(x), lambda: x)

    compiled = jit(halved)
    one = np.asarray([1.5], "float32")
    np.testing.assert_array_equal(compiled(one, np.asarray(False)), one)  # with it, for ever
    two = np.asarray([1.0], "float32")
    np.testing.assert_array_equal(compiled(two, np.asarray(True)), [-1])


def test_traced_loops_say_what_they_cannot_do():
    state = Variable(0.0)

    def assigns(x):
        return ops.while_loop(lambda s: ops.sum(s + state.assign_add(1.0)) < 9, lambda s: s + 1, x)

    with pytest.raises(TypeError, match="changes no variables"):
        jit(assigns)(X)
    with pytest.raises(ValueError, match="keeps the shapes and dtypes"):
        jit(lambda x: ops.while_loop(lambda s: ops.sum(s) < 9, lambda s: ops.cast(s, "int32"), x))(
            X
        )

    def slope(x):
        with GradientTape() as tape:
            tape.watch(x)
            y = ops.while_loop(lambda s: ops.sum(s) < 9, lambda s: s * 2, x)
        return tape.gradient(y, x)

    np.testing.assert_array_equal(slope(ops.convert_to_tensor(X)), [4, 4])
    with pytest.raises(NotImplementedError, match="no derivative in reverse mode"):
        jit(slope)(X)


def test_counted_loops():
    np.testing.assert_array_equal(
        both(lambda x: ops.fori_loop(0, 3, lambda i, s: s + ops.cast(i, "float32"), x), X), X + 3
    )
    np.testing.assert_array_equal(
        both(lambda n, x: ops.fori_loop(0, n, lambda i, s: s * 2, x), np.int32(5), X), X * 32
    )


def test_loops_run_alike_naive_eager_and_compiled():
    def function(x):
        last, seen = ops.scan(lambda c, e: (c * 0.5 + e, c * e), x[0], x)
        doubled = ops.while_loop(lambda s: ops.sum(s) < 50.0, lambda s: s + s, ops.exp(last))
        return seen + doubled

    x = np.arange(12, dtype="float32").reshape(6, 2) / 12
    eager = both(function, x)
    np.testing.assert_allclose(np.asarray(naive(function)(x)), eager, rtol=1e-6)


@pytest.mark.parametrize("reverse", [False, True])
def test_scans_carry_and_collect(reverse):
    x = np.arange(1.0, 5.0, dtype="float32")

    def sums(x):
        return ops.scan(lambda t, e: (t + e, t * e), ops.zeros(()), x, reverse=reverse)[1]

    order = x[::-1] if reverse else x
    before = np.concatenate([[0], np.cumsum(order)[:-1]]) * order
    np.testing.assert_allclose(both(sums, x), before[::-1] if reverse else before)
    slope = grad(lambda x: ops.sum(sums(x)))(ops.convert_to_tensor(x))
    np.testing.assert_allclose(slope, x.sum() - x)


@pytest.mark.parametrize("size", [0, 1, 2, 5, 8])
@pytest.mark.parametrize("reverse", [False, True])
def test_associative_scans_are_cumulative(size, reverse):
    x = np.random.default_rng(0).uniform(0.5, 1.5, (2, size)).astype("float32")
    found = both(lambda x: ops.associative_scan(lambda a, b: a * b, x, reverse, axis=1), x)
    expected = np.cumprod(x[:, ::-1], 1)[:, ::-1] if reverse else np.cumprod(x, 1)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_maps_and_vectorized_functions():
    x = np.arange(6.0, dtype="float32").reshape(3, 2)
    np.testing.assert_array_equal(both(lambda x: ops.map(ops.sum, x), x), x.sum(1))
    np.testing.assert_array_equal(both(lambda x: ops.vectorized_map(lambda r: r * 2, x), x), x * 2)
    outer = ops.vectorize(lambda a, b: ops.sum(a) * b, signature="(n),()->()")
    np.testing.assert_array_equal(outer(x, x[:, 0]), x.sum(1) * x[:, 0])


def test_scans_without_a_length_say_so():
    with pytest.raises(ValueError, match="how many turns"):
        ops.scan(lambda c, x: (c, c), 0.0)
