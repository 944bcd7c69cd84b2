"""`Shuffle`: a buffer of elements, from which one at random goes out for each that comes in.

    buffer of 3   a b c   <- d    draw b, put d in its place    a d c   <- e   ...

Elements that come in blocks take the same ways in the same order, many at a time: places are drawn
and followed as numbers, then rows are gathered.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.data.elements import (
    Block,
    Element,
    map_rows,
    one_after_another,
    rows_at,
    rows_between,
    rows_in,
)
from geartrain.data.seeds import Draws, new_seed
from geartrain.data.stage import BlockStage, Stage, is_looking_ahead
from geartrain.tensor import Array
from geartrain.tensor.nest import flatten, pack_like

TOGETHER = 1024  # rows that are followed as numbers before they are gathered


class Shuffle(BlockStage):
    """The elements in a random order.

    Args:
        source: gives them.
        room: how many the buffer holds.
        seed: None takes the global seed's next.
        anew: whether each pass has an order of its own.
    """

    def __init__(self, source: Stage, room: int, seed: int | None, *, anew: bool) -> None:
        super().__init__(source)
        self.room, self.seed, self.anew = room, new_seed(seed), anew
        self.passes = 0

    @property
    def size(self) -> int:
        return self.source.size

    def _draws(self) -> Draws:
        number = self.passes if self.anew else 0
        self.passes += 1
        return Draws(self.seed, number)

    def elements(self) -> Iterator[Element]:
        if is_looking_ahead():
            yield from self.source.elements()
            return
        draws = self._draws()
        buffer: list[Element] = []
        place = self.room  # of the element that went out last: the next one comes there
        for each in self.source.elements():
            buffer[place : place + 1] = [each]
            if len(buffer) == self.room:
                place = draws.below(self.room)
                yield buffer[place]
        if len(buffer) == self.room:
            _remove(buffer, place)
        while buffer:
            place = draws.below(len(buffer))
            yield _remove(buffer, place)

    def blocks(self, wanted: int) -> Iterator[Block]:
        if is_looking_ahead():
            yield from self.source.blocks(wanted)
            return
        draws, whole = self._draws(), self.source.held()
        if whole is None:
            yield from self._through_buffer(draws, wanted)
            return
        for order in shuffled(rows_in(whole), self.room, draws, wanted):
            yield rows_at(whole, order)

    def _through_buffer(self, draws: Draws, wanted: int) -> Iterator[Block]:
        blocks = self.source.blocks(max(self.room, wanted))
        filled, rest = _filled(blocks, self.room)
        if filled is None:
            return
        if rest is not None:
            step = wanted * -(-TOGETHER // wanted)
            buffer = Buffer(map_rows(np.copy, filled), draws)
            for block in _chained(rest, blocks):
                for part in _parts(block, step):
                    yield from _parts(buffer.exchanged(part), wanted)
            filled = buffer.block
        order = _emptied(rows_in(filled), draws)
        for start in range(0, len(order), wanted):
            yield rows_at(filled, order[start : start + wanted])


def _remove(buffer: list[Element], place: int) -> Element:
    """Take an element out; the last one comes in its place."""
    buffer[place], buffer[-1] = buffer[-1], buffer[place]
    return buffer.pop()


class Buffer:
    """Rows, of which one at random goes out for each that comes in."""

    def __init__(self, block: Block, draws: Draws) -> None:
        self.block, self.draws = block, draws
        self.room = rows_in(block)
        self._content = list(range(self.room))  # of each place: the number of its row

    def exchanged(self, block: Block) -> Block:
        """What goes out while the rows of a block come in."""
        count = rows_in(block)
        places = (self.draws.fractions(count) * self.room).astype(np.int64)
        content, out = self._content, []
        for number, place in enumerate(places.tolist(), self.room):
            out.append(content[place])
            content[place] = number
        given = _gathered(self.block, block, np.array(out), self.room)
        self._keep(block, np.unique(places))
        return given

    def _keep(self, block: Block, places: Array) -> None:
        """Put the rows that stay into their places."""
        rows = np.array([self._content[place] for place in places.tolist()]) - self.room
        for kept, coming in zip(flatten(self.block), flatten(block), strict=True):
            if kept is not None:
                kept[places] = coming[rows]
        for place in places.tolist():
            self._content[place] = place


def shuffled(count: int, room: int, draws: Draws, wanted: int) -> Iterator[Array]:
    """The numbers of rows in the order in which they go through a buffer.

    Args:
        count: how many rows there are.
        room: how many the buffer holds.
        draws: the random places.
        wanted: how many numbers are given at a time.
    """
    room = min(room, count)
    content = list(range(room))  # of each place: the number of its row
    for start in range(room, count, wanted):
        stop, out = min(start + wanted, count), []
        places = (draws.fractions(stop - start) * room).astype(np.int64)
        for number, place in enumerate(places.tolist(), start):
            out.append(content[place])
            content[place] = number
        yield np.array(out, np.int64)
    order = np.array(content, np.int64)[_emptied(room, draws)]
    for start in range(0, room, wanted):
        yield order[start : start + wanted]


def _gathered(buffer: Block, block: Block, rows: Array, room: int) -> Block:
    """Rows of the buffer, and, from number `room`, of a block."""
    is_old = rows < room
    columns: list[Any] = []
    for old, new in zip(flatten(buffer), flatten(block), strict=True):
        if old is None:
            columns.append(None)
            continue
        found = old.take(np.where(is_old, rows, 0), axis=0)
        found[~is_old] = new[rows[~is_old] - room]
        columns.append(found)
    return pack_like(buffer, columns)


def _emptied(count: int, draws: Draws) -> Array:
    """In which order a buffer is emptied: one at random, and the last takes its place."""
    places = (draws.fractions(count) * np.arange(count, 0, -1)).astype(np.int64)
    content, order = list(range(count)), []
    for place in places.tolist():
        order.append(content[place])
        content[place] = content[-1]
        content.pop()
    return np.array(order, np.int64)


def _filled(blocks: Iterator[Block], room: int) -> tuple[Any, Any]:
    """The first rows, as many as there is room for, and what is left of the block after them."""
    found: list[Block] = []
    have = 0
    for block in blocks:
        length = rows_in(block)
        if have + length <= room:
            found.append(block)
            have += length
            continue
        found.append(rows_between(block, 0, room - have))
        return one_after_another(found), rows_between(block, room - have, length)
    return (one_after_another(found), None) if found else (None, None)


def _chained(first: Block, blocks: Iterator[Block]) -> Iterator[Block]:
    yield first
    yield from blocks


def _parts(block: Block, size: int) -> Iterator[Block]:
    for start in range(0, rows_in(block), size):
        yield rows_between(block, start, min(start + size, rows_in(block)))
