"""Computing again instead of keeping: the same numbers from less memory."""

import gc
import tracemalloc

import numpy as np
import pytest

from geartrain import GradientTape, Variable, checkpoint, grad, jit, naive, ops
from geartrain.tensor import Tensor

X = np.linspace(-1, 1, 6).reshape(2, 3)


def block(x):
    for _ in range(8):
        x = ops.tanh(x * 1.5)
    return x


def living_tensors():
    gc.collect()
    return sum(type(each) is Tensor for each in gc.get_objects())


def kept(function, x):
    """How many records and tensors a tape holds after the forward pass."""
    before = living_tensors()
    with GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return len(tape._records), living_tensors() - before, y


def test_the_numbers_are_those_of_the_plain_function():
    x = ops.convert_to_tensor(X)
    plain = grad(lambda a: ops.sum(block(a)))(x).numpy()
    assert grad(lambda a: ops.sum(checkpoint(block)(a)))(x).numpy().tolist() == plain.tolist()


def test_the_inside_is_not_kept():
    x = ops.convert_to_tensor(X)
    records, tensors, _ = kept(checkpoint(block), x)
    plain_records, plain_tensors, _ = kept(block, x)
    assert (records, plain_records) == (1, 16)
    assert tensors <= 3
    assert plain_tensors >= 16


def peak_bytes(function, x):
    """The most memory at a time, of a forward and a backward pass."""
    gc.collect()
    tracemalloc.start()
    with GradientTape() as tape:
        tape.watch(x)
        y = x
        for _ in range(8):
            y = function(y)
        total = ops.sum(y)
    tape.gradient(total, x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_the_peak_falls():
    x = ops.convert_to_tensor(
        np.linspace(-1, 1, 20_000)
    )  # 160 kB, of which the plain tape keeps 128
    assert peak_bytes(checkpoint(block), x) < 0.4 * peak_bytes(block, x)


def test_the_second_run_happens_once_and_only_if_it_is_needed():
    runs = []

    @checkpoint
    def counted(x):
        runs.append(1)
        return ops.exp(x)

    x = ops.convert_to_tensor(X)
    with GradientTape() as tape:
        tape.watch(x)
        unused, y = counted(x), counted(x)
    tape.gradient(y, x)
    assert len(runs) == 3
    assert unused.shape == y.shape
    assert counted(x).shape == (2, 3)  # no tape: a plain call
    assert len(runs) == 4


def test_what_comes_from_outside_gets_its_derivative():
    w, frozen = Variable(np.float64(3)), Variable(np.float64(2), trainable=False)
    outside = ops.convert_to_tensor(np.float64(5))
    with GradientTape() as tape:
        tape.watch(outside)
        made = outside * 2.0
        y = checkpoint(lambda x: x * w * made * frozen * w)(ops.convert_to_tensor(np.float64(7)))
    by_w, by_outside, by_frozen = tape.gradient(y, [w, outside, frozen])
    assert (float(by_w), float(by_outside), by_frozen) == (7 * 10 * 2 * 6, 7 * 9 * 2 * 2, None)


def test_variables_are_reported_as_read():
    w = Variable(3.0)
    with GradientTape() as tape:
        checkpoint(lambda x: x * w)(ops.convert_to_tensor(2.0))
    assert tape.watched_variables() == (w,)


def test_the_second_run_sees_the_variables_as_they_were_and_changes_none():
    w, count = Variable(np.float64(3)), Variable(np.float64(0), trainable=False)

    @checkpoint
    def step(x):
        count.assign(count + 1.0)
        return x * w * count

    x = ops.convert_to_tensor(np.float64(2))
    with GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = step(x)
    w.assign(100.0)
    assert [float(each) for each in tape.gradient(y, [x, w])] == [3, 2]
    assert float(count.numpy()) == 1


def test_derivatives_of_derivatives():
    function = checkpoint(lambda x: x * x * x)
    assert float(grad(grad(function))(2.0)) == 12
    assert float(grad(grad(grad(function)))(2.0)) == 6


def test_checkpoints_inside_of_checkpoints():
    w, x = Variable(np.float64(3)), ops.convert_to_tensor(np.float64(2))

    @checkpoint
    def outer(a):
        b = a * a
        return checkpoint(lambda c: c * b * w)(a)

    with GradientTape() as tape:
        tape.watch(x)
        y = outer(x)
    assert len(tape._records) == 1
    assert [float(each) for each in tape.gradient(y, [x, w])] == [36, 8]


def test_nests_keywords_and_whole_numbers():
    @checkpoint
    def function(pair, *, scale):
        product = pair["a"] * pair["b"] * scale
        return {
            "product": product,
            "count": ops.cast(product, "int32"),
            "same": pair["a"],
            "none": None,
        }

    found = grad(
        lambda a, b: function({"a": a, "b": b}, scale=ops.convert_to_tensor(10.0))["product"] + a,
        (0, 1),
    )(2.0, 3.0)
    assert [float(each) for each in found] == [31, 20]
    with GradientTape() as tape:
        x = ops.convert_to_tensor(2.0)
        tape.watch(x)
        nest = function({"a": x, "b": x}, scale=1.0)
        y = nest["same"] * 5.0
    assert nest["none"] is None
    assert float(tape.gradient(y, x)) == 5


@pytest.mark.parametrize("way", [jit, naive])
def test_it_runs_compiled_and_as_loops(way):
    w = Variable(np.float64(3))

    def slopes(x):
        with GradientTape() as tape:
            tape.watch(x)
            y = ops.sum(checkpoint(lambda a: ops.exp(a) * w)(x))
        return tuple(tape.gradient(y, [x, w]))

    x = ops.convert_to_tensor(X)
    for found, expected in zip(way(slopes)(x), slopes(x), strict=True):
        np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-12)
