"""Pixels as the networks were trained on them, and classes in words."""

import json

import numpy as np
import pytest

from geartrain import applications, config, layers, models, ops
from geartrain.applications import imagenet_utils, weight_files
from geartrain.datasets.unavailable import DataUnavailable

PIXEL = [[[255.0, 127.5, 0.0]]]
# Of red 255, green 127.5, blue 0, by the formulas of the three libraries.
PREPARED = {
    "tf": [1.0, 0.0, -1.0],
    "torch": [(1 - 0.485) / 0.229, (0.5 - 0.456) / 0.224, -0.406 / 0.225],
    "caffe": [-103.939, 127.5 - 116.779, 255 - 123.68],
}


@pytest.mark.parametrize("mode", PREPARED)
@pytest.mark.parametrize("kind", ["array", "integers", "tensor", "list", "symbolic"])
def test_pixels_are_prepared(mode, kind):
    pixels = np.asarray(PIXEL, "float32")
    wanted = np.asarray(PREPARED[mode])
    if kind == "integers":
        pixels, wanted = pixels.astype("uint8"), None
    given = {"tensor": ops.convert_to_tensor(pixels), "list": PIXEL}.get(kind, pixels)
    if kind == "symbolic":
        images = layers.Input((1, 3))
        found = models.Model(images, imagenet_utils.preprocess_input(images, mode=mode))(pixels)
    else:
        found = imagenet_utils.preprocess_input(given, mode=mode)
    assert isinstance(found, np.ndarray) is (kind in ("array", "integers"))
    if wanted is not None:
        np.testing.assert_allclose(np.asarray(found)[0, 0], wanted, rtol=1e-5, atol=1e-5)
    else:
        floats = imagenet_utils.preprocess_input(pixels.astype("float32"), mode=mode)
        np.testing.assert_array_equal(found, floats)
        assert found.dtype == np.float32


@pytest.mark.parametrize("mode", PREPARED)
@pytest.mark.parametrize("rank", [3, 4])
def test_channels_may_come_first(mode, rank):
    images = np.random.default_rng(0).uniform(0, 255, (2, 4, 5, 3)[4 - rank :])
    last = imagenet_utils.preprocess_input(images.copy(), mode=mode)
    moved = np.moveaxis(images, -1, -3).copy()
    first = imagenet_utils.preprocess_input(moved, data_format="channels_first", mode=mode)
    np.testing.assert_allclose(np.moveaxis(first, -3, -1), last)


def test_floats_are_overwritten_as_in_keras():
    images = np.full((2, 2, 3), 255.0)
    assert imagenet_utils.preprocess_input(images, mode="tf") is images
    assert images[0, 0, 0] == 1


def test_each_family_has_its_own_way():
    images = np.full((1, 2, 2, 3), 255.0)
    modes = {"tf": 1.0, "torch": (1 - 0.485) / 0.229, "caffe": 255 - 103.939}
    families = {
        "tf": "xception inception_v3 inception_resnet_v2 mobilenet mobilenet_v2 nasnet resnet_v2",
        "torch": "densenet",
        "caffe": "vgg16 vgg19 resnet resnet50",
    }
    for mode, names in families.items():
        for name in names.split():
            found = getattr(applications, name).preprocess_input(images.copy())
            np.testing.assert_allclose(found[0, 0, 0, 0], modes[mode], rtol=1e-6, err_msg=name)
    for name in ("convnext", "efficientnet", "efficientnet_v2", "mobilenet_v3"):
        assert getattr(applications, name).preprocess_input(images) is images


def test_what_is_not_known_is_refused():
    with pytest.raises(ValueError, match="mode"):
        imagenet_utils.preprocess_input(np.zeros((1, 1, 3)), mode="cafe")
    with pytest.raises(ValueError, match="data format"):
        imagenet_utils.preprocess_input(np.zeros((1, 1, 3)), data_format="first")
    with pytest.raises(ValueError, match=r"1,000 classes.*\n.*shape \(2, 10\)"):
        imagenet_utils.decode_predictions(np.zeros((2, 10)))


def test_the_likeliest_classes_come_first(tmp_path, monkeypatch):
    names = {str(place): [f"n{place:08}", f"thing_{place}"] for place in range(1000)}
    file = tmp_path / "models" / "imagenet_class_index.json"
    file.parent.mkdir()
    file.write_text(json.dumps(names), encoding="utf-8")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setitem(weight_files.table(), "class index", ["https://nowhere", file.name, None])
    predictions = np.zeros((2, 1000), "float32")
    predictions[0, [7, 3]], predictions[1, 999] = (0.5, 0.25), 1
    first, second = applications.vgg16.decode_predictions(predictions, top=2)
    assert first == [("n00000007", "thing_7", 0.5), ("n00000003", "thing_3", 0.25)]
    assert second[0] == ("n00000999", "thing_999", 1.0)


def test_without_the_list_it_says_where_it_belongs(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    refused = ["http://127.0.0.1:9/list.json", "list.json", "c2c37ea517e94d9795004a39431a14cb"]
    monkeypatch.setitem(weight_files.table(), "class index", refused)
    with pytest.raises(DataUnavailable, match=r"put it at .*list\.json"):
        imagenet_utils.decode_predictions(np.zeros((1, 1000)))


@pytest.mark.parametrize(
    ("shape", "asked", "told"),
    [
        (None, {}, (299, 299, 3)),
        (None, {"require_flatten": False}, (None, None, 3)),
        (None, {"data_format": "channels_first"}, (3, 299, 299)),
        ((200, 400, 3), {}, (200, 400, 3)),
        ((299, 299, 1), {}, (299, 299, 1)),
        ((3, None, None), {"require_flatten": False, "data_format": "channels_first"},
         (3, None, None)),
        ((None, None, 3), {}, ValueError),
        ((100, 100, 3), {"require_flatten": False}, ValueError),
        ((224, 224, 3), {"weights": "imagenet"}, ValueError),
        ((299, 299, 1), {"weights": "imagenet", "require_flatten": False}, ValueError),
    ],
)  # fmt: skip
def test_a_network_of_ones_own_obtains_its_shape(shape, asked, told):
    """As the function of this name in Keras gives it, of which 180 calls were compared."""
    given = {"data_format": "channels_last", "require_flatten": True, **asked}
    if told is ValueError:
        with pytest.raises(ValueError, match="the network"):
            imagenet_utils.obtain_input_shape(shape, 299, 139, **given)
    else:
        assert imagenet_utils.obtain_input_shape(shape, 299, 139, **given) == told
    assert config.image_data_format() == "channels_last"
