"""Reductions: which are cut into parts for the workers to share, and how their axes are joined.

    total = sum over k<1000000 of x[k] * y[k]        one number: one worker would walk all of it

    parts[s] = sum over k in part s of x[k] * y[k]   a fixed number of parts, shared out
    total = sum over s of parts[s]                   after a barrier

The shapes alone decide whether and into how many parts, so the order of additions, and with it
every bit of the result, is the same for any number of workers.

Reduced axes that lie side by side in memory become one: sum over i<32, j<64 of x[n, i, j] is the
sum over p<2048 of x[n * 2048 + p], one long walk without short loops in it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from geartrain.compiler.form.exprs import ZERO, Axis, Expr, literal, load, loads_of, place
from geartrain.compiler.form.kernels import Reduction
from geartrain.compiler.form.loops import Nest, apply, axes_of, rewrite
from geartrain.compiler.fusion.contractions import find_contraction, scale_of
from geartrain.graph import Node, Role
from geartrain.primitives.primitive import Spec
from geartrain.tensor import Dim, Size
from geartrain.tensor.dtypes import INT64

PART_TERMS = 32_768  # terms in a part, at least, where the sizes are numbers
MOST_PARTS = 64
BATCH_PARTS = 16  # where the batch is a symbol
LONG_SAMPLE = 64  # terms for each row of the batch: from here on the batch is cut
FEW_ROWS = 32  # results with long rows of terms: fewer cannot keep the workers busy
FEW_COLUMNS = 2048  # results that lie side by side, likewise


def cut_reduction(nest: Nest) -> tuple[Nest, Nest] | None:
    """The nest of the parts' results and the nest that combines them, if it is worth cutting."""
    if not nest.op or nest.chunk is not None or nest.form is not None:
        return None
    count = _part_count(nest)
    if count < 2 or find_contraction(nest) is not None:
        return None
    cut = _cut_axis(nest.reduced, count)
    shape = (count, *nest.node.shape)
    name = f"{nest.node.label}_parts"
    spec = Spec(shape, nest.node.dtype)
    parts = Node(Role.OPERATION, spec, None, nest.node.inputs, {}, label=name, line=nest.node.line)
    part = Axis("part", count)
    reduced = (cut, *(axis for axis in nest.reduced if axis is not cut))
    first = Nest(parts, (part, *nest.axes), nest.body, reduced, nest.op, part)
    index = tuple(map(place, (part, *nest.axes)))
    return first, Nest(nest.node, nest.axes, load(parts, index), (part,), nest.op)


