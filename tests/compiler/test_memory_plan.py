"""The arena: values that live at one time lie apart, and little of it is wasted."""

from __future__ import annotations

from collections import Counter

import pytest

from geartrain.compiler.form.buffers import Buffer, Kind
from geartrain.compiler.planning import plan_memory as planning
from geartrain.compiler.planning.layout import size_bytes
from geartrain.compiler.planning.schedule import Schedule
from geartrain.primitives.primitive import Spec
from geartrain.tensor.dtypes import UINT8

# The values of a convnet's training step: kilobytes, the first and the last stage.
CONVNET = [
    *((42470, 14, 15), (22430, 1, 15), (22430, 15, 16), (18940, 12, 13), (18870, 11, 12)),
    *((10620, 2, 13), (10620, 13, 14), (9440, 13, 14), (8640, 0, 16), (5610, 1, 16)),
    *((4730, 3, 11), (4730, 11, 12), (3690, 10, 11), (2650, 2, 14), (2360, 0, 4)),
    *((2360, 0, 11), (2360, 15, 16), (1180, 3, 12), (1180, 0, 3), (1180, 0, 13)),
]
LOOSE = 1.01  # times what lives at once


def buffers() -> dict[Buffer, tuple[int, int]]:
    return {
        Buffer(Kind.SCRATCH, Spec((1000 * size,), UINT8), number): (first, last)
        for number, (size, first, last) in enumerate(CONVNET)
    }


def test_values_that_live_at_once_lie_apart_in_little_more_than_they_need(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lives = buffers()
    monkeypatch.setattr(planning, "lifetimes", lambda _: lives)
    offsets, total = planning.plan_memory(Schedule("f", (), tuple(lives), {}), {})
    held: Counter[int] = Counter()
    for one, (first, last) in lives.items():
        start, size = offsets[one], size_bytes(one, {})
        held.update(dict.fromkeys(range(first, last + 1), size))
        assert start + size <= total
        for other, (begins, ends) in lives.items():
            if other is not one and first <= ends and begins <= last:
                behind = offsets[other] >= start + size
                assert behind or offsets[other] + size_bytes(other, {}) <= start
    assert max(held.values()) <= total <= LOOSE * max(held.values())
