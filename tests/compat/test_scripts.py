"""`python -m geartrain run`: scripts and notebooks, cut short or not, and their failures."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from geartrain import Sequential, layers
from geartrain.compat.scripts.ipython import Shown
from geartrain.compat.scripts.magics import Shell, as_python, is_python
from geartrain.compat.scripts.notebook import read_cells
from geartrain.compat.scripts.shorter import shortened, turns
from geartrain.compat.scripts.showing import Figures
from geartrain.data import Dataset
from geartrain.training.limits import limits

MODEL = """
import numpy as np
from keras import layers, models
model = models.Sequential([layers.Dense(1, input_shape=(3,))])
model.compile('rmsprop', 'mse', metrics=['mae'], run_eagerly=True)
x, y = np.ones((8, 3)), np.ones((8, 1))
"""


@pytest.fixture
def limited():
    limits.epochs, limits.steps = 2, 3
    yield
    limits.epochs = limits.steps = None


def run(path, *arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "geartrain", "run", str(path), *arguments],
        **options,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def notebook(path, *cells):
    listed = [{"cell_type": "code", "source": each} for each in cells]
    text = {"cell_type": "markdown", "source": "# Words"}
    path.write_text(json.dumps({"nbformat": 4, "cells": [text, *listed]}))
    return path


def test_a_script_finds_its_name_arguments_and_neighbours(tmp_path):
    (tmp_path / "beside.py").write_text("answer = 42\n")
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, beside, keras\n"
        "if __name__ == '__main__':\n"
        "    print(sys.argv[1:], beside.answer, keras.layers.Dense.__module__)\n"
    )
    done = run(script, "--max-epochs", "1", "--", "--rate", "3")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "['--rate', '3'] 42 geartrain.layers.dense"


def test_a_notebook_runs_cell_by_cell(tmp_path):
    path = notebook(
        tmp_path / "book.ipynb",
        "%matplotlib inline\n!pip install keras\nfiles = !ls\nfiles",
        ["import keras\n", "x = 3\n", "x"],
        "%%time\ndisplay('shown')\nx;",
        MODEL + "history = model.fit(x, y, epochs=500, verbose=0)\nlen(history.epoch)",
        "for step in range(10000):\n    model.train_on_batch(x, y)\nstep",
        "len(history.history['mae'])",
    )
    done = run(path, "--max-epochs", "2", "--max-steps", "3")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["[]", "3", "shown", "2", "2", "500"]
    assert "left out: !pip install keras (nothing is installed)" in done.stderr
    assert "6 of 6 cells ran" in done.stderr
    assert "Warning" not in done.stderr


OWN_MAGIC = """
import os
from IPython.core.magic import register_cell_magic, register_line_magic

@register_cell_magic
def only(line, cell):
    if line.split()[-1] == "here":
        get_ipython().run_cell(cell)
    else:
        print("not", line)

@register_line_magic
def doubled(line):
    return 2 * int(line)
