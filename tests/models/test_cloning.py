"""Models as configs, as text, and cloned."""

import copy
import json
import pickle

import numpy as np
import pytest

from geartrain import (
    Model,
    Sequential,
    layers,
    losses,
    metrics,
    models,
    ops,
    optimizers,
    saving,
)

GIVEN = np.random.default_rng(0).standard_normal((2, 4)).astype("float32")
X4 = np.arange(1, 5).astype("float32")


def branches():
    a, b = layers.Input((4,), name="a"), layers.Input((4,), name="b")
    shared = layers.Dense(3, name="shared")
    x = layers.Concatenate(name="joined")([shared(a), shared(b)])
    y = ops.relu(x + 1.0) * 2
    z = layers.Dense(2, name="head")(ops.mean(ops.expand_dims(y, 1), axis=1, keepdims=False))
    return Model({"a": a, "b": b}, [z, x[:, 1:3]], name="branches")


def same(model, other, given):
    other.set_weights(model.get_weights())
    for one, two in zip(model(given), other(given), strict=True):
        np.testing.assert_array_equal(one, two)


BOTH = {"a": GIVEN, "b": -GIVEN}


def test_a_functional_model_comes_back_from_text():
    model = branches()
    other = models.model_from_json(model.to_json())
    assert [each.name for each in other.layers] == [each.name for each in model.layers]
    assert other.name == "branches"
    assert list(other.input) == ["a", "b"]
    same(model, other, BOTH)


def test_the_config_is_that_of_keras():
    """The calls, as the real Keras writes them for the same program."""
    config = branches().get_config()
    assert list(config) == ["name", "trainable", "layers", "input_layers", "output_layers"]
    assert config["input_layers"] == {"a": ["a", 0, 0], "b": ["b", 0, 0]}
    assert config["output_layers"][0] == ["head", 0, 0]
    by_name = {each["name"]: each for each in config["layers"]}
    calls = by_name["shared"]["inbound_nodes"]
    history = [call["args"][0]["config"]["keras_history"] for call in calls]
    assert history == [["a", 0, 0], ["b", 0, 0]]
    joined = by_name["joined"]["inbound_nodes"][0]["args"][0]
    assert [each["config"]["keras_history"] for each in joined] == [
        ["shared", 0, 0],
        ["shared", 1, 0],
    ]
    assert joined[0]["config"]["shape"] == [None, 3]
    kinds = {each["class_name"]: each["module"] for each in config["layers"]}
    assert kinds["Add"] == "keras.src.ops.numpy"
    assert kinds["Dense"] == "keras.layers"
    mean = next(each for each in config["layers"] if each["class_name"] == "Mean")
    assert {**mean["config"], "name": ""} == {"name": "", "axis": 1, "keepdims": False}


def test_several_outputs_of_one_call():
    inputs = layers.Input((4,))
    first, second = ops.split(inputs, 2, axis=1)
    model = Model(inputs, [second, first])
    other = models.model_from_json(model.to_json())
    np.testing.assert_array_equal(other(GIVEN)[0], GIVEN[:, 2:])


@pytest.mark.parametrize(
    "operate",
    [
        lambda x: ops.einsum("ij,jk->ik", x, np.ones((4, 2), "float32")),
        lambda x: x[..., None],
        lambda x: ops.where(x > 0, x, 0.0),
        lambda x: ops.cast(ops.round(x), "int32"),
        lambda x: ops.reshape(x, (-1, 2, 2)),
        lambda x: ops.clip(x, -1, 1),
        lambda x: ops.stack([x, x], axis=1),
        lambda x: ops.nn.gelu(x, approximate=False),
        lambda x: 1 - x**2,
        lambda x: ops.batch_normalization(x, X4, X4, -1, scale=X4),
    ],
)
def test_operations_come_back(operate):
    inputs = layers.Input((4,))
    model = Model(inputs, operate(inputs))
    for other in (models.model_from_json(model.to_json()), models.clone_model(model)):
        np.testing.assert_array_equal(model(GIVEN), other(GIVEN))


