"""A function's code with choices and loops as calls, which ask whether tensors decide.

    if x > 0:               def then__():
        y = x                   nonlocal y
    else:           ->          y = x
        y = -x              ...
                            ag__.if_stmt(x > 0, then__, else__, ag__.State(get__, set__, ("y",)))

`a and b` becomes `ag__.all_of(lambda: a, lambda: b)`, `f(x)` becomes `ag__.converted(f)(x)`. The
first argument of each call is what Python would have asked; `running.py` and `calls.py` are
what is called.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from geartrain.compat.tensorflow.autograph.jumps import AG, CannotRewrite, without_jumps
from geartrain.compat.tensorflow.autograph.names import (
    BINDS,
    bound,
    changed_in_place,
    comes_first,
    declared,
    inside,
)

Definition = ast.FunctionDef | ast.Lambda
FRAMES = {"dir", "eval", "exec", "globals", "locals", "super", "vars"}  # that ask for their caller
PLAIN = {"isinstance", "issubclass", "hasattr", "callable"}  # which tensors do not decide


def rewritten(node: Definition) -> Definition:
    """A function that asks at run time whether a tensor decides.

    Raises:
        CannotRewrite: it is a generator, a coroutine, or jumps out of a `match`.
    """
    body = node.body if isinstance(node, ast.FunctionDef) else [node.body]
    if any(isinstance(each, ast.Yield | ast.YieldFrom | ast.Await) for each in inside(body)):
        raise CannotRewrite("a generator or a coroutine")
    return _Scope(node).function()


class _Scope(ast.NodeTransformer):
    """Rewrites the code of one function; those within it have scopes of their own."""

    def __init__(self, node: Definition) -> None:
        self.node = node
        self.parameters = _parameters(node)
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()

    def function(self) -> Definition:
        node = self.node
        if isinstance(node, ast.Lambda):
            node.body = self.visit(node.body)
            return node
        node.body = without_jumps(node.body)
        self.globals = declared(node.body, ast.Global)
        self.nonlocals = declared(node.body, ast.Nonlocal)
        names = [x for x in bound(node.body) if x not in self.globals | self.nonlocals]
        node.body = self._block(node.body)
        known = set(self.parameters)
        start = _undefined([each for each in names if each not in known], node.body[0])
        at = 1 if ast.get_docstring(node, clean=False) is not None else 0
        declarations = [x for x in node.body if isinstance(x, ast.Global | ast.Nonlocal)]
        rest = [x for x in node.body[at:] if x not in declarations]
        node.body = [*node.body[:at], *declarations, *start, *rest]
        return node

    def _block(self, block: Sequence[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for each in block:
            new = self.visit(each)
            found += new if isinstance(new, list) else [new]
        return found

    # -- statements ----------------------------------------------------------------------------

    def visit_If(self, node: ast.If) -> list[ast.stmt]:
        """A choice."""
        names = bound([*node.body, *node.orelse])
        changed = _either(changed_in_place(node.body), changed_in_place(node.orelse))
        then, other = self._block(node.body), self._block(node.orelse)
        test = self.visit(node.test)
        if _is_plain(node.test):
            return [_copied(ast.If(test, then, other), node)]
        functions = [
            _function("then__", [*self._claims(names), *then], node),
            _function("else__", [*self._claims(names), *other], node),
        ]
        called = _called("if_stmt", [test, _name("then__"), _name("else__")], names, changed)
        return [*functions, *self._state(names, node), _copied(ast.Expr(called), node)]

    def visit_While(self, node: ast.While) -> list[ast.stmt]:
        """A loop that goes on while something holds, and no flag ends it."""
        stays, passing = self._of_turn(node, node.body)
        changed = changed_in_place(node.body)
        goes_on = _all([*_not(getattr(node, "flags", [])), node.test])
        test = _copied(ast.Return(self.visit(goes_on)), node)
        claims = self._claims(bound([node.test]))
        functions = [
            _function("test__", [*claims, test], node),
            self._turn(node, self._block(node.body), stays, passing),
        ]
        called = _called("while_stmt", [_name("test__"), _name("turn__")], stays, changed)
        return [*functions, *self._state(stays, node), _copied(ast.Expr(called), node)]

    def visit_For(self, node: ast.For) -> list[ast.stmt]:
        """A loop over items, until a flag ends it."""
        given = _copied(ast.Assign([node.target], _name("item__")), node)
        stays, passing = self._of_turn(node, [given, *node.body])
        changed = changed_in_place([given, *node.body])
        body = [self.visit(given), *self._block(node.body)]
        flags = getattr(node, "flags", [])
        functions = [self._turn(node, body, stays, passing, "item__")]
        goes_on: ast.expr = ast.Constant(None)
        if flags:
            goes_on = _name("test__")
            test = _copied(ast.Return(self.visit(_all(_not(flags)))), node)
            functions.append(_function("test__", [test], node))
        over = [self.visit(node.iter), goes_on, _name("turn__")]
        called = _called("for_stmt", over, stays, changed)
        return [*functions, *self._state(stays, node), _copied(ast.Expr(called), node)]

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        """A check."""
        said = ast.Constant(None) if node.msg is None else _lazy(self.visit(node.msg))
        call = ast.Call(_runtime("assert_stmt"), [self.visit(node.test), said], [])
        return _copied(ast.Expr(call), node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        """`x: int = 1` is `x = 1`: a name of the function around cannot be annotated."""
        if node.value is None:
            return _copied(ast.Pass(), node)
        return _copied(ast.Assign([node.target], self.visit(node.value)), node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        """A function within this one."""
        try:
            return rewritten(node)  # type: ignore[return-value]
        except CannotRewrite:
            return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        """A function within this one."""
        return rewritten(node)  # type: ignore[return-value]

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.stmt:
        """A coroutine is left as it stands."""
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.stmt:
        """A class is left as it stands."""
        return node

    # -- expressions ---------------------------------------------------------------------------

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        """`a and b`, `a or b`."""
        self.generic_visit(node)
        if _binds(node):
            return node
        name = "all_of" if isinstance(node.op, ast.And) else "any_of"
        return _expression(ast.Call(_runtime(name), [_lazy(x) for x in node.values], []), node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        """`not a`."""
        self.generic_visit(node)
        if not isinstance(node.op, ast.Not):
            return node
        return _expression(ast.Call(_runtime("not_"), [node.operand], []), node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        """`a if c else b`."""
        self.generic_visit(node)
        if _binds(node):
            return node
        ways = [node.test, _lazy(node.body), _lazy(node.orelse)]
        return _expression(ast.Call(_runtime("if_exp"), ways, []), node)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """`a < b < c` is `a < b and b < c`, where b may be asked for twice."""
        values = [node.left, *node.comparators]
        if len(node.ops) < 2 or not all(map(_is_simple, values[1:-1])):
            self.generic_visit(node)
            return node
        pairs = zip(values[:-1], node.ops, values[1:], strict=True)
        parts = [_lazy(self.visit(ast.Compare(a, [op], [b]))) for a, op, b in pairs]
        return _expression(ast.Call(_runtime("all_of"), list(parts), []), node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """A call, of what may have to be rewritten as well."""
        called = node.func
        if isinstance(called, ast.Attribute) and _is_runtime(called):
            self.generic_visit(node)
            return node
        if isinstance(called, ast.Name) and called.id in FRAMES | PLAIN:
            return self._of_frame(node, called.id)
        self.generic_visit(node)
        convert = ast.Call(_runtime("converted"), [node.func], [])
        node.func = _expression(convert, called)
        return node

    def _of_frame(self, node: ast.Call, name: str) -> ast.expr:
        """`super()` finds its arguments in its frame, which may be another one now."""
        self.generic_visit(node)
        if name == "super" and not node.args and self.parameters:
            node.args = [_name("__class__"), _name(self.parameters[0])]
            ast.fix_missing_locations(node)
        elif name in FRAMES - {"super"}:
            raise CannotRewrite(f"a call of {name}()")
        return node

    # -- names ---------------------------------------------------------------------------------

    def _of_turn(
        self, node: ast.While | ast.For, body: Sequence[ast.stmt]
    ) -> tuple[list[str], list[str]]:
        """The names that turns hand on, and those that pass."""
        names = bound([*body, *([node.test] if isinstance(node, ast.While) else [])])
        elsewhere = self._read_elsewhere(node)
        passing = [
            each
            for each in names
            if each not in elsewhere | self.globals | self.nonlocals
            and comes_first(each, body) == BINDS
        ]
        return [each for each in names if each not in passing], passing

    def _read_elsewhere(self, node: ast.While | ast.For) -> set[str]:
        """What is read outside of a loop's body, or by functions within it."""
        body = {id(each) for statement in node.body for each in ast.walk(statement)}
        whole = self.node.body if isinstance(self.node, ast.FunctionDef) else [self.node.body]
        found = {
            each.id
            for statement in whole
            for each in ast.walk(statement)
            if isinstance(each, ast.Name)
            and isinstance(each.ctx, ast.Load | ast.Del)
            and id(each) not in body
        }
        return found | set(getattr(node, "flags", []))

    def _claims(self, names: Sequence[str]) -> list[ast.stmt]:
        """Declarations with which a function within this one binds names of this one."""
        kinds = [
            (ast.Global, [each for each in names if each in self.globals]),
            (ast.Nonlocal, [each for each in names if each not in self.globals]),
        ]
        return [kind(list(group)) for kind, group in kinds if group]

    def _turn(
        self,
        node: ast.stmt,
        body: list[ast.stmt],
        stays: list[str],
        passing: list[str],
        *parameters: str,
    ) -> ast.stmt:
        start = [*self._claims(stays), *_undefined(passing, node)]
        return _function("turn__", [*start, *body], node, *parameters)

    def _state(self, names: Sequence[str], near: ast.stmt) -> list[ast.stmt]:
        """Functions that give and set the values of names."""
        values = ast.Tuple([_name(each) for each in names], ast.Load())
        targets = ast.Tuple([ast.Name(each, ast.Store()) for each in names], ast.Store())
        given = ast.Assign([targets], _name("values__"))
        return [
            _function("get__", [ast.Return(values)], near),
            _function("set__", [*self._claims(names), given], near, "values__"),
        ]


