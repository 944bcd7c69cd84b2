"""Write down what Keras's networks are and compute, or check (`--check`) that they still do.

KERAS_BACKEND=tensorflow .peers/keras-tensorflow/bin/python tests/applications/make_golden.py

Weights are not drawn at random, as that takes long and they are set by a formula anyway; files of
trained weights are not fetched.
"""

import gc
import json
import sys
import warnings
from pathlib import Path

import keras
import numpy as np
from keras.src.utils import file_utils

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.applications.cases import (
    FAMILIES,
    NETWORKS,
    OF_MOBILE,
    answered,
    calibrate,
    dtype_for,
    facts,
    fill,
    images_for,
    requests_of,
    small,
)

TOLERANCE = 1e-4
STORED = Path(__file__).with_name("golden.json")


def without_random_numbers():
    """Let Keras make weights of zeros, and load none."""
    for name in ("VarianceScaling", "HeNormal", "GlorotUniform"):
        kind = getattr(keras.initializers, name)
        kind.__call__ = lambda _, shape, dtype=None, **__: np.zeros(shape, dtype or "float32")
    file_utils.get_file = lambda *_, **__: "nothing"
    keras.Model.load_weights = lambda *_, **__: None


def computed(name):
    """The facts of a network, and what it gives for two images."""
    keras.config.set_floatx(dtype_for(name))
    images = images_for(name)
    model = calibrate(fill(small(keras.applications, name)), images)
    outputs = np.asarray(model(images, training=False), "float64")
    assert not np.allclose(outputs[0], outputs[1], rtol=0.1), name  # it looks at the images
    return {**facts(model), "outputs": [[float(f"{x:.9g}") for x in row] for row in outputs]}


def asked(name, request):
    keras.backend.clear_session()
    gc.collect()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return answered(keras.applications, name, request)


def main():
    without_random_numbers()
    found = {"keras": keras.__version__, "networks": {}, "requests": []}
    for name in [each for each in NETWORKS if each in sys.argv] or NETWORKS:
        keras.backend.clear_session()
        gc.collect()
        found["networks"][name] = computed(name)
        print(name, found["networks"][name]["outputs"][0][:2], flush=True)
    if set(sys.argv) & set(NETWORKS):
        return
    cases = [(name, request) for name in FAMILIES for request in requests_of(name)]
    for name, request in [*cases, *OF_MOBILE]:
        found["requests"].append([name, request, asked(name, request)])
    if "--check" in sys.argv:
        check(json.loads(json.dumps(found)), json.loads(STORED.read_text(encoding="utf-8")))
        return
    text = json.dumps(found, separators=(",", ":")).replace("},", "},\n").replace("],[", "],\n[")
    STORED.write_text(text + "\n", encoding="utf-8")


def check(found, stored):
    assert found["requests"] == stored["requests"]
    for name, one in stored["networks"].items():
        other = found["networks"][name]
        outputs, wanted = (np.asarray(each.pop("outputs")) for each in (other, one))
        assert other == one, name
        apart = np.abs(outputs - wanted).max() / np.abs(wanted).max()
        assert apart < TOLERANCE, name
    print(f"{len(NETWORKS)} networks: Keras {keras.__version__} agrees")


if __name__ == "__main__":
    main()
