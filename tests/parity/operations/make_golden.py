"""Compute what Keras gives for every case, or check (`--check`) that it still gives it.

KERAS_BACKEND=jax python tests/parity/operations/make_golden.py [--check]

Beside the numbers it stores the signature of every public function of `keras.ops` and
`keras.random`.
"""

import inspect
import json
import sys
from pathlib import Path

import keras
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from calls import CASES, call

FOLDER = Path(__file__).parent


def main():
    values, found = {}, {}
    for number, case in enumerate(CASES):
        found[case] = packed(call(keras.ops, case), str(number), values)
    if "--check" in sys.argv:
        check(found, values)
        return
    np.savez_compressed(FOLDER / "golden.npz", **values)
    content = {
        "keras": keras.__version__,
        "backend": keras.backend.backend(),
        "signatures": signatures(),
        "results": found,
    }
    (FOLDER / "golden.json").write_text(json.dumps(content, indent=0) + "\n", encoding="utf-8")


def packed(value, key, values):
    """A result with its arrays put into `values`, and their dtypes and keys in their places."""
    if isinstance(value, list):
        return [packed(each, f"{key}.{number}", values) for number, each in enumerate(value)]
    if isinstance(value, tuple):
        values[key] = value[1]
        return {"dtype": value[0], "key": key}
    return value


def check(found, values):
    kept = json.loads((FOLDER / "golden.json").read_text(encoding="utf-8"))
    arrays = np.load(FOLDER / "golden.npz")
    for case in CASES:
        assert found[case] == kept["results"][case], case
    for key in arrays:
        np.testing.assert_allclose(values[key], arrays[key], rtol=1e-4, atol=1e-5, err_msg=key)
    assert signatures() == kept["signatures"]
    print(f"{len(CASES)} operations: Keras {keras.__version__} gives the golden values")


def signatures():
    """The arguments of every public function, and their defaults as text."""
    spaces = {"ops": keras.ops, "random": keras.random}
    spaces |= {
        f"ops.{name}": getattr(keras.ops, name) for name in ("image", "linalg", "nn", "numpy")
    }
    return {
        f"{space}.{name}": [
            [each.name, each.kind.name, None if each.default is each.empty else repr(each.default)]
            for each in inspect.signature(getattr(module, name)).parameters.values()
        ]
        for space, module in spaces.items()
        for name in sorted(dir(module))
        if not name.startswith("_") and not inspect.ismodule(getattr(module, name))
    }


if __name__ == "__main__":
    main()
