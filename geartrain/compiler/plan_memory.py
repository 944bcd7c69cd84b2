"""Plan memory: where in one arena each scratch buffer lies, for given sizes.

    stage      0   1   2   3           arena
    a        [===========]             0 ....... a ....... 4096
    b            [=======]             4096 .... b ....... 6144
    c                    [===]         0 ....... c .......        (a is dead by then)

Buffers that live at the same time get different bytes; the largest are placed first, each at the
lowest free place.
"""

from __future__ import annotations

from collections.abc import Mapping

from geartrain.compiler.buffers import Buffer, Kind, size_bytes
from geartrain.compiler.schedule import Schedule

ALIGNMENT = 64  # bytes: a cache line


def plan_memory(schedule: Schedule, sizes: Mapping[str, int]) -> tuple[dict[Buffer, int], int]:
    """The offset of each scratch buffer in the arena, and the arena's size in bytes."""
    lives = lifetimes(schedule)
    placed: list[tuple[int, int, Buffer]] = []
    for buffer in sorted(lives, key=lambda each: -size_bytes(each, sizes)):
        needed = -(-size_bytes(buffer, sizes) // ALIGNMENT) * ALIGNMENT
        start = 0
        for first, last, other in sorted(placed, key=lambda each: each[0]):
            if _overlap(lives[buffer], lives[other]) and first < start + needed and start < last:
                start = last
        placed.append((start, start + needed, buffer))
    total = max((last for _, last, _ in placed), default=0)
    return {buffer: start for start, _, buffer in placed}, total


def lifetimes(schedule: Schedule) -> dict[Buffer, tuple[int, int]]:
    """The first and the last stage at which each scratch buffer holds something needed."""
    lives: dict[Buffer, tuple[int, int]] = {}
    for number, stage in enumerate(schedule.stages):
        for task in stage:
            touched = [buffer for _, buffer in task.stores]
            touched += [schedule.source(node) for node in task.kernel.loaded()]
            for buffer in touched:
                if buffer.kind is Kind.SCRATCH:
                    lives[buffer] = (lives.get(buffer, (number, number))[0], number)
    return lives


def _overlap(first: tuple[int, int], second: tuple[int, int]) -> bool:
    return first[0] <= second[1] and second[0] <= first[1]
