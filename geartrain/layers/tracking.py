"""What a layer holds: the layers, variables and seeds among its attributes.

    self.blocks = [Dense(4), Dense(4)]; self.scale = Variable(1.0)   ->   all three are found

Attributes are looked through in the order in which they were set, lists, tuples and dicts
included, whenever somebody asks; nothing has to be registered.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

T = TypeVar("T")

UNTRACKED = "_arguments"  # what a layer was made with, which it does not hold


def parts_of(owner: Any, kind: type[T]) -> list[T]:
    """The objects of a kind among an object's attributes, each once."""
    held = (value for name, value in vars(owner).items() if name != UNTRACKED)
    return list(dict.fromkeys(each for value in held for each in _found(value, kind)))


def _found(value: Any, kind: type[T]) -> Iterator[T]:
    if isinstance(value, kind):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _found(each, kind)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _found(each, kind)
