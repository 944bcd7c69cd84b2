"""A model's own `build`, which goes on to `Model.build`."""

import numpy as np
import pytest

from geartrain import Model, layers


class Own(Model):
    """Makes a weight and builds a layer, then leaves the rest to the call."""

    def __init__(self):
        super().__init__()
        self.first, self.second = layers.Dense(3), layers.Dense(2)
        self.times = 0

    def build(self, input_shape):
        self.times += 1
        self.scale = self.add_weight(name="scale", shape=(), initializer="ones")
        self.first.build(input_shape)
        super().build(input_shape)

    def call(self, x):
        return self.second(self.first(x)) * self.scale


def test_build_of_ones_own_is_asked_once():
    model = Own()
    model.build((None, 4))
    assert model.built
    assert model.times == 1
    assert len(model.weights) == 5
    model.compile("sgd", "mse")
    model.fit(np.ones((4, 4), "float32"), np.ones((4, 2), "float32"), verbose=0)
    assert model.times == 1


def test_the_first_call_builds_it_once_too():
    model = Own()
    assert model(np.ones((2, 4), "float32")).shape == (2, 2)
    assert model.times == 1
    assert len(model.weights) == 5


def test_a_build_that_fails_leaves_it_unbuilt():
    class Failing(Own):
        def call(self, x):
            raise RuntimeError("not now")

    model = Failing()
    with pytest.raises(RuntimeError, match="not now"):
        model.build((None, 4))
    assert not model.built
