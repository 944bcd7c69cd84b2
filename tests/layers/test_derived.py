"""Layers that derive from ours, or hold them, as packages written for Keras do."""

import numpy as np
import pytest

from geartrain import Model, Sequential, jit, layers, ops

X = np.linspace(-1.0, 1.0, 48, dtype="float32").reshape(2, 3, 8)


class Cached(layers.MultiHeadAttention):
    """Takes keys and values from its own projections, by Keras's names for them."""

    def call(self, query, value):
        found, scores = self._compute_attention(
            self._query_dense(query), self._key_dense(value), self._value_dense(value)
        )
        assert scores.shape == (2, self._num_heads, 3, 3)
        return self._output_dense(found)


class OwnProjections(layers.MultiHeadAttention):
    """Makes its projections itself, the one of keys without a bias."""

    def build(self, query_shape, value_shape):
        given = {**self._get_common_kwargs_for_sublayer()}
        sizes = (None, self._num_heads, self._key_dim)
        for name, bias in (("query", "de"), ("key", None), ("value", "de")):
            dense = layers.EinsumDense("abc,cde->abde", sizes, bias_axes=bias, name=name, **given)
            dense.build(query_shape)
            setattr(self, f"_{name}_dense", dense)
        self._build_attention(4)
        self._output_dense = layers.EinsumDense("abcd,cde->abe", (None, 8), bias_axes="e", **given)
        self._output_dense.build((*query_shape[:-1], self._num_heads, self._key_dim))


class Evenly(layers.MultiHeadAttention):
    """Looks at all places alike, whatever the scores."""

    def _compute_attention(self, query, key, value, attention_mask=None, *args, **kwargs):
        scores = ops.einsum(self._dot_product_equation, key, query)
        shares = self._masked_softmax(ops.zeros_like(scores), attention_mask)
        return ops.einsum(self._combine_equation, shares, value), shares


def test_attention_taken_apart_is_attention():
    whole, parts = layers.MultiHeadAttention(2, 4), Cached(2, 4)
    whole(X, X)
    parts(X, X)
    parts.set_weights(whole.get_weights())
    np.testing.assert_array_equal(parts(X, X), whole(X, X))


def test_projections_of_a_subclass_are_those_that_are_used():
    layer = OwnProjections(2, 4)
    assert layer(X, X).shape == (2, 3, 8)
    assert [tuple(each.shape) for each in layer.weights].count((2, 4)) == 2  # biases
    assert layer.query_dense is layer._query_dense


def test_a_subclass_weighs_scores_in_its_own_way():
    layer = Evenly(2, 4)
    found = layer(X, X)
    np.testing.assert_allclose(found[:, 0], found[:, 2], rtol=1e-6)
    assert np.abs(layers.MultiHeadAttention(2, 4)(X, X)[:, 0] - found[:, 0]).max() > 0


def test_layers_unfolded_come_before_those_that_they_hold():
    inner = Sequential([layers.Dense(2, name="a"), layers.Dense(2, name="b")], name="inner")
    model = Sequential([layers.Dense(3, name="first"), inner], name="model")
    names = [each.name for each in model._flatten_layers()]
    assert names == ["model", "first", "inner", "a", "b"]
    near = [each.name for each in model._flatten_layers(include_self=False, recursive=False)]
    assert near == ["first", "inner"]


