"""Models of symbolic tensors: order of layers, shared layers, parts of models, operations."""

import numpy as np
import pytest

from geartrain import Model, Sequential, layers, ops
from geartrain.models import Functional

X = np.random.default_rng(0).standard_normal((12, 8, 8, 3)).astype("float32")


def residual():
    inputs = layers.Input((8, 8, 3), name="image")
    first = layers.Conv2D(4, 3, padding="same", activation="relu", name="first")(inputs)
    x = layers.Conv2D(4, 3, padding="same", name="second")(first)
    x = layers.Dropout(0.5, seed=1, name="dropout")(x)
    x = x + first * 2
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    return Model(inputs, layers.Dense(1, name="head")(x), name="residual")


def test_a_symbolic_tensor_has_a_shape_and_no_numbers():
    inputs = layers.Input((None, 5), dtype="int32")
    assert inputs.shape == (None, None, 5)
    assert inputs.dtype == "int32"
    assert str(inputs.shape) == "(None, None, 5)"
    with pytest.raises(ValueError, match="no numbers"):
        inputs.numpy()


def test_a_functional_model_computes_what_its_layers_do():
    model = residual()
    assert isinstance(model, Functional)
    first, second, head = (model.get_layer(name) for name in ("first", "second", "head"))
    early = first(X)
    expected = head(ops.mean(second(early) + early * 2, axis=(1, 2)))
    np.testing.assert_allclose(model(X), expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(model.predict(X, verbose=0), expected, rtol=1e-4, atol=1e-5)
    assert model.output_shape == (None, 1)


def test_a_functional_model_trains():
    model = residual()
    model.compile("adam", "mse")
    y = X.mean((1, 2, 3))[:, None]
    history = model.fit(X, y, batch_size=5, epochs=8, verbose=0)
    assert history.history["loss"][-1] < history.history["loss"][0]


def test_layers_stand_in_keras_order():
    """The names are those of the real Keras for the same program."""
    a, b = layers.Input((4,), name="a"), layers.Input((5,), name="b")
    x, y = layers.Dense(6, name="d1")(a), layers.Dense(6, name="d2")(b)
    z = layers.Dense(6, name="d3")(layers.Add(name="add")([x, y]))
    z = layers.Concatenate(name="cat")([z, x])
    model = Model([a, b], [layers.Dense(1, name="o1")(z), layers.Dense(2, name="o2")(y)])
    names = [layer.name for layer in model.layers]
    assert names == ["a", "b", "d1", "d2", "add", "d3", "cat", "o1", "o2"]
    given = np.ones((2, 4)), np.ones((2, 5))
    one, two = model(list(given))
    assert (one.shape, two.shape) == ((2, 1), (2, 2))
    by_name = model({"b": given[1], "a": given[0]})
    np.testing.assert_array_equal(by_name[0], one)


def test_a_layer_that_is_called_twice_is_held_once():
    shared = layers.Dense(3, name="shared")
    a, b = layers.Input((4,)), layers.Input((4,))
    model = Model([a, b], layers.Subtract()([shared(a), shared(b)]))
    assert len(model.weights) == 2
    same = np.ones((2, 4))
    assert np.all(model([same, same]).numpy() == 0)


def test_parts_of_models_are_models():
    model = residual()
    features = Model(model.input, model.get_layer("first").output)
    np.testing.assert_array_equal(features(X), model.get_layer("first")(X))
    behind = Model(model.get_layer("pool").output, model.output)
    assert [layer.name for layer in behind.layers] == ["head"]
    sequential = Sequential([layers.Input((4,)), layers.Dense(3), layers.Dense(2)])
    first = Model(sequential.input, sequential.layers[0].output)
    assert first(np.ones((2, 4))).shape == (2, 3)


def test_models_are_layers_of_models():
    inner = residual()
    inputs = layers.Input((8, 8, 3))
    frozen = inner(inputs, training=False)
    model = Model(inputs, layers.Dense(2)(frozen))
    assert len(model.weights) == len(inner.weights) + 2
    np.testing.assert_array_equal(model(X, training=True), model(X))


def test_operations_are_part_of_a_model():
    inputs = layers.Input((7, 5))
    x = ops.relu(ops.reshape(inputs, (-1, 35))) * 2 + np.ones((35,), "float32")
    model = Model(inputs, ops.concatenate([x, x[:, :1]], axis=-1))
    given = np.random.default_rng(0).standard_normal((3, 7, 5)).astype("float32")
    wide = np.maximum(given.reshape(3, 35), 0) * 2 + 1
    np.testing.assert_allclose(model(given), np.concatenate([wide, wide[:, :1]], 1), rtol=1e-6)
    assert model.output_shape == (None, 36)
    np.testing.assert_allclose(model.predict(given, verbose=0), model(given), rtol=1e-6)


def test_series_of_any_length():
    inputs = layers.Input((None,), dtype="int32")
    x = layers.Embedding(10, 4)(inputs)
    x = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(x)
    model = Model(inputs, layers.Dense(1)(layers.GRU(2)(x)))
    assert [layer.output_shape for layer in model.layers] == [
        (None, None),
        (None, None, 4),
        (None, None, 6),
        (None, 2),
        (None, 1),
    ]
    for length in (3, 5):
        assert model.predict(np.ones((2, length), "int32"), verbose=0).shape == (2, 1)


def test_a_summary_shows_shapes_and_counts():
    lines = []
    residual().summary(print_fn=lines.append)
    text = "\n".join(lines)
    for part in ('"residual"', "(None, 8, 8, 4)", "(None, 4)", "112", "148", "265"):
        assert part in text


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: Model(np.ones((2, 3)), np.ones((2, 3))), "symbolic tensors"),
        (lambda: Model(layers.Input((3,)), layers.Dense(1)(layers.Input((4,)))), "does not have"),
        (lambda: residual()(X[0]), "rank: 3 against 4"),
        (lambda: residual()(np.ones((2, 9, 8, 3))), "set by Input 'image'"),
        (lambda: residual().get_layer("frist"), "first"),
        (lambda: residual()([X, X]), "takes 1 inputs"),
    ],
)
def test_what_makes_no_model_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong()


