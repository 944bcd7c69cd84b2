"""Golden values of the real Keras: `--check` compares them with the stored ones.

KERAS_BACKEND=jax .peers/keras-jax/bin/python tests/parity/foundations/make_golden.py
"""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("JAX_ENABLE_X64", "1")
sys.path.insert(0, str(Path(__file__).parent))

import cases
import keras
import numpy as np

HERE = Path(__file__).parent
ARRAYS, CONFIGS = HERE / "golden.npz", HERE / "configs.json"


def arrays():
    """The array of every case, float64 in full and float32 where it is compared."""
    found = {}
    for label, case in cases.EXACT.items():
        for dtype in cases.DTYPES:
            found[f"{label} {dtype}"] = case(keras, dtype)
    for label, case in cases.MOMENTS.items():
        found[label] = case(keras, "float32")
    return found


def configs():
    return [cases.config_of(keras, *each) for each in cases.CONFIGS]


if __name__ == "__main__":
    made, written = arrays(), configs()
    if "--check" in sys.argv:
        with np.load(ARRAYS) as stored:
            assert set(stored) == set(made)
            for label, array in made.items():
                np.testing.assert_allclose(array, stored[label], rtol=1e-6, atol=1e-7)
        assert json.loads(CONFIGS.read_text()) == json.loads(json.dumps(written))
        print(f"{len(made)} arrays and {len(written)} configs are as stored")
    else:
        np.savez_compressed(ARRAYS, **made)
        CONFIGS.write_text(json.dumps(written, indent=0) + "\n")
        print(f"{len(made)} arrays and {len(written)} configs written")
