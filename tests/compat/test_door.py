"""The door: which paths lead where, what is said of names that are not there, and closing it."""

import importlib
import importlib.machinery
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

import geartrain
from geartrain import compat, layers, utils
from geartrain.compat.door.paths import FORMER, ROOMS, TREES, is_path


def test_every_way_to_import_gives_the_same(door):
    import keras
    import keras.layers as L
    import tensorflow as tf
    from keras.engine.topology import Layer
    from keras.layers.core import Dense
    from keras.utils.np_utils import to_categorical
    from tensorflow import keras as second
    from tensorflow.keras.layers import Dense as third
    from tensorflow.python.keras import layers as fourth

    assert keras is second
    assert tf.keras is keras
    assert Dense is L.Dense is third is layers.Dense is fourth.Dense
    assert Layer is layers.Layer
    assert to_categorical is utils.to_categorical
    assert keras.Sequential is geartrain.Sequential
    assert keras.__version__.split(".")[0] == "3"
    assert {"geartrain"} <= set(keras.__file__.split("/")) & set(tf.__file__.split("/"))


@pytest.mark.parametrize(
    "path", [*FORMER, *TREES, "keras.datasets.mnist", "keras.optimizers.schedules"]
)
def test_older_paths_lead_somewhere(door, path):
    assert importlib.import_module(path).__name__.startswith(("keras", "tensorflow"))


def test_all_rooms_of_ours_are_behind_the_door():
    wanted = [room for room in ROOMS if room in geartrain.ROOMS]
    assert len(wanted) > 15
    assert all(is_path(f"keras.{room}") for room in wanted)


def test_a_function_keeps_its_name_where_a_module_has_it_too(door):
    import keras.layers
    import keras.layers.merge

    assert callable(keras.layers.merge)
    assert keras.layers.add is layers.add
    with pytest.raises(AttributeError):
        keras.layers.layer  # a file of ours, of which nobody is promised anything


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("from keras.layers import Dens", "nearest: keras.layers.Dense"),
        ("from keras.layers import Sequential", "from keras import Sequential"),
        ("import keras.layerz", "keras.layers"),
        ("from keras import nothing_of_the_kind", "dir(keras)"),
        ("from tensorflow import qqqqqq", "dir(tensorflow)"),
        ("import keras.layers.nothing_of_the_kind", "dir(keras.layers)"),
    ],
)
def test_a_missing_name_says_what_there_is(door, line, words):
    with pytest.raises(ImportError, match="here") as caught:
        exec(line)
    assert words in str(caught.value)


@pytest.mark.parametrize("name", ["jax", "torch"])
def test_the_backend_is_the_one_that_the_door_stands_for(door, monkeypatch, capsys, name):
    monkeypatch.setenv("KERAS_BACKEND", name)
    import keras

    assert os.environ["KERAS_BACKEND"] == "tensorflow"
    assert keras.config.backend() == keras.backend.backend() == "tensorflow"
    assert f"KERAS_BACKEND was {name!r}" in capsys.readouterr().err
    keras.config.set_backend("tensorflow")
    with pytest.raises(ValueError, match="There is one backend"):
        keras.config.set_backend(name)


def test_a_backend_that_nobody_chose_is_left_alone(door, monkeypatch, capsys):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    import keras

    assert keras.config.floatx() == "float32"
    assert "KERAS_BACKEND" not in os.environ
    assert not capsys.readouterr().err


def test_a_missing_attribute_says_what_there_is(door):
    import keras

    with pytest.raises(AttributeError, match=r"nearest: keras\.layers\.Dense"):
        keras.layers.Dens
    assert not hasattr(keras.layers, "nothing_of_the_kind")


def test_closed_again_nothing_is_left():
    compat.install()
    compat.install()
    assert compat.is_installed()
    importlib.import_module("keras.layers")
    compat.uninstall()
    assert not compat.is_installed()
    assert not [name for name in sys.modules if name.partition(".")[0] in ("keras", "tensorflow")]
    assert not hasattr(geartrain.Model, "fit_generator")
    with pytest.raises(ValueError, match="output_dim"):
        layers.Dense(units=2, output_dim=3)


def test_behind_another_keras_it_comes_too_late(tmp_path):
    (tmp_path / "keras.py").write_text("Sequential = None\n")
    lines = "import keras, geartrain; geartrain.compat.install()"
    done = subprocess.run(
        [sys.executable, "-c", lines],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": f"{tmp_path}:{geartrain.__path__[0]}/.."},
    )
    assert done.returncode == 1
    assert "comes too late: keras is imported already" in done.stderr


def test_ipython_opens_the_door():
    try:
        geartrain.load_ipython_extension(None)
        assert compat.is_installed()
    finally:
        compat.uninstall()


def hidden(monkeypatch, name):
    """Have a package look as if it were not installed."""
    for each in [each for each in sys.modules if each.partition(".")[0] == name]:
        monkeypatch.delitem(sys.modules, each)
    ordinary = importlib.machinery.PathFinder.find_spec

    def find_spec(fullname, path=None, target=None):
        return None if fullname.partition(".")[0] == name else ordinary(fullname, path, target)

    monkeypatch.setattr(importlib.machinery.PathFinder, "find_spec", find_spec)


def test_tensorboard_where_it_is_not_installed(door, monkeypatch, tmp_path, capsys):
    hidden(monkeypatch, "tensorboard")
    import tensorboard
    from tensorboard.plugins.hparams import api

    magics = {}
    shell = SimpleNamespace(register_magic_function=lambda f, kind, name: magics.update({name: f}))
    tensorboard.load_ipython_extension(shell)
    magics["tensorboard"]("--logdir logs")
    assert "pip install tensorboard" in capsys.readouterr().err
    rate = api.HParam("rate", api.RealInterval(0.1, 1.0))
    api.KerasCallback(tmp_path / "logs", {rate: 0.5}, trial_id="3").on_train_begin()
    written = json.loads((tmp_path / "logs/hparams.json").read_text())
    assert written == {"trial_id": "3", "hparams": {"rate": 0.5}}
    compat.uninstall()
    assert "tensorboard" not in sys.modules


def test_models_know_the_strategy_that_trains_them(door):
    import keras
    import tensorflow as tf

    model = keras.Sequential([keras.layers.Dense(1)])
    assert not model.distribute_strategy.extended._in_multi_worker_mode()
    assert model.distribute_strategy.extended.should_checkpoint
    assert model.distribute_strategy is tf.distribute.get_strategy()
    with tf.distribute.MirroredStrategy().scope() as strategy:
        assert model.distribute_strategy is strategy


def test_colab_outside_of_colab(door, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    from google.colab import drive, files

    assert files.upload() == {}
    assert str(tmp_path) in capsys.readouterr().err
    with pytest.raises(FileNotFoundError, match=r"nothing\.keras"):
        files.download("nothing.keras")
    (tmp_path / "model.keras").write_bytes(b"")
    files.download("model.keras")
    drive.mount("/content/drive")
    assert capsys.readouterr().err.count("[geartrain]") == 2
