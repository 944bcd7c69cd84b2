"""The report behind `python -m geartrain doctor`: the machine, and what it reaches.

    print(render(report()))

`report` measures for some tenths of a second; `render` only lays out. The report is plain data:
dictionaries of text and numbers, units in the names, ready for JSON.
"""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from geartrain.runtime import get_num_threads, host_cpu, llvm, probes
from geartrain.runtime.code_cache import CodeCache
from geartrain.settings import settings

PACKAGES = ("geartrain", "numpy", "llvmlite", "ml_dtypes")


def report() -> dict[str, dict[str, Any]]:
    """What this machine is, what it reaches, and where machine code is kept."""
    threads = get_num_threads()
    return {
        "processor": _processor(),
        "reached": _reached(threads),
        "code cache": _code_cache(),
        "versions": _versions(),
    }


def render(report: dict[str, dict[str, Any]]) -> str:
    """The report as text: a title for each section, a line for each entry."""
    width = max(len(name) for section in report.values() for name in section)
    lines = []
    for title, section in report.items():
        lines.append(title)
        lines += [f"  {name:<{width}}  {_text(name, value)}" for name, value in section.items()]
    return "\n".join(lines)


def _processor() -> dict[str, Any]:
    cpu = host_cpu()
    enabled = [name[1:] for name in cpu.features.split(",") if name.startswith("+")]
    return {
        "name": cpu.name,
        "triple": cpu.triple,
        "cores": cpu.cores,
        "vector_bits": cpu.vector_bits,
        "vector_registers": cpu.vector_registers,
        "fused_multiply_add": cpu.fma,
        "l1_bytes": cpu.l1_bytes,
        "l2_bytes": cpu.l2_bytes,
        "l3_bytes": cpu.l3_bytes,
        "caches": "read from the system" if cpu.caches_measured else "assumed",
        "features": " ".join(enabled),
    }


def _reached(threads: int) -> dict[str, Any]:
    """Best of several runs; with one thread there is nobody to wait for."""
    reached = {
        "threads": threads,
        "peak_gflops_1_thread": round(probes.peak_gflops(1), 1),
        "dispatch_us_1_thread": round(probes.dispatch_us(1), 2),
    }
    if threads > 1:
        reached |= {
            f"peak_gflops_{threads}_threads": round(probes.peak_gflops(threads), 1),
            f"dispatch_us_{threads}_threads": round(probes.dispatch_us(threads), 2),
            f"barrier_ns_{threads}_threads": round(probes.barrier_ns(threads), 1),
        }
    return reached


def _code_cache() -> dict[str, Any]:
    folder = settings.code_cache
    if folder is None:
        return {"folder": "off"}
    cache = CodeCache(folder)
    entries = cache.entries()
    return {
        "folder": str(folder),
        "entries": len(entries),
        "size_bytes": sum(size_bytes for _, size_bytes in entries),
        "limit_bytes": cache.limit_bytes,
    }


def _versions() -> dict[str, Any]:
    found = {"python": platform.python_version()}
    found |= {name: _version(name) for name in PACKAGES}
    return found | {"compiler": llvm.settings_text(), "system": platform.platform()}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _text(name: str, value: Any) -> str:
    if name.endswith("_bytes"):
        return _size_text(value)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _size_text(size_bytes: int) -> str:
    """1024-based: 33554432 is `32 MiB`.

    >>> _size_text(33554432), _size_text(1500), _size_text(12)
    ('32 MiB', '1.46 KiB', '12 B')
    """
    size = float(size_bytes)
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.3g} {unit}"
        size /= 1024
    return f"{size:.3g} GiB"
