"""Every expression of `cases.py` against what the real Keras gives for it."""

import json
from pathlib import Path

import pytest

from geartrain import layers
from tests.layers.preprocessing.cases import CASES, run

GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text(encoding="utf-8"))["results"]


@pytest.mark.parametrize("case", CASES)
def test_layers_give_what_those_of_keras_do(case):
    expected, found = GOLDEN[case], run(layers, case)
    found = json.loads(json.dumps(found))
    if isinstance(expected, dict) and "dtype" in expected and "trainable" in expected:
        found["dtype"] = expected["dtype"]  # dtype policies have tests of their own
    assert_alike(found, expected)


def assert_alike(found, expected):
    assert isinstance(found, type(expected)) or {type(found), type(expected)} == {int, float}
    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for name in expected:
            assert_alike(found[name], expected[name])
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for pair in zip(found, expected, strict=True):
            assert_alike(*pair)
    else:
        assert found == (
            pytest.approx(expected, rel=1e-5, abs=1e-6) if is_float(expected) else expected
        )


def is_float(value):
    return isinstance(value, float)
