"""What is changed between two calls of `fit` is obeyed, and what cannot go well is refused."""

import numpy as np
import pytest

import geartrain
from geartrain import Sequential, activations, layers, optimizers

X, Y = np.ones((8, 3), "float32"), np.ones((8, 1), "float32")


def network(optimizer="sgd", *more):
    model = Sequential(
        [layers.Input((3,)), *more, layers.Dense(1, kernel_initializer="zeros")], name="small"
    )
    model.compile(optimizer, "mse")
    return model


@pytest.mark.parametrize(
    ("made", "name", "value"),
    [
        (lambda: optimizers.SGD(0.01, momentum=0.5), "momentum", 0.9),
        (lambda: optimizers.SGD(0.01, clipnorm=1.0), "clipnorm", 0.01),
        (lambda: optimizers.SGD(0.01, weight_decay=0.1), "weight_decay", 0.9),
        (lambda: optimizers.Adam(0.01), "beta_1", 0.0),
    ],
)
def test_an_optimizer_obeys_what_is_assigned_to_it(made, name, value):
    kernels = []
    for eagerly in (False, True):
        model = network(made())
        model.run_eagerly = eagerly
        model.fit(X, Y, verbose=0)
        setattr(model.optimizer, name, value)
        model.fit(X, Y, epochs=2, verbose=0)
        kernels.append(model.get_weights()[0])
    np.testing.assert_allclose(kernels[0], kernels[1], rtol=1e-5)


def test_a_layer_obeys_what_is_assigned_to_it():
    model = network("sgd", layers.Dropout(0.5))
    model.fit(X, Y, verbose=0)
    model.layers[0].rate = 1.0
    before = model.get_weights()[0]
    model.fit(X, Y, verbose=0)
    np.testing.assert_array_equal(model.get_weights()[0], before)  # it saw zeros alone
    found = model.predict(X, verbose=0)
    model.layers[-1].activation = activations.sigmoid
    np.testing.assert_allclose(model.predict(X, verbose=0), 1 / (1 + np.exp(-found)), rtol=1e-6)


def test_the_same_value_compiles_nothing():
    model = network("sgd", layers.Dropout(0.5))
    model.fit(X, Y, verbose=0)
    programs = dict(model.programs)
    model.layers[0].rate, model.optimizer.momentum = 0.5, model.optimizer.momentum
    model.fit(X, Y, verbose=0)
    assert dict(model.programs) == programs


def test_a_negative_learning_rate_climbs():
    model = network(optimizers.SGD(-0.1))
    losses = model.fit(X, Y, epochs=2, verbose=0).history["loss"]
    assert losses[1] > losses[0]


def test_stateful_layers_take_one_batch_size():
    model = Sequential([layers.Input((4, 3), batch_size=2), layers.LSTM(2, stateful=True)])
    assert model.predict(np.ones((4, 4, 3)), batch_size=2, verbose=0).shape == (4, 2)
    for count, size in ((3, 3), (3, 2)):
        with pytest.raises(ValueError, match="keeps states for another batch size"):
            model.predict(np.ones((count, 4, 3)), batch_size=size, verbose=0)
    with pytest.raises(ValueError, match="keeps states for another batch size"):
        model.predict(iter([(np.ones((2, 4, 3)),), (np.ones((1, 4, 3)),)]), verbose=0)


def test_every_batch_of_a_stream_has_classes_that_there_are():
    model = Sequential([layers.Input((3,)), layers.Dense(2, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    batches = ((X, np.full(8, number)) for number in range(3))
    with pytest.raises(ValueError, match="out of range: 2"):
        model.fit(batches, verbose=0)


def test_weights_are_named_after_the_models_around_them():
    class Outer(geartrain.Model):
        def __init__(self):
            super().__init__(name="outer")
            self.first = layers.Dense(2, name="first")
            self.inner = Sequential([layers.Dense(3, name="second")], name="inner")

        def call(self, x):
            return self.inner(self.first(x))

    outer = Outer()
    outer.build((None, 3))
    paths = [each.path for each in outer.weights]
    assert paths == [
        "outer/first/kernel",
        "outer/first/bias",
        "outer/inner/second/kernel",
        "outer/inner/second/bias",
    ]


def test_the_state_of_a_model_as_a_tree():
    model = network("adam")
    model.fit(X, Y, verbose=0)
    tree = model.get_state_tree(value_format="numpy_array")
    assert set(tree) == {
        *("trainable_variables", "non_trainable_variables"),
        *("optimizer_variables", "metrics_variables"),
    }
    kernel = tree["trainable_variables"]["small"][model.layers[0].name]["kernel"]
    np.testing.assert_array_equal(kernel, model.get_weights()[0])
    assert tree["optimizer_variables"][model.optimizer.name]["iteration"] == 1
    model.fit(X, Y, verbose=0)
    model.set_state_tree(tree)
    np.testing.assert_array_equal(model.get_weights()[0], kernel)
    with pytest.raises(ValueError, match="no variable of this name"):
        model.set_state_tree({"trainable_variables": {"small": {"dense": {"colour": 1}}}})
    with pytest.raises(ValueError, match="format of values"):
        model.get_state_tree("list")
