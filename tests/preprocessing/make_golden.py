"""Write down what Keras's older preprocessing gives: run it with an environment that has Keras.

    KERAS_BACKEND=jax python tests/preprocessing/make_golden.py [--check]

With --check, compare with what is written, and change nothing. SciPy is needed as well.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from cases import all_results, as_plain
from compare import differences
from keras.src.legacy.preprocessing import image, sequence, text

PATH = Path(__file__).parent / "golden.json"


def main():
    found = json.loads(json.dumps(as_plain(all_results(image, text, sequence))))
    if "--check" not in sys.argv:
        PATH.write_text(json.dumps(found, indent=0) + "\n")
        return
    wrong = differences(found, json.loads(PATH.read_text()))
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(found)} cases agree")


main()
