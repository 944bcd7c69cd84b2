"""`return`, `break` and `continue` written as choices, so that only choices and loops are left.

    for x in items:                        for x in items:        (stops when left_1)
        if x > 3:                              if x > 3:
            break                 ->               left_1 = True
        total += x                             else:
                                                   total += x

What follows a choice goes into the way that goes on; where both may go on, it stands under the
flags that say so. A loop's attribute `flags` has the names that end it.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from itertools import count

from geartrain.compat.tensorflow.autograph.names import inside

VALUE, DONE, AG = "ag_value__", "ag_done__", "ag__"
Block = list[ast.stmt]
LOOPS = (ast.While, ast.For)


class CannotRewrite(Exception):
    """Code that is left as it stands, and why."""


def without_jumps(body: Sequence[ast.stmt]) -> Block:
    """A function's body that returns at its end only."""
    if not any(isinstance(each, ast.Return | ast.Break | ast.Continue) for each in inside(body)):
        return list(body)
    if not leaves(body)[1]:
        body = [*body, _at(ast.Return(ast.Constant(None)), body[-1])]
    start = [_set(DONE, ast.Constant(False), body[0]), _undefined(VALUE, body[0])]
    found = _Lowering().block(body)
    last = ast.Call(_runtime("returned", body[-1]), [ast.Name(VALUE, ast.Load())], [])
    return [*start, *found, _at(ast.Return(last), body[-1])]


def leaves(block: Sequence[ast.stmt]) -> tuple[set[str], bool]:
    """How code may be left: by which kinds of jumps, and whether by one in any case."""
    kinds: set[str] = set()
    for statement in block:
        found, always = _leaves_of(statement)
        kinds |= found
        if always:
            return kinds, True
    return kinds, False


def _leaves_of(node: ast.stmt) -> tuple[set[str], bool]:
    if isinstance(node, ast.Return | ast.Break | ast.Continue):
        return {type(node).__name__}, True
    if isinstance(node, ast.If):
        first, second = leaves(node.body), leaves(node.orelse)
        return first[0] | second[0], first[1] and second[1]
    if isinstance(node, LOOPS):
        return (leaves(node.body)[0] & {"Return"}) | leaves(node.orelse)[0], False
    if isinstance(node, ast.With):
        return leaves(node.body)
    if isinstance(node, ast.Try):
        blocks = [node.body, node.orelse, node.finalbody, *(each.body for each in node.handlers)]
        return set().union(*(leaves(each)[0] for each in blocks)), False
    if isinstance(node, ast.Match) and any(leaves(each.body)[0] for each in node.cases):
        raise CannotRewrite("a `match` that is left by return, break or continue")
    return set(), isinstance(node, ast.Raise)


