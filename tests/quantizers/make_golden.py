"""Write down what Keras computes with weights of few bits: `golden.npz`.

KERAS_BACKEND=jax .peers/keras-jax/bin/python tests/quantizers/make_golden.py [--check]
"""

import sys
from pathlib import Path

import keras
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from cases import all_cases

STORED = Path(__file__).parent / "golden.npz"

if __name__ == "__main__":
    found = {f"{case}|{key}": each for case, made in all_cases(keras) for key, each in made.items()}
    if "--check" in sys.argv:
        kept = np.load(STORED)
        assert set(kept) == set(found), set(kept) ^ set(found)
        for key, each in found.items():
            np.testing.assert_allclose(kept[key], each, rtol=2e-5, atol=1e-6, err_msg=key)
        print(f"{len(found)} arrays are as stored: Keras {keras.__version__}")
    else:
        np.savez_compressed(STORED, **found)
        print(f"{len(found)} arrays, {STORED.stat().st_size:,} bytes")
