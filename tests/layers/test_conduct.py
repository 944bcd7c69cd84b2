"""What layers do at the edges: copies, configs, masks, shapes that a class of a user's tells."""

import pickle

import numpy as np
import pytest

from geartrain import KerasTensor, Layer, Model, layers, ops
from geartrain.layers.masks import mask_of

X = np.array([[1.0, 2.0, 3.0]], "float32")


@pytest.mark.parametrize(
    ("layer", "inputs"),
    [
        (layers.Dense(2, "relu"), X),
        (layers.LSTM(3), X[None]),
        (layers.Bidirectional(layers.GRU(2)), X[None]),
        (layers.Conv1D(2, 1, activation="gelu"), X[None]),
    ],
    ids=lambda each: type(each).__name__,
)
def test_layers_go_through_pickle(layer, inputs):
    outputs = layer(inputs)
    other = pickle.loads(pickle.dumps(layer))
    np.testing.assert_array_equal(other(inputs).numpy(), outputs.numpy())


class Doubling(Layer):
    def compute_output_spec(self, inputs):
        return KerasTensor((inputs.shape[0], 2 * inputs.shape[1]), "float32")

    def build(self, input_shape):
        self.start = self.add_weight((input_shape[-1],), "ones")

    def call(self, inputs):
        return np.asarray(ops.concatenate([inputs * self.start, inputs], 1).numpy())


def test_a_layer_may_tell_what_its_symbolic_calls_give():
    layer = Doubling()
    outputs = layer(layers.Input((3,)))
    assert outputs.shape == (None, 6)
    assert len(layer.weights) == 1
    assert layer.compute_output_spec(KerasTensor((4, 3))).shape == (4, 6)


class Shapeless(Layer):
    def build(self, *args, **kwargs):
        self.given = args, kwargs

    def call(self, inputs):
        return inputs


class Strange(Layer):
    def build(self, first, second):
        pass

    def call(self, x, y):
        return x + y


def test_build_gets_shapes_by_the_names_of_tensors():
    layer = Shapeless()
    layer(X)
    assert layer.given == ((), {})
    with pytest.raises(ValueError, match="shapes that nobody knows"):
        Strange()(X, X)


def test_a_config_that_fits_nothing_is_a_type_error():
    for config in ({"units": 2, "unit": 3}, {"units": 0}):
        with pytest.raises(TypeError, match="cannot be made of this config"):
            layers.Dense.from_config(config)
    assert set(Layer().get_config()) >= {"activity_regularizer", "autocast"}


def test_layers_that_keep_no_weights_of_few_bits_say_so():
    layer = layers.LayerNormalization()
    with pytest.raises(ValueError, match="isn't yet built"):
        layer.quantize("int8")
    layer(X)
    with pytest.raises(ValueError, match="Invalid quantization mode"):
        layer.quantize("int5")
    with pytest.raises(NotImplementedError, match="`quantize`"):
        layer.quantize("int8")


def test_the_path_is_known_once_weights_are():
    layer = layers.Dense(2, name="last")
    assert layer.path is None
    layer(X)
    assert layer.path == "last"


def test_nothing_and_texts_are_no_inputs():
    for inputs in (None, "text", [["text"]]):
        with pytest.raises(ValueError, match="computes with numbers"):
            layers.Dense(2)(inputs)


def test_whole_numbers_become_floats_where_means_are_taken():
    for layer in (layers.BatchNormalization(), layers.LayerNormalization()):
        assert layer(np.array([[1, 2, 3]])).dtype == "float32"


def test_outputs_have_the_dtype_of_the_wrapper():
    wrapped = layers.TimeDistributed(layers.Dense(2), dtype="mixed_float16")
    assert wrapped(X[None]).dtype == "float16"
    assert layers.RNN(layers.GRUCell(2), dtype="mixed_float16")(X[None]).dtype == "float16"