class _Lowering:
    """Rewrites blocks, knowing the flags of the loop around."""

    def __init__(self) -> None:
        self.numbers = count(1)
        self.flags = {"Return": DONE}

    def block(self, block: Sequence[ast.stmt]) -> Block:
        found: Block = []
        for at, node in enumerate(block):
            kinds, always = _leaves_of(node)
            rest = list(block[at + 1 :])
            if isinstance(node, ast.If) and kinds and rest:
                return [*found, *self._choice(node, rest)]
            found += self._lowered(node)
            if always:
                return found
            if kinds and rest:
                return [*found, self._unless(kinds, rest, node)]
        return found

    def _choice(self, node: ast.If, rest: Block) -> Block:
        """A choice and what follows it, which goes into the way that does not leave."""
        first, second = leaves(node.body), leaves(node.orelse)
        if first[1]:
            ways = self.block(node.body), self.block([*node.orelse, *rest])
        elif second[1]:
            ways = self.block([*node.body, *rest]), self.block(node.orelse)
        else:
            return [*self._lowered(node), self._unless(first[0] | second[0], rest, node)]
        return [_at(ast.If(node.test, ways[0] or [_at(ast.Pass(), node)], ways[1]), node)]

    def _unless(self, kinds: set[str], rest: Block, near: ast.stmt) -> ast.stmt:
        """What follows code that may have left by one of several kinds of jumps."""
        flags = [self.flags[each] for each in sorted(kinds)]
        return _at(ast.If(_none_of(flags, near), self.block(rest), []), rest[0])

    def _lowered(self, node: ast.stmt) -> Block:
        if isinstance(node, ast.Return):
            value = node.value or _near(ast.Constant(None), node)
            return [_set(VALUE, value, node), _set(DONE, ast.Constant(True), node)]
        if isinstance(node, ast.Break | ast.Continue):
            return [_set(self.flags[type(node).__name__], ast.Constant(True), node)]
        if isinstance(node, ast.If):
            then = self.block(node.body) or [_at(ast.Pass(), node)]
            return [_at(ast.If(node.test, then, self.block(node.orelse)), node)]
        if isinstance(node, LOOPS):
            return self._loop(node)
        if isinstance(node, ast.With):
            return [_at(ast.With(node.items, self.block(node.body)), node)]
        if isinstance(node, ast.Try):
            return [self._try(node)]
        return [node]

    def _try(self, node: ast.Try) -> ast.stmt:
        handlers = [
            ast.copy_location(ast.ExceptHandler(each.type, each.name, self.block(each.body)), each)
            for each in node.handlers
        ]
        blocks = (self.block(each) for each in (node.orelse, node.finalbody))
        return _at(ast.Try(self.block(node.body), handlers, *blocks), node)

    def _loop(self, node: ast.While | ast.For) -> Block:
        outside, number = self.flags, next(self.numbers)
        left, passed = f"ag_left_{number}__", f"ag_passed_{number}__"
        self.flags = {"Return": DONE, "Break": left, "Continue": passed}
        kinds = leaves(node.body)[0]
        body = self.block(node.body)
        if "Continue" in kinds:
            body = [_set(passed, ast.Constant(False), node), *body]
        self.flags = outside
        ends = [flag for kind, flag in (("Break", left), ("Return", DONE)) if kind in kinds]
        loop = _with_body(node, body)
        loop.flags = ends  # type: ignore[union-attr]
        start = [_set(left, ast.Constant(False), node)] if "Break" in kinds else []
        after = self.block(node.orelse)
        if after and ends:
            after = [_at(ast.If(_none_of(ends, node), after, []), node)]
        return [*start, loop, *after]


def _with_body(node: ast.While | ast.For, body: Block) -> ast.While | ast.For:
    body = body or [_at(ast.Pass(), node)]
    found = (
        ast.While(node.test, body, [])
        if isinstance(node, ast.While)
        else ast.For(node.target, node.iter, body, [], None)
    )
    return ast.copy_location(found, node)


def _none_of(flags: Sequence[str], near: ast.stmt) -> ast.expr:
    tests: list[ast.expr] = [ast.UnaryOp(ast.Not(), ast.Name(x, ast.Load())) for x in flags]
    return _near(tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests), near)


def _set(name: str, value: ast.expr, near: ast.stmt) -> ast.stmt:
    return _at(ast.Assign([ast.Name(name, ast.Store())], value), near)


def _undefined(name: str, near: ast.stmt) -> ast.stmt:
    return _set(name, ast.Call(_runtime("Undefined", near), [ast.Constant(name)], []), near)


def _runtime(name: str, near: ast.AST) -> ast.expr:
    return ast.Attribute(ast.Name(AG, ast.Load()), name, ast.Load())


def _at(node: ast.stmt, near: ast.AST) -> ast.stmt:
    """A new statement at the place of another: so errors name the user's line."""
    return ast.fix_missing_locations(ast.copy_location(node, near))


def _near(node: ast.expr, near: ast.AST) -> ast.expr:
    return ast.fix_missing_locations(ast.copy_location(node, near))
