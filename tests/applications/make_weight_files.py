"""Write down the files of weights that Keras asks for, or check (`--check`) that it still does.

KERAS_BACKEND=tensorflow .peers/keras-tensorflow/bin/python tests/applications/make_weight_files.py

Nothing is downloaded: the function that would is replaced by one that notes what it is asked for.
"""

import json
import sys
import warnings
from itertools import product
from pathlib import Path

import keras
import numpy as np
from keras.src.utils import file_utils

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.applications.cases import NETWORKS
from tests.applications.make_golden import without_random_numbers

STORED = Path(__file__).parents[2] / "geartrain" / "applications" / "weight_files.json"
MOBILE = {
    "MobileNet": ((0.25, 0.5, 0.75, 1.0), (128, 160, 192, 224)),
    "MobileNetV2": ((0.35, 0.5, 0.75, 1.0, 1.3, 1.4), (96, 128, 160, 192, 224)),
}
OF_V3 = ((0.75, False), (1.0, False), (1.0, True))


class Asked(Exception):
    """What Keras would download."""


def note(fname=None, origin=None, file_hash=None, md5_hash=None, **_):
    raise Asked([origin, fname, file_hash or md5_hash])


def variants(name):
    """The key of each variant of a network, and its arguments."""
    if name in MOBILE:
        for alpha, size in product(*MOBILE[name]):
            yield f" {alpha:.2f} {size}", {"alpha": alpha, "input_shape": (size, size, 3)}
    elif name.startswith("MobileNetV3"):
        for alpha, plain in OF_V3:
            kind = " minimalistic" if plain else ""
            yield f"{kind} {alpha:.2f}", {"alpha": alpha, "minimalistic": plain}
    else:
        yield "", {}


def asked(call):
    keras.backend.clear_session()
    try:
        call()
    except Asked as told:
        return told.args[0]
    raise AssertionError("Keras asked for nothing")


def main():
    without_random_numbers()
    file_utils.get_file = note
    decode = keras.applications.imagenet_utils.decode_predictions
    found = {"class index": asked(lambda: decode(np.zeros((1, 1000))))}
    for name in NETWORKS:
        build = getattr(keras.applications, name)
        for (key, given), top in product(variants(name), (True, False)):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                told = asked(lambda: build(include_top=top, **given))  # noqa: B023
            found[f"{name}{key}{'' if top else ' notop'}"] = told
    rows = (f"  {json.dumps(key)}: {json.dumps(found[key])}" for key in sorted(found))
    text = "{\n" + ",\n".join(rows) + "\n}\n"
    if "--check" in sys.argv:
        assert STORED.read_text(encoding="utf-8") == text, "run it without --check"
        print(f"{len(found)} files: Keras {keras.__version__} agrees")
    else:
        STORED.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
