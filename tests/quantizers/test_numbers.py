"""Weights of few bits: what layers keep and compute is what Keras keeps and computes."""

from pathlib import Path

import numpy as np
import pytest

import geartrain
from tests.quantizers.cases import (
    CALIBRATED,
    LAYERS,
    LOOKUPS,
    of_calibrated,
    of_float8_training,
    of_functions,
    of_layer,
    of_lookup,
)

STORED = np.load(Path(__file__).parent / "golden.npz")


def compare(case, found):
    keys = [key for key in STORED if key.startswith(f"{case}|")]
    assert keys
    assert {key.partition("|")[2] for key in keys} == set(found)
    for key in keys:
        ours, theirs = found[key.partition("|")[2]], STORED[key]
        assert ours.shape == theirs.shape, key
        exact = theirs.dtype.kind in "iu"
        assert (ours.dtype == theirs.dtype) or not exact, key
        limits = {"rtol": 0, "atol": 0} if exact else {"rtol": 1e-5, "atol": 1e-6}
        np.testing.assert_allclose(
            ours.astype("float64"), theirs.astype("float64"), err_msg=key, **limits
        )


def test_functions():
    compare("functions", of_functions(geartrain))


@pytest.mark.parametrize(("layer", "config"), LAYERS)
def test_layers(layer, config):
    compare(f"{layer} {config}", of_layer(geartrain, layer, config))


@pytest.mark.parametrize(("layer", "config"), LOOKUPS)
def test_lookups(layer, config):
    compare(f"{layer} {config}", of_lookup(geartrain, layer, config))


def test_training_with_products_of_eight_bits():
    compare("float8 training", of_float8_training(geartrain))


@pytest.mark.parametrize("config", CALIBRATED)
def test_kernels_whose_inputs_have_nothing_to_do_with_each_other(config):
    compare(f"calibrated {config}", of_calibrated(geartrain, config))
