"""Rows that a function makes of their numbers, many at a time: windows of a series, for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from geartrain.data.elements import Block
from geartrain.data.spec import spec_of, unbatched
from geartrain.data.stage import Table
from geartrain.tensor import Array


class Computed(Table):
    """Rows by number.

    Args:
        numbers: of the rows, in their order.
        rows: makes a block of an array of numbers.
    """

    def __init__(self, numbers: Array, rows: Callable[[Array], Block]) -> None:
        super().__init__()
        self.numbers, self.rows = numbers, rows

    @property
    def size(self) -> int:
        return len(self.numbers)

    def _find_spec(self) -> Any:
        return unbatched(spec_of(self.rows(self.numbers[:1])))

    def blocks(self, wanted: int) -> Iterator[Block]:
        for start in range(0, len(self.numbers), wanted):
            yield self.rows(self.numbers[start : start + wanted])
