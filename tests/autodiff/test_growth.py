"""What a tape costs: counted, not timed. It grows with the program, and nothing is left of it."""

import gc
import weakref

import pytest

from geartrain import GradientTape, Variable, grad, hessian, jvp, layers, models, ops, vjp
from geartrain.tensor import current_observers
from geartrain.tensor.interpreter import start_observing, stop_observing

DEEP = 100_000


class Counter:
    """Counts the primitives that are carried out."""

    def __init__(self):
        self.count = 0

    def __enter__(self):
        start_observing(self)
        return self

    def __exit__(self, *error):
        stop_observing(self)

    def observe(self, primitive, inputs, parameters, output):
        self.count += 1

    def observe_read(self, variable, value):
        pass


def chain(x, length):
    for _ in range(length):
        x = ops.sin(x)
    return x


def fan(x, length):
    """One tensor that is used many times."""
    return sum((x * float(number) for number in range(1, length)), x * x)


def ladder(x, length):
    """Every step uses the two before it: paths without number, though few operations."""
    before, now = x, x * 0.5
    for _ in range(length):
        before, now = now, now + before
    return now


@pytest.mark.parametrize("function", [chain, fan, ladder])
def test_time_and_memory_grow_linearly(function):
    def cost(length):
        x = ops.convert_to_tensor([0.5])
        with Counter() as forward, GradientTape() as tape:
            tape.watch(x)
            y = function(x, length)
        records = len(tape._records)
        with Counter() as backward:
            tape.gradient(y, x)
        return records, forward.count, backward.count

    small, large = cost(50), cost(450)
    for least, most in zip(small, large, strict=True):
        assert most <= 9 * least + 20
    assert large[2] <= 4 * large[1]  # a few operations backward for each one forward


def test_a_chain_may_be_as_deep_as_memory_allows():
    x = Variable(1.0)
    with GradientTape() as tape:
        y = x.value
        for _ in range(DEEP):
            y = y * 1.0
    assert float(tape.gradient(y, x)) == 1


def test_a_deep_chain_can_be_differentiated_twice():
    length = 3000
    x = ops.convert_to_tensor(1.0)
    with GradientTape() as outer:
        outer.watch(x)
        with GradientTape() as inner:
            inner.watch(x)
            y = x
            for _ in range(length):
                y = y * x
        slope = inner.gradient(y, x)
    assert float(slope) == length + 1
    assert float(outer.gradient(slope, x)) == length * (length + 1)


def test_memory_falls_while_a_tape_walks_back():
    x = ops.convert_to_tensor([0.5])
    with GradientTape() as tape:
        tape.watch(x)
        y = chain(x, 100)
    tensors = [weakref.ref(record[3]) for record in tape._records[:-1]]
    alive = []

    class Watcher(Counter):
        def observe(self, primitive, inputs, parameters, output):
            alive.append(sum(each() is not None for each in tensors))

    with Watcher():
        tape.gradient(y, x)
    assert alive[0] >= 98
    assert alive[-1] <= 3


def used(x):
    with GradientTape() as tape:
        tape.watch(x)
        y = x * x
    tape.gradient(y, x)
    return tape


def unused(x):
    with GradientTape() as tape:
        tape.watch(x)
        _ = x * x
    return tape


def persistent(x):
    with GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        tape.gradient(tape.gradient(y, x), x)
    return tape


def failed(x):
    tape = GradientTape()
    with pytest.raises(TypeError), tape:
        tape.watch([x, x * 2.0, None])
    return tape


@pytest.mark.parametrize("make", [used, unused, persistent, failed])
def test_nothing_is_left_of_a_tape(make):
    gc.collect()
    gc.disable()  # it must go by itself, not when the collector comes by
    try:
        x = ops.convert_to_tensor(3.0)
        tape = weakref.ref(make(x))
        assert tape() is None
        assert current_observers() == []
        tensor = weakref.ref(x)
        del x
        assert tensor() is None
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "function",
    [
        grad(lambda a: a * a),
        lambda x: vjp(lambda a: a * a, x)[1](1.0),
        lambda x: jvp(lambda a: a * a, (x,), (1.0,)),
        hessian(lambda a: a * a),
        grad(ops.custom_gradient(lambda a: (a * a, lambda up: up * a))),
    ],
)
def test_nothing_is_left_of_a_derivative(function):
    x = ops.convert_to_tensor(3.0)
    function(x)
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(50):
        function(x)
    gc.collect()
    assert len(gc.get_objects()) - before < 50


def test_a_hundred_models_leave_nothing():
    def train():
        model = models.Sequential([layers.Input((3,)), layers.Dense(4, activation="relu")])
        x = ops.ones((5, 3))
        with GradientTape() as tape:
            loss = ops.mean(model(x))
        weights = model.trainable_variables
        for weight, slope in zip(weights, tape.gradient(loss, weights), strict=True):
            weight.assign_sub(0.1 * slope)
        return [weakref.ref(each) for each in (tape, model, *weights)]

    references = [each for _ in range(100) for each in train()]
    gc.collect()
    assert not [each() for each in references if each() is not None]
