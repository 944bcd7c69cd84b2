"""What Python a function does besides computing with tensors, seen while symbols run through it.

    lambda x: x / 255                       nothing: it may be traced, and run as machine code
    lambda x: seen.append(x)                a list outside grows: it must run for each element
    lambda x: x + np.random.uniform()       another number each time: likewise

A traced function runs once, and what is made of it many times. That is the same only for what
leaves nothing behind in Python and asks Python for nothing that changes. So calls into C and
stores are looked at before they happen, in the user's own lines and in what these call, but not
in this package's. What is not known to be harmless counts as not harmless.
"""

from __future__ import annotations

import dis
import random
import sys
import sysconfig
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

import numpy as np

OURS = str(Path(__file__).parents[1])
LIBRARIES = tuple(
    dict.fromkeys(
        [
            "<frozen",
            *(sysconfig.get_path(each) for each in ("stdlib", "platstdlib", "purelib", "platlib")),
        ]
    )
)
MAKERS = ("__init__", "build")  # of layers: what they store belongs to what they make
STORES = ("STORE_GLOBAL", "DELETE_GLOBAL", "STORE_ATTR", "DELETE_ATTR")
PLACES = ("STORE_SUBSCR", "DELETE_SUBSCR", "STORE_SLICE")
PARTS = ("then__", "else__", "turn__", "test__", "set__")  # of functions rewritten by AutoGraph
CONTAINERS = (list, dict, set, bytearray, np.ndarray)
GENERATORS = (np.random.Generator, np.random.RandomState, random.Random)
UNCHANGING = (str, bytes, int, float, complex, tuple, frozenset, range, slice, np.generic, type)
READING = frozenset(
    {"get", "items", "keys", "values", "copy", "index", "count", "union", "intersection"}
    | {"difference", "issubset", "issuperset", "isdisjoint"}
    | {"__getitem__", "__contains__", "__len__", "__iter__"}
)
CHANGING_ARRAYS = frozenset(
    {"fill", "sort", "put", "resize", "partition", "setfield", "setflags", "tofile", "dump"}
)
BUILTINS = frozenset(
    {"abs", "all", "any", "callable", "chr", "divmod", "format", "getattr", "hasattr", "hash"}
    | {"id", "isinstance", "issubclass", "iter", "len", "max", "min", "ord", "pow", "repr"}
    | {"round", "sorted", "sum", "vars", "__build_class__"}
)
MODULES = ("math", "cmath", "_operator", "itertools", "_functools", "_struct")


class Impure(Exception):
    """A function does something that a trace of it would not do again."""


class Watch:
    """Inside, the user's Python may only compute.

    Args:
        given: containers that the user may change, as they are made for this one call.

    Raises:
        Impure: it is about to do something else. Nothing has happened yet.
    """

    def __init__(self, given: list[Any]) -> None:
        self._given = {id(each) for each in given}
        self._found: Impure | None = None

    def __enter__(self) -> None:
        self._before = sys.getprofile()
        sys.setprofile(self._see)

    def __exit__(self, *_: object) -> None:
        sys.setprofile(self._before)
        if self._found is not None:  # whoever caught it inside
            raise self._found

    def _see(self, frame: FrameType, event: str, called: Any) -> None:
        if event == "c_call" and _is_users(frame) and not self._is_harmless(called, frame):
            self._refuse(f"a call of {getattr(called, '__qualname__', called)}", frame)
        elif event == "call" and _is_users(frame):
            stored = _stored(frame.f_code)
            if stored is None and _puts(frame.f_code) and any(_outer(frame, CONTAINERS)):
                stored = "what may lie outside of it"
            if stored is not None:
                self._refuse(f"it stores {stored}", frame)

    def _refuse(self, what: str, frame: FrameType) -> None:
        self._found = Impure(f"{what}, {frame.f_code.co_filename}:{frame.f_lineno}")
        raise self._found

    def _is_harmless(self, called: Any, frame: FrameType) -> bool:
        owner, name = getattr(called, "__self__", None), called.__name__
        if owner is None or isinstance(owner, ModuleType):
            return _is_harmless_function(called.__module__ or getattr(owner, "__name__", ""), name)
        if isinstance(owner, np.ndarray):
            return name not in CHANGING_ARRAYS
        if isinstance(owner, list | dict | set):
            return name in READING or self._is_own(owner, frame)
        return isinstance(owner, UNCHANGING)

    def _is_own(self, container: Any, frame: FrameType) -> bool:
        """Whether a container was made in this call."""
        code = frame.f_code
        own = code.co_varnames[code.co_argcount + code.co_kwonlyargcount :]
        here = (frame.f_locals.get(each) for each in own)
        return id(container) in self._given or any(each is container for each in here)


def draws_outside(function: Callable[..., Any]) -> bool:
    """Whether a function may draw from a generator of NumPy's or Python's, which do not show."""
    code = getattr(function, "__code__", None)
    if code is None:
        return False
    cells = [_content(each) for each in function.__closure__ or ()]
    names = {name for each in _codes(code) for name in each.co_names}
    outer = [*cells, *(function.__globals__.get(each) for each in names)]
    return any(isinstance(each, GENERATORS) for each in outer) or (
        "random" in names and any(each is np for each in outer)
    )


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not filled yet
        return None


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _codes(each)


def _is_users(frame: FrameType | None) -> bool:
    """Whether the user wrote this frame's lines, or those which called a library's."""
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(OURS) or _is_made_for_us(frame):
            return False
        if not file.startswith(LIBRARIES):
            return True
        frame = frame.f_back
    return False


def _is_made_for_us(frame: FrameType) -> bool:
    """Whether a library made these lines for a class of this package, as dataclasses do."""
    made = frame.f_code.co_filename == "<string>"
    return made and str(frame.f_globals.get("__name__")).startswith("geartrain.")


def _is_harmless_function(module: str, name: str) -> bool:
    if module == "builtins":
        return name in BUILTINS
    if module == "numpy":
        return not name.startswith("from")
    return module in MODULES


@lru_cache(maxsize=512)
def _stored(code: CodeType) -> str | None:
    """What a function stores outside of itself, in words."""
    if code.co_name in MAKERS or code.co_name in PARTS:  # these store in the function around
        return None
    for each in dis.get_instructions(code):
        outside = each.opname == "STORE_DEREF" and each.argval in code.co_freevars
        if each.opname in STORES or outside:
            return str(each.argval)
    return None


@lru_cache(maxsize=512)
def _puts(code: CodeType) -> bool:
    """Whether a function stores something in a place of a container."""
    return any(each.opname in PLACES for each in dis.get_instructions(code))


def _outer(frame: FrameType, kinds: tuple[type, ...]) -> Iterator[bool]:
    """For each value that a function knows from outside, whether it is of these kinds."""
    for name in frame.f_code.co_freevars:
        yield isinstance(frame.f_locals.get(name), kinds)
    for name in frame.f_code.co_names:
        yield isinstance(frame.f_globals.get(name), kinds)
