"""`keras.backend`: the numbers of Keras's, and functions and gradients of symbolic tensors."""

import inspect
import json
from pathlib import Path

import numpy as np
import pytest

from geartrain import layers, models
from geartrain.compat.keras import backend as K

from .backend_cases import CASES, SERIES, values

GOLDEN = json.loads((Path(__file__).parent / "backend_golden.json").read_text())
NAMES = [f"{number}: {case[0]}" for number, case in enumerate(CASES)] + [
    f"rnn {given}" for given in SERIES
]


@pytest.fixture(scope="module")
def found():
    return dict(zip(NAMES, values(K), strict=True))


@pytest.mark.parametrize(("name", "expected"), list(zip(NAMES, GOLDEN["values"], strict=True)))
def test_numbers_as_keras(found, name, expected):
    given = found[name]
    pairs = zip(given, expected, strict=True) if isinstance(given, list) else [(given, expected)]
    for one, other in pairs:
        assert one["shape"] == other["shape"]
        np.testing.assert_allclose(one["values"], other["values"], 1e-4, 1e-5)


@pytest.mark.parametrize("name", list(GOLDEN["signatures"]))
def test_arguments_as_keras(name):
    own = list(inspect.signature(getattr(K, name)).parameters)
    assert own[: len(GOLDEN["signatures"][name])] == GOLDEN["signatures"][name]


@pytest.fixture
def model():
    return models.Sequential(
        [layers.Input((4,)), layers.Dense(3, activation="tanh"), layers.Dropout(0.5)]
    )


def test_function_of_a_layer_within(model):
    x = np.ones((2, 4), "float32")
    (found,) = K.function([model.input], [model.layers[0].output])([x])
    np.testing.assert_allclose(found, model.layers[0](x).numpy(), rtol=1e-6)
    found[0] = 0.0  # it is the caller's own


def test_the_learning_phase_is_an_input(model):
    get = K.function([model.input, K.learning_phase()], [model.output])
    x = np.ones((50, 4), "float32")
    assert not np.any(get([x, 0])[0] == 0)
    assert np.mean(get([x, 1])[0] == 0) > 0.2


def test_gradients_by_input_weights_and_what_lies_between(model):
    hidden = layers.Dense(2)
    loss = K.sum(K.square(hidden(model.layers[0].output)))
    between, kernel, nothing = K.gradients(
        loss, [model.layers[0].output, hidden.kernel, K.placeholder((3,))]
    )
    assert nothing is None
    assert between.shape == (None, 3)
    x = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
    at_hidden, by_kernel = K.function([model.input], [between, kernel])([x])
    h = model.layers[0](x).numpy()
    w, b = hidden.get_weights()
    np.testing.assert_allclose(at_hidden, 2 * (h @ w + b) @ w.T, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(by_kernel, h.T @ (2 * (h @ w + b)), rtol=1e-4, atol=1e-5)


def test_gradients_of_gradients():
    x = K.placeholder((3,))
    once = K.gradients(K.sum(x * x * x), x)[0]
    twice = K.gradients(once, x)[0]
    (found,) = K.function([x], [twice])([[1.0, 2.0, 3.0]])
    np.testing.assert_allclose(found, [6.0, 12.0, 18.0], rtol=1e-6)


def test_updates_happen_at_each_call():
    count, x = K.variable(0.0), K.placeholder(())
    step = K.function([x], [x * 2.0], updates=[K.update_add(count, x)])
    assert [float(step([each])[0]) for each in (1.0, 2.0)] == [2.0, 4.0]
    assert float(K.get_value(count)) == 3.0


def test_a_variable_is_read_when_the_function_runs():
    scale, x = K.variable(2.0), K.placeholder((2,))
    double = K.function([x], [x * scale])
    assert double([[1.0, 2.0]])[0].tolist() == [2.0, 4.0]
    K.set_value(scale, 3.0)
    assert double([[1.0, 2.0]])[0].tolist() == [3.0, 6.0]
    assert K.eval(K.sum(scale * 2.0)) == 6.0


def test_random_numbers_differ_from_call_to_call():
    x = K.placeholder((None, 2))
    noise = layers.Lambda(lambda x: x + K.random_normal(K.shape(x)))(x)
    draw = K.function([x], [noise])
    first, second = (draw([np.zeros((3, 2))])[0] for _ in range(2))
    assert first.shape == (3, 2)
    assert not np.array_equal(first, second)


def test_random_numbers_of_a_symbols_shape():
    x = K.placeholder((None, 2))
    draw = K.function([x], [x + K.random_normal(K.shape(x))])
    first, second = (draw([np.zeros((3, 2))])[0] for _ in range(2))
    assert first.shape == (3, 2)
    assert not np.array_equal(first, second)


def test_in_train_phase_asks_the_call():
    inputs = layers.Input((2,))
    model = models.Model(inputs, K.in_train_phase(inputs * 2.0, inputs))
    x = np.ones((1, 2), "float32")
    assert model(x).tolist() == [[1.0, 1.0]]
    assert model(x, training=True).tolist() == [[2.0, 2.0]]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: K.function([3.0], []), "K.placeholder"),
        (lambda: K.gradients(K.constant(1.0), []), "GradientTape"),
        (lambda: K.function([K.placeholder((2,))], [])([]), "1, in a list"),
        (lambda: K.set_learning_phase(2), "0 or 1"),
    ],
)
def test_bad_input_is_explained(call, words):
    with pytest.raises(ValueError, match=words):
        call()
