"""Write down what Keras's networks are and compute, or check (`--check`) that they still do.

KERAS_BACKEND=tensorflow .peers/keras-tensorflow/bin/python tests/applications/make_golden.py

Names of networks, or `requests`, compute those alone, and keep the others; `facts` in front of
names writes down anew what these networks are, and keeps their outputs.

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
    NETWORKS,
    answered,
    calibrate,
    dtype_for,
    facts,
    fill,
    images_for,
    requests,
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
    stored = json.loads(STORED.read_text(encoding="utf-8")) if STORED.exists() else {}
    chosen = set(sys.argv) & {*NETWORKS, "requests"}
    found = {"networks": {}, "requests": [], **(stored if chosen else {})}
    found["keras"] = keras.__version__
    for name in NETWORKS:
        if not chosen or name in chosen:
            keras.backend.clear_session()
            gc.collect()
            again = (
                facts(small(keras.applications, name)) if "facts" in sys.argv else computed(name)
            )
            found["networks"][name] = {**found["networks"].get(name, {}), **again}
            print(name, found["networks"][name]["outputs"][0][:2], flush=True)
    if not chosen or "requests" in chosen:
        keras.config.set_floatx("float32")
        found["requests"] = [[name, each, asked(name, each)] for name, each in requests()]
    found = json.loads(json.dumps(found))
    if "--check" in sys.argv:
        check(found, stored)
        return
    text = json.dumps(found, separators=(",", ":")).replace("},", "},\n").replace("],[", "],\n[")
    STORED.write_text(text + "\n", encoding="utf-8")


def check(found, stored):
    told = {json.dumps(each[:2]): each[2] for each in found["requests"]}
    for name, request, wanted in stored["requests"]:
        assert told.get(json.dumps([name, request]), wanted) == wanted, (name, request)
    for name, one in stored["networks"].items():
        other = found["networks"][name]
        outputs, wanted = (np.asarray(each.pop("outputs")) for each in (other, one))
        assert all(other[key] == one[key] for key in one), name
        apart = np.abs(outputs - wanted).max() / np.abs(wanted).max()
        assert apart < TOLERANCE, name
    print(f"{len(NETWORKS)} networks: Keras {keras.__version__} agrees")


if __name__ == "__main__":
    main()
