"""Every expression of `cases.py` against what the real Keras gives for it."""

import json
from pathlib import Path

import pytest

import geartrain
from geartrain import layers
from tests.layers.conduct.cases import CASES, outcome, specs
from tests.layers.expressions import assert_alike
from tests.layers.gate import GATES

GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES)
def test_layers_give_and_refuse_what_those_of_keras_do(case):
    found = json.loads(json.dumps(outcome(geartrain, case)))
    assert_alike(found, GOLDEN["results"][case])


@pytest.mark.parametrize("name", GATES)
def test_layers_tell_what_they_ask_of_inputs(name):
    assert specs(layers, name) == GOLDEN["specs"][name]
