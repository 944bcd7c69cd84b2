"""Processors by what they must have: code for a lesser processor than this one, or for another.

    GEARTRAIN_CPU=avx2 python train.py     # as on any processor with AVX2 and FMA
    described("neon", host_cpu())          # AArch64, to compile for; caches as here

x86 processors are described by the levels of the x86-64 psABI (version 1.0, section 3.1.1), so
that the machine code of a level is the same wherever it is made. `-dot` adds the instructions for
products of bfloat16 and of bytes, which no level has.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geartrain.errors import explain

if TYPE_CHECKING:
    from geartrain.runtime.cpu import Cpu

NATIVE = "native"


@dataclass(frozen=True)
class InstructionSet:
    """What code for it may use.

    Attributes:
        cpu_name: LLVM's name of a processor that has just these features.
        triple: whose code this is.
        features: LLVM's names of them, beyond what every processor of the architecture has.
    """

    cpu_name: str
    triple: str
    features: tuple[str, ...]

    @property
    def architecture(self) -> str:
        """The triple's first part."""
        return self.triple.partition("-")[0]

    @property
    def feature_string(self) -> str:
        """The features as LLVM takes them: `+avx,+avx2`."""
        return ",".join(f"+{each}" for each in self.features)


_LINUX = "{}-unknown-linux-gnu"
_V2 = ("sse2", "sse3", "ssse3", "sse4.1", "sse4.2", "popcnt", "cx16")
_V3 = (*_V2, "avx", "avx2", "bmi", "bmi2", "f16c", "fma", "lzcnt", "movbe")
_V4 = (*_V3, "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl")
_DOTS = ("avx512bf16", "avx512vnni")

INSTRUCTION_SETS = {
    "sse": InstructionSet("x86-64-v2", _LINUX.format("x86_64"), _V2),
    "avx2": InstructionSet("x86-64-v3", _LINUX.format("x86_64"), _V3),
    "avx2-dot": InstructionSet("x86-64-v3", _LINUX.format("x86_64"), (*_V3, "avxvnni")),
    "avx512": InstructionSet("x86-64-v4", _LINUX.format("x86_64"), _V4),
    "avx512-dot": InstructionSet("x86-64-v4", _LINUX.format("x86_64"), (*_V4, *_DOTS)),
    "neon": InstructionSet("generic", _LINUX.format("aarch64"), ()),  # every AArch64 has it
    "neon-dot": InstructionSet("generic", _LINUX.format("aarch64"), ("bf16", "dotprod", "i8mm")),
}


def described(name: str, like: Cpu) -> Cpu:
    """A processor with one of the instruction sets, else (caches, cores) like another."""
    from geartrain.runtime.cpu import vector_unit

    chosen = INSTRUCTION_SETS[name]
    here = chosen.architecture == like.architecture
    triple = like.triple if here else chosen.triple
    features = frozenset(chosen.feature_string.split(","))
    bits, registers, fma = vector_unit(triple, features)
    return replace(
        like,
        name=chosen.cpu_name,
        triple=triple,
        features=chosen.feature_string,
        vector_bits=bits,
        vector_registers=registers,
        fma=fma,
    )


def runnable(cpu: Cpu) -> list[str]:
    """The instruction sets whose code a processor can run."""
    return [
        name
        for name, each in INSTRUCTION_SETS.items()
        if each.architecture == cpu.architecture and not _lacking(each, cpu)
    ]


def _lacking(wanted: InstructionSet, cpu: Cpu) -> list[str]:
    own = set(cpu.features.split(","))
    return [each for each in wanted.features if f"+{each}" not in own]


def chosen_cpu(name: str, host: Cpu) -> Cpu:
    """The processor that a setting asks for.

    Raises:
        ValueError: the host cannot run such code.
    """
    if name == NATIVE:
        return host
    if name not in runnable(host):
        raise ValueError(_unrunnable_message(name, host))
    return described(name, host)


def _unrunnable_message(name: str, host: Cpu) -> str:
    wanted = INSTRUCTION_SETS[name]
    lacking = ", ".join(_lacking(wanted, host))
    return explain(
        f"GEARTRAIN_CPU={name} asks for code that this processor cannot run",
        given=f"{host.name}, {host.architecture}{lacking and f', without {lacking}'}",
        expected=f"{' or '.join([NATIVE, *runnable(host)])}, as it is {host.architecture}",
        remedy=f"export GEARTRAIN_CPU={NATIVE}",
    )
