"""The calls of a model's layers, as programs that walk along a model find them."""

import gc
import weakref

import pytest

from geartrain import KerasTensor, Model, Sequential, layers, ops


def test_calls_and_what_they_took_and_gave():
    first, second = layers.Input((4,)), layers.Input((4,))
    shared = layers.Dense(3)
    one, two = shared(first), shared(second)
    joined = layers.Add()([one, two])
    calls = shared._inbound_nodes
    assert [each.operation for each in calls] == [shared, shared]
    assert calls[0].input_tensors[0] is first
    assert calls[1].output_tensors[0] is two
    assert calls == shared._inbound_nodes
    assert calls[0] != calls[1]
    assert len({*calls, *shared._inbound_nodes}) == 2
    adding = joined._keras_history.operation
    (node,) = adding._inbound_nodes
    assert node.parent_nodes == calls
    assert node.inbound_layers == [shared, shared]
    assert calls[0].inbound_layers is first._keras_history.operation
    assert [each.operation for each in shared._outbound_nodes] == [adding, adding]
    assert "dense" in repr(calls[0])
    assert calls[0] != "a call"


def test_the_input_of_a_model_has_no_parents():
    inputs = layers.Input((4,))
    entrance = inputs._keras_history.operation
    (node,) = entrance._inbound_nodes
    assert node.is_input
    assert node.parent_nodes == []
    assert node.output_tensors[0] is inputs
    assert isinstance(entrance, layers.InputLayer)


def test_which_output_of_which_call():
    states = layers.LSTM(3, return_state=True)(layers.Input((5, 2)))
    assert [each._keras_history[1:] for each in states] == [(0, 0), (0, 1), (0, 2)]
    rectified = ops.relu(states[0])
    assert rectified._keras_history.operation._inbound_nodes[0].parent_nodes[0].number == 0


def test_a_tensor_of_nothing_has_no_history():
    with pytest.raises(AttributeError, match="no call"):
        KerasTensor((None, 3))._keras_history  # noqa: B018


def test_a_layer_takes_all_tensors_that_it_was_given():
    query, value = layers.Input((5, 8)), layers.Input((6, 8))
    attention = layers.MultiHeadAttention(2, 4)
    attention(query, value)
    assert [each is wanted for each, wanted in zip(attention.input, (query, value), strict=True)]
    alone = layers.Dense(2)
    alone(query)
    assert alone.input is query


def test_layers_of_a_sequential_model_are_chained():
    model = Sequential([layers.Input((4,)), layers.Dense(3), layers.Dense(2)])
    first, last = model.layers
    assert last._inbound_nodes[0].inbound_layers is first
    assert first._outbound_nodes == last._inbound_nodes


def test_uses_do_not_keep_models_nor_get_into_them():
    inputs = layers.Input((4,))
    hidden = layers.Dense(3)
    model = Model(inputs, layers.Dense(2)(hidden(inputs)))
    assert len(model.weights) == 4
    assert len(hidden.weights) == 2
    there = weakref.ref(model)
    del model, hidden, inputs
    gc.collect()
    assert there() is None