class Pair(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.one, self.other = layers.Dense(2), layers.Dense(2)

    def call(self, x):
        return self.one(x) + self.other(x)


def test_inside_of_a_frozen_layer_one_may_train_again():
    inputs = layers.Input((3,))
    pair = Pair()
    model = Model(inputs, pair(inputs))
    pair.trainable = False
    assert model.trainable_weights == []
    pair.one.trainable = True
    assert len(model.trainable_weights) == 2
    assert pair.trainable_weights == []
    assert len(model.non_trainable_weights) == 2


def test_weights_of_a_layer_that_was_frozen_first_do_not_train():
    frozen = layers.Dense(2, trainable=False)
    model = Sequential([layers.Input((3,)), frozen, layers.Dense(2)])
    assert [each.trainable for each in model.weights] == [False, False, True, True]
    frozen.trainable = True
    assert all(each.trainable for each in model.weights)


class Held(Model):
    """Has its layers before it is a model, as KerasHub's have."""

    def __init__(self):
        inputs = layers.Input((3,))
        dense = layers.Dense(2, trainable=False)
        super().__init__(inputs, dense(inputs))
        self.dense = dense


def test_a_model_around_it_leaves_a_layer_frozen():
    model = Held()
    assert not model.dense.trainable
    assert model.trainable_weights == []


class Packer(layers.Layer):
    """Takes lists and texts in any place, as they are."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._convert_input_args = False
        self._allow_non_tensor_positional_args = True

    def call(self, rows, texts=None):
        return [len(each) for each in rows], texts


def test_a_layer_before_the_network_gets_what_was_given():
    assert Packer()([[1, 2, 3], [4]], ["a", "b"]) == ([3, 1], ["a", "b"])
    with pytest.raises(ValueError, match="only tensors"):
        layers.Add()(X, "a")


class Causal(layers.Layer):
    """A mask of a size that only the input knows."""

    def call(self, x):
        places = ops.arange(ops.shape(x)[1], dtype="float32")
        sees = ops.expand_dims(places, 1) >= places
        return ops.matmul(ops.cast(sees, "float32"), x)


def test_numbers_up_to_an_unknown_size_are_part_of_a_model():
    inputs = layers.Input((None, 8))
    model = Model(inputs, layers.Add()([Causal()(inputs), inputs]))
    assert model.output_shape == (None, None, 8)
    np.testing.assert_allclose(model.predict(X, verbose=0), np.cumsum(X, 1) + X, rtol=1e-6)


class Twice(layers.Layer):
    """Asks for the size as a number, so that a trace cannot tell what comes out."""

    def call(self, x):
        size = int(ops.shape(x)[1])
        return ops.concatenate([x, x], 1) if size else x


def test_multiples_of_an_unknown_size_stay_multiples():
    inputs = layers.Input((None, 8))
    first, second = Twice()(inputs), Twice()(inputs)
    sizes = [each.value.shape[1] for each in (first, second)]
    assert sizes[0].name == sizes[1].name
    assert sizes[0].scale == 2
    assert Model(inputs, first + second).predict(X, verbose=0).shape == (2, 6, 8)


def test_the_first_places_of_a_table_are_as_many_as_there_are():
    class Positions(layers.Layer):
        def build(self, shape):
            self.table = self.add_weight(shape=(5, 8), initializer="ones")

        def call(self, x):
            return ops.slice(self.table, (0, 0), ops.shape(x)[1:])

    inputs = layers.Input((None, 8))
    model = Model(inputs, inputs + Positions()(inputs))
    assert model.output_shape == (None, None, 8)
    np.testing.assert_array_equal(model.predict(X, verbose=0), X + 1)


def test_a_list_of_slices_is_read_as_a_key():
    x = ops.convert_to_tensor(X)
    assert x[[None, slice(None), slice(1, 2)]].shape == (1, 2, 1, 8)
    assert x[[0, 1]].shape == (2, 3, 8)


def test_a_loop_goes_on_as_often_as_a_tensor_says():
    def doubled(x, most):
        return ops.while_loop(
            lambda value: value < 100.0, lambda value: (value * 2.0,), (x,), maximum_iterations=most
        )[0]

    step = jit(doubled)
    assert [float(step(np.float32(1), np.int32(most))) for most in (0, 3, 30)] == [1.0, 8.0, 128.0]
    assert float(doubled(ops.array(1.0), ops.array(3))) == 8.0


@pytest.mark.parametrize("dtype", ["int8", "int32", "int64", "uint8", "float32"])
def test_signs_are_compiled_in_every_dtype(dtype):
    numbers = np.array([0, 3, 100] if dtype == "uint8" else [-3, 0, 5], dtype)
    found = jit(ops.sign)(numbers)
    assert found.dtype == dtype
    assert found.tolist() == np.sign(numbers).tolist()