def _parameters(node: Definition) -> list[str]:
    """The names of a function's parameters, in order."""
    given = node.args
    named = [*given.posonlyargs, *given.args]
    others = [given.vararg, *given.kwonlyargs, given.kwarg]
    return [each.arg for each in [*named, *(x for x in others if x is not None)]]


def _is_plain(test: ast.expr) -> bool:
    """Whether no tensor can decide: `x is None`, `isinstance(...)`."""
    if isinstance(test, ast.Compare):
        return all(isinstance(each, ast.Is | ast.IsNot) for each in test.ops)
    if isinstance(test, ast.UnaryOp):
        return isinstance(test.op, ast.Not) and _is_plain(test.operand)
    if isinstance(test, ast.Call) and isinstance(test.func, ast.Name):
        return test.func.id in PLAIN
    return isinstance(test, ast.Constant)


def _is_simple(node: ast.expr) -> bool:
    """Whether asking twice is no other than asking once."""
    if isinstance(node, ast.Attribute):
        return _is_simple(node.value)
    return isinstance(node, ast.Name | ast.Constant)


def _binds(node: ast.AST) -> bool:
    return any(isinstance(each, ast.NamedExpr | ast.Await | ast.Yield) for each in ast.walk(node))


def _not(flags: Sequence[str]) -> list[ast.expr]:
    return [ast.UnaryOp(ast.Not(), _name(each)) for each in flags]


