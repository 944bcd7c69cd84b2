"""Whole trainings give the numbers of the real Keras: histories, weights, predictions."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pytest

import geartrain
from geartrain import layers, models, optimizers  # noqa: F401  (cases ask the package for them)

from .cases import CASES

GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text())


def same(one, other, where):
    """Assert that two nests of numbers agree."""
    if isinstance(other, dict):
        assert list(one) == list(other), where
        for key, each in other.items():
            same(one[key], each, f"{where}.{key}")
    elif isinstance(other, list):
        assert len(one) == len(other), where
        for place, each in enumerate(other):
            same(one[place], each, f"{where}[{place}]")
    else:
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=2e-6, err_msg=where)


@pytest.mark.parametrize("name", CASES)
def test_a_training_gives_the_numbers_of_keras(name):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r".*shuffle|.*ran out")
        same(CASES[name](geartrain), GOLDEN[name], name)


def test_every_case_is_stored():
    assert list(GOLDEN) == list(CASES)
