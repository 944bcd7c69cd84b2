"""The second edition, chapters 2 and 3: tensors, the tape, networks and loops written by hand."""

import math

import numpy as np
import pytest

import geartrain as keras
from geartrain import layers
from geartrain.compat import tensorflow as tf


class NaiveDense:
    def __init__(self, input_size, output_size, activation):
        self.activation = activation
        w_shape = (input_size, output_size)
        self.W = tf.Variable(tf.random.uniform(w_shape, minval=0, maxval=1e-1))
        self.b = tf.Variable(tf.zeros((output_size,)))

    def __call__(self, inputs):
        return self.activation(tf.matmul(inputs, self.W) + self.b)

    @property
    def weights(self):
        return [self.W, self.b]


class NaiveSequential:
    def __init__(self, layers):
        self.layers = layers

    def __call__(self, inputs):
        x = inputs
        for layer in self.layers:
            x = layer(x)
        return x

    @property
    def weights(self):
        return [weight for layer in self.layers for weight in layer.weights]


class BatchGenerator:
    def __init__(self, images, labels, batch_size=128):
        assert len(images) == len(labels)
        self.index, self.images, self.labels, self.batch_size = 0, images, labels, batch_size
        self.num_batches = math.ceil(len(images) / batch_size)

    def next(self):
        images = self.images[self.index : self.index + self.batch_size]
        labels = self.labels[self.index : self.index + self.batch_size]
        self.index += self.batch_size
        return images, labels


def one_training_step(model, images_batch, labels_batch, update):
    with tf.GradientTape() as tape:
        predictions = model(images_batch)
        losses = keras.losses.sparse_categorical_crossentropy(labels_batch, predictions)
        average_loss = tf.reduce_mean(losses)
    gradients = tape.gradient(average_loss, model.weights)
    update(gradients, model.weights)
    return average_loss


def digits(count=300):
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, count)
    images = rng.normal(size=(count, 64)).astype("float32") * 0.1
    images[np.arange(count), labels * 6] += 1
    return images, labels


@pytest.mark.parametrize("by_optimizer", [False, True])
def test_a_network_written_by_hand_learns(by_optimizer):
    tf.random.set_seed(0)
    images, labels = digits()
    model = NaiveSequential(
        [NaiveDense(64, 32, tf.nn.relu), NaiveDense(32, 10, activation=tf.nn.softmax)]
    )
    assert len(model.weights) == 4
    optimizer = keras.optimizers.SGD(learning_rate=0.5)

    def by_hand(gradients, weights):
        for gradient, weight in zip(gradients, weights, strict=True):
            weight.assign_sub(gradient * 0.5)

    def update(gradients, weights):
        if by_optimizer:
            optimizer.apply_gradients(zip(gradients, weights, strict=True))
        else:
            by_hand(gradients, weights)

    for _ in range(25):
        batches = BatchGenerator(images, labels)
        for _ in range(batches.num_batches):
            loss = one_training_step(model, *batches.next(), update)
    assert len(f"{loss:.2f}") == 4
    predictions = model(images)
    predicted = np.argmax(predictions.numpy(), axis=1)
    matches = predicted == labels
    assert matches.mean() > 0.9


def test_constants_do_not_change_and_variables_do():
    x = tf.ones(shape=(2, 2))
    with pytest.raises(TypeError):
        x[0, 0] = 0.0
    v = tf.Variable(initial_value=tf.random.normal(shape=(3, 1)))
    v.assign(tf.ones((3, 1)))
    v[0, 0].assign(3.0)
    v.assign_add(tf.ones((3, 1)))
    assert v.numpy().tolist() == [[4.0], [2.0], [2.0]]
    e = tf.matmul(tf.square(tf.ones((2, 2))), tf.sqrt(tf.ones((2, 2)))) * 2
    assert e.numpy().tolist() == [[4.0, 4.0], [4.0, 4.0]]


def test_the_tape_on_constants_inputs_and_twice():
    input_const = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(input_const)
        result = tf.square(input_const)
    assert float(tape.gradient(result, input_const)) == 6.0

    with tf.GradientTape(persistent=True) as tape:
        tape.watch(input_const)
        y, z = input_const**2, input_const**3
    assert float(tape.gradient(y, input_const)) == 6.0
    assert float(tape.gradient(z, input_const)) == 27.0
    del tape

    time = tf.Variable(0.0)
    with tf.GradientTape() as outer_tape:
        with tf.GradientTape() as inner_tape:
            position = 4.9 * time**2
        speed = inner_tape.gradient(position, time)
    assert float(outer_tape.gradient(speed, time)) == pytest.approx(9.8)


def test_a_linear_classifier_under_tf_function():
    tf.random.set_seed(1)
    rng = np.random.default_rng(1)
    first = rng.multivariate_normal(mean=[0, 3], cov=[[1, 0.5], [0.5, 1]], size=200)
    second = rng.multivariate_normal(mean=[3, 0], cov=[[1, 0.5], [0.5, 1]], size=200)
    inputs = np.vstack((first, second)).astype(np.float32)
    targets = np.vstack((np.zeros((200, 1), "float32"), np.ones((200, 1), "float32")))
    W = tf.Variable(initial_value=tf.random.uniform(shape=(2, 1)))
    b = tf.Variable(initial_value=tf.zeros(shape=(1,)))

    def model(inputs):
        return tf.matmul(inputs, W) + b

    @tf.function(jit_compile=True)
    def training_step(inputs, targets):
        with tf.GradientTape() as tape:
            predictions = model(inputs)
            loss = tf.reduce_mean(tf.square(targets - predictions))
        grad_loss_wrt_W, grad_loss_wrt_b = tape.gradient(loss, [W, b])
        W.assign_sub(grad_loss_wrt_W * 0.1)
        b.assign_sub(grad_loss_wrt_b * 0.1)
        return loss

    losses = [float(training_step(inputs, targets)) for _ in range(40)]
    assert losses[-1] < 0.1 < losses[0]
    assert training_step.experimental_get_tracing_count() == 1
    assert np.mean((model(inputs).numpy() > 0.5) == targets) > 0.95


class SimpleDense(layers.Layer):
    def __init__(self, units, activation=None):
        super().__init__()
        self.units, self.activation = units, activation

    def build(self, input_shape):
        input_dim = input_shape[-1]
        self.W = self.add_weight(shape=(input_dim, self.units), initializer="random_normal")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")

    def call(self, inputs):
        y = tf.matmul(inputs, self.W) + self.b
        if self.activation is not None:
            y = self.activation(y)
        return y


def test_a_layer_of_tf_functions_in_a_model():
    my_dense = SimpleDense(units=32, activation=tf.nn.relu)
    assert my_dense(tf.ones(shape=(2, 784))).shape == (2, 32)
    images, labels = digits()
    model = keras.Sequential([SimpleDense(32, tf.nn.relu), SimpleDense(10, tf.nn.softmax)])
    model.compile(
        optimizer=keras.optimizers.RMSprop(learning_rate=0.01),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    history = model.fit(images, labels, epochs=15, batch_size=64, verbose=0)
    assert history.history["accuracy"][-1] > 0.9
    indices = np.random.default_rng(0).permutation(len(images))
    held = indices[:100]
    loss_and_metrics = model.evaluate(images[held], labels[held], batch_size=64, verbose=0)
    assert len(loss_and_metrics) == 2
    assert model.predict(images[held], batch_size=64, verbose=0).shape == (100, 10)
