"""GEARTRAIN_DEBUG: each step prints what it names, and all below it."""

import numpy as np
import pytest

from geartrain import jit, ops
from geartrain.settings import DEBUG_LADDER

X = np.ones((6, 8), "float32")
SIGNS = [
    "-bit vectors",
    "GFLOP/s  k0_",
    "stage 0:  k0_",
    "for i<6",
    "define void @program",
    "\tret",
]


@pytest.mark.parametrize("level", range(len(DEBUG_LADDER)))
def test_each_step_prints_what_is_new_and_all_below(level, monkeypatch, capsys):
    monkeypatch.setenv("GEARTRAIN_DEBUG", str(level))
    function = jit(lambda x: ops.sum(ops.exp(x), 1) * 2.0)
    np.testing.assert_allclose(function(X), np.full(6, 16 * np.e), rtol=1e-6)
    printed = capsys.readouterr().err
    assert [sign in printed for sign in SIGNS] == [step < level for step in range(len(SIGNS))]


def test_every_call_prints_its_kernels_and_gives_the_same(monkeypatch, capsys):
    function = jit(lambda x: ops.matmul(ops.softmax(x), ops.transpose(x)))
    before = function(X)
    monkeypatch.setenv("GEARTRAIN_DEBUG", "2")
    np.testing.assert_array_equal(function(X), before)
    lines = capsys.readouterr().err.splitlines()
    names = [task.kernel.name for _, task in function.programs[0].tasks()]
    assert [line.split()[-1] for line in lines[1:]] == names
    assert lines[0].endswith("a step:")


def test_host_calls_print_their_time(monkeypatch, capsys):
    monkeypatch.setenv("GEARTRAIN_DEBUG", "2")
    jit(lambda x: ops.svd(x)[1])(X)
    assert "host call svd at test_debug_ladder.py" in capsys.readouterr().err


def test_steps_of_training_are_timed(monkeypatch, capsys):
    from geartrain import layers, models

    monkeypatch.setenv("GEARTRAIN_DEBUG", "2")
    model = models.Sequential([layers.Dense(3, input_shape=(8,))])
    model.compile(loss="mse")
    model.fit(X, np.ones((6, 3), "float32"), verbose=0, batch_size=2)
    assert "train, a step:" in capsys.readouterr().err
