"""Weights in several files, and the editor of files of weights."""

import json
import re

import numpy as np
import pytest

from geartrain import Sequential, layers, saving

h5py = pytest.importorskip("h5py")
MEGABYTE = 1 / 1024


def network(*sizes):
    return Sequential([layers.Input((40,)), *(layers.Dense(size) for size in sizes)])


def trained():
    model = network(3, 2)
    model.compile("adam", "mse")
    model.fit(np.ones((2, 40)), np.ones((2, 2)), verbose=0)
    return model


@pytest.fixture
def path(tmp_path):
    trained().save_weights(tmp_path / "m.weights.h5")
    return tmp_path / "m.weights.h5"


@pytest.fixture
def editor(path):
    return saving.KerasFileEditor(path)


def test_weights_go_into_files_of_a_size(tmp_path):
    model = network(300, 300, 300)
    model.save_weights(tmp_path / "m.weights.json", max_shard_size=0.5 * MEGABYTE)
    names = sorted(each.name for each in tmp_path.iterdir())
    assert names == ["m.weights.json", *(f"m_0000{n}.weights.h5" for n in range(2))]
    assert all((tmp_path / name).stat().st_size < 2**20 for name in names)
    listed = json.loads((tmp_path / "m.weights.json").read_text())
    assert listed["weight_map"]["/layers/dense/vars"] == ["m_00000.weights.h5"]
    assert listed["metadata"]["total_size"] == sum(each.nbytes for each in model.get_weights())
    other = network(300, 300, 300)
    other.load_weights(tmp_path / "m.weights.json")
    pairs = zip(model.get_weights(), other.get_weights(), strict=True)
    assert all((one == two).all() for one, two in pairs)


def test_a_part_may_lie_in_several_files(tmp_path):
    model = network(300)
    model.save_weights(tmp_path / "m.weights.json", max_shard_size=48_000 / 1024**3)
    listed = json.loads((tmp_path / "m.weights.json").read_text())
    assert len(listed["weight_map"]["/layers/dense/vars"]) == 2
    other = network(300)
    other.load_weights(tmp_path / "m.weights.json")
    assert (other.get_weights()[1] == model.get_weights()[1]).all()


def test_what_cannot_be_in_several_files(tmp_path):
    model = network(300)
    with pytest.raises(ValueError, match=re.escape("exceeds the maximum shard size 1.00 KB")):
        model.save_weights(tmp_path / "m.weights.json", max_shard_size=1 / 1024**2)
    with pytest.raises(ValueError, match="weights"):
        model.save_weights(tmp_path / "m.weights.json")
    with pytest.warns(UserWarning, match="json"):
        model.save_weights(tmp_path / "m.weights.h5", max_shard_size=MEGABYTE)
    with pytest.raises(FileNotFoundError):
        model.load_weights(tmp_path / "n.weights.json")
    (tmp_path / "m.weights.json").write_text('{"weight_map": {"/vars": ["../m.weights.h5"]}}')
    with pytest.raises(ValueError, match="no list"):
        model.load_weights(tmp_path / "m.weights.json")


def test_the_summary_has_every_array(editor, capsys):
    editor.summary()
    text = capsys.readouterr().out
    assert "> dense\n" in text
    assert "0: shape=(40, 3), dtype=float32" in text
    assert "> optimizer" in text


def test_a_model_is_compared(editor, capsys):
    assert editor.compare(network(3, 2))["status"] == "error"  # it has no optimizer
    assert editor.compare(trained()) == {"status": "success", "error_count": 0, "match_count": 14}
    found = editor.compare(network(3, 5, 2))
    assert found["status"] == "error"
    text = capsys.readouterr().out
    assert "Weight shape mismatch for /layers/dense_1/0" in text
    assert "Object /layers/dense_2 present in reference model, missing from saved file" in text


def test_an_edited_file_fits_another_model(editor, tmp_path):
    editor.delete_object("optimizer")
    editor.rename_object("layers/dense_1", "dense_2")
    editor.add_object("layers/dense_1", {"0": np.zeros((3, 5), "float32")})
    editor.add_weights("dense_1", {"1": np.ones(5, "float32"), "2": np.ones(1)})
    editor.delete_weight("dense_1", "2")
    editor.delete_weight("layers/dense_2", "0")
    editor.add_weights("layers/dense_2", {"0": np.full((5, 2), 2, "float32")})
    editor.save(tmp_path / "edited.weights.h5")
    model = network(3, 5, 2)
    model.load_weights(tmp_path / "edited.weights.h5")
    assert (model.layers[1].bias.numpy() == 1).all()
    assert (model.layers[2].kernel.numpy() == 2).all()
    with h5py.File(tmp_path / "edited.weights.h5") as file:
        assert set(file) == {"layers"}


def test_whole_models_are_opened(tmp_path, capsys):
    model = network(3)
    model.save(tmp_path / "m.keras")
    editor = saving.KerasFileEditor(tmp_path / "m.keras")
    assert editor.config["class_name"] == "Sequential"
    editor.summary()
    assert "Saved with Keras" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        (lambda e: e.delete_object("nothing"), "does not appear"),
        (lambda e: e.rename_object("dense", "a/b"), "leaf name"),
        (lambda e: e.add_object("nowhere/dense", {"0": 1}), "'nowhere' not found"),
        (lambda e: e.add_object("layers/dense_9", 3), "should be a dict"),
        (lambda e: e.add_weights("dense", 3), "should be a dict"),
        (lambda e: e.delete_weight("dense", "7"), "Weight 7"),
        (lambda e: e.save("m.h5"), "extension"),
        (lambda e: type(e)("m.h5"), "extension"),
        (lambda e: e.add_object("dense", {"0": 1}) or e.delete_object("dense"), "more than once"),
    ],
)
def test_what_is_refused(editor, ask, text):
    with pytest.raises(ValueError, match=text):
        ask(editor)
