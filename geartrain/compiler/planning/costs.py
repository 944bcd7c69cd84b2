"""What a kernel does: arithmetic, and bytes moved.

    kernel k0_contract_relu                    flops: 2 * 64 * 512 * 784 of the dot products,
      for i<64, j<512:                                64 * 512 * 2 of the sum and the maximum
        contract = sum over k<784 of ...       bytes: x, w, b loaded once, relu stored once
        relu = maximum(contract + b[j], 0)

A flop is one operation that gives a floating-point number: a sum, a product, a maximum, but an
`exp` as well. Indices, comparisons, choices and conversions are none. Bytes count every loaded and
stored value once, and of one that is gathered from no more than the elements that are asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from geartrain.compiler.form.exprs import Axis, Expr, walk
from geartrain.compiler.form.kernels import Contraction, Kernel, Reduction, Root, Scatter, Statement
from geartrain.compiler.form.loops import axes_of
from geartrain.graph import Node
from geartrain.tensor import Shape, is_floating
from geartrain.tensor.shape import size_value

FREE = frozenset(["cast", "select", "guard"])

Sizes = Mapping[str, int]


@dataclass(frozen=True)
class Cost:
    """What one execution of a kernel takes.

    Attributes:
        flops: floating-point operations, of dot products and of all else.
        product_flops: those of the dot products: two for each term.
        loaded_bytes, stored_bytes: each value once.
    """

    flops: int
    product_flops: int
    loaded_bytes: int
    stored_bytes: int


def kernel_cost(kernel: Kernel, sizes: Sizes) -> Cost:
    """What a kernel does, for these sizes of its symbolic axes."""
    products, others = _root_flops(kernel, sizes)
    others += sum(_statement_flops(kernel, each, sizes) for each in kernel.statements)
    if kernel.windows is not None:
        others += kernel_cost(kernel.windows.kernel, sizes).flops
    if kernel.block is not None:
        others += kernel_cost(kernel.block, sizes).flops
    stored = sum(_elements(node.shape, sizes) * node.dtype.itemsize for node in kernel.stored)
    return Cost(products + others, products, _loaded_bytes(kernel, sizes), stored)


def _root_flops(kernel: Kernel, sizes: Sizes) -> tuple[int, int]:
    """The flops of a root: of its dot products, and all others."""
    root = kernel.root
    if root is None:
        return 0, 0
    if isinstance(root, Contraction):
        places = [axis for axis in kernel.axes if axis is not root.chunk]
        terms = _extent((*places, *root.depth), sizes)
        ahead = sum(_flops(each) * _extent(axes_of(each), sizes) for each in root.operands())
        return int(2 * root.work * terms), ahead
    if isinstance(root, Reduction):
        each = sum(map(_flops_a_turn, root.all))
        return 0, _turns(kernel, root, sizes) * each
    return 0, _turns(kernel, root, sizes) * _flops_a_turn(root)


def _turns(kernel: Kernel, root: Root, sizes: Sizes) -> int:
    """How often the body of a reduction, a scatter or a walk is computed."""
    axes = list(kernel.axes)
    if isinstance(root, Scatter):
        axes = axes[len(root.targets) :]
    elif isinstance(root, Reduction):
        axes = [axis for axis in axes if axis is not root.chunk]
    reduced = () if isinstance(root, Contraction) else root.reduced
    return _extent((*axes, *reduced), sizes)


def _flops_a_turn(root: Root) -> int:
    combines = isinstance(root, Reduction | Scatter) and is_floating(root.node.dtype)
    body = root.body if isinstance(root, Reduction) else root.operands()[-1]
    return _flops(body) + combines


def _statement_flops(kernel: Kernel, statement: Statement, sizes: Sizes) -> int:
    on_lane = statement.lane or statement.op
    combines = bool(statement.op) and is_floating(statement.node.dtype)
    axes = kernel.axes if on_lane else kernel.rows
    return (_flops(statement.expr) + combines) * _extent(axes, sizes)


def _flops(expr: Expr) -> int:
    """The floating-point operations of an expression, computed once; not those of its indices."""
    return sum(
        each.head == "apply" and each.what not in FREE and is_floating(each.dtype)
        for each in walk(expr)
    )


def _loaded_bytes(kernel: Kernel, sizes: Sizes) -> int:
    wanted: dict[Node, int] = {}
    own = () if kernel.block is None else kernel.block.stored
    ahead = 0 if kernel.block is None else _loaded_bytes(kernel.block, sizes)
    for each in walk(*kernel.expressions()):
        if each.head == "load" and each.what not in own:
            elements = _extent(axes_of(*each.args), sizes)
            wanted[each.what] = wanted.get(each.what, 0) + elements
    return ahead + sum(
        min(elements, _elements(node.shape, sizes)) * node.dtype.itemsize
        for node, elements in wanted.items()
    )


def _extent(axes: Iterable[Axis], sizes: Sizes) -> int:
    return math.prod(size_value(axis.extent, dict(sizes)) for axis in axes)


def _elements(shape: Shape, sizes: Sizes) -> int:
    return math.prod(size_value(size, dict(sizes)) for size in shape)
