"""Compute what Keras gives for every expression, or check (`--check`) that it still gives it.

KERAS_BACKEND=torch python tests/layers/conduct/make_golden.py [--check]
"""

import json
import sys
from pathlib import Path

import keras

sys.path.insert(0, str(Path(__file__).parents[3]))
from tests.layers.conduct.cases import CASES, outcome, specs
from tests.layers.expressions import assert_alike
from tests.layers.gate import GATES

FILE = Path(__file__).parent / "golden.json"


def main():
    found = {case: outcome(keras, case) for case in CASES}
    told = {name: specs(keras.layers, name) for name in GATES}
    if "--check" in sys.argv:
        kept = json.loads(FILE.read_text(encoding="utf-8"))
        for case in CASES:
            try:
                assert_alike(json.loads(json.dumps(found[case])), kept["results"][case])
            except AssertionError as error:
                raise AssertionError(case) from error
        assert json.loads(json.dumps(told)) == kept["specs"]
        print(f"{len(CASES)} expressions: Keras {keras.__version__} agrees")
        return
    lines = ",\n".join(f"{json.dumps(case)}:{json.dumps(found[case])}" for case in CASES)
    head = f'{{"keras":"{keras.__version__}","specs":{json.dumps(told)},"results":{{\n'
    FILE.write_text(f"{head}{lines}\n}}}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
