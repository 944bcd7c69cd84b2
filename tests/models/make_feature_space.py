"""Write down what Keras's FeatureSpace gives: `feature_space.json`.

KERAS_BACKEND=tensorflow .peers/keras-tensorflow/bin/python tests/models/make_feature_space.py
    [--check]
"""

import json
import sys
from pathlib import Path

import keras

sys.path.insert(0, str(Path(__file__).parent))
from feature_space_cases import SPACES, outputs

STORED = Path(__file__).parent / "feature_space.json"

if __name__ == "__main__":
    found = {case: outputs(keras, case) for case in SPACES}
    text = json.dumps(json.loads(json.dumps(found), parse_float=lambda x: round(float(x), 5)))
    if "--check" in sys.argv:
        assert json.loads(STORED.read_text()) == json.loads(text)
        print(f"{len(found)} spaces are as stored: Keras {keras.__version__}")
    else:
        STORED.write_text(text + "\n")
        print(f"{len(found)} spaces")
