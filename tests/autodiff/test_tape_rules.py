"""What TensorFlow documents of its tape, and what is refused."""

import numpy as np
import pytest

import geartrain
from geartrain import GradientTape, UnconnectedGradients, Variable, jit, ops
from geartrain.graph import trace
from geartrain.primitives import Spec
from geartrain.tensor import Dim


def floats(nest):
    return [each if each is None else float(each) for each in nest]


def test_a_tape_asked_inside_its_context_stops_recording():
    x = Variable(3.0)
    with GradientTape() as tape:
        y = x * x
        slope = tape.gradient(y, x)
        assert float(slope) == 6
        with pytest.raises(RuntimeError, match="has been used"):
            tape.gradient(y, x)
        with pytest.raises(RuntimeError, match="not recording"), tape.stop_recording():
            pass


def test_a_persistent_tape_asked_inside_its_context_differentiates_its_own_walk():
    x = Variable(np.float64(3))
    with GradientTape(persistent=True) as tape:
        y = x * x * x
        slope = tape.gradient(y, x)
        curvature = tape.gradient(slope, x)
    third = tape.gradient(curvature, x)
    assert (float(slope), float(curvature), float(third)) == (27, 18, 6)


def test_a_used_tape_may_be_entered_anew():
    x = Variable(3.0)
    tape = GradientTape()
    with tape:
        y = x * x
    assert float(tape.gradient(y, x)) == 6
    with tape:
        z = x * 5.0
    assert float(tape.gradient(z, x)) == 5


def test_a_tape_left_and_entered_again_goes_on():
    x = Variable(3.0)
    for persistent in (False, True):
        tape = GradientTape(persistent=persistent)
        with tape:
            y = x * x
        with tape:
            z = y * x
        assert float(tape.gradient(z, x)) == 27


def test_a_tape_that_records_cannot_be_entered():
    with GradientTape() as tape, pytest.raises(RuntimeError, match="recording already"), tape:
        pass


def test_an_error_ends_the_recording():
    def fails():
        raise KeyError

    with pytest.raises(KeyError), GradientTape():
        fails()
    assert geartrain.tensor.current_observers() == []


def test_reset_forgets():
    x = Variable(3.0)
    with GradientTape() as tape:
        y = x * x
        tape.reset()
        z = x * 5.0
    assert tape.gradient(y, x) is None
    with tape:
        z = x * 5.0
    assert float(tape.gradient(z, x)) == 5


def test_what_is_watched():
    still, constant = Variable(2.0, trainable=False), ops.convert_to_tensor(3.0)
    with GradientTape() as tape:
        tape.watch({"a": still, "b": [constant]})
        y = still * constant
    assert tape.watched_variables() == (still,)
    assert floats(tape.gradient(y, [still, constant])) == [3, 2]


def test_intermediate_results_are_sources():
    x = Variable(3.0)
    with GradientTape() as tape:
        y = x * x
        z = y * y
    assert floats(tape.gradient(z, [x, y, z])) == [108, 18, 1]


def test_targets_in_a_nest_are_added():
    x = ops.convert_to_tensor(3.0)
    with GradientTape() as tape:
        tape.watch(x)
        a = x * 2.0
        b = a * a
    assert floats(tape.gradient({"b": b, "a": [a]}, (x, a))) == [26, 13]


def test_a_variable_that_is_assigned_counts_with_all_it_was():
    v = Variable(2.0)
    with GradientTape() as tape:
        y = v * v
        v.assign(5.0)
        z = v * y
    assert float(tape.gradient(z, v)) == 5 * 4 + 4  # as TensorFlow has it


@pytest.mark.parametrize("zero", ["zero", UnconnectedGradients.ZERO])
def test_unconnected_gradients(zero):
    x, other = Variable([1.0, 2.0]), Variable([[1.0]])
    with GradientTape(persistent=True) as tape:
        y = x * 2.0
    assert tape.gradient(y, other, unconnected_gradients=UnconnectedGradients.NONE) is None
    assert tape.gradient(y, other, unconnected_gradients=zero).numpy().tolist() == [[0]]
    assert tape.jacobian(y, other) is None
    assert tape.jacobian(y, other, unconnected_gradients=zero).shape == (2, 1, 1)


