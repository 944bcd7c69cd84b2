"""Convolutions: small ones by hand, others against their definition, and what they refuse."""

import itertools

import numpy as np
import pytest

from geartrain import ops
from geartrain.autodiff import grad
from geartrain.tensor import Tensor


def random(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def by_definition(x, w, strides, padding, dilation, groups=1):
    """The sum over the window, written for one place after the other."""
    rank = x.ndim - 2
    reach = [(k - 1) * dilation + 1 for k in w.shape[:rank]]
    if padding == "same":
        counts = [-(-size // strides) for size in x.shape[1:-1]]
        totals = [
            max((n - 1) * strides + r - size, 0)
            for n, r, size in zip(counts, reach, x.shape[1:-1], strict=True)
        ]
        x = np.pad(x, [(0, 0), *((t // 2, t - t // 2) for t in totals), (0, 0)])
    counts = [(size - r) // strides + 1 for size, r in zip(x.shape[1:-1], reach, strict=True)]
    out = np.zeros((x.shape[0], *counts, w.shape[-1]))
    ins, outs = x.shape[-1] // groups, w.shape[-1] // groups
    for place in itertools.product(*map(range, counts)):
        window = x[
            (
                slice(None),
                *(
                    slice(p * strides, p * strides + r, dilation)
                    for p, r in zip(place, reach, strict=True)
                ),
            )
        ]
        for group in range(groups):
            part = window[..., group * ins : (group + 1) * ins]
            kernel = w[..., group * outs : (group + 1) * outs]
            out[(slice(None), *place, slice(group * outs, (group + 1) * outs))] = np.tensordot(
                part, kernel, rank + 1
            )
    return out


def test_an_edge_is_found_by_hand():
    image = np.array([[0, 0, 1, 1]] * 3, "float32")[None, :, :, None]
    kernel = np.array([[-1, 1]], "float32")[..., None, None]
    found = ops.conv(image, kernel).numpy()[0, :, :, 0]
    np.testing.assert_array_equal(found, [[0, 1, 0]] * 3)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("strides", "dilation"), [(1, 1), (2, 1), (3, 1), (1, 2)])
@pytest.mark.parametrize("sizes", [(9,), (7, 8), (5, 6, 7)])
def test_convolutions_of_any_rank(sizes, strides, dilation, padding):
    x, w = random(2, *sizes, 4), random(*(3, 2, 2)[: len(sizes)], 4, 6, seed=1)
    found = ops.conv(x, w, strides, padding, dilation_rate=dilation)
    np.testing.assert_allclose(
        found.numpy(), by_definition(x, w, strides, padding, dilation), atol=1e-12
    )
    grouped = ops.conv(x, w[..., :2, :], strides, padding, dilation_rate=dilation)
    expected = by_definition(x, w[..., :2, :], strides, padding, dilation, groups=2)
    np.testing.assert_allclose(grouped.numpy(), expected, atol=1e-12)


def test_large_convolutions_go_in_blocks():
    x, w = random(3, 40, 41, 33), random(3, 5, 33, 40, seed=1)
    found = ops.conv(x, w, 1, "same").numpy()
    np.testing.assert_allclose(found, by_definition(x, w, 1, "same", 1), atol=1e-10)
    dy = random(*found.shape, seed=2)
    by_x, by_w = grad(lambda x, w: ops.sum(ops.conv(x, w, 1, "same") * dy), (0, 1))(
        Tensor(x), Tensor(w)
    )
    # Both are linear: <dy, conv(v, w)> is <by_x, v>, for any v.
    v, u = random(*x.shape, seed=3), random(*w.shape, seed=4)
    np.testing.assert_allclose(
        np.vdot(by_x.numpy(), v), np.vdot(dy, by_definition(v, w, 1, "same", 1)), rtol=1e-9
    )
    np.testing.assert_allclose(
        np.vdot(by_w.numpy(), u), np.vdot(dy, by_definition(x, u, 1, "same", 1)), rtol=1e-9
    )


def test_channels_first_is_the_same_with_axes_moved():
    x, w = random(2, 7, 8, 4), random(3, 3, 4, 6, seed=1)
    moved = np.moveaxis(x, -1, 1)
    for operation, kernel in [
        (ops.conv, w),
        (ops.depthwise_conv, w),
        (ops.conv_transpose, random(3, 3, 5, 4)),
    ]:
        last = operation(x, kernel, 2, "same").numpy()
        first = operation(moved, kernel, 2, "same", data_format="channels_first").numpy()
        np.testing.assert_allclose(first, np.moveaxis(last, -1, 1), atol=1e-12)


def test_depthwise_is_a_convolution_for_each_channel():
    x, w = random(2, 6, 7, 3), random(2, 3, 3, 2, seed=1)
    found = ops.depthwise_conv(x, w, 1, "same").numpy()
    for channel in range(3):
        alone = by_definition(x[..., [channel]], w[:, :, [channel]], 1, "same", 1)
        np.testing.assert_allclose(found[..., 2 * channel : 2 * channel + 2], alone, atol=1e-12)
    mixing = random(1, 1, 6, 4, seed=2)
    np.testing.assert_allclose(
        ops.separable_conv(x, w, mixing, 1, "same").numpy(), found @ mixing[0, 0], atol=1e-12
    )


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("strides", [1, 2, 3])
def test_the_transposed_convolution_is_the_derivative_by_the_input(strides, padding):
    """<conv(y), x> == <y, conv_transpose(x)>, where y is what the transposed one gives."""
    x, w = random(2, 4, 3, 5), random(3, 3, 2, 5, seed=1)
    spread = ops.conv_transpose(x, w, strides, padding).numpy()
    assert spread.shape[1:3] == (
        (4 * strides, 3 * strides) if padding == "same" else (3 * strides + 3, 2 * strides + 3)
    )
    y = random(*spread.shape, seed=2)
    back = ops.conv(y, w, strides, padding).numpy()
    np.testing.assert_allclose(np.vdot(back, x), np.vdot(y, spread), rtol=1e-10)


def test_output_padding_adds_places_behind():
    x, w = random(1, 3, 2), random(2, 4, 2, seed=1)
    short = ops.conv_transpose(x, w, 3, output_padding=0).numpy()
    long = ops.conv_transpose(x, w, 3, output_padding=2).numpy()
    assert (short.shape[1], long.shape[1]) == (8, 10)
    np.testing.assert_allclose(long[:, :8], short)
    np.testing.assert_array_equal(long[:, 8:], 0)


def test_dtypes_follow_the_promotion_rules():
    x, w = np.ones((1, 4, 1)), np.ones((2, 1, 1))
    assert ops.conv(x.astype("uint8"), w.astype("float32")).dtype == np.float32
    assert ops.conv(x.astype("int32"), w.astype("int32")).dtype == np.int32
    half = ops.conv(x.astype("float16"), w.astype("float16"))
    assert half.dtype == np.float16
    np.testing.assert_array_equal(half.numpy(), 2)
    brain = ops.conv(ops.cast(x, "bfloat16"), ops.cast(w, "bfloat16"))
    assert brain.dtype.name == "bfloat16"


def test_an_empty_batch_gives_an_empty_batch():
    x, w = Tensor(np.zeros((0, 5, 2))), Tensor(np.ones((3, 2, 4)))
    assert ops.conv(x, w).shape == (0, 3, 4)
    by_w = grad(lambda w: ops.sum(ops.conv(x, w)))(w)
    np.testing.assert_array_equal(by_w.numpy(), np.zeros((3, 2, 4)))


def test_infinities_stay_where_they_are():
    x = np.ones((1, 6, 1))
    x[0, 0] = np.inf
    found = ops.conv(x, np.ones((2, 1, 1)), 1, "same").numpy()[0, :, 0]
    np.testing.assert_array_equal(found, [np.inf, 2, 2, 2, 2, 1])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ops.conv(random(1, 8, 8, 3), random(3, 3, 4, 2)), r"kernel of shape \(3, 3, 3, 2"),
        (lambda: ops.conv(random(8, 8, 3), random(3, 3, 3, 2)), "rank 3 against 4"),
        (lambda: ops.conv(random(8, 8), random(3, 3)), "rank 3, 4 or 5"),
        (lambda: ops.conv(random(1, 8, 2, 3), random(3, 3, 3, 2)), 'padding="same"'),
        (
            lambda: ops.conv(random(1, 8, 8, 3), random(3, 3, 3, 2), dilation_rate=4),
            "spatial axis 0: 8 places for a window that spans 9",
        ),
        (lambda: ops.conv(random(1, 8, 3), random(3, 3, 2), padding="sames"), "padding='same'"),
        (lambda: ops.conv(random(1, 8, 3), random(3, 3, 2), strides=(1, 2)), "strides does not"),
        (lambda: ops.conv(random(1, 8, 3), random(3, 3, 2), strides=0), "positive whole number"),
        (
            lambda: ops.conv(random(1, 8, 3), random(3, 3, 2), data_format="channel_last"),
            "data_format='channels_last'",
        ),
        (
            lambda: ops.depthwise_conv(random(1, 8, 3), random(3, 4, 2)),
            "axis -2 of the kernel is 4",
        ),
        (
            lambda: ops.conv_transpose(random(1, 8, 3), random(3, 3, 2)),
            "axis -1 of the kernel is 2",
        ),
        (
            lambda: ops.separable_conv(random(1, 8, 3), random(3, 3, 2), random(1, 3, 4)),
            "pointwise_kernel",
        ),
    ],
)
def test_what_does_not_fit_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
