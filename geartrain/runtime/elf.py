"""Linking without LLVM: an object file for Linux on x86-64 becomes callable memory.

    link_elf(code)      # a library, or None where something in the file is not known here

LLVM takes 21 ms to be imported and 0.5 ms to link; a process whose code is in the cache needs
nothing else of it. An object file of ours has code, constants, and places where an address is to
be filled in (relocations):

    memory   | .text | .rodata... | table of outside addresses | jumps to outside functions |

Source: System V ABI, AMD64 supplement 1.0, section 4.4 (relocations, table 4.9) and 4.5.3.
"""

from __future__ import annotations

import ctypes
import mmap
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from platform import machine
from typing import NamedTuple

from geartrain.runtime.object_code import ObjectCode

HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
SECTION = struct.Struct("<IIQQQQIIQQ")
SYMBOL = struct.Struct("<IBBHQQ")
RELOCATION = struct.Struct("<QQq")
ELF64_LITTLE = b"\x7fELF\x02\x01\x01"
RELOCATABLE, X86_64 = 1, 62
PROGRAM_BITS, SYMBOL_TABLE, RELOCATIONS, NO_BITS, UNWIND = 1, 2, 4, 8, 0x70000001
WRITABLE, ALLOCATED = 1, 2
UNDEFINED, ABSOLUTE, RESERVED = 0, 0xFFF1, 0xFF00
TABLE_NAME = "_GLOBAL_OFFSET_TABLE_"
JUMP = b"\xff\x25\x00\x00\x00\x00"  # jmp [rip + 0], and the address behind it
JUMP_BYTES, ENTRY_BYTES = 16, 8


class UnknownObject(Exception):
    """An object file has something in it that is not known here."""


class Section(NamedTuple):
    """A section's header."""

    name: int
    type: int
    flags: int
    address: int
    offset: int
    size: int
    link: int
    info: int
    alignment: int
    entry_bytes: int


class ElfLibrary:
    """Code in memory of its own, which goes with this object."""

    def __init__(self, memory: mmap.mmap, addresses: Mapping[str, int]) -> None:
        self._memory = memory
        self.addresses = addresses


def link_elf(code: ObjectCode) -> ElfLibrary | None:
    """Put an object file into memory; None where LLVM must do it."""
    if sys.platform != "linux" or machine() != "x86_64":
        return None
    try:
        return _Linker(code.image).link(code.exports)
    except (UnknownObject, struct.error, IndexError, ValueError, OSError):
        return None


