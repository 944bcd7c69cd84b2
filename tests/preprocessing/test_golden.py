"""Keras 2's preprocessing gives what Keras's does, number for number where a seed is given."""

import json
from pathlib import Path

import pytest

from geartrain.preprocessing import image, sequence, text

from .cases import all_results, as_plain
from .compare import differences

GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text())


@pytest.fixture(scope="module")
def found():
    return json.loads(json.dumps(as_plain(all_results(image, text, sequence))))


@pytest.mark.parametrize("name", GOLDEN)
def test_as_keras(found, name):
    assert differences(found[name], GOLDEN[name]) == []
