"""The only door to LLVM: a thin, typed layer over `llvmlite`.

    object_code = compile_object(ir)          # IR text -> ObjectCode(image, exports)
    library = link(object_code)               # -> addresses, while it is referenced

What stands here was measured with llvmlite 0.50 (LLVM 22) on 2 Zen 4 cores, on the training step
of a network of two dense layers (784-512-10, batch 128): 11,281 lines of IR.

| what | time to make | a step |
| --- | --- | --- |
| parsing and verifying, part of all that follows | 19 ms | |
| code level 2, `always_inliner`, `sroa`, `simplify_cfg` | 197 ms | 1.03 ms |
| code level 1 or 3 instead | 204, 212 ms | 1.03, 1.03 ms |
| with `instruction_combine` | 278 ms | 1.03 ms |
| LLVM's O2 pipeline instead | 647 ms | 1.03 ms |
| linking: one LLJIT for all, an LLJIT each, an MCJIT each | 0.2, 0.4, 1.2 ms | |

The compiler's IR is vectorised SSA already, so the pipelines find little in it. The passes that are
left cost 2 ms: they inline what is marked `alwaysinline` and turn stack slots into values. LLJIT
with JITLink raises an exception where a symbol is missing, whereas MCJIT ends the process.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import llvmlite
import llvmlite.binding as llvm

from geartrain.runtime import toolchain
from geartrain.runtime.cpu import Cpu, target_cpu
from geartrain.runtime.object_code import ObjectCode

# What IR may call: how the barrier and the parked workers sleep.
CALLABLE = ("syscall", "sched_yield", "usleep", "SwitchToThread", "Sleep")
# Intrinsics that become calls of the system's maths library, lane by lane: slow, and other bits on
# another system. `frem` does too, but its result is exact everywhere.
LIBRARY_MATHS = {
    *("exp", "exp2", "exp10", "log", "log2", "log10", "pow", "powi", "ldexp", "frexp", "modf"),
    *("sin", "cos", "tan", "sincos", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh"),
}

# LLVM's objects may be used by one thread at a time, and llvmlite locks single calls only.
_lock = threading.RLock()


def _hold_locks() -> None:
    """Wait until no other thread is in LLVM: a fork would leave the child its locks closed.

    `llvmlite` has no public way to hold its lock; destructors of its objects take it too.
    """
    _lock.acquire()
    llvm.ffi.lib._lock.__enter__()


def _free_locks() -> None:
    llvm.ffi.lib._lock.__exit__()
    _lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_hold_locks, after_in_parent=_free_locks, after_in_child=_free_locks)


class LlvmLibrary:
    """Linked code; the tracker of `llvmlite` holds it and the linker that it came through."""

    def __init__(self, tracker: Any, exports: tuple[str, ...]) -> None:
        self._tracker = tracker
        self.addresses = {name: int(tracker[name]) for name in exports}


def settings_text() -> str:
    """The versions of LLVM and of its layer, its level and passes, in words."""
    version = ".".join(map(str, llvm.llvm_version_info))
    passes = " ".join(toolchain.PASSES)
    return f"llvmlite {llvmlite.__version__} LLVM {version} -O{toolchain.CODEGEN_LEVEL} {passes}"


def host_name() -> str:
    """LLVM's name of this processor."""
    return str(llvm.get_host_cpu_name())


@cache
def host_features() -> str:
    """LLVM's feature string of this processor."""
    return str(llvm.get_host_cpu_features().flatten())


def host_triple() -> str:
    """The triple of this process."""
    return str(llvm.get_process_triple())


def verify(ir: str) -> None:
    """Parse and verify, and make no code.

    Raises:
        RuntimeError: LLVM's words on what is wrong, with the line.
    """
    with _module(ir):
        pass


def compile_object(ir: str, cpu: Cpu | None = None) -> ObjectCode:
    """Optimise IR and make an object file of it, for a processor; None is `target_cpu()`.

    Raises:
        RuntimeError: where the IR is wrong, or calls what it may not call.
    """
    with _optimised(ir, cpu or target_cpu()) as (module, machine):
        return ObjectCode(bytes(machine.emit_object(module)), _exports(module))


def assembly(ir: str, cpu: Cpu | None = None) -> str:
    """The assembly text of what `compile_object` makes."""
    with _optimised(ir, cpu or target_cpu()) as (module, machine):
        return str(machine.emit_assembly(module))


def link(code: ObjectCode) -> LlvmLibrary:
    """Put an object file into memory, ready to be called.

    Raises:
        RuntimeError: where the code refers to a symbol that the process doesn't have.
    """
    with _lock:
        builder = llvm.JITLibraryBuilder().add_object_img(code.image)
        for name in code.exports:
            builder.export_symbol(name)
        # A linker keeps 9 KB of each library that it ever had, so each library has its own, which
        # ends with it. A linker makes no code: a target machine without features will do.
        target_machine = _target(host_triple()).create_target_machine(reloc="pic")
        linker = llvm.create_lljit_compiler(target_machine, use_jit_link=True)
        return LlvmLibrary(builder.link(linker, "geartrain"), code.exports)


@contextmanager
def _module(ir: str) -> Iterator[Any]:
    """A verified module in a context of its own, so that nothing of it stays."""
    with _lock:
        _initialize()
        module = llvm.parse_assembly(ir, llvm.create_context())
        try:
            module.verify()
            _check_calls(module)
            yield module
        finally:
            module.close()


@contextmanager
def _optimised(ir: str, cpu: Cpu) -> Iterator[tuple[Any, Any]]:
    """A module after the passes, and the target machine that makes code of it."""
    with _module(ir) as module:
        machine = _target_machine(cpu.triple, cpu.name, cpu.features)
        module.triple = cpu.triple
        module.data_layout = str(machine.target_data)
        tuning = llvm.create_pipeline_tuning_options(speed_level=1)
        passes = llvm.create_new_module_pass_manager()
        for name in toolchain.PASSES:
            getattr(passes, f"add_{name}_pass")()
        passes.run(module, llvm.create_pass_builder(machine, tuning))
        yield module, machine


def _check_calls(module: Any) -> None:
    for function in module.functions:
        if function.is_declaration and not _may_be_called(str(function.name)):
            raise RuntimeError(
                f"IR calls {function.name!r}; it may call LLVM's intrinsics that become "
                f"instructions, and {', '.join(CALLABLE)}"
            )


def _may_be_called(name: str) -> bool:
    if name.startswith("llvm."):
        return name.split(".")[1] not in LIBRARY_MATHS
    return name in CALLABLE


def _exports(module: Any) -> tuple[str, ...]:
    return tuple(
        str(function.name)
        for function in module.functions
        if not function.is_declaration and function.linkage.name == "external"
    )


@cache
def _initialize() -> None:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    llvm.initialize_native_asmparser()  # inline assembly aborts the process without it


@cache
def _initialize_all() -> None:
    """Every architecture that LLVM has: for code that runs elsewhere."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()


def _target(triple: str) -> Any:
    _initialize()
    if triple != host_triple():
        _initialize_all()
    return llvm.Target.from_triple(triple)


@cache
def _target_machine(triple: str, name: str, features: str) -> Any:
    return _target(triple).create_target_machine(
        cpu=name, features=features, opt=toolchain.CODEGEN_LEVEL, reloc="pic"
    )
