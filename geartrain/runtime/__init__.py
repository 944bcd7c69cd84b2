"""What compiled code needs while it runs: the processor, machine code and its cache, threads.

Here live: what the processor can do (`cpu`), LLVM IR text turned into callable addresses
(`machine_code`, over `llvm` and `code_cache`), and the worker threads with their barrier
(`pool`, whose loops are the LLVM IR of `pool_ir`).

Here may not live: anything that knows of tensors, primitives or graphs. IR comes in as text,
data as addresses. `llvmlite` is imported by `llvm.py` only, when the first code is compiled or
linked, because the import takes 0.1 s.

Start reading at `machine_code.load`, then `pool.run`.
"""

from __future__ import annotations

from geartrain.runtime.cpu import Cpu, host_cpu, target_cpu
from geartrain.runtime.machine_code import LoadedCode, load
from geartrain.runtime.pool import get_num_threads, run, set_num_threads

__all__ = [
    "Cpu",
    "LoadedCode",
    "get_num_threads",
    "host_cpu",
    "load",
    "run",
    "set_num_threads",
    "target_cpu",
]
