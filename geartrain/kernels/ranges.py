"""Ranges that do not begin at 0: `range(start, stop, step)` in terms of a loop that does.

for i in range(1, n):            for i in range(n - 1):
    total += x[i]          ->        total += x[i + 1]

for i in range(1, n):            for i in range(n):              n is the size of z
    z[i] = x[i - 1]        ->        if i >= 1:
                                         z[i] = x[i - 1]
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from geartrain.kernels.sizes import parsed

LONGEST_PERIOD = 10_000


@dataclass(frozen=True)
class Span:
    """The numbers of a range: the texts of its start and its stop, and its step."""

    start: str
    stop: str
    step: int = 1

    @property
    def is_plain(self) -> bool:
        """Whether it is range(stop)."""
        return self.start == "0" and self.step == 1

    @property
    def turns(self) -> str:
        """The text of how many numbers there are; below zero, there are none."""
        if self.is_plain:
            return self.stop
        first, last = (self.start, self.stop) if self.step > 0 else (self.stop, self.start)
        length, step = f"{last} - ({first})", abs(self.step)
        return ast.unparse(parsed(length if step == 1 else f"({length} + {step - 1}) // {step}"))

    def at(self, letter: str) -> ast.expr:
        """The number of a turn."""
        moved = letter if abs(self.step) == 1 else f"{letter} * {abs(self.step)}"
        if self.step < 0:
            return parsed(f"{self.start} - {moved}")
        return parsed(moved if self.start == "0" else f"{moved} + ({self.start})")

    @property
    def ends(self) -> tuple[str, str]:
        """The texts of the smallest number there may be, and of the first beyond the largest."""
        return (
            (self.start, self.stop) if self.step > 0 else (f"{self.stop} + 1", f"{self.start} + 1")
        )

    def tests(self, letter: str, size: str) -> Iterator[ast.expr]:
        """What holds for the numbers of this range, of those from 0 to before a size."""
        low, high = self.ends
        if low not in ("0", "-1 + 1"):
            yield parsed(f"{letter} >= {low}")
        if high != size:
            yield parsed(f"{letter} < {high}")
        if abs(self.step) > 1:  # letter - start, without going below zero
            step = abs(self.step)
            yield parsed(f"({letter} + ({self.start}) * {step - 1}) % {step} == 0")


def stored_at(name: str, body: Sequence[ast.stmt]) -> tuple[ast.Subscript, int] | None:
    """The first element that statements store at an index of this name, and on which axis."""
    for node in (each for statement in body for each in ast.walk(statement)):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        for target in targets:
            if isinstance(target, ast.Subscript):
                places = (
                    target.slice.elts if isinstance(target.slice, ast.Tuple) else [target.slice]
                )
                for axis, place in enumerate(places):
                    if isinstance(place, ast.Name) and place.id == name:
                        return target, axis
    return None


def settled(index: ast.expr) -> ast.expr:
    """An index that is a loop variable after all, as that variable: `i + 1 - 1`, `i * 2 // 2`.

    Sums, multiples and quotients repeat with the product of the numbers in them.

    >>> ast.unparse(settled(parsed("i * 2 // 2"))), ast.unparse(settled(parsed("i // 2 * 2")))
    ('i', 'i // 2 * 2')
    """
    nodes = list(ast.walk(index))
    names = {each.id for each in nodes if isinstance(each, ast.Name)}
    numbers = [abs(int(str(each.value))) for each in nodes if isinstance(each, ast.Constant)]
    period = math.prod(number + 1 for number in numbers)
    if len(names) != 1 or isinstance(index, ast.Name) or period > LONGEST_PERIOD:
        return index
    if any(isinstance(each, ast.Subscript | ast.Attribute) for each in nodes):
        return index
    (name,) = names
    code = compile(ast.unparse(index), "index", "eval")
    try:
        same = all(eval(code, {name: at}) == at for at in range(2 * period))  # noqa: S307
    except ZeroDivisionError:
        return index
    return ast.Name(name, ast.Load()) if same else index
