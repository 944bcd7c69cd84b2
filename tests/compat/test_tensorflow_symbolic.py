"""TensorFlow's functions on the symbolic tensors of a model, and in compiled functions."""

import numpy as np
import pytest

import geartrain as keras
from geartrain import layers
from geartrain.compat import tensorflow as tf

VALUES = np.random.default_rng(0).normal(size=(3, 4, 6)).astype("float32")

FUNCTIONS = {
    "one_hot": lambda x: tf.one_hot(tf.cast(tf.abs(x) * 2, tf.int32), depth=5),
    "reduce": lambda x: tf.reduce_mean(tf.square(x), axis=-1, keepdims=True),
    "matmul": lambda x: tf.matmul(x, x, transpose_b=True),
    "concat": lambda x: tf.concat([x, tf.zeros_like(x)], axis=-1),
    "stack": lambda x: tf.stack([x, x + 1], axis=1),
    "split": lambda x: tf.split(x, [2, -1], axis=-1)[1],
    "unstack": lambda x: tf.unstack(x, axis=1)[2],
    "gather": lambda x: tf.gather(x, [0, 3], axis=1),
    "where": lambda x: tf.where(x > 0, x, 0.0),
    "softmax": tf.nn.softmax,
    "moments": lambda x: tf.nn.moments(x, axes=[1])[1],
    "l2_normalize": lambda x: tf.math.l2_normalize(x, axis=-1),
    "norm": lambda x: tf.norm(x, axis=-1),
    "top_k": lambda x: tf.math.top_k(x, 2).values,
    "argmax": lambda x: tf.argmax(x, axis=-1),
    "cumsum": lambda x: tf.cumsum(x, axis=1, exclusive=True),
    "band_part": lambda x: tf.linalg.band_part(x, -1, 0),
    "einsum": lambda x: tf.einsum("bij,bkj->bik", x, x),
    "pad": lambda x: tf.pad(x, [[0, 0], [1, 0], [0, 2]]),
    "transpose": lambda x: tf.transpose(x, [0, 2, 1]),
    "tile": lambda x: tf.tile(x, [1, 2, 1]),
    "expand and squeeze": lambda x: tf.squeeze(tf.expand_dims(x, 1), axis=1),
    "slice": lambda x: tf.slice(x, [0, 1, 0], [-1, 2, 3]),
    "clip": lambda x: tf.clip_by_value(x, -1.0, 1.0),
    "newaxis": lambda x: x[:, tf.newaxis],
    "flatten": lambda x: tf.reshape(x, (tf.shape(x)[0], 24)),
    "reshape by sizes": lambda x: tf.reshape(x, (-1, tf.shape(x)[2])),
    "reshape by a stack": lambda x: tf.reshape(x, tf.stack([tf.shape(x)[0], 6, 4])),
    "zeros of a size": lambda x: tf.zeros((tf.shape(x)[0], 3)) + tf.reduce_sum(x),
    "ones of a shape": lambda x: tf.ones(tf.shape(x)) * x,
    "fill": lambda x: tf.fill([tf.shape(x)[0], 2], 7.0) + x[:, 0, :1],
    "broadcast": lambda x: tf.broadcast_to(tf.constant([[1.0, 2.0]]), (tf.shape(x)[0], 2)) + x[:, 0, :2],
    "range": lambda x: tf.range(tf.shape(x)[1])[tf.newaxis, :, tf.newaxis] + tf.cast(x, tf.int32),
    "range of the batch": lambda x: tf.cast(tf.range(tf.shape(x)[0]), tf.float32) + x[:, 0, 0],
    "mean by hand": lambda x: tf.reduce_sum(x, 0) / tf.cast(tf.shape(x)[0], tf.float32),
    "number of elements": lambda x: x / tf.cast(tf.size(x), tf.float32),
    "a mask for each sample": lambda x: tf.tile(
        tf.cast(tf.range(4)[:, tf.newaxis] >= tf.range(4), tf.float32)[tf.newaxis],
        tf.concat([tf.expand_dims(tf.shape(x)[0], -1), tf.constant([1, 1], tf.int32)], axis=0),
    ) + x[:, :, :4],
    "dense by hand": lambda x: tf.nn.relu(tf.tensordot(x, tf.ones((6, 2)), axes=1)),
    "images": lambda x: tf.image.resize(x[..., tf.newaxis], (2, 3)),
    "standardized": lambda x: tf.image.per_image_standardization(x[..., tf.newaxis]),
    "map_fn": lambda x: tf.map_fn(lambda row: row * 2, x),
    "scan": lambda x: tf.scan(lambda a, r: a + r, tf.transpose(x, [1, 0, 2])),
    "sequence_mask": lambda x: tf.sequence_mask(tf.argmax(x, axis=-1), 6, dtype=tf.float32),
    "gather in batches": lambda x: tf.gather(x, tf.argmax(x, axis=-1), axis=2, batch_dims=1),
    "crossentropy": lambda x: tf.nn.sparse_softmax_cross_entropy_with_logits(
        tf.argmin(x, axis=-1), x
    ),
}  # fmt: skip
LOST_BATCH = {
    "reshape by sizes",
    "mean by hand",
    "scan",
    "map_fn",
}  # whose first axis is not the batch


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_in_a_model(name):
    function = FUNCTIONS[name]
    inputs = keras.Input(shape=(4, 6))
    model = keras.Model(inputs, function(inputs))
    wanted = function(tf.constant(VALUES))
    for count in (3, 2):
        found = model(VALUES[:count])
        expected = wanted if count == 3 else function(tf.constant(VALUES[:count]))
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    if name not in LOST_BATCH:
        np.testing.assert_allclose(model.predict(VALUES, verbose=0), wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", [each for each in FUNCTIONS if each != "map_fn"])
def test_a_function_in_a_layer_whose_batch_is_a_symbol(name):
    function = FUNCTIONS[name]

    @tf.function(input_signature=[tf.TensorSpec((None, 4, 6), tf.float32)])
    def compiled(x):
        return function(x)

    for count in (3, 2):
        wanted = function(tf.constant(VALUES[:count]))
        np.testing.assert_allclose(compiled(VALUES[:count]), wanted, rtol=1e-5, atol=1e-6)
    assert compiled.experimental_get_tracing_count() == 1


def test_the_layers_of_a_model_of_functions_come_from_its_config():
    inputs = keras.Input(shape=(5,), dtype="int64")
    x = tf.one_hot(inputs, depth=7)
    x = tf.reduce_mean(x, axis=1) * 2
    x = tf.nn.relu(tf.concat([x, x], axis=-1))
    model = keras.Model(inputs, layers.Dense(3)(x))
    again = keras.Model.from_config(model.get_config())
    again.set_weights(model.get_weights())
    numbers = np.arange(10).reshape(2, 5) % 7
    np.testing.assert_array_equal(again(numbers), model(numbers))


def test_sizes_are_what_shapes_are_made_of():
    inputs = keras.Input(shape=(4, 6))
    sizes = tf.shape(inputs)
    assert (len(sizes), sizes[1], sizes[1:]) == (3, 4, (4, 6))
    assert sizes.shape == (3,)
    doubled = tf.zeros(sizes * [2, 1, 1])
    assert doubled.shape == (None, 4, 6)
    model = keras.Model(
        inputs, tf.reduce_sum(tf.ones((sizes[0] * 2, 3)), 1) + 0 * tf.reduce_sum(inputs)
    )
    assert model(VALUES).shape == (6,)
    assert tf.shape(VALUES)[0].numpy() == 3


def test_a_range_that_cannot_be_told_says_so():
    inputs = keras.Input(shape=(4,))
    with pytest.raises(ValueError, match=r"starts at 0"):
        tf.range(1, tf.shape(inputs)[0])


def test_a_reduction_is_one_layer():
    inputs = layers.Input((6,))
    model = keras.Model(inputs, tf.reduce_mean(tf.reduce_sum(inputs, axis=1), keepdims=True))
    assert [each.name.rstrip("_0123456789") for each in model.operations] == [
        "input_layer",
        "sum",
        "mean",
    ]