def test_models_inside_come_back():
    inner = Sequential([layers.Input((4,)), layers.Dense(3), layers.Dense(4, name="q")], name="in")
    inputs = layers.Input((4,))
    model = Model(inputs, [inner(inputs), inner(inputs * 2, training=False)])
    other = models.model_from_json(model.to_json())
    same(model, other, GIVEN)
    assert len(other.weights) == 4
    call = model.get_config()["layers"][2]["inbound_nodes"]
    assert [each["kwargs"].get("training") for each in call] == [None, False]


def test_a_part_of_a_model_comes_back():
    inputs = layers.Input((4,))
    middle = layers.Dense(3)(inputs)
    model = Model(middle, layers.Dense(2)(middle))
    other = models.model_from_json(model.to_json())
    other.set_weights(model.get_weights())
    np.testing.assert_array_equal(model(GIVEN[:, :3]), other(GIVEN[:, :3]))


def test_nests_of_inputs_and_outputs():
    a, b = layers.Input((4,), name="a"), layers.Input((4,), name="b")
    config = Model([a, b], {"p": a + b, "q": [a - b]}).get_config()
    assert config["input_layers"] == [["a", 0, 0], ["b", 0, 0]]
    model = Model.from_config(json.loads(json.dumps(config)))
    found = model([GIVEN, GIVEN])
    np.testing.assert_array_equal(found["p"], GIVEN * 2)
    assert isinstance(found["q"], list)
    assert Model(a, a + 1).get_config()["input_layers"] == ["a", 0, 0]
    assert Model([a], [a + 1]).get_config()["output_layers"][0][1:] == [0, 0]


def test_sequential():
    model = Sequential([layers.Dense(3, name="first")], name="stack")
    assert "build_input_shape" not in model.get_config()
    unbuilt = Sequential.from_config(model.get_config())
    assert not unbuilt.built
    model.build((None, 4))
    config = model.get_config()
    assert [each["class_name"] for each in config["layers"]] == ["InputLayer", "Dense"]
    assert tuple(config["build_input_shape"]) == (None, 4)
    other = Sequential.from_config(config)
    assert other.built
    assert other.name == "stack"
    assert [each.name for each in other.layers] == ["first"]


