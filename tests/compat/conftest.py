"""An open door for a test, and a closed one behind it."""

import sys
import warnings

import pytest

from geartrain import compat
from geartrain.random import set_random_seed

SHARED = ("keras", "tensorflow", "tf_keras", "keras_preprocessing")


@pytest.fixture(autouse=True)
def seed():
    """What is random begins alike in every test."""
    set_random_seed(0)


@pytest.fixture
def door():
    """`import keras` and `import tensorflow` lead to Geartrain."""
    before = {name: each for name, each in sys.modules.items() if name.partition(".")[0] in SHARED}
    for name in before:
        del sys.modules[name]
    compat.install()
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from geartrain.compat.keras.backend.phase import PHASE

        PHASE.fixed = None
    compat.uninstall()
    sys.modules.update(before)
