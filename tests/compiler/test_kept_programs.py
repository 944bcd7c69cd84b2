"""Programs from the cache: the second process runs no pass, and computes the same bits."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest

from geartrain import Variable, jit, ops
from geartrain.compiler import compile_graph, compile_steps
from geartrain.compiler.graphs.fingerprint import fingerprint
from geartrain.compiler.programs.kept import compiler_text
from geartrain.graph import trace
from geartrain.primitives import Spec
from geartrain.tensor import Dim

from .test_golden_programs import FUNCTIONS, V
from .test_programs import arrays_for, start_values

F32 = np.dtype("float32")
TABLE = np.random.default_rng(0).standard_normal((3, 4)).astype("float32")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GEARTRAIN_CODE_CACHE", str(tmp_path / "code"))
    return tmp_path / "code"


@pytest.fixture
def passes(monkeypatch):
    """A list that grows each time that the passes run, or a schedule is made."""
    from geartrain.compiler.programs import passes as module

    runs, fuse = [], module.fuse

    def counted(graph):
        runs.append(graph.name)
        return fuse(graph)

    monkeypatch.setattr(module, "fuse", counted)
    return runs


START = V.numpy()


def begin():
    """Give every variable of the golden programs its first value."""
    start_values()
    V.assign(START)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_second_program_is_the_first_one(name, passes):
    function, specs = FUNCTIONS[name]
    results = []
    for batch in (5, 5, 33):
        arrays = arrays_for(specs, batch)
        begin()
        program = compile_graph(trace(function, specs))
        results.append([each.tobytes() for each in program.run(arrays)])
    assert len(passes) <= 2  # the program, and its numbers for another batch
    assert results[0] == results[1]
    again = compile_graph(trace(function, specs))
    begin()
    assert [each.tobytes() for each in again.run(arrays)] == results[2]
    assert len(passes) <= 2
    assert again.code.from_cache
    assert again.ir == program.ir  # made on demand, by the passes


def test_constants_made_by_the_passes_are_kept(passes):
    def function(x):
        folded = ops.sum(ops.convert_to_tensor(TABLE[:2, :2]) * 3.0, axis=0)
        return x @ ops.convert_to_tensor(TABLE) + ops.concatenate([folded, folded])

    found = [jit(function)(TABLE[:, :3]).numpy().tobytes() for _ in range(2)]
    assert found[0] == found[1]
    assert len(passes) == 1


def test_variables_are_those_of_the_new_trace(passes):
    def make():
        weight, moment = Variable(TABLE, name="weight"), Variable(0 * TABLE, name="moment")

        def step(x):
            moment.assign(moment * 0.5 + x)
            weight.assign(weight - moment * 0.1)
            return ops.sum(weight.value)

        return jit(step), weight, moment

    both = [make() for _ in range(2)]
    sums = [[float(step(TABLE)) for _ in range(3)] for step, _, _ in both]
    assert sums[0] == sums[1]
    np.testing.assert_array_equal(both[0][1].numpy(), both[1][1].numpy())
    np.testing.assert_array_equal(both[0][2].numpy(), both[1][2].numpy())
    assert both[1][0].programs[0].variables == [both[1][2], both[1][1]]
    assert passes == ["step"]


def test_the_layers_that_variables_belong_to_do_not_matter(passes):
    for path in ("dense/kernel", "dense_1/kernel"):
        weight = Variable(TABLE)
        weight.path = path
        jit(lambda x, w=weight: x * w)(TABLE)
    assert len(passes) == 1


def test_steps_are_kept_too(passes):
    specs = [Spec((Dim("batch"), 4), F32), Spec((3,), F32)]
    x = np.arange(24, dtype="float32").reshape(6, 4)

    def run(stepped):
        program = compile_steps(
            lambda a, b: [a * 2, ops.sum(b)], specs, stepped=stepped, labels=["a", "b"]
        )
        return program.run([x, TABLE[0, :3]], steps=3 if stepped[0] else 1)[0]

    for stepped in ([True, False], [True, False], [False, False]):
        np.testing.assert_array_equal(run(stepped), 2 * x)
    assert len(passes) == 2


ALIKE = {
    "another number": lambda x: x * 2.5,
    "the other order": lambda x: 2.0 - x,
    "another operation": lambda x: x + 2.0,
    "another constant": lambda x: x * ops.convert_to_tensor(TABLE[0]),
    "the same shape": lambda x: x * ops.convert_to_tensor(TABLE[1]),
    "an axis": lambda x: ops.sum(ops.reshape(x, (2, 2)), axis=0),
    "another axis": lambda x: ops.sum(ops.reshape(x, (2, 2)), axis=1),
    "two outputs": lambda x: [x, x * 2.0],
    "their order": lambda x: [x * 2.0, x],
    "one twice": lambda x: [x * 2.0, x * 2.0],
}


def test_graphs_that_differ_have_texts_that_differ():
    texts = {}
    for name, function in ALIKE.items():
        for spec in (Spec((4,), F32), Spec((4,), np.dtype("float64"))):
            texts[name, spec] = fingerprint(trace(function, [spec], name="f"))
    for sizes in (Dim("batch"), Dim("batch", 2), Dim("2*batch"), 4):
        texts[sizes] = fingerprint(trace(lambda x: x + 1, [Spec((sizes,), F32)], name="f"))
    assert None not in texts.values()
    assert len(set(texts.values())) == len(texts)


def test_a_text_says_which_part_is_stepped_and_which_variable_is_which():
    first, second = Variable(1.0, name="number"), Variable(2.0, name="number")

    def texts(function):
        graph = trace(function, [Spec((Dim("batch"),), F32)], name="f")
        return fingerprint(graph), fingerprint(graph, [graph.inputs[0]])

    def reads(a, b):
        return lambda x: a.value + b.value * 2.0

    def swaps(x):
        first.assign(second.value)
        second.assign(ops.sum(x))

    def copies(x):
        first.assign(second.value)
        second.assign(second.value)

    assert len(set(texts(lambda x: x))) == 2
    assert texts(reads(first, second)) == texts(reads(second, first))
    assert texts(reads(first, second)) != texts(reads(first, first))
    assert texts(swaps) != texts(copies)


@pytest.mark.parametrize("damage", ["cut", "empty", "form", "numbers", "code", "gone"])
def test_what_is_damaged_is_made_anew(damage, folder, passes):
    function = jit(lambda x: ops.exp(x) * 2)
    expected = function(TABLE).numpy()
    from geartrain.runtime.code_cache import _HEADER, CodeCache

    for path in folder.iterdir():
        content, cache = path.read_bytes()[_HEADER.size :], CodeCache(folder)
        is_code = b"\x7fELF" in content
        key = bytes.fromhex(path.stem)
        if damage == "cut":
            path.write_bytes(path.read_bytes()[:-1])
        elif damage == "empty" and not is_code:
            cache.write(key, b"")
        elif damage == "form" and not is_code:
            cache.write(key, (2).to_bytes(8, "little") + b"{}")
        elif damage == "numbers" and not is_code:
            cache.write(key, content.replace(b"input", b"inpuz").replace(b"offsets", b"offsetz"))
        elif (damage == "code" and is_code) or damage == "gone":
            path.unlink()
    passes.clear()
    np.testing.assert_array_equal(jit(lambda x: ops.exp(x) * 2)(TABLE), expected)
    assert passes
    passes.clear()
    np.testing.assert_array_equal(jit(lambda x: ops.exp(x) * 2)(TABLE), expected)
    assert not passes


def test_another_compiler_makes_its_own(passes, monkeypatch):
    assert {"emit.py", "contraction.py", "trace.py"} <= set(re.findall(r"\w+\.py", compiler_text()))
    jit(lambda x: x - 1)(TABLE)
    monkeypatch.setattr("geartrain.compiler.programs.kept.compiler_text", lambda: "another")
    jit(lambda x: x - 1)(TABLE)
    monkeypatch.setenv("GEARTRAIN_WINOGRAD", "off")
    jit(lambda x: x - 1)(TABLE)
    assert len(passes) == 3


def test_debugging_runs_the_passes(passes, monkeypatch, capsys):
    jit(lambda x: x - 2)(TABLE)
    monkeypatch.setenv("GEARTRAIN_DEBUG", "3")
    jit(lambda x: x - 2)(TABLE)
    assert len(passes) == 2
    assert "stage 0" in capsys.readouterr().err


def test_off_keeps_nothing(passes, monkeypatch):
    monkeypatch.setenv("GEARTRAIN_CODE_CACHE", "off")
    for _ in range(2):
        jit(lambda x: x - 3)(TABLE)
    assert len(passes) == 2


def test_effects_are_run_and_not_kept(capsys):
    from geartrain import debug

    for _ in range(2):
        jit(lambda x: debug.print("{}", ops.sum(x)))(np.ones(3, "float32"))
    assert capsys.readouterr().out == "3.0\n3.0\n"


FITTED = """
import json, sys, numpy as np
from geartrain import layers, models, runtime, utils
utils.set_random_seed(7)
runtime.set_num_threads(int(sys.argv[1]))
hidden, last = layers.Dense(40, activation="relu"), layers.Dense(10, activation="softmax")
model = models.Sequential([hidden, last])
model.compile(optimizer="rmsprop", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
rng = np.random.default_rng(1)
x, y = rng.random((70, 30), "float32"), rng.integers(0, 10, 70)
model.fit(x, y, epochs=2, batch_size=32, verbose=0)
weights = [each.astype("float64").sum() for each in model.get_weights()]
print(json.dumps([weights, "geartrain.compiler.programs.passes" in sys.modules]))
"""


def test_a_second_process_runs_no_pass_for_the_same_bits():
    def run(threads):
        command = [sys.executable, "-W", "error", "-c", FITTED, threads]
        found = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
        return json.loads(found.stdout)

    first, second, third = run("2"), run("2"), run("1")
    assert first[0] == second[0] == third[0]
    assert [first[1], second[1], third[1]] == [True, False, False]