def _part_count(nest: Nest) -> int:
    """Into how many parts a reduction is cut: one where it is short, or has many results."""
    results = [axis.extent for axis in nest.axes]
    if any(isinstance(size, Dim) for size in results):
        return 1
    side_by_side = bool(results) and _moves_last(nest)
    if math.prod(map(scale_of, results)) > (FEW_COLUMNS if side_by_side else FEW_ROWS):
        return 1
    extents = [axis.extent for axis in nest.reduced]
    terms = math.prod(map(scale_of, extents))
    longest = max(map(scale_of, extents))
    if any(isinstance(size, Dim) for size in extents):
        return BATCH_PARTS if terms >= LONG_SAMPLE else 1
    work = terms * (math.prod(map(scale_of, results)) if side_by_side else 1)
    return min(MOST_PARTS, work // PART_TERMS, longest // 4)


def _moves_last(nest: Nest) -> bool:
    """Whether the last axis of the results runs along what is read, rather than a reduced one."""
    last = [axis for axis in nest.axes if axis.extent != 1][-1:]
    widest = widest_load(loads_of(nest.body))
    if widest is None or not last or not widest.args:
        return False
    return last[0] in axes_of(widest.args[-1])


def widest_load(loads: Sequence[Expr]) -> Expr | None:
    """The load that moves with the most axes: the array that takes the most memory."""
    return max(loads, key=lambda each: len(axes_of(each)), default=None)


def _cut_axis(reduced: tuple[Axis, ...], count: int) -> Axis:
    """The axis that is cut: the batch, or the first that is long enough, or the longest."""
    symbolic = [axis for axis in reduced if isinstance(axis.extent, Dim)]
    enough = [axis for axis in reduced if scale_of(axis.extent) >= count]
    longest = max(reduced, key=lambda axis: scale_of(axis.extent))
    return [*symbolic, *enough, longest][0]


# -- axes that are joined --------------------------------------------------------------------------


def flattened(root: Reduction) -> Reduction:
    """The reduction with its axes joined as far as every load walks them side by side."""
    first = 1 if root.chunk is not None else 0  # the cut axis stays by itself
    kept = (each for each in root.reduced[first:] if each.extent != 1)
    reduced = (*root.reduced[:first], *kept) or root.reduced[:1]
    root = root.over(reduced)
    for run in _runs(reduced[first:]):
        walked = all(_walks(each, run) for each in loads_of(*root.operands()))
        if walked and not any(_is_used(each, set(run)) for each in root.operands()):
            return flattened(_joined(root, run))
    return root


def _runs(axes: Sequence[Axis]) -> list[tuple[Axis, ...]]:
    """Neighbouring axes, two or more, the longest rows of them first."""
    count = len(axes)
    lengths = range(count, 1, -1)
    return [tuple(axes[at : at + n]) for n in lengths for at in range(count - n + 1)]


def _joined(root: Reduction, run: tuple[Axis, ...]) -> Reduction:
    extent: Size = 1
    for axis in run:
        extent = _product(extent, axis.extent)
    new = Axis("".join(axis.name for axis in run), extent)

    def join(access: Expr) -> Expr | None:
        moves = access.head == "load" and run[0] in axes_of(access)
        return _flat_load(access, run, new) if moves else None

    at = root.reduced.index(run[0])
    reduced = (*root.reduced[:at], new, *root.reduced[at + len(run) :])
    return root.changed(lambda expr: rewrite(expr, join)).over(reduced)


def _is_used(body: Expr, axes: set[Axis]) -> bool:
    """Whether a loop variable is used as a number, beside the indices of loads."""
    if body.head == "place":
        return body.what in axes
    return body.head != "load" and any(_is_used(each, axes) for each in body.args)


def _walks(access: Expr, run: tuple[Axis, ...]) -> bool:
    """Whether a load moves with all of the axes as with one, or with none."""
    if not axes_of(access) & set(run):
        return True
    shape, args = access.what.shape, access.args
    if len(args) != len(shape) or not all(isinstance(size, int) for size in shape[1:]):
        return False
    at = next((number for number, each in enumerate(args) if each is place(run[0])), len(args))
    if args[at : at + len(run)] != tuple(map(place, run)):
        return False
    others = (*args[:at], *args[at + len(run) :])
    whole = [axis.extent for axis in run[1:]] == [*shape[at + 1 : at + len(run)]]
    return whole and not axes_of(*others) & set(run)


def _flat_load(access: Expr, run: tuple[Axis, ...], joined: Axis) -> Expr:
    """The load by one index, which counts elements, with the joined axis for the run of axes."""
    total, stride = ZERO, 1
    skipped = set(map(place, run[:-1]))
    for index, size in zip(reversed(access.args), reversed(access.what.shape), strict=True):
        if index not in skipped:
            moved = place(joined) if index is place(run[-1]) else index
            total = apply("add", apply("multiply", moved, literal(stride, INT64)), total)
        stride *= size if isinstance(size, int) else 1
    return load(access.what, (total,))


def _product(first: Size, second: Size) -> Size:
    for one, other in ((first, second), (second, first)):
        if isinstance(one, Dim):
            return Dim(one.name, one.scale * scale_of(other))
    return scale_of(first) * scale_of(second)
