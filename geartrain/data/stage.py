"""`Stage`: one step of a pipeline, which makes elements of those of the stages before it.

    Slices -> Shuffle -> Batch -> Map -> Prefetch

A stage is immutable, and can be gone through any number of times, each time from the start. What
makes elements in bulk (a table, rows of an array) gives them in blocks as well, so that shuffling
and batching need no Python for each of them.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cached_property
from itertools import islice
from typing import Any

from geartrain.data.cardinality import UNKNOWN
from geartrain.data.elements import Block, Element, rows_of

ROWS = 1024  # of a block that nobody has wishes for


class Stage(ABC):
    """Elements, as often as they are asked for.

    Args:
        inputs: the stages before it.
    """

    def __init__(self, *inputs: Stage) -> None:
        self.inputs = inputs

    @property
    def source(self) -> Stage:
        """The stage before it, where there is one."""
        return self.inputs[0]

    @property
    def size(self) -> int:
        """How many elements there are, or INFINITE, or UNKNOWN."""
        return UNKNOWN

    @cached_property
    def spec(self) -> Any:
        """What the elements are like."""
        return self._find_spec()

    @abstractmethod
    def elements(self) -> Iterator[Element]:
        """The elements of one pass."""

    @property
    def in_blocks(self) -> bool:
        """Whether `blocks` gives them as well."""
        return False

    @property
    def is_quick(self) -> bool:
        """Whether elements are only taken from memory, so that no thread need work ahead."""
        return False

    def blocks(self, wanted: int) -> Iterator[Block]:
        """The same elements in blocks of any length, `wanted` where that costs nothing."""
        raise NotImplementedError

    def held(self) -> Block | None:
        """All elements as one block, if they lie in memory so."""
        return None

    def _find_spec(self) -> Any:
        return self.source.spec

    def first(self) -> Element | None:
        """The first element, as a look ahead finds it; None, if there is none."""
        found = self.firsts(1)
        return found[0] if found else None

    def firsts(self, count: int) -> list[Element]:
        """The first elements, as a look ahead finds them; an error ends them."""
        with looking_ahead(), closing(closable(self.elements())) as elements:
            found = [*islice(elements, 1)]
            with suppress(Exception):
                found.extend(islice(elements, count - 1))
            return found


class BlockStage(Stage):
    """A stage that gives blocks if what is before it does."""

    @property
    def is_quick(self) -> bool:
        return all(each.is_quick for each in self.inputs)

    @property
    def in_blocks(self) -> bool:
        return all(each.in_blocks for each in self.inputs)


class Table(Stage):
    """A stage that makes blocks, and elements of them."""

    @property
    def in_blocks(self) -> bool:
        return True

    def elements(self) -> Iterator[Element]:
        for block in self.blocks(ROWS):
            yield from rows_of(block)


def closable(elements: Iterator[Element]) -> Any:
    """An iterator that can be closed."""
    return elements if hasattr(elements, "close") else (each for each in elements)


class _Looking(threading.local):
    ahead = False


_looking = _Looking()


@contextmanager
def looking_ahead() -> Iterator[None]:
    """Inside, a pass is a look at what comes: nothing is shuffled, kept or started."""
    before, _looking.ahead = _looking.ahead, True
    try:
        yield
    finally:
        _looking.ahead = before


def is_looking_ahead() -> bool:
    """Whether this pass is only a look at what comes."""
    return _looking.ahead