def test_whole_numbers_give_none_and_say_so():
    x, count = ops.convert_to_tensor(3.0), ops.convert_to_tensor(3)
    with GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * ops.cast(count, "float32")
        whole = ops.cast(y, "int32")
    with pytest.warns(UserWarning, match="A source of whole numbers") as told:
        assert tape.gradient(y, [x, count])[1] is None
    assert told[0].filename == __file__
    with pytest.warns(UserWarning, match="A target of whole numbers"):
        assert tape.gradient(whole, x) is None
    with pytest.warns(UserWarning, match="A watched tensor of whole numbers"):
        tape.watch(count)


@pytest.mark.parametrize(
    ("target", "sources", "message"),
    [
        (2.0, "x", "takes tensors and variables"),
        (None, "x", "takes tensors and variables"),
        ("y", 3.0, "takes tensors and variables"),
        ("y", ["x", None], "takes tensors and variables"),
        ("v", "x", "'v' as a target"),
    ],
)
def test_what_is_no_tensor_is_refused(target, sources, message):
    known = {"x": ops.convert_to_tensor(1.0), "v": Variable(1.0, name="v")}
    with GradientTape(persistent=True) as tape:
        tape.watch(known["x"])
        known["y"] = known["x"] * 2.0
    named = [known.get(each, each) for each in sources] if isinstance(sources, list) else sources
    named = known.get(named, named) if isinstance(named, str) else named
    with pytest.raises(TypeError, match=message):
        tape.gradient(known.get(target, target), named)
    with pytest.raises(TypeError, match="watch\\(\\) takes tensors"):
        tape.watch(1.0)


def test_output_gradients():
    x = Variable([1.0, 2.0])
    with GradientTape(persistent=True) as tape:
        y, z = x * 2.0, x * 3.0
    given = [np.array([1.0, 10.0], "float32"), None]
    assert tape.gradient([y, z], x, given).numpy().tolist() == [5, 23]
    with pytest.raises(ValueError, match="one output gradient for each target"):
        tape.gradient([y, z], x, [y])
    with pytest.raises(ValueError, match="has the shape of its target"):
        tape.gradient(y, x, [1.0])


@pytest.mark.parametrize("persistent", [False, True])
def test_jacobians(persistent):
    x = ops.convert_to_tensor([[1.0, 2.0], [3.0, 4.0]])
    with GradientTape(persistent) as tape:
        tape.watch(x)
        y = x * x
    whole = tape.jacobian(y, x)
    assert whole.shape == (2, 2, 2, 2)
    assert whole.numpy().reshape(4, 4).tolist() == np.diag([2, 4, 6, 8]).tolist()
    with GradientTape(persistent) as tape:
        tape.watch(x)
        y = ops.cumsum(x * x, axis=1)
    rows = tape.batch_jacobian(y, x)
    assert rows.numpy().tolist() == [[[2, 0], [2, 4]], [[6, 0], [6, 8]]]
    with pytest.raises(ValueError, match="one batch"):
        tape.batch_jacobian(y[:1], x)


def test_a_jacobian_of_symbolic_size_is_refused():
    def rows(x):
        with GradientTape() as tape:
            tape.watch(x)
            y = x * x
        return tape.jacobian(y, x)

    with pytest.raises(ValueError, match="must know how many there are"):
        trace(rows, [Spec((Dim("batch"),), np.dtype("float32"))])


def test_a_tape_inside_a_compiled_function():
    def second(x):
        with GradientTape() as outer:
            outer.watch(x)
            with GradientTape() as inner:
                inner.watch(x)
                y = ops.sum(x * x * x)
            slope = inner.gradient(y, x)
        return outer.gradient(slope, x)

    x = ops.convert_to_tensor([1.0, 2.0])
    assert jit(second)(x).numpy().tolist() == second(x).numpy().tolist() == [6, 12]


def test_an_error_in_the_walk_does_not_leave_half_a_record():
    class Broken(Exception):
        pass

    def refuse(upstream):
        raise Broken

    x = Variable(2.0)
    with GradientTape() as tape:
        y = geartrain.custom_gradient(lambda a: (a * a, refuse))(x) * 3.0
    with pytest.raises(Broken):
        tape.gradient(y, x)
    with pytest.raises(RuntimeError, match="has been used"):
        tape.gradient(y, x)
