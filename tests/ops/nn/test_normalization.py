"""Normalisations, attention and losses against their formulas in NumPy."""

import numpy as np
import pytest

from geartrain import ops
from geartrain.autodiff import grad
from geartrain.tensor import Tensor


def random(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def test_moments():
    x = random(4, 5, 3)
    for axes in (0, (0, 1), (0, 2)):
        for keepdims in (False, True):
            mean, variance = ops.moments(x, axes, keepdims)
            np.testing.assert_allclose(mean.numpy(), x.mean(axes, keepdims=keepdims), atol=1e-14)
            np.testing.assert_allclose(variance.numpy(), x.var(axes, keepdims=keepdims))


def test_moments_of_halves_do_not_overflow():
    x = np.full((1000,), 300, "float16")  # their sum and their squares are beyond its range
    mean, variance = ops.moments(x, 0)
    assert mean.dtype == np.float16
    assert (float(mean), float(variance)) == (300, 0)


def test_batch_normalization():
    x, mean, variance = random(4, 5, 3), random(5), random(5) ** 2
    scale, offset = random(5, seed=1), random(5, seed=2)
    found = ops.batch_normalization(x, mean, variance, 1, offset, scale, epsilon=0.1)
    along = (slice(None), None)
    expected = (x - mean[along]) / np.sqrt(variance[along] + 0.1) * scale[along] + offset[along]
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-10)
    with pytest.raises(ValueError, match="a mean for each place of the axis"):
        ops.batch_normalization(x, mean, variance, axis=-1)


def test_layer_and_rms_normalization():
    x = random(4, 5, 3)
    found = ops.layer_normalization(x, axis=(1, 2)).numpy()
    np.testing.assert_allclose(found.mean((1, 2)), 0, atol=1e-12)
    np.testing.assert_allclose(found.var((1, 2)), 1, rtol=1e-5)
    gamma = random(5, 3)
    scaled = ops.layer_normalization(x, gamma, gamma, axis=(1, 2)).numpy()
    np.testing.assert_allclose(scaled, found * gamma + gamma, rtol=1e-10)
    found = ops.rms_normalization(x, np.array([1.0, 2.0, 3.0]), epsilon=0.0).numpy()
    np.testing.assert_allclose((found**2 / [1, 4, 9]).mean(-1), 1)
    assert ops.layer_normalization(x.astype("float16")).dtype == np.float16
    with pytest.raises(TypeError, match="epsilom"):
        ops.layer_normalization(x, epsilom=1)


@pytest.mark.parametrize("order", [1, 2, 3, 7])
def test_normalize(order):
    x = random(4, 3) * 1e6
    found = ops.normalize(x, order=order).numpy()
    np.testing.assert_allclose((np.abs(found) ** order).sum(-1), 1)
    zero = Tensor(np.zeros((1, 3)))
    assert np.all(ops.normalize(zero, order=order).numpy() == 0)
    slope = grad(lambda x: ops.sum(ops.normalize(x, order=order)))(zero).numpy()
    np.testing.assert_allclose(slope, 1e7)
    with pytest.raises(ValueError, match="from 1 on"):
        ops.normalize(x, order=0)


def test_attention():
    q, k, v = random(2, 3, 4, 5), random(2, 6, 4, 5, seed=1), random(2, 6, 4, 7, seed=2)
    allowed = random(2, 1, 3, 6, seed=3) > -0.5
    scores = np.einsum("btnh,bsnh->bnts", q, k) / np.sqrt(5) + 0.5
    powers = np.exp(scores) * (allowed & np.tri(3, 6, dtype=bool))
    expected = np.einsum("bnts,bsnh->btnh", powers / powers.sum(-1, keepdims=True), v)
    found = ops.dot_product_attention(q, k, v, bias=0.5, mask=allowed, is_causal=True)
    kept = (allowed & np.tri(3, 6, dtype=bool)).any(-1)[:, 0]  # rows with a source left
    np.testing.assert_allclose(found.numpy()[kept], expected[kept], rtol=1e-6, atol=1e-12)
    assert np.all(np.isfinite(found.numpy()))


def test_heads_may_share_keys():
    q, k, v = random(2, 3, 4, 5), random(2, 6, 2, 5, seed=1), random(2, 6, 2, 7, seed=2)
    found = ops.dot_product_attention(q, k, v)
    wide = ops.dot_product_attention(q, k.repeat(2, axis=2), v.repeat(2, axis=2))
    np.testing.assert_allclose(found.numpy(), wide.numpy(), rtol=1e-12)


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        (((3, 4, 5), (2, 6, 4, 5), (2, 6, 4, 5)), "rank of query is 3"),
        (((2, 3, 4, 5), (2, 6, 3, 5), (2, 6, 3, 5)), "divide the query's"),
        (((2, 3, 4, 5), (2, 6, 4, 6), (2, 6, 4, 5)), "batch, source, heads or features"),
    ],
)
def test_attention_names_what_does_not_fit(shapes, words):
    with pytest.raises(ValueError, match=words):
        ops.dot_product_attention(*(random(*shape) for shape in shapes))


def test_attention_by_blocks_takes_no_mask():
    x = random(1, 2, 1, 2)
    with pytest.raises(ValueError, match="flash_attention=None"):
        ops.dot_product_attention(x, x, x, mask=[[True, False]] * 2, flash_attention=True)


def test_crossentropies_of_logits_far_away():
    logits, target = Tensor(np.array([1e4, -1e4, 0.0, 1e4])), np.array([0.0, 1.0, 1.0, 1.0])

    def loss(x):
        return ops.binary_crossentropy(target, x, from_logits=True)

    np.testing.assert_allclose(loss(logits).numpy(), [1e4, 1e4, np.log(2), 0])
    slope = grad(lambda x: ops.sum(loss(x)))(logits)
    np.testing.assert_allclose(slope.numpy(), [1, -1, -0.5, 0])


def test_sparse_crossentropy_wants_a_class_for_each_row():
    p = np.full((4, 5), 0.2)
    np.testing.assert_allclose(
        ops.sparse_categorical_crossentropy([0, 1, 2, 4], p).numpy(), np.log(5)
    )
    with pytest.raises(ValueError, match="a class number for each output"):
        ops.sparse_categorical_crossentropy([0, 1, 2], p)
