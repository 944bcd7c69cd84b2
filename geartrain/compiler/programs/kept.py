"""Kept programs: what a process needs to run a program that an earlier one compiled.

    fingerprint -> {"code": key of the machine code, "buffers": [...]}, constants
    fingerprint, sizes -> {"offsets": [...], "arena_bytes": ...}

Both are plain data: JSON, and the bytes of constants that the passes made. Nothing in a file is
run or unpickled; a file whose digest or form is not right counts as absent. Machine code depends
on the compiler's own files as well: their names, times and sizes belong to the key, as Python
tells its own compiled files.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from geartrain.compiler.form.buffers import Buffer, Kind
from geartrain.compiler.graphs.fingerprint import constants_of, fingerprint, variables_of
from geartrain.compiler.programs.program import Program
from geartrain.graph import Graph, Node, Role
from geartrain.primitives.primitive import Spec
from geartrain.runtime.code_cache import CodeCache, key_of
from geartrain.runtime.machine_code import cache_key, code_cache, load_kept
from geartrain.settings import REGISTRY, Setting
from geartrain.tensor import Array, Dim, Size, Variable, as_dtype

if TYPE_CHECKING:
    from geartrain.compiler.planning.schedule import Schedule
    from geartrain.compiler.programs.sized import Sized

# The rooms that make machine code of a graph, and the settings that do not shape it.
ROOMS = ("tensor", "primitives", "graph", "compiler", "runtime")
SHAPELESS = ("DATASETS", "HOME", "CODE_CACHE", "THREADS", "DEBUG")
# Settings with which the passes run: they print, or what they make is edited or not run at all.
WATCHING = ("DEBUG", "DEVICE", "KERNELS")


class Malformed(Exception):
    """A payload is not what was written."""


class Kept:
    """One program's place in the cache."""

    def __init__(self, cache: CodeCache, key: bytes, graph: Graph, stepped: Sequence[Node]) -> None:
        self._cache = cache
        self._key = key
        self._graph = graph
        self._stepped = tuple(stepped)

    @classmethod
    def of(cls, text: str, graph: Graph, stepped: Sequence[Node]) -> Kept | None:
        """The place for a graph with this fingerprint; None where nothing is kept."""
        folder = code_cache()
        if folder is None:
            return None
        return cls(
            folder, cache_key("program", text, compiler_text(), knobs_text()), graph, stepped
        )

    def read(self) -> Program | None:
        """The program, if all of it is there."""
        payload = self._cache.read(self._key)
        try:
            return None if payload is None else self._program(payload)
        except (Malformed, ValueError, KeyError, TypeError, IndexError):
            return None

    def write(self, program: Program) -> None:
        """Keep a program that the passes made."""
        code_key = program.code.key if program.code else None
        if code_key is None:
            return
        try:
            head, blob = self._packed(program.layout.buffers)
        except Malformed:
            return
        head |= {"code": code_key.hex(), "name": program.graph.name}
        text = json.dumps(head).encode()
        self._cache.write(self._key, len(text).to_bytes(8, "little") + text + blob)
        program.keep = self.sized

    # -- programs --------------------------------------------------------------------------------

    def _program(self, payload: bytes) -> Program | None:
        length = int.from_bytes(payload[:8], "little")
        head, blob = json.loads(payload[8 : 8 + length]), payload[8 + length :]
        code = load_kept(bytes.fromhex(head["code"]))
        if code is None:
            return None
        buffers = self._unpacked(head, blob)
        return Program(self._graph, buffers, code, self._schedule, self.sized)

    def _schedule(self) -> Schedule:
        from geartrain.compiler.programs.passes import schedule_of

        return schedule_of(self._graph, self._stepped)

    def _packed(self, buffers: Sequence[Buffer]) -> tuple[dict[str, Any], bytes]:
        """Buffers as plain data, and the bytes of constants that the graph does not have."""
        variables = {each: at for at, each in enumerate(variables_of(self._graph))}
        known = {id(each): at for at, each in enumerate(constants_of(self._graph))}
        rows, blob = [], b""
        for each in buffers:
            owner: Any = None
            if each.kind in (Kind.INPUT, Kind.OUTPUT):
                owner = each.owner
            elif isinstance(each.owner, Variable):
                owner = variables[each.owner]
            elif each.kind is Kind.CONSTANT and isinstance(each.owner, Node):
                numbers = np.ascontiguousarray(each.owner.constant)
                owner = known.get(id(each.owner.constant))
                if owner is None:
                    owner = [len(blob)]
                    blob += numbers.tobytes()
            elif each.kind is not Kind.SCRATCH:
                raise Malformed(f"{each!r} of {each.owner!r}")
            shape = [_plain(size) for size in each.spec.shape]
            rows.append([each.kind.value, shape, each.spec.dtype.name, owner, each.stepped])
        return {"buffers": rows}, blob

    def _unpacked(self, head: Mapping[str, Any], blob: bytes) -> list[Buffer]:
        variables, constants = variables_of(self._graph), constants_of(self._graph)
        found: list[Buffer] = []
        for name, shape, dtype, owner, stepped in head["buffers"]:
            kind, spec = Kind(name), Spec(tuple(map(_size, shape)), as_dtype(dtype))
            whose: Any = owner
            if kind is Kind.VARIABLE:
                whose = variables[owner]
            elif kind is Kind.CONSTANT:
                numbers = constants[owner] if type(owner) is int else _cut(blob, owner[0], spec)
                whose = Node(Role.CONSTANT, spec, constant=numbers)
            elif kind is Kind.SCRATCH:
                whose = len(found)
            found.append(Buffer(kind, spec, whose, bool(stepped)))
        return found

    # -- sizes -----------------------------------------------------------------------------------

    def sized(self, sizes: Mapping[str, int], make: Callable[[], Sized]) -> Sized:
        """What the schedule comes to for some sizes: kept, or made and kept."""
        key = key_of("sized", self._key.hex(), json.dumps(dict(sizes), sort_keys=True))
        payload = self._cache.read(key)
        if payload is not None:
            from geartrain.compiler.programs.sized import Sized

            try:
                numbers = json.loads(payload)
                return Sized(**{**numbers, "offsets": tuple(numbers["offsets"])})
            except (ValueError, KeyError, TypeError):
                pass
        made = make()
        self._cache.write(key, json.dumps(asdict(made)).encode())
        return made


