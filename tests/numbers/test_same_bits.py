"""The same bits: for any number of threads, from process to process, however steps are called."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from geartrain import jit, ops, runtime
from geartrain.autodiff import grad
from geartrain.compiler import compile_steps
from geartrain.compiler.programs import frame
from geartrain.primitives import Spec
from geartrain.runtime import load, target_cpu
from geartrain.tensor import Dim, Variable

from . import programs

THREADS = (1, 2, 3, 7)
ROOT = Path(__file__).parents[2]
F32 = np.dtype("float32")


def cases():
    return [
        pytest.param(program, id=f"{family}: {name}")
        for family, members in programs.FAMILIES.items()
        for name, program in members()
    ]


@pytest.fixture(autouse=True)
def _threads_always(monkeypatch):
    programs.use_threads_always(monkeypatch)


@pytest.mark.parametrize("program", cases())
def test_any_number_of_threads(program):
    digests = {}
    for threads in THREADS:
        runtime.set_num_threads(threads)
        digests[threads] = programs.digest(program())
    assert len(set(digests.values())) == 1, digests


def test_threads_take_part_in_these_tests(monkeypatch):
    """A program so small that one thread would run it runs on as many as there are asked for."""
    used = []
    run = frame.Frame.__init__

    def watched(self, *arguments):
        run(self, *arguments)
        used.append(self.threads)

    monkeypatch.setattr(frame.Frame, "__init__", watched)
    runtime.set_num_threads(7)
    programs.of_reduction(ops.sum, (17,), 0)()
    assert used[-1] == 7


def lines_of_a_process(**environment):
    done = subprocess.run(
        [sys.executable, "-m", "tests.numbers.programs"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_from_process_to_process():
    """Another hash seed, another number of threads, code from the cache or compiled anew."""
    chosen = {"FAMILIES": "reductions products trainings networks", "EVERY": "5"}
    first = lines_of_a_process(PYTHONHASHSEED="1", GEARTRAIN_THREADS="1", **chosen)
    again = lines_of_a_process(
        PYTHONHASHSEED="2", GEARTRAIN_THREADS="3", GEARTRAIN_CODE_CACHE="off", **chosen
    )
    assert len(first) > 20
    assert again == first


# -- one call or several ---------------------------------------------------------------------------


def test_steps_in_one_call_or_in_several():
    specs = [Spec((Dim("batch"), 33), F32)]
    x = np.random.default_rng(0).standard_normal((12 * 17, 33)).astype("float32")
    bits = set()
    for steps in (12, 4, 1):
        total = Variable(np.zeros(33, "float32"))

        def step(rows, total=total):
            total.assign(total * 0.9 + ops.sum(ops.tanh(rows), 0))
            return ops.softmax(rows)

        program = compile_steps(step, specs, stepped=[True])
        parts = [program.run([each], steps=steps)[0] for each in np.split(x, 12 // steps)]
        bits.add(programs.digest([np.concatenate(parts), total.numpy()]))
    assert len(bits) == 1


@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop", "adam"])
def test_training_in_one_call_or_in_a_call_a_batch(optimizer):
    found = [
        programs.digest(programs.of_training(optimizer, "mse", batches=batches)())
        for batches in (False, True)
    ]
    assert found[0] == found[1]


def test_evaluating_and_predicting_in_one_call_or_in_a_call_a_batch():
    model, (x, y) = programs.network("sgd", "mse"), programs.data(96)
    whole = model.predict(x, batch_size=16, verbose=0)
    parts = [model.predict(each, batch_size=16, verbose=0) for each in np.split(x, 6)]
    np.testing.assert_array_equal(whole.view("uint32"), np.concatenate(parts).view("uint32"))
    one_call = model.evaluate(x, y, batch_size=16, verbose=0)
    from geartrain.training import runner

    assert runner.FIRST_STEPS > 1
    model.programs.clear()
    assert model.evaluate(x, y, batch_size=16, verbose=0) == one_call


def test_another_seed_gives_other_numbers():
    """So that equal digests mean something."""
    x, y = programs.data()
    model = programs.network("sgd", "mse")
    first = programs.digest(model.get_weights())
    model.fit(x, y, verbose=0)
    assert programs.digest(model.get_weights()) != first


# -- what may differ, and does not -----------------------------------------------------------------


def blocked():
    """Programs whose loops are cut into blocks that fit a cache."""
    rng = np.random.default_rng(0)
    shapes = {"x": (3, 40, 40, 16), "w": (3, 3, 16, 32), "a": (100, 1500), "b": (1500, 50)}
    x, w, a, b = (rng.standard_normal(shape).astype("float32") for shape in shapes.values())

    def convolution(x, w):
        return ops.sum(ops.square(ops.conv(x, w, padding="same")))

    def product(a, b):
        return ops.sum(ops.square(ops.matmul(a, b)))

    for function, arguments in ((convolution, (x, w)), (product, (a, b))):
        found = jit(grad(function, (0, 1)))(*arguments)
        yield from (each.numpy() for each in found)


def test_the_sizes_of_caches_change_no_bit(monkeypatch):
    """Two processors of one instruction set give the same bits."""
    monkeypatch.setenv("GEARTRAIN_CODE_CACHE", "off")
    codes, digests = set(), set()
    for size_bytes in (1 << 14, 1 << 18, 1 << 22):
        cpu = replace(target_cpu(), l1_bytes=size_bytes // 16, l2_bytes=size_bytes)
        for module in ("program", "passes"):
            monkeypatch.setattr(
                f"geartrain.compiler.programs.{module}.target_cpu", lambda _=None, cpu=cpu: cpu
            )
        monkeypatch.setattr(
            "geartrain.compiler.programs.passes.load_or_verify",
            lambda ir: (codes.add(hash(ir)), load(ir))[1],
        )
        digests.add(programs.digest(blocked()))
    assert len(codes) > 2  # the code is not the same
    assert len(digests) == 1
