"""Contractions: which reductions are dot products, and which of those are cut into parts.

    sum over k of x[i, k] * w[k, j]                             a matrix product
    sum over p, q, c of x[n, i+p, j+q, c] * w[p, q, c, f]       a convolution
    sum over n, i, j of x[n, i+p, j+q, c] * dy[n, i, j, f]      its derivative by the kernel

Of a sum over one axis or several of a product of two loads, each of which walks its value in even
strides: one (`rhs`) moves with the last axis of the result, the *column*, and the other (`lhs`)
does not. Nothing else is asked, so all three above, transposes, slices, batches and products of
tensors of any rank are one case. Only long rows may lie anywhere, as their numbers say:

    sum over k of x[rows[i], k] * w[k, j]          sum over i of x[rows[i], k] * dy[i, j]

A batch of them is read in place, by both, and not put together before.

A sum that is long beside its result, as the derivative by a kernel is, gives few tiles to share
out, and each would read all images. It is cut into a fixed number of parts:

    parts[s, c, f] = sum over n in part s, over i, j of x[n, i, j, c] * dy[n, i, j, f]
    dw[c, f] = sum over s of parts[s, c, f]

whose number the shapes alone decide: the order of additions is the same for any number of workers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from geartrain.compiler.form.exprs import Axis, Expr, load, place
from geartrain.compiler.form.kernels import Contraction
from geartrain.compiler.form.loops import Nest, axes_of, coefficients, is_affine
from geartrain.graph import Node, Role
from geartrain.primitives.primitive import Spec
from geartrain.tensor import Dim, Size
from geartrain.tensor.dtypes import BOOL, FLOAT32, FLOAT64

NARROW = frozenset(["bfloat16", "float16", "int8", "uint8"])
LONG_ROW_BYTES = 8192  # of rows that are read in place, wherever they lie
FEW_COLUMNS = 64
NARROW_BYTES = 2048  # of a term's columns: far from a page, so that they are read in place
PARTS = 8
LONG_SAMPLE = 64  # terms of a sum for each row of the batch: from here on it is cut into parts
LONG_SUM = 4096  # terms, where the batch is a number
PARTED_RESULT = 1 << 20  # elements: each part has a result of its own


def find_contraction(nest: Nest) -> Contraction | None:
    """See a dot product in a nest, if it is one."""
    if isinstance(nest.form, Contraction):
        return nest.form
    product = nest.body
    if nest.op != "sum" or product.what != "multiply" or not nest.axes:
        return None
    factors = _loaded(product.args)
    if any(each.head != "load" for each in factors) or nest.node.dtype == BOOL:
        return None
    column = nest.axes[-1]
    lhs, rhs = sorted(factors, key=lambda each: column in axes_of(each))
    rows = [axis for axis in nest.axes if axis in axes_of(lhs) and axis not in axes_of(rhs)]
    if not rows:  # a vector times a matrix: each element is used once, a reduction reads as fast
        return None
    row = rows[-1]
    depth = tuple(axis for axis in nest.reduced if place(axis).head == "place")
    found = Contraction(nest.node, lhs, rhs, row, column, depth, nest.chunk)
    return found if depth and stays_contraction(found) and column in axes_of(rhs) else None


def _loaded(factors: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """What factors load, where both are widened for their sums."""
    if not all(each.what == "cast" and each.args[0].dtype.name in NARROW for each in factors):
        return factors
    return tuple(each.args[0] for each in factors)


def stays_contraction(root: Contraction) -> bool:
    """Whether the operands are what a contraction's must be."""
    loads = all(each.head == "load" for each in root.operands())
    even = loads and is_affine(root.rhs) and (is_affine(root.lhs) or gathered_axis(root))
    if not even or any(_is_number(each.what) for each in root.operands()):
        return False
    return root.column not in axes_of(root.lhs) and root.reads_vectors()


