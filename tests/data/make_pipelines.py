"""Write what the real TensorFlow gives for each pipeline of `pipelines.json`; `--check` compares.

.peers/keras-tensorflow/bin/python tests/data/make_pipelines.py [--check]
"""

import json
import sys
from pathlib import Path

import tensorflow as tf

sys.path.insert(0, str(Path(__file__).parent))
from pipeline_cases import seen

FILE = Path(__file__).with_name("pipelines.json")


def main():
    before = json.loads(FILE.read_text())
    found = {expression: seen(expression, tf) for expression in before}
    if "--check" in sys.argv:
        other = [each for each in found if found[each] != before[each]]
        assert not other, f"tf.data gives something else for {other[:3]}"
        print(f"{len(found)} random pipelines as tf.data has them")
        return
    rows = [f"{json.dumps(key)}: {json.dumps(each)}" for key, each in found.items()]
    FILE.write_text("{\n" + ",\n".join(rows) + "\n}\n")


main()
