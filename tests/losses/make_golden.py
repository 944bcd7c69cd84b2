"""Compute what Keras gives for every loss, or check (`--check`) that it still gives it.

KERAS_BACKEND=jax python tests/losses/make_golden.py [--check]
"""

import inspect
import json
import sys
from pathlib import Path

import jax

jax.config.update("jax_enable_x64", True)

import keras  # noqa: E402
import numpy as np  # noqa: E402

sys.path.insert(0, str(Path(__file__).parent))
from cases import CASES, DTYPES, facts, masked, run  # noqa: E402

FOLDER = Path(__file__).parent


def main():
    arrays = {f"masked.{at}": each for at, each in enumerate(masked(keras))}
    for number, case in enumerate(CASES):
        for dtype in DTYPES:
            found = run(keras, case, dtype)
            arrays |= {f"{number}.{dtype}.{at}": each for at, each in enumerate(found)}
    content = {
        "keras": keras.__version__,
        "signatures": signatures(),
        "facts": {case: facts(keras, case) for case in CASES},
    }
    content = json.loads(json.dumps(content))
    if "--check" in sys.argv:
        check(content, arrays)
        return
    np.savez_compressed(FOLDER / "golden.npz", **arrays)
    text = json.dumps(content, separators=(",", ":")).replace('},"', '},\n"')
    (FOLDER / "golden.json").write_text(text + "\n", encoding="utf-8")


def signatures():
    """The arguments of every public name, and their defaults as text."""
    names = [name for name in dir(keras.losses) if not name.startswith("_")]
    found = {}
    for name in names:
        signature = inspect.signature(getattr(keras.losses, name))
        found[name] = [
            [each.name, None if each.default is each.empty else repr(each.default)]
            for each in signature.parameters.values()
        ]
    return found


def check(content, arrays):
    kept = json.loads((FOLDER / "golden.json").read_text(encoding="utf-8"))
    assert content == kept, "signatures or configs differ"
    numbers = np.load(FOLDER / "golden.npz")
    assert set(numbers) == set(arrays)
    for key in numbers:
        loose = "16" in key.split(".")[1]
        tolerance = {"rtol": 2e-2, "atol": 2e-2} if loose else {"rtol": 1e-5, "atol": 1e-6}
        np.testing.assert_allclose(arrays[key], numbers[key], **tolerance, err_msg=key)
    print(f"{len(CASES)} losses passed, 0 failed: Keras {keras.__version__} agrees")


if __name__ == "__main__":
    main()
