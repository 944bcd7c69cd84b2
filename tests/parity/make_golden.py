"""Compute the golden values with the real Keras, or check (`--check`) that they are still its.

KERAS_BACKEND=jax python tests/parity/make_golden.py [--check]
"""

import json
import sys
from pathlib import Path

import keras
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from cases import CASES

GOLDEN = Path(__file__).parent / "golden.json"


def main():
    found = {name: [each.tolist() for each in case(keras)] for name, case in CASES.items()}
    if "--check" in sys.argv:
        kept = json.loads(GOLDEN.read_text())["values"]
        for name, values in found.items():
            for one, other in zip(kept[name], values, strict=True):
                np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6, err_msg=name)
        print(f"{len(found)} passed, 0 failed: Keras {keras.__version__} gives the golden values")
        return
    content = {"keras": keras.__version__, "backend": keras.backend.backend(), "values": found}
    GOLDEN.write_text(json.dumps(content) + "\n")


if __name__ == "__main__":
    main()
