"""Pipelines give what TensorFlow's `tf.data` gives: elements, lengths, specs."""

import json
from pathlib import Path

import numpy as np
import pytest

from geartrain.data import Dataset, TensorSpec
from tests.data import cases

GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text())


@pytest.fixture(autouse=True)
def ours():
    zero, minus = np.int64(0), np.int64(-1)
    cases.use(TensorSpec, zero, minus, np.array([0, 1, 1, 0, 0, 1, 0, 1]), "float32")


def test_every_case_is_golden():
    assert list(GOLDEN) == list(cases.CASES)


@pytest.mark.parametrize("name", cases.CASES)
def test_as_tensorflow_has_it(name):
    assert cases.seen(cases.CASES[name](Dataset)) == GOLDEN[name]
