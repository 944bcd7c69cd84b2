"""Poolings that are done where a convolution stands: its results are not stored at all.

    kernel k2_convolve_add                       kernel k2_convolve_add_window_argmax
      for i<batch, j<148, k<148, l<32:             for i<batch, j<148, k<148, l<32:
        add = ...                                    add = ...
        store add                          ->      for n<batch, i<74, j<74, c<32, of 2 x 2:
    kernel k3_window_max_window_argmax               window_max = maximum(add[n, i * 2, ...
      for n<batch, i<74, j<74, c<32:                 store window_max, window_argmax
        window_max = maximum(add[n, i * 2, ...
        store window_max, window_argmax

The second kernel must be the only one that reads what the first one makes, from windows that lie
side by side within the image, so that a worker who has some whole windows of results can go on
with them while they are in its cache. What the emitters need beside: a plain convolution of two
axes whose kernel is read in place, or one by tiles that hold whole windows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from geartrain.compiler.form.exprs import Axis, Expr, loads_of, place
from geartrain.compiler.form.kernels import Contraction, Kernel, Windows
from geartrain.compiler.form.loops import coefficients, parts_of_sum
from geartrain.compiler.fusion.contractions import is_read_in_place
from geartrain.compiler.fusion.sole_readers import Item, is_plain_map, sole_readers
from geartrain.compiler.fusion.winograd import TILE, Winograd
from geartrain.graph import Node
from geartrain.tensor.dtypes import FLOAT32, FLOAT64


def with_windows(kernels: Sequence[Item], results: Collection[Node]) -> list[Item]:
    """The kernels, where those that pool what only they read are done by those who make it."""
    readers = sole_readers(kernels, results)
    replaced: dict[Item, Kernel | None] = {}
    for maker in kernels:
        if not isinstance(maker, Kernel) or len(maker.stored) != 1:
            continue
        (node,) = maker.stored
        windows = _windows(maker, node, readers[node]) if node in readers else None
        if windows is not None:
            replaced[windows.kernel] = None
            replaced[maker] = _pooled(maker, windows)
    found = (replaced.get(each, each) for each in kernels)
    return [each for each in found if each is not None]


def _pooled(maker: Kernel, windows: Windows) -> Kernel:
    last = windows.kernel.name.partition("_")[2]
    stored = windows.kernel.stored
    return replace(maker, name=f"{maker.name}_{last}", stored=stored, windows=windows)


def _windows(maker: Kernel, node: Node, reader: Item) -> Windows | None:
    """How a kernel takes windows of what another one makes, if it does, and if that pays."""
    if not isinstance(reader, Kernel) or not is_plain_map(reader) or reader.loaded() != [node]:
        return None
    if reader.lane is None or len(reader.rows) != 2 + 1 or len(maker.axes) != 2 + 2:
        return None
    sizes = _sizes(reader, node)
    if sizes is None or not _can_go_on(maker, sizes):
        return None
    return Windows(node, sizes, reader)


def _sizes(reader: Kernel, node: Node) -> tuple[int, int] | None:
    """The height and the width of the windows, if they lie side by side within the image."""
    batch, *image = reader.rows
    steps: list[set[int | None]] = [set(), set()]
    for each in loads_of(*reader.expressions()):
        first, *inner, last = each.args
        if (
            len(inner) != len(image)
            or first is not place(batch)
            or last is not place(_lane(reader))
        ):
            return None
        for found, index, axis in zip(steps, inner, image, strict=True):
            found.add(_step(index, axis))
    if any(len(each) != 1 or None in each for each in steps):
        return None
    height, width = (step for each in steps for step in each if step is not None)
    spread = zip(image, node.shape[1:3], (height, width), strict=True)
    inside = all(
        isinstance(axis.extent, int) and isinstance(size, int) and axis.extent * step <= size
        for axis, size, step in spread
    )
    return (height, width) if inside else None


def _lane(kernel: Kernel) -> Axis:
    return kernel.axes[-1]


def _step(index: Expr, axis: Axis) -> int | None:
    """The step of `axis * step + tap`, if the tap is below it."""
    moves, (_, tap) = coefficients(index), parts_of_sum(index)
    step = moves.get(axis) if moves is not None and set(moves) == {axis} else None
    return step if step is not None and step > 1 and 0 <= tap < step else None


def _can_go_on(maker: Kernel, sizes: tuple[int, int]) -> bool:
    root, lane = maker.root, maker.lane
    if not isinstance(root, Contraction) or root.chunk is not None or lane is None:
        return False
    operands = {each.dtype for each in root.operands()}
    if not operands <= {FLOAT32, FLOAT64} or not all(each.lane for each in maker.statements):
        return False
    if isinstance(root, Winograd):
        return all(TILE % size == 0 for size in sizes)
    return root.row is maker.rows[-1] and is_read_in_place(root) and _is_image(maker)


def _is_image(maker: Kernel) -> bool:
    return all(isinstance(axis.extent, int) and axis.extent > 1 for axis in maker.axes[1:])
