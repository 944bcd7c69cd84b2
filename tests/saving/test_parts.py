"""Which part of a model has which path in a file, and parts that are left out."""

import h5py
import numpy as np
import pytest

from geartrain import Input, Model, Sequential, layers, saving
from geartrain.serialization import is_reading_safely

X = np.ones((2, 3), "float32")


class Held(Model):
    """A functional model that has its layers among its attributes too."""

    def __init__(self):
        dense, last = layers.Dense(4), layers.Dense(2)
        inputs = Input((3,))
        super().__init__(inputs, last(dense(inputs)))
        self.backbone, self.head = dense, last


class Own(Model):
    """A model whose attributes stand before and behind the word `layers`."""

    def __init__(self):
        super().__init__()
        self.first, self.second = layers.Dense(4), layers.Dense(2)

    def call(self, x):
        return self.second(self.first(x))


def parts_of_file(path):
    found = []
    with h5py.File(path) as file:
        file.visit(lambda name: found.append(name[:-7]) if name.endswith("/vars/0") else None)
    return found


def test_layers_of_a_functional_model_come_before_its_attributes(tmp_path):
    Held().save_weights(tmp_path / "m.weights.h5")
    assert parts_of_file(tmp_path / "m.weights.h5") == ["layers/dense", "layers/dense_1"]


def test_layers_of_another_model_count_where_their_name_stands(tmp_path):
    model = Own()
    model(X)
    model.save_weights(tmp_path / "m.weights.h5")
    assert parts_of_file(tmp_path / "m.weights.h5") == ["first", "layers/dense_1"]
    other = Own()
    other(X)
    other.load_weights(tmp_path / "m.weights.h5")
    np.testing.assert_array_equal(other(X), model(X))


def test_files_of_before_are_read_still(tmp_path):
    model, other = Own(), Own()
    model(X), other(X)
    with h5py.File(tmp_path / "old.weights.h5", "w") as file:
        for name in ("first", "second"):
            for at, each in enumerate(getattr(model, name).get_weights()):
                file[f"{name}/vars/{at}"] = each
    other.load_weights(tmp_path / "old.weights.h5")
    np.testing.assert_array_equal(other(X), model(X))


@pytest.mark.parametrize("shards", [None, 1])
def test_parts_may_be_left_out(tmp_path, shards):
    path = tmp_path / ("m.weights.json" if shards else "m.weights.h5")
    model, other = Held(), Held()
    skipped = {"objects_to_skip": [model.backbone]}
    saving.save_weights(model, path, max_shard_size=shards, **skipped)
    before = other.backbone.get_weights()
    saving.load_weights(other, path, objects_to_skip=[other.backbone])
    np.testing.assert_array_equal(other.head.kernel, model.head.kernel)
    np.testing.assert_array_equal(other.backbone.get_weights()[0], before[0])
    with pytest.raises(ValueError, match="could not be loaded"):
        saving.load_weights(other, path)


def test_parts_are_left_out_of_files_of_weights_alone(tmp_path):
    model = Sequential([Input((3,)), layers.Dense(2)])
    model.save(tmp_path / "m.keras")
    with pytest.raises(ValueError, match="objects_to_skip"):
        saving.load_weights(model, tmp_path / "m.keras", objects_to_skip=[model.layers[0]])


@saving.register_keras_serializable(package="tests_of_parts")
class Asking(layers.Identity):
    """Notes what it is told while it is made from a file."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.told = is_reading_safely()


def test_a_class_is_told_whether_a_config_is_vouched_for(tmp_path):
    Sequential([Input((3,)), Asking()]).save(tmp_path / "m.keras")
    assert Asking().told is None
    told = [
        saving.load_model(tmp_path / "m.keras", safe_mode=safe).layers[0].told
        for safe in (True, False)
    ]
    assert told == [True, False]
