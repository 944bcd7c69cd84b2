"""Winograd's algorithm for 3x3 convolutions: which ones, and the matrices.

A tile of 4x4 results needs 6x6 elements of the input, d, and the 3x3 kernel, g:

    y = A^T [ (G g G^T) * (B^T d B) ] A        a product of 36 numbers in place of 16 x 9 = 144

(S. Winograd 1980; A. Lavin, S. Gray, "Fast algorithms for convolutional neural networks", 2016,
F(4x4, 3x3).) Summed over the channels, the 36 products are 36 small matrix products. The derivative
by the kernel is the same three steps the other way round:

    dg = G^T [ sum over tiles of (B^T d B) * (A dy A^T) ] G

The transforms only add and multiply by small numbers, but what they add cancels out: the results
differ from the exact ones by up to some 20 times as much as those of a plain sum (a few 1e-6 of the
largest term; `tests/compiler/test_winograd.py` bounds it), and an infinity or a NaN in the input
reaches all results of its tiles. `GEARTRAIN_WINOGRAD=off` chooses the plain sum everywhere.

Which convolutions: 3x3, stride 1, not dilated, of float32, with channels and features in sixteens,
and results large enough that no more than a third of the tiles' places is wasted. The choice
depends on shapes alone, never on the processor.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from geartrain.compiler.form.exprs import Axis, Expr, literal, load, place
from geartrain.compiler.form.kernels import Contraction, Names
from geartrain.compiler.form.loops import Nest, apply
from geartrain.compiler.fusion.contractions import PARTS, static_step
from geartrain.graph import Node, Role
from geartrain.primitives.primitive import Spec
from geartrain.primitives.windows import Sweep
from geartrain.settings import settings
from geartrain.tensor import Array
from geartrain.tensor.dtypes import FLOAT32, INT64

TILE, TAPS = 4, 3  # results and kernel along an axis
REACH = TILE + TAPS - 1  # elements of the input that a tile needs
WIDTH = 16  # channels and features come in so many, for vectors of any width
WASTE = 1.6  # places that tiles cover, for each that is wanted

INPUT = np.array(  # B^T
    [
        [4, 0, -5, 0, 1, 0],
        [0, -4, -4, 1, 1, 0],
        [0, 4, -4, -1, 1, 0],
        [0, -2, -1, 2, 1, 0],
        [0, 2, -1, -2, 1, 0],
        [0, 4, 0, -5, 0, 1],
    ],
    np.float64,
)
KERNEL = np.array(  # G
    [
        [1 / 4, 0, 0],
        [-1 / 6, -1 / 6, -1 / 6],
        [-1 / 6, 1 / 6, -1 / 6],
        [1 / 24, 1 / 12, 1 / 6],
        [1 / 24, -1 / 12, 1 / 6],
        [0, 0, 1],
    ],
    np.float64,
)
OUTPUT = np.array(  # A^T
    [[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]],
    np.float64,
)


@dataclass(frozen=True, eq=False)
class Winograd(Contraction):
    """A 3x3 convolution by tiles: `lhs` is the input, `rhs` the transformed kernel (6, 6, c, f).

    `lhs` stands at (image row + tap row - low, ...); where that lies outside of the input's
    `sizes` there is a zero. `depth` is the tap's two axes, of extent 6, and the channel.
    """

    image: tuple[Axis, ...] = ()
    lows: tuple[int, ...] = ()
    sizes: tuple[int, ...] = ()

    def placed(self, places: dict[Axis, Expr], **changes: Any) -> Contraction:
        """The same, where the kernel's own axes stand for the nest's."""
        image = tuple(places[axis].what for axis in self.image)
        return replace(super().placed(places, **changes), image=image)  # type: ignore[call-arg]

    def text(self, names: Names = None) -> str:
        """The convolution, as a line of the loop form."""
        return f"{super().text(names)} (by tiles of {TILE} x {TILE}, Winograd)"

    def reads_vectors(self) -> bool:
        """Whether the channels are neighbours in memory."""
        return static_step(self.lhs, self.depth[-1]) == 1

    @property
    def work(self) -> float:
        """Multiply-adds of the plain sum, for each term of this one."""
        return TAPS**2 / REACH**2


class WinogradGradient(Winograd):
    """The derivative by the transformed kernel: `lhs` is the input, `rhs` the output's derivative.

    The kernel's axes are (part, tap row, tap column, channel, feature); `depth` is the batch, of
    which each part has its share, and the image's two axes.
    """

    def reads_vectors(self) -> bool:
        """Whether the channels and the features are neighbours in memory."""
        pairs = (self.lhs, self.row), (self.rhs, self.column)
        return all(axis is not None and static_step(each, axis) == 1 for each, axis in pairs)


# -- which convolutions ----------------------------------------------------------------------------


def by_winograd(node: Node) -> bool:
    """Whether a convolution, or a derivative of one by its kernel, is computed by tiles."""
    return _is_forward(node) or _is_by_kernel(node)


def _is_forward(node: Node) -> bool:
    if not _is_plain(node):
        return False
    x, w = node.inputs
    _, *places, features = node.shape
    return (
        w.shape[:2] == (TAPS, TAPS)
        and _in_sixteens(x.shape[-1], features)
        and _wastes_little(places)
    )


def _is_by_kernel(node: Node) -> bool:
    """Whether a convolution is the one that `convolve`'s derivative by the kernel makes."""
    if not _is_plain(node):
        return False
    images, window = node.inputs
    channels, *taps, features = node.shape
    return (
        taps == [TAPS, TAPS]
        and _transposes(images, (3, 1, 2, 0))
        and _transposes(window, (1, 2, 0, 3))
        and _in_sixteens(channels, features)
        and _wastes_little(window.shape[:2])
    )


