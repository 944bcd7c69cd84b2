"""How a cell goes through a series: step by step, its states carried along.

    series (batch, steps, ...), states   ->   last output, last states, outputs (steps, batch, ...)

Steps that a mask leaves out change no state. The share of the inputs in a step does not depend on
the states: cells of this house compute it for all steps at once (`RecurrentCell.project`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from geartrain.layers.recurrent_cell import RecurrentCell
from geartrain.ops import cast, expand_dims, moveaxis, scan, where, zeros, zeros_like
from geartrain.tensor import Tensor
from geartrain.tensor.nest import flatten, pack_like

Turn = Callable[[Any, Any], tuple[Tensor, Any]]
Passed = tuple[Tensor, Any, Tensor | None]


@dataclass(frozen=True)
class Passage:
    """What is asked for.

    Args:
        gives_all: whether the outputs of all steps are kept.
        backwards: whether the last step comes first.
        zero_masked: whether masked steps give zeros; else they repeat the output before.
        unroll: whether every step is written down for itself.
        training: whether cells compute for training.
    """

    gives_all: bool
    backwards: bool = False
    zero_masked: bool = False
    unroll: bool = False
    training: bool = False

    def through(self, cell: Any, series: Tensor, states: Any, mask: Any = None) -> Passed:
        """The last output, the last states, and all outputs, the steps first, if asked for."""
        cells = getattr(cell, "cells", None)
        if cells and all(isinstance(each, RecurrentCell) for each in cells):
            return self._through_all(cells, series, states, mask)
        carries_output = isinstance(cell, RecurrentCell)
        xs, turn = self._turn_of(cell, series)
        if mask is None:
            return self._scanned(turn, states, xs, carries_output=carries_output)
        return self._masked(turn, _before(cell, series, states), states, xs, mask)

    def _through_all(self, cells: Any, series: Tensor, states: Any, mask: Any) -> Passed:
        """Cells on top of each other: the outputs of each are the next one's series."""
        found = []
        for cell, own in zip(cells[:-1], states, strict=False):
            way = replace(self, gives_all=True, zero_masked=False)
            _, last, outputs = way.through(cell, series, _listed(own), mask)
            series = moveaxis(outputs, 0, 1)
            found.append(last)
        output, last, outputs = self.through(cells[-1], series, _listed(states[-1]), mask)
        return output, [*found, last], outputs

    def _turn_of(self, cell: Any, series: Tensor) -> tuple[Any, Turn]:
        """What each step gets, the steps first, and the function of it and the states."""
        if not isinstance(cell, RecurrentCell):
            return moveaxis(series, 1, 0), lambda x, states: _called(cell, x, states)
        dropped, kept = cell.falling_out(series, training=self.training)

        def turn(x: Tensor, states: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
            found = cell.step(x, states, kept)
            return found[0], found

        return cell.project(dropped), turn

    def _scanned(self, turn: Turn, states: Any, xs: Any, *, carries_output: bool) -> Passed:
        """Without a mask; an output that is the first state as well is carried with it."""

        def step(carried: Any, x: Any) -> tuple[Any, Tensor | None]:
            output, found = turn(x, carried)
            return found, output if self.gives_all or not carries_output else None

        last, outputs = self._scan(step, states, xs)
        output = flatten(last)[0] if carries_output else outputs[0 if self.backwards else -1]
        return output, last, outputs if self.gives_all else None

    def _masked(self, turn: Turn, first: Tensor, states: Any, xs: Any, mask: Any) -> Passed:
        """The output is carried too; where the mask is False, everything stays."""

        def step(carried: Any, given: Any) -> tuple[Any, Tensor | None]:
            (before, old), (x, there) = carried, given
            output, found = turn(x, old)
            idle = zeros_like(output) if self.zero_masked else before
            output = _where(there, output, idle)
            pairs = zip(flatten(found), flatten(old), strict=True)
            new = pack_like(old, [_where(there, *each) for each in pairs])
            return (output, new), output if self.gives_all else None

        steps_first = moveaxis(cast(mask, "bool"), 1, 0)
        (output, last), outputs = self._scan(step, (first, states), (xs, steps_first))
        return output, last, outputs

    def _scan(self, step: Callable[..., Any], states: Any, xs: Any) -> tuple[Any, Any]:
        return scan(step, states, xs, reverse=self.backwards, unroll=True if self.unroll else 1)


def _listed(states: Any) -> list[Any]:
    return list(states) if isinstance(states, list | tuple) else [states]


def _called(cell: Any, x: Tensor, states: Any) -> tuple[Tensor, Any]:
    """One step of a cell of somebody's own; the next states in the nest of the last ones."""
    output, found = cell(x, states)
    return output, pack_like(states, flatten(found))


def _before(cell: Any, series: Tensor, states: Any) -> Tensor:
    """What came out before the first step: the last cell's first state, if that is an output."""
    last: Tensor = flatten(states[-1] if isinstance(states[-1], list | tuple) else states)[0]
    size = getattr(cell, "output_size", None)
    if size is None or isinstance(cell, RecurrentCell) or last.shape[1:] == (size,):
        return last
    shape = tuple(size) if isinstance(size, list | tuple) else (size,)
    return zeros((series.shape[0], *shape), series.dtype)


def _where(there: Tensor, new: Tensor, old: Tensor) -> Tensor:
    """`new` for the samples that have this step, `old` for others."""
    found: Tensor = where(expand_dims(there, tuple(range(1, new.ndim))), new, old)
    return found
