"""The networks are Keras's: layers, names, configs, parameters, and outputs with equal weights.

`golden.json` is written by `make_golden.py` with the real Keras. `every_network.py` computes the
outputs of all networks, which takes minutes; here those of the small ones are.
"""

import json
import warnings
from pathlib import Path

import numpy as np
import pytest

from geartrain import applications, names
from geartrain.defaults import DEFAULTS
from geartrain.layers.calls import blank_weights
from tests.applications.cases import (
    NETWORKS,
    answered,
    calibrate,
    dtype_for,
    facts,
    fill,
    images_for,
    small,
)
from tests.applications.unweighted import without_numbers

GOLDEN = json.loads((Path(__file__).with_name("golden.json")).read_text(encoding="utf-8"))
COMPUTED = [
    "EfficientNetB0",
    "EfficientNetV2B0",
    "MobileNet",
    "MobileNetV2",
    "MobileNetV3Small",
    "NASNetMobile",
    "ResNet50",
]


@pytest.fixture(autouse=True)
def from_the_first_name():
    names.forget_names()


def check_facts(model, name):
    golden = GOLDEN["networks"][name]
    found = facts(model)
    assert {key: found[key] for key in golden if key != "outputs"} == {
        key: each for key, each in golden.items() if key != "outputs"
    }


@pytest.mark.parametrize("name", sorted({*NETWORKS} - {*COMPUTED}))
def test_the_layers_are_those_of_keras(name):
    with without_numbers():
        check_facts(small(applications, name), name)


@pytest.mark.parametrize("name", COMPUTED)
def test_layers_are_those_of_keras_and_equal_weights_give_equal_outputs(name, monkeypatch):
    monkeypatch.setattr(DEFAULTS, "floatx", dtype_for(name))
    images = images_for(name)
    with blank_weights():
        model = small(applications, name)
    check_facts(model, name)
    model = calibrate(fill(model), images)
    found = model(images, training=False).numpy()
    wanted = np.asarray(GOLDEN["networks"][name]["outputs"])
    assert np.abs(found - wanted).max() < 2e-6 * np.abs(wanted).max()


@pytest.mark.parametrize(
    ("name", "request_", "told"),
    GOLDEN["requests"],
    ids=lambda each: each if isinstance(each, str) else None,
)
def test_requests_are_met_as_by_keras(name, request_, told):
    with without_numbers(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert answered(applications, name, request_) == told


def test_channels_may_come_first_but_for_those_that_cannot(monkeypatch):
    monkeypatch.setattr(DEFAULTS, "image_data_format", "channels_first")
    with without_numbers():
        model = applications.MobileNetV2(weights=None, include_top=False, input_shape=(3, 64, 96))
        assert model.output_shape == (None, 1280, 2, 3)
        with pytest.raises(ValueError, match="channels come last"):
            applications.ConvNeXtTiny(weights=None)
