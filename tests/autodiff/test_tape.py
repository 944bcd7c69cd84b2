"""The tape: what it records, and what it gives."""

import numpy as np
import pytest

from geartrain import GradientTape, Variable, ops
from geartrain.autodiff import grad, jacobian, value_and_grad, vjp


def test_the_chain_rule_adds_ways_that_meet():
    x = Variable(2.0)
    with GradientTape() as tape:
        y = x * x + ops.exp(x) * x
    np.testing.assert_allclose(float(tape.gradient(y, x)), 4 + np.exp(2) * 3, rtol=1e-6)


def test_derivatives_of_derivatives():
    x = Variable(np.float64(2))
    with GradientTape() as outer:
        with GradientTape() as inner:
            y = x * x * x
        slope = inner.gradient(y, x)
    assert float(slope) == 12
    assert float(outer.gradient(slope, x)) == 12


def test_only_what_is_watched_is_recorded():
    still, moving = Variable(1.0, trainable=False), Variable(3.0)
    constant = ops.convert_to_tensor(2.0)
    with GradientTape() as tape:
        y = still * moving * constant
    assert tape.watched_variables() == (moving,)
    assert [each and float(each) for each in tape.gradient(y, [moving, still, constant])] == [
        2.0,
        None,
        None,
    ]
    with GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(still)
        tape.watch(constant)
        y = still * moving * constant
    assert [each and float(each) for each in tape.gradient(y, [moving, still, constant])] == [
        None,
        6.0,
        3.0,
    ]


def test_nests_of_sources_and_targets():
    x, y = Variable(2.0), Variable(5.0)
    with GradientTape() as tape:
        targets = {"a": x * y, "b": [x * 3.0]}
    found = tape.gradient(targets, {"first": x, "rest": (y,)})
    assert (float(found["first"]), float(found["rest"][0])) == (8.0, 2.0)


def test_a_used_tape_says_so_and_a_persistent_one_goes_on():
    x = Variable(3.0)
    with GradientTape() as tape:
        y = x * x
    tape.gradient(y, x)
    with pytest.raises(RuntimeError, match="persistent=True"):
        tape.gradient(y, x)
    with GradientTape(persistent=True) as tape:
        y = x * x
    assert float(tape.gradient(y, x)) == float(tape.gradient(y, x)) == 6


def test_unconnected_sources_and_output_gradients():
    x, other = Variable([1.0, 2.0]), Variable([1.0])
    with GradientTape(persistent=True) as tape:
        y = x * 2.0
    assert tape.gradient(y, other) is None
    assert tape.gradient(y, other, unconnected_gradients="zero").numpy().tolist() == [0]
    weighted = tape.gradient(y, x, output_gradients=ops.convert_to_tensor([1.0, 10.0]))
    assert weighted.numpy().tolist() == [2, 20]
    with pytest.raises(ValueError, match="'none' or 'zero'"):
        tape.gradient(y, other, unconnected_gradients="nought")


def test_stop_recording_and_stop_gradient():
    x = Variable(3.0)
    with GradientTape() as tape:
        with tape.stop_recording():
            constant = x * x
        y = constant * x + ops.stop_gradient(x) * x
    assert float(tape.gradient(y, x)) == 12.0


def test_functions():
    x = ops.convert_to_tensor([1.0, 2.0, 3.0])
    value, slope = value_and_grad(lambda a: ops.sum(a * a))(x)
    assert float(value) == 14
    assert slope.numpy().tolist() == grad(lambda a: ops.sum(a * a))(x).numpy().tolist() == [2, 4, 6]
    value, pull_back = vjp(lambda a: a * a, x)
    assert pull_back(ops.ones_like(x))[0].numpy().tolist() == [2, 4, 6]
    assert jacobian(lambda a: a * a)(x).numpy().tolist() == np.diag([2, 4, 6]).tolist()
