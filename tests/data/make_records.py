"""Write what the real TensorFlow writes of examples and tensors, and what it makes of them again.

.peers/keras-tensorflow/bin/python tests/data/make_records.py [--check]
"""

import base64
import json
import sys
import tempfile
from pathlib import Path

import tensorflow as tf

sys.path.insert(0, str(Path(__file__).parent))
import record_cases as cases

FILE = Path(__file__).with_name("records.json")


def written(compression):
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "a.tfrecord")
        with tf.io.TFRecordWriter(path, compression) as writer:
            for each in cases.examples(tf):
                writer.write(each.SerializeToString(deterministic=True))
        return as_text(Path(path).read_bytes())


def as_text(data):
    return base64.b64encode(data).decode()


def main():
    records = [each.SerializeToString(deterministic=True) for each in cases.examples(tf)]
    whole = cases.sequence(tf).SerializeToString(deterministic=True)
    found = {
        "files": {kind: written(kind) for kind in ("", "GZIP", "ZLIB")},
        "sequence": as_text(whole),
        "shown": [str(each) for each in cases.examples(tf)],
        "tensors": [as_text(tf.io.serialize_tensor(each).numpy()) for each in cases.tensors(tf)],
        "parsed": cases.parsed(tf, [tf.constant(each) for each in records], whole),
    }
    found["shown"] = [
        sorted(each.splitlines()) for each in found["shown"]
    ]  # the order is no promise
    text = json.dumps(found, separators=(",", ":")).replace('],"', '],\n"') + "\n"
    if "--check" in sys.argv:
        before = json.loads(FILE.read_text())
        for each in (before, found):
            each["files"] = each["files"][""]  # how zlib packs is no promise
        assert before == found, "TensorFlow gives something else than records.json"
        print("records as TensorFlow has them")
    else:
        FILE.write_text(text)


main()
