"""Write `golden.json`: what the real Keras gives for the trainings of `cases.py`.

    KERAS_BACKEND=jax python tests/training/make_golden.py [--check]

`--check` compares with what is stored, and writes nothing.
"""

import json
import sys
from pathlib import Path

import keras
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from cases import CASES

GOLDEN = Path(__file__).with_name("golden.json")


def plain(value):
    """Numbers that JSON can hold, with seven digits."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return float(f"{float(value):.8g}")


def main() -> int:
    found = {}
    for name, function in CASES.items():
        keras.backend.clear_session()
        found[name] = plain(function(keras))
    if "--check" not in sys.argv:
        GOLDEN.write_text(json.dumps(found, indent=1) + "\n")
        return 0
    kept = json.loads(GOLDEN.read_text())
    off = [name for name in found if not same(found[name], kept.get(name))]
    print(f"{len(found) - len(off)} of {len(found)} trainings as stored", *off)
    return bool(off)


def same(one, other):
    """Whether two nests of numbers agree."""
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and one.keys() == other.keys()
            and all(same(one[key], other[key]) for key in one)
        )
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return np.isclose(one, other, rtol=1e-5, atol=1e-7)


if __name__ == "__main__":
    sys.exit(main())
