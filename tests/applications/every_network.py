"""Compare what all networks compute with what Keras's compute: a part of `make parity`.

python tests/applications/every_network.py [NAME ...]
"""

import gc
import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from geartrain import applications, names
from geartrain.defaults import DEFAULTS
from geartrain.layers.calls import blank_weights
from tests.applications.cases import answered, calibrate, dtype_for, facts, fill, images_for, small
from tests.applications.unweighted import without_numbers

GOLDEN = json.loads((Path(__file__).with_name("golden.json")).read_text(encoding="utf-8"))
TOLERANCE = {"float64": 2e-6, "float32": 1e-5}  # of the largest output; stored are nine digits


def compare(name, golden):
    """How far a network's outputs lie from Keras's, as a part of the largest."""
    names.forget_names()
    DEFAULTS.floatx = dtype_for(name)
    images = images_for(name)
    with blank_weights():
        model = small(applications, name)
    model = calibrate(fill(model), images)
    found = facts(model)
    assert all(found[key] == golden[key] for key in golden if key != "outputs"), name
    wanted = np.asarray(golden["outputs"])
    return np.abs(model(images, training=False).numpy() - wanted).max() / np.abs(wanted).max()


def main():
    chosen = sys.argv[1:] or GOLDEN["networks"]
    for name in chosen:
        start = time.perf_counter()
        apart = compare(name, GOLDEN["networks"][name])
        print(f"{name:<20} {apart:.1e}   {time.perf_counter() - start:5.1f} s", flush=True)
        assert apart <= TOLERANCE[dtype_for(name)], name
        gc.collect()
    for name, request, told in () if sys.argv[1:] else GOLDEN["requests"]:
        names.forget_names()
        with without_numbers(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = answered(applications, name, request)
        assert found == told, (name, request, found, told)
    print(f"{len(chosen)} networks agree with Keras's")


if __name__ == "__main__":
    main()
