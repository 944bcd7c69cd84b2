"""Described processors: what code for them may use, and which this machine can run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geartrain.runtime import llvm
from geartrain.runtime.cpu import host_cpu, target_cpu
from geartrain.runtime.instruction_sets import (
    INSTRUCTION_SETS,
    chosen_cpu,
    described,
    runnable,
)
from geartrain.runtime.machine_code import cache_key
from geartrain.settings import CPU

FULL = replace(
    host_cpu(),
    name="everything",
    triple="x86_64-unknown-linux-gnu",
    features=",".join(sorted({each.feature_string for each in INSTRUCTION_SETS.values()})),
)
ADD = """
define void @add(ptr %x) {
  %a = load <16 x float>, ptr %x, align 4
  %b = fadd <16 x float> %a, %a
  store <16 x float> %b, ptr %x, align 4
  ret void
}
"""


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("sse", (128, 16, False)),
        ("avx2", (256, 16, True)),
        ("avx512", (512, 32, True)),
        ("neon", (128, 32, True)),
    ],
)
def test_vector_units(name: str, unit: tuple[int, int, bool]) -> None:
    cpu = described(name, FULL)
    assert (cpu.vector_bits, cpu.vector_registers, cpu.fma) == unit
    assert (cpu.l1_bytes, cpu.cores) == (FULL.l1_bytes, FULL.cores)


@pytest.mark.parametrize(
    ("name", "registers"),
    [("sse", "xmm"), ("avx2", "ymm"), ("avx512", "zmm"), ("neon", "v0.4s")],
)
def test_llvm_knows_the_processor_and_its_registers(name: str, registers: str) -> None:
    text = llvm.assembly(ADD, described(name, FULL))
    wider = {"sse": ("ymm", "zmm"), "avx2": ("zmm",)}.get(name, ())
    assert registers in text
    assert not any(each in text for each in wider)


@pytest.mark.parametrize("name", INSTRUCTION_SETS)
def test_an_object_file_is_of_the_processors_machine(name: str) -> None:
    image = llvm.compile_object(ADD, described(name, FULL)).image
    machines = {"x86_64": 62, "aarch64": 183}  # of ELF's header
    assert image[:4] == b"\x7fELF"
    assert int.from_bytes(image[18:20], "little") == machines[INSTRUCTION_SETS[name].architecture]


def test_a_processor_runs_what_it_has_the_features_for() -> None:
    assert runnable(FULL) == ["sse", "avx2", "avx2-dot", "avx512", "avx512-dot"]
    assert runnable(described("avx2", FULL)) == ["sse", "avx2"]
    assert runnable(described("avx512-dot", FULL)) == ["sse", "avx2", "avx512", "avx512-dot"]
    assert runnable(described("neon", FULL)) == ["neon"]
    assert runnable(described("neon-dot", FULL)) == ["neon", "neon-dot"]


def test_what_it_cannot_run_is_refused_and_what_it_lacks_named() -> None:
    older = described("sse", FULL)
    with pytest.raises(
        ValueError, match=r"(?s)GEARTRAIN_CPU=avx2.*without avx, avx2.*native or sse"
    ):
        chosen_cpu("avx2", older)
    with pytest.raises(ValueError, match="native or sse, as it is x86_64"):
        chosen_cpu("neon", older)


def test_every_choice_of_the_setting_is_described() -> None:
    for name in ("native", *INSTRUCTION_SETS):
        assert CPU.parse(name.upper()) == name
        assert f"`{name}`" in CPU.expected


def test_the_setting_chooses_and_code_is_kept_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GEARTRAIN_CPU", raising=False)
    assert target_cpu() is host_cpu()
    native = cache_key(ADD)
    name = runnable(host_cpu())[0]
    monkeypatch.setenv("GEARTRAIN_CPU", name)
    assert target_cpu().name == INSTRUCTION_SETS[name].cpu_name
    assert cache_key(ADD) != native
