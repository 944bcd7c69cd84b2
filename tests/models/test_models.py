"""Sequential and subclassed models: building, weights, the three ways to run, summary."""

import numpy as np
import pytest

from geartrain import Model, layers, models, naive
from geartrain.optimizers import RMSprop
from geartrain.tensor import Tensor
from geartrain.utils import set_random_seed


def small(seed=0):
    set_random_seed(seed)
    model = models.Sequential(
        [
            layers.Dense(4, activation="relu", input_shape=(3,)),
            layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile(optimizer=RMSprop(0.01), loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def test_forward_runs_three_ways():
    model = small()
    x = np.random.default_rng(0).standard_normal((5, 3)).astype("float32")
    eager = model(x).numpy()
    np.testing.assert_allclose(naive(model)(x).numpy(), eager, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(model.predict(x, verbose=0), eager, rtol=1e-5, atol=1e-6)


def test_a_whole_training_step_runs_three_ways():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((6, 3)).astype("float32")
    y = np.eye(2, dtype="float32")[rng.integers(0, 2, 6)]
    eager, looped, compiled = small(), small(), small()
    eager.train_step((Tensor(x), Tensor(y)))
    naive(lambda x, y: looped.train_step((x, y)))(Tensor(x), Tensor(y))
    logs = compiled.train_on_batch(x, y, return_dict=True)
    for model in (looped, compiled):
        for one, other in zip(model.get_weights(), eager.get_weights(), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)
    assert logs == pytest.approx(eager.logs_of(None), rel=1e-4)
    assert logs == pytest.approx(looped.logs_of(None), rel=1e-4)


class Residual(Model):
    """A subclassed model: layers are found as attributes."""

    def __init__(self):
        super().__init__()
        self.inner = layers.Dense(8, activation="relu")
        self.outer = layers.Dense(8)
        self.head = layers.Dense(1)

    def call(self, inputs):
        return self.head(inputs + self.outer(self.inner(inputs)))


def test_a_subclassed_model_trains():
    x = np.random.default_rng(0).standard_normal((64, 8)).astype("float32")
    model = Residual()
    model.compile(optimizer="adam", loss="mse")
    history = model.fit(x, x.sum(-1, keepdims=True), epochs=20, verbose=0)
    assert history.history["loss"][-1] < history.history["loss"][0]
    assert [layer.name for layer in model.layers] == [
        model.inner.name,
        model.outer.name,
        model.head.name,
    ]
    assert model.variables == model.weights
    assert len(model.trainable_variables) == 6


def test_frozen_layers_stay():
    model = small()
    model.layers[0].trainable = False
    before = model.get_weights()
    x, y = np.ones((4, 3), "float32"), np.eye(2)[[0, 1, 0, 1]]
    model.fit(x, y, verbose=0)
    after = model.get_weights()
    np.testing.assert_array_equal(before[0], after[0])
    assert not np.array_equal(before[2], after[2])
    assert [each.path for each in model.non_trainable_weights] == [
        f"{model.name}/{model.layers[0].name}/kernel",
        f"{model.name}/{model.layers[0].name}/bias",
    ]


def test_the_name_of_a_model_stands_in_the_paths_of_what_it_builds():
    inner = models.Sequential([layers.Dense(4, name="a")], name="inner")
    outer = models.Sequential([layers.Input((3,)), inner, layers.Dense(2, name="b")], name="outer")
    paths = ["outer/inner/a/kernel", "outer/inner/a/bias", "outer/b/kernel", "outer/b/bias"]
    assert [each.path for each in outer.weights] == paths
    inputs = layers.Input((3,))
    functional = models.Model(inputs, layers.Dense(2, name="c")(inputs), name="functional")
    assert functional.weights[0].path == "c/kernel"  # the layer was there before the model


def test_layers_are_built_when_the_shape_is_known():
    deferred = models.Sequential([layers.Dense(4), layers.Dense(2)])
    assert deferred.weights == []
    deferred(np.zeros((1, 3), "float32"))
    assert [each.shape for each in deferred.weights] == [(3, 4), (4,), (4, 2), (2,)]
    given = models.Sequential([layers.Input((3,)), layers.Dense(4), layers.Dense(2)])
    assert given.count_params() == deferred.count_params() == 26
    given.pop()
    given.add(layers.Dense(5))
    assert given.weights[-1].shape == (5,)


def test_adding_a_layer_that_does_not_fit_leaves_the_model_as_it_was():
    class Wrong(layers.Layer):
        def call(self, inputs):
            raise ValueError("no")

    model = small()
    with pytest.raises(ValueError, match="no"):
        model.add(Wrong())
    assert len(model.layers) == 2
    model.predict(np.zeros((1, 3), "float32"), verbose=0)


def test_initial_weights_depend_on_the_seed_alone():
    assert all(
        np.array_equal(one, other)
        for one, other in zip(small(5).get_weights(), small(5).get_weights(), strict=True)
    )
    assert not np.array_equal(small(5).get_weights()[0], small(6).get_weights()[0])
    limit = np.sqrt(6 / (3 + 4))
    kernel = small().get_weights()[0]
    assert np.abs(kernel).max() <= limit
    assert np.abs(kernel).max() > 0.3 * limit


def test_summary(capsys):
    models.Sequential([layers.Dense(2, name="late")]).summary()
    printed = capsys.readouterr().out
    assert "late (Dense)" in printed
    assert "0 (unbuilt)" in printed
    model = models.Sequential([layers.Flatten(input_shape=(2, 3)), layers.Dense(4, name="head")])
    lines = []
    model.summary(print_fn=lines.append)
    assert "(None, 6)" in lines[0]
    assert "(None, 4)" in lines[0]
    assert " Total params: 28 (112.00 B)" in lines[0]


def test_inputs_without_outputs_make_no_model():
    with pytest.raises(ValueError, match="what comes out"):
        Model(inputs=layers.Input((3,)))


def test_a_dict_of_one_is_an_input():
    model = models.Sequential([layers.Input((3,)), layers.Dense(2)])
    assert model({"x": np.ones((4, 3))}).shape == (4, 2)
    with pytest.raises(ValueError, match="one array for a model with one input"):
        model({"x": np.ones((4, 3)), "z": np.ones((4, 3))})


def test_building_without_a_shape_waits_for_data():
    model = models.Sequential([layers.Dense(2)])
    model.build()
    assert not model.weights
    assert model(np.ones((4, 3))).shape == (4, 2)


def test_a_call_by_its_own_name_takes_arrays():
    entrance = layers.Input((3,))
    functional = Model(entrance, layers.Dense(2)(entrance))
    assert functional.call(np.ones((4, 3), "float32")).shape == (4, 2)