def _is_plain(node: Node) -> bool:
    """Whether a node is a convolution of images with stride 1, and nothing else."""
    if node.label != "convolve" or node.dtype != FLOAT32 or len(node.shape) != 4:
        return False
    if "sums" in node.parameters:  # of narrow factors, which dots multiply as quickly
        return False
    sweeps: tuple[Sweep, ...] = node.parameters["sweeps"]
    even = all((each.stride, each.spacing, each.gap) == (1, 1, 1) for each in sweeps)
    return even and node.parameters.get("groups", 1) == 1 and settings.winograd


def _transposes(node: Node, perm: tuple[int, ...]) -> bool:
    return node.label == "transpose" and tuple(node.parameters["perm"]) == perm


def _in_sixteens(*counts: object) -> bool:
    return all(isinstance(count, int) and count > 0 and count % WIDTH == 0 for count in counts)


def _wastes_little(sizes: object) -> bool:
    covered = wanted = 1
    for size in sizes:  # type: ignore[attr-defined]
        if not isinstance(size, int) or size < 1:
            return False
        covered, wanted = covered * -(-size // TILE) * TILE, wanted * size
    return covered <= WASTE * wanted


# -- their nests -----------------------------------------------------------------------------------


def winograd_nests(node: Node) -> list[Nest]:
    """The nests that compute a convolution by tiles, the node's own last."""
    return _forward(node) if _is_forward(node) else _by_kernel(node)


def _forward(node: Node) -> list[Nest]:
    x, w = node.inputs
    channels, features = w.shape[2:]
    weights = _node(node, "kernel_tiles", (REACH, REACH, channels, features), (w,))
    a, b, c, f = (Axis(*each) for each in zip("abcf", weights.shape, strict=True))
    p, q = Axis("p", TAPS), Axis("q", TAPS)
    product = _product(_table(), (a, b, p, q), w, (p, q, c, f))
    transformed = Nest(weights, (a, b, c, f), product, (p, q), "sum")
    n, i, j, f = (Axis(*each) for each in zip("nijf", node.shape, strict=True))
    lows = tuple(sweep.low for sweep in node.parameters["sweeps"])
    element = load(x, (place(n), _moved(i, a, lows[0]), _moved(j, b, lows[1]), place(c)))
    tiles = load(weights, tuple(map(place, (a, b, c, f))))
    sizes: Any = x.shape[1:3]
    form = Winograd(node, element, tiles, j, f, (a, b, c), None, (i, j), lows, sizes)
    body = apply("multiply", element, tiles)
    return [transformed, Nest(node, (n, i, j, f), body, (a, b, c), "sum", None, form)]


def _by_kernel(node: Node) -> list[Nest]:
    x, dy = (each.inputs[0] for each in node.inputs)  # behind the transposes
    channels, _, _, features = node.shape
    batch = x.shape[0]
    count = max(min(PARTS, batch), 2) if isinstance(batch, int) else PARTS
    parts = _node(node, "parts", (count, REACH, REACH, channels, features), (x, dy))
    s, a, b, c, f = (Axis(*each) for each in zip("sabcf", parts.shape, strict=True))
    i, j, n = (Axis(*each) for each in zip("ijn", (*dy.shape[1:3], batch), strict=True))
    lows = tuple(sweep.low for sweep in node.parameters["sweeps"])
    element = load(x, (place(n), _moved(i, a, lows[0]), _moved(j, b, lows[1]), place(c)))
    change = load(dy, tuple(map(place, (n, i, j, f))))
    sizes: Any = x.shape[1:3]
    form = WinogradGradient(parts, element, change, c, f, (n, i, j), s, (i, j), lows, sizes)
    body = apply("multiply", element, change)
    summed = Nest(parts, (s, a, b, c, f), body, (n, i, j), "sum", s, form)
    c, p, q, f = (Axis(*each) for each in zip("cpqf", node.shape, strict=True))
    product = _product(_table(), (a, b, p, q), parts, (s, a, b, c, f))
    return [summed, Nest(node, (c, p, q, f), product, (s, a, b), "sum")]


def _node(node: Node, what: str, shape: tuple[Any, ...], inputs: tuple[Node, ...]) -> Node:
    """A value on the way to a node's."""
    label = f"{node.label}_{what}"
    return Node(Role.OPERATION, Spec(shape, FLOAT32), None, inputs, {}, label=label, line=node.line)


def _moved(axis: Axis, tap: Axis, low: int) -> Expr:
    """The element's number under a tap, which may lie outside."""
    moved = apply("add", place(axis), place(tap))
    return apply("add", moved, literal(-low, INT64)) if low else moved


def _product(table: Node, at: tuple[Axis, ...], value: Node, where: tuple[Axis, ...]) -> Expr:
    return apply(
        "multiply", load(table, tuple(map(place, at))), load(value, tuple(map(place, where)))
    )


def _table() -> Node:
    """table[a, b, p, q] = G[a, p] * G[b, q], as a constant of a graph."""
    numbers: Array = np.einsum("ap,bq->abpq", KERNEL, KERNEL).astype(np.float32)
    return Node(Role.CONSTANT, Spec(numbers.shape, FLOAT32), constant=numbers, label="tiles")
