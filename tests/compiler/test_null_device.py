"""The null device: everything compiles, nothing runs."""

import numpy as np
import pytest

from geartrain import Variable, explain, jit, layers, models, ops
from geartrain.runtime import machine_code

X = np.ones((4, 8), "float32")


@pytest.fixture(autouse=True)
def null(monkeypatch):
    monkeypatch.setenv("GEARTRAIN_DEVICE", "null")


def test_results_have_the_right_shapes_and_are_zeros():
    found = jit(lambda x: (ops.exp(x), ops.argmax(x, 1)))(X)
    assert [(each.shape, each.dtype.name) for each in found] == [
        ((4, 8), "float32"),
        ((4,), "int32"),
    ]
    assert not any(np.any(each.numpy()) for each in found)


def test_no_machine_code_is_made(monkeypatch):
    def refuse(*_):
        raise AssertionError("machine code was made")

    monkeypatch.setattr(machine_code, "compiled", refuse)
    monkeypatch.setattr(machine_code, "link", refuse)
    function = jit(lambda x: ops.softmax(x * 3.0))
    assert not np.any(function(X).numpy())
    assert function.programs[0].is_null


def test_what_is_wrong_with_the_ir_is_still_found(monkeypatch):
    from geartrain.compiler.programs import passes

    monkeypatch.setattr(passes, "emit", lambda *_: "define void @program() { oops }")
    with pytest.raises(RuntimeError, match="expected instruction"):
        jit(lambda x: x + 1.0)(X)


def test_variables_and_weights_stay():
    count = Variable(np.ones(3, "float32"))
    jit(count.assign_add)(np.ones(3, "float32"))
    np.testing.assert_array_equal(count.numpy(), 1.0)
    model = models.Sequential([layers.Dense(3, input_shape=(8,))])
    model.compile(loss="mse")
    before = model.get_weights()
    model.fit(X, np.ones((4, 3), "float32"), verbose=0)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert model.predict(X, verbose=0).shape == (4, 3)


def test_host_calls_do_not_run():
    found = jit(lambda x: ops.svd(x)[1] + 1.0)(X)
    assert found.shape == (4,)
    assert not np.any(found.numpy())


def test_a_report_has_no_times():
    report = jit(ops.softmax).explain(X, show=False)
    assert report.seconds is None
    assert report.kernels[0].seconds is None
    assert report.flops > 0
    assert "not run" in str(report)


def test_a_big_model_is_compiled():
    hidden = [layers.Dense(256, activation="relu") for _ in range(11)]
    first, last = layers.Dense(256, input_shape=(256,)), layers.Dense(10, activation="softmax")
    model = models.Sequential([first, *hidden, last])
    model.compile(loss="categorical_crossentropy")
    report = explain.program(model, show=False, batch_size=64)
    assert report.flops > 3 * 11 * 2 * 64 * 256 * 256
    assert {f"Dense '{each.name}'" for each in hidden} < {
        owner for kernel in report.kernels for owner in kernel.owners
    }