def gathered_axis(root: Contraction) -> Axis | None:
    """The axis along which the rows of `lhs` lie where data say, if they are read so.

    They are if they are long, and the columns so few that memory is what the product waits for.
    """
    lhs, columns = root.lhs, root.column.extent
    if len(lhs.args) != 2 or len(lhs.what.shape) != 2 or len(root.depth) != 1:
        return None
    row_size, (index, along) = lhs.what.shape[1], lhs.args
    if root.row is None or root.chunk is not None or coefficients(index) is not None:
        return None
    ways = (root.row, root.depth[0]), (root.depth[0], root.row)
    (axis, other) = next((each for each in ways if axes_of(index) == {each[0]}), (None, root.row))
    if axis is None or along is not place(other):
        return None
    if not isinstance(row_size, int) or not isinstance(columns, int) or columns > FEW_COLUMNS:
        return None
    plain = root.node.dtype == lhs.dtype and lhs.dtype in (FLOAT32, FLOAT64)
    return axis if plain and row_size * lhs.dtype.itemsize >= LONG_ROW_BYTES else None


def is_read_in_place(root: Contraction) -> bool:
    """Whether the columns of a term are all there is of it, side by side, and not many."""
    columns, width = root.column.extent, static_step(root.rhs, root.depth[-1])
    whole = static_step(root.rhs, root.column) == 1 and width == columns
    return whole and isinstance(columns, int) and columns * root.rhs.dtype.itemsize <= NARROW_BYTES


def _is_number(node: Node) -> bool:
    """Whether a node is a constant that will be written into its uses, as a number."""
    return node.constant is not None and node.constant.ndim == 0


def steps_of(access: Expr, axis: Axis) -> list[int]:
    """How far each index of a load moves with an axis."""
    return [(coefficients(index) or {}).get(axis, 0) for index in access.args]


def static_step(access: Expr, axis: Axis) -> int | None:
    """How many elements a load moves with an axis, where the shape alone tells."""
    shape = access.what.shape if len(access.args) == len(access.what.shape) else (1,)
    total, stride = 0, 1
    for moves, size in zip(reversed(steps_of(access, axis)), reversed(shape), strict=True):
        if moves and stride < 0:
            return None
        total += moves * stride
        stride = stride * size if isinstance(size, int) else -1
    return total


def counted(axes: Sequence[Axis]) -> int:
    """How many places axes have, where one row of a batch counts as one."""
    return math.prod(scale_of(axis.extent) for axis in axes)


# -- long sums ------------------------------------------------------------------------------------


def cut_into_parts(nest: Nest) -> list[Nest] | None:
    """The nest of the parts' sums and the nest that adds them up, if a sum is worth cutting."""
    found = find_contraction(nest)
    if found is None or not _is_long(nest, found):
        return None
    first = _cut_axis(found.depth)
    extent = first.extent
    count = PARTS if isinstance(extent, Dim) else min(PARTS, extent)
    shape = (count, *nest.node.shape)
    name = f"{nest.node.label}_parts"
    spec = Spec(shape, nest.node.dtype)
    parts = Node(Role.OPERATION, spec, None, nest.node.inputs, {}, label=name, line=nest.node.line)
    part = Axis("part", count)
    reduced = (first, *(axis for axis in nest.reduced if axis is not first))
    cut = Nest(parts, (part, *nest.axes), nest.body, reduced, "sum", part)
    index = tuple(map(place, (part, *nest.axes)))
    return [cut, Nest(nest.node, nest.axes, load(parts, index), (part,), "sum")]


def _is_long(nest: Nest, found: Contraction) -> bool:
    """Whether a sum has many terms, and its result few elements, all of them counted."""
    result = _count([axis.extent for axis in nest.axes])
    if result is None or result > PARTED_RESULT:
        return False
    sample = counted(found.depth)
    symbolic = any(isinstance(axis.extent, Dim) for axis in found.depth)
    longest = max(scale_of(axis.extent) for axis in found.depth)
    terms_enough = sample >= (LONG_SAMPLE if symbolic else LONG_SUM)
    return terms_enough and (symbolic or longest >= PARTS)


def _cut_axis(depth: tuple[Axis, ...]) -> Axis:
    """The axis that is cut: the batch, or else the longest."""
    for axis in depth:
        if isinstance(axis.extent, Dim):
            return axis
    return max(depth, key=lambda axis: scale_of(axis.extent))


def scale_of(size: Size) -> int:
    """A size, where one row of a batch counts as one."""
    return size.scale if isinstance(size, Dim) else size


def _count(sizes: list[Size]) -> int | None:
    numbers = [size for size in sizes if isinstance(size, int)]
    return math.prod(numbers) if len(numbers) == len(sizes) else None
