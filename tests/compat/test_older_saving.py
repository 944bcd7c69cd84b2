"""Names without an ending, and what else TensorFlow 2's scripts ask of models, losses, metrics."""

from pathlib import Path

import numpy as np
import pytest

X, Y = np.ones((8, 3), "float32"), np.ones((8, 1), "float32")


@pytest.fixture
def model(door, tmp_path, monkeypatch):
    """A small compiled model; files go into a folder of their own."""
    import keras

    monkeypatch.chdir(tmp_path)
    made = keras.Sequential([keras.layers.Dense(1, input_shape=(3,))])
    made.compile("sgd", "mse")
    return made


@pytest.mark.filterwarnings("ignore:.*is a folder in the form")
@pytest.mark.parametrize("options", [{}, {"save_format": "tf"}, {"include_optimizer": True}])
def test_a_model_without_an_ending_is_a_folder(model, options):
    from keras.models import load_model

    model.save("my_model", **options)
    assert Path("my_model").is_dir()
    np.testing.assert_array_equal(load_model("my_model").predict(X), model.predict(X))


def test_that_it_is_no_saved_model_is_said_once(model):
    with pytest.warns(UserWarning, match="folder in the form of .keras"):
        model.save("my_model")
    model.save("my_model")


@pytest.mark.parametrize("path", ["plain", "below/my.ckpt", "w.h5", "w.weights.h5"])
def test_weights_are_found_under_the_name_that_they_were_given(model, path):
    kept = model.get_weights()
    model.save_weights(path)
    model.set_weights([each + 1 for each in kept])
    model.load_weights(path).expect_partial()
    for found, wanted in zip(model.get_weights(), kept, strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_weights_that_are_not_there_are_an_error(model):
    with pytest.raises((ValueError, OSError)):
        model.load_weights("nowhere")


@pytest.mark.filterwarnings("ignore:.*is a folder in the form")
def test_checkpoints_without_an_ending(model):
    import tensorflow as tf
    from keras.callbacks import ModelCheckpoint
    from keras.models import load_model

    weights = ModelCheckpoint("cp/{epoch:02d}.ckpt", save_weights_only=True, verbose=0)
    whole = ModelCheckpoint("best", monitor="loss", save_best_only=True)
    model.fit(X, Y, epochs=2, verbose=0, callbacks=[weights, whole])
    assert tf.train.latest_checkpoint("cp") == str(Path("cp") / "02.ckpt")
    assert tf.train.latest_checkpoint("nowhere") is None
    kept = model.get_weights()
    model.load_weights("cp/01.ckpt")
    assert (model.get_weights()[0] != kept[0]).any()
    model.load_weights(tf.train.latest_checkpoint("cp"))
    np.testing.assert_array_equal(model.get_weights()[0], kept[0])
    np.testing.assert_array_equal(load_model("best").get_weights()[0], kept[0])


def test_reductions_by_name(door):
    import tensorflow as tf

    true, taken = [[0.0], [1.0]], [[2.0], [1.0]]
    reduction = tf.keras.losses.Reduction
    each = tf.keras.losses.MeanSquaredError(reduction=reduction.NONE)(true, taken)
    assert each.numpy().tolist() == [4.0, 0.0]
    assert tf.keras.losses.MeanSquaredError(reduction=reduction.SUM)(true, taken) == 4.0
    assert tf.keras.losses.MeanSquaredError(reduction.AUTO)(true, taken) == 2.0
    assert tf.losses.Reduction.all() == ("auto", "none", "sum", "sum_over_batch_size")


def test_former_values_and_methods(door):
    from keras import layers, metrics

    mean = metrics.Mean()
    mean.update_state([2.0])
    mean.reset_states()
    assert float(mean.result()) == 0.0
    experimental = layers.experimental.preprocessing
    assert experimental.TextVectorization(output_mode="tf-idf").get_config()["output_mode"] == (
        "tf_idf"
    )
    with pytest.warns(UserWarning, match="num_tokens"):
        coded = layers.CategoryEncoding(max_tokens=3, output_mode="binary")([0, 2])
    assert coded.numpy().tolist() == [1.0, 0.0, 1.0]
    assert layers.experimental.SyncBatchNormalization().synchronized


def test_an_optimizer_minimizes(door):
    import tensorflow as tf

    v = tf.Variable(3.0)
    optimizer = tf.keras.optimizers.SGD(0.25)
    optimizer.minimize(lambda: v * v, [v])
    assert float(v) == 1.5
    with tf.GradientTape() as tape:
        loss = v * v
    optimizer.minimize(loss, [v], tape=tape)
    assert float(v) == 0.75
    optimizer.apply_gradients([(1.0, v)], experimental_aggregate_gradients=False)
    assert float(v) == 0.5


def test_recurrent_states_are_forgotten(door):
    import keras

    model = keras.Sequential([keras.layers.LSTM(2, stateful=True, batch_input_shape=(1, 3, 2))])
    first = model.predict(np.ones((1, 3, 2)))
    assert (model.predict(np.ones((1, 3, 2))) != first).any()
    model.reset_states()
    np.testing.assert_array_equal(model.predict(np.ones((1, 3, 2))), first)
