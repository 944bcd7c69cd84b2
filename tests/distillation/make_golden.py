"""Write down how Keras distills: `golden.json`.

KERAS_BACKEND=jax .peers/keras-jax/bin/python tests/distillation/make_golden.py [--check]
"""

import json
import sys
from pathlib import Path

import keras
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from cases import all_cases

STORED = Path(__file__).parent / "golden.json"


def numbers(value):
    """The numbers of a nest, one after the other."""
    if isinstance(value, dict):
        return [each for name in sorted(value) for each in numbers(value[name])]
    return list(value) if isinstance(value, list) else [value]


if __name__ == "__main__":
    found = all_cases(keras)
    if "--check" in sys.argv:
        kept = json.loads(STORED.read_text())
        assert kept.keys() == found.keys()
        for case in found:
            np.testing.assert_allclose(numbers(kept[case]), numbers(found[case]), rtol=1e-5)
        print(f"{len(found)} cases are as stored: Keras {keras.__version__}")
    else:
        lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(found[name])}" for name in found)
        STORED.write_text(f"{{\n{lines}\n}}\n")
        print(f"{len(found)} cases")
