"""Phases: a convolution whose input has gaps, as several without any.

    out[i] = sum over p of x[(i + p - low) / 2] * w[p]      where that is whole: every other tap

    out[0], out[2], ...: x with w[0], w[2], ...     ->      a convolution of 4 taps with gaps is two
    out[1], out[3], ...: x with w[1], w[3], ...             of 2 taps: no product with a gap's zero

With stride s, spacing d and gap g, tap t meets element a at place i where

    i * s + t * d - low == a * g                            (see `windows.py`)

Places i = m * P + r with P = g / gcd(s, g) are a phase: for all of them the same taps t0 + u * T,
T = g / gcd(d, g), can meet an element at all, and

    m * (s * P / g) + u * (d * T / g) - (low - r * s - t0 * d) / g == a

is a convolution without gaps. (V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep
learning", 2016, section 4, draws the zeros that are left out here.) The phases are put between
each other again by a map that the next kernel may take in.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from geartrain.compiler.graphs.convolutions import put_in_zeros
from geartrain.graph import Node
from geartrain.primitives.windows import Sweep

Make = Callable[..., Node]
MOST_PHASES = 16  # each is a kernel of its own


@dataclass(frozen=True)
class Phase:
    """One phase along one axis.

    Attributes:
        start: its first place; the others follow by the axis's number of phases.
        places: how many there are.
        first: its first tap; the others follow by `step`.
        taps: how many there are.
        sweep: how they go over the input.
    """

    start: int
    places: int
    first: int
    step: int
    taps: int
    sweep: Sweep


def phases_of(sweep: Sweep, size: int, taps: int) -> list[Phase]:
    """The phases along an axis of so many elements under windows of so many taps.

    A phase that no tap meets is left out: its places are 0.
    """
    places, period = sweep.places(size, taps), period_of(sweep)
    found = (_phase(sweep, start, size, taps, places) for start in range(min(period, places)))
    return [each for each in found if each is not None]


def period_of(sweep: Sweep) -> int:
    """How many places further the same taps meet elements again."""
    return sweep.gap // math.gcd(sweep.stride, sweep.gap)


def _phase(sweep: Sweep, start: int, size: int, taps: int, places: int) -> Phase | None:
    gap, period = sweep.gap, period_of(sweep)
    step = gap // math.gcd(sweep.spacing, gap)
    meeting = (
        tap
        for tap in range(min(step, taps))
        if (start * sweep.stride + tap * sweep.spacing - sweep.low) % gap == 0
    )
    first = next(meeting, None)
    if first is None:
        return None
    low = (sweep.low - start * sweep.stride - first * sweep.spacing) // gap
    count, own = -(-(places - start) // period), -(-(taps - first) // step)
    stride, spacing = sweep.stride * period // gap, sweep.spacing * step // gap
    reach = (count - 1) * stride + (own - 1) * spacing
    inside = Sweep(stride, low, reach - (size - 1) - low, spacing)
    return Phase(start, count, first, step, own, inside)


def without_gaps(node: Node, make: Make) -> Node | None:
    """A convolution of an input with gaps as a sum of its phases, each put in its places."""
    x, w = node.inputs
    sweeps: tuple[Sweep, ...] = node.parameters["sweeps"]
    if all(sweep.gap == 1 for sweep in sweeps) or 0 in (*node.shape, *x.shape, *w.shape):
        return None
    if math.prod(map(period_of, sweeps)) > MOST_PHASES:
        return None
    rank = len(sweeps)
    sizes = zip(sweeps, x.shape[1 : 1 + rank], w.shape[:rank], strict=True)
    along = [phases_of(sweep, int(str(size)), int(str(taps))) for sweep, size, taps in sizes]
    if not all(along):
        return make(node, "fill", shape=node.shape, value=0, dtype=node.dtype)
    around = [_around(each) for each in along]
    padded = put_in_zeros(node, x, around, [1] * rank, make) if any(map(any, around)) else x
    inside = [_inside(*each) for each in zip(along, around, strict=True)]
    parts = [_part(node, padded, chosen, make) for chosen in product(*inside)]
    total = parts[0]
    for each in parts[1:]:
        total = make(node, "add", total, each)
    return total


def _around(phases: Sequence[Phase]) -> tuple[int, int]:
    """The zeros before and behind an axis that are enough for all of its phases."""
    low = max(each.sweep.low for each in phases)
    return max(0, low), max(0, *(each.sweep.high for each in phases))


def _inside(phases: Sequence[Phase], around: tuple[int, int]) -> list[Phase]:
    """The phases over an axis that has these zeros already."""
    low, high = around
    return [
        replace(
            each, sweep=replace(each.sweep, low=each.sweep.low - low, high=each.sweep.high - high)
        )
        for each in phases
    ]


def _part(node: Node, x: Node, phases: Sequence[Phase], make: Make) -> Node:
    """The convolution of one phase of each axis, in its places among zeros."""
    w = node.inputs[1]
    rest = len(w.shape) - len(phases)  # channels and features
    taps: dict[str, Any] = {
        "starts": (*(each.first for each in phases), *[0] * rest),
        "sizes": (*(each.taps for each in phases), *w.shape[len(phases) :]),
        "steps": (*(each.step for each in phases), *[1] * rest),
    }
    parameters = {**node.parameters, "sweeps": tuple(each.sweep for each in phases)}
    found = make(node, node.label, x, make(node, "slice", w, **taps), **parameters)
    behind = len(node.shape) - len(phases) - 1
    placing: dict[str, Any] = {
        "shape": node.shape,
        "starts": (0, *(each.start for each in phases), *[0] * behind),
        "steps": (1, *map(period_of, node.parameters["sweeps"]), *[1] * behind),
        "value": 0,
    }
    return make(node, "embed", found, **placing)
