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

from geartrain.runtime import toolchain
from geartrain.runtime.code_cache import FORMAT, CodeCache, key_of
from geartrain.runtime.elf import link_elf
from geartrain.runtime.object_code import Library, ObjectCode
from geartrain.settings import settings

SHOW_IR, SHOW_ASSEMBLY = 5, 6  # steps of the ladder of GEARTRAIN_DEBUG


class LoadedCode:
    """Machine code in memory.

    Its addresses are valid as long as this object lives, so keep it beside them:
    `load(ir).address("step")` is an address of code that is gone.

    Attributes:
        from_cache: whether nothing had to be compiled.
        key: what it has in the cache; None where nothing is kept.
    """

    def __init__(self, library: Library, from_cache: bool, key: bytes | None = None) -> None:
        self._library = library
        self.from_cache = from_cache
        self.key = key

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
    _show(ir)
    return load_quietly(ir)


def load_quietly(ir: str) -> LoadedCode:
    """The same for IR that is no part of what runs: it is not printed."""
    cache = code_cache()
    key = cache_key(ir)
    kept = load_kept(key)
    if kept is not None:
        return kept
    code = compiled(ir)
    if cache:
        cache.write(key, code.to_bytes())
    return LoadedCode(link(code), from_cache=False, key=key if cache else None)


def load_kept(key: bytes) -> LoadedCode | None:
    """The machine code that the cache has for a key."""
    cache = code_cache()
    kept = cache.read(key) if cache else None
    if kept is None:
        return None
    return LoadedCode(link(ObjectCode.from_bytes(kept)), from_cache=True, key=key)


def load_or_verify(ir: str) -> LoadedCode | None:
    """`load`; on the null device, the IR is verified and there is no code.

    Raises:
        RuntimeError: LLVM's words, where the IR is wrong or calls what it may not call.
    """
    if settings.device != "null":
        return load(ir)
    _show(ir)
    verify_only(ir)
    return None


def compiled(ir: str) -> ObjectCode:
    """The object code of IR text."""
    from geartrain.runtime import llvm

    return llvm.compile_object(ir)


def link(code: ObjectCode) -> Library:
    """Put object code into memory: by ourselves where we can, else by LLVM.

    Raises:
        RuntimeError: where the code refers to a symbol that the process doesn't have.
    """
    library = link_elf(code)
    if library is not None:
        return library
    from geartrain.runtime import llvm

    return llvm.link(code)


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


def cache_key(*parts: str) -> bytes:
    """The SHA-256 of IR (or of what it is made from) and of all else that shapes its code."""
    shaping = (toolchain.processor_text(), settings.cpu, toolchain.toolchain_text(), str(FORMAT))
    return key_of(*parts, *shaping)


def code_cache() -> CodeCache | None:
    """The folder of machine code; None where it is switched off."""
    folder = settings.code_cache
    return CodeCache(folder) if folder else None


def _show(ir: str) -> None:
    if settings.debug >= SHOW_IR:
        print(ir, file=sys.stderr)
    if settings.debug >= SHOW_ASSEMBLY:
        print(assembly(ir), file=sys.stderr)