def test_the_call_of_an_operation_is_one_node():
    inputs = layers.Input((4,))
    x = ops.gelu(inputs)
    calls = [x, x[:, 1:], 1 - x, abs(x), ops.concatenate([x, x], -1), ops.mean(x=x, axis=1)]
    for each, number in zip(calls, [1, 1, 1, 1, 2, 1], strict=True):
        call = each.value.inputs[0]
        assert call.primitive.name == "layer"
        assert len(call.inputs) == number
    parts = ops.split(x, 2, axis=1)
    assert parts[0].value.inputs[0] is parts[1].value.inputs[0]
    model = Model(inputs, [ops.split(x, 2, axis=1)[1], 1 - x])
    given = np.random.default_rng(0).standard_normal((3, 4)).astype("float32")
    half, rest = model(given)
    np.testing.assert_array_equal(half, ops.gelu(given)[:, 2:])
    np.testing.assert_array_equal(rest, 1 - ops.gelu(given))


def test_unknown_sizes_in_the_arguments_of_operations():
    inputs = layers.Input((None, 4))
    shape = ops.shape(inputs)
    model = Model(inputs, ops.reshape(inputs, (shape[0], shape[1], 2, 2)))
    assert model(np.ones((2, 3, 4), "float32")).shape == (2, 3, 2, 2)
    assert model(np.ones((4, 5, 4), "float32")).shape == (4, 5, 2, 2)


def test_an_added_loss_of_operations_is_no_part_of_the_config(capsys):
    x = layers.Input((4,))
    hidden = layers.Dense(3)(x)
    model = Model(x, layers.Dense(4)(hidden))
    model.add_loss(ops.mean(ops.square(x - model.output)) + ops.mean(ops.sum(hidden, axis=-1)))
    model.compile("sgd")
    model.summary()
    assert "square" not in capsys.readouterr().out
    assert {"square", "sum"} <= {each.name.split("_")[0] for each in model.operations}
    again = Model.from_config(model.get_config())
    assert [each.name for each in again.layers] == [each.name for each in model.layers]
    data = np.ones((2, 4), "float32")
    expected = np.mean((data - model(data)) ** 2) + np.mean(model.layers[1](data).numpy().sum(-1))
    assert model.evaluate(data, verbose=0) == pytest.approx(float(expected), rel=1e-5)


def test_a_loop_over_time_that_carries_rows_of_a_batch():
    x = layers.Input((5, 4))
    by_time = ops.transpose(x, (1, 0, 2))
    last, before = ops.scan(
        lambda carry, entry: (carry + entry, carry), ops.zeros_like(by_time[0]), by_time
    )
    model = Model(x, [last, before])
    for rows in (2, 3):
        data = np.random.default_rng(rows).normal(size=(rows, 5, 4)).astype("float32")
        for found in (model(data), model.predict(data, verbose=0)):
            np.testing.assert_allclose(found[0], data.sum(1), rtol=1e-5, atol=1e-6)
            np.testing.assert_allclose(
                found[1][1:], data.cumsum(1).transpose(1, 0, 2)[:-1], rtol=1e-5, atol=1e-6
            )
