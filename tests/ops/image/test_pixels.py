"""Colours, filters, similarity, patches and borders, against hand-made oracles."""

import colorsys

import numpy as np
import pytest

from geartrain import ops

image = ops.image
COLOURS = [
    (1.0, 0.0, 0.0),
    (0.0, 1.0, 0.0),
    (0.0, 0.0, 1.0),
    (0.5, 0.5, 0.5),
    (0.0, 0.0, 0.0),
    (1.0, 1.0, 1.0),
    (0.9, 0.1, 0.4),
    (0.3, 0.3, 0.8),
]


def random(*shape, seed=0):
    return np.random.default_rng(seed).random(shape)


def test_hue_saturation_value_are_pythons():
    colours = np.concatenate([np.array(COLOURS), random(50, 3)]).reshape(2, 29, 3)
    expected = np.apply_along_axis(lambda rgb: colorsys.rgb_to_hsv(*rgb), -1, colours)
    found = image.rgb_to_hsv(colours)
    np.testing.assert_allclose(found.numpy(), expected, atol=1e-12)
    np.testing.assert_allclose(image.hsv_to_rgb(found).numpy(), colours, atol=1e-12)


def test_hues_go_round():
    colour = np.array([[[0.3, 0.5, 0.8]]])
    turned = image.hsv_to_rgb(np.add(colour, [2.0, 0, 0])).numpy()
    np.testing.assert_allclose(turned, image.hsv_to_rgb(colour).numpy(), atol=1e-12)


def test_grey_is_the_weighted_sum_and_integers_lose_what_is_behind_the_point():
    x = np.array([[[255, 255, 255], [254, 253, 254], [10, 20, 31]]], "uint8")
    assert image.rgb_to_grayscale(x).numpy().ravel().tolist() == [254, 253, 18]
    grey = image.rgb_to_grayscale(x / 255).numpy()
    np.testing.assert_allclose(grey[..., 0], x / 255 @ [0.2989, 0.587, 0.114], atol=1e-12)
    np.testing.assert_array_equal(image.rgb_to_grayscale(grey).numpy(), grey)


def correlated_by_hand(x, kernel, before):
    """Every output pixel as the sum over a kernel, with zeros outside; x is (height, width)."""
    found = np.zeros_like(x)
    for row, column in np.ndindex(*x.shape):
        for i, j in np.ndindex(*kernel.shape):
            at = (row + i - before[0], column + j - before[1])
            if all(0 <= place < size for place, size in zip(at, x.shape, strict=True)):
                found[row, column] += kernel[i, j] * x[at]
    return found


