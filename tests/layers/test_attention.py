"""Attention: masks, windows, gates, groups of heads, and what it falls back on."""

import numpy as np
import pytest

import geartrain
from geartrain import Model, layers

draw = np.random.default_rng(4)


def series(*shape):
    return draw.standard_normal(shape).astype("float32")


QUERY, VALUE = series(2, 5, 8), series(2, 7, 8)
HEADED = {
    "multi": lambda **kwargs: layers.MultiHeadAttention(4, 3, **kwargs),
    "grouped": lambda **kwargs: layers.GroupQueryAttention(3, 4, 2, **kwargs),
}


@pytest.fixture(params=HEADED)
def headed(request):
    return HEADED[request.param]


def shares_of(layer, query=QUERY, value=VALUE, **kwargs):
    return layer(query, value, return_attention_scores=True, **kwargs)[1].numpy()


def test_shares_add_up_to_one(headed):
    shares = shares_of(headed())
    assert shares.shape == (2, 4, 5, 7)
    np.testing.assert_allclose(shares.sum(-1), 1.0, rtol=1e-5)


def test_no_later_source_is_looked_at(headed):
    shares = shares_of(headed(), use_causal_mask=True)
    assert not np.triu(shares, 1).any()


@pytest.mark.parametrize("window", [1, 3])
def test_a_window_ends_before_what_lies_so_far_away(headed, window):
    shares = shares_of(headed(sliding_window=window))
    apart = np.abs(np.arange(5)[:, None] - np.arange(7))
    assert ((shares > 0) == (apart < window)).all()


@pytest.mark.parametrize("name", ["value_mask", "key_mask"])
def test_padding_gets_no_share(headed, name):
    mask = np.ones((2, 7), bool)
    mask[0, 4:] = False
    shares = shares_of(headed(), **{name: mask})
    assert not shares[0, ..., 4:].any()
    assert (shares[1] > 0).all()


def test_masks_hold_together(headed):
    attention_mask, value_mask = draw.random((2, 5, 7)) < 0.8, draw.random((2, 7)) < 0.8
    attention_mask[..., 0] = value_mask[:, 0] = True
    shares = shares_of(headed(), attention_mask=attention_mask, value_mask=value_mask)
    allowed = attention_mask & value_mask[:, None]
    assert ((shares > 0) == allowed[:, None]).all()


def test_where_nothing_may_be_looked_at_numbers_stay_finite(headed):
    for policy in ("float32", "mixed_float16", "mixed_bfloat16"):
        mask = np.zeros((2, 7), bool)
        found = headed(dtype=policy)(QUERY, VALUE, value_mask=mask)
        assert np.isfinite(np.asarray(found, "float32")).all()


def test_a_closed_gate_lets_nothing_through(headed):
    layer = headed(use_gate=True)
    layer(QUERY, VALUE)
    layer.gate_dense.bias.assign(np.full(layer.gate_dense.bias.shape, -1e9))
    bias = layer.output_dense.bias.numpy()
    np.testing.assert_allclose(layer(QUERY, VALUE), np.broadcast_to(bias, (2, 5, 8)))


def test_as_many_groups_as_heads_are_attention_of_several_heads():
    grouped, multi = layers.GroupQueryAttention(3, 4, 4), layers.MultiHeadAttention(4, 3)
    grouped(QUERY, VALUE), multi(QUERY, VALUE)
    multi.set_weights(grouped.get_weights())
    np.testing.assert_allclose(grouped(QUERY, VALUE), multi(QUERY, VALUE), rtol=1e-5, atol=1e-6)


