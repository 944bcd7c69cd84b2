"""What TensorFlow's `tf.function` gives for the functions of `autograph_cases.py`.

.peers/keras-tensorflow/bin/python tests/compat/make_autograph_golden.py [--check]
"""

import json
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf

sys.path.insert(0, str(Path(__file__).parent))
from autograph_cases import cases

PATH = Path(__file__).parent / "autograph_golden.json"


def leaves(found):
    """The dtype and numbers of each tensor that a function gives."""
    flat = [np.asarray(each) for each in tf.nest.flatten(found)]
    return [[each.dtype.name, each.tolist()] for each in flat]


def given_by(name, function, given):
    """What a function gives; which one TensorFlow refuses is said."""
    try:
        return leaves(tf.function(function)(*map(tf.constant, given)))
    except Exception as error:
        print(f"{name}{given}: {str(error).strip().splitlines()[-1]}"[:200])
        return None


def main():
    made = {
        name: [given_by(name, function, given) for given in calls]
        for name, (function, calls) in cases(tf).items()
    }
    if "--check" in sys.argv:
        known = json.loads(PATH.read_text())
        wrong = [name for name in made if not _are_close(made[name], known.get(name))]
        print(f"{len(made) - len(wrong)} of {len(made)} as stored", *wrong, sep="\n")
        sys.exit(bool(wrong))
    lines = (f"{json.dumps(name)}: {json.dumps(made[name])}" for name in made)
    PATH.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{len(made)} functions, {PATH.stat().st_size} bytes")


def _are_close(made, known):
    def flat(calls):
        return [each for call in calls for each in call]

    if known is None or len(flat(made)) != len(flat(known)):
        return False
    pairs = zip(flat(made), flat(known), strict=True)
    return all(a == c and np.allclose(b, d, rtol=1e-5) for (a, b), (c, d) in pairs)


if __name__ == "__main__":
    main()
