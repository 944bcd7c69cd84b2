"""A hundred models built, fitted and dropped: memory stays as it is.

What is counted are objects: models, graphs, programs, machine code in memory. Of bytes only so much
is said that a leak of a model's own size would be seen.
"""

import gc
import os
import resource
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from geartrain import jit, layers, models, ops
from geartrain.compiler.programs.program import Program
from geartrain.graph import Graph, Node
from geartrain.runtime import recycled
from geartrain.runtime.machine_code import LoadedCode
from geartrain.tensor import Variable

KINDS = (models.Sequential, layers.Dense, Variable, Graph, Node, Program, LoadedCode)
MODELS, WARM = 100, 10
HIDDEN = 512  # a model with its optimizer's state has some 6 MB


def live():
    """How many objects of each kind there are."""
    for _ in range(3):  # what a finalizer lets go of is collected the next time
        gc.collect()
    found = Counter(type(each) for each in gc.get_objects())
    return {kind.__name__: found[kind] for kind in KINDS}


def resident_bytes():
    """What the process has in memory, less what it keeps to be used again."""
    recycled._blocks.clear()
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return 0  # no such file here
    return int(statm.read_text().split()[1]) * resource.getpagesize()


def fit_one(number):
    model = models.Sequential(
        [layers.Dense(HIDDEN, activation="relu", input_shape=(512,)), layers.Dense(HIDDEN)]
    )
    model.compile(optimizer="adam", loss="mse", metrics=["mae"])
    x = np.full((8, 512), number, "float32")
    model.fit(x, np.ones((8, HIDDEN), "float32"), epochs=1, batch_size=4, verbose=0)
    model.predict(x, verbose=0)


def growth():
    """By how many bytes the process grows with a hundred models more."""
    for number in range(WARM):
        fit_one(number)
    before, bytes_before = live(), resident_bytes()
    for number in range(MODELS):
        fit_one(number)
        if number % WARM == 0:
            gc.collect()
    assert live() == before
    return resident_bytes() - bytes_before


def test_models_leave_nothing_behind():
    """Models hold themselves; a process with much else in memory seldom looks for such objects.

    The C library is told to give large blocks back at once: how many it keeps, and how they lie
    between others, is not what is asked.
    """
    program = "from tests.training.test_leaks import growth; print(growth())"
    environment = {**os.environ, "MALLOC_MMAP_THRESHOLD_": "65536"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < MODELS * 2**20 / 2  # a tenth of what they took


def test_compiled_functions_leave_nothing_behind():
    def call_one(number):
        function = jit(lambda x: ops.sum(ops.tanh(x * float(number))))
        function(np.ones(4, "float32"))

    call_one(0)
    before = live()
    for number in range(30):
        call_one(number)
    assert live() == before


def test_a_function_that_is_kept_is_counted():
    """The counts do see what stays."""
    before = live()
    kept = jit(lambda x: x + 1.0)
    kept(np.ones(4, "float32"))
    after = live()
    assert after["Program"] == before["Program"] + 1
    assert after["LoadedCode"] == before["LoadedCode"] + 1
    assert after["Node"] > before["Node"]


def small_model():
    model = models.Sequential([layers.Dense(4, input_shape=(3,)), layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse", metrics=["mae"])
    return model, np.ones((8, 3), "float32"), np.ones((8, 1), "float32")


def objects():
    """How many objects there are that the collector knows of, of any kind."""
    live()
    return len(gc.get_objects())


def test_fits_of_one_model_leave_nothing_behind():
    model, x, y = small_model()

    def use():
        model.fit(x, y, epochs=2, batch_size=4, verbose=0, validation_split=0.5)
        model.evaluate(x, y, verbose=0)
        model.predict(x, verbose=0)
        model.train_on_batch(x, y)
        model(x)

    for _ in range(3):
        use()
    before, objects_before = live(), objects()
    for _ in range(50):
        use()
    assert live() == before
    assert objects() - objects_before < 50  # less than one for each turn


def test_freezing_again_and_again_keeps_two_programs_at_most():
    model, x, y = small_model()
    for number in range(8):
        model.layers[0].trainable = number % 2 == 0
        model.train_on_batch(x, y)
    assert 1 <= len([key for key in model.programs if key[0] == "train"]) <= 2


def test_what_was_found_in_a_model_keeps_no_layer():
    """A layer that was taken out of a list goes, once somebody asks for the weights again."""
    holder = layers.Layer()
    holder.parts = [layers.Dense(3)]
    holder.parts[0].build((None, 2))
    before = live()["Dense"]
    assert len(holder.weights) == 2
    holder.parts.clear()
    assert holder.weights == []
    assert live()["Dense"] == before - 1
