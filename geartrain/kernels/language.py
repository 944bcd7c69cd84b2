"""The loop language: what it allows, and how an error points at the line.

    function  ::=  def name(array, ...):  statement...  return name, ...
    statement ::=  assert condition                     on shapes; checked at every call
                |  name = array.copy()                  an array begins as a copy ...
                |  name = np.zeros(shape)               ... or as zeros (np.ones, np.empty, ...)
                |  name = array[i, :]                   a row or a column of an array
                |  name = array.shape[k]                a size; rows, columns = array.shape
                |  name = value                         a number
                |  for i in range(size):  statement...          or range(start, stop, step)
                |  if test:  statement...  else:  statement...
                |  array[i, ...] = value                at loop variables; also +=, -=, *=
                |  total = total + value                also +=, -=, *=, max(total, value)
    size      ::=  array.shape[k] | len(array) | a whole number | size + size | size // size | ...
    value     ::=  number | array[index, ...] | i | size | value + value | -value
                |  value if test else value | max(value, value) | exp(value) | np.exp(value) | ...
                |  other(array, ...)                    another function of this language
    index     ::=  of loop variables, sizes and whole numbers, by + - * // %

Every array that loops fill, and every total, is a normal form: a *map*, or a *reduction* (one
that sums products of two arrays is a *contraction*). A function is a row of such forms:

    for i in range(out.shape[0]):               for i in range(out.shape[0]):
        out[i] = value                              total = 0.0
                                                    for k in range(x.shape[1]):
                                                        total = total + value
                                                    out[i] = total

The forms run one after another, whole; Python runs the statements turn by turn. Where that could
make a difference (a value that is carried from one turn to the next, an array that is read at
another place than its loop fills), the function is refused.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from geartrain.primitives.scalar_math import NAMESPACE

ALIASES = {"max": "maximum", "min": "minimum", "fabs": "abs", "absolute": "abs", "pow": "power"}
FUNCTIONS = frozenset(name for name, each in NAMESPACE.items() if callable(each)) - {"range"}
RESERVED = frozenset(["out", "total", "inf", "nan", "range"])


class LoopError(SyntaxError):
    """A function is outside of the loop language; the error points at the line."""


@dataclass(frozen=True)
class Source:
    """A function's text, where it stands, and what its names mean."""

    function: Callable[..., Any]
    tree: ast.FunctionDef
    file: str
    first_line: int
    lines: tuple[str, ...]

    @classmethod
    def of(cls, function: Callable[..., Any]) -> Source:
        """The source of a Python function."""
        try:
            lines, first_line = inspect.getsourcelines(function)
        except (OSError, TypeError):
            raise LoopError(
                f"the source of {function!r} cannot be found: write it to a file"
            ) from None
        text = textwrap.dedent("".join(lines))
        tree = _OneIndex().visit(ast.parse(text).body[0])
        file = inspect.getsourcefile(function) or "<unknown>"
        if not isinstance(tree, ast.FunctionDef):
            raise LoopError(f"{function!r} is no function defined by def")
        return cls(function, tree, file, first_line, tuple(text.splitlines()))

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the arrays that the function takes."""
        given = self.tree.args
        names = tuple(each.arg for each in (*given.posonlyargs, *given.args))
        if given.vararg or given.kwarg or given.kwonlyargs or given.defaults or not names:
            raise self.error(self.tree, "a kernel takes arrays by position, nothing else")
        for name in names:
            if name in RESERVED or name in FUNCTIONS:
                raise self.error(self.tree, f"{name} has a meaning in the language: rename it")
        return names

    def error(self, node: ast.AST, problem: str) -> LoopError:
        """An error that points at a piece of the source."""
        line = getattr(node, "lineno", 1)
        column = getattr(node, "col_offset", 0)
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        message = f"{problem} (in kernel {self.tree.name})"
        return LoopError(message, (self.file, self.first_line + line - 1, column + 1, text))

    def where(self, node: ast.AST) -> str:
        """Where a piece of the source stands."""
        return f"line {self.first_line + getattr(node, 'lineno', 1) - 1} of {self.file}"

    def lookup(self, name: str) -> Any:
        """What a name means where the function was defined, or None."""
        closure = inspect.getclosurevars(self.function)
        for space in (closure.nonlocals, closure.globals, closure.builtins):
            if name in space:
                return space[name]
        return None


class _OneIndex(ast.NodeTransformer):
    """Writes `z[i][j]` as `z[i, j]`, where the first index takes no slice."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        inner = node.value
        if not isinstance(inner, ast.Subscript) or not isinstance(inner.value, ast.Name):
            return node
        places = [*_places(inner), *_places(node)]
        if any(isinstance(each, ast.Slice) for each in _places(inner)):
            return node
        index = ast.copy_location(ast.Tuple(places, ast.Load()), node)
        return ast.copy_location(ast.Subscript(inner.value, index, node.ctx), node)


def _places(node: ast.Subscript) -> list[ast.expr]:
    return node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]


def function_name(node: ast.expr) -> str | None:
    """The name in the loop language of what is called: `np.exp` and `math.exp` are `exp`."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        name = node.attr if node.value.id in ("np", "numpy", "math") else ""
    else:
        name = node.id if isinstance(node, ast.Name) else ""
    name = ALIASES.get(name, name)
    return name if name in FUNCTIONS else None