class Mine(Model):
    def __init__(self, units=3, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.dense = layers.Dense(units)

    def call(self, inputs):
        return self.dense(inputs)


def test_a_model_of_ones_own():
    text = Mine(5).to_json()
    with pytest.raises(TypeError, match="Could not locate class 'Mine'"):
        models.model_from_json(text)
    assert models.model_from_json(text, custom_objects={"Mine": Mine}).units == 5
    assert models.clone_model(Mine(4)).units == 4


def test_a_clone_has_new_weights():
    model = branches()
    clone = models.clone_model(model)
    assert [each.name for each in clone.layers] == [each.name for each in model.layers]
    assert not np.array_equal(clone.get_weights()[0], model.get_weights()[0])
    assert not set(clone.weights) & set(model.weights)
    same(model, clone, BOTH)


def test_clone_function_and_call_function():
    model = branches()
    seen = []

    def wider(layer):
        config = layer.get_config()
        seen.append(layer.name)
        if layer.name == "head":
            config["units"] = 5
        return type(layer).from_config(config)

    assert models.clone_model(model, clone_function=wider)(BOTH)[0].shape == (2, 5)
    assert seen == ["shared", "joined", "head"]
    called = []

    def calling(layer, *args, **kwargs):
        called.append(layer.name)
        return layer(*args, **kwargs)

    models.clone_model(model, call_function=calling)
    assert called == ["shared", "shared", "joined", "head"]
    with pytest.raises(TypeError, match="gave no layer"):
        models.clone_model(model, clone_function=lambda layer: 3)


def test_a_clone_upon_given_tensors():
    inputs = layers.Input((4,))
    model = Model(inputs, layers.Dense(2)(inputs))
    start = layers.Input((4,), name="start")
    assert models.clone_model(model, input_tensors=start).input is start
    with pytest.raises(ValueError, match="input_tensors"):
        models.clone_model(model, input_tensors=[start])
    with pytest.raises(ValueError, match="input_tensors"):
        models.clone_model(model, input_tensors=ops.ones((2, 4)))


def test_a_recursive_clone_goes_into_models():
    inner = Sequential([layers.Input((4,)), layers.Dense(4, name="deep")], name="inner")
    inputs = layers.Input((4,))
    model = Model(inputs, inner(inputs))
    for recursive, expected in [(False, ["inner"]), (True, ["deep"])]:
        seen = []

        def clone(layer, seen=seen):
            seen.append(layer.name)
            return type(layer).from_config(layer.get_config())

        models.clone_model(model, clone_function=clone, recursive=recursive)
        assert seen == expected


def test_arguments_that_do_not_fit():
    with pytest.raises(ValueError, match="call_function"):
        models.clone_model(Sequential(), call_function=lambda layer, x: layer(x))
    with pytest.raises(ValueError, match="clone_function"):
        models.clone_model(Mine(), clone_function=lambda layer: layer)
    with pytest.raises(ValueError, match="clone_model does not know"):
        models.clone_model(Sequential(), other=1)


def test_what_has_no_name_says_so():
    inputs = layers.Input((4,))
    model = Model(inputs, ops.cond(True, lambda: inputs + 1, lambda: inputs))
    if not isinstance(model, Model):
        pytest.skip("a condition that is known leaves no step")
    found = layers.Lambda(lambda x: x)(inputs)
    with pytest.raises(ValueError, match="lambda"):
        Model(inputs, found).to_json()


def test_circles_are_found():
    config = branches().get_config()
    text = json.dumps(saving.serialize_keras_object(config)).replace('"joined", 0', '"joined", 7')
    with pytest.raises(ValueError, match="nothing gives"):
        Model.from_config(json.loads(text))


def trained(model):
    model.compile(optimizers.Adam(0.25), losses.Huber(), metrics=["mae", metrics.AUC(name="area")])
    model.fit(np.ones((4, 3)), np.ones((4, 1)), verbose=0)
    return model


def test_a_clone_is_compiled_likewise():
    model = trained(models.Sequential([layers.Input((3,)), layers.Dense(1)]))
    clone = models.clone_model(model)
    assert clone.compiled
    assert float(clone.optimizer.learning_rate) == 0.25
    assert clone.optimizer is not model.optimizer
    assert int(clone.optimizer.iterations) == 0
    assert len(clone.optimizer.variables) == len(model.optimizer.variables)
    assert clone.loss is not model.loss
    found = clone.evaluate(np.ones((4, 3)), np.ones((4, 1)), verbose=0, return_dict=True)
    assert list(found) == ["area", "loss", "mae"]
    assert not models.clone_model(models.Sequential([layers.Dense(1)])).compiled


class OwnCompile(Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = layers.Dense(1)

    def call(self, inputs):
        return self.dense(inputs)

    def compile(self, extra, **kwargs):
        super().compile(**kwargs)
        self.extra = extra


class SaysHow(OwnCompile):
    def get_compile_config(self):
        return {"extra": self.extra}

    def compile_from_config(self, config):
        self.compile(config["extra"], optimizer="sgd", loss="mse")


def test_a_compile_of_ones_own_is_called_if_the_class_says_how():
    for cls in (OwnCompile, SaysHow):
        model = cls()
        model.compile(3, optimizer="sgd", loss="mse")
        clone = models.clone_model(model)
        assert clone.compiled is (cls is SaysHow)
    assert clone.extra == 3


def through_pickle(model):
    return pickle.loads(pickle.dumps(model))


@pytest.mark.parametrize("copied", [copy.deepcopy, through_pickle])
def test_a_trained_model_is_copied_whole(copied):
    entrance = layers.Input((3,))
    for model in (
        models.Sequential([layers.Input((3,)), layers.Dense(1)]),
        Model(entrance, layers.Dense(1)(entrance)),
        OwnCompile(),
    ):
        if isinstance(model, OwnCompile):
            model.compile(1, optimizer="adam", loss="mse")
            model.fit(np.ones((4, 3)), np.ones((4, 1)), verbose=0)
        else:
            trained(model)
        x, y = np.ones((4, 3)), np.ones((4, 1))
        model.predict(x, verbose=0)
        again = copied(model)
        assert again.compiled
        assert int(again.optimizer.iterations) == 1
        np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))
        before = again.get_weights()
        model.fit(x, y, verbose=0)
        np.testing.assert_array_equal(again.get_weights()[0], before[0])
        again.fit(x, y, verbose=0)
        np.testing.assert_array_equal(again.get_weights()[0], model.get_weights()[0])
        assert again.history.model is again
