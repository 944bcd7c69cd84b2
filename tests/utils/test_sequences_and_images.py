"""Series of one length, vectors of length 1, images of files, and boxes."""

import numpy as np
import pytest

import geartrain
from geartrain import ops, utils
from geartrain.utils import bounding_boxes

SERIES = [[1], [2, 3], [4, 5, 6]]


def test_series_get_one_length():
    assert utils.pad_sequences(SERIES).tolist() == [[0, 0, 1], [0, 2, 3], [4, 5, 6]]
    cut = utils.pad_sequences(SERIES, 2, padding="post", truncating="post", value=9.0)
    assert cut.tolist() == [[1, 9], [2, 3], [4, 5]]
    assert cut.dtype == np.int32
    texts = utils.pad_sequences([["a"], ["b", "c"]], dtype=object, value="-")
    assert texts.tolist() == [["-", "a"], ["b", "c"]]
    assert utils.pad_sequences([[[1, 2]], [[3, 4], [5, 6]]]).shape == (2, 2, 2)
    assert geartrain.preprocessing.sequence.pad_sequences is utils.pad_sequences


@pytest.mark.parametrize(
    ("given", "named", "match"),
    [
        ([1, 2], {}, "lists or arrays"),
        (3, {}, "list of series"),
        ([[1]], {"padding": "x"}, "padding"),
        ([[[1, 2]], [[3]]], {}, "series 1"),
        ([[1]], {"value": "x"}, "dtype=object"),
    ],
)
def test_what_is_no_series_is_named(given, named, match):
    with pytest.raises(ValueError, match=match):
        utils.pad_sequences(given, **named)


def test_vectors_get_length_one():
    found = utils.normalize(np.array([[3.0, 4.0], [0.0, 0.0]]))
    np.testing.assert_allclose(found, [[0.6, 0.8], [0, 0]])
    np.testing.assert_allclose(utils.normalize(np.array([[1.0, 3.0]]), order=1), [[0.25, 0.75]])
    tensor = utils.normalize(ops.convert_to_tensor([[3.0, 4.0]]))
    np.testing.assert_allclose(tensor.numpy(), [[0.6, 0.8]], rtol=1e-6)


def test_arrays_become_images_and_files(tmp_path):
    pytest.importorskip("PIL")
    array = np.random.default_rng(0).integers(0, 256, (6, 5, 3)).astype("float32")
    array.flat[:2] = 0, 255
    path = tmp_path / "picture.png"
    utils.save_img(str(path), array)
    np.testing.assert_array_equal(utils.img_to_array(utils.load_img(path)), array)
    small = utils.load_img(path, color_mode="grayscale", target_size=(3, 4))
    assert utils.img_to_array(small).shape == (3, 4, 1)
    first = utils.img_to_array(utils.load_img(path), data_format="channels_first")
    assert first.shape == (3, 6, 5)
    kept = utils.load_img(path, target_size=(3, 3), keep_aspect_ratio=True)
    assert kept.size == (3, 3)
    with pytest.raises(ValueError, match="color mode"):
        utils.load_img(path, color_mode="x")


def test_boxes_go_round_through_all_formats():
    boxes = np.array([[[1.0, 2.0, 4.0, 6.0], [0.0, 0.0, 3.0, 5.0]]], "float32")
    for name in bounding_boxes.formats.FORMATS:
        there = bounding_boxes.convert_format(boxes, "xyxy", name, height=8, width=10)
        back = bounding_boxes.convert_format(there, name, "xyxy", height=8, width=10)
        np.testing.assert_allclose(back.numpy(), boxes, atol=1e-5)
    there = bounding_boxes.convert_format(boxes, "xyxy", "rel_xywh", height=8, width=10)
    np.testing.assert_allclose(there.numpy()[0, 0], [0.1, 0.25, 0.3, 0.5], atol=1e-6)
    with pytest.raises(ValueError, match="height"):
        bounding_boxes.convert_format(boxes, "xyxy", "rel_xywh")
    with pytest.raises(ValueError, match="xyxx"):
        bounding_boxes.convert_format(boxes, "xyxx", "xyxy")


def test_differences_from_anchors_go_back():
    anchors = np.array([[0.0, 0.0, 4.0, 4.0], [2.0, 2.0, 6.0, 8.0]], "float32")
    boxes = np.array([[1.0, 0.0, 5.0, 3.0], [2.0, 1.0, 7.0, 8.0]], "float32")
    known = {"anchor_format": "xyxy", "box_format": "xyxy", "variance": [0.1, 0.1, 0.2, 0.2]}
    deltas = bounding_boxes.encode_box_to_deltas(anchors, boxes, **known)
    back = bounding_boxes.decode_deltas_to_boxes(anchors, deltas, **known)
    np.testing.assert_allclose(back.numpy(), boxes, rtol=1e-5)


def test_overlap_of_boxes():
    first = np.array([[0.0, 0.0, 2.0, 2.0], [-1.0, -1.0, -1.0, -1.0]], "float32")
    found = bounding_boxes.compute_iou(first, first, "xyxy", use_masking=True)
    np.testing.assert_allclose(found.numpy(), [[1, -1], [-1, -1]], atol=1e-6)
    apart = bounding_boxes.compute_ciou([[0.0, 0.0, 1.0, 1.0]], [[2.0, 0.0, 3.0, 1.0]], "xyxy")
    np.testing.assert_allclose(apart.numpy(), [-4 / 10], atol=1e-5)
