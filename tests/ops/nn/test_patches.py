"""Patches cut out and put back, channels and places exchanged, and other encodings."""

import numpy as np
import pytest

from geartrain import ops


def random(*shape):
    return np.random.default_rng(0).standard_normal(shape)


@pytest.mark.parametrize(
    ("kernel", "dilation", "padding", "stride"),
    [(2, 1, 0, 1), ((3, 2), 1, 1, 2), (2, (1, 2), (0, 1), (2, 1)), (3, 1, 2, 3)],
)
def test_unfold_cuts_patches_and_fold_is_its_transpose(kernel, dilation, padding, stride):
    x = random(2, 3, 7, 6)
    (kh, kw), (dh, dw), (ph, pw), (sh, sw) = (
        each if isinstance(each, tuple) else (each, each)
        for each in (kernel, dilation, padding, stride)
    )
    padded = np.pad(x, [(0, 0), (0, 0), (ph, ph), (pw, pw)])
    rows = range(0, 7 + 2 * ph - (kh - 1) * dh, sh)
    columns = range(0, 6 + 2 * pw - (kw - 1) * dw, sw)
    expected = [
        padded[:, :, i : i + (kh - 1) * dh + 1 : dh, j : j + (kw - 1) * dw + 1 : dw].reshape(2, -1)
        for i in rows
        for j in columns
    ]
    found = ops.unfold(x, kernel, dilation, padding, stride).numpy()
    np.testing.assert_array_equal(found, np.stack(expected, -1))
    y = np.random.default_rng(1).standard_normal(found.shape)
    back = ops.fold(y, (7, 6), kernel, dilation, padding, stride).numpy()
    np.testing.assert_allclose(np.vdot(found, y), np.vdot(x, back), rtol=1e-10)


def test_fold_adds_where_patches_overlap():
    ones = ops.unfold(np.ones((1, 1, 3, 3), "float32"), 2)
    found = ops.fold(ones, 3, 2).numpy()[0, 0]
    np.testing.assert_array_equal(found, [[1, 2, 1], [2, 4, 2], [1, 2, 1]])


def test_channels_become_blocks_of_places():
    x = np.arange(4.0).reshape(1, 1, 1, 4)
    np.testing.assert_array_equal(ops.depth_to_space(x, 2).numpy()[0, :, :, 0], [[0, 1], [2, 3]])
    x = random(2, 4, 6, 8)
    for data_format in ("channels_last", "channels_first"):
        spread = ops.depth_to_space(x, 2, data_format)
        assert spread.shape == ((2, 8, 12, 2) if data_format == "channels_last" else (2, 1, 12, 16))
        np.testing.assert_array_equal(ops.space_to_depth(spread, 2, data_format).numpy(), x)
    first = ops.depth_to_space(np.moveaxis(random(2, 3, 4, 4), -1, 1), 2, "channels_first")
    assert first.shape == (2, 1, 6, 8)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ops.depth_to_space(random(1, 2, 2, 6), 2), "the channels a multiple of 4"),
        (lambda: ops.space_to_depth(random(1, 3, 2, 6), 2), "height and width a multiple of 2"),
        (lambda: ops.depth_to_space(random(2, 2, 6), 2), "rank 4"),
        (lambda: ops.unfold(random(3, 4, 5), 2), "rank 4"),
        (lambda: ops.unfold(random(1, 1, 4, 2), 3), "spatial axis 1"),
        (lambda: ops.fold(random(1, 4, 5), 3, 2), r"\(batch, a multiple of 4, 4\)"),
        (lambda: ops.multi_hot([1, 2]), "num_classes=10"),
        (lambda: ops.psnr(random(2), random(3), 1.0), "images of one shape"),
    ],
)
def test_what_does_not_fit_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_multi_hot():
    found = ops.multi_hot([[0, 2, 2], [1, 1, 7]], 4)
    np.testing.assert_array_equal(found.numpy(), [[1, 0, 1, 0], [0, 1, 0, 0]])
    assert found.dtype == np.float32
    np.testing.assert_array_equal(ops.multi_hot([0, 2], num_tokens=3).numpy(), [1, 0, 1])


def test_psnr_by_hand():
    # An error of 1 everywhere, of 10: 20 log10(10) - 10 log10(1).
    np.testing.assert_allclose(float(ops.psnr(np.zeros(4), np.ones(4), 10.0)), 20)
    assert float(ops.psnr(np.ones(2), np.ones(2), 1.0)) == np.inf


def test_polar():
    found = ops.polar([2.0, 1.0], [0.0, np.pi / 2])
    assert found.dtype == np.complex64
    np.testing.assert_allclose(found.numpy(), [2, 1j], atol=1e-7)
