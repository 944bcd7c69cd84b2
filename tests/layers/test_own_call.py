"""A layer whose `call` was wrapped by its own hand, as packages do to look at what goes in."""

from functools import wraps

import numpy as np

from geartrain import Sequential, layers, ops


def looking(call):
    @wraps(call)
    def looked(inputs, **kwargs):
        return call(inputs, **kwargs)

    return looked


class Wrapped(layers.Layer):
    def __init__(self):
        super().__init__()
        self.supports_masking = True
        self.call = looking(self.call)

    def call(self, inputs, mask=None):
        return inputs if mask is None else inputs * ops.cast(mask, "float32")[..., None]


def test_only_the_first_argument_is_given_without_its_name():
    numbers = np.array([[[1.0], [0.0]]], "float32")
    model = Sequential([layers.Masking(), Wrapped()])
    assert np.asarray(model(numbers)).tolist() == numbers.tolist()
    assert np.asarray(Wrapped()(numbers, np.array([[False, True]]))).tolist() == [[[0.0], [0.0]]]
