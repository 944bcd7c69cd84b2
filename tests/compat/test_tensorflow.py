"""TensorFlow's names: the listings of the book's chapters on tensors and gradients, as typed."""

import numpy as np
import pytest

import geartrain.compat.tensorflow as tf

X = np.arange(6.0, dtype="float32").reshape(2, 3)


def test_variables_and_the_tape():
    x = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        y = 2 * x + 3
    assert float(tape.gradient(y, x)) == 2.0

    w = tf.Variable(tf.random.uniform((2, 2)))
    b = tf.Variable(tf.zeros((2,)))
    inputs = tf.random.uniform((2, 2))
    with tf.GradientTape() as tape:
        y = tf.matmul(inputs, w) + b
    by_w, by_b = tape.gradient(y, [w, b])
    np.testing.assert_allclose(by_w, inputs.numpy().sum(0)[:, None].repeat(2, 1), rtol=1e-6)
    assert by_b.tolist() == [2.0, 2.0]


def test_second_derivatives_of_a_falling_apple():
    time = tf.Variable(3.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            position = 4.9 * time**2
        speed = inner.gradient(position, time)
    assert float(outer.gradient(speed, time)) == pytest.approx(9.8)


def test_a_linear_classifier():
    tf.random.set_seed(0)
    rng = np.random.default_rng(0)
    clouds = [rng.multivariate_normal(mean, [[1, 0.5], [0.5, 1]], 200) for mean in ([0, 3], [3, 0])]
    inputs = np.vstack(clouds).astype("float32")
    targets = np.vstack([np.zeros((200, 1)), np.ones((200, 1))]).astype("float32")
    w, b = tf.Variable(tf.random.uniform((2, 1))), tf.Variable(tf.zeros((1,)))

    def step():
        with tf.GradientTape() as tape:
            predictions = tf.matmul(inputs, w) + b
            loss = tf.reduce_mean(tf.square(targets - predictions))
        by_w, by_b = tape.gradient(loss, [w, b])
        w.assign_sub(by_w * 0.1)
        b.assign_sub(by_b * 0.1)
        return float(loss)

    losses = [step() for _ in range(40)]
    assert losses[-1] < 0.1 < losses[0]


def test_defaults_are_tensorflows():
    assert tf.argmax(X).tolist() == [1, 1, 1]
    assert tf.argmax(X, axis=1).dtype == tf.int64
    assert tf.nn.softmax(X, axis=0).numpy().sum(0) == pytest.approx(1)
    assert tf.constant(2.0, shape=(2, 2)).tolist() == [[2, 2], [2, 2]]
    assert tf.one_hot([1], 3, on_value=5.0, off_value=-1.0).tolist() == [[-1, 5, -1]]
    assert tf.where(X > 3).tolist() == [[1, 1], [1, 2]]
    assert [part.shape for part in tf.split(X, [1, 2], axis=1)] == [(2, 1), (2, 2)]
    assert tf.gather(X, [1]).tolist() == [[3, 4, 5]]
    assert tf.matmul(X, X, transpose_b=True).shape == (2, 2)
    assert tf.shape(X).tolist() == [2, 3]
    assert tf.math.confusion_matrix([0, 1, 1], [1, 1, 0]).tolist() == [[0, 1], [1, 1]]
    assert tf.linalg.trace(tf.eye(3)).item() == 3
    assert tf.pad(X, [[1, 0], [0, 1]]).shape == (3, 4)
    assert float(tf.math.reduce_sum(tf.range(4))) == 6


def test_a_notebook_shows_texts_by_their_repr():
    assert tf.constant(["a", "b"])._repr_html_() is None
    assert tf.constant("a")._repr_html_() is None
    assert "<div" in tf.constant([1.0, 2.0])._repr_html_()