"""


def test_a_notebook_registers_magics_of_its_own(tmp_path):
    path = notebook(
        tmp_path / "book.ipynb",
        OWN_MAGIC,
        "%%only here\ndef rate():\n    return 3\nrate()",
        "%%only elsewhere\nimport nothing_of_this_name",
        "rate() + get_ipython().user_ns['rate']()",
        "%doubled 21",
        "from IPython.display import display, clear_output\nimport IPython\ndisplay('shown')",
    )
    done = run(path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n") == ["3", "not elsewhere", "6", "42", "shown", ""]


def test_what_fails_in_the_text_of_a_cell_is_that_cells_failure(tmp_path):
    path = notebook(tmp_path / "book.ipynb", OWN_MAGIC, "%%only here\nx = 1\nx / 0")
    done = run(path)
    assert done.returncode == 1
    assert "cell 2" in done.stderr
    assert "ZeroDivisionError" in done.stderr
    assert "x / 0" in done.stderr


def test_a_failure_names_the_cell_and_the_line(tmp_path):
    path = notebook(tmp_path / "book.ipynb", "a = 1", "\nfrom keras.layers import Dens", "b = 2")
    done = run(path)
    assert done.returncode == 1
    assert f"{path}, cell 2, line 2: ModuleNotFoundError" in done.stderr
    assert "from keras.layers import Dens" in done.stderr
    assert "nearest: keras.layers.Dense" in done.stderr
    assert "finder.py" not in done.stderr
    assert "1 of 3 cells ran" in done.stderr
    assert "2 of 3 cells ran" in run(path, "--keep-going").stderr


@pytest.mark.parametrize("text", ["no json", "{}", '{"cells": [{}]}'])
def test_what_is_no_notebook(tmp_path, text):
    path = tmp_path / "book.ipynb"
    path.write_text(text)
    with pytest.raises(ValueError, match="is no notebook"):
        read_cells(path)


def test_a_file_that_is_not_there(tmp_path):
    done = run(tmp_path / "nothing.py")
    assert done.returncode == 2
    assert "There is no file" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1", "x = 1"),
        ("!ls -l", "get_ipython().system('ls -l')"),
        ("if x:\n    !ls", "if x:\n    get_ipython().system('ls')"),
        ("names = !ls", "names = get_ipython().getoutput('ls')"),
        ("%time x = 1", "x = 1"),
        ("%cd folder", "get_ipython().run_line_magic('cd', 'folder')"),
        ("len?", "help(len)"),
        ("?len", "help(len)"),
        ("!a \\\n  b\nx = 1", "get_ipython().system('a   b')\nx = 1"),
        ("x = '''\n!no\n'''", "x = '''\n!no\n'''"),
        ("%%bash\nls", "get_ipython().run_cell_magic('bash', '', 'ls')"),
    ],
)
def test_lines_for_the_notebook(source, expected):
    found = as_python(source)
    assert found == expected
    assert is_python(found)


def test_the_shell_runs_what_it_may(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    notes = []
    careful, free = Shell(notes.append), Shell(notes.append, runs_commands=True)
    careful.system("echo no")
    free.system("echo yes")
    free.system("pip install keras")
    careful.run_cell_magic("writefile", "a.txt", "words\n")
    careful.run_line_magic("load_ext", "autoreload")
    (tmp_path / "inner").mkdir()
    careful.run_line_magic("cd", "inner")
    assert free.getoutput("cat ../a.txt") == ["words"]
    assert capfd.readouterr().out == "yes\n"
    assert len(notes) == 2


MAGIC = """
from IPython.core.magic import register_cell_magic, register_line_magic

@register_cell_magic
def only(line, cell):
    print(line, end=": ")
    if line == "here":
        get_ipython().run_cell(cell)

@register_line_magic("twice")
def doubled(line):
    return 2 * line
