"""PNG, colours, and which arrays are pictures."""

import struct
import zlib

import numpy as np
import pytest

from geartrain.drawing.colours import NOT_FINITE, heat
from geartrain.drawing.images import as_pictures, heat_pixels, mosaic, pixels, thin
from geartrain.drawing.png import SIGNATURE, encode_png


def decoded(png):
    """Read a PNG chunk by chunk, checking each sum."""
    assert png.startswith(SIGNATURE)
    at, chunks = len(SIGNATURE), {}
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        (crc,) = struct.unpack(">I", png[at + 8 + length : at + 12 + length])
        assert crc == zlib.crc32(kind + data)
        chunks[kind] = data
        at += 12 + length
    width, height, depth, colour, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (depth, rest, chunks[b"IEND"]) == (8, [0, 0, 0], b"")
    channels = {0: 1, 2: 3, 6: 4}[colour]
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, -1)
    assert not rows[:, 0].any()
    return rows[:, 1:].reshape(height, width, channels)


@pytest.mark.parametrize("shape", [(3, 5), (3, 5, 1), (3, 5, 3), (1, 1, 4)])
def test_png_gives_the_pixels_back(shape):
    image = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    np.testing.assert_array_equal(decoded(encode_png(image)), image.reshape(*shape[:2], -1))


def test_heat_has_its_ends_its_middle_and_a_colour_for_what_is_no_number():
    one = heat(np.array([0.0, 10.0, np.nan, np.inf]), 0, 10)
    assert one[0].sum() < one[1].sum()  # dark to light
    assert one[2].tolist() == one[3].tolist() == list(NOT_FINITE)
    two = heat(np.array([-5.0, 0.0, 10.0]), -5, 10)
    assert two[1].min() > 230  # zero is pale
    assert two[0][0] > two[0][2]  # negative: orange
    assert two[2][2] > two[2][0]  # positive: blue
    assert heat(np.zeros((2, 2)), 0, 0).shape == (2, 2, 3)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((28, 28), (1, 28, 28, 1)),
        ((28, 30, 3), (1, 28, 30, 3)),
        ((28, 30, 4), (1, 28, 30, 4)),
        ((28, 30, 1), (1, 28, 30, 1)),
        ((5, 28, 30), (5, 28, 30, 1)),
        ((5, 28, 30, 3), (5, 28, 30, 3)),
        ((5, 3, 28, 30), (5, 28, 30, 3)),
        ((2, 5, 28, 30, 3), (5, 28, 30, 3)),
        ((7, 7), None),
        ((5, 28, 30, 2), None),
        ((28,), None),
        ((0, 28, 28), None),
    ],
)
def test_shapes_of_pictures(shape, expected):
    for dtype in (np.uint8, np.float32, np.bool_):
        found = as_pictures(np.ones(shape, dtype))
        assert (None if found is None else found.shape) == expected


def test_numbers_of_pictures():
    light = np.linspace(0, 1, 64).reshape(8, 8)
    assert as_pictures(light) is not None
    assert as_pictures(light.astype(np.float16)) is not None
    for other in (light + 0.1, -light, light * 0, (light * 9).astype(int), light + 0j):
        assert as_pictures(other) is None
    with_gap = light.copy()
    with_gap[0, 0] = np.nan
    assert as_pictures(with_gap) is not None


def test_pixels_of_grey_colour_and_transparent_pictures():
    grey = pixels(np.array([[[0.0], [0.5], [1.0], [np.nan]]]))
    assert grey[0, :, 0].tolist() == [0, 128, 255, NOT_FINITE[0]]
    assert (grey[..., 3] == 255).all()
    image = np.arange(16, dtype=np.uint8).reshape(2, 2, 4)
    np.testing.assert_array_equal(pixels(image), image)
    np.testing.assert_array_equal(pixels(image[..., :3])[..., :3], image[..., :3])


def test_heat_maps_of_several_matrices_have_one_scale():
    first, second = heat_pixels(np.array([[[0.0, 1.0]], [[1.0, 2.0]]]))
    assert first[0, 1].tolist() == second[0, 0].tolist()


def test_thinning_keeps_the_proportions_and_the_corners():
    image = np.arange(400 * 200).reshape(400, 200)
    thinned = thin(image, 100)
    assert thinned.shape == (100, 50)
    assert thinned[0, 0] == image[0, 0]
    assert thinned[-1, -1] == image[-1, -1]
    assert thin(image, 400) is not image
    np.testing.assert_array_equal(thin(image, 400), image)
    assert thin(np.zeros((2, 5000)), 50).shape == (2, 50)


def test_mosaic_has_nothing_between_its_pictures():
    image = np.full((2, 3, 4), 255, np.uint8)
    sheet = mosaic([image] * 3, 2)
    assert sheet.shape == (2 + 2 + 2, 3 + 2 + 3, 4)
    assert sheet[..., 3].sum() == 255 * 6 * 3
    assert not sheet[2:4].any()
