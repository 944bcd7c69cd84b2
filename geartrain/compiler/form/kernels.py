"""Kernels: what fusion makes of nests, and what the emitter turns into machine code.

    kernel dense_relu                        one kernel: its rows and its lane axis,
      for i<batch, j<512:                    a root (contraction, reduction, or none),
        dot = sum over k<784 of x[i,k]*w[k,j]  and statements, in order
        relu = maximum(dot + b[j], 0)
      store relu

A statement stands on one of two levels. On the *lane* level it computes one element for each
place of the rows and of the lane axis; on the *row* level one for each place of the rows. A
statement with an `op` is a row reduction: it reduces its lane-level expression to one row-level
value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

from geartrain.compiler.form.exprs import Axis, Expr, loads_of
from geartrain.compiler.form.loops import substitute
from geartrain.compiler.form.printing import format_expr, name_of
from geartrain.graph import Node

Names = Mapping[Node, str] | None


@dataclass(frozen=True, eq=False)
class Contraction:
    """A dot product: `sum over depth of lhs * rhs`, at every (outer..., row, column).

    The column runs along the vector lanes and is an axis of `rhs` only; the row is an axis of
    `lhs` only, or None for a vector times a matrix. With a `chunk`, which is the kernel's first
    axis, each place of it sums over its own part of the first depth axis: the parts' sums are
    added up by another kernel.
    """

    node: Node
    lhs: Expr
    rhs: Expr
    row: Axis | None
    column: Axis
    depth: tuple[Axis, ...]
    chunk: Axis | None = None

    def operands(self) -> list[Expr]:
        """The expressions that the root evaluates."""
        return [self.lhs, self.rhs]

    @property
    def work(self) -> float:
        """Multiply-adds for each term."""
        return 1.0

    def reads_vectors(self) -> bool:
        """Whether what is read in vectors lies so; here any `rhs` can be copied to lie so."""
        return True

    def placed(self, places: dict[Axis, Expr], **changes: Any) -> Contraction:
        """The same, where the kernel's own axes stand for the nest's."""
        row = places[self.row].what if self.row is not None else None
        chunk = places[self.chunk].what if self.chunk is not None else None
        lhs, rhs = (substitute(each, places) for each in self.operands())
        return replace(self, lhs=lhs, rhs=rhs, row=row, chunk=chunk, **changes)

    def text(self, names: Names = None) -> str:
        """The dot product, as a line of the loop form."""
        lhs, rhs = (self._factor_text(each, names) for each in self.operands())
        over = ", ".join(map(repr, self.depth))
        part = f" (part {self.chunk.name} of {self.depth[0].name})" if self.chunk else ""
        return f"{name_of(self.node, names)} = sum over {over}{part} of {lhs} * {rhs}"

    def _factor_text(self, factor: Expr, names: Names) -> str:
        text = format_expr(factor, names)
        narrow = factor.dtype != self.node.dtype
        return f"{self.node.dtype.name}({text})" if narrow else text


@dataclass(frozen=True, eq=False)
class Reduction:
    """`op` of `body` over the reduced axes, at every place of the kernel's axes.

    With a `chunk`, which is the kernel's first axis, each place of it reduces its own part of the
    first reduced axis: another kernel combines the parts. The reductions `beside` it go over the
    same axes in the same walk.
    """

    node: Node
    op: str
    body: Expr
    reduced: tuple[Axis, ...]
    chunk: Axis | None = None
    beside: tuple[Reduction, ...] = ()

    @property
    def all(self) -> tuple[Reduction, ...]:
        """This one, and those beside it."""
        return (self, *self.beside)

    def operands(self) -> list[Expr]:
        """The expressions that the root evaluates."""
        return [each.body for each in self.all]

    def changed(self, change: Callable[[Expr], Expr]) -> Reduction:
        """The same with other expressions."""
        beside = tuple(each.changed(change) for each in self.beside)
        return replace(self, body=change(self.body), beside=beside)

    def over(self, reduced: tuple[Axis, ...]) -> Reduction:
        """The same over other axes."""
        beside = tuple(each.over(reduced) for each in self.beside)
        return replace(self, reduced=reduced, beside=beside)

    def text(self, names: Names = None) -> str:
        """The reductions, each as a line of the loop form."""
        return "\n    ".join(each._line(names) for each in self.all)

    def _line(self, names: Names) -> str:
        over = ", ".join(map(repr, self.reduced))
        body = format_expr(self.body, names)
        part = f" (part {self.chunk.name} of {self.reduced[0].name})" if self.chunk else ""
        return f"{name_of(self.node, names)} = {self.op} over {over}{part} of {body}"


@dataclass(frozen=True, eq=False)
class Scatter:
    """Updates that go where indices say: `node[targets, ...] op= body`, in the updates' order.

    Before, every element is `initial`. The targets are places on the kernel's first axes; the
    others are the updates' own, and the updates are counted by the `reduced` axes.
    """

    node: Node
    op: str
    initial: Expr
    targets: tuple[Expr, ...]
    body: Expr
    reduced: tuple[Axis, ...]

    def operands(self) -> list[Expr]:
        """The expressions that the root evaluates."""
        return [self.initial, *self.targets, self.body]

    def changed(self, change: Callable[[Expr], Expr]) -> Scatter:
        """The same with other expressions."""
        targets = tuple(map(change, self.targets))
        initial, body = change(self.initial), change(self.body)
        return replace(self, initial=initial, targets=targets, body=body)

    def text(self, names: Names = None) -> str:
        """The updates, as a line of the loop form."""
        initial, *targets, body = (format_expr(each, names) for each in self.operands())
        over = ", ".join(map(repr, self.reduced)) or "once"
        updates = f"{self.op} at {', '.join(targets)} over {over}: {body}"
        return f"{name_of(self.node, names)} = {initial}, then {updates}"


@dataclass(frozen=True, eq=False)
class Walk:
    """A total that goes along one axis and is the result at each of its places.

    `body` is the next total; the last one stands in it as the node's value. The axis is the
    kernel's number `position`.
    """

    node: Node
    initial: Expr
    body: Expr
    position: int
    reduced: tuple[Axis, ...] = ()

    def operands(self) -> list[Expr]:
        """The expressions that the root evaluates."""
        return [self.initial, self.body]

    def changed(self, change: Callable[[Expr], Expr]) -> Walk:
        """The same with other expressions."""
        return replace(self, initial=change(self.initial), body=change(self.body))

    def text(self, names: Names = None) -> str:
        """The walk, as a line of the loop form."""
        initial, body = (format_expr(each, names) for each in self.operands())
        return f"{name_of(self.node, names)} = {body} along axis {self.position}, from {initial}"


Root = Contraction | Reduction | Scatter | Walk


def nodes_of(root: Root | None) -> list[Node]:
    """What a root computes."""
    if root is None:
        return []
    return [each.node for each in root.all] if isinstance(root, Reduction) else [root.node]


@dataclass(frozen=True, eq=False)
class Statement:
    """`node = expr`, or `node = op of expr along the lane axis`."""

    node: Node
    expr: Expr
    lane: bool
    op: str = ""

    def text(self, names: Names = None) -> str:
        """The statement, as a line of the loop form."""
        reduce = f"{self.op} along lane of " if self.op else ""
        return f"{name_of(self.node, names)} = {reduce}{format_expr(self.expr, names)}"


@dataclass(frozen=True, eq=False)
class Windows:
    """What is done with windows of a kernel's results, by the worker who has just made them.

    `kernel` reads `node` at (n, i * sizes[0] + tap, j * sizes[1] + tap, c) from its place
    (n, i, j, c), and nothing else; the node goes nowhere else, so it is not stored.
    """

    node: Node
    sizes: tuple[int, int]
    kernel: Kernel

    def text(self, names: Names = None) -> list[str]:
        """The lines of the loop form."""
        over = ", ".join(map(repr, self.kernel.axes))
        lines = [f"  for {over}, of windows of {self.sizes[0]} x {self.sizes[1]}:"]
        return lines + [f"    {each.text(names)}" for each in self.kernel.statements]


@dataclass(frozen=True, eq=False)
class Kernel:
    """One fused loop nest.

    With `windows`, and what follows it at once. With `block`, and what makes the right operand of
    its sum, block by block, right before it is read; that is not stored.
    """

    name: str
    rows: tuple[Axis, ...]
    lane: Axis | None
    root: Root | None
    statements: tuple[Statement, ...]
    stored: tuple[Node, ...]
    windows: Windows | None = None
    block: Kernel | None = None

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The rows, then the lane axis if there is one."""
        return self.rows if self.lane is None else (*self.rows, self.lane)

    def expressions(self) -> Iterator[Expr]:
        """Every expression that the kernel evaluates."""
        if self.root is not None:
            yield from self.root.operands()
        yield from (each.expr for each in self.statements)

    def loaded(self) -> list[Node]:
        """The values that the kernel reads from memory."""
        return list(self._loaded)

    @cached_property
    def _loaded(self) -> dict[Node, None]:
        found = dict.fromkeys(each.what for each in loads_of(*self.expressions()))
        if self.block is None:
            return found
        others = (node for node in found if node not in self.block.stored)
        return dict.fromkeys((*self.block.loaded(), *others))

    def nodes(self) -> list[Node]:
        """What the kernel computes, in order."""
        after = [] if self.windows is None else self.windows.kernel.nodes()
        before = [] if self.block is None else self.block.nodes()
        own = (each.node for each in self.statements)
        return [*before, *nodes_of(self.root), *own, *after]

    def text(self, names: Names = None) -> str:
        """The kernel in the loop form."""
        loops = f"  for {', '.join(map(repr, self.axes))}:" if self.axes else "  once:"
        body = [each.text(names) for each in (self.root, *self.statements) if each is not None]
        stored = ", ".join(name_of(node, names) for node in self.stored)
        lines = [f"    {line}" for line in body]
        if self.windows is not None:
            lines += self.windows.text(names)
        if self.block is not None:
            over = ", ".join(map(repr, self.block.axes))
            made = [f"    {each.text(names)}" for each in self.block.statements]
            loops = "\n".join([f"  for {over}, by blocks:", *made, loops])
        return "\n".join([f"kernel {self.name}", loops, *lines, f"    store {stored}"])

    def __repr__(self) -> str:
        return self.text()


class Printed(Protocol):
    """A kernel, or a loop of them."""

    def nodes(self) -> list[Node]:
        """What it computes, in order."""

    def text(self, names: Names = None) -> str:
        """The loop form."""


def format_kernels(kernels: Sequence[Printed]) -> str:
    """Write the kernels as text; nodes of one label are told apart by a number."""
    names: dict[Node, str] = {}
    seen: dict[str, int] = {}
    for node in (node for kernel in kernels for node in kernel.nodes()):
        label = name_of(node)
        seen[label] = seen.get(label, 0) + 1
        names[node] = label if seen[label] == 1 else f"{label}_{seen[label]}"
    return "\n".join(kernel.text(names) for kernel in kernels)
