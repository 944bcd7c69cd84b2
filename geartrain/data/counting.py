"""Elements left out, numbered, repeated, one after another, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import count, islice
from typing import Any

import numpy as np

from geartrain.data.cardinality import UNKNOWN, least, repeated, skipped, taken, total
from geartrain.data.elements import (
    Block,
    Element,
    map_rows,
    one_after_another,
    rows_between,
    rows_in,
)
from geartrain.data.spec import TensorSpec, common
from geartrain.data.stage import BlockStage, Stage, closable
from geartrain.errors import explain
from geartrain.tensor.nest import flatten, map_nest, pack_like


def regrouped(blocks: Iterator[Block], size: int) -> Iterator[Block]:
    """Blocks of `size` rows, the last one smaller, of blocks of any length."""
    pending: list[Block] = []
    have = 0
    for block in blocks:
        start, length = 0, rows_in(block)
        while length - start + have >= size:
            stop = start + size - have
            pending.append(block if stop - start == length else rows_between(block, start, stop))
            yield one_after_another(pending)
            pending, have, start = [], 0, stop
        if start < length:
            pending.append(rows_between(block, start, length))
            have += length - start
    if pending:
        yield one_after_another(pending)


class Take(BlockStage):
    """The first elements; all, if the number is negative."""

    def __init__(self, source: Stage, number: int) -> None:
        super().__init__(source)
        self.number = number

    @property
    def size(self) -> int:
        return taken(self.source.size, self.number)

    def elements(self) -> Iterator[Element]:
        return islice(self.source.elements(), None if self.number < 0 else self.number)

    def blocks(self, wanted: int) -> Iterator[Block]:
        left = self.number
        if left == 0:
            return
        for block in self.source.blocks(wanted):
            length = rows_in(block)
            if 0 <= left <= length:
                yield rows_between(block, 0, left)
                return
            yield block
            left -= length if left >= 0 else 0


class Skip(BlockStage):
    """All but the first elements; none, if the number is negative."""

    def __init__(self, source: Stage, number: int) -> None:
        super().__init__(source)
        self.number = number

    @property
    def size(self) -> int:
        return skipped(self.source.size, self.number)

    def elements(self) -> Iterator[Element]:
        if self.number >= 0:
            yield from islice(self.source.elements(), self.number, None)

    def blocks(self, wanted: int) -> Iterator[Block]:
        left = self.number
        if left < 0:
            return
        for block in self.source.blocks(wanted):
            length = rows_in(block)
            if left < length:
                yield rows_between(block, left, length)
            left = max(left - length, 0)


class Shard(BlockStage):
    """Each `shards`-th element, beginning with number `index`."""

    def __init__(self, source: Stage, shards: int, index: int) -> None:
        super().__init__(source)
        self.shards, self.index = shards, index

    @property
    def size(self) -> int:
        size = self.source.size
        return size if size < 0 else (size - self.index + self.shards - 1) // self.shards

    def elements(self) -> Iterator[Element]:
        return islice(self.source.elements(), self.index, None, self.shards)

    def blocks(self, wanted: int) -> Iterator[Block]:
        first = self.index
        for block in self.source.blocks(wanted):
            length = rows_in(block)
            if first < length:
                yield map_rows(lambda leaf: leaf[first :: self.shards], block)  # noqa: B023
            first = (first - length) % self.shards if first < length else first - length


class Repeat(BlockStage):
    """The elements so many times, without an end if the number is negative."""

    def __init__(self, source: Stage, number: int) -> None:
        super().__init__(source)
        self.number = number

    @property
    def size(self) -> int:
        return repeated(self.source.size, self.number)

    def elements(self) -> Iterator[Element]:
        return self._again(self.source.elements)

    def blocks(self, wanted: int) -> Iterator[Block]:
        return self._again(lambda: self.source.blocks(wanted))

    def _again(self, begin: Any) -> Iterator[Any]:
        turns = count() if self.number < 0 else range(self.number)
        for _ in turns:
            is_empty = True
            for each in begin():
                is_empty = False
                yield each
            if is_empty:
                return


class Concatenate(BlockStage):
    """The elements of one stage, then those of another.

    Raises:
        TypeError: they are of different kinds.
    """

    def __init__(self, *inputs: Stage) -> None:
        super().__init__(*inputs)
        self.spec = common(*(each.spec for each in inputs))

    @property
    def size(self) -> int:
        return total(each.size for each in self.inputs)

    @property
    def in_blocks(self) -> bool:
        return super().in_blocks and all(each.spec == self.spec for each in self.inputs)

    def elements(self) -> Iterator[Element]:
        for each in self.inputs:
            yield from each.elements()

    def blocks(self, wanted: int) -> Iterator[Block]:
        for each in self.inputs:
            yield from each.blocks(wanted)


class Zip(BlockStage):
    """Elements side by side, until the first of the stages ends.

    Args:
        nest: stages, in the form of the elements.
    """

    def __init__(self, nest: Any) -> None:
        super().__init__(*flatten(nest))
        self.nest = nest

    @property
    def size(self) -> int:
        return least(each.size for each in self.inputs)

    def _find_spec(self) -> Any:
        return map_nest(lambda each: each.spec, self.nest)

    def elements(self) -> Iterator[Element]:
        rows = zip(*(each.elements() for each in self.inputs), strict=False)
        return (pack_like(self.nest, row) for row in rows)

    def blocks(self, wanted: int) -> Iterator[Block]:
        sides = [regrouped(each.blocks(wanted), wanted) for each in self.inputs]
        for row in zip(*sides, strict=False):
            shortest = min(map(rows_in, row))
            yield pack_like(self.nest, [rows_between(each, 0, shortest) for each in row])
            if shortest < wanted:
                return


class Enumerate(BlockStage):
    """Pairs of a number and an element."""

    def __init__(self, source: Stage, start: int) -> None:
        super().__init__(source)
        self.start = start

    @property
    def size(self) -> int:
        return self.source.size

    def _find_spec(self) -> Any:
        return TensorSpec((), "int64"), self.source.spec

    def elements(self) -> Iterator[Element]:
        for number, each in enumerate(self.source.elements(), self.start):
            yield np.asarray(number, np.int64), each

    def blocks(self, wanted: int) -> Iterator[Block]:
        number = self.start
        for block in self.source.blocks(wanted):
            length = rows_in(block)
            yield np.arange(number, number + length), block
            number += length


class Known(BlockStage):
    """The elements, of which the user says how many there are.

    Raises:
        RuntimeError: when gone through: there are more, or fewer; INFINITE and UNKNOWN say nothing.
    """

    def __init__(self, source: Stage, size: int) -> None:
        super().__init__(source)
        self._size = size

    @property
    def size(self) -> int:
        return self._size

    def elements(self) -> Iterator[Element]:
        count = 0
        for each in self.source.elements():
            count += 1
            self._require_room(count)
            yield each
        self._require_all(count)

    def blocks(self, wanted: int) -> Iterator[Block]:
        count = 0
        for block in self.source.blocks(wanted):
            count += rows_in(block)
            self._require_room(count)
            yield block
        self._require_all(count)

    def _require_room(self, count: int) -> None:
        if 0 <= self._size < count:
            raise RuntimeError(_number_message(self._size, "more elements"))

    def _require_all(self, count: int) -> None:
        if count < self._size:
            raise RuntimeError(_number_message(self._size, f"{count} elements"))


def _number_message(size: int, given: str) -> str:
    return explain(
        "This data set has another number of elements than was said",
        given=given,
        expected=f"{size} (set by assert_cardinality)",
        remedy="dataset.take(n); the right number; or leave assert_cardinality out",
    )


class TakeWhile(Stage):
    """The elements before the first that a condition does not hold for."""

    def __init__(self, source: Stage, holds: Any) -> None:
        super().__init__(source)
        self.holds = holds

    @property
    def size(self) -> int:
        return UNKNOWN

    def elements(self) -> Iterator[Element]:
        with closing(closable(self.source.elements())) as elements:
            for each in elements:
                if not self.holds(each):
                    return
                yield each
