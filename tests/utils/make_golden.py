"""Write what Keras on TensorFlow makes of folders, series and splits, or check it (`--check`).

KERAS_BACKEND=tensorflow .peers/keras-tensorflow/bin/python tests/utils/make_golden.py
"""

import json
import sys
import tempfile
from pathlib import Path

import keras

sys.path.insert(0, str(Path(__file__).parent))
import folder_cases as cases

FILE = Path(__file__).with_name("golden.json")


def main():
    with tempfile.TemporaryDirectory() as folder:
        cases.make(Path(folder))
        found = cases.results(keras.utils, folder)
    if "--check" in sys.argv:
        assert json.loads(FILE.read_text()) == found, "Keras gives something else than golden.json"
        print(f"{len(found)} data sets: Keras {keras.__version__} agrees")
    else:
        lines = ",\n".join(f"{json.dumps(name)}:{json.dumps(each)}" for name, each in found.items())
        FILE.write_text(f"{{{lines}}}\n")


main()
