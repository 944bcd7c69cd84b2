"""Callbacks that write the model itself: checkpoints, and a training that goes on after a crash."""

from __future__ import annotations

import json

import numpy as np
import pytest

from geartrain import callbacks, layers, models, optimizers, saving
from geartrain.utils import set_random_seed

pytest.importorskip("h5py")

X = np.random.default_rng(0).standard_normal((24, 3)).astype("float32")
Y = X.sum(1, keepdims=True)
FIT = {"batch_size": 8, "shuffle": False, "verbose": 0}


def network():
    set_random_seed(0)
    model = models.Sequential([layers.Input((3,)), layers.Dense(4), layers.Dense(1)])
    model.compile(optimizers.Adam(0.05), "mse")
    return model


def bits(model):
    return [each.tobytes() for each in model.get_weights()]


def test_a_checkpoint_is_the_model(tmp_path):
    path = tmp_path / "models" / "m-{epoch}.keras"
    model = network()
    model.fit(X, Y, epochs=2, callbacks=[callbacks.ModelCheckpoint(path)], **FIT)
    assert sorted(each.name for each in path.parent.iterdir()) == ["m-1.keras", "m-2.keras"]
    kept = saving.load_model(tmp_path / "models" / "m-2.keras")
    assert bits(kept) == bits(model)
    kept.fit(X, Y, **FIT)
    model.fit(X, Y, **FIT)
    assert bits(kept) == bits(model)  # the optimizer's state was in it


def test_the_best_weights_are_kept(tmp_path):
    path = tmp_path / "best.weights.h5"
    model = network()
    best = callbacks.ModelCheckpoint(
        path, monitor="loss", save_best_only=True, save_weights_only=True
    )
    history = model.fit(X, Y, epochs=3, callbacks=[best], **FIT)
    assert best.best == min(history.history["loss"])
    other = network()
    other.optimizer.build(other.trainable_variables)  # its state is in the file
    other.load_weights(path)
    assert bits(other) == bits(model)


class Crash(callbacks.Callback):
    """Ends training in the middle."""

    def __init__(self, epoch):
        super().__init__()
        self.at = epoch

    def on_epoch_end(self, epoch, logs=None):
        if epoch == self.at:
            raise OSError("the machine is gone")


def test_training_goes_on_where_it_was(tmp_path):
    folder = tmp_path / "backup"
    whole = network()
    whole.fit(X, Y, epochs=4, **FIT)
    backup = callbacks.BackupAndRestore(folder, double_checkpoint=True)
    with pytest.raises(OSError, match="gone"):
        network().fit(X, Y, epochs=4, callbacks=[backup, Crash(1)], **FIT)
    assert json.loads((folder / "training_metadata.json").read_text())["epoch"] == 2
    again = network()
    history = again.fit(X, Y, epochs=4, callbacks=[callbacks.BackupAndRestore(folder)], **FIT)
    assert history.epoch == [2, 3]
    assert bits(again) == bits(whole)
    assert not folder.exists()


def test_a_backup_after_batches(tmp_path):
    backup = callbacks.BackupAndRestore(tmp_path / "b", save_freq=2, delete_checkpoint=False)
    network().fit(X, Y, callbacks=[backup], **FIT)
    assert json.loads((tmp_path / "b" / "training_metadata.json").read_text()) == {
        "epoch": 0,
        "batch": 1,
    }


def test_a_backup_needs_a_folder_and_a_built_model(tmp_path):
    with pytest.raises(ValueError, match="needs a folder"):
        callbacks.BackupAndRestore("")
    network().fit(
        X, Y, callbacks=[callbacks.BackupAndRestore(tmp_path, delete_checkpoint=False)], **FIT
    )
    backup = callbacks.BackupAndRestore(tmp_path)
    backup.set_model(models.Sequential([layers.Dense(1)]))
    with pytest.raises(ValueError, match="without weights"):
        backup.on_train_begin()


def test_means_of_weights_take_their_place_in_evaluation():
    model = models.Sequential([layers.Input((3,)), layers.Dense(1)])
    model.compile(optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5), "mse")
    seen = {}

    class Looks(callbacks.Callback):
        def on_test_batch_end(self, batch, logs=None):
            seen["test"] = self.model.get_weights()[0]

        def on_epoch_end(self, epoch, logs=None):
            seen["epoch"] = self.model.get_weights()[0]
            seen["mean"] = self.model.optimizer._model_variables_moving_average[0].numpy()

    swap = callbacks.SwapEMAWeights()
    model.fit(X, Y, validation_data=(X, Y), callbacks=[Looks(), swap], **FIT)
    np.testing.assert_array_equal(seen["test"], seen["mean"])
    assert np.abs(seen["epoch"] - seen["mean"]).max() > 0
    with pytest.raises(ValueError, match="use_ema=True"):
        network().evaluate(X, Y, verbose=0, callbacks=[callbacks.SwapEMAWeights()])
