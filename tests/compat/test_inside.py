"""Paths below `keras.src`: what is public is found in the files where Keras has it, and no others.

`make_inside.py` wrote down which those are.
"""

import importlib
import io
import json
from pathlib import Path

import numpy as np
import pytest

from geartrain import Sequential, layers, ops
from geartrain.absent import ABSENT
from geartrain.compat.door.inside import inside_sources
from geartrain.compat.door.paths import is_path

FILES = json.loads((Path(__file__).parent / "inside.json").read_text())
ROOMS = sorted({file.split(".")[2] for file in FILES})
# Layers of Keras 2 that change the size of pictures by chance, and what `ABSENT` tells of.
MISSING = {*ABSENT, "layers.RandomHeight", "layers.RandomWidth"}


@pytest.mark.parametrize("room", ROOMS)
def test_what_is_public_is_found_in_its_file(door, room):
    for file, names in FILES.items():
        for name, public in names.items():
            short = public.removeprefix("keras._tf_keras.").removeprefix("keras.")
            if file.split(".")[2] != room or short in MISSING:
                continue
            place, _, last = public.rpartition(".")
            wanted = getattr(importlib.import_module(place), last)
            assert getattr(importlib.import_module(file), name) is wanted, (file, name)


@pytest.mark.parametrize(
    "path",
    [
        "keras.src.nothing",
        "keras.src.layers.core.nothing",
        "keras.src.layers.nothing.dense",
        "keras.src.nothing.dense",
        "tensorflow.keras.src.nothing",
    ],
)
def test_other_files_are_not_there(door, path):
    with pytest.raises(ModuleNotFoundError, match="here"):
        importlib.import_module(path)


def test_a_file_has_no_names_but_public_ones(door):
    with pytest.raises(ImportError, match="nothing_of_the_kind"):
        from keras.src.layers.core.dense import nothing_of_the_kind  # noqa: F401
    assert not is_path("keras.src.layers.core.nothing")
    assert inside_sources("keras.src.x", lambda path: ()) == ()


def test_files_are_attributes_of_their_folders(door):
    import keras
    import keras.src.layers.core.dense as file

    assert keras.src.layers.core.dense.Dense is file.Dense is layers.Dense
    assert keras.src.backend.convert_to_tensor is ops.convert_to_tensor
    assert keras.src.layers.Dense is keras.layers.Dense


def test_what_keras_keeps_to_itself(door):
    from keras.src.api_export import keras_export
    from keras.src.backend.common.variables import KerasVariable
    from keras.src.layers.convolutional.base_conv import BaseConv
    from keras.src.models.functional import Functional
    from keras.src.trainers.trainer import Trainer
    from keras.src.utils.argument_validation import standardize_tuple
    from keras.src.utils.naming import auto_name, to_snake_case

    model = Sequential([layers.Input((8, 1)), layers.Conv1D(2, 3)])
    assert isinstance(model.layers[0], BaseConv)
    assert not isinstance(layers.Dense(1), BaseConv)
    assert isinstance(model, Trainer)
    assert not isinstance(model, Functional)
    assert isinstance(model.layers[0].kernel, KerasVariable)
    assert keras_export("mine.Thing")(FILES) is FILES
    assert to_snake_case("MaxPooling2D") == "max_pooling2d"
    assert auto_name("MyOwn") != auto_name("MyOwn")
    assert standardize_tuple(2, 3, "strides") == (2, 2, 2)
    assert standardize_tuple([1, 0], 2, "strides", allow_zero=True) == (1, 0)
    for wrong in (0, (1, 2, 3), None):
        with pytest.raises(ValueError, match="strides"):
            standardize_tuple(wrong, 2, "strides")


def test_models_in_streams(door):
    from keras.src.saving.saving_lib import load_model, save_model

    model = Sequential([layers.Input((3,)), layers.Dense(2)])
    model.compile("adam", "mse")
    model.fit(np.ones((4, 3), "float32"), np.ones((4, 2), "float32"), verbose=0)
    stream = io.BytesIO()
    save_model(model, stream)
    same, plain = load_model(stream), load_model(stream, compile=False)
    for before, after in zip(model.get_weights(), same.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
    assert int(same.optimizer.iterations) == 1
    assert not plain.compiled
    with pytest.raises(ValueError, match="no whole"):
        load_model(io.BytesIO(b"something else"))


def test_models_and_weights_in_files(door, tmp_path):
    from keras.src.saving import saving_lib

    model = Sequential([layers.Input((3,)), layers.Dense(2)])
    saving_lib.save_model(model, tmp_path / "m.keras")
    same = saving_lib.load_model(tmp_path / "m.keras")
    saving_lib.save_weights_only(model, tmp_path / "m.weights.h5")
    same.set_weights([0 * each for each in same.get_weights()])
    saving_lib.load_weights_only(same, tmp_path / "m.weights.h5")
    np.testing.assert_array_equal(same.get_weights()[0], model.get_weights()[0])
    with pytest.raises(ValueError, match="weights_format='h5'"):
        saving_lib.save_model(model, tmp_path / "m.keras", weights_format="npz")
    (dense,) = same.layers
    dense.kernel.assign(np.ones((3, 2)))
    saving_lib.load_weights_only(same, tmp_path / "m.weights.h5", objects_to_skip=[dense])
    np.testing.assert_array_equal(dense.kernel, np.ones((3, 2)))
