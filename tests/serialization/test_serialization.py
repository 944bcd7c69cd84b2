"""Objects as plain data, and back."""

import json

import numpy as np
import pytest

from geartrain import Tensor, initializers, layers, random, saving
from geartrain.activations import relu
from geartrain.serialization import public_name, sharing_objects

read, write = saving.deserialize_keras_object, saving.serialize_keras_object


def through_json(thing):
    return read(json.loads(json.dumps(write(thing))))


@pytest.fixture(autouse=True)
def _nothing_registered():
    before = dict(saving.get_custom_objects())
    yield
    saving.get_custom_objects().clear()
    saving.get_custom_objects().update(before)


class Scale:
    def __init__(self, factor=2):
        self.factor = factor

    def get_config(self):
        return {"factor": self.factor}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


def twice(x):
    return 2 * x


@pytest.mark.parametrize(
    ("given", "written"),
    [
        (1, 1),
        (None, None),
        ("relu", "relu"),
        (np.float32(1.5), 1.5),
        ((1, (2, "a")), (1, (2, "a"))),
        ({"a": [1, None]}, {"a": [1, None]}),
        (
            slice(1, None, 2),
            {"class_name": "__slice__", "config": {"start": 1, "stop": None, "step": 2}},
        ),
        (..., {"class_name": "__ellipsis__", "config": {}}),
        (b"abc", {"class_name": "__bytes__", "config": {"value": "abc"}}),
        (
            np.arange(2, dtype="int64"),
            {"class_name": "__numpy__", "config": {"value": [0, 1], "dtype": "int64"}},
        ),
        (
            relu,
            {
                "module": "builtins",
                "class_name": "function",
                "config": "relu",
                "registered_name": "function",
            },
        ),
        (
            random.SeedGenerator(3, name="s"),
            {
                "module": "keras.random",
                "class_name": "SeedGenerator",
                "config": {"seed": 3, "name": "s"},
                "registered_name": None,
            },
        ),
        (
            Scale(3),
            {
                "module": None,
                "class_name": "Scale",
                "config": {"factor": 3},
                "registered_name": "Scale",
            },
        ),
    ],
)
def test_written_as_keras_writes_it(given, written):
    assert write(given) == written


def test_special_values_come_back():
    assert through_json(slice(1, None, 2)) == slice(1, None, 2)
    assert through_json(...) is ...
    assert through_json(b"abc") == b"abc"
    array = through_json(np.arange(3))
    assert array.dtype == np.int64
    assert array.tolist() == [0, 1, 2]
    tensor = through_json(Tensor(np.ones((2, 1), np.float32)))
    assert isinstance(tensor, Tensor)
    assert tensor.shape == (2, 1)


def test_functions_by_name():
    assert through_json(relu) is relu
    assert read(write(twice), custom_objects={"twice": twice}) is twice
    with pytest.raises(TypeError, match="Could not locate function 'twice'"):
        read(write(twice))


def test_classes_by_name():
    assert read(write(Scale(3)), custom_objects={"Scale": Scale}).factor == 3
    with pytest.raises(TypeError, match="Could not locate class 'Scale'"):
        read(write(Scale(3)))
    with saving.custom_object_scope({"Scale": Scale}):
        assert read(write(Scale(4))).factor == 4


def test_registered():
    saving.register_keras_serializable("pack")(Scale)
    saving.register_keras_serializable("pack", name="double")(twice)
    assert saving.get_registered_name(Scale) == "pack>Scale"
    assert saving.get_registered_object("pack>double") is twice
    assert write(twice)["config"] == "pack>double"
    assert read(write([Scale(5), twice]))[0].factor == 5
    assert read(write(twice)) is twice


def test_the_inner_scope_wins():
    with saving.CustomObjectScope({"x": 1}), saving.CustomObjectScope({"x": 2}):
        assert saving.get_registered_object("x") == 2
    assert saving.get_registered_object("x") is None
    assert saving.get_registered_object("x", {"x": 3}) == 3
    assert saving.get_registered_object("x", None, {"x": 4}) == 4


def test_a_class_without_config_is_not_registered():
    with pytest.raises(ValueError, match="get_config"):
        saving.register_keras_serializable()(object)


def test_what_cannot_be_written():
    with pytest.raises(TypeError, match="cannot be written"):
        write(object())
    with pytest.raises(TypeError, match="cannot be written"):
        write(1j)
    with pytest.raises(ValueError, match="lambda"):
        write(lambda x: x)


@pytest.mark.parametrize(
    ("config", "error"),
    [
        ({"module": "os", "class_name": "system", "config": {"command": "true"}}, TypeError),
        ({"module": "os", "class_name": "system", "config": "true"}, TypeError),
        ({"module": "keras.utils", "class_name": "get_file", "config": {"x": 1}}, ValueError),
        ({"module": "keras.layers", "class_name": "Nope", "config": {}}, ValueError),
        ({"module": "keras.layers", "class_name": "__class__", "config": {}}, ValueError),
        ({"module": "keras.layers", "class_name": "layer", "config": {}}, ValueError),
        ({"module": "keras.layers", "class_name": "Dense", "config": "relu"}, TypeError),
        ({"module": "keras.layers", "class_name": "Dense", "config": {"unitz": 1}}, TypeError),
        ({"module": "builtins", "class_name": "function", "config": "eval"}, TypeError),
        ({"module": "builtins", "class_name": "function", "config": "get_file"}, TypeError),
        ({"module": "builtins", "class_name": "function", "config": "os.system"}, TypeError),
        ({"class_name": "__lambda__", "config": {"value": ["4wEA", None, None]}}, ValueError),
        ({"class_name": "Dense", "config": {"units": 1}}, TypeError),
    ],
)
@pytest.mark.parametrize("safe", [True, False])
def test_nothing_but_public_classes_is_made(config, error, safe):
    with pytest.raises(error):
        read(config, safe_mode=safe)


def test_plain_data_stays():
    for plain in (1, 1.5, None, "text", [1, "a"], {"a": 1}, {"class_name": "Dense"}):
        assert read(plain) == plain
    assert read("text", custom_objects={"text": twice}) is twice


def test_public_names():
    assert public_name(layers.Dense) == ("keras.layers", "Dense")
    assert public_name(initializers.GlorotUniform) == ("keras.initializers", "GlorotUniform")
    assert public_name(Scale) is None


def test_older_modules_are_known():
    for module in ("keras.src.layers.core.dense", "tf_keras.layers", "geartrain.layers"):
        found = read({"module": module, "class_name": "Dense", "config": {"units": 3}})
        assert found.units == 3


def test_what_occurs_twice_is_one_object():
    one = Scale(3)
    with sharing_objects():
        written = json.loads(json.dumps(write([one, one, Scale(4)])))
    assert written[0]["shared_object_id"] == written[1]["shared_object_id"]
    assert "shared_object_id" not in written[2]
    with sharing_objects(), saving.CustomObjectScope({"Scale": Scale}):
        first, second, third = read(written)
    assert first is second
    assert third.factor == 4
