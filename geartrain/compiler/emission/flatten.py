"""Flatten: a map whose values lie in memory alike is one long row, when it is emitted.

    for n<32, i<150, j<150, c<3:                    for flat<2160000:
        y[n,i,j,c] = x[n,i,j,c] * 2.0       ->          y[flat] = x[flat] * 2.0

A row of three elements would fill three lanes of sixteen. Long rows gain nothing, and are left.
"""

from __future__ import annotations

import math
from dataclasses import replace

from geartrain.compiler.form.exprs import Axis, Expr, load, place
from geartrain.compiler.form.kernels import Kernel
from geartrain.compiler.form.loops import axes_of, rewrite
from geartrain.compiler.planning.schedule import Task
from geartrain.tensor import Dim, Size

LONG_ROW = 128


def flattened(task: Task) -> Task:
    """The task with its kernel's axes made one, if that is possible and worth it."""
    kernel, size = task.kernel, _count(task.kernel.axes)
    stored = [buffer for _, buffer in task.stores]
    strided = any(getattr(buffer, "like", None) for buffer in stored)  # a part of a larger value
    if size is None or strided or not _has_short_rows(kernel):
        return task
    flat = Axis("flat", size)
    change = _Change(kernel, flat)
    statements = tuple(
        replace(each, expr=rewrite(each.expr, change.choose)) for each in kernel.statements
    )
    if not all(axes_of(each.expr) <= {flat} for each in statements):
        return task
    return replace(task, kernel=replace(kernel, rows=(), lane=flat, statements=statements))


class _Change:
    """Loads at the place where the kernel stands become loads at a flat place."""

    def __init__(self, kernel: Kernel, flat: Axis) -> None:
        self.here = tuple(map(place, kernel.axes))
        self.shape = tuple(axis.extent for axis in kernel.axes)
        self.flat = place(flat)

    def choose(self, expr: Expr) -> Expr | None:
        """The load at a flat place that does the same."""
        if expr.head == "load" and expr.args == self.here and expr.what.shape == self.shape:
            return load(expr.what, (self.flat,))
        return None


def _has_short_rows(kernel: Kernel) -> bool:
    """Whether a map has rows that fill few vectors, or fill them badly."""
    plain = kernel.root is None and all(each.lane and not each.op for each in kernel.statements)
    if not plain or kernel.lane is None or not kernel.rows:
        return False
    extent = kernel.lane.extent
    return isinstance(extent, int) and 0 < extent < LONG_ROW


def _count(axes: tuple[Axis, ...]) -> Size | None:
    """How many places axes have together: a number, or a multiple of one symbol."""
    symbols = [axis.extent for axis in axes if isinstance(axis.extent, Dim)]
    count = math.prod(axis.extent for axis in axes if isinstance(axis.extent, int))
    if len(symbols) > 1 or not count:
        return None
    return Dim(symbols[0].name, symbols[0].scale * count) if symbols else count
