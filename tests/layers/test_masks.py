"""Masks: made by Embedding and Masking, handed on, used by recurrent layers and attention."""

import numpy as np
import pytest

from geartrain import Model, Sequential, layers, ops
from geartrain.layers.masks import mask_of

WORDS = np.array([[3, 4, 0, 0], [1, 2, 5, 6]], "int32")


def test_padding_does_not_count():
    model = Sequential([layers.Embedding(10, 4, mask_zero=True), layers.LSTM(3), layers.Dense(1)])
    short = np.array([[3, 4]], "int32")
    np.testing.assert_allclose(model(WORDS)[:1], model(short), rtol=1e-5)
    unmasked = Sequential([layers.Embedding(10, 4), *model.layers[1:]])
    unmasked(WORDS)
    unmasked.set_weights(model.get_weights())
    assert not np.allclose(unmasked(WORDS)[:1], model(WORDS)[:1])


@pytest.mark.parametrize(
    "layer",
    [
        layers.Dropout(0.5),
        layers.Dense(4),
        layers.LayerNormalization(),
        layers.LSTM(4, return_sequences=True),
        layers.Bidirectional(layers.GRU(2, return_sequences=True)),
        layers.TimeDistributed(layers.Dense(4)),
        layers.Activation("relu"),
        layers.GroupNormalization(2),
        layers.UnitNormalization(),
        layers.AlphaDropout(0.3),
        layers.GaussianDropout(0.3),
        layers.ELU(),
        layers.PReLU(),
        layers.ActivityRegularization(0.1),
        layers.RNN([layers.LSTMCell(3), layers.GRUCell(2)], return_sequences=True),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_masks_are_handed_on(layer):
    vectors = layers.Embedding(10, 4, mask_zero=True)(WORDS)
    np.testing.assert_array_equal(mask_of(layer(vectors)), WORDS != 0)


class SharesOfWords(layers.Layer):
    """Shares over the words that are there; it cannot do without a mask."""

    supports_masking = True

    def call(self, inputs, mask=None):
        there = ops.expand_dims(ops.cast(mask, "float32"), -1)
        weights = ops.exp(inputs) * there
        return weights / ops.sum(weights, axis=1, keepdims=True)


def test_symbolic_tensors_have_masks_as_well():
    words = layers.Input((None,), dtype="int32")
    vectors = layers.Embedding(10, 4, mask_zero=True)(words)
    scores = layers.Dense(1)(layers.LSTM(3, return_sequences=True)(vectors))
    assert scores._keras_mask.shape == (None, None)
    assert scores._keras_mask.dtype == "bool"
    assert layers.LSTM(3)(vectors)._keras_mask is None
    found = Model(words, [SharesOfWords()(scores), scores._keras_mask])(WORDS)
    np.testing.assert_allclose(ops.sum(found[0], axis=1), np.ones((2, 1)), rtol=1e-6)
    np.testing.assert_array_equal(found[0].numpy()[..., 0] != 0, WORDS != 0)
    np.testing.assert_array_equal(found[1], WORDS != 0)


def test_masks_end_where_steps_do():
    vectors = layers.Embedding(10, 4, mask_zero=True)(WORDS)
    assert mask_of(layers.LSTM(4)(vectors)) is None
    mean = layers.GlobalAveragePooling1D()(vectors)
    np.testing.assert_allclose(mean.numpy()[0], vectors.numpy()[0, :2].mean(0), rtol=1e-5)
    assert mask_of(mean) is None


def test_a_layer_that_knows_no_masks_says_so():
    vectors = layers.Embedding(10, 4, mask_zero=True)(WORDS)
    with pytest.warns(UserWarning, match="knows nothing of masks"):
        layers.Conv1D(2, 2)(vectors)


def test_attention_leaves_padding_out():
    vectors = layers.Embedding(10, 4, mask_zero=True)(WORDS)
    attention = layers.MultiHeadAttention(2, 3)
    _, shares = attention(vectors, vectors, return_attention_scores=True)
    assert np.all(shares.numpy()[0, :, :2, 2:] == 0)


def test_masks_of_several_are_joined():
    first = layers.Embedding(10, 4, mask_zero=True)(WORDS)
    second = layers.Embedding(10, 4, mask_zero=True)(WORDS[:, ::-1].copy())
    either = (WORDS != 0) | (WORDS[:, ::-1] != 0)
    np.testing.assert_array_equal(mask_of(layers.Add()([first, second])), either)
    assert mask_of(layers.Add()([first, ops.ones((2, 4, 4))])) is None
    joined = layers.Concatenate(axis=1)([first, second])
    np.testing.assert_array_equal(
        mask_of(joined), np.concatenate([WORDS != 0, WORDS[:, ::-1] != 0], 1)
    )


def test_masked_models_train_compiled_as_eagerly():
    found = []
    for eagerly in (True, False):
        model = Sequential(
            [
                layers.Embedding(10, 4, mask_zero=True),
                layers.Bidirectional(layers.LSTM(3, return_sequences=True)),
                layers.GRU(3),
                layers.Dense(1),
            ]
        )
        model(WORDS)
        draw = np.random.default_rng(1)
        model.set_weights([draw.standard_normal(each.shape) * 0.3 for each in model.weights])
        model.compile("sgd", "mse", run_eagerly=eagerly)
        words = draw.integers(0, 10, (20, 5))
        model.fit(words, words[:, :1] / 10, batch_size=8, verbose=0, shuffle=False)
        found.append(model.get_weights())
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
