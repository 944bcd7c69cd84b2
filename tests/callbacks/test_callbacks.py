"""Callbacks: when they are told, and what each does with it."""

from __future__ import annotations

import csv
import http.server
import json
import threading
import warnings

import numpy as np
import pytest

from geartrain import callbacks, layers, models, optimizers
from geartrain.utils import set_random_seed

X = np.arange(20, dtype="float32").reshape(20, 1) / 20
Y = 2 * X
TURNS = [name for name in vars(callbacks.Callback) if name.startswith("on_")]
TURNS = [name for name in TURNS if name not in ("on_batch_begin", "on_batch_end")]


def network(rate=0.1, **options):
    set_random_seed(0)
    model = models.Sequential([layers.Input((1,)), layers.Dense(1, kernel_initializer="zeros")])
    model.compile(optimizers.SGD(rate), "mse", **options)
    return model


class Told(callbacks.Callback):
    """Writes down every call: the turn, the number, the names in the logs."""

    def __init__(self):
        super().__init__()
        self.calls = []


def _writing(name):
    def told(self, *arguments):
        *numbers, logs = arguments
        self.calls.append((name.removeprefix("on_"), *numbers, *sorted(logs)))

    return told


for _name in TURNS:
    setattr(Told, _name, _writing(_name))


def fit(model, *given, **options):
    settings = {"verbose": 0, "shuffle": False, "batch_size": 10}
    return model.fit(X, Y, callbacks=list(given), **(settings | options))


def test_the_turns_of_a_fit_with_validation():
    told = Told()
    fit(network(), told, validation_data=(X[:4], Y[:4]))
    assert told.calls == [
        ("train_begin",),
        ("epoch_begin", 0),
        ("train_batch_begin", 0),
        ("train_batch_end", 0, "loss"),
        ("train_batch_begin", 1),
        ("train_batch_end", 1, "loss"),
        ("test_begin",),
        ("test_batch_begin", 0),
        ("test_batch_end", 0, "loss"),
        ("test_end", "loss"),
        ("epoch_end", 0, "loss", "val_loss"),
        ("train_end", "loss", "val_loss"),
    ]


def test_the_turns_of_evaluate_and_predict():
    told, model = Told(), network()
    model.evaluate(X, Y, batch_size=20, verbose=0, callbacks=[told])
    assert told.calls == [
        ("test_begin",),
        ("test_batch_begin", 0),
        ("test_batch_end", 0, "loss"),
        ("test_end", "loss"),
    ]
    told.calls.clear()
    model.predict(X, batch_size=10, verbose=0, callbacks=told)
    assert told.calls == [
        ("predict_begin",),
        ("predict_batch_begin", 0),
        ("predict_batch_end", 0, "outputs"),
        ("predict_batch_begin", 1),
        ("predict_batch_end", 1, "outputs"),
        ("predict_end",),
    ]


def test_several_steps_are_told_of_as_one():
    told = Told()
    fit(network(steps_per_execution=3), told, batch_size=4)
    assert told.calls[2:-2] == [
        ("train_batch_begin", 0),
        ("train_batch_end", 2, "loss"),
        ("train_batch_begin", 3),
        ("train_batch_end", 4, "loss"),
    ]


def test_older_names_of_batches_and_functions():
    seen = []

    class Older(callbacks.Callback):
        def on_batch_end(self, batch, logs=None):
            seen.append(batch)

    made = callbacks.LambdaCallback(on_test_begin=lambda logs: seen.append("test"))
    fit(network(), Older(), made, validation_split=0.5, batch_size=5)
    assert seen == [0, 1, "test"]


def test_params_model_and_history():
    told = Told()
    model = network()
    history = fit(model, told, epochs=3, initial_epoch=1)
    assert told.params == {"verbose": 0, "epochs": 3, "steps": 2}
    assert told.model is model
    assert history is model.history
    assert history.epoch == [1, 2]
    assert list(history.history) == ["loss"]


def test_a_list_of_callbacks_is_a_callback():
    told, model = Told(), network()
    whole = callbacks.CallbackList(
        [told], add_history=True, add_progbar=True, model=model, epochs=1, steps=2, verbose=0
    )
    assert [type(each).__name__ for each in whole] == ["Told", "History", "ProgbarLogger"]
    whole.on_train_begin()
    whole.on_epoch_end(4, {"loss": 1.0})
    assert told.calls == [("train_begin",), ("epoch_end", 4, "loss")]
    assert model.history.epoch == [4]


# -- early stopping --------------------------------------------------------------------------------


class Scripted(callbacks.Callback):
    """Puts given numbers into the logs."""

    def __init__(self, **numbers):
        super().__init__()
        self.numbers = numbers

    def on_epoch_end(self, epoch, logs=None):
        logs.update({name: each[epoch] for name, each in self.numbers.items()})


