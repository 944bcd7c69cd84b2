"""Trained weights: from a file of one's own, from the cache, or a message that says what to do."""

import hashlib
import json

import numpy as np
import pytest

from geartrain import applications, layers, models
from geartrain.applications import weight_files
from geartrain.applications.scales import CustomScaleLayer, LayerScale
from geartrain.datasets.unavailable import DataUnavailable
from geartrain.initializers import VarianceScaling
from tests.applications.cases import NETWORKS, fill

SMALL = {"alpha": 0.25, "input_shape": (32, 32, 3)}


def mobilenet(**kwargs):
    return applications.MobileNet(**{"weights": None, "classes": 5, **SMALL, **kwargs})


def test_a_folder_is_no_file(tmp_path):
    for given in ("", str(tmp_path), tmp_path):
        with pytest.raises(ValueError, match="cannot find these weights"):
            mobilenet(weights=given)


@pytest.mark.parametrize("ending", [".weights.h5", ".h5", ".keras"])
def test_a_file_of_ones_own(tmp_path, ending):
    path = tmp_path / f"mine{ending}"
    model = fill(mobilenet())
    model.save_weights(path) if ending == ".weights.h5" else model.save(path)
    for given in (path, str(path)):
        same = mobilenet(weights=given)
        for one, other in zip(model.get_weights(), same.get_weights(), strict=True):
            np.testing.assert_array_equal(one, other)


def test_nothing_is_drawn_for_weights_that_come_from_a_file(tmp_path, monkeypatch):
    path, drawn = tmp_path / "mine.weights.h5", []
    fill(mobilenet()).save_weights(path)
    draw = VarianceScaling.__call__

    def noted(initializer, *args, **kwargs):
        drawn.append(initializer)
        return draw(initializer, *args, **kwargs)

    monkeypatch.setattr(VarianceScaling, "__call__", noted)
    model = mobilenet(weights=path)
    assert not drawn
    layers.Dense(3)(model.output)
    assert len(drawn) == 1


def test_the_published_file_is_taken_from_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    trained = fill(applications.MobileNet(weights=None, alpha=0.25, input_shape=(128, 128, 3)))
    address, name, digest = weight_files.table()["MobileNet 0.25 128"]
    assert (address.rpartition("/")[2], digest) == (name, None)
    (tmp_path / "models").mkdir()
    trained.save(tmp_path / "models" / name)
    model = applications.MobileNet(alpha=0.25, input_shape=(128, 128, 3))
    np.testing.assert_array_equal(model.get_weights()[-2], trained.get_weights()[-2])


def test_a_damaged_file_is_not_taken(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    content = b"the weights"
    row = ["http://127.0.0.1:9/w.h5", "w.h5", hashlib.md5(content).hexdigest()]
    monkeypatch.setitem(weight_files.table(), "class index", row)
    file = tmp_path / "models" / "w.h5"
    file.parent.mkdir()
    file.write_bytes(content)
    assert weight_files.class_index_file() == file
    file.write_bytes(content[:5])
    with pytest.raises(DataUnavailable) as told:
        weight_files.class_index_file()
    assert f"another file at {file} (its digest is not {row[2]})" in str(told.value)
    assert row[0] in str(told.value)


def test_without_a_connection_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    row = ["http://127.0.0.1:9/mobilenet.h5", "mobilenet.h5", None]
    monkeypatch.setitem(weight_files.table(), "MobileNet 0.25 128 notop", row)
    with pytest.raises(FileNotFoundError) as told:
        applications.MobileNet(alpha=0.25, input_shape=(128, 128, 3), include_top=False)
    message = str(told.value)
    assert message.startswith(
        "The file of the trained weights of MobileNet is neither on this mach"
    )
    assert str(tmp_path / "models" / "mobilenet.h5") in message
    assert "weights=None" in message


def test_every_network_has_its_files():
    families = {key.split()[0] for key in weight_files.table()}
    assert families == {*NETWORKS, "class"}
    for key, (address, name, digest) in weight_files.table().items():
        assert address.startswith("https://storage.googleapis.com/"), key
        assert name.endswith((".h5", ".json")), key
        assert digest is None or len(digest) in (32, 64), key


def test_a_tensor_may_take_the_place_of_the_input():
    images = layers.Input((40, 32, 3), name="photographs")
    scaled = layers.Rescaling(1 / 255)(images)
    model = mobilenet(input_tensor=scaled, include_top=False, pooling="avg")
    assert model.input is images
    assert [each.name for each in model.layers[:3]] == ["photographs", "rescaling", "conv1"]
    assert model.output_shape == (None, 256)
    again = models.Model(images, layers.Dense(2)(model.output))
    assert again(np.zeros((1, 40, 32, 3))).shape == (1, 2)


def test_the_networks_are_functions_with_documentation():
    assert applications.ResNet50.__name__ == "ResNet50"
    assert applications.ResNet50.__module__ == "geartrain.applications.resnet"
    assert "He and others (2015)" in applications.ResNet50.__doc__
    assert "include_preprocessing" in applications.ConvNeXtTiny.__doc__
    with pytest.raises(TypeError, match=r"ResNet50\(\).*'class'.*include_top=True, weights"):
        applications.ResNet50(weights=None, **{"class": 10})


def test_a_network_is_saved_and_loaded(tmp_path):
    inputs = layers.Input((3,))
    scaled = LayerScale(0.5, 3, name="scale")(inputs)
    model = models.Model(inputs, CustomScaleLayer(0.25)([inputs, scaled]))
    model.save(tmp_path / "model.keras")
    same = models.load_model(tmp_path / "model.keras")
    x = np.arange(6, dtype="float32").reshape(2, 3)
    np.testing.assert_array_equal(same(x).numpy(), x * 1.125)
    kinds = [(each["module"], each["class_name"]) for each in model.get_config()["layers"][1:]]
    assert kinds == [
        ("keras.src.applications.convnext", "LayerScale"),
        ("keras.src.applications.inception_resnet_v2", "CustomScaleLayer"),
    ]
    assert json.loads(model.to_json())["class_name"] == "Functional"
