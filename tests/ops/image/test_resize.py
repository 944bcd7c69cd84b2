"""Resizing against sums written out by hand."""

import numpy as np
import pytest

from geartrain import ops
from geartrain.autodiff import GradientTape, grad

KERNELS = {
    "bilinear": lambda d: max(0.0, 1 - d),
    "bicubic": lambda d: (
        1.5 * d**3 - 2.5 * d**2 + 1
        if d < 1
        else (-0.5 * d**3 + 2.5 * d**2 - 4 * d + 2 if d < 2 else 0.0)
    ),
    "lanczos3": lambda d: np.sinc(d) * np.sinc(d / 3) if d < 3 else 0.0,
    "lanczos5": lambda d: np.sinc(d) * np.sinc(d / 5) if d < 5 else 0.0,
}


def row_by_hand(row, new_size, kernel, antialias, scale=None, move=0.0):
    """One row resampled: for each new pixel the sum over the old ones."""
    scale = new_size / len(row) if scale is None else scale
    stretch = max(1 / scale, 1) if antialias else 1
    found = []
    for i in range(new_size):
        middle = (i + 0.5 - move) / scale - 0.5
        weights = [kernel(abs(middle - j) / stretch) for j in range(len(row))]
        inside = -0.5 <= middle <= len(row) - 0.5
        found.append(np.dot(weights, row) / sum(weights) if inside else 0.0)
    return np.array(found)


@pytest.mark.parametrize("interpolation", KERNELS)
@pytest.mark.parametrize("antialias", [False, True])
@pytest.mark.parametrize("new_size", [1, 3, 7, 8, 19])
def test_rows_are_the_weighted_sums(interpolation, antialias, new_size):
    row = np.random.default_rng(0).random(7)
    found = ops.image.resize(row.reshape(1, 7, 1), (1, new_size), interpolation, antialias)
    expected = row_by_hand(row, new_size, KERNELS[interpolation], antialias)
    expected = row if new_size == 7 else expected
    np.testing.assert_allclose(found.numpy().ravel(), expected, atol=1e-12)


def test_rows_and_columns_are_resampled_one_after_the_other():
    x = np.random.default_rng(0).random((4, 5, 2))
    found = ops.image.resize(x, (6, 3), "bicubic").numpy()
    columns = np.apply_along_axis(row_by_hand, 1, x, 3, KERNELS["bicubic"], False)
    both = np.apply_along_axis(row_by_hand, 0, columns, 6, KERNELS["bicubic"], False)
    np.testing.assert_allclose(found, both, atol=1e-12)


def test_nearest_takes_the_pixel_under_the_middle():
    x = np.arange(4).reshape(1, 4, 1)
    for size, expected in [(2, [1, 3]), (8, [0, 0, 1, 1, 2, 2, 3, 3]), (3, [0, 2, 3])]:
        assert ops.image.resize(x, (1, size), "nearest").numpy().ravel().tolist() == expected


def test_integers_round_to_even_and_stay_in_their_range():
    x = np.array([0, 255, 255, 0, 3, 200, 0, 255], "uint8").reshape(1, 8, 1)
    exact = ops.image.resize(x.astype("float64"), (1, 13), "lanczos3").numpy()
    assert exact.min() < 0
    assert exact.max() > 255
    found = ops.image.resize(x, (1, 13), "lanczos3").numpy()
    np.testing.assert_array_equal(found, np.clip(np.round(exact), 0, 255))
    halves = np.array([0, 1, 1, 2], "int32").reshape(1, 4, 1)
    assert ops.image.resize(halves, (1, 2)).numpy().ravel().tolist() == [0, 2]


def test_cropping_keeps_the_middle():
    x = np.arange(32.0).reshape(4, 8, 1)
    found = ops.image.resize(x, (4, 4), crop_to_aspect_ratio=True).numpy()
    np.testing.assert_array_equal(found, x[:, 2:6])
    tall = ops.image.resize(x.reshape(8, 4, 1), (2, 2), crop_to_aspect_ratio=True).numpy()
    np.testing.assert_allclose(
        tall.ravel(), ops.image.resize(x.reshape(8, 4, 1)[2:6], (2, 2)).numpy().ravel()
    )


