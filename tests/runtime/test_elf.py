"""Our own linker gives what LLVM's gives, and leaves to LLVM what it does not know."""

from __future__ import annotations

import ctypes
import gc
import os
import struct
import sys
from pathlib import Path

import pytest

from geartrain.runtime import llvm
from geartrain.runtime.elf import HEADER, RELOCATION, SECTION, link_elf
from geartrain.runtime.object_code import ObjectCode

if not sys.platform.startswith("linux") or os.uname().machine != "x86_64":
    pytest.skip("object files of Linux on x86-64", allow_module_level=True)

# Constants of several sizes, a jump table, a call inside, calls outside, several sections.
IR = """
@squares = internal constant [5 x i64] [i64 0, i64 1, i64 4, i64 9, i64 16]
@alone = constant double 0x4004000000000000, align 64
declare i64 @syscall(i64)
declare i32 @sched_yield()

define i64 @square(i64 %x) {
  %at = getelementptr [5 x i64], ptr @squares, i64 0, i64 %x
  %y = load i64, ptr %at
  ret i64 %y
}
define i64 @branches(i64 %x) noinline {
  switch i64 %x, label %other [ i64 0, label %a  i64 1, label %b  i64 2, label %c
                                i64 3, label %d  i64 4, label %e ]
a: ret i64 17
b: ret i64 -3
c: %s = call i64 @square(i64 4)
  ret i64 %s
d: %p = call i64 @syscall(i64 39)
  ret i64 %p
e: %i = call i32 @sched_yield()
  %w = sext i32 %i to i64
  ret i64 %w
other: ret i64 99
}
define i64 @constants(i64 %x) {
  %f = sitofp i64 %x to double
  %a = fmul double %f, 0x3FF3333333333333
  %b = load double, ptr @alone
  %c = fadd double %a, %b
  %d = frem double %c, 7.5
  %v = insertelement <8 x double> <double 0.1, double 0.2, double 0.3, double 0.4, double 0.5,
                                   double 0.6, double 0.7, double 0.8>, double %d, i64 3
  %n = getelementptr <8 x double>, ptr null, i64 1
  %s = call double @llvm.vector.reduce.fadd.v8f64(double 0.0, <8 x double> %v)
  %m = fmul double %s, 1.0e6
  %r = fptosi double %m to i64
  ret i64 %r
}
declare double @llvm.vector.reduce.fadd.v8f64(double, <8 x double>)
"""
ARGUMENTS = (0, 1, 2, 3, 4)


def code_of(ir: str = IR) -> ObjectCode:
    return llvm.compile_object(ir)


def answers(library: object) -> dict[str, list[int]]:
    kind = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)
    return {
        name: [kind(library.addresses[name])(each) for each in ARGUMENTS]
        for name in ("square", "branches", "constants")
    }


def test_it_links_as_llvm_does() -> None:
    code = code_of()
    ours, theirs = link_elf(code), llvm.link(code)
    assert ours is not None
    assert answers(ours) == answers(theirs)
    assert answers(ours)["branches"] == [17, -3, 16, os.getpid(), 0]


def sections_of(image: bytes) -> list[tuple[int, ...]]:
    header = HEADER.unpack_from(image)
    return [SECTION.unpack_from(image, header[6] + header[11] * at) for at in range(header[12])]


def test_what_it_does_not_know_it_leaves_to_llvm() -> None:
    code = code_of()
    relocations = next(each for each in sections_of(code.image) if each[1] == 4 and each[5])
    offset, info, addend = RELOCATION.unpack_from(code.image, relocations[4])
    image = bytearray(code.image)
    RELOCATION.pack_into(image, relocations[4], offset, info & ~0xFFFFFFFF | 99, addend)
    assert link_elf(ObjectCode(bytes(image), code.exports)) is None


@pytest.mark.parametrize("keep_bytes", [0, 10, 63, 64, 200, -100, -1])
def test_half_a_file_is_left_to_llvm(keep_bytes: int) -> None:
    code = code_of()
    assert link_elf(ObjectCode(code.image[:keep_bytes], code.exports)) is None


def test_another_machine_and_written_memory_are_left_to_llvm() -> None:
    code = code_of()
    image = bytearray(code.image)
    struct.pack_into("<H", image, 18, 183)  # AArch64
    assert link_elf(ObjectCode(bytes(image), code.exports)) is None
    ir = "@count = global i64 0\ndefine ptr @where(i64 %x) {\n  ret ptr @count\n}"
    assert link_elf(code_of(ir)) is None


def test_a_name_that_is_nowhere_is_llvms_to_tell() -> None:
    ir = "declare i64 @usleep(i64)\ndefine i64 @f(i64 %x) {\n  %y = call i64 @usleep(i64 0)\n"
    code = code_of(ir + "  ret i64 %y\n}")
    image = code.image.replace(b"\0usleep\0", b"\0usleeq\0")
    assert image != code.image
    assert link_elf(code) is not None
    assert link_elf(ObjectCode(image, code.exports)) is None
    with pytest.raises(RuntimeError, match=r"Symbols not found|materialize"):
        llvm.link(ObjectCode(image, code.exports))


def executable_bytes() -> int:
    """How much memory without a file can be executed."""
    gc.collect()
    found = 0
    for line in Path("/proc/self/maps").read_text().splitlines():
        places, rights, _, _, inode = line.split()[:5]
        start, end = (int(each, 16) for each in places.split("-"))
        found += (end - start) * (rights == "r-xp" and inode == "0")
    return found


def test_code_that_is_dropped_is_unmapped() -> None:
    code = code_of()
    before = executable_bytes()
    libraries = [link_elf(code) for _ in range(50)]
    assert executable_bytes() == before + 50 * 4096
    del libraries
    assert executable_bytes() == before
