"""Rooms that load what is asked of them: imports that are noted first and carried out later.

    with loading_later(__name__):
        from geartrain.layers.dense import Dense      # noted: no file is read

    layers.Dense                                      # reads geartrain/layers/dense.py, once

A script that uses three of two hundred layers waits for those three. The lines are Python's own
imports, so that type checkers, linters and readers take them as they stand. Python 3.15 will do
so by itself (PEP 810); until then `__import__` gives a stand-in for a module while the block runs,
and the room's class answers for what was noted (PEP 562 for objects of a class).

Inside of the block, names may be given other names (`MaxPool1D = MaxPooling1D`), and nothing else
can be done with them. What the room itself works with is imported before it.
"""

from __future__ import annotations

import builtins
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any, NamedTuple

from geartrain.absent import absence


class Importing:
    """What `__import__` is while no block runs, and the blocks that run, by their globals' ids."""

    def __init__(self) -> None:
        self.usual: Callable[..., Any] = builtins.__import__
        self.blocks: set[int] = set()
        self._lock = threading.Lock()  # held for a moment only, never while something is imported

    def begin(self, block: int) -> None:
        """Let `__import__` note what a block asks for."""
        with self._lock:
            if not self.blocks:
                self.usual, builtins.__import__ = builtins.__import__, _noting
            self.blocks.add(block)

    def end(self, block: int) -> None:
        """Let it be what it was, when no block runs any more."""
        with self._lock:
            self.blocks.remove(block)
            if not self.blocks:
                builtins.__import__ = self.usual


_importing = Importing()


class Note(NamedTuple):
    """What an import statement asked for."""

    module: str
    name: str

    def carried_out(self, room: str) -> Any:
        """The thing itself."""
        if self.module == room:  # a part of the room, as a module
            return import_module(f"{room}.{self.name}")
        return getattr(import_module(self.module), self.name)


class StandIn:
    """Stands for a module in an import statement: each name of it is a note."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":  # for `import *`
            return import_module(self._module).__all__
        return Note(self._module, name)


class Room(ModuleType):
    """A room with notes: they are carried out when somebody asks for the name."""

    def __getattr__(self, name: str) -> Any:
        note = self.__dict__["_later"].get(name)
        if note is None:
            raise AttributeError(absence(self.__name__, name))
        found = note.carried_out(self.__name__)
        self.__dict__[name] = found
        return found

    def __setattr__(self, name: str, value: Any) -> None:
        """Python enters a module in its room: it must not hide a function of the same name."""
        note = self.__dict__["_later"].get(name)
        if note is None or note.module == self.__name__ or not isinstance(value, ModuleType):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.__dict__["_later"]})


@contextmanager
def loading_later(room: str) -> Iterator[None]:
    """Note what the imports of this block ask for, and load it when it is asked of the room.

    Args:
        room: its `__name__`.
    """
    module = sys.modules[room]
    names = vars(module)
    _importing.begin(id(names))
    try:
        yield
    finally:
        _importing.end(id(names))
    notes = {name: value for name, value in names.items() if isinstance(value, Note)}
    for name in notes:
        del names[name]
    names["_later"] = {**names.get("_later", {}), **notes}
    module.__class__ = Room


def _noting(
    name: str,
    globals: Mapping[str, Any] | None = None,  # noqa: A002  (as Python calls it)
    locals: Mapping[str, Any] | None = None,  # noqa: A002
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> Any:
    """`__import__` while a block runs; for everybody else, it is what it was."""
    if globals is None or id(globals) not in _importing.blocks or not fromlist:
        return _importing.usual(name, globals, locals, fromlist, level)
    return StandIn(name)


class LaterNames(Mapping[str, Any]):
    """A room's table of further names: each is looked up in the room when it is asked for.

    Args:
        room: the room's name: "geartrain.optimizers".
        names: what each name means there: {"adam": "Adam"}.

    >>> names = LaterNames("geartrain.regularizers", {"l2": "L2"})
    >>> sorted(names), "l2" in names, names["l2"].__name__
    (['l2'], True, 'L2')
    """

    def __init__(self, room: str, names: Mapping[str, str]) -> None:
        self._room = room
        self._names = dict(names)

    def __getitem__(self, name: str) -> Any:
        return getattr(import_module(self._room), self._names[name])

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
