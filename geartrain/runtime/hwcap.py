"""What Linux says of an AArch64 processor, as LLVM looks in places that not every system has.

    arm_features()      # ('dotprod', 'i8mm', 'bf16') on a Neoverse V1

The kernel hands every process two words of bits (`getauxval(3)`; the bits are those of
`arch/arm64/include/uapi/asm/hwcap.h`).
"""

from __future__ import annotations

import ctypes
import sys

AT_HWCAP, AT_HWCAP2 = 16, 26
BITS = {"dotprod": (AT_HWCAP, 20), "i8mm": (AT_HWCAP2, 13), "bf16": (AT_HWCAP2, 14)}


def arm_features() -> tuple[str, ...]:
    """LLVM's names of the instructions for dots that this AArch64 processor has."""
    if sys.platform != "linux":
        return ()
    library = ctypes.CDLL(None)
    library.getauxval.restype = ctypes.c_ulong
    library.getauxval.argtypes = [ctypes.c_ulong]
    words = {key: int(library.getauxval(key)) for key in (AT_HWCAP, AT_HWCAP2)}
    return features_in(words)


def features_in(words: dict[int, int]) -> tuple[str, ...]:
    """The features whose bits are set."""
    return tuple(name for name, (word, bit) in BITS.items() if words[word] >> bit & 1)
