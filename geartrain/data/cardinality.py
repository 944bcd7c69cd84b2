"""How many elements a data set has: a number, or one of two words for numbers that are not there.

INFINITE: it never ends           UNKNOWN: only going through it would tell
"""

from __future__ import annotations

from collections.abc import Iterable

AUTOTUNE = -1
INFINITE = -1
UNKNOWN = -2


def quotient(size: int, divisor: int, *, up: bool) -> int:
    """How many groups of `divisor` elements there are; `up` counts the last, smaller one.

    >>> quotient(7, 3, up=True), quotient(7, 3, up=False), quotient(INFINITE, 3, up=True)
    (3, 2, -1)
    """
    if size < 0:
        return size
    return -(-size // divisor) if up else size // divisor


def least(sizes: Iterable[int]) -> int:
    """How many elements there are side by side, where the shortest row ends all.

    >>> least([3, INFINITE]), least([3, UNKNOWN]), least([INFINITE])
    (3, -2, -1)
    """
    finite = [size for size in sizes if size != INFINITE]
    if not finite:
        return INFINITE
    return UNKNOWN if UNKNOWN in finite else min(finite)


def total(sizes: Iterable[int]) -> int:
    """How many elements there are one after another.

    >>> total([3, 4]), total([3, UNKNOWN]), total([UNKNOWN, INFINITE])
    (7, -2, -1)
    """
    found = list(sizes)
    if INFINITE in found:
        return INFINITE
    return UNKNOWN if UNKNOWN in found else sum(found)


def repeated(size: int, count: int) -> int:
    """How many elements there are `count` times; a negative count has no end.

    >>> repeated(3, 2), repeated(3, -1), repeated(0, -1)
    (6, -1, 0)
    """
    if size == 0 or count == 0:
        return 0
    if count < 0 or size == INFINITE:
        return INFINITE
    return UNKNOWN if size == UNKNOWN else size * count


def taken(size: int, count: int) -> int:
    """How many of the elements are left if no more than `count` are taken; all, if negative.

    >>> taken(5, 3), taken(INFINITE, 3), taken(UNKNOWN, 3), taken(5, -1)
    (3, 3, -2, 5)
    """
    if count < 0 or size == 0:
        return size
    return count if size == INFINITE else UNKNOWN if size == UNKNOWN else min(size, count)


def skipped(size: int, count: int) -> int:
    """How many are left after the first `count`; none, if negative.

    >>> skipped(5, 3), skipped(INFINITE, 3), skipped(5, -1)
    (2, -1, 0)
    """
    if size < 0:
        return size
    return 0 if count < 0 else max(size - count, 0)
