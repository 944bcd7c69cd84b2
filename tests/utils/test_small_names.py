"""The small names of `utils` that live with vectors, settings and symbolic tensors."""

import numpy as np
import pytest

from geartrain import KerasTensor, config, layers, legacy, ops, utils

X = np.array([[1.0, 2.0], [3.0, 4.0]])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, [[0.4472136, 0.89442719], [0.6, 0.8]]),
        ({"axis": 0}, [[0.31622777, 0.4472136], [0.9486833, 0.89442719]]),
        ({"order": 1}, [[0.33333333, 0.66666667], [0.42857143, 0.57142857]]),
        ({"order": np.inf}, [[0.5, 1.0], [0.75, 1.0]]),
        ({"order": 3}, [[0.48074986, 0.96149971], [0.66697178, 0.8892957]]),
    ],
)
def test_vectors_of_one_length(arguments, expected):
    np.testing.assert_allclose(utils.normalize(X, **arguments), expected, rtol=1e-7)
    if arguments.get("order") == np.inf:
        return  # which tensors do not have
    tensor = utils.normalize(ops.convert_to_tensor(X), **arguments)
    np.testing.assert_allclose(tensor, expected, rtol=1e-7)


def test_vectors_without_a_length():
    assert utils.normalize(np.zeros((2, 2))).tolist() == [[0.0, 0.0], [0.0, 0.0]]
    with pytest.raises(ValueError, match="order"):
        utils.normalize(X, order="fro")


def test_settings_are_attributes_and_can_be_frozen():
    settings = utils.Config(a=1, b="x")
    settings.c = 3
    settings["d"] = 4
    del settings["d"]
    assert (settings.a, settings["b"], len(settings), list(settings)) == (
        1,
        "x",
        3,
        ["a", "b", "c"],
    )
    assert settings.to_json() == '{"a": 1, "b": "x", "c": 3}'
    assert settings.get("q", 5) == 5
    settings.freeze()
    with pytest.raises(ValueError, match="frozen"):
        settings.a = 2
    settings.unfreeze()
    settings.update({"a": 2})
    assert settings.pop("a") == 2
    with pytest.raises(AttributeError, match="remedy"):
        settings.a  # noqa: B018


def test_where_symbolic_tensors_come_from():
    first, second = layers.Input((3,)), layers.Input((2,))
    joined = layers.Dense(2)(first) + second
    found = utils.get_source_inputs(joined)
    assert [id(each) for each in found] == [id(first), id(second)]
    assert utils.get_source_inputs(first)[0] is first
    assert utils.get_source_inputs(3) == 3
    assert utils.is_keras_tensor(KerasTensor((2,)))


def test_names_that_other_rooms_have_too():
    assert utils.standardize_dtype("float16") == "float16"
    assert utils.is_interactive_logging_enabled() is config.is_interactive_logging_enabled()
    assert legacy.saving.serialize_keras_object(layers.Flatten(name="f"))["class_name"] == "Flatten"
