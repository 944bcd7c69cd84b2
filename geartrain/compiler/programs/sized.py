"""What a schedule comes to for given sizes of its symbolic axes, in plain numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sized:
    """What a frame needs to know of a schedule, for one set of sizes.

    Attributes:
        offsets: of each buffer, in order: where in the arena it lies; None for all but scratch.
        arena_bytes, panel_bytes: the arena, and the panels of each worker behind it.
        flops: multiplications and additions of the contractions in one step.
        stored_bytes, touched_bytes: written in one step; written or read.
        has_open_loops: whether there is a loop of which nobody knows how often it turns.
    """

    offsets: tuple[int | None, ...]
    arena_bytes: int
    panel_bytes: int
    flops: int
    stored_bytes: int
    touched_bytes: int
    has_open_loops: bool
