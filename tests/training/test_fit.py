"""fit, evaluate, predict: compiled and eager agree, logs, callbacks, batches of every size."""

import gc
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from geartrain import config, layers, models, optimizers, runtime
from geartrain.callbacks import Callback, LambdaCallback
from geartrain.utils import set_random_seed
from geartrain.utils.progbar import Progbar, format_duration


def data(samples=100, features=8, classes=3, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((samples, features)).astype("float32")
    return x, np.eye(classes)[rng.integers(0, classes, samples)]


def network(seed=0, **options):
    set_random_seed(seed)
    model = models.Sequential(
        [
            layers.Dense(16, activation="relu", input_shape=(8,)),
            layers.Dense(3, activation="softmax"),
        ]
    )
    settings = {"optimizer": "rmsprop", "loss": "categorical_crossentropy", "metrics": ["acc"]}
    model.compile(**(settings | options))
    return model


def trained(model, x, y, **options):
    """What `fit` says, with the samples in the order of one seed."""
    set_random_seed(1)
    return model.fit(x, y, verbose=0, **options)


def bits(model):
    return b"".join(each.tobytes() for each in model.get_weights())


@pytest.mark.parametrize("optimizer", ["rmsprop", "sgd", "adam"])
def test_compiled_and_eager_training_agree(optimizer):
    x, y = data()
    eager = network(optimizer=optimizer, run_eagerly=True)
    compiled = network(optimizer=optimizer)
    logs = [trained(each, x, y, epochs=3, batch_size=32).history for each in (eager, compiled)]
    for key in ("loss", "acc"):
        np.testing.assert_allclose(logs[0][key], logs[1][key], rtol=1e-4)
    for one, other in zip(eager.get_weights(), compiled.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(
        eager.evaluate(x, y, verbose=0), compiled.evaluate(x, y, verbose=0), rtol=1e-4
    )
    np.testing.assert_allclose(
        eager.predict(x, verbose=0), compiled.predict(x, verbose=0), rtol=1e-3, atol=1e-5
    )


def test_the_same_bits_for_any_number_of_threads_and_in_a_second_process(digits):
    (x, y), _ = digits
    found = set()
    for threads in (1, 2, 7):
        runtime.set_num_threads(threads)
        set_random_seed(3)
        model = models.Sequential(
            [
                layers.Dense(512, activation="relu", input_shape=(784,)),
                layers.Dense(10, activation="softmax"),
            ]
        )
        model.compile(loss="categorical_crossentropy", metrics=["accuracy"])
        model.fit(x, y, batch_size=128, verbose=0)
        found.add(bits(model))
    assert len(found) == 1


SECOND_PROCESS = """
import hashlib, sys
sys.path.insert(0, {tests!r})
from test_fit import bits, data, network
model = network()
model.fit(*data(), epochs=2, batch_size=32, verbose=0)
print(hashlib.sha256(bits(model)).hexdigest())
"""


def test_a_second_process_gives_the_same_bits_with_kept_machine_code():
    import hashlib
    from pathlib import Path

    model = network()
    model.fit(*data(), epochs=2, batch_size=32, verbose=0)
    script = SECOND_PROCESS.format(tests=str(Path(__file__).parent))
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == hashlib.sha256(bits(model)).hexdigest()


def test_how_many_steps_a_native_call_holds_changes_no_bit():
    x, y = data()
    whole, single = network(), network()
    trained(whole, x, y, epochs=2, batch_size=32)
    watcher = LambdaCallback(on_train_batch_end=lambda batch, logs: None)
    trained(single, x, y, epochs=2, batch_size=32, callbacks=[watcher])
    assert bits(whole) == bits(single)


def test_one_program_serves_every_batch_size():
    model = network()
    x, y = data()
    model.fit(x, y, batch_size=32, verbose=0)  # 32, 32, 32 and 4
    model.fit(x, y, batch_size=7, verbose=0)
    assert [key[0] for key in model.programs] == ["train"]


def test_compiled_steps_gather_and_call_no_python():
    model = network()
    model.fit(*data(), batch_size=32, verbose=0)
    (program,) = model.programs.values()
    names = [task.kernel.name for stage in program.schedule.stages for task in stage]
    assert any("take" in name for name in names)
    assert all(f"@{name}(" in program.ir for name in names)


def test_callbacks_are_told_of_every_turn():
    told = []

    class Watcher(Callback):
        def on_train_begin(self, logs=None):
            told.append("begin")

        def on_epoch_end(self, epoch, logs=None):
            told.append((epoch, sorted(logs)))

        def on_train_batch_end(self, batch, logs=None):
            told.append(batch)

    x, y = data(10)
    network().fit(x, y, batch_size=4, verbose=0, callbacks=[Watcher()], validation_data=(x, y))
    assert told == ["begin", 0, 1, 2, (0, ["acc", "loss", "val_acc", "val_loss"])]


def test_training_stops_when_a_callback_says_so():
    model = network()

    class Stopper(Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = epoch == 1

    history = model.fit(*data(), epochs=9, verbose=0, callbacks=[Stopper()])
    assert history.epoch == [0, 1]


def test_validation_split_keeps_the_last_samples():
    x, y = data()
    split, given = network(), network()
    a = trained(split, x, y, validation_split=0.25)
    b = trained(given, x[:75], y[:75], validation_data=(x[75:], y[75:]))
    assert a.history == b.history


def test_the_learning_rate_can_change_between_steps():
    model = network(optimizer=optimizers.SGD(learning_rate=0.1))
    x, y = data()
    model.fit(x, y, verbose=0)
    before = model.get_weights()
    model.optimizer.learning_rate = 0.0
    model.fit(x, y, verbose=0)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_uint8_images_and_class_numbers_train_as_they_are():
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 256, (64, 4, 4)).astype("uint8"), rng.integers(0, 3, 64)
    model = models.Sequential([layers.Flatten(), layers.Dense(3, activation="softmax")])
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(x, y, epochs=2, verbose=0)
    assert set(history.history) == {"loss", "accuracy"}


def test_regression_with_a_flat_target():
    x, _ = data()
    y = x.sum(-1)
    model = models.Sequential([layers.Dense(1, input_shape=(8,))])
    model.compile(optimizer=optimizers.Adam(0.05), loss="mse", metrics=["mae"])
    logs = model.fit(x, y, epochs=30, verbose=0).history
    assert logs["loss"][-1] < 0.1 * logs["loss"][0]
    assert logs["mae"][-1] < logs["mae"][0]


def live_objects():
    """How many objects of our own classes there are, by class."""
    for _ in range(3):  # what a finalizer lets go of is collected the next time
        gc.collect()
    kinds = (type(each) for each in gc.get_objects())
    return Counter(kind.__name__ for kind in kinds if str(kind.__module__).startswith("geartrain"))


def test_nothing_is_left_of_models_that_are_gone():
    def once():
        network().fit(*data(32), verbose=0)

    once()
    before = live_objects()
    for _ in range(20):
        once()
    assert not live_objects() - before  # what earlier tests left may go


def test_the_line_of_an_epoch(capsys):
    progress = Progbar(469, 30, stateless_metrics=[])
    progress.update(200, [("loss", 0.5)])
    progress.update(469, [("accuracy", 0.92341), ("loss", 0.26492)])
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("469/469 [==============================] - 0s ")
    assert line.endswith("/step - loss: 0.2649 - accuracy: 0.9234")
    assert [format_duration(each) for each in (2.2, 0.0006, 0.000014)] == ["2s", "0.6ms", "14us"]


def test_evaluate_and_predict_leave_the_history_of_fit():
    model = network()
    x, y = data()
    history = model.fit(x, y, verbose=0)
    model.evaluate(x, y, verbose=0)
    model.predict(x, verbose=0)
    assert model.history is history
    assert list(model.history.history)


class Told(Callback):
    """Notes the batches that it is told of."""

    def __init__(self):
        super().__init__()
        self.batches = []

    def on_train_batch_end(self, batch, logs=None):
        self.batches.append(batch)


@pytest.mark.parametrize(("together", "ends"), [(2, [1, 3, 4]), (3, [2, 4]), (50, [4])])
def test_the_last_smaller_batch_is_told_of_with_others(together, ends):
    x, y = data()
    model, told = network(steps_per_execution=together), Told()
    trained(model, x, y, batch_size=24, callbacks=[told])
    assert told.batches == ends
    whole = network()
    trained(whole, x, y, batch_size=24)
    assert bits(model) == bits(whole)
    assert len(model.predict(x, batch_size=24, verbose=0)) == len(x)


def test_limits_of_the_settings_hold():
    x, y = data()
    model = network()
    try:
        config.set_max_epochs(2)
        config.set_max_steps_per_epoch(3)
        history = trained(model, x, y, epochs=10, batch_size=8)
        assert history.epoch == [0, 1]
        assert int(model.optimizer.iterations) == 6
        assert len(model.predict(x, batch_size=8, verbose=0)) == 24
    finally:
        config.set_max_epochs(None)
        config.set_max_steps_per_epoch(None)


def test_weights_of_classes_count_for_training_alone():
    x, y = data()
    model = network(optimizer="sgd")
    history = trained(model, x, y, validation_split=0.25, class_weight={0: 5.0, 1: 0.5, 2: 3.0})
    plain = model.evaluate(x[75:], y[75:], verbose=0, return_dict=True)
    np.testing.assert_allclose(history.history["val_loss"], plain["loss"], rtol=1e-6)
