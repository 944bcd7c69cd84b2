"""Compute what Keras gives for every expression, or check (`--check`) that it still gives it.

KERAS_BACKEND=tensorflow python tests/layers/preprocessing/make_golden.py [--check]

TensorFlow it must be: only with it Keras's layers of texts run.
"""

import json
import sys
from pathlib import Path

import keras

sys.path.insert(0, str(Path(__file__).parents[1]))
from expressions import run

sys.path.insert(0, str(Path(__file__).parent))
from cases import CASES, NAMES

FILE = Path(__file__).parent / "golden.json"


def main():
    found = {case: run(keras.layers, case, NAMES) for case in CASES}
    if "--check" in sys.argv:
        kept = json.loads(FILE.read_text(encoding="utf-8"))["results"]
        assert json.loads(json.dumps(found)) == kept
        print(f"{len(CASES)} expressions: Keras {keras.__version__} agrees")
        return
    lines = ",\n".join(f"{json.dumps(case)}:{json.dumps(found[case])}" for case in CASES)
    head = f'{{"keras":"{keras.__version__}","results":{{\n'
    FILE.write_text(f"{head}{lines}\n}}}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
