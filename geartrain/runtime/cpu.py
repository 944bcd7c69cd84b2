"""What this machine's processor offers: vector width, registers, caches, cores.

    host_cpu()    # Cpu(name='znver4', vector_bits=512, vector_registers=32, fma=True, ...)
    target_cpu()  # the same, unless GEARTRAIN_CPU asks for a lesser one

The name and the features come from LLVM (some of AArch64's from Linux), the caches from Linux's
/sys, the cores from the process's affinity and its cgroup's quota. `usable_cores` needs no LLVM.
"""

from __future__ import annotations

import math
import os
import platform
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from geartrain.runtime.hwcap import arm_features
from geartrain.runtime.instruction_sets import chosen_cpu
from geartrain.settings import settings

CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
CGROUPS = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")

# Where /sys says nothing: what a small laptop core has, so that tiles chosen by it fit anywhere.
ASSUMED_CACHES = {1: 32 * 1024, 2: 512 * 1024, 3: 4 * 1024 * 1024}


@dataclass(frozen=True)
class Cpu:
    """The processor that code is generated for.

    Attributes:
        name: LLVM's name of it, such as `znver4`.
        triple: architecture, vendor and system, such as `x86_64-unknown-linux-gnu`.
        features: LLVM's feature string, `+avx,+avx2,-avx10.1,...`.
        vector_bits: 512 (AVX-512), 256 (AVX2 with FMA) or 128 (NEON, SSE2).
        vector_registers: 32 or 16.
        fma: whether a multiply-add is one instruction.
        l1_bytes, l2_bytes, l3_bytes: data caches as one core sees them.
        caches_measured: False where the system says nothing of caches and they are assumed.
        cores: how many cores this process may use.
    """

    name: str
    triple: str
    features: str
    vector_bits: int
    vector_registers: int
    fma: bool
    l1_bytes: int
    l2_bytes: int
    l3_bytes: int
    caches_measured: bool
    cores: int

    @property
    def architecture(self) -> str:
        """The triple's first part: `x86_64`, `aarch64`, `arm64`."""
        return self.triple.partition("-")[0]

    @property
    def converts_float16(self) -> bool:
        """Whether there are instructions between float16 and float32."""
        return "+f16c" in self.features or self.architecture in ("aarch64", "arm64")


def host_architecture() -> str:
    """This machine's architecture as LLVM calls it, without asking LLVM."""
    name = platform.machine()
    return {"AMD64": "x86_64", "ppc64le": "powerpc64le"}.get(name, name)


def target_cpu(name: str | None = None) -> Cpu:
    """The processor that code is made for: this machine's, or what `GEARTRAIN_CPU` asks for.

    Args:
        name: a value of `GEARTRAIN_CPU`; None takes the one that is set.

    Raises:
        ValueError: this machine could not run such code.
    """
    return _chosen_cpu(name or settings.cpu)


@cache
def _chosen_cpu(name: str) -> Cpu:
    return chosen_cpu(name, host_cpu())


@cache
def host_cpu() -> Cpu:
    """This machine's processor; imports LLVM when first called."""
    from geartrain.runtime import llvm

    triple = llvm.host_triple()
    features = with_dots(triple, llvm.host_features())
    bits, registers, fma = vector_unit(triple, frozenset(features.split(",")))
    caches = read_caches()
    l1_bytes, l2_bytes, l3_bytes = (caches.get(level, ASSUMED_CACHES[level]) for level in (1, 2, 3))
    return Cpu(
        name=llvm.host_name(),
        triple=triple,
        features=features,
        vector_bits=bits,
        vector_registers=registers,
        fma=fma,
        l1_bytes=l1_bytes,
        l2_bytes=l2_bytes,
        l3_bytes=l3_bytes,
        caches_measured=bool(caches),
        cores=usable_cores(),
    )


def with_dots(triple: str, features: str) -> str:
    """The features with those that Linux knows of an AArch64 processor."""
    if not triple.startswith("aarch64"):
        return features
    known = features.split(",") if features else []
    found = (f"+{each}" for each in arm_features())
    return ",".join(dict.fromkeys([*known, *found]))


def vector_unit(triple: str, features: frozenset[str]) -> tuple[int, int, bool]:
    """Vector width in bits, number of vector registers, and whether there is a fused multiply-add.

    AVX2 without FMA counts as 128 bits: no such processor gains from the wider registers.
    """
    if triple.startswith(("aarch64", "arm64")):
        return 128, 32, True
    fma = "+fma" in features
    if {"+avx512f", "+avx512vl", "+avx512dq"} <= features:
        return 512, 32, fma
    return (256, 16, True) if fma and "+avx2" in features else (128, 16, False)


def read_caches(folder: Path = CACHES) -> dict[int, int]:
    """The size in bytes of each level's data cache, as far as the system tells it."""
    sizes = {}
    for index in sorted(folder.glob("index*")):
        try:
            kind, level, size = (
                (index / name).read_text().strip() for name in ("type", "level", "size")
            )
            if kind != "Instruction":
                sizes[int(level)] = _size_bytes(size)
        except (OSError, ValueError):
            continue  # a container may hide single files; the level is assumed then
    return sizes


def _size_bytes(text: str) -> int:
    units = {"K": 1024, "M": 1024**2, "G": 1024**3}
    return int(text[:-1]) * units[text[-1]] if text[-1:] in units else int(text)


def usable_cores() -> int:
    """How many cores this process may use: its affinity, bounded by its cgroup's quota."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    quota = cgroup_quota()
    # A quota of 1.5 cores is best used by two threads: both are stopped for a quarter of a period.
    return max(1, min(cores, math.ceil(quota))) if quota else cores


def cgroup_quota(root: Path = CGROUPS, membership: Path = MEMBERSHIP) -> float | None:
    """The smallest processor quota, in cores, of this process's cgroups; None where unlimited."""
    quotas = [_v1_quota(root / "cpu"), *map(_v2_quota, _cgroups(root, membership))]
    return min((quota for quota in quotas if quota), default=None)


def _cgroups(root: Path, membership: Path) -> list[Path]:
    """The folders of this process's cgroup (version 2) and of all above it."""
    try:
        lines = membership.read_text().splitlines()
    except OSError:
        return [root]
    own = next((line[3:] for line in lines if line.startswith("0::")), "/")
    parts = [part for part in own.split("/") if part not in ("", "..")]
    return [root.joinpath(*parts[:depth]) for depth in range(len(parts) + 1)]


def _v2_quota(folder: Path) -> float | None:
    try:
        quota, period = (folder / "cpu.max").read_text().split()
        return int(quota) / int(period)
    except (OSError, ValueError):
        return None  # no such file, or `max`: no limit here


def _v1_quota(folder: Path) -> float | None:
    try:
        quota = int((folder / "cpu.cfs_quota_us").read_text())
        period = int((folder / "cpu.cfs_period_us").read_text())
    except (OSError, ValueError):
        return None
    return quota / period if quota > 0 else None