@pytest.mark.parametrize(
    ("options", "numbers", "stopped", "best"),
    [
        ({"patience": 0, "mode": "min"}, [1.0, 0.9, 0.95, 0.5, 0.4], 2, 1),
        ({"patience": 2, "mode": "min"}, [1.0, 0.9, 0.95, 0.91, 0.4], 3, 1),
        ({"patience": 1, "mode": "max"}, [1.0, 0.9, 0.95, 0.91, 0.4], 1, 0),
        ({"patience": 1, "mode": "min", "min_delta": 0.2}, [1.0, 0.9, 0.7, 0.6, 0.55], 1, 0),
        ({"patience": 1, "mode": "min", "baseline": 0.5}, [1.0, 0.9, 0.8, 0.9, 0.6], 3, 2),
        ({"patience": 1, "mode": "min", "start_from_epoch": 2}, [0.1, 0.9, 0.8, 0.9, 1.0], 3, 2),
        ({"patience": 1, "mode": "min"}, [5.0, 4.0, 3.0, 2.0, 1.0], 0, 4),
    ],
)
def test_early_stopping(options, numbers, stopped, best):
    stop = callbacks.EarlyStopping(monitor="scripted", **options)
    history = fit(network(), Scripted(scripted=numbers), stop, epochs=5)
    assert stop.stopped_epoch == stopped
    assert history.epoch[-1] == (stopped or 4)
    assert stop.best_epoch == best


