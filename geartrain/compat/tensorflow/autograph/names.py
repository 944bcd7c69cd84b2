"""What code does with names: which of them it binds, and which it must be given.

while i < n:            binds of the body:    i, step
    step = x * i        `step` is passing: bound before it is read, and read nowhere else,
    i += 1              so that no turn hands it to the next one
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

Nodes = Iterable[ast.AST]
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
CHANGING = {"add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove",
            "reverse", "setdefault", "sort", "update", "write"}  # fmt: skip
LOADS, BINDS = "loads", "binds"


def inside(nodes: Nodes) -> Iterator[ast.AST]:
    """All nodes of one function's own code: those of functions within it are left out."""
    for node in nodes:
        yield node
        if not isinstance(node, SCOPES):
            yield from inside(ast.iter_child_nodes(node))


def bound(nodes: Nodes) -> list[str]:
    """The names that code binds in its own function, in the order in which it does."""
    found: dict[str, None] = {}
    for node in nodes:
        found.update(dict.fromkeys(_bound_by(node)))
    return list(found)


def _bound_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        if not isinstance(node.ctx, ast.Load):
            yield node.id
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from ((each.asname or each.name).split(".")[0] for each in node.names)
    elif isinstance(node, COMPREHENSIONS):
        yield from (
            each.target.id
            for each in ast.walk(node)
            if isinstance(each, ast.NamedExpr) and isinstance(each.target, ast.Name)
        )
    elif not isinstance(node, ast.Lambda):
        yield from bound(ast.iter_child_nodes(node))


def loaded(nodes: Nodes) -> set[str]:
    """The names that code reads, functions within it included."""
    return {
        each.id
        for node in nodes
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Store)
    }


def declared(nodes: Nodes, kind: type[ast.Global | ast.Nonlocal]) -> set[str]:
    """The names that a function declares `global`, or `nonlocal`."""
    return {name for each in inside(nodes) if isinstance(each, kind) for name in each.names}


def comes_first(name: str, block: Sequence[ast.stmt]) -> str | None:
    """What a block does first with a name: `LOADS`, `BINDS` in any case, or None of the two."""
    for statement in block:
        found = _first_of(name, statement)
        if found is not None:
            return found
    return None


def _first_of(name: str, node: ast.stmt) -> str | None:
    if isinstance(node, ast.If):
        return _first_of_choice(name, node)
    if isinstance(node, ast.While | ast.For):
        return LOADS if name in loaded([node]) else None  # it may have no turns
    if isinstance(node, ast.With):
        items = _of_simple(name, [each for item in node.items for each in _parts(item)])
        return items or comes_first(name, node.body)
    if isinstance(node, ast.Try | ast.Match):
        return LOADS if name in loaded([node]) else None
    return _of_simple(name, [node])


def _parts(item: ast.withitem) -> list[ast.AST]:
    return [item.context_expr, *([item.optional_vars] if item.optional_vars else [])]


def _of_simple(name: str, nodes: Sequence[ast.AST]) -> str | None:
    augmented = any(
        isinstance(each, ast.AugAssign) and name in _bound_by(each.target) for each in nodes
    )
    if augmented or name in loaded(nodes):
        return LOADS
    return BINDS if name in bound(nodes) else None


def _first_of_choice(name: str, node: ast.If) -> str | None:
    if name in loaded([node.test]):
        return LOADS
    ways = {comes_first(name, node.body), comes_first(name, node.orelse)}
    if LOADS in ways:
        return LOADS
    return BINDS if ways == {BINDS} else None


def changed_in_place(block: Sequence[ast.stmt]) -> str | None:
    """What code changes without binding a name: `self.total = x`, `rows.append(x)`; or None.

    Objects that the code itself has made before do not count.
    """
    for node in inside(block):
        for each in _changed_by(node):
            root = _root(each)
            if root is None or comes_first(root, block) != BINDS:
                return ast.unparse(each)
    return None


def _changed_by(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
        yield node
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        called = node.value.func
        if isinstance(called, ast.Attribute) and called.attr in CHANGING:
            yield called


def _root(node: ast.expr) -> str | None:
    """The name at the beginning of `a.b[c].d`."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
