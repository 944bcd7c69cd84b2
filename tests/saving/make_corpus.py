"""Write the corpus: models of the zoo as the real Keras writes them, with their outputs.

    KERAS_BACKEND=tensorflow PYTHON tests/saving/make_corpus.py keras      (Keras 3)
    PYTHON tests/saving/make_corpus.py tf_keras                             (Keras 2)

Each gives one zip in `corpus/`, named after the version. What is there stays: files of old
versions are to be read for ever. A new version gets a zip of its own.
"""

import importlib
import sys
import tempfile
import zipfile
from pathlib import Path

import exchange
import zoo

CORPUS = Path(__file__).parent / "corpus"
MOMENT = (1980, 1, 1, 0, 0, 0)
# Those that Keras 2 has all layers for, without operations on symbolic tensors.
OLDER = [
    "stack", "ruled", "convnet", "residual", "decoder", "sounds", "volumes", "words",
    "masked_words", "recurrent", "cells", "films", "merged", "shaped", "sums", "shared", "twins",
    "nested", "by_name", "frozen", "part",
]  # fmt: skip
NEWER_FORMS = {
    ".keras": list(zoo.ZOO),
    ".weights.h5": ["transformer"],
    ".h5": ["residual", "words"],
}
OLDER_FORMS = {".h5": OLDER, ".keras": ["stack", "nested", "words"]}


def forms_of(name):
    return OLDER_FORMS if name == "tf_keras" else NEWER_FORMS


def main(name):
    k = importlib.import_module(name)
    if name == "tf_keras":
        zoo.ZOO = {each: build for each, build in zoo.ZOO.items() if each in OLDER}
    target = CORPUS / f"{name}-{k.__version__}.zip"
    CORPUS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        exchange.write(k, Path(folder))
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for form, names in forms_of(name).items():
                for each in sorted({*names} & {*zoo.ZOO}):
                    for ending in (form, ".npz"):
                        put(archive, Path(folder) / f"{each}{ending}")
    print(target, f"{target.stat().st_size:,} bytes")


def put(archive, path):
    if path.exists() and path.name not in archive.namelist():
        member = zipfile.ZipInfo(path.name, MOMENT)
        archive.writestr(member, path.read_bytes(), zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    main(sys.argv[1])
