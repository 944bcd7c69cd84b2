"""Printing and checking inside of compiled functions."""

import numpy as np
import pytest

from geartrain import GradientTape, Variable, debug, jit, layers, models, ops

X = np.array([1.0, 2.0, 3.0], "float32")


def test_it_prints_in_every_call_and_in_order(capsys):
    @jit
    def step(x):
        debug.print("first {}", x)
        debug.print("always")
        debug.print("always")
        y = x * 2
        debug.print("{:.1f} of {name}", ops.sum(y), name="y")
        debug.print("{0[a][1]} {1}", {"a": (None, y)}, [x, 3])
        return y

    for scale in (1, 2):
        np.testing.assert_array_equal(step(X * scale), 2 * X * scale)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == ["first [1. 2. 3.]", "always", "always", "12.0 of y"]
    assert lines[5:9] == ["first [2. 4. 6.]", "always", "always", "24.0 of y"]
    assert lines[4].startswith("[2. 4. 6.] [array([1., 2., 3.]")
    assert len(step.host_calls) == 5
    assert all(each.startswith("debug.print at test_debug.py:") for each in step.host_calls)


def test_what_is_printed_does_not_change_the_result_or_the_derivative(capsys):
    def slope(x):
        with GradientTape() as tape:
            tape.watch(x)
            y = ops.sum(x * x)
            debug.print("{}", y)
        return tape.gradient(y, x)

    np.testing.assert_array_equal(jit(slope)(X), 2 * X)
    np.testing.assert_array_equal(slope(ops.convert_to_tensor(X)), 2 * X)
    assert capsys.readouterr().out == "14.0\n" * 2


def test_only_the_branch_that_is_taken_prints(capsys):
    def branch(name, inner):
        def taken():
            debug.print(name)
            return inner()

        return taken

    def choose(x):
        s = ops.sum(x)
        small = branch("positive", lambda: ops.cond(s > 9, branch("big", lambda: s), lambda: s))
        return ops.cond(s > 0, small, branch("negative", lambda: s))

    for run in (jit(choose), choose):
        for scale in (1, 4, -1):
            run(ops.convert_to_tensor(X * np.float32(scale)))
        assert capsys.readouterr().out.split() == ["positive", "positive", "big", "negative"]


def test_loops_print_in_every_turn(capsys):
    @jit
    def step(x):
        debug.print("before")

        def turn(s):
            debug.print("turn {}", s)
            return s * 2

        found = ops.while_loop(lambda s: s < 20, turn, ops.sum(x))
        debug.print("after {}", found)
        return found

    step(X)
    assert capsys.readouterr().out.split("\n") == [
        "before", "turn 6.0", "turn 12.0", "after 24.0", "",
    ]  # fmt: skip


def test_a_check_stops_the_step_before_variables_change():
    state = Variable(0.0)

    @jit
    def step(x):
        state.assign_add(1.0)
        debug.check(x > 0, "x is {}", x)
        return ops.log(x)

    step(X)
    with pytest.raises(AssertionError, match=r"x is \[-1\. -2\. -3\.\]") as caught:
        step(-X)
    assert "test_debug.py" in str(caught.value)
    assert "false in 3 of 3 places, first at (0,)" in str(caught.value)
    assert float(state.numpy()) == 1.0
    step(X)
    assert float(state.numpy()) == 2.0


def test_eager_checks_act_at_once():
    debug.check(True)
    debug.check(ops.convert_to_tensor(X) > 0)
    with pytest.raises(AssertionError, match="a condition that is false"):
        debug.check(False)


def test_a_format_without_its_values_is_refused_where_it_stands():
    with pytest.raises(IndexError):
        jit(lambda x: debug.print("{} {}", x))(X)
    with pytest.raises(KeyError, match="loss"):
        debug.print("{loss}", los=1.0)


def test_layers_print_while_they_are_fitted(capsys):
    class Shown(layers.Layer):
        def call(self, x):
            debug.print("batch of {}", ops.sum(ops.ones_like(x[:, :1])))
            return x

    model = models.Sequential([Shown(), layers.Dense(3)])
    model.compile(optimizer="sgd", loss="mean_squared_error")
    model.fit(np.ones((5, 2), "f4"), np.ones((5, 3), "f4"), batch_size=2, epochs=1, verbose=0)
    assert capsys.readouterr().out == "batch of 2.0\nbatch of 2.0\nbatch of 1.0\n"