def test_symbolic_outputs_have_scores_too():
    attention = layers.MultiHeadAttention(2, 3)
    symbols = KerasTensor((None, 4, 6)), KerasTensor((None, 5, 6))
    outputs, scores = attention.compute_output_spec(*symbols, return_attention_scores=True)
    assert (outputs.shape, scores.shape) == ((None, 4, 6), (None, 2, 4, 5))


def test_masks_of_joined_features():
    embed = layers.Embedding(9, 2, mask_zero=True)
    first, second = embed(np.array([[1, 0, 0]])), embed(np.array([[1, 1, 0]]))
    for layer in (layers.Multiply(), layers.Concatenate()):
        assert mask_of(layer([first, second])).numpy().tolist() == [[True, True, False]]
    with pytest.raises(ValueError, match="a mask for each tensor"):
        layers.Add().compute_mask([first, second], [None])


def test_a_vocabulary_that_was_given_is_not_learned():
    for layer in (
        layers.StringLookup(vocabulary=["a"]),
        layers.TextVectorization(vocabulary=["a"]),
    ):
        with pytest.raises(ValueError, match="does not learn"):
            layer.adapt(["b"])


def test_dropout_of_cells_stays_until_it_is_drawn_anew():
    cell = layers.LSTMCell(3, dropout=0.5, seed=1)
    first = cell.get_dropout_mask(np.ones((4, 50)))
    assert cell.get_dropout_mask(np.ones((4, 50))) is first
    cell.reset_dropout_mask()
    assert np.any(cell.get_dropout_mask(np.ones((4, 50))).numpy() != first.numpy())
    assert cell.get_recurrent_dropout_mask(np.ones((4, 50))) is None


def test_models_are_made_of_a_symbolic_tensor_that_is_given():
    symbol = KerasTensor((None, 3), name="given")
    model = Model(entrance := layers.Input(tensor=symbol), layers.Dense(2)(entrance))
    assert model.predict(X, verbose=0).shape == (1, 2)
    with pytest.raises(ValueError, match="symbolic tensor"):
        layers.InputLayer(input_tensor=5)


class Stack(Layer):
    def __init__(self):
        super().__init__()
        self.convs, self.norms = [], {}
        self.last = layers.Dense(9)
        for at in range(2):
            self.convs.append(layers.Dense(at + 1))
            self.norms[at] = layers.Dense(at + 3)

    def call(self, inputs):
        for conv, norm in zip(self.convs, self.norms.values(), strict=True):
            inputs = norm(conv(inputs))
        return self.last(inputs)


def test_what_is_put_into_lists_later_comes_when_it_is_made():
    stack = Stack()
    stack(X)
    kernels = [each.shape for each in stack.weights if each.name == "kernel"]
    assert [units for _, units in kernels] == [9, 1, 3, 2, 4]


def test_shapes_that_are_merged_are_checked_when_it_is_built():
    for shapes in ((2, 3), [(2, 3), (2, 4)]):
        with pytest.raises(ValueError):
            layers.Add().build(shapes)
    with pytest.raises(ValueError, match="2 at least"):
        layers.Subtract().build([(2, 3)])


def test_attention_takes_series_of_any_rank():
    query = np.random.default_rng(1).standard_normal((2, 3, 4, 5)).astype("float32")
    for layer in (layers.Attention(), layers.AdditiveAttention()):
        whole = layer([query, query]).numpy()
        for at in range(2):
            np.testing.assert_allclose(layer([query[at], query[at]]).numpy(), whole[at], rtol=1e-5)


def test_masked_queries_of_groups_look_at_nothing():
    series = np.ones((1, 3, 4), "float32")
    mask = np.array([[True, False, True]])
    attention = layers.GroupQueryAttention(2, 2, 1)
    _, shares = attention(series, series, query_mask=mask, return_attention_scores=True)
    assert shares.numpy().sum(-1).round(5).tolist() == [[[1, 0, 1], [1, 0, 1]]]
