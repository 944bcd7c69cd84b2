"""`Form`: what a function of the loop language is, once it is in normal form."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from geartrain.primitives.loop_text import INDENT, index

COMBINE = {
    "sum": "total + {element}",
    "prod": "total * {element}",
    "max": "maximum(total, {element})",
    "min": "minimum(total, {element})",
}
STARTS = {"sum": "0.0", "prod": "1.0", "max": "-inf", "min": "inf"}

Loop = tuple[str, str]  # a loop variable and the text of its range's size


@dataclass(frozen=True)
class Form:
    """out[outer] = body, or op over `inner` of body."""

    name: str
    arguments: tuple[str, ...]
    outer: tuple[Loop, ...]
    inner: tuple[Loop, ...]
    op: str
    start: str
    body: ast.expr
    keeps_dtype: bool  # the result begins as a copy of an argument, and keeps its dtype

    @property
    def kind(self) -> str:
        """What was recognised, in words."""
        axes = ", ".join(name for name, _ in self.outer)
        if not self.op:
            return f"map over {axes}" if axes else "one number"
        summed = ", ".join(name for name, _ in self.inner)
        product = isinstance(self.body, ast.BinOp) and isinstance(self.body.op, ast.Mult)
        if self.op == "sum" and product and all(_is_load(each) for each in _factors(self.body)):
            return f"contraction to ({axes}), summed over {summed}"
        return f"{self.op} over {summed}, for each ({axes})"

    def loops(self) -> str:
        """The text of the loops, as primitives write theirs."""
        lines = [f"def naive_{self.name}({', '.join((*self.arguments, 'out'))}):"]
        for depth, (name, _) in enumerate(self.outer, 1):
            lines.append(f"{INDENT * depth}for {name} in range(out.shape[{depth - 1}]):")
        place = index([name for name, _ in self.outer])
        here = INDENT * (len(self.outer) + 1)
        element = ast.unparse(self.body)
        if not self.op:
            return "\n".join([*lines, f"{here}out[{place}] = {element}"]) + "\n"
        lines.append(f"{here}total = {self.start}")
        for depth, (name, size) in enumerate(self.inner):
            lines.append(f"{here}{INDENT * depth}for {name} in range({size}):")
        if isinstance(self.body, ast.IfExp | ast.BoolOp | ast.Compare):
            element = f"({element})"
        inside = here + INDENT * len(self.inner)
        lines.append(f"{inside}total = {COMBINE[self.op].format(element=element)}")
        return "\n".join([*lines, f"{here}out[{place}] = total"]) + "\n"


def _is_load(node: ast.expr) -> bool:
    return isinstance(node, ast.Subscript)


def _factors(node: ast.expr) -> list[ast.expr]:
    return [node.left, node.right] if isinstance(node, ast.BinOp) else [node]
