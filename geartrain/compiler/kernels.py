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

from collections.abc import Iterator
from dataclasses import dataclass

from geartrain.compiler.loops import Axis, Expr, format_expr, loads_of
from geartrain.graph import Node


@dataclass(frozen=True, eq=False)
class Contraction:
    """A dot product: `sum over depth of lhs * rhs`, at every (outer..., row, column).

    The column runs along the vector lanes and is an axis of `rhs` only; the row is an axis of
    `lhs` only, or None for a vector times a matrix.
    """

    node: Node
    lhs: Expr
    rhs: Expr
    row: Axis | None
    column: Axis
    depth: Axis

    def operands(self) -> list[Expr]:
        """The expressions that the root evaluates."""
        return [self.lhs, self.rhs]

    def __repr__(self) -> str:
        return f"{self.node.label} = sum over {self.depth!r} of {self.lhs} * {self.rhs}"


@dataclass(frozen=True, eq=False)
class Reduction:
    """`op` of `body` over the reduced axes, at every place of the kernel's axes."""

    node: Node
    op: str
    body: Expr
    reduced: tuple[Axis, ...]

    def operands(self) -> list[Expr]:
        """The expressions that the root evaluates."""
        return [self.body]

    def __repr__(self) -> str:
        over = ", ".join(map(repr, self.reduced))
        return f"{self.node.label} = {self.op} over {over} of {self.body}"


@dataclass(frozen=True, eq=False)
class Statement:
    """`node = expr`, or `node = op of expr along the lane axis`."""

    node: Node
    expr: Expr
    lane: bool
    op: str = ""

    def __repr__(self) -> str:
        reduce = f"{self.op} along lane of " if self.op else ""
        return f"{self.node.label or self.node.role.value} = {reduce}{format_expr(self.expr)}"


@dataclass(frozen=True, eq=False)
class Kernel:
    """One fused loop nest."""

    name: str
    rows: tuple[Axis, ...]
    lane: Axis | None
    root: Contraction | Reduction | None
    statements: tuple[Statement, ...]
    stored: tuple[Node, ...]

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
        return list(dict.fromkeys(each.what for each in loads_of(*self.expressions())))

    def __repr__(self) -> str:
        loops = f"  for {', '.join(map(repr, self.axes))}:" if self.axes else "  once:"
        body = [f"    {each!r}" for each in (self.root, *self.statements) if each is not None]
        names = ", ".join(node.label or node.role.value for node in self.stored)
        return "\n".join([f"kernel {self.name}", loops, *body, f"  store {names}"])


def format_kernels(kernels: list[Kernel]) -> str:
    """Write the kernels as text, one after another."""
    return "\n".join(map(repr, kernels))
