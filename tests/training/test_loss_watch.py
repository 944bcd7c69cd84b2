"""A loss that is not finite: noticed at once, traced to its operation, and training goes on."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest

from geartrain import layers, models, ops, optimizers
from geartrain.callbacks import Callback, LambdaCallback, TerminateOnNaN
from geartrain.training import loss_watch
from geartrain.training.runner import CompiledRunner
from geartrain.utils import set_random_seed

WARNING = "The loss is"


class Halved(layers.Layer):
    """A layer of the user's own, whose logarithm is of 0 where its input is."""

    def call(self, inputs):
        return ops.log(ops.square(inputs)) * 0.5  # the line


def data(samples=64, bad=None):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((samples, 4)).astype("float32")
    if bad is not None:
        x[bad] = 0.0
    return x, rng.standard_normal((samples, 1)).astype("float32")


def network(*inner, optimizer="sgd", loss="mse", **options):
    set_random_seed(0)
    model = models.Sequential([layers.Input((4,)), *inner, layers.Dense(1, name="last")])
    model.compile(optimizer=optimizer, loss=loss, **options)
    return model


def told(model, x, y, **options):
    """The one warning of a fit."""
    with pytest.warns(RuntimeWarning, match=WARNING) as caught:
        model.fit(x, y, **({"batch_size": 8, "verbose": 0, "shuffle": False} | options))
    assert len(caught) == 1
    assert caught[0].filename == __file__
    return str(caught[0].message)


def bits(model):
    return [each.tobytes() for each in model.get_weights()]


def test_epoch_batch_layer_operation_line_and_remedy():
    text = told(network(Halved(name="mine")), *data(bad=42))
    assert re.match(
        r"The loss is (NaN|infinite) from epoch 1, batch 6 of 8 on: log gave -inf "
        r"in Halved 'mine' at test_loss_watch.py:\d+, `return ops.log",
        text,
    )
    assert "`return ops.log(ops.square(inputs)) * 0.5  # the line`" in text
    assert "given:    float32(8, 4), 0 to " in text
    assert "element [2, 0] is -inf, where its operands are 0; of 32: 0 NaN, 4 infinite" in text
    assert "training goes on all the same; callbacks=[callbacks.TerminateOnNaN()]" in text
    assert "remedy:   ops.log(ops.maximum(x, 1e-7))" in text


def test_a_learning_rate_that_is_too_large():
    x, y = data()
    text = told(network(optimizer=optimizers.SGD(1e6)), x, y, epochs=30)
    assert re.search(
        r"(NaN|infinite) from epoch \d+, batch \d of 8 on: \w+ gave (NaN|inf|-inf)", text
    )
    assert "a smaller learning rate" in text


def test_a_sample_that_is_too_large():
    x, y = data()
    x[3] = 3e38
    text = told(network(), x, y)
    assert "epoch 1, batch 1 of 8 on: " in text
    assert "inputs divided by their largest" in text


def test_a_loss_of_the_users_own_and_the_step_before_it_shows():
    """The gradient is NaN where the loss is finite still: at the root of 0."""

    def distance(y_true, y_pred):
        return ops.sqrt(ops.square(y_true - y_pred))  # root

    x, y = data()
    model = network(loss=distance)
    y[16:24] = model.predict(x, batch_size=8, verbose=0)[
        16:24
    ]  # met exactly: the slope is infinite
    model.optimizer.learning_rate = 0.0
    text = told(model, x, y)
    assert "batch 3 of 8 on" in text
    assert "in the backward pass of sqrt in FunctionLoss 'distance' (" in text
    assert "`return ops.sqrt(ops.square(y_true - y_pred))  # root`" in text