@dataclass
class _Linker:
    image: bytes
    sections: list[Section] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)  # of a section in the memory
    symbols: list[tuple[str, int, int]] = field(default_factory=list)  # name, section, value

    def link(self, exports: tuple[str, ...]) -> ElfLibrary:
        """Lay out, fill in, and make executable."""
        self._read()
        size = self._lay_out()
        memory = mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        base = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        filled = self._filled(base, size)
        memory[:] = bytes(filled)
        _make_executable(base, size)
        numbers = {name: at for at, (name, _, _) in enumerate(self.symbols)}
        return ElfLibrary(memory, {name: self._address(numbers[name], base) for name in exports})

    def _read(self) -> None:
        header = HEADER.unpack_from(self.image)
        if header[0][:7] != ELF64_LITTLE or header[1:3] != (RELOCATABLE, X86_64):
            raise UnknownObject("no object file for x86-64")
        start, size, count = header[6], header[11], header[12]
        self.sections = [
            Section(*SECTION.unpack_from(self.image, start + size * number))
            for number in range(count)
        ]
        tables = [each for each in self.sections if each.type == SYMBOL_TABLE]
        for table in tables:
            strings = self._bytes(self.sections[table.link])
            for name, _, _, section, value, _ in SYMBOL.iter_unpack(self._bytes(table)):
                text = strings[name : strings.index(b"\0", name)].decode()
                self.symbols.append((text, section, value))

    def _bytes(self, section: Section) -> bytes:
        return self.image[section.offset : section.offset + section.size]

    def _lay_out(self) -> int:
        """Give every section with code or constants its place; the size of it all in bytes."""
        end = 0
        for number, each in enumerate(self.sections):
            if not each.flags & ALLOCATED or not each.size or self._is_unwinding(number):
                continue
            if each.flags & WRITABLE or each.type not in (PROGRAM_BITS, NO_BITS):
                raise UnknownObject("memory that is written to")
            self.places[number] = _aligned(end, max(each.alignment, 1))
            end = self.places[number] + each.size
        self.table = _aligned(end, 16)
        self.jumps = _aligned(self.table + ENTRY_BYTES * len(self.symbols), 16)
        return _aligned(max(self.jumps + JUMP_BYTES * len(self.symbols), 1), mmap.PAGESIZE)

    def _is_unwinding(self, number: int) -> bool:
        """Whether a section is of use to debuggers and exceptions only."""
        section, names = self.sections[number], self.sections[self._names_at()]
        start = names.offset + section.name
        name = self.image[start : self.image.index(b"\0", start)]
        return section.type == UNWIND or name == b".eh_frame"

    def _names_at(self) -> int:
        number: int = HEADER.unpack_from(self.image)[13]
        return number

    def _filled(self, base: int, size: int) -> bytearray:
        filled = bytearray(size)
        for number, place in self.places.items():
            if self.sections[number].type == PROGRAM_BITS:
                content = self._bytes(self.sections[number])
                filled[place : place + len(content)] = content
        for each in self.sections:
            if each.type == RELOCATIONS and each.info in self.places:
                self._relocate(filled, base, each)
        return filled

    def _relocate(self, filled: bytearray, base: int, section: Section) -> None:
        """Fill in the addresses that a section asks for."""
        table = base + self.table
        for offset, info, addend in RELOCATION.iter_unpack(self._bytes(section)):
            place = self.places[section.info] + offset
            kind, symbol = info & 0xFFFFFFFF, info >> 32
            here = base + place
            if kind in TO_TABLE:
                value = table + addend - here
            elif kind in OF_ENTRY:
                value = self._entry(filled, base, symbol) + addend
                value -= table if kind == 27 else here
            else:
                value = self._target(filled, base, symbol, kind in BY_JUMP) + addend
                value -= 0 if kind == 1 else table if kind == 25 else here
            _store(filled, place, value, wide=_is_wide(kind))

    def _entry(self, filled: bytearray, base: int, symbol: int) -> int:
        """The place of a symbol's entry in the table, with its address in it."""
        place = self.table + ENTRY_BYTES * symbol
        struct.pack_into("<Q", filled, place, self._address(symbol, base))
        return base + place

    def _target(self, filled: bytearray, base: int, symbol: int, by_jump: bool) -> int:
        """Where a reference goes; to a function outside of the memory by a jump."""
        address = self._address(symbol, base)
        name, section, _ = self.symbols[symbol]
        if not by_jump or section != UNDEFINED or name == TABLE_NAME:
            return address
        place = self.jumps + JUMP_BYTES * symbol
        filled[place : place + len(JUMP)] = JUMP
        struct.pack_into("<Q", filled, place + len(JUMP), address)
        return base + place

    def _address(self, symbol: int, base: int) -> int:
        name, section, value = self.symbols[symbol]
        if section == UNDEFINED:
            return base + self.table if name == TABLE_NAME else _process_symbol(name)
        if section == ABSOLUTE:
            return value
        if section not in self.places:
            raise UnknownObject("an address in a section that is left out")
        return base + self.places[section] + value


# Relocations by number: 1 is R_X86_64_64, 25 GOTOFF64, 27 GOT64; the others are relative to the
# place itself.
PLAIN = {1: True, 2: False, 4: False, 24: True, 25: True}
OF_ENTRY = {27: True, 28: True, 9: False, 41: False, 42: False}  # GOT64, GOTPCREL64, GOTPCREL(X)
TO_TABLE = {26: False, 29: True}  # GOTPC32, GOTPC64
BY_JUMP = frozenset([2, 4])  # PC32, PLT32: an outside function may be too far away
WIDTHS = {**PLAIN, **OF_ENTRY, **TO_TABLE}


def _is_wide(kind: int) -> bool:
    if kind not in WIDTHS:
        raise UnknownObject(f"relocation {kind}")
    return WIDTHS[kind]


def _store(filled: bytearray, place: int, value: int, *, wide: bool) -> None:
    if wide:
        struct.pack_into("<Q", filled, place, value & 0xFFFFFFFFFFFFFFFF)
    else:
        struct.pack_into("<i", filled, place, value)  # struct.error where it does not fit


def _aligned(size: int, alignment: int) -> int:
    return -(-size // alignment) * alignment


@cache
def _process() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def _process_symbol(name: str) -> int:
    """Where a function of the system lies in this process."""
    try:
        return ctypes.cast(getattr(_process(), name), ctypes.c_void_p).value or 0
    except AttributeError:
        raise UnknownObject(f"{name} is not in this process") from None


def _make_executable(base: int, size: int) -> None:
    protect = _process().mprotect
    protect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    if protect(base, size, mmap.PROT_READ | mmap.PROT_EXEC):
        raise OSError("this system lets nobody make memory executable")
