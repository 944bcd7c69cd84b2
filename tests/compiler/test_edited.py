"""Kernels dumped, edited by hand and run."""

import re

import numpy as np
import pytest

from geartrain import jit, ops
from geartrain.compiler.programs.edited import Module

X = np.array([1.0, -2.0, 3.0], "float32")


def doubled():
    @jit
    def double(x):
        return x * 2.0

    return double


def edit(folder, old, new, name="k0*.ll"):
    (path,) = folder.glob(name)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return path


TWO, THREE = "0x4000000000000000", "0x4008000000000000"


def test_a_dump_has_a_file_for_each_kernel_and_says_how_to_go_on(tmp_path):
    function = jit(lambda x: ops.softmax(ops.sort(x) * 2.0))
    function(X)
    for folder in function.dump(tmp_path):
        names = {path.name for path in folder.iterdir()}
        assert {"README.txt", "program.ll"} < names
        assert f"GEARTRAIN_KERNELS={tmp_path}" in (folder / "README.txt").read_text()
        for path in folder.glob("k*.ll"):
            text = path.read_text()
            assert "; from test_edited.py" in text
            assert ";   for " in text or ";   once" in text
            assert f"@{path.stem}(" in text


def test_an_edited_kernel_runs(tmp_path):
    function = doubled()
    np.testing.assert_array_equal(function(X), X * 2)
    (folder,) = function.dump(tmp_path)
    edit(folder, TWO, THREE)
    np.testing.assert_array_equal(function(X), X * 2)
    function.load_edited(tmp_path)
    np.testing.assert_array_equal(function(X), X * 3)
    assert THREE in function.explain(X, show=False).kernels[0].ir


def test_a_kernel_as_it_was_gives_the_same_module_again(tmp_path):
    function = jit(lambda x: ops.softmax(x) + ops.sum(x))
    before = function(X)
    function.dump(tmp_path)
    function.load_edited(tmp_path)
    np.testing.assert_array_equal(function(X), before)
    program = function.programs[0]
    assert Module.of(program.ir).functions == Module.of(program.own_ir).functions


def test_the_environment_variable_has_a_program_run_edited_kernels(tmp_path, monkeypatch):
    first = doubled()
    first(X)
    (folder,) = first.dump(tmp_path)
    edit(folder, TWO, THREE)
    monkeypatch.setenv("GEARTRAIN_KERNELS", str(tmp_path))
    np.testing.assert_array_equal(doubled()(X), X * 3)
    monkeypatch.delenv("GEARTRAIN_KERNELS")
    np.testing.assert_array_equal(doubled()(X), X * 2)


def test_kernels_of_another_program_of_the_name_are_said_to_be_out_of_date(tmp_path, monkeypatch):
    first = doubled()
    first(X)
    first.dump(tmp_path)
    monkeypatch.setenv("GEARTRAIN_KERNELS", str(tmp_path))
    with pytest.warns(UserWarning, match="another program of that name"):
        np.testing.assert_array_equal(doubled()(X[:2]), X[:2] * 2)


def test_what_llvm_rejects_is_said_with_the_line(tmp_path):
    function = doubled()
    function(X)
    (folder,) = function.dump(tmp_path)
    path = edit(folder, "fmul", "fmull")
    number = 1 + next(
        at for at, line in enumerate(path.read_text().splitlines()) if "fmull" in line
    )
    with pytest.raises(ValueError, match=rf"line {number}\.\n  given:    .*fmull"):
        function.load_edited(tmp_path)
    np.testing.assert_array_equal(function(X), X * 2)


def test_another_signature_is_refused(tmp_path):
    function = doubled()
    function(X)
    (folder,) = function.dump(tmp_path)
    edit(folder, "i64 %tid, i64 %nthreads", "i32 %tid, i64 %nthreads")
    with pytest.raises(ValueError, match=r"remedy: +let the function begin with `define internal"):
        function.load_edited(tmp_path)


def test_a_file_of_no_kernel_and_a_missing_folder_are_named(tmp_path):
    function = doubled()
    with pytest.raises(ValueError, match="no machine code yet"):
        function.dump(tmp_path)
    function(X)
    with pytest.raises(FileNotFoundError, match=r"fn\.dump"):
        function.load_edited(tmp_path)
    (folder,) = function.dump(tmp_path)
    (folder / "k9_other.ll").write_text("define void @k9_other() {\n  ret void\n}\n")
    with pytest.raises(ValueError, match="k9_other"):
        function.load_edited(tmp_path)


def test_the_program_itself_may_be_edited(tmp_path):
    function = jit(lambda x: ops.sum(ops.exp(x)) + x)
    function(X)
    (folder,) = function.dump(tmp_path)
    path = folder / "program.ll"
    calls = re.findall(r"  call void @k\d\w*\(.*\)\n", path.read_text())
    path.write_text(path.read_text().replace(calls[-1], calls[-1] * 2))
    before = function(X)
    function.load_edited(tmp_path)
    assert function.programs[0].ir.count(calls[-1]) == 2
    np.testing.assert_array_equal(function(X), before)


def test_a_helper_may_be_added(tmp_path):
    function = doubled()
    function(X)
    (folder,) = function.dump(tmp_path)
    path = next(folder.glob("k0*.ll"))
    head, tail = path.read_text().split("define", 1)
    helper = "define internal i64 @same(i64 %x) {\n  ret i64 %x\n}\n"
    path.write_text(f"{head}{helper}define{tail}")
    function.load_edited(tmp_path)
    np.testing.assert_array_equal(function(X), X * 2)
    assert "@same" in function.programs[0].ir
