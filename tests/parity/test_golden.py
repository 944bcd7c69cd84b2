"""Our numbers against those of the real Keras, which are kept in `golden.json`."""

import json
from pathlib import Path

import numpy as np
import pytest

import geartrain
from tests.parity.cases import CASES

GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text())


@pytest.mark.parametrize("name", CASES)
def test_numbers_are_those_of_keras(name):
    found = CASES[name](geartrain)
    for expected, own in zip(GOLDEN["values"][name], found, strict=True):
        np.testing.assert_allclose(own, expected, rtol=1e-5, atol=2e-6)
