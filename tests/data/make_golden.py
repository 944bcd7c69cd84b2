"""Write what TensorFlow's `tf.data` gives for the cases, or check that it still does (`--check`).

KERAS_BACKEND=tensorflow .peers/keras-tensorflow/bin/python tests/data/make_golden.py
"""

import json
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf

sys.path.insert(0, str(Path(__file__).parent))
import cases

FILE = Path(__file__).with_name("golden.json")


def main():
    zero, minus = tf.constant(0, tf.int64), tf.constant(-1, tf.int64)
    cases.use(tf.TensorSpec, zero, minus, np.array([0, 1, 1, 0, 0, 1, 0, 1], np.int64), tf.float32)
    found = {name: cases.seen(make(tf.data.Dataset)) for name, make in cases.CASES.items()}
    text = json.dumps(found, indent=None, separators=(",", ":")).replace('},"', '},\n"') + "\n"
    if "--check" in sys.argv:
        assert FILE.read_text() == text, "tf.data gives something else than golden.json"
        print(f"{len(found)} pipelines as tf.data has them")
    else:
        FILE.write_text(text)


main()
