"""Own rows: loops that every worker takes alone, on its share of the batch.

    turn: k0 for i<batch ...  barrier             worker 0: all turns, for i in its rows
          k1 for i<batch ...  barrier      ->     worker 1: all turns, for i in its rows
                                                  barrier

Where no kernel of a turn reads another row of what the turns compute than the one where it
stands, as in every recurrent layer, rows need not wait for each other: a worker keeps its rows
for all turns. There is no barrier in the loop, and a row's values stay in its core's caches.

Such a kernel runs as if its worker were alone, over `OWN_ROWS` places of its first axis; what it
loads and stores by that axis begins at the worker's first row (see `memory.py`). Every element is
computed as before, so the bits do not depend on the number of workers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from geartrain.compiler.form.buffers import Buffer
from geartrain.compiler.form.exprs import Axis, Expr, loads_of, place
from geartrain.compiler.form.kernels import Contraction, Kernel, Reduction
from geartrain.compiler.form.loops import axes_of, substitute
from geartrain.graph import Node
from geartrain.tensor import Dim, Shape, Size

OWN_ROWS = Dim("own_rows")  # how many rows a worker has: no size of the program's
FEWEST_ROWS = 4  # with fewer, workers share the columns of each product instead
Stores = Sequence[tuple[Node, Buffer]]


@dataclass(frozen=True, eq=False)
class OwnRows:
    """How a kernel runs on a worker's own rows.

    Args:
        extent: how many rows there are for all workers.
        rows: the shape of a row, for each buffer that is read or written by rows.
    """

    extent: Size
    rows: dict[Buffer, Shape]


def with_own_rows(
    kernels: Sequence[tuple[Kernel, Stores]], source: Callable[[Node], Buffer]
) -> list[tuple[Kernel, OwnRows]] | None:
    """The kernels of a turn, each on a worker's own rows; None where rows depend on each other.

    Args:
        kernels: all kernels of the turn, and where their results go.
        source: the buffer that a value is read from.
    """
    extents = {kernel.rows[0].extent if kernel.rows else 1 for kernel, _ in kernels}
    (extent, *others) = extents
    if others or (isinstance(extent, int) and extent < FEWEST_ROWS):
        return None
    computed = {buffer.root for _, stores in kernels for _, buffer in stores}
    found = []
    for kernel, stores in kernels:
        rows = _rows_of(kernel, stores, extent, source)
        if rows is None or not _keeps_apart(kernel, computed, rows, source):
            return None
        found.append((_on_own_rows(kernel), OwnRows(extent, rows)))
    return found


def _rows_of(
    kernel: Kernel, stores: Stores, extent: Size, source: Callable[[Node], Buffer]
) -> dict[Buffer, Shape] | None:
    """The buffers that a kernel reads or writes by its first axis, at its own place only."""
    axis = kernel.rows[0]
    if not _is_plain(kernel):
        return None
    loads = loads_of(*kernel.expressions())
    if any(_moves_otherwise(each, axis) for each in kernel.expressions()):
        return None
    own = [each for each in loads if _is_own(each, axis)]
    others = {source(each.what) for each in loads if not _is_own(each, axis)}
    nodes = [(each.what, source(each.what)) for each in own] + list(stores)
    if not all(_fits(node, kernel) for node, _ in stores):
        return None
    if any(node.shape[:1] != (extent,) for node, _ in nodes):
        return None
    rows = {buffer: (buffer.like or node.shape)[1:] for node, buffer in nodes}
    return None if others & set(rows) else rows


def _is_plain(kernel: Kernel) -> bool:
    """Whether a kernel's root, if it has one, sums within a row."""
    root = kernel.root
    if type(root) is Contraction or type(root) is Reduction:
        return root.chunk is None
    return root is None


def _fits(node: Node, kernel: Kernel) -> bool:
    """Whether each axis of a stored value is one of the kernel's."""
    return len(node.shape) in (len(kernel.rows), len(kernel.axes))


def _is_own(access: Expr, axis: Axis) -> bool:
    """Whether a load is by rows: at the kernel's own row."""
    whole = len(access.args) == len(access.what.shape) and len(access.args) > 0
    return whole and access.args[0] is place(axis) and axis not in axes_of(*access.args[1:])


def _moves_otherwise(expr: Expr, axis: Axis) -> bool:
    """Whether an expression depends on where the axis stands in another way than by its rows."""
    if expr.head == "place":
        return expr.what is axis
    if expr.head == "load" and _is_own(expr, axis):
        return any(_moves_otherwise(each, axis) for each in expr.args[1:])
    return any(_moves_otherwise(each, axis) for each in expr.args)


def _keeps_apart(
    kernel: Kernel,
    computed: set[Buffer],
    rows: dict[Buffer, Shape],
    source: Callable[[Node], Buffer],
) -> bool:
    """Whether a kernel reads what the turns compute by its own rows only."""
    buffers = (source(each.what) for each in loads_of(*kernel.expressions()))
    return all(buffer in rows or buffer.root not in computed for buffer in buffers)


def _on_own_rows(kernel: Kernel) -> Kernel:
    """The kernel over a worker's rows."""
    axis = kernel.rows[0]
    own = Axis(axis.name, OWN_ROWS)
    places = {each: place(each) for each in kernel.axes} | {axis: place(own)}
    root = kernel.root
    if isinstance(root, Contraction):
        root = root.placed(places)
    elif isinstance(root, Reduction):
        root = root.changed(lambda expr: substitute(expr, places))
    statements = (replace(each, expr=substitute(each.expr, places)) for each in kernel.statements)
    rows = (own, *kernel.rows[1:])
    return replace(kernel, rows=rows, root=root, statements=tuple(statements))