"""


@pytest.mark.parametrize("installed", [True, False])
def test_a_notebook_has_magics_of_its_own(tmp_path, installed):
    if installed:
        pytest.importorskip("IPython")
    else:  # the folder is before all others: no IPython is found behind it
        (tmp_path / "sitecustomize.py").write_text(
            "import importlib.util as u\nfound = u.find_spec\n"
            "u.find_spec = lambda name, *a: None if name == 'IPython' else found(name, *a)\n"
        )
    path = notebook(
        tmp_path / "book.ipynb",
        MAGIC,
        "%%only here\nx = 3\nx + 1",
        "%%only there\nx = 5",
        "y = %twice ab\ny + str(x)",
        "from IPython.display import Image, display\ndisplay(x)",
        "%%only here\n1 / 0",
    )
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{Path.cwd()}"}
    done = run(path, env=environment)
    assert done.stdout.split() == ["here:", "4", "there:", "'abab3'", "3", "here:"]
    assert "cell 6" in done.stderr
    assert "ZeroDivisionError" in done.stderr
    assert "5 of 6 cells ran" in done.stderr


def test_the_backend_that_a_cell_chose_is_settled_for_the_next(tmp_path):
    path = notebook(
        tmp_path / "book.ipynb",
        "import keras",
        "import os\nos.environ['KERAS_BACKEND'] = 'jax'",
        "os.environ['KERAS_BACKEND']",
    )
    done = run(path)
    assert done.stdout.strip() == "'tensorflow'"
    assert done.stderr.count("KERAS_BACKEND was 'jax'") == 1


def test_a_missing_framework_is_named(tmp_path):
    path = notebook(tmp_path / "book.ipynb", "import jax", "import nothing_of_the_kind")
    (tmp_path / "jax.py").write_text("raise ModuleNotFoundError('no jax', name='jax')")
    failures = run(path, "--keep-going").stderr.split("cell 2, line")
    assert "written by hand for JAX needs JAX itself" in failures[0]
    assert "by hand" not in failures[1]


def test_what_is_shown_elsewhere_is_named():
    image = type("Image", (Shown,), {})
    assert repr(image(filename="cat.png", width=3)) == "<Image cat.png>"
    assert repr(image(b"bytes")) == "<Image>"


def test_a_shell_without_a_notebook_runs_no_cells():
    with pytest.raises(RuntimeError, match="in a notebook that is being run"):
        Shell(print).run_cell("x = 1")


def test_loops_that_train_are_cut_short(limited):
    source = (
        "seen = []\n"
        "for epoch in range(50):\n"
        "    for step in range(60):\n"
        "        train_on_batch()\n"
        "for i in range(5):\n"
        "    seen.append(i)\n"
    )
    calls = []
    space = {"train_on_batch": lambda: calls.append(1)}
    exec(compile(shortened(ast.parse(source)), "script", "exec"), space)
    assert len(calls) == 2 * 3
    assert len(space["seen"]) == 5
    assert turns(range(1, 9), "epoch") == range(1, 3)


def test_loops_over_batches_and_steps_by_other_names_are_cut_short(limited):
    source = (
        "for epoch in range(50):\n"
        "    for step, (x, y) in enumerate(batches):\n"
        "        one_training_step(x, y)\n"
        "for x, y in zip(*arrays):\n"
        "    optimizer.apply(x, y)\n"
        "for rate in [1, 2, 3, 4]:\n"
        "    fit(rate)\n"
    )
    calls = []

    def called(*given):
        calls.append(given)

    space = {"one_training_step": called, "fit": called, "arrays": ([1] * 9, [2] * 9)}
    space["batches"] = Dataset.from_tensor_slices(([0] * 40, [1] * 40)).batch(4)
    space["optimizer"] = type("Optimizer", (), {"apply": staticmethod(called)})
    exec(compile(shortened(ast.parse(source)), "script", "exec"), space)
    assert [len(each) for each in calls] == [2] * (2 * 3 + 3) + [1] * 4


def test_a_figure_is_shown_whatever_chose_the_back_end(tmp_path, monkeypatch):
    """Choosing it writes into what shows, as Matplotlib 3.10's `switch_backend` does."""
    folder = tmp_path / "matplotlib"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "pyplot.py").write_text(
        "drawn, closed = [1, 2], []\n"
        "def show(): raise RuntimeError('a screen')\n"
        "def switch_backend(name): globals()['show'].__signature__ = name\n"
        "def get_fignums(): return drawn\n"
        "def figure(number): return number\n"
        "def close(which): closed.append(which)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("matplotlib", "matplotlib.pyplot"):
        monkeypatch.setitem(sys.modules, name, None)  # what is there now comes back in the end
        del sys.modules[name]
    figures = Figures(None)
    figures.use()
    pyplot = sys.modules["matplotlib.pyplot"]
    pyplot.switch_backend("agg")
    pyplot.show(block=False)
    assert (figures.count, pyplot.closed) == (2, ["all"])


def test_fit_and_evaluate_are_cut_short(limited):
    model = Sequential([layers.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    x, y = [[1.0, 2.0]] * 10, [[1.0]] * 10
    history = model.fit(x, y, batch_size=2, epochs=9, validation_data=(x, y), verbose=0)
    assert history.epoch == [0, 1]
    assert (
        int(model.optimizer.iterations.numpy()) == 3 + 2
    )  # the second epoch goes on where the first ended
    losses = history.history["val_loss"]
    assert len(losses) == 9
    assert set(losses[2:]) == {losses[1]}


def test_without_limits_nothing_is_cut_short():
    assert limits.last_epoch(2, 9) == 9
    assert limits.steps_of(None, 7) is None
    assert turns(range(7), "step") == range(7)
