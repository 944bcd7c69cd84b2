"""What the real TensorFlow gives for the expressions of `tensorflow_cases.py`, and its signatures.

.peers/keras-tensorflow/bin/python tests/compat/make_tensorflow.py [--check]
"""

import inspect
import json
import sys
from pathlib import Path

import tensorflow as tf

sys.path.insert(0, str(Path(__file__).parent))
from tensorflow_cases import CASES, SPACES, evaluated

PATH = Path(__file__).parent / "tensorflow.json"


def signatures():
    """The arguments of every public function of the namespaces, with their defaults."""
    found = {}
    for space in SPACES:
        module = getattr(tf, space) if space else tf
        for name in dir(module):
            each = getattr(module, name)
            if callable(each) and not name.startswith("_") and not inspect.isclass(each):
                found[f"{space}.{name}".strip(".")] = arguments(each)
    return found


def given(case):
    """What a case gives; which one is wrong is said."""
    try:
        return evaluated(tf, case)
    except Exception as error:
        print(f"{case}: {type(error).__name__} {error}"[:200])
        return None


def arguments(function):
    """Names and defaults, in order."""
    parameters = inspect.signature(function).parameters.values()
    return [
        [each.name, "" if each.default is each.empty else default_of(each.default)]
        for each in parameters
    ]


def default_of(value):
    if inspect.isfunction(value):
        return value.__name__
    return repr(getattr(value, "name", value))


def main():
    made = {
        "tensorflow": tf.__version__,
        "signatures": signatures(),
        "cases": {case: given(case) for case in CASES},
    }
    text = json.dumps(made, separators=(",", ":"), ensure_ascii=False).replace('],"', '],\n"')
    if "--check" in sys.argv:
        known = json.loads(PATH.read_text())
        wrong = [key for key in CASES if known["cases"].get(key) != json.loads(text)["cases"][key]]
        print(f"{len(CASES) - len(wrong)} of {len(CASES)} as stored", *wrong, sep="\n")
        sys.exit(bool(wrong))
    PATH.write_text(text + "\n")
    print(f"{len(CASES)} cases, {len(made['signatures'])} signatures, {len(text)} bytes")


if __name__ == "__main__":
    main()