P = TypeVar("P")


def from_cache(graph: Graph, stepped: Sequence[Node], compiled: Callable[[], P]) -> P | Program:
    """The program that is kept for a graph, or what `compiled` gives, which is then kept."""
    text = None if _is_watched() else fingerprint(graph, stepped)
    kept = Kept.of(text, graph, stepped) if text is not None else None
    found = kept.read() if kept else None
    if found is not None:
        return found
    made = compiled()
    if kept and isinstance(made, Program):
        kept.write(made)
    return made


def _is_watched() -> bool:
    """Whether the passes must run, as somebody wants to see or to change what they make."""
    return any(each.is_set for each in REGISTRY if _short(each) in WATCHING)


def _short(setting: Setting[Any]) -> str:
    return setting.name.removeprefix("GEARTRAIN_")


def _plain(size: Size) -> Any:
    return size if isinstance(size, int) else [size.name, size.scale]


def _size(plain: Any) -> Size:
    return plain if isinstance(plain, int) else Dim(*plain)


def _cut(blob: bytes, start: int, spec: Spec) -> Array:
    """A constant from the bytes of all."""
    count = int(np.prod([int(str(size)) for size in spec.shape], dtype=np.int64))
    numbers = np.frombuffer(blob, spec.dtype, count, start)
    return numbers.reshape([int(str(size)) for size in spec.shape])


def knobs_text() -> str:
    """The settings that shape code, with their values."""
    knobs = [each for each in REGISTRY if _short(each) not in SHAPELESS]
    return " ".join(f"{each.name}={each.read()}" for each in knobs)


@cache
def compiler_text() -> str:
    """The files that machine code of a graph depends on: names, times and sizes."""
    package = Path(__file__).parents[2]
    found = [str(package)]
    for room in ROOMS:
        for folder, _, _ in os.walk(package / room):
            for entry in os.scandir(folder):
                if entry.name.endswith(".py"):
                    status = entry.stat()
                    found.append(f"{entry.path} {status.st_mtime_ns} {status.st_size}")
    return "\n".join(sorted(found))