@pytest.mark.parametrize("size", [(3, 3), (5, 1), (2, 4), (9, 3)])
def test_blur_weighs_by_a_bell_whose_first_size_is_along_the_width(size):
    x = random(6, 7, 2)
    rows, columns = (
        np.exp(-((np.arange(n) - (n - 1) / 2) ** 2) / (2 * s**2))
        for n, s in zip(reversed(size), (2.0, 0.8), strict=True)
    )
    kernel = np.outer(rows, columns) / (rows.sum() * columns.sum())
    before = [(n - 1) // 2 for n in kernel.shape]
    found = image.gaussian_blur(x, size, (0.8, 2.0)).numpy()
    for channel in range(2):
        expected = correlated_by_hand(x[..., channel], kernel, before)
        np.testing.assert_allclose(found[..., channel], expected, atol=1e-12)


def test_edges_are_sobels():
    x = random(1, 5, 6, 2)
    found = image.sobel_edges(x).numpy()
    right = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    for channel in range(2):
        for at, kernel in enumerate((right.T, right)):
            expected = correlated_by_hand(x[0, ..., channel], kernel, (1, 1))
            np.testing.assert_allclose(found[0, ..., channel, at], expected, atol=1e-12)


def test_edges_of_integers_are_exact():
    x = np.arange(16, dtype="int32").reshape(1, 4, 4, 1)
    found = image.sobel_edges(x)
    assert found.dtype.name == "int32"
    assert found.numpy()[0, 1, 1, 0].tolist() == [32, 8]


def ssim_by_hand(x, y, size, sigma, top=1.0, k1=0.01, k2=0.03):
    """The mean of the index over windows, one window after the other; x is (height, width)."""
    bell = np.exp(-((np.arange(size) - (size - 1) / 2) ** 2) / (2 * sigma**2))
    weights = np.outer(bell, bell) / bell.sum() ** 2
    c1, c2 = (k1 * top) ** 2, (k2 * top) ** 2
    found = []
    for row in range(x.shape[0] - size + 1):
        for column in range(x.shape[1] - size + 1):
            a, b = (each[row : row + size, column : column + size] for each in (x, y))
            ma, mb = (weights * a).sum(), (weights * b).sum()
            va, vb = (weights * (a - ma) ** 2).sum(), (weights * (b - mb) ** 2).sum()
            cov = (weights * (a - ma) * (b - mb)).sum()
            index = (2 * ma * mb + c1) * (2 * cov + c2) / ((ma**2 + mb**2 + c1) * (va + vb + c2))
            found.append(index)
    return np.mean(found)


@pytest.mark.parametrize("arguments", [(3, 1.5), (4, 0.8, 255.0), (1, 1.5, 1.0, 0.1, 0.2)])
def test_similarity_is_the_mean_index_of_all_windows(arguments):
    x, y = random(2, 7, 6, 3), random(2, 7, 6, 3, seed=1)
    size, sigma, *rest = arguments
    top, k1, k2 = [*rest, *(1.0, 0.01, 0.03)[len(rest) :]]
    found = image.ssim(x, y, top, size, sigma, k1, k2).numpy()
    for number in range(2):
        channels = [
            ssim_by_hand(x[number, ..., channel], y[number, ..., channel], *arguments)
            for channel in range(3)
        ]
        np.testing.assert_allclose(found[number], np.mean(channels), rtol=1e-9)


def test_an_image_is_like_itself():
    x = random(12, 12, 1)
    np.testing.assert_allclose(float(image.ssim(x, x)), 1, atol=1e-12)
    assert image.ssim((x * 255).astype("uint8"), (x * 255).astype("uint8"), 255).shape == ()


def patches_by_hand(x, size, strides, dilation, padding):
    """The patches of one image or volume, each pixel looked up; x is (..., channels)."""
    spatial = x.shape[:-1]
    reach = [(s - 1) * d + 1 for s, d in zip(size, dilation, strict=True)]
    if padding == "same":
        counts = [-(-n // s) for n, s in zip(spatial, strides, strict=True)]
        missing = [
            max(0, (c - 1) * s + r - n)
            for c, s, r, n in zip(counts, strides, reach, spatial, strict=True)
        ]
        x = np.pad(x, [*((m // 2, m - m // 2) for m in missing), (0, 0)])
    else:
        counts = [(n - r) // s + 1 for n, r, s in zip(spatial, reach, strides, strict=True)]
    found = np.zeros((*counts, int(np.prod(size)) * x.shape[-1]))
    for place in np.ndindex(*counts):
        elements = [
            x[tuple(p * s + i * d for p, s, i, d in zip(place, strides, at, dilation, strict=True))]
            for at in np.ndindex(*size)
        ]
        found[place] = np.concatenate(elements)
    return found


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(
    ("size", "strides", "dilation"),
    [((2, 3), (2, 3), (1, 1)), ((3, 2), (1, 2), (1, 1)), ((2, 2), (1, 1), (2, 1)), ((1, 1),) * 3],
)
def test_patches_hold_their_pixels_row_by_row(size, strides, dilation, padding):
    x = random(2, 5, 7, 3)
    found = image.extract_patches(x, size, strides, dilation, padding).numpy()
    for number in range(2):
        expected = patches_by_hand(x[number], size, strides, dilation, padding)
        np.testing.assert_array_equal(found[number], expected)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("strides", [None, (2, 1, 3)])
def test_patches_of_volumes(padding, strides):
    x = random(4, 5, 6, 2)
    expected = patches_by_hand(x, (2, 1, 3), strides or (2, 1, 3), (1, 1, 1), padding)
    for extract in (image.extract_patches, image.extract_patches_3d):
        found = extract(x, (2, 1, 3), strides, padding=padding).numpy()
        np.testing.assert_array_equal(found, expected)
        first = extract(
            np.moveaxis(x[None], -1, 1),
            (2, 1, 3),
            strides,
            padding=padding,
            data_format="channels_first",
        )
        np.testing.assert_array_equal(first.numpy()[0], np.moveaxis(expected, -1, 0))


def test_borders_by_any_two_of_three_numbers():
    x = random(6, 7, 2)
    for arguments in [
        {"top_cropping": 1, "bottom_cropping": 2, "left_cropping": 3, "right_cropping": 0},
        {"top_cropping": 1, "target_height": 3, "left_cropping": 3, "target_width": 4},
        {"bottom_cropping": 2, "target_height": 3, "right_cropping": 0, "target_width": 4},
    ]:
        np.testing.assert_array_equal(image.crop_images(x, **arguments).numpy(), x[1:4, 3:])
    padded = np.pad(x, [(1, 2), (3, 0), (0, 0)])
    for arguments in [
        {"top_padding": 1, "bottom_padding": 2, "left_padding": 3, "right_padding": 0},
        {"top_padding": 1, "target_height": 9, "left_padding": 3, "target_width": 10},
        {"bottom_padding": 2, "target_height": 9, "right_padding": 0, "target_width": 10},
    ]:
        np.testing.assert_array_equal(image.pad_images(x, **arguments).numpy(), padded)


X = np.ones((4, 5, 3))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: image.rgb_to_grayscale(X[..., :2]), ValueError, "three channels"),
        (lambda: image.rgb_to_hsv(X[..., :1]), ValueError, "three channels"),
        (lambda: image.rgb_to_hsv(X.astype("uint8")), ValueError, "floating dtype"),
        (lambda: image.hsv_to_rgb(X.astype("int32")), ValueError, "floating dtype"),
        (lambda: image.gaussian_blur(X, 3), ValueError, "for each of two axes"),
        (lambda: image.gaussian_blur(X, (0, 3)), ValueError, "for each of two axes"),
        (lambda: image.gaussian_blur(X, sigma=(0.0, 1.0)), ValueError, "for each of two axes"),
        (lambda: image.sobel_edges(X), ValueError, "a batch of images"),
        (lambda: image.sobel_edges(X[None].astype("uint8")), TypeError, "negative numbers"),
        (lambda: image.ssim(X, X[:, :4]), ValueError, "of one shape"),
        (lambda: image.ssim(X, X), ValueError, "does not fit"),
        (lambda: image.ssim(X, X, filter_size=3, filter_sigma=0), ValueError, "does not fit"),
        (lambda: image.extract_patches(X, "a"), TypeError, "the size of a patch"),
        (lambda: image.extract_patches(X, (2,)), ValueError, "the size of a patch"),
        (lambda: image.extract_patches(X, 0), ValueError, "from 1 on"),
        (lambda: image.extract_patches(X, 2, (1, 2, 3)), ValueError, "strides=\\(1, 2, 3\\)"),
        (lambda: image.extract_patches(X, 9), ValueError, "no patch inside"),
        (lambda: image.extract_patches(X, 2, padding="full"), ValueError, "no padding"),
        (lambda: image.extract_patches_3d(X, 2), ValueError, "one volume, or a batch"),
        (lambda: image.extract_patches_3d(X, (2, 2)), TypeError, "one number, or three"),
        (lambda: image.crop_images(X, 1, 1), ValueError, "two of three numbers"),
        (lambda: image.crop_images(X, 1, 1, 1, 1, 2, 3), ValueError, "two of three numbers"),
        (lambda: image.crop_images(X, 3, 0, 2, 0), ValueError, "target_height would be -1"),
        (lambda: image.crop_images(X, 0, 0, None, 0, 9), ValueError, "would be -5"),
        (lambda: image.pad_images(X, -1, 0, 2, 0), ValueError, "top_padding would be -1"),
        (lambda: image.pad_images(X, 1, 0, None, 0, 3), ValueError, "bottom_padding would be -2"),
    ],
)
def test_bad_input_is_explained(call, error, words):
    with pytest.raises(error, match=words):
        call()
