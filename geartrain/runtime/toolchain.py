"""What shapes machine code besides the IR: the processor, LLVM, its level and passes.

All of it is found without importing LLVM, so that a process whose code is in the cache starts
without it: it is told by the file that it would be loaded from, a processor by what Linux says.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

CODEGEN_LEVEL = 2
PASSES = ("always_inliner", "sroa", "simplify_cfg")

CPUINFO = Path("/proc/cpuinfo")
ENOUGH_BYTES = 8192  # for the first processor, which is like the others
TELLING = frozenset(
    [
        *("vendor_id", "cpu family", "model", "model name", "stepping", "flags"),
        *("CPU implementer", "CPU architecture", "CPU variant", "CPU part", "CPU revision"),
        "Features",
    ]
)


def toolchain_text() -> str:
    """The LLVM that would make code, and how."""
    return f"{_llvm_file()} -O{CODEGEN_LEVEL} {' '.join(PASSES)}"


@cache
def processor_text() -> str:
    """What tells this machine's processor from others, and the size of its caches."""
    from geartrain.runtime.cpu import host_cpu, read_caches

    try:
        with CPUINFO.open("rb") as file:
            lines = file.read(ENOUGH_BYTES).decode("utf-8", "replace").split("\n\n")[0].split("\n")
    except OSError:
        cpu = host_cpu()
        return f"{cpu.triple} {cpu.name} {cpu.features}"
    found = [line for line in lines if line.partition(":")[0].strip() in TELLING]
    return "\n".join([*found, str(sorted(read_caches().items()))])


@cache
def _llvm_file() -> str:
    """The library with LLVM in it: its place, time and size, as Python tells its own files."""
    spec = find_spec("llvmlite")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("llvmlite is not installed: pip install llvmlite")
    parts = sorted(Path(spec.origin).parent.glob("binding/*llvmlite*"))
    files = [Path(spec.origin), *parts]
    return " ".join(f"{each} {(s := each.stat()).st_mtime_ns} {s.st_size}" for each in files)
