"""IR becomes addresses; wrong IR becomes an exception; the cache serves the second process."""

from __future__ import annotations

import ctypes
import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from geartrain.runtime.machine_code import assembly, cache_key, load, verify_only

IR = """
define i64 @twice(i64 %x) {
  %y = call i64 @double(i64 %x)
  ret i64 %y
}
define internal i64 @double(i64 %x) alwaysinline {
  %y = shl i64 %x, 1
  ret i64 %y
}
"""

SECOND_PROCESS = """
import ctypes, sys
from geartrain.runtime import load
code = load(sys.stdin.read())
twice = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)(code.address("twice"))
print(code.from_cache, twice(21))
"""


def call(address: int, number: int) -> int:
    return int(ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)(address)(number))


def start_process() -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", SECOND_PROCESS]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def kept_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.code"))


def test_compiled_code_can_be_called() -> None:
    code = load(IR)
    assert not code.from_cache
    assert call(code.address("twice"), 21) == 42


def test_what_is_internal_or_unknown_has_no_address() -> None:
    code = load(IR)
    for name in ("double", "thrice"):
        with pytest.raises(KeyError, match=r"only \['twice'\]"):
            code.address(name)


def test_the_second_load_comes_from_the_cache(code_folder: Path) -> None:
    load(IR)
    code = load(IR)
    assert code.from_cache
    assert call(code.address("twice"), 4) == 8
    assert len(kept_files(code_folder)) == 1


def test_the_second_process_comes_from_the_cache() -> None:
    printed = [start_process().communicate(IR) for _ in range(2)]
    assert printed == [("False 42\n", ""), ("True 42\n", "")]


def test_two_processes_at_once_share_the_folder(code_folder: Path) -> None:
    processes = [start_process() for _ in range(2)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(IR)
        process.stdin.close()
    answers = [process.stdout.read() for process in processes if process.stdout]
    assert [process.wait() for process in processes] == [0, 0]
    assert [answer.split()[1] for answer in answers] == ["42", "42"]
    for process in processes:
        process.stdout.close()
        process.stderr.close()
    assert [path.suffix for path in code_folder.iterdir()] == [".code"]
    assert load(IR).from_cache


@pytest.mark.parametrize("keep_bytes", [0, 10, 100, -1])
def test_a_truncated_file_is_compiled_anew_and_rewritten(
    keep_bytes: int, code_folder: Path
) -> None:
    load(IR)
    (path,) = kept_files(code_folder)
    whole = path.read_bytes()
    path.write_bytes(whole[:keep_bytes])
    code = load(IR)
    assert not code.from_cache
    assert call(code.address("twice"), 3) == 6
    assert path.read_bytes() == whole
    assert load(IR).from_cache


@pytest.mark.parametrize("place", [0, 8, 20, 50, 60, 200, -1])
def test_a_file_with_one_wrong_byte_is_compiled_anew(place: int, code_folder: Path) -> None:
    load(IR)
    (path,) = kept_files(code_folder)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    assert not load(IR).from_cache
    assert load(IR).from_cache


def test_the_code_of_another_key_is_not_taken(code_folder: Path) -> None:
    other = IR.replace("shl i64 %x, 1", "shl i64 %x, 2")
    load(other)
    (path,) = kept_files(code_folder)
    path.rename(code_folder / f"{cache_key(IR).hex()}.code")
    code = load(IR)
    assert not code.from_cache
    assert call(code.address("twice"), 3) == 6


def test_the_key_depends_on_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    before = cache_key(IR)
    assert before == cache_key(IR)
    monkeypatch.setattr("geartrain.runtime.toolchain.PASSES", ())
    assert before != cache_key(IR)
    assert before != cache_key(IR + "\n")


def test_off_compiles_each_time(code_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEARTRAIN_CODE_CACHE", "off")
    assert not load(IR).from_cache
    assert not load(IR).from_cache
    assert not code_folder.exists()


def test_wrong_ir_raises_with_llvms_words(code_folder: Path) -> None:
    wrong = IR.replace("ret i64 %y", "ret i64 %z")
    for function in (load, verify_only, assembly):
        with pytest.raises(RuntimeError, match="undefined value '%z'"):
            function(wrong)
    assert kept_files(code_folder) == []


@pytest.mark.parametrize(
    ("declaration", "name"),
    [
        ("declare double @exp(double)", "exp"),
        ("declare double @llvm.exp.f64(double)", r"llvm\.exp\.f64"),
        ("declare i32 @system(ptr)", "system"),
    ],
)
def test_ir_may_not_call_the_system(declaration: str, name: str) -> None:
    with pytest.raises(RuntimeError, match=f"IR calls '{name}'"):
        verify_only(IR + declaration)


def test_verify_only_makes_no_code(code_folder: Path) -> None:
    verify_only(IR)
    assert not code_folder.exists()


def test_assembly_names_the_function() -> None:
    assert "twice:" in assembly(IR)
    assert "double" not in assembly(IR)  # inlined


def test_debug_levels_print_ir_and_assembly(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for level, ir_shown, assembly_shown in [("4", 0, 0), ("5", 1, 0), ("6", 1, 1)]:
        monkeypatch.setenv("GEARTRAIN_DEBUG", level)
        load(IR)
        printed = capfd.readouterr().err
        assert ("define i64 @twice" in printed) == bool(ir_shown)
        assert ("twice:" in printed) == bool(assembly_shown)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads Linux's /proc")
def test_dropped_code_leaves_memory() -> None:
    def resident_bytes() -> int:
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    for _ in range(50):
        load(IR)
    before = resident_bytes()
    for _ in range(400):
        load(IR)
    assert resident_bytes() - before < 400 * 2048


def test_inline_assembly_does_not_end_the_process() -> None:
    if not sys.platform.startswith("linux") or os.uname().machine != "x86_64":
        pytest.skip("x86-64 assembly")
    code = load(
        'define i64 @nop(i64 %x) {\n  call void asm sideeffect "nop", ""()\n  ret i64 %x\n}'
    )
    assert call(code.address("nop"), 5) == 5


WITHOUT_LLVM = """
import sys
from geartrain.runtime import pool
from geartrain.runtime.machine_code import load
code = load(sys.stdin.read())
pool.set_num_threads(2)
pool.run(code.address("nothing"), 0)
print(code.from_cache, "llvmlite" in sys.modules)
"""


def test_code_from_the_cache_needs_no_llvm() -> None:
    if not sys.platform.startswith("linux") or os.uname().machine != "x86_64":
        pytest.skip("LLVM links there")
    ir = "define void @nothing(i64 %tid, i64 %n, ptr %context, ptr %barrier) {\n  ret void\n}"
    command = [sys.executable, "-W", "error", "-c", WITHOUT_LLVM]
    printed = [
        subprocess.run(command, input=ir, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert printed == ["False True\n", "True False\n"]
