"""Boxes that are turned, sheared, scaled and moved, against what Keras 3 gives for them."""

import numpy as np
import pytest

from geartrain.utils import bounding_boxes

# angle, shear_x, shear_y, scale, translate_x, translate_y -> the box of (1, 2, 3, 4) in 20 x 10
MOVED = {
    (90.0, 0.0, 0.0, 1.0, 0.0, 0.0): [7.0, 11.0, 9.0, 13.0],
    (30.0, 0.0, 0.0, 1.0, 0.0, 0.0): [0.8887839, 5.5849366, 3.6208344, 8.316987],
    (0.0, 10.0, 0.0, 1.0, 0.0, 0.0): [0.5591826, 2.0, 2.9118366, 4.0],
    (0.0, 10.0, 20.0, 1.0, 0.0, 0.0): [1.1046937, -1.0937469, 3.3289921, 1.6341932],
    (0.0, 0.0, 0.0, 1.0, 3.0, 1.0): [58.0, 11.0, 60.0, 13.0],
    (30.0, 10.0, 20.0, 2.0, 3.0, 1.0): [105.5673968, -0.5399129, 111.9010084, 4.3912994],
}


@pytest.mark.parametrize("how", MOVED)
def test_boxes_go_where_keras_has_them(how):
    names = ("angle", "shear_x", "shear_y", "scale", "translate_x", "translate_y")
    given = {name: np.array([each], "float32") for name, each in zip(names, how, strict=True)}
    boxes = np.array([[[1.0, 2.0, 3.0, 4.0]]], "float32")
    found = bounding_boxes.affine_transform(boxes, height=10, width=20, **given)
    np.testing.assert_allclose(found.numpy()[0, 0], MOVED[how], rtol=2e-5, atol=2e-5)