def test_blocks_of_sources_give_the_same(headed):
    whole, blocks = headed(flash_attention=False), headed(flash_attention=True)
    if isinstance(whole, layers.GroupQueryAttention):
        whole = layers.GroupQueryAttention(3, 4, 4, flash_attention=False)
        blocks = layers.GroupQueryAttention(3, 4, 4, flash_attention=True)
    whole(QUERY, QUERY), blocks(QUERY, QUERY)
    blocks.set_weights(whole.get_weights())
    for causal in (False, True):
        one, other = (each(QUERY, QUERY, use_causal_mask=causal) for each in (whole, blocks))
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_what_blocks_cannot_do_is_refused(headed):
    with pytest.raises(ValueError, match="dropout"):
        headed(flash_attention=True, dropout=0.1)
    with pytest.raises(ValueError, match="block by block"):
        shares_of(headed(flash_attention=True))


def test_dropout_of_shares_is_drawn_in_training_alone(headed):
    layer = headed(dropout=0.5, seed=1)
    np.testing.assert_array_equal(layer(QUERY, VALUE), layer(QUERY, VALUE))
    trained = layer(QUERY, VALUE, training=True).numpy()
    assert not np.array_equal(trained, layer(QUERY, VALUE))
    assert len(layer.variables) == len(layer.weights) + 1


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="sliding_window=0"):
        layers.MultiHeadAttention(2, 3, sliding_window=0)
    with pytest.raises(ValueError, match="cannot divide its heads"):
        layers.GroupQueryAttention(3, 4, 3)
    with pytest.raises(ValueError, match="a key for each value"):
        layers.MultiHeadAttention(2, 3)(QUERY, VALUE, VALUE[:, :3])
    with pytest.raises(ValueError, match="cannot put these together"):
        layers.GroupQueryAttention(3, 4, 2)(QUERY, VALUE[..., :6])


@pytest.mark.parametrize("kind", [layers.Attention, layers.AdditiveAttention])
def test_values_are_averaged_by_shares(kind):
    layer = kind()
    outputs, shares = layer([QUERY, VALUE], return_attention_scores=True)
    np.testing.assert_allclose(outputs, shares.numpy() @ VALUE, rtol=1e-5, atol=1e-6)
    masks = [np.array([[True] * 4 + [False]] * 2), np.array([[True] * 3 + [False] * 4] * 2)]
    outputs, shares = layer([QUERY, VALUE], mask=masks, return_attention_scores=True)
    assert not outputs.numpy()[:, 4].any()
    assert not shares.numpy()[..., 3:].any()
    np.testing.assert_array_equal(layer.compute_mask([QUERY, VALUE], masks), masks[0])


def test_masks_of_embeddings_reach_attention():
    words = np.array([[3, 4, 0, 0], [1, 2, 5, 6]], "int32")
    vectors = layers.Embedding(10, 4, mask_zero=True)(words)
    _, shares = layers.Attention()([vectors, vectors], return_attention_scores=True)
    assert not shares.numpy()[0, :, 2:].any()


@pytest.mark.parametrize("given", [QUERY, [QUERY], [QUERY] * 4])
def test_attention_takes_a_list_of_two_or_three(given):
    with pytest.raises(ValueError, match="query, value"):
        layers.Attention()(given)


@pytest.mark.parametrize("mask", [np.ones((2, 5), bool), [np.ones((2, 5), bool)]])
def test_attention_takes_a_mask_for_each(mask):
    with pytest.raises(ValueError, match="masks of query and value"):
        layers.Attention()([QUERY, VALUE], mask=mask)


def test_a_score_mode_is_known():
    with pytest.raises(ValueError, match="score_mode"):
        layers.Attention(score_mode="product")


def test_series_of_any_length_in_a_model():
    query, value = layers.Input((None, 8)), layers.Input((None, 8))
    attended = layers.GroupQueryAttention(3, 4, 2)(query, value, use_causal_mask=True)
    model = Model([query, value], layers.Attention(use_scale=True)([attended, value]))
    assert model.output_shape == (None, None, 8)
    for steps in (4, 6):
        parts = [QUERY[:, :4], VALUE[:, :steps]]
        compiled = geartrain.jit(lambda q, v: model([q, v]))
        np.testing.assert_allclose(compiled(*parts), model(parts), rtol=1e-4, atol=1e-5)
