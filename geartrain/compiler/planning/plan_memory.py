"""Plan memory: where in one arena each scratch buffer lies, for given sizes.

    stage      0   1   2   3           arena
    a        [===========]             0 ....... a ....... 4096
    b            [=======]             4096 .... b ....... 6144
    c                    [===]         0 ....... c .......        (a is dead by then)

Buffers that live at the same time get different bytes; those that are large, and live long, are
placed first, each at the lowest free place. What a loop uses of the stages around it lives through
all of its stages.
"""

from __future__ import annotations

from collections.abc import Mapping

from geartrain.compiler.form.buffers import Buffer, Kind
from geartrain.compiler.planning.layout import size_bytes
from geartrain.compiler.planning.schedule import Schedule

ALIGNMENT = 64  # bytes: a cache line


def plan_memory(schedule: Schedule, sizes: Mapping[str, int]) -> tuple[dict[Buffer, int], int]:
    """The offset of each scratch buffer in the arena, and the arena's size in bytes."""
    lives = lifetimes(schedule)
    placed: list[tuple[int, int, Buffer]] = []
    for buffer in sorted(lives, key=lambda each: -_weight(size_bytes(each, sizes), lives[each])):
        needed = -(-size_bytes(buffer, sizes) // ALIGNMENT) * ALIGNMENT
        start = 0
        for first, last, other in sorted(placed, key=lambda each: each[0]):
            if _overlap(lives[buffer], lives[other]) and first < start + needed and start < last:
                start = last
        placed.append((start, start + needed, buffer))
    total = max((last for _, last, _ in placed), default=0)
    return {buffer: start for start, _, buffer in placed}, total


def _weight(size_bytes: int, life: tuple[int, int]) -> int:
    """How much a buffer is in the way: by its bytes, twice, and by the stages that it lives.

    Large ones that come and go leave holes behind long-lived ones otherwise: the convnet of dogs
    and cats needs 104.5 MB at once, and takes 104.8 so, but 113.1 by bytes alone.
    """
    first, last = life
    return size_bytes**2 * (last - first + 1)


def lifetimes(schedule: Schedule) -> dict[Buffer, tuple[int, int]]:
    """The first and the last stage at which each scratch buffer holds something needed."""
    lives: dict[Buffer, tuple[int, int]] = {}
    for number, stage in enumerate(schedule.stages):
        for task in stage:
            touched = [buffer for _, buffer in task.stores]
            touched += [schedule.source(node) for node in task.kernel.loaded()]
            for buffer in (each.root for each in touched if each.kind is Kind.SCRATCH):
                _extend(lives, buffer, *_life(schedule, buffer, number))
    for loop in schedule.loops:
        if loop.goes_on is not None:
            _extend(lives, loop.goes_on, loop.first, loop.last)
    return lives


def _life(schedule: Schedule, buffer: Buffer, stage: int) -> tuple[int, int]:
    """How long a buffer lives for the sake of one stage that uses it."""
    loops = schedule.around(stage)[buffer.scope :]
    return (loops[0].first, loops[0].last) if loops else (stage, stage)


def _extend(lives: dict[Buffer, tuple[int, int]], buffer: Buffer, first: int, last: int) -> None:
    """Let a buffer live in these stages as well."""
    known = lives.get(buffer, (first, last))
    lives[buffer] = min(known[0], first), max(known[1], last)


def _overlap(first: tuple[int, int], second: tuple[int, int]) -> bool:
    return first[0] <= second[1] and second[0] <= first[1]
