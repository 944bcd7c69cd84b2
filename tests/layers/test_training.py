"""Training layers: as Keras does, and the same compiled and run eagerly."""

from pathlib import Path

import numpy as np
import pytest

import geartrain
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
