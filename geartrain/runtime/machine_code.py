"""LLVM IR text in, callable addresses out, through the on-disk cache.

    code = load(ir)                       # compiled now, or taken from the cache
    address = code.address("step")        # valid while `code` lives
    code.from_cache                       # True: nothing was compiled

The key of the cache is the IR with all else that shapes the code: processor, versions, passes. A
hit is read, checked and linked; a miss is compiled, kept, and linked. `verify_only` is the null
device: it checks the IR as far as can be done without making code.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from geartrain.runtime.code_cache import FORMAT, CodeCache, key_of
from geartrain.runtime.cpu import target_cpu
from geartrain.settings import settings

if TYPE_CHECKING:
    from geartrain.runtime.llvm import Library, ObjectCode

SHOW_IR, SHOW_ASSEMBLY = 5, 6  # steps of the ladder of GEARTRAIN_DEBUG


class LoadedCode:
    """Machine code in memory.

    Its addresses are valid as long as this object lives, so keep it beside them:
    `load(ir).address("step")` is an address of code that is gone.
    """

    def __init__(self, library: Library, from_cache: bool) -> None:
        self._library = library
        self.from_cache = from_cache

    def address(self, function_name: str) -> int:
        """Where a function begins.

        Raises:
            KeyError: names the functions that there are.
        """
        addresses = self._library.addresses
        if function_name not in addresses:
            raise KeyError(f"no function {function_name!r} in this code, only {list(addresses)}")
        return addresses[function_name]


def load(ir: str) -> LoadedCode:
    """Make IR text callable.

    Args:
        ir: a module with `define`d functions; those of external linkage have addresses.

    Raises:
        RuntimeError: LLVM's words, where the IR is wrong or calls what it may not call.
    """
    from geartrain.runtime import llvm

    _show(ir)
    cache = _cache()
    key = cache_key(ir)
    kept = cache.read(key) if cache else None
    if kept is not None:
        return LoadedCode(llvm.link(_from_payload(kept)), from_cache=True)
    code = llvm.compile_object(ir)
    if cache:
        cache.write(key, _to_payload(code))
    return LoadedCode(llvm.link(code), from_cache=False)


def verify_only(ir: str) -> None:
    """Parse and verify IR text without making code: the null device.

    Raises:
        RuntimeError: LLVM's words, where the IR is wrong or calls what it may not call.
    """
    from geartrain.runtime import llvm

    llvm.verify(ir)


def assembly(ir: str) -> str:
    """The assembly text of what `load` runs."""
    from geartrain.runtime import llvm

    return llvm.assembly(ir)


def cache_key(ir: str) -> bytes:
    """The SHA-256 of the IR and of all else that shapes its machine code."""
    from geartrain.runtime import llvm

    cpu = target_cpu()
    shaping = (cpu.triple, cpu.name, cpu.features, llvm.settings_text(), str(FORMAT))
    return key_of(ir, *shaping)


def _cache() -> CodeCache | None:
    folder = settings.code_cache
    return CodeCache(folder) if folder else None


def _show(ir: str) -> None:
    if settings.debug >= SHOW_IR:
        print(ir, file=sys.stderr)
    if settings.debug >= SHOW_ASSEMBLY:
        print(assembly(ir), file=sys.stderr)


def _to_payload(code: ObjectCode) -> bytes:
    return "\n".join(code.exports).encode() + b"\0" + code.image


def _from_payload(payload: bytes) -> ObjectCode:
    from geartrain.runtime.llvm import ObjectCode

    names, _, image = payload.partition(b"\0")
    return ObjectCode(image, tuple(names.decode().split("\n")))
