"""Rooms that load what is asked of them."""

import ast
import builtins
import importlib
import sys
import threading
import types
from pathlib import Path

import pytest

import geartrain
from geartrain import layers, optimizers
from geartrain.rooms import LaterNames, Room, loading_later

PACKAGE = Path(geartrain.__file__).parent
LAZY = [
    ".".join(("geartrain", *path.relative_to(PACKAGE).parts[:-1]))
    for path in sorted(PACKAGE.rglob("__init__.py"))
    if "with loading_later(__name__):" in path.read_text()
]


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A package `parlour` with two modules, one named as the function in it; gives its text."""
    monkeypatch.syspath_prepend(tmp_path)
    folder = tmp_path / "parlour"
    folder.mkdir()
    (folder / "chair.py").write_text("class Chair: pass\nclass Stool: pass\n__all__ = ['Stool']")
    (folder / "sit.py").write_text("def sit(): return 'seated'")

    def made(block):
        lines = "\n".join(f"    {line}" for line in block.splitlines())
        (folder / "__init__.py").write_text(
            "from geartrain.rooms import loading_later\n"
            f"with loading_later(__name__):\n{lines}\n__all__ = ['Chair', 'sit']\n"
        )
        return importlib.import_module("parlour")

    yield made
    for name in [each for each in sys.modules if each.partition(".")[0] == "parlour"]:
        del sys.modules[name]


def test_a_name_is_loaded_when_it_is_asked_for(room):
    parlour = room("from parlour.chair import Chair\nfrom parlour.sit import sit")
    assert "parlour.chair" not in sys.modules
    assert parlour.Chair.__module__ == "parlour.chair"
    assert "parlour.sit" not in sys.modules
    assert vars(parlour)["Chair"] is parlour.Chair


def test_dir_tells_of_what_is_not_loaded_yet(room):
    parlour = room("from parlour.chair import Chair\nfrom parlour.sit import sit")
    assert {"Chair", "sit"} <= set(dir(parlour))
    assert "parlour.chair" not in sys.modules


def test_import_star_and_from_imports_load(room):
    room("from parlour.chair import Chair\nfrom parlour.sit import sit")
    names = {}
    exec("from parlour import *", names)
    assert names["sit"]() == "seated"
    assert names["Chair"] is sys.modules["parlour.chair"].Chair


def test_a_module_does_not_hide_the_function_of_its_name(room):
    parlour = room("from parlour.sit import sit")
    importlib.import_module("parlour.sit")
    assert parlour.sit() == "seated"


def test_other_names_and_stars_are_noted(room):
    parlour = room("from parlour.chair import *\nfrom parlour.sit import sit\nrest = settle = sit")
    assert parlour.rest is parlour.settle is parlour.sit
    assert parlour.Stool.__name__ == "Stool"
    assert not hasattr(parlour, "Chair")


def test_a_module_of_the_room_itself(room):
    parlour = room("from parlour import chair")
    assert "parlour.chair" not in sys.modules
    assert parlour.chair is sys.modules["parlour.chair"]


def test_a_missing_name_is_python_s_own_error(room):
    parlour = room("from parlour.sit import sit")
    with pytest.raises(AttributeError, match="module 'parlour' has no attribute 'lie'"):
        _ = parlour.lie
    with pytest.raises(ImportError, match="cannot import name 'lie'"):
        exec("from parlour import lie")


def test_import_is_given_back_as_it_was_found(monkeypatch, room):
    def own(*args, **kwargs):
        return usual(*args, **kwargs)

    usual = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", own)
    room("from parlour.sit import sit")
    assert builtins.__import__ is own


def test_import_is_given_back_after_an_error(room):
    usual = builtins.__import__
    with pytest.raises(ZeroDivisionError):
        room("from parlour.sit import sit\n1 / 0")
    assert builtins.__import__ is usual


def test_others_import_as_ever_while_a_block_runs(monkeypatch):
    module = types.ModuleType("parlour")
    monkeypatch.setitem(sys.modules, "parlour", module)
    found = []

    def elsewhere():
        from geartrain.errors import explain

        found.append(explain)

    with loading_later("parlour"):
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        elsewhere()
    assert [each.__name__ for each in found] == ["explain", "explain"]


@pytest.mark.parametrize("name", LAZY)
def test_every_name_of_a_room_is_there(name):
    module = importlib.import_module(name)
    assert isinstance(module, Room)
    for each in {*module.__all__, *vars(module)["_later"]}:
        assert getattr(module, each) is not None, each


@pytest.mark.parametrize("name", LAZY)
def test_what_is_noted_is_public(name):
    """A name in a block that `__all__` lacks is an import that nobody asked for."""
    text = (PACKAGE / Path(*name.split(".")[1:]) / "__init__.py").read_text()
    block = next(node for node in ast.parse(text).body if isinstance(node, ast.With))
    noted = {
        alias.asname or alias.name
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    public = set(importlib.import_module(name).__all__)
    assert noted - public <= {"*", "RematScope", "remat", "NotFinite"}


def test_names_of_a_room_are_looked_up_when_asked_for():
    names = LaterNames("geartrain.optimizers", {"adam": "Adam", "sgd": "SGD"})
    assert names["adam"] is optimizers.Adam
    assert (len(names), list(names), "rmsprop" in names) == (2, ["adam", "sgd"], False)
    assert names.get("rmsprop") is None


def test_layers_gives_everything_that_it_names():
    assert layers.AvgPool1D is layers.AveragePooling1D
    assert layers.add([geartrain.ops.ones(2), geartrain.ops.ones(2)]).tolist() == [2.0, 2.0]
