"""TensorFlow's functions: the same numbers, dtypes, shapes and arguments as the real one's."""

import inspect
import json
from pathlib import Path

import numpy as np
import pytest

import geartrain.compat.tensorflow as tf
from tests.compat.tensorflow_cases import CASES, SPACES, evaluated

STORED = json.loads((Path(__file__).parent / "tensorflow.json").read_text())


@pytest.mark.parametrize("case", CASES)
def test_a_case(case):
    same(
        evaluated(tf, case), STORED["cases"][case], LOOSE.get(case.rpartition(" ")[2], (5e-5, 2e-6))
    )


# TensorFlow reads the weights of "bicubic" from a table of 1024 places.
LOOSE = {"'bicubic')": (5e-3, 0.3)}


def same(found, wanted, tolerance):
    if isinstance(wanted, list):
        assert len(found) == len(wanted)
        for a, b in zip(found, wanted, strict=True):
            same(a, b, tolerance)
    elif isinstance(wanted, dict):
        assert (found["dtype"], found["shape"]) == (wanted["dtype"], wanted["shape"])
        if wanted["dtype"] == "string":
            assert found["values"] == wanted["values"]
        else:
            np.testing.assert_allclose(
                found["values"], wanted["values"], rtol=tolerance[0], atol=tolerance[1]
            )
    else:
        assert found == wanted


def ours():
    """Our functions under their names, those that the real one has, too."""
    for space in SPACES:
        module = getattr(tf, space) if space else tf
        for name, each in vars(module).items():
            full = f"{space}.{name}".strip(".")
            if (
                inspect.isfunction(each)
                and not name.startswith("_")
                and full in STORED["signatures"]
            ):
                yield full, each


def default_of(value):
    return value.__name__ if inspect.isfunction(value) else repr(value)


OTHER_ARGUMENTS = {
    "custom_gradient",
    "image.stateless_random_contrast",
}  # the function is not left out: it is a decorator as it is


@pytest.mark.parametrize(("name", "function"), list(ours()))
def test_arguments_are_the_real_ones(name, function):
    if name in OTHER_ARGUMENTS:
        pytest.skip("arguments of its own")
    found = [
        [each.name, "" if each.default is each.empty else default_of(each.default)]
        for each in inspect.signature(function).parameters.values()
    ]
    wanted = STORED["signatures"][name]
    assert [each[0] for each in found] == [each[0] for each in wanted]
    for (argument, default), (_, real) in zip(found, wanted, strict=True):
        if argument != "name" and "object" not in real and "'" not in real + default:
            assert default == real, argument


def test_every_function_says_what_it_does():
    for name, function in ours():
        assert function.__doc__, name


@pytest.mark.parametrize("dilations", [2, [1, 2, 2, 1], (1, 2)])
def test_dilations_of_transposed_convolutions_are_refused_not_left_out(dilations):
    x, w = np.ones((1, 6, 5, 2), "float32"), np.ones((3, 3, 2, 2), "float32")
    with pytest.raises(ValueError, match="no dilations here"):
        tf.nn.conv2d_transpose(x, w, (1, 12, 10, 2), 2, dilations=dilations)
    plain = tf.nn.conv2d_transpose(x, w, (1, 12, 10, 2), 2)
    again = tf.nn.conv2d_transpose(x, w, (1, 12, 10, 2), 2, dilations=[1, 1, 1, 1])
    np.testing.assert_array_equal(again, plain)
