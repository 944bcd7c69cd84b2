"""Objects that occur more than once in what is written: they are one object again when read.

{"class_name": "Dense", ..., "shared_object_id": 1}   twice   ->   one Dense
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Sharing(threading.local):
    """The objects written and read so far, while a whole is written or read."""

    def __init__(self) -> None:
        self.written: dict[int, tuple[Any, dict[str, Any]]] | None = None
        self.read: dict[Any, Any] | None = None


_sharing = Sharing()


@contextmanager
def sharing_objects() -> Iterator[None]:
    """Within it, an object that occurs twice is written with a number, and read as one."""
    before = _sharing.written, _sharing.read
    _sharing.written, _sharing.read = {}, {}
    try:
        yield
    finally:
        _sharing.written, _sharing.read = before


def note_written(thing: Any, config: dict[str, Any]) -> None:
    """Give a config its object's number, if the object was written before."""
    if _sharing.written is None:
        return
    if id(thing) not in _sharing.written:
        _sharing.written[id(thing)] = (thing, config)  # the object lives on, so the id is its own
        return
    first = _sharing.written[id(thing)][1]
    number = list(_sharing.written).index(id(thing)) + 1
    first["shared_object_id"] = config["shared_object_id"] = number


def read_before(config: dict[str, Any]) -> Any:
    """The object that was read for a config's number, else None."""
    number = config.get("shared_object_id")
    if _sharing.read is None or not isinstance(number, int | str):
        return None
    return _sharing.read.get(number)


def note_read(thing: Any, config: dict[str, Any]) -> None:
    """Keep an object for those who ask for its number again."""
    number = config.get("shared_object_id")
    if _sharing.read is not None and isinstance(number, int | str):
        _sharing.read[number] = thing
