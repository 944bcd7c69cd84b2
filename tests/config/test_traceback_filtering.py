"""Errors show the user's lines; the library's own are left out, unless they are asked for."""

import traceback

import numpy as np
import pytest

from geartrain import config, layers, models, tracebacks


@pytest.fixture(autouse=True)
def _with_filtering():
    config.enable_traceback_filtering()
    yield
    config.disable_traceback_filtering()


class Faulty(layers.Layer):
    def call(self, x):
        return wrong(x)


def wrong(x):
    raise ArithmeticError("of the user's own")


def frames_of(call):
    with pytest.raises((ArithmeticError, ValueError)) as caught:
        call()
    return [each.filename for each in traceback.extract_tb(caught.value.__traceback__)]


def own_frames(call):
    return [each for each in frames_of(call) if each.startswith(tracebacks.HERE)]


def network():
    model = models.Sequential([layers.Dense(2), Faulty()])
    model.compile("sgd", "mse", run_eagerly=True)
    return model


X = np.ones((4, 3), "float32")
CALLS = {
    "a layer": lambda: Faulty()(X),
    "a layer in a model": lambda: network()(X),
    "bad input": lambda: layers.Dense(2)(np.float32(1.0)),
    "fit": lambda: network().fit(X, X[:, :2], verbose=0),
    "evaluate": lambda: network().evaluate(X, X[:, :2], verbose=0),
    "predict": lambda: network().predict(X, verbose=0),
    "a compiled step": lambda: models.Sequential([Faulty()]).predict(X, verbose=0),
}


@pytest.mark.parametrize("name", CALLS)
def test_the_frames_of_the_library_are_left_out(name):
    found = own_frames(CALLS[name])
    assert 1 <= len(found) <= 2  # where the error is handed on: by the layer, and the model
    config.disable_traceback_filtering()
    assert len(own_frames(CALLS[name])) > 2 * len(found)


@pytest.mark.parametrize("name", [each for each in CALLS if each != "bad input"])
def test_the_users_frames_stay(name):
    with pytest.raises(ArithmeticError) as caught:
        CALLS[name]()
    functions = [each.name for each in traceback.extract_tb(caught.value.__traceback__)]
    assert functions[-2:] == ["call", "wrong"]
    assert functions.count("<lambda>") == 1


def test_what_caused_an_error_stays_with_it():
    class Chained(layers.Layer):
        def call(self, x):
            try:
                return wrong(x)
            except ArithmeticError as error:
                raise ValueError("of it") from error

    with pytest.raises(ValueError, match="of it") as caught:
        Chained()(X)
    assert isinstance(caught.value.__cause__, ArithmeticError)
