"""Files that the real Keras wrote, of this version and of the second, are read with equal outputs.

`make_corpus.py` wrote them; `make parity` compares with the Keras that is installed.
"""

import zipfile
from pathlib import Path

import numpy as np
import pytest

import geartrain
from geartrain import models
from tests.saving import zoo
from tests.saving.exchange import outputs

pytest.importorskip("h5py")
CORPUS = Path(__file__).parent / "corpus"
FORMS = (".weights.h5", ".keras", ".h5")


def members():
    for path in sorted(CORPUS.glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if not name.endswith(".npz"):
                    yield pytest.param(path, name, id=f"{path.stem}-{name}")


@pytest.mark.filterwarnings("ignore:The state of:UserWarning")
@pytest.mark.parametrize(("path", "member"), list(members()))
def test_what_keras_wrote_is_read(path, member, tmp_path):
    name = member.removesuffix(next(form for form in FORMS if member.endswith(form)))
    with zipfile.ZipFile(path) as archive:
        archive.extract(member, tmp_path)
        archive.extract(f"{name}.npz", tmp_path)
    if member.endswith(".weights.h5"):
        model = zoo.ZOO[name](geartrain)
        model.load_weights(tmp_path / member)
    else:
        model = models.load_model(tmp_path / member)
    with np.load(tmp_path / f"{name}.npz") as expected:
        found = outputs(model, name)
        assert len(found) == len(expected.files)
        for key, each in zip(expected.files, found, strict=True):
            tolerance = 1e-2 if name == "halves" else 2e-6
            scale = max(np.abs(expected[key]).max(), 1.0)
            np.testing.assert_allclose(each, expected[key], rtol=0, atol=tolerance * scale)
