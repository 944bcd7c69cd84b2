"""Every expression of `cases.py` against what the real Keras gives for it."""

import json
from pathlib import Path

import pytest

from geartrain import layers
from tests.layers.augmentation.cases import CASES, NAMES
from tests.layers.expressions import assert_alike, run

GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text(encoding="utf-8"))["results"]


@pytest.mark.parametrize("case", CASES)
def test_layers_give_what_those_of_keras_do(case):
    expected, found = GOLDEN[case], run(layers, case, NAMES)
    found = json.loads(json.dumps(found))
    if isinstance(expected, dict) and "dtype" in expected and "trainable" in expected:
        found["dtype"] = expected["dtype"]  # dtype policies have tests of their own
    assert_alike(found, expected, absolute=1e-3)
