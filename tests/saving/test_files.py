"""Files of models: round trips, what is refused, and what stays whole."""

import json
import zipfile

import numpy as np
import pytest

from geartrain import Model, Sequential, layers, models, ops, saving
from geartrain.saving.tree import walk

h5py = pytest.importorskip("h5py")
GIVEN = np.random.default_rng(0).standard_normal((2, 4)).astype("float32")


def stack():
    return Sequential(
        [layers.Input((4,)), layers.Dense(3, name="first"), layers.Dense(2, name="second")],
        name="stack",
    )


def joined():
    inputs = layers.Input((4,), name="x")
    inner = stack()
    return Model(inputs, ops.relu(inner(inputs)) + layers.Dense(2, name="beside")(inputs))


class Blocks(Model):
    def __init__(self, units=3, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.blocks = [layers.Dense(units), layers.Dense(units), [layers.Dense(units)]]
        self.by_name = {"k": layers.Dense(2), "z": layers.LSTM(2)}

    def call(self, inputs):
        for block in (*self.blocks[:2], *self.blocks[2]):
            inputs = block(inputs)
        return self.by_name["k"](inputs) + self.by_name["z"](ops.expand_dims(inputs, 1))


@pytest.mark.parametrize("make", [stack, joined])
@pytest.mark.parametrize("name", ["model.keras", "model.h5", "folder"])
def test_a_model_comes_back(make, name, tmp_path):
    model = make()
    model.save(tmp_path / name, **({"zipped": False} if name == "folder" else {}))
    other = models.load_model(tmp_path / name)
    assert type(other) is type(model)
    assert [each.name for each in other.layers] == [each.name for each in model.layers]
    np.testing.assert_array_equal(model(GIVEN), other(GIVEN))


@pytest.mark.parametrize("make", [stack, joined])
def test_weights_come_back(make, tmp_path):
    model, other = make(), make()
    model.save_weights(tmp_path / "model.weights.h5")
    other.load_weights(tmp_path / "model.weights.h5")
    np.testing.assert_array_equal(model(GIVEN), other(GIVEN))
    model.save(tmp_path / "model.keras")
    other = make()
    other.load_weights(tmp_path / "model.keras")
    np.testing.assert_array_equal(model(GIVEN), other(GIVEN))


def test_the_names_in_the_file_are_those_of_keras():
    """The paths, as the real Keras writes them for the same classes."""
    model = Blocks()
    model(GIVEN)
    assert [path for path, _ in walk(model)] == [
        "",
        "blocks/dense",
        "blocks/dense_1",
        "blocks/container/dense",
        "by_name/dense",
        "by_name/lstm",
        "by_name/lstm/cell",
    ]
    assert [path for path, _ in walk(joined())] == [
        "",
        "layers/input_layer",
        "layers/sequential",
        "layers/sequential/layers/dense",
        "layers/sequential/layers/dense_1",
        "layers/dense",
    ]


def test_a_model_of_ones_own_comes_back(tmp_path):
    model, other = Blocks(), Blocks()
    model(GIVEN)
    other(GIVEN)
    model.save_weights(tmp_path / "own.weights.h5")
    other.load_weights(tmp_path / "own.weights.h5")
    np.testing.assert_array_equal(model(GIVEN), other(GIVEN))


class Pair(Model):
    def __init__(self, units=3, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.dense = layers.Dense(units)

    def call(self, one, two, training=None):
        return self.dense(one) - self.dense(two["x"])


def test_models_of_ones_own_are_built_when_they_are_loaded(tmp_path):
    objects = {"Blocks": Blocks, "Pair": Pair}
    for model, given in [(Blocks(4), (GIVEN,)), (Pair(5), (GIVEN, {"x": 2 * GIVEN}))]:
        found = model(*given)
        model.save(tmp_path / "model.keras")
        other = models.load_model(tmp_path / "model.keras", custom_objects=objects)
        assert other.units == model.units
        np.testing.assert_array_equal(other(*given), found)


def test_what_is_written_is_three_parts(tmp_path):
    stack().save(tmp_path / "model.keras")
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        assert archive.namelist() == ["metadata.json", "config.json", "model.weights.h5"]
        assert set(json.loads(archive.read("metadata.json"))) == {"keras_version", "date_saved"}
        config = json.loads(archive.read("config.json"))
    assert (config["module"], config["class_name"]) == ("keras", "Sequential")


def test_layers_that_do_not_fit(tmp_path):
    path = tmp_path / "model.weights.h5"
    stack().save_weights(path)
    other = Sequential([layers.Input((4,)), layers.Dense(3), layers.Dense(5, name="wide")])
    before = other.get_weights()
    with pytest.raises(ValueError, match="A total of 1 objects could not be loaded"):
        other.load_weights(path)
    for one, two in zip(before, other.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    with pytest.warns(UserWarning, match="'wide'"):
        other.load_weights(path, skip_mismatch=True)
    assert not np.array_equal(before[0], other.get_weights()[0])
    np.testing.assert_array_equal(before[2], other.get_weights()[2])


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "model.keras"
    model = stack()
    model.save(path)
    before = path.read_bytes()
    monkeypatch.setattr(zipfile.ZipFile, "writestr", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        model.save(path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["model.keras"]


def test_overwriting_is_asked_for(tmp_path, monkeypatch):
    path = tmp_path / "model.keras"
    path.write_text("mine")
    answers = iter(["what?", "n", "y"])
    monkeypatch.setattr("builtins.input", lambda question: next(answers))
    stack().save(path, overwrite=False)
    assert path.read_text() == "mine"
    stack().save(path, overwrite=False)
    assert zipfile.is_zipfile(path)


def test_paths_that_say_nothing(tmp_path):
    model = stack()
    with pytest.raises(ValueError, match="which form"):
        model.save(tmp_path / "model")
    with pytest.raises(ValueError, match=r"\.keras"):
        model.save(tmp_path / "model.keras", zipped=False)
    with pytest.raises(ValueError, match=r"\.weights\.h5"):
        model.save_weights(tmp_path / "model.h5")
    with pytest.raises(ValueError, match="There is no model"):
        models.load_model(tmp_path / "model.keras")
    with pytest.raises(FileNotFoundError):
        models.load_model(tmp_path / "model.h5")
    with pytest.raises(FileNotFoundError):
        model.load_weights(tmp_path / "model.weights.h5")
    with pytest.raises(ValueError, match="no form"):
        model.load_weights(tmp_path / "model")
    with pytest.raises(ValueError, match="does not know"):
        model.save(tmp_path / "model.keras", other=1)
    with pytest.raises(ValueError, match="yet"):
        Sequential([layers.Dense(2)]).save_weights(tmp_path / "model.weights.h5")


def repacked(path, **parts):
    """The file with other parts."""
    with zipfile.ZipFile(path) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    found.update({name.replace("__", "."): each for name, each in parts.items()})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, each in found.items():
            archive.writestr(name, each)


def test_bombs_and_strange_paths_are_refused(tmp_path):
    path = tmp_path / "model.keras"
    stack().save(path)
    repacked(path, config__json=b" " * 2**25)
    with pytest.raises(ValueError, match="larger"):
        models.load_model(path)
    stack().save(path)
    repacked(path, **{"../../evil": b""})
    with pytest.raises(ValueError, match="folder"):
        models.load_model(path)
    path.write_bytes(b"PK nothing")
    with pytest.raises(ValueError, match="There is no model"):
        models.load_model(path)


def test_data_outside_of_the_file_is_not_read(tmp_path):
    path = tmp_path / "model.weights.h5"
    model = stack()
    model.save_weights(path)
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(48))
    with h5py.File(path, "a") as file:
        group = file["layers/dense/vars"]
        del group["0"]
        group.create_dataset("0", (4, 3), "float32", external=[(secret, 0, 48)])
    with pytest.raises(ValueError, match="another file"):
        model.load_weights(path)


def test_names_in_a_file_run_nothing(tmp_path):
    path = tmp_path / "model.keras"
    stack().save(path)
    bad = {"module": "os", "class_name": "system", "config": {"command": "true"}}
    repacked(path, config__json=json.dumps(bad).encode())
    with pytest.raises(TypeError, match="Could not locate"):
        models.load_model(path, safe_mode=False)


def test_by_name(tmp_path):
    path = tmp_path / "model.h5"
    model = stack()
    model.save(path)
    other = Sequential(
        [layers.Input((4,)), layers.Dense(7, name="new"), layers.Dense(2, name="second")]
    )
    before = other.get_weights()
    with pytest.raises(ValueError, match="'second' does not fit"):
        other.load_weights(path, by_name=True)
    other = Sequential([layers.Input((3,)), layers.Dense(2, name="second")])
    other.load_weights(path, by_name=True)
    np.testing.assert_array_equal(other.get_weights()[0], model.get_weights()[2])
    assert len(before) == 4
    with pytest.raises(ValueError, match="older files"):
        other.load_weights(tmp_path / "model.keras", by_name=True)


def test_registered_layers_come_back(tmp_path):
    @saving.register_keras_serializable("tests")
    class Doubled(layers.Layer):
        def call(self, inputs):
            return 2 * inputs

    model = Sequential([layers.Input((4,)), Doubled()])
    try:
        model.save(tmp_path / "model.keras")
        other = models.load_model(tmp_path / "model.keras")
        np.testing.assert_array_equal(other(GIVEN), 2 * GIVEN)
    finally:
        saving.get_custom_objects().pop("tests>Doubled")
    with pytest.raises(TypeError, match="Could not locate class 'Doubled'"):
        models.load_model(tmp_path / "model.keras")
