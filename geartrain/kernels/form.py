"""What a function of the loop language is, once it is in normal form: `Form`s in a `LoopProgram`.

z = np.zeros(x.shape[0])                      total[i] = sum over j of x[i, j]
for i in range(x.shape[0]):                   z[i] = total[i] / x.shape[1]
    t = 0.0
    for j in range(x.shape[1]):        ->     two forms: a reduction, then a map
        t += x[i, j]
    z[i] = t / x.shape[1]
return z
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from types import CodeType
from typing import Any

from geartrain.kernels.arrays import View
from geartrain.primitives.loop_text import INDENT, index

COMBINE = {
    "sum": "total + {element}",
    "prod": "total * {element}",
    "max": "maximum(total, {element})",
    "min": "minimum(total, {element})",
}
STARTS = {"sum": "0.0", "prod": "1.0", "max": "-inf", "min": "inf"}

Tests = tuple[ast.expr, ...]
Loop = tuple[str, str]  # a loop variable and the text of its range's size


@dataclass(frozen=True)
class Form:
    """out[outer] = body, or op over `inner` of body; other forms read the result by `name`."""

    name: str
    arguments: tuple[str, ...]
    outer: tuple[Loop, ...]
    inner: tuple[Loop, ...]
    op: str
    body: ast.expr

    @property
    def kind(self) -> str:
        """What was recognised, in words."""
        axes = ", ".join(name for name, _ in self.outer)
        if not self.op:
            return f"map over {axes}" if axes else "one number"
        summed = ", ".join(name for name, _ in self.inner)
        if self.op == "sum" and _is_product(self.body):
            return f"contraction to ({axes}), summed over {summed}"
        return f"{self.op} over {summed}, for each ({axes})"

    def loads(self) -> Iterator[tuple[ast.Subscript, Tests]]:
        """The elements that the body reads, and the tests which must hold where it does."""
        return _loads(self.body, ())

    def loops(self, name: str = "") -> str:
        """The text of the loops, as primitives write theirs."""
        title = f"naive_{(name or self.name).removeprefix('naive_')}"
        lines = [f"def {title}({', '.join((*self.arguments, 'out'))}):"]
        for depth, (letter, _) in enumerate(self.outer, 1):
            lines.append(f"{INDENT * depth}for {letter} in range(out.shape[{depth - 1}]):")
        place = index([letter for letter, _ in self.outer])
        here = INDENT * (len(self.outer) + 1)
        element = ast.unparse(self.body)
        if not self.op:
            return "\n".join([*lines, f"{here}out[{place}] = {element}"]) + "\n"
        lines.append(f"{here}total = {STARTS[self.op]}")
        for depth, (letter, size) in enumerate(self.inner):
            lines.append(f"{here}{INDENT * depth}for {letter} in range({size}):")
        if not isinstance(self.body, ast.Subscript | ast.Call | ast.Constant | ast.Name):
            element = self._operand(element)
        inside = here + INDENT * len(self.inner)
        lines.append(f"{inside}total = {COMBINE[self.op].format(element=element)}")
        return "\n".join([*lines, f"{here}out[{place}] = total"]) + "\n"

    def _operand(self, element: str) -> str:
        """The body, in parentheses where it would fall apart beside the total."""
        product = isinstance(self.body, ast.BinOp) and isinstance(self.body.op, ast.Mult)
        stands = self.op in ("max", "min") or (self.op == "sum" and product)
        return element if stands else f"({element})"


def _is_product(body: ast.expr) -> bool:
    if not isinstance(body, ast.BinOp) or not isinstance(body.op, ast.Mult):
        return False
    return all(isinstance(each, ast.Subscript) for each in (body.left, body.right))


def _loads(node: ast.AST, tests: Tests) -> Iterator[tuple[ast.Subscript, Tests]]:
    if isinstance(node, ast.Subscript):
        if isinstance(node.value, ast.Name):  # else it is a size: x.shape[0]
            yield node, tests
        return
    if isinstance(node, ast.IfExp):
        yield from _loads(node.test, tests)
        yield from _loads(node.body, (*tests, node.test))
        yield from _loads(node.orelse, (*tests, ast.UnaryOp(ast.Not(), node.test)))
        return
    for child in ast.iter_child_nodes(node):
        yield from _loads(child, tests)


@dataclass(frozen=True)
class Cover:
    """An axis of an array that is made, and the loop which fills it: they must be of one size."""

    array: str
    axis: int
    made: str
    loop: Loop
    where: str


@dataclass(frozen=True)
class Reach:
    """A range whose numbers are indices of an array that is made: they must lie in it."""

    array: str
    axis: int
    made: str
    low: str
    high: str  # the first number beyond
    text: str
    where: str


@dataclass(frozen=True)
class Assertion:
    """An assert about shapes: its test, and what the names in it stand for."""

    test: CodeType
    text: str
    where: str
    views: dict[str, View]
    sizes: dict[str, str]
    others: dict[str, Any]


@dataclass(frozen=True)
class LoopProgram:
    """A function in normal form: forms in the order in which they run.

    What the shapes of its arguments must fulfil is noted down with it.
    """

    name: str
    arguments: tuple[str, ...]
    forms: tuple[Form, ...]
    results: tuple[str, ...]
    checked: tuple[Form, ...]  # all that was read, needed or not
    keeps_dtype: bool  # every result begins as a copy, and has its dtype
    ranks: dict[str, int]
    covers: tuple[Cover, ...]
    reaches: tuple[Reach, ...]
    assertions: tuple[Assertion, ...]

    @cached_property
    def kind(self) -> str:
        """What was recognised, in words."""
        return "; ".join(form.kind for form in self.forms)

    def loops(self) -> str:
        """The text of all loops."""
        return "\n".join(form.loops() for form in self.forms)


def joined(forms: list[Form], results: list[str]) -> list[Form]:
    """The forms that the results need; a total that is only stored is stored at once."""
    needed = set(results)
    live: list[Form] = []
    for form in reversed(forms):
        if form.name in needed:
            needed.update(form.arguments)
            live.insert(0, form)
    for form in tuple(live):
        _store_at_once(form, live, results)
    return live


def _store_at_once(copying: Form, live: list[Form], results: list[str]) -> None:
    """Let a reduction give what a form copies of it, element by element."""
    load = copying.body
    if copying.op or not isinstance(load, ast.Subscript) or not isinstance(load.value, ast.Name):
        return
    letters = [letter for letter, _ in copying.outer]
    source = next((form for form in live if form.name == load.value.id), None)
    if source is None or source.name in results:
        return
    readers = [form for form in live if source.name in form.arguments]
    places = load.slice.elts if isinstance(load.slice, ast.Tuple) else [load.slice]
    names = [each.id if isinstance(each, ast.Name) else "" for each in places]
    if readers != [copying] or sorted(names) != sorted(letters):
        return
    renamed = {old: new for (old, _), new in zip(source.outer, names, strict=True)}
    live[live.index(copying)] = Form(
        copying.name,
        source.arguments,
        copying.outer,
        source.inner,
        source.op,
        _Renamed(renamed).visit(copy.deepcopy(source.body)),
    )
    live.remove(source)


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.names.get(node.id, node.id), ast.Load())
