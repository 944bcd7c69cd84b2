"""`cache`: elements kept after the first pass, in memory or in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from geartrain.data import records
from geartrain.data.elements import Block, Element, rows_of
from geartrain.data.stage import ROWS, BlockStage, Stage, is_looking_ahead


class Cache(BlockStage):
    """The elements, kept in memory by the first pass that goes to the end."""

    def __init__(self, source: Stage) -> None:
        super().__init__(source)
        self._kept: list[Any] | None = None

    @property
    def size(self) -> int:
        return self.source.size if self._kept is None or self.in_blocks else len(self._kept)

    def elements(self) -> Iterator[Element]:
        if not self.in_blocks:
            return self._keeping(self.source.elements)
        return (row for block in self.blocks(ROWS) for row in rows_of(block))

    def blocks(self, wanted: int) -> Iterator[Block]:
        return self._keeping(lambda: self.source.blocks(wanted))

    def _keeping(self, begin: Callable[[], Iterator[Any]]) -> Iterator[Any]:
        if self._kept is not None:
            yield from self._kept
            return
        found: list[Any] = []
        for each in begin():
            if not is_looking_ahead():
                found.append(each)
            yield each
        if not is_looking_ahead():
            self._kept = found


class FileCache(Stage):
    """The elements, written to a file by the first pass that goes to the end."""

    def __init__(self, source: Stage, path: Path) -> None:
        super().__init__(source)
        self.path = path

    @property
    def size(self) -> int:
        return self.source.size

    def elements(self) -> Iterator[Element]:
        if self.path.is_file():
            return records.read(self.path)
        if is_looking_ahead():
            return iter(self.source.elements())
        return records.write(self.path, self.source.elements(), self.source.spec)
