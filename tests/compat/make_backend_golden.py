"""Write down what `keras.backend` gives in Keras, or check (`--check`) that it still gives it.

KERAS_BACKEND=tensorflow python tests/compat/make_backend_golden.py [--check]
"""

import inspect
import json
import sys
from pathlib import Path

import keras.src.legacy.backend as K
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from backend_cases import values

PATH = Path(__file__).parent / "backend_golden.json"
OWN = ("keras_export", "py_all", "py_any")


def main():
    names = [name for name in dir(K) if not name.startswith("_") and name not in OWN]
    functions = [name for name in names if inspect.isfunction(getattr(K, name))]
    found = {
        "signatures": {name: list(inspect.signature(getattr(K, name)).parameters)
                       for name in functions},
        "values": values(K),
    }  # fmt: skip
    if "--check" not in sys.argv:
        lines = json.dumps(found, separators=(",", ":")).replace('},{"shape', '},\n{"shape')
        PATH.write_text(lines + "\n")
        return
    kept = json.loads(PATH.read_text())
    assert found["signatures"] == kept["signatures"]
    pairs = zip(flat(found["values"]), flat(kept["values"]), strict=True)
    for number, (now, before) in enumerate(pairs):
        np.testing.assert_allclose(now, before, 1e-4, 1e-5, err_msg=str(number))
    print(f"{len(kept['values'])} calls agree")


def flat(found):
    for each in found:
        yield from flat(each) if isinstance(each, list) else [each["values"]]


main()
