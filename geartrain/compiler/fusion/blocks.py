"""Maps that are computed where a long sum reads them, block by block: they are not stored at all.

    kernel k47_window_spread                     kernel k50_convolve_parts
      for i<batch, j<148, k<148, l<32:             for i<batch, j<148, k<148, l<32, by blocks:
        spread = ...                                 spread = ...
        store spread                       ->      for part<8, n<3, i<3, j<3, f<32:
    kernel k50_convolve_parts                        parts = sum over k<batch, l<148, m<148 ...
      for part<8, n<3, i<3, j<3, f<32:               store parts
        parts = sum over k<batch, l<148, ...
        store parts

The derivative by the kernel of a network's first convolution adds up over all places of all images
what nobody else reads, and goes through it in blocks that fit the cache (`emit_parts.py`): each is
made by the worker who reads it, right before.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from geartrain.compiler.form.exprs import place
from geartrain.compiler.form.kernels import Contraction, Kernel
from geartrain.compiler.fusion.contractions import is_read_in_place
from geartrain.compiler.fusion.sole_readers import Item, is_plain_map, sole_readers
from geartrain.compiler.fusion.winograd import Winograd
from geartrain.graph import Node
from geartrain.tensor.dtypes import FLOAT32, FLOAT64


def with_blocks(kernels: Sequence[Item], results: Collection[Node]) -> list[Item]:
    """The kernels, where long sums make for themselves what only they read."""
    readers = sole_readers(kernels, results)
    found: dict[Item, Item | None] = {}
    for maker in kernels:
        if not isinstance(maker, Kernel) or len(maker.stored) != 1 or maker.windows is not None:
            continue
        reader = readers.get(maker.stored[0])
        if isinstance(reader, Kernel) and reader not in found and _fits(maker, reader):
            found[maker], found[reader] = None, replace(reader, block=maker)
    chosen = (found.get(each, each) for each in kernels)
    return [each for each in chosen if each is not None]


def _fits(maker: Kernel, reader: Kernel) -> bool:
    """Whether a long sum reads a map place by place, and reads nothing of it otherwise."""
    root, (node,) = reader.root, maker.stored
    if not isinstance(root, Contraction) or isinstance(root, Winograd) or root.chunk is None:
        return False
    if not is_plain_map(maker) or root.rhs.what is not node or root.lhs.what is node:
        return False
    if not is_read_in_place(root) or not {each.dtype for each in root.operands()} <= _PLAIN:
        return False
    axes = (*root.depth, root.column)
    inner = all(isinstance(axis.extent, int) and axis.extent > 1 for axis in axes[1:])
    same = len(maker.axes) == len(node.shape) == len(axes) > 2
    return inner and same and root.rhs.args == tuple(map(place, axes))


_PLAIN = frozenset([FLOAT32, FLOAT64])
