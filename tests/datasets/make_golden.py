"""Write what Keras loads from the small files, or check that it still does (`--check`).

KERAS_BACKEND=jax .peers/keras-jax/bin/python tests/datasets/make_golden.py
"""

import json
import sys
import tempfile
from pathlib import Path
from unittest import mock

import keras
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import small_files as small
from cases import HOUSE_CASES, TEXT_CASES

FILE = Path(__file__).with_name("golden.json")


def plain(split):
    return [[[list(each) if isinstance(each, list) else np.asarray(each).tolist()
              for each in part] for part in pair] for pair in split]  # fmt: skip


def loaded(name, path, arguments):
    module = sys.modules[f"keras.src.datasets.{name}"]
    with mock.patch.object(module, "get_file", return_value=str(path)):
        return plain(getattr(keras.datasets, name).load_data(**arguments))


def main():
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.npz"
        for name, write in (("imdb", small.write_imdb), ("reuters", small.write_reuters)):
            write(path)
            for arguments in TEXT_CASES[name]:
                found[f"{name} {arguments}"] = loaded(name, path, arguments)
        for name, (rows, columns, cases) in HOUSE_CASES.items():
            small.write_houses(path, rows, columns)
            for arguments in cases:
                split = loaded(name, path, arguments)
                found[f"{name} {arguments}"] = [[len(part) for part in pair] for pair in split] + [
                    float(split[0][1][0]), float(split[0][0][0][1])]  # fmt: skip
    text = json.dumps(found, separators=(",", ":")) + "\n"
    if "--check" in sys.argv:
        assert FILE.read_text() == text
        print(f"{len(found)} loaded files: Keras {keras.__version__} agrees")
    else:
        FILE.write_text(text)


main()
