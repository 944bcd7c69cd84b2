"""Recurrent layers: cells of one's own, states that are kept, masks, and series in parts."""

import numpy as np
import pytest

import geartrain
from geartrain import Model, Sequential, layers, ops
from geartrain.tensor.nest import flatten

draw = np.random.default_rng(3)
X = draw.standard_normal((4, 6, 3)).astype("float32")
KINDS = [layers.SimpleRNN, layers.GRU, layers.LSTM]


class Doubling(layers.Layer):
    """A cell of two states of different sizes, in a dict, and an output of a third size."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.state_size = [2, 5]
        self.output_size = 7

    def build(self, input_shape):
        self.kernel = self.add_weight((input_shape[-1], 2), "ones", name="kernel")

    def call(self, inputs, states):
        first, second = states
        first = first + ops.matmul(inputs, self.kernel)
        second = second + ops.sum(first, axis=-1, keepdims=True)
        return ops.concatenate([first, second], -1), [first, second]


class Plain:
    """A cell that is no layer, with one state."""

    state_size = 3

    def call(self, inputs, states):
        return inputs + states[0], [inputs + states[0]]

    __call__ = call


def test_a_cell_of_ones_own_has_states_and_outputs_of_any_sizes():
    outputs, first, second = layers.RNN(Doubling(), return_sequences=True, return_state=True)(X)
    sums = np.cumsum(X.sum(-1), 1)
    np.testing.assert_allclose(outputs[..., 0], sums, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(first, outputs[:, -1, :2])
    np.testing.assert_allclose(second, outputs[:, -1, 2:])


def test_a_masked_step_of_a_cell_of_ones_own_changes_nothing():
    mask = np.ones((4, 6), bool)
    mask[:, 3:] = False
    layer = layers.RNN(Doubling(), return_state=True)
    short, long = layer(X[:, :3]), layer(X, mask=mask)
    for one, other in zip(short, long, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_cell_need_not_be_a_layer():
    found = layers.RNN(Plain())(X)
    np.testing.assert_allclose(found, X.sum(1), rtol=1e-5, atol=1e-6)


def test_cells_on_top_of_each_other_are_layers_one_after_the_other():
    stacked = layers.RNN([layers.LSTMCell(4), layers.GRUCell(5)], return_sequences=True)
    apart = [layers.LSTM(4, return_sequences=True), layers.GRU(5, return_sequences=True)]
    stacked(X)
    found = X
    for number, layer in enumerate(apart):
        layer(found)
        layer.set_weights(stacked.get_weights()[3 * number : 3 * number + 3])
        found = layer(found)
    np.testing.assert_array_equal(stacked(X), found)


def test_stacked_cells_take_a_step_by_themselves():
    cells = layers.StackedRNNCells([layers.LSTMCell(4), layers.GRUCell(5)])
    states = cells.get_initial_state(batch_size=4)
    output, after = cells(X[:, 0], states)
    assert output.shape == (4, 5)
    assert [[each.shape for each in own] for own in after] == [[(4, 4), (4, 4)], [(4, 5)]]
    assert cells.output_size == 5
    assert cells.state_size == [[4, 4], 5]


@pytest.mark.parametrize("kind", KINDS)
def test_a_stateful_layer_goes_on_where_it_was(kind):
    whole, parts = kind(5), kind(5, stateful=True)
    expected = whole(X)
    parts(X[:, :2])
    parts.set_weights(whole.get_weights())
    parts.reset_state()
    parts(X[:, :4])
    np.testing.assert_allclose(parts(X[:, 4:]), expected, rtol=1e-5, atol=1e-6)
    parts.reset_state()
    assert all(not np.any(each.numpy()) for each in flatten(parts.states))
    assert not any(each is state for each in parts.weights for state in flatten(parts.states))


def test_a_stateful_layer_has_one_batch_size():
    layer = layers.GRU(5, stateful=True)
    layer(X)
    with pytest.raises(ValueError, match="a batch of 4"):
        layer(X[:3])


def test_a_stateful_layer_goes_on_in_a_compiled_function_too():
    eager, compiled = layers.LSTM(5, stateful=True), layers.LSTM(5, stateful=True)
    eager(X), compiled(X)
    compiled.set_weights(eager.get_weights())
    for layer in (eager, compiled):
        layer.reset_state()
    run = geartrain.jit(compiled.__call__)
    for part in (X[:, :3], X[:, 3:]):
        np.testing.assert_allclose(run(part), eager(part), rtol=1e-5, atol=1e-6)


def test_a_stateful_model_is_fitted_and_reset():
    model = Sequential([layers.Input((6, 3), batch_size=2), layers.GRU(4, stateful=True)])
    model.add(layers.Dense(1))
    model.compile("sgd", "mse")
    model.fit(X, np.ones((4, 1)), batch_size=2, shuffle=False, verbose=0)
    states = [each.numpy() for each in flatten(model.layers[0].states)]
    assert any(np.any(each) for each in states)
    model.layers[0].reset_state()
    first, again = model.predict(X, batch_size=2, verbose=0), None
    model.layers[0].reset_state()
    again = model.predict(X, batch_size=2, verbose=0)
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("kind", KINDS)
def test_unrolling_changes_no_number(kind):
    rolled, unrolled = kind(4, return_sequences=True), kind(4, return_sequences=True, unroll=True)
    rolled(X), unrolled(X)
    unrolled.set_weights(rolled.get_weights())
    compiled = geartrain.jit(lambda x: (rolled(x), unrolled(x)))
    for one, other in [(rolled(X), unrolled(X)), compiled(X)]:
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_states_go_from_an_encoder_to_a_decoder(kind):
    source, target = layers.Input((None, 3)), layers.Input((None, 3))
    _, *states = kind(4, return_state=True)(source)
    decoded = kind(4, return_sequences=True)(target, initial_state=states)
    model = Model([source, target], decoded)
    assert model([X, X[:, :2]]).shape == (4, 2, 4)


def test_dropout_is_the_same_at_all_steps_and_another_in_each_call():
    layer = layers.SimpleRNN(
        3, "linear", dropout=0.5, use_bias=False, kernel_initializer="identity",
        recurrent_initializer="zeros", return_sequences=True, seed=1,
    )  # fmt: skip
    ones = np.ones((8, 5, 3), "float32")
    first, second = layer(ones, training=True).numpy(), layer(ones, training=True).numpy()
    assert set(np.unique(first)) == {0.0, 2.0}
    assert (first == first[:, :1]).all()
    assert (first != second).any()


def test_what_comes_out_of_a_convolutional_one_keeps_its_sizes():
    images = draw.standard_normal((2, 3, 6, 5, 2)).astype("float32")
    layer = layers.ConvLSTM2D(4, 3, padding="same", return_sequences=True, return_state=True)
    outputs, hidden, carried = layer(images)
    assert outputs.shape == (2, 3, 6, 5, 4)
    np.testing.assert_array_equal(outputs[:, -1], hidden)
    assert carried.shape == (2, 6, 5, 4)
    again = layer(images[:, :1], initial_state=[hidden, carried])[0]
    longer = layer(np.concatenate([images, images[:, :1]], 1))[0]
    np.testing.assert_allclose(again[:, 0], longer[:, -1], rtol=1e-5, atol=1e-6)


def test_a_convolutional_one_is_stateful():
    images = draw.standard_normal((2, 4, 5, 5, 2)).astype("float32")
    layer = layers.ConvLSTM2D(3, 2, stateful=True)
    whole = layer(images)
    layer.reset_state()
    layer(images[:, :2])
    np.testing.assert_allclose(layer(images[:, 2:]), whole, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("merge_mode", ["concat", "sum", "mul", "ave", None])
def test_both_ways_are_two_layers(merge_mode):
    both = layers.Bidirectional(layers.GRU(4, return_sequences=True), merge_mode=merge_mode)
    found = both(X)
    forward = both.forward_layer(X)
    backward = np.flip(both.backward_layer(X).numpy(), 1)
    merges = {
        "concat": lambda x, y: np.concatenate([x, y], -1),
        "sum": np.add,
        "mul": np.multiply,
        "ave": lambda x, y: (x + y) / 2,
        None: lambda x, y: (x, y),
    }
    expected = merges[merge_mode](forward.numpy(), backward)
    for one, other in zip(flatten(found), flatten(expected), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-7)


def test_both_ways_keep_their_states():
    both = layers.Bidirectional(layers.LSTM(4, stateful=True))
    both(X)
    assert any(np.any(each.numpy()) for each in both.states)
    both.reset_state()
    assert not any(np.any(each.numpy()) for each in both.states)


def test_a_cell_says_what_is_wrong_with_it():
    with pytest.raises(ValueError, match="no recurrent cell"):
        layers.RNN(3)
    with pytest.raises(ValueError, match="no recurrent cell"):
        layers.RNN([layers.LSTMCell(2), 3])
