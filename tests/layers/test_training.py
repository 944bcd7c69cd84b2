"""Training layers: as Keras does, and the same compiled and run eagerly."""

import json
from pathlib import Path

import numpy as np
import pytest

import geartrain
from geartrain import Sequential, layers
from geartrain.utils import set_random_seed
from tests.layers.cases import CASES, arguments_of, name_of
from tests.layers.training_cases import MODELS, train

ARRAYS = dict(np.load(Path(__file__).parent / "golden.npz"))


@pytest.mark.parametrize("name", MODELS)
def test_training_gives_the_numbers_of_keras(name):
    for at, own in enumerate(train(geartrain, name)):
        np.testing.assert_allclose(own, ARRAYS[f"{name}.{at}"], rtol=1e-4, atol=2e-5)


@pytest.mark.parametrize("name", MODELS)
def test_eager_training_gives_the_same(name):
    compiled, eager = train(geartrain, name), train(geartrain, name, run_eagerly=True)
    for one, other in zip(compiled, eager, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-6, atol=1e-6)


GATES = json.loads((Path(__file__).parent / "golden.json").read_text(encoding="utf-8"))["gates"]


def alone(case):
    """Whether a case's layer takes one tensor and nothing else, and has variables."""
    made, inputs, named = arguments_of(case)
    gate = GATES[name_of(case)]
    if not gate["trainable"] + gate["non_trainable"]:
        return False  # which the gate compiles
    return not named and not inputs.startswith("[") and "), " not in inputs and "Cell" not in made


# The shortest case of each class, which asks for what it asks by default.
ALONE = {name_of(case): case for case in sorted(CASES, key=len, reverse=True) if alone(case)}


@pytest.mark.parametrize("case", ALONE.values())
def test_every_layer_trains_in_machine_code_as_it_does_eagerly(case):
    made, inputs, _ = arguments_of(case)
    draw = np.random.default_rng(0)
    words = {
        "L": layers,
        "f": lambda *shape: draw.standard_normal((5, *shape[1:])).astype("float32"),
        "i": lambda limit, *shape: draw.integers(0, limit, (5, *shape[1:])),
    }
    x = eval(inputs, words)
    weights = []
    for eagerly in (True, False):
        set_random_seed(1)
        before = [layers.Dense(x.shape[-1])] if x.dtype.kind == "f" else []
        layer = eval(f"L.{made}", words)
        flat = layers.Lambda(first, mask=lambda x, mask: None)  # which ends a mask in silence
        model = Sequential([*before, layer, flat, layers.Dense(1)])
        model.compile("sgd", "mse", run_eagerly=eagerly)
        model.fit(x, np.ones((5, 1)), batch_size=3, shuffle=False, verbose=0)
        weights.append(model.get_weights())
    assert [call for program in model.programs.values() for call in program.host_calls] == []
    for one, other in zip(*weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=3e-6)


def first(outputs):
    """The first of what a layer gives, a row for each sample, and a trace of the others."""
    found, *others = outputs if isinstance(outputs, list | tuple) else [outputs]
    return found.reshape(found.shape[0], -1) + sum(each.mean() for each in others) * 1e-3
