"""Compute what Keras gives for every metric, or check (`--check`) that it still gives it.

KERAS_BACKEND=torch python tests/metrics/make_golden.py [--check]
"""

import inspect
import json
import sys
from pathlib import Path

import keras
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from cases import CASES, VALUES, facts, masked, run

FOLDER = Path(__file__).parent


def main():
    arrays, every = {"masked": masked(keras)}, CASES | VALUES
    arrays |= {str(number): run(keras, case) for number, case in enumerate(every)}
    content = {
        "keras": keras.__version__,
        "signatures": signatures(),
        "shapes": {key: [each.shape for each in found] for key, found in arrays.items()},
        "facts": {case: facts(keras, case) for case in every},
    }
    content = json.loads(json.dumps(content))
    flat = {
        key: np.concatenate([np.ravel(each) for each in found]) for key, found in arrays.items()
    }
    if "--check" in sys.argv:
        check(content, flat)
        return
    flat = {key: np.float32(each) for key, each in flat.items()}
    np.savez_compressed(FOLDER / "golden.npz", **flat)
    text = json.dumps(content, separators=(",", ":")).replace('},"', '},\n"')
    (FOLDER / "golden.json").write_text(text + "\n", encoding="utf-8")


def signatures():
    """The arguments of every public name, and their defaults as text."""
    names = [name for name in dir(keras.metrics) if not name.startswith("_")]
    found = {}
    for name in names:
        signature = inspect.signature(getattr(keras.metrics, name))
        found[name] = [
            [each.name, None if each.default is each.empty else repr(each.default)]
            for each in signature.parameters.values()
        ]
    return found


def check(content, flat):
    kept = json.loads((FOLDER / "golden.json").read_text(encoding="utf-8"))
    assert content == kept, "signatures or configs differ"
    numbers = np.load(FOLDER / "golden.npz")
    assert set(numbers) == set(flat)
    for key in numbers:
        np.testing.assert_allclose(flat[key], numbers[key], rtol=1e-5, atol=1e-6, err_msg=key)
    print(f"{len(CASES)} metrics passed, 0 failed: Keras {keras.__version__} agrees")


if __name__ == "__main__":
    main()