def _all(tests: list[ast.expr]) -> ast.expr:
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests)


def _is_runtime(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == AG


def _name(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def _runtime(name: str) -> ast.expr:
    return ast.Attribute(_name(AG), name, ast.Load())


def _lazy(value: ast.expr) -> ast.expr:
    nothing = ast.arguments([], [], None, [], [], None, [])
    return _expression(ast.Lambda(nothing, value), value)


def _called(
    name: str, arguments: Sequence[ast.expr], names: Sequence[str], changed: str | None
) -> ast.expr:
    words = ast.Tuple([ast.Constant(each) for each in names], ast.Load())
    state = [_name("get__"), _name("set__"), words, ast.Constant(changed)]
    return ast.Call(_runtime(name), [*arguments, ast.Call(_runtime("State"), state, [])], [])


def _either(first: str | None, second: str | None) -> str | None:
    return second if first is None else first


def _undefined(names: Sequence[str], near: ast.AST) -> list[ast.stmt]:
    return [
        _copied(
            ast.Assign(
                [ast.Name(each, ast.Store())],
                ast.Call(_runtime("Undefined"), [ast.Constant(each)], []),
            ),
            near,
        )
        for each in names
    ]


def _function(name: str, body: list[ast.stmt], near: ast.AST, *parameters: str) -> ast.stmt:
    arguments = ast.arguments([], [ast.arg(each) for each in parameters], None, [], [], None, [])
    node = ast.FunctionDef(name, arguments, body or [ast.Pass()], [])
    vars(node)["type_params"] = []  # asked for from Python 3.12 on
    return _copied(node, near)


def _copied(node: ast.stmt, near: ast.AST) -> ast.stmt:
    return ast.fix_missing_locations(ast.copy_location(node, near))


def _expression(node: ast.expr, near: ast.AST) -> ast.expr:
    return ast.fix_missing_locations(ast.copy_location(node, near))
