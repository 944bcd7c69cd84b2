"""Layers that draw: in training alone, the same compiled and eagerly, by seed."""

import numpy as np
import pytest

from geartrain import Sequential, layers
from geartrain.utils import set_random_seed

X = np.ones((40, 6, 5), "float32")


def test_dropout_drops_its_share_in_training():
    layer = layers.Dropout(0.25, seed=3)
    found = layer(X, training=True).numpy()
    assert set(np.unique(found)) == {0.0, np.float32(1 / 0.75)}
    assert (found == 0).mean() == pytest.approx(0.25, abs=0.05)
    assert not np.array_equal(found, layer(X, training=True))
    np.testing.assert_array_equal(layers.Dropout(0.25, seed=3)(X, training=True), found)
    np.testing.assert_array_equal(layer(X), X)
    assert np.all(layers.Dropout(1.0)(X, training=True).numpy() == 0)


def test_whole_channels_fall_out():
    found = layers.SpatialDropout1D(0.5, seed=1)(X, training=True).numpy()
    assert np.all(found == found[:, :1])
    assert len(np.unique(found)) == 2
    image = np.ones((3, 8, 4, 4), "float32")
    dropped = layers.SpatialDropout2D(0.5, "channels_first", seed=1)(image, training=True).numpy()
    assert np.all(dropped == dropped[:, :, :1, :1])


def test_noise_has_its_strength():
    found = layers.GaussianNoise(0.5, seed=1)(np.zeros((100, 100)), training=True).numpy()
    assert found.std() == pytest.approx(0.5, rel=0.05)


def test_factors_have_the_variance_of_what_would_fall_out():
    found = layers.GaussianDropout(0.2, seed=1)(np.ones((100, 100)), training=True).numpy()
    assert found.mean() == pytest.approx(1.0, abs=0.02)
    assert found.std() == pytest.approx(0.5, rel=0.05)  # sqrt(0.2 / 0.8)


def test_alpha_dropout_keeps_mean_and_variance():
    normal = np.random.default_rng(0).standard_normal((200, 200)).astype("float32")
    layer = layers.AlphaDropout(0.3, seed=1)
    found = layer(normal, training=True).numpy()
    assert found.mean() == pytest.approx(normal.mean(), abs=0.02)
    assert found.std() == pytest.approx(normal.std(), rel=0.02)
    lowest, count = max(zip(*np.unique(found, return_counts=True), strict=True), key=lambda x: x[1])
    assert count / found.size == pytest.approx(0.3, abs=0.02)  # what fell out is one number
    assert lowest < -0.5
    rows = layers.AlphaDropout(0.5, noise_shape=(None, 1), seed=1)(normal, training=True).numpy()
    assert {len(np.unique(row)) > 1 for row in rows} == {True, False}


def test_recurrent_dropout_is_the_same_at_all_steps():
    layer = layers.SimpleRNN(4, use_bias=False, dropout=0.5, return_sequences=True, seed=2)
    layer.build((None, 6, 5))
    layer.cell.recurrent_kernel.assign(np.zeros((4, 4)))
    found = layer(X, training=True).numpy()
    np.testing.assert_array_equal(found, np.repeat(found[:, :1], 6, 1))
    assert not np.array_equal(found, layer(X).numpy())
    falls = layers.GRU(4, recurrent_dropout=0.5, seed=2)
    assert not np.array_equal(falls(X, training=True), falls(X))


@pytest.mark.parametrize(
    "make",
    [
        lambda: [layers.Flatten(), layers.Dropout(0.5), layers.Dense(1)],
        lambda: [layers.LSTM(4, dropout=0.3, recurrent_dropout=0.3), layers.Dense(1)],
        lambda: [layers.GaussianNoise(0.3), layers.GRU(4, dropout=0.5), layers.Dense(1)],
        lambda: [layers.SpatialDropout1D(0.3), layers.GlobalMaxPooling1D(), layers.Dense(1)],
    ],
)
def test_the_same_falls_out_compiled_and_eagerly(make):
    weights = []
    for eagerly in (True, False):
        set_random_seed(5)
        model = Sequential(make())
        model.compile("sgd", "mse", run_eagerly=eagerly)
        draw = np.random.default_rng(0).standard_normal(X.shape).astype("float32")
        model.fit(draw, X[:, :1, 0], batch_size=16, epochs=2, verbose=0)
        weights.append(model.get_weights())
    for one, other in zip(*weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_masks_of_dropout_go_on_from_epoch_to_epoch():
    model = Sequential([layers.Dropout(0.5, seed=1), layers.Flatten(), layers.Dense(1)])
    model.compile("sgd", "mse")
    before = model.layers[0].seed_generator.state.numpy()
    model.fit(X, X[:, :1, 0], batch_size=16, epochs=2, verbose=0)
    after = model.layers[0].seed_generator.state.numpy()
    assert after[1] - before[1] == 6
    model.predict(X, verbose=0)
    np.testing.assert_array_equal(after, model.layers[0].seed_generator.state.numpy())


def test_layers_that_are_built_on_symbols_have_weights_of_their_own():
    inputs = layers.Input((4,))
    one, two, three = (layers.Dense(3) for _ in range(3))
    three(two(layers.Dense(4)(one(inputs))))
    two.compute_output_shape((None, 4))
    kernels = [one.get_weights()[0], layers.Dense(3)]
    kernels[1].build((None, 4))
    assert not np.array_equal(kernels[0], kernels[1].get_weights()[0])
    assert not np.array_equal(kernels[0][:3], three.get_weights()[0])