def test_the_best_weights_come_back(capsys):
    kept = []

    class Keeps(callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            kept.append(self.model.get_weights())

    stop = callbacks.EarlyStopping(
        monitor="scripted", mode="min", patience=2, restore_best_weights=True, verbose=1
    )
    model = network()
    fit(model, Keeps(), Scripted(scripted=[3.0, 1.0, 2.0, 2.0, 0.0]), stop, epochs=5)
    np.testing.assert_array_equal(model.get_weights()[0], kept[1][0])
    said = capsys.readouterr().out
    assert "Epoch 4: early stopping" in said
    assert "Restoring model weights from the end of the best epoch: 2." in said


def test_which_way_is_better_is_known_of_losses_and_metrics_only():
    model = network(metrics=["mae"])
    stop = callbacks.EarlyStopping(monitor="val_mae", patience=1)
    fit(model, stop, epochs=2, validation_split=0.2)
    assert stop.monitor_op.__name__ == "lt"
    unknown = callbacks.EarlyStopping(monitor="scripted")
    with pytest.raises(ValueError, match="mode='max'"):
        fit(network(), Scripted(scripted=[1.0]), unknown)
    with pytest.warns(UserWarning, match="knows no mode"):
        assert callbacks.EarlyStopping(mode="larger").mode == "auto"


def test_a_number_that_the_logs_lack_is_a_warning():
    stop = callbacks.EarlyStopping(monitor="val_loss")
    with pytest.warns(UserWarning, match="no 'val_loss' in the logs"):
        history = fit(network(), stop, epochs=2)
    assert history.epoch == [0, 1]


# -- learning rates --------------------------------------------------------------------------------


def test_the_rate_falls_on_a_plateau(capsys):
    lower = callbacks.ReduceLROnPlateau(
        monitor="scripted", mode="min", factor=0.5, patience=1, cooldown=1, min_lr=0.03, verbose=1
    )
    history = fit(network(), Scripted(scripted=[1.0] * 6), lower, epochs=6)
    np.testing.assert_allclose(
        history.history["learning_rate"], [0.1, 0.1, 0.05, 0.03, 0.03, 0.03], rtol=1e-6
    )
    assert "Epoch 2: ReduceLROnPlateau reducing learning rate to 0.05" in capsys.readouterr().out
    with pytest.raises(ValueError, match="factor below 1"):
        callbacks.ReduceLROnPlateau(factor=1.5)


def test_the_rate_follows_a_function():
    for schedule in (lambda epoch, rate: rate * 0.5, lambda epoch: 0.05 / 2**epoch):
        follow = callbacks.LearningRateScheduler(schedule)
        history = fit(network(), follow, epochs=2)
        np.testing.assert_allclose(history.history["learning_rate"], [0.05, 0.025], rtol=1e-6)
    with pytest.raises(ValueError, match="needs a number"):
        fit(network(), callbacks.LearningRateScheduler(lambda epoch, rate: "half"))
    assert float(network().optimizer.learning_rate.numpy()) == pytest.approx(0.1)


# -- files -----------------------------------------------------------------------------------------


def table(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def test_logs_as_a_table(tmp_path):
    path = tmp_path / "log.csv"
    model = network(metrics=["mae"])
    history = fit(model, callbacks.CSVLogger(path), epochs=2)
    rows = table(path)
    assert list(rows[0]) == ["epoch", "loss", "mae", "val_loss", "val_mae"]
    assert rows[0]["val_mae"] == "NA"
    assert [float(each["loss"]) for each in rows] == history.history["loss"]
    fit(model, callbacks.CSVLogger(path, append=True), epochs=1)
    rows = table(path)
    assert [each["epoch"] for each in rows] == ["0", "1", "0"]
    fit(model, callbacks.CSVLogger(path, separator=";"), epochs=1)
    assert path.read_text().startswith("epoch;loss;mae;val_loss;val_mae\n0;")


class Saved:
    """A model that notes what is saved."""

    def __init__(self):
        self.paths = []
        self.metrics = []

    def save(self, path, overwrite):
        self.paths.append(path)

    save_weights = save


def told_of(callback, *epochs):
    callback.set_model(Saved())
    for epoch, logs in enumerate(epochs):
        callback.on_epoch_begin(epoch)
        for batch in range(3):
            callback.on_train_batch_end(batch, logs)
        callback.on_epoch_end(epoch, logs)
    return [path.rpartition("/")[2] for path in callback.model.paths]


def test_checkpoints_after_epochs_and_batches(tmp_path, capsys):
    logs = [{"val_loss": 1.0}, {"val_loss": 2.0}, {"val_loss": 0.5}]
    every = callbacks.ModelCheckpoint(f"{tmp_path}/m{{epoch:02d}}-{{val_loss:.1f}}.keras")
    assert told_of(every, *logs) == ["m01-1.0.keras", "m02-2.0.keras", "m03-0.5.keras"]
    best = callbacks.ModelCheckpoint(f"{tmp_path}/m.keras", save_best_only=True, verbose=1)
    assert len(told_of(best, *logs)) == 2
    said = capsys.readouterr().out
    assert "val_loss did not improve from 1.0" in said
    assert f"improved from 1.00000 to 0.50000, saving model to {tmp_path}/m.keras" in said
    assert said.count("finished saving") == 2
    first = callbacks.ModelCheckpoint(
        f"{tmp_path}/m.keras", save_best_only=True, initial_value_threshold=0.7
    )
    assert len(told_of(first, *logs)) == 1
    batches = callbacks.ModelCheckpoint(
        f"{tmp_path}/b{{epoch}}-{{batch}}.weights.h5", save_weights_only=True, save_freq=2
    )
    assert batches.wants_batches("train")
    assert told_of(batches, *logs) == [
        f"b{place}.weights.h5" for place in ("1-2", "2-1", "2-3", "3-2")
    ]


def test_a_checkpoint_of_the_wrong_name(tmp_path):
    for options in ({}, {"filepath": "m.weights.h5"}, {"save_weights_only": True}):
        with pytest.raises(ValueError, match="under another ending"):
            callbacks.ModelCheckpoint(**({"filepath": "m.txt"} | options))
    with pytest.raises(ValueError, match="cannot save so often"):
        callbacks.ModelCheckpoint("m.keras", save_freq="sometimes")
    with pytest.raises(ValueError, match="cannot tell which way"):
        told_of(callbacks.ModelCheckpoint("m.keras", "nope", save_best_only=True), {"loss": 1.0})
    with pytest.raises(KeyError, match=r"val_mae"):
        told_of(callbacks.ModelCheckpoint(f"{tmp_path}/{{val_mae}}.keras"), {"loss": 1.0})
    (tmp_path / "m.keras").mkdir()
    with pytest.raises(OSError, match="which is a folder"):
        told_of(callbacks.ModelCheckpoint(tmp_path / "m.keras"), {"loss": 1.0})


# -- others ----------------------------------------------------------------------------------------


def test_nan_ends_training_where_it_is_told_of():
    stop = callbacks.TerminateOnNaN()
    stop.set_model(network())
    stop.on_batch_end(0, {"loss": 1.0})
    assert not stop.model.stop_training
    stop.on_batch_end(1, {"loss": float("nan")})
    assert stop.model.stop_training
    model = network(rate=1e30)
    with pytest.raises(RuntimeError, match="The loss is infinite"):
        fit(model, callbacks.TerminateOnNaN(raise_error=True), epochs=5)


def test_logs_go_to_a_server():
    got = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, self.headers["Content-Type"], body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        root = f"http://127.0.0.1:{server.server_port}"
        fit(network(), callbacks.RemoteMonitor(root, send_as_json=True))
        callbacks.RemoteMonitor(root).on_epoch_end(3, {"loss": np.float32(0.5)})
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert got[0][:2] == ("/publish/epoch/end/", "application/json")
    assert set(json.loads(got[0][2])) == {"epoch", "loss"}
    assert got[1][2] == b"data=%7B%22epoch%22%3A+3%2C+%22loss%22%3A+0.5%7D"
    with pytest.warns(UserWarning, match="could not reach"):
        callbacks.RemoteMonitor(root).on_epoch_end(0, {})


def test_nothing_is_told_of_batches_where_nobody_asks():
    quiet = [
        callbacks.EarlyStopping(),
        callbacks.History(),
        callbacks.ModelCheckpoint("m.keras"),
        callbacks.ProgbarLogger(),
        callbacks.ReduceLROnPlateau(),
        callbacks.TensorBoard(),
        callbacks.BackupAndRestore("backup"),
    ]
    assert not callbacks.CallbackList(quiet).wants_batches("train")
    assert callbacks.CallbackList([*quiet, Told()]).wants_batches("train")
    assert callbacks.TensorBoard(update_freq="batch").wants_batches("train")


def test_no_warning_in_a_usual_fit():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit(network(), callbacks.EarlyStopping(monitor="loss"), epochs=3)
