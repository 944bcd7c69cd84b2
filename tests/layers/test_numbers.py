"""Every layer against the numbers, weights, shapes and arguments of the real Keras."""

import inspect
import json
from pathlib import Path

import numpy as np
import pytest

import geartrain
from geartrain import layers
from tests.layers.cases import CASES, name_of, run

FOLDER = Path(__file__).parent
GOLDEN = json.loads((FOLDER / "golden.json").read_text(encoding="utf-8"))
ARRAYS = dict(np.load(FOLDER / "golden.npz"))

ELSEWHERE = ("geartrain.layers.preprocessing.", "geartrain.layers.augmentation.")


@pytest.mark.parametrize("number", range(len(CASES)), ids=CASES)
def test_layers_compute_what_those_of_keras_do(number):
    case = CASES[number]
    expected = GOLDEN["facts"][case]
    facts, outputs = run(layers, case)
    facts = json.loads(json.dumps(facts))
    assert fits(facts.pop("output_shape"), expected["output_shape"])
    assert facts == {name: expected[name] for name in ("names", "trainable", "weights")}
    stored = [key for key in ARRAYS if key.startswith(f"{number}.")]
    assert len(stored) == len(outputs)
    for at, own in enumerate(outputs):
        np.testing.assert_allclose(own, ARRAYS[f"{number}.{at}"], rtol=1e-5, atol=3e-6)


def fits(own, expected):
    """Whether shapes are those of Keras, which does not always know what can be known."""
    if isinstance(own, list):
        return len(own) == len(expected) and all(map(fits, own, expected))
    return expected in (None, own)


@pytest.mark.parametrize("name", sorted(GOLDEN["signatures"]))
def test_arguments_are_those_of_keras(name):
    signature = inspect.signature(getattr(layers, name).__init__)
    own = {
        each.name: None if each.default is each.empty else eval(repr(each.default))
        for each in signature.parameters.values()
    }
    expected = {
        argument: None if default is None else eval(default)
        for argument, default in GOLDEN["signatures"][name]
    }
    assert {argument: own.get(argument, "missing") for argument in expected} == expected
    assert [argument for argument in own if argument in expected] == list(expected)


def test_every_public_layer_is_compared():
    classes = [getattr(layers, name) for name in layers.__all__ if name[0].isupper()]
    # Layers before the network have tests of their own in the rooms of this folder.
    classes = [each for each in classes if not each.__module__.startswith(ELSEWHERE)]
    public = {each.__name__ for each in classes}
    public -= {"Input", "InputLayer", "InputSpec", "Layer", "Wrapper"}
    public = {name.replace("Grouped", "Group") for name in public}
    assert public == {name_of(case) for case in CASES}
    assert geartrain.layers is layers