def test_training_goes_on_as_if_nobody_had_looked(monkeypatch):
    x, y = data(bad=42)
    options = {"batch_size": 8, "epochs": 3, "verbose": 0, "shuffle": False}
    watched, unwatched = network(Halved()), network(Halved())
    set_random_seed(1)
    told(watched, x, y, **options)
    monkeypatch.setattr(loss_watch.LossWatch, "look", lambda *_: None)
    set_random_seed(1)
    unwatched.fit(x, y, **options)
    assert bits(watched) == bits(unwatched)
    assert watched.optimizer.iterations.numpy() == unwatched.optimizer.iterations.numpy() == 24


def test_it_is_said_once_a_fit():
    model, (x, y) = network(Halved()), data(bad=3)
    told(model, x, y, epochs=3)
    told(model, x, y)  # and again, as the weights are NaN now


def test_a_finite_loss_says_nothing_and_takes_no_single_steps(monkeypatch):
    calls = []
    train = CompiledRunner.train_samples
    monkeypatch.setattr(
        CompiledRunner,
        "train_samples",
        lambda self, rows: calls.append(len(rows)) or train(self, rows),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        network().fit(*data(), batch_size=8, verbose=0)
    assert calls[0] == 32  # four steps in the first call, as ever
    assert sum(calls) == 64


def test_later_epochs_are_done_again_from_an_earlier_copy(monkeypatch):
    """Copies that are not due: three epochs are replayed, the last one's bad batch is found."""
    monkeypatch.setattr(loss_watch, "EARNED", 1e9)
    copies = []
    take = loss_watch.LossWatch._copy
    monkeypatch.setattr(loss_watch.LossWatch, "_copy", lambda *all: (copies.append(1), take(*all)))
    text = told(growing(), *data(), epochs=9)
    assert "from epoch 4, batch 6 of 8 on" in text
    assert copies == [1]


def growing():
    """A model whose loss is infinite in its 30th step."""

    class Doubling(layers.Layer):
        def build(self, input_shape):
            self.power = self.add_weight((), "ones", trainable=False, name="power")

        def call(self, inputs):
            self.power.assign(self.power * 21.0)  # 21^30 is more than float32 holds
            return inputs + 0.0 * self.power

    return network(Doubling())


def test_callbacks_may_change_anything_between_epochs(monkeypatch):
    """So each epoch begins with a copy, and a rate that a callback sets is the replay's too."""
    monkeypatch.setattr(loss_watch, "EARNED", 1e9)

    class Rising(Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.model.optimizer.learning_rate = 0.0 if epoch < 2 else 1e30

    text = told(network(), *data(), epochs=9, callbacks=[Rising()])
    assert "from epoch 3, batch " in text
    assert " gave " in text


def test_terminate_on_nan_ends_training():
    x, y = data(bad=42)
    model = network(Halved())
    with pytest.warns(
        RuntimeWarning, match=r"(?s)batch 6.*TerminateOnNaN\(\) ends the training here"
    ):
        history = model.fit(
            x, y, batch_size=8, epochs=5, verbose=0, shuffle=False, callbacks=[TerminateOnNaN()]
        )
    assert len(history.epoch) == 1
    assert not LambdaCallback(on_epoch_end=print).wants_batches("train")
    assert not TerminateOnNaN().wants_batches("train")


def test_a_step_a_call_and_an_eager_fit():
    x, y = data(bad=42)
    watcher = LambdaCallback(on_train_batch_end=lambda batch, logs: None)
    assert "batch 6 of 8 on: log gave" in told(network(Halved()), x, y, callbacks=[watcher])
    text = told(network(Halved(), run_eagerly=True), x, y)
    assert "batches 6 to 6 of 8 on" in text
    assert "with geartrain.debug_nans(): model.fit(...)" in text


def test_a_state_that_is_too_large_is_not_copied(monkeypatch):
    monkeypatch.setattr(loss_watch, "LIMIT_BYTES", 10)
    text = told(network(Halved()), *data(bad=42))
    assert "debug_nans(): model.fit(...), which names the operation" in text


def test_the_smaller_last_batch():
    x, y = data(61, bad=60)
    assert "epoch 1, batch 8 of 8 on: log gave" in told(network(Halved()), x, y)