def test_padding_frames_the_image():
    x = np.arange(32.0).reshape(4, 8, 1)
    found = ops.image.resize(x, (8, 8), pad_to_aspect_ratio=True, fill_value=-1).numpy()
    np.testing.assert_array_equal(found, np.pad(x, [(2, 2), (0, 0), (0, 0)], constant_values=-1))
    halved = ops.image.resize(
        x.astype("uint8"), (4, 4), "nearest", pad_to_aspect_ratio=True, fill_value=7
    )
    assert halved.numpy()[:, 0, 0].tolist() == [7, 9, 25, 7]


@pytest.mark.parametrize("method", ["linear", "cubic", "lanczos3", "lanczos5"])
@pytest.mark.parametrize("antialias", [False, True])
@pytest.mark.parametrize(("scale", "move"), [(2.0, -0.5), (0.4, 1.3), (1.0, -2.0)])
def test_scale_and_translate_moves_rows(method, antialias, scale, move):
    x = np.random.default_rng(0).random((2, 7))
    kernel = KERNELS[{"linear": "bilinear", "cubic": "bicubic"}.get(method, method)]
    expected = [row_by_hand(row, 5, kernel, antialias, scale, move) for row in x]
    found = ops.image.scale_and_translate(
        x, (2, 5), np.array([scale]), np.array([move]), (-1,), method, antialias
    )
    np.testing.assert_allclose(found.numpy(), expected, atol=1e-12)


def test_scale_and_translation_have_gradients():
    x = np.random.default_rng(0).random((6, 5))
    start = np.array([1.3, 0.7, 0.2, -0.6])

    def energy(numbers):
        moved = ops.image.scale_and_translate(x, (4, 7), numbers[:2], numbers[2:], (0, 1), "cubic")
        return ops.sum(moved * moved)

    slope = grad(energy)(ops.convert_to_tensor(start)).numpy()
    for place in range(4):
        step = 1e-6 * np.eye(4)[place]
        there, back = (
            float(energy(ops.convert_to_tensor(each))) for each in (start + step, start - step)
        )
        np.testing.assert_allclose(slope[place], (there - back) / 2e-6, rtol=1e-5)


X = np.ones((4, 4, 3))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ops.image.resize(X, 3), "a height and a width"),
        (lambda: ops.image.resize(X, (3, 0)), "a height and a width"),
        (lambda: ops.image.resize(X, (3, 3), "area"), "no interpolation of this name"),
        (lambda: ops.image.resize(X, (3, 3), fill_mode="wrap"), "no fill mode of this name"),
        (
            lambda: ops.image.resize(
                X, (3, 3), crop_to_aspect_ratio=True, pad_to_aspect_ratio=True
            ),
            "in one way",
        ),
        (
            lambda: ops.image.scale_and_translate(X, X.shape, [1.0], [1.0], (0,), "nearest"),
            "no method of this name",
        ),
        (
            lambda: ops.image.scale_and_translate(X, X.shape, [1.0], [1.0], (0, 1), "linear"),
            "set by spatial_dims",
        ),
        (
            lambda: ops.image.scale_and_translate(X, (4, 4, 2), [1.0], [1.0], (0,), "linear"),
            "differs on axes \\(0,\\) only",
        ),
    ],
)
def test_bad_input_is_explained(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("size", [(5, 9), (20, 30)])
@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic", "lanczos5"])
def test_few_places_read_one_by_one_are_the_product_with_all(interpolation, size):
    images = np.random.default_rng(0).random((2, 11, 14, 3))
    taps = ops.image.resize(images, size, interpolation)
    with GradientTape():  # what somebody watches is a product
        product = ops.image.resize(images, size, interpolation)
    np.testing.assert_allclose(taps.numpy(), product.numpy(), atol=1e-12)
