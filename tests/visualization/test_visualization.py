"""Pictures with boxes, masks and labels."""

import numpy as np
import pytest

from geartrain import ops, visualization
from geartrain.visualization.pictures import as_bytes

PICTURES = np.full((2, 12, 16, 3), 100, "uint8")
BOXES = {"boxes": np.array([[[2, 3, 9, 8]], [[0, 0, 4, 4]]]), "labels": np.array([[1], [-1]])}
RED = (255, 0, 0)


def test_a_frame_lies_on_the_sides_of_the_box():
    drawn = visualization.draw_bounding_boxes(PICTURES, BOXES, "xyxy", color=RED, line_thickness=1)
    marked = (drawn == RED).all(axis=-1)
    expected = np.zeros((12, 16), bool)
    expected[3:9, 2:10] = True
    expected[4:8, 3:9] = False
    assert (marked[0] == expected).all()
    assert not marked[1].any()  # the label -1 stands for no box
    assert (PICTURES == 100).all()


def test_formats_and_thickness():
    boxes = {**BOXES, "boxes": np.array([[[2, 3, 7, 5]], [[0, 0, 4, 4]]])}
    options = {"color": RED, "line_thickness": 3}
    one = visualization.draw_bounding_boxes(PICTURES, BOXES, "xyxy", **options)
    other = visualization.draw_bounding_boxes(ops.convert_to_tensor(PICTURES), boxes, "xywh",
                                              **options)  # fmt: skip
    assert (one == other).all()
    assert (one[0, 2:5, 5] == RED).all()
    assert (one[0, [1, 5], 5] == 100).all()


def test_a_box_may_reach_out_of_the_picture():
    boxes = {"boxes": np.array([[[-5, -5, 50, 50]]]), "labels": np.array([[0]])}
    assert (visualization.draw_bounding_boxes(PICTURES[:1], boxes, "xyxy") == 100).all()


def test_names_are_written():
    plain = visualization.draw_bounding_boxes(PICTURES, BOXES, "xyxy")
    boxes = {**BOXES, "confidences": np.array([[0.5], [0.5]])}
    named = visualization.draw_bounding_boxes(PICTURES, boxes, "xyxy", {1: "cat"})
    assert (plain[0] != named[0]).any()
    assert (plain[1] == named[1]).all()


def test_masks_are_laid_over():
    masks = np.zeros((2, 12, 16), int)
    masks[0, 0, 0], masks[0, 0, 1] = 1, -1
    colours = {0: (0, 0, 0), 1: (0, 200, 0)}
    for given in (masks, masks[..., None], masks[:, None]):
        drawn = visualization.draw_segmentation_masks(PICTURES, given, 2, colours, alpha=0.5)
        assert drawn[0, 0, 0].tolist() == [50, 150, 50]
        assert drawn[0, 0, 1].tolist() == [100, 100, 100]  # ignored
        assert drawn[1, 0, 0].tolist() == [50, 50, 50]
    flat = visualization.draw_segmentation_masks(PICTURES, masks, 2, colours, blend=False)
    assert flat[0, 0, 0].tolist() == [0, 200, 0]
    kept = visualization.draw_segmentation_masks(PICTURES, masks, 2, colours, ignore_index=0)
    assert (kept[1] == 100).all()


def test_channels_first():
    turned = np.moveaxis(PICTURES, -1, 1)
    boxes = visualization.draw_bounding_boxes(turned, BOXES, "xyxy", data_format="channels_first")
    assert (boxes == visualization.draw_bounding_boxes(PICTURES, BOXES, "xyxy")).all()


def test_a_gallery_is_a_sheet_or_a_file(tmp_path):
    pictures = np.zeros((3, 10, 10, 3))
    pictures[1] = 1
    sheet = visualization.plot_image_gallery(pictures, value_range=(0, 1), scale=1, dpi=20, cols=3)
    assert sheet.shape == (24, 72, 4)
    assert sheet[0, 0].tolist() == [0, 0, 0, 255]
    assert sheet[0, 24].tolist() == [255, 255, 255, 255]
    assert sheet[0, 20].tolist() == [0, 0, 0, 0]  # transparent between
    path = tmp_path / "sheet.png"
    options = {"label_map": {0: "no", 1: "yes"}, "y_true": [0, 1, 1], "y_pred": [0, 0, 1]}
    assert visualization.plot_image_gallery(pictures, path=path, **options) is None
    with pytest.importorskip("PIL.Image").open(path) as image:
        assert image.size == (2 * 124, 2 * 140)


def test_galleries_of_boxes_and_masks():
    options = {"scale": 1, "dpi": 32, "rows": 1}
    boxes = visualization.plot_bounding_box_gallery(
        PICTURES, "xyxy", BOXES, BOXES, legend=True, **options
    )
    assert boxes.shape == (24 + 4 + 20, 72, 4)
    masks = np.ones((2, 12, 16), int)
    sheet = visualization.plot_segmentation_mask_gallery(PICTURES, 2, y_true=masks, **options)
    assert sheet.shape == (12 + 4, 72, 4)
    assert sheet[0, 0, 0] == 100
    assert sheet[0, 31].tolist() == [20, 121, 44, 255]


def test_grey_becomes_colour():
    assert as_bytes(np.array([[[[0.5]]]]), (0, 1)).tolist() == [[[[127, 127, 127]]]]


@pytest.mark.parametrize(
    ("ask", "kind", "text"),
    [
        (lambda v: v.draw_bounding_boxes(PICTURES[0], BOXES, "xyxy"), ValueError, "4D"),
        (lambda v: v.draw_bounding_boxes(PICTURES, {"boxes": 1}, "xyxy"), ValueError, "'labels'"),
        (lambda v: v.draw_segmentation_masks(PICTURES, np.ones((2, 12, 16))), TypeError, "integer"),
        (
            lambda v: v.draw_segmentation_masks(PICTURES, np.ones((2, 3, 3), int)),
            ValueError,
            "class",
        ),
        (lambda v: v.plot_image_gallery(PICTURES, y_true=[0, 1]), ValueError, "label_map"),
        (lambda v: v.plot_image_gallery(PICTURES, path="a.png", show=True), ValueError, "path"),
    ],
)
def test_what_is_refused(ask, kind, text):
    with pytest.raises(kind, match=text):
        ask(visualization)
