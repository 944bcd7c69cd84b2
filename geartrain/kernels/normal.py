"""Normal form: a function of the loop language becomes one map or one reduction.

    z = np.zeros(x.shape[0])                         for i in range(out.shape[0]):
    for i in range(x.shape[0]):                          total = 0.0
        z[i] = naive_vector_dot(x[i, :], y)     ->       for k in range(x.shape[1]):
    return z                                                 total = total + x[i, k] * y[k]
                                                         out[i] = total

The statements are walked once, loops entered on the way. What the result gets, and what totals
take in, is noted down with the loops it stands in; from these notes the form follows.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from geartrain.kernels.language import RESERVED, Source, function_name
from geartrain.primitives.loop_text import INDENT, index

OPS = {ast.Add: "sum", ast.Mult: "prod"}
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


@dataclass
class _Array:
    """What a name of an array stands for: an argument, seen through a view, or the result."""

    source: str  # the argument's name, or "" for zeros
    view: list[ast.expr | None]  # an index for each axis of the source, None where it is free
    starts_as_copy: bool = False


@dataclass
class _Total:
    """A scalar that takes in values."""

    start: str
    depth: int
    op: str = ""
    element: ast.expr | None = None
    loops: tuple[Loop, ...] = ()


@dataclass
class _Store:
    """What the result gets, and in which loops."""

    node: ast.stmt
    place: list[ast.expr]
    value: ast.expr
    adds: bool
    loops: tuple[Loop, ...]


def normal_form(source: Source) -> Form:
    """The normal form of a function.

    Raises:
        LoopError: it is outside of the language, or neither a map nor a reduction.
    """
    reader = _Reader(source)
    reader.read(source.tree.body)
    return reader.form()


@dataclass
class _Reader:
    source: Source
    loops: list[Loop] = field(default_factory=list)
    arrays: dict[str, _Array] = field(default_factory=dict)
    totals: dict[str, _Total] = field(default_factory=dict)
    sizes: dict[str, str] = field(default_factory=dict)
    values: dict[str, ast.expr] = field(default_factory=dict)
    stores: dict[str, list[_Store]] = field(default_factory=dict)
    result: str = ""

    def __post_init__(self) -> None:
        for name in self.source.arguments:
            self.arrays[name] = _Array(name, [])
        for node in ast.walk(self.source.tree):
            if isinstance(node, ast.Name) and node.id in RESERVED:
                raise self.source.error(
                    node, f"{node.id!r} is a name of the normal form: take another"
                )

    # -- statements ------------------------------------------------------------------------------

    def read(self, body: Sequence[ast.stmt]) -> None:
        """Read statements in order."""
        for statement in body:
            reader = getattr(self, f"_read_{type(statement).__name__}", None)
            if reader is None:
                raise self.source.error(statement, _not_allowed(type(statement).__name__))
            reader(statement)

    def _read_Expr(self, statement: ast.Expr) -> None:
        if not isinstance(statement.value, ast.Constant):
            raise self.source.error(statement, "an expression alone does nothing")

    def _read_Assert(self, statement: ast.Assert) -> None:
        """Checked when the kernel is called."""

    def _read_Pass(self, statement: ast.Pass) -> None:
        """Nothing."""

    def _read_Return(self, statement: ast.Return) -> None:
        if not isinstance(statement.value, ast.Name) or self.loops:
            raise self.source.error(statement, "return the result's name, after all loops")
        self.result = statement.value.id

    def _read_For(self, statement: ast.For) -> None:
        if not isinstance(statement.target, ast.Name) or statement.orelse:
            raise self.source.error(statement, "a loop is `for i in range(size):`")
        if statement.target.id in [name for name, _ in self.loops]:
            raise self.source.error(statement, f"{statement.target.id} is a loop already")
        self.loops.append((statement.target.id, self._range(statement.iter)))
        self.read(statement.body)
        self.loops.pop()

    def _range(self, node: ast.expr) -> str:
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if not called or node.func.id != "range" or len(node.args) != 1:  # type: ignore[attr-defined]
            raise self.source.error(node, "a loop runs over range(size), from 0 in steps of 1")
        return self._size(node.args[0])  # type: ignore[attr-defined]

    def _size(self, node: ast.expr) -> str:
        """The text of a size: `x.shape[1]` of an argument, or a number."""
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            return str(node.value)
        if isinstance(node, ast.Name) and node.id in self.sizes:
            return self.sizes[node.id]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len":
            return self._axis_size(node, node.args[0], 0)
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr == "shape"
            and isinstance(node.slice, ast.Constant)
        ):
            return self._axis_size(node, node.value.value, int(str(node.slice.value)))
        raise self.source.error(node, "a size is x.shape[k], len(x) or a number")

    def _axis_size(self, node: ast.AST, array: ast.expr, axis: int) -> str:
        if not isinstance(array, ast.Name) or array.id not in self.arrays:
            raise self.source.error(node, "a size belongs to an array")
        known = self.arrays[array.id]
        if not known.source:
            raise self.source.error(node, f"take the size from an argument, not from {array.id}")
        free = [at for at, each in enumerate(known.view) if each is None]
        axis = free[axis] if known.view else axis
        return f"{known.source}.shape[{axis}]"

    def _read_Assign(self, statement: ast.Assign) -> None:
        target, value = statement.targets[0], statement.value
        if len(statement.targets) > 1:
            raise self.source.error(statement, "one target at a time")
        if isinstance(target, ast.Subscript):
            self._store(statement, target, value, adds=False)
        elif isinstance(target, ast.Name):
            self._name(statement, target.id, value)
        elif isinstance(target, ast.Tuple):
            self._names_of_shape(statement, target, value)
        else:
            raise self.source.error(statement, "a value goes to a name, or to an element")

    def _names_of_shape(self, statement: ast.stmt, target: ast.Tuple, value: ast.expr) -> None:
        if not (isinstance(value, ast.Attribute) and value.attr == "shape"):
            raise self.source.error(statement, "several names take the sizes of x.shape only")
        for axis, each in enumerate(target.elts):
            if isinstance(each, ast.Name):
                self.sizes[each.id] = self._axis_size(statement, value.value, axis)

    def _name(self, statement: ast.stmt, name: str, value: ast.expr) -> None:
        """`name = value`: a result, a total, a size, a view, or a value with a name."""
        if name in self.totals and self._is_taken_in(statement, name, value):
            return
        made = self._new_array(value)
        if made is not None:
            self.arrays[name] = made
            return
        if _is_number(value):
            start = ast.unparse(value).replace("np.", "").replace("math.", "")
            self.totals[name] = _Total(start, len(self.loops))
            return
        if self._is_view(value):
            self.arrays[name] = self._view(value)
            return
        try:
            self.sizes[name] = self._size(value)
        except SyntaxError:
            self.values[name] = self._value(value)

    def _is_taken_in(self, statement: ast.stmt, name: str, value: ast.expr) -> bool:
        """`total = total + value`, or `total = max(total, value)`."""
        if isinstance(value, ast.BinOp) and type(value.op) in OPS:
            sides, op = (value.left, value.right), OPS[type(value.op)]
        elif isinstance(value, ast.Call) and function_name(value.func) in ("maximum", "minimum"):
            op = {"maximum": "max", "minimum": "min"}[str(function_name(value.func))]
            sides = (value.args[0], value.args[-1])
        else:
            return False
        for old, new in (sides, sides[::-1]):
            if isinstance(old, ast.Name) and old.id == name:
                self._take_in(statement, name, op, new)
                return True
        return False

    def _take_in(self, statement: ast.stmt, name: str, op: str, element: ast.expr) -> None:
        total = self.totals[name]
        if total.op:
            raise self.source.error(statement, f"{name} takes in one value a turn")
        total.op, total.element, total.loops = op, self._value(element), tuple(self.loops)

    def _new_array(self, value: ast.expr) -> _Array | None:
        """The array that `x.copy()`, `np.zeros(shape)` or `np.zeros_like(x)` makes."""
        if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
            return None
        if value.func.attr == "copy" and isinstance(value.func.value, ast.Name):
            known = self.arrays.get(value.func.value.id)
            if known is None or known.view:
                raise self.source.error(value, "copy an argument, whole")
            return _Array(known.source, [], starts_as_copy=True)
        if value.func.attr in ("zeros", "empty", "zeros_like", "empty_like"):
            return _Array("", [])
        return None

    def _is_view(self, node: ast.expr) -> bool:
        """Whether it is a row or a column of an array."""
        if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name):
            return False
        slices = any(isinstance(each, ast.Slice) for each in _elements(node))
        return slices and node.value.id in self.arrays

    def _view(self, node: ast.expr) -> _Array:
        """`x[i, :]`: an axis for each plain slice, the others fixed."""
        if not isinstance(node, ast.Subscript):
            raise TypeError(ast.unparse(node))
        known = self.arrays[node.value.id]  # type: ignore[attr-defined]
        if known.view or not known.source:
            raise self.source.error(node, "take a row or a column of an argument")
        view: list[ast.expr | None] = []
        for each in _elements(node):
            if isinstance(each, ast.Slice):
                if each.lower or each.upper or each.step:
                    raise self.source.error(node, "a row or a column is whole: `:`")
                view.append(None)
            else:
                view.append(self._value(each))
        return _Array(known.source, view)

    def _read_AugAssign(self, statement: ast.AugAssign) -> None:
        op = OPS.get(type(statement.op))
        target = statement.target
        if isinstance(target, ast.Name) and target.id in self.totals and op:
            self._take_in(statement, target.id, op, statement.value)
        elif isinstance(target, ast.Subscript):
            whole = ast.BinOp(copy.deepcopy(target), statement.op, statement.value)
            ast.copy_location(whole, statement)
            adds = op == "sum"
            self._store(statement, target, statement.value if adds else whole, adds=adds)
        else:
            raise self.source.error(statement, "only a total or an element of the result takes in")

    def _store(
        self, statement: ast.stmt, target: ast.Subscript, value: ast.expr, *, adds: bool
    ) -> None:
        if not isinstance(target.value, ast.Name) or target.value.id not in self.arrays:
            raise self.source.error(target, "a value goes to an element of the result")
        name = target.value.id
        place = [self._value(each) for each in _elements(target)]
        loops = tuple(self.loops)
        read = self._call_of(value) or self._value(value, result=name)
        self.stores.setdefault(name, []).append(_Store(statement, place, read, adds, loops))

    # -- values ----------------------------------------------------------------------------------

    def _call_of(self, value: ast.expr) -> ast.expr | None:
        """A call of another function of the language: its total becomes one of ours."""
        if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Name):
            return None
        if function_name(value.func) is not None:
            return None
        other = self.source.lookup(value.func.id)
        plain = getattr(other, "function", other)
        if not callable(plain) or not hasattr(plain, "__code__"):
            return None
        form = normal_form(Source.of(plain))
        if form.outer:
            raise self.source.error(value, f"{value.func.id} gives an array, not a number")
        return self._inlined(value, form)

    def _inlined(self, call: ast.Call, form: Form) -> ast.expr:
        """The other function's total, with our arrays for its arguments."""
        views = {
            name: self._argument(each) for name, each in zip(form.arguments, call.args, strict=True)
        }
        fresh = {name: f"{name}_{len(self.totals)}" for name, _ in form.inner}
        body = _Inline(views, fresh).visit(copy.deepcopy(form.body))
        inner = tuple((fresh[name], _size_of_view(size, views)) for name, size in form.inner)
        name = f"called_{len(self.totals)}"
        loops = (*self.loops, *inner)
        self.totals[name] = _Total(form.start, len(self.loops), form.op or "sum", body, loops)
        return ast.Name(name)

    def _argument(self, node: ast.expr) -> _Array:
        if isinstance(node, ast.Name) and node.id in self.arrays:
            return self.arrays[node.id]
        if self._is_view(node):
            return self._view(node)
        raise self.source.error(node, "give an array, a row or a column")

    def _value(self, node: ast.expr, result: str = "") -> ast.expr:
        """A value with arguments only in it: views, names and aliases are written out."""
        return _Value(self, result).visit(copy.deepcopy(node))  # type: ignore[no-any-return]

    # -- the form --------------------------------------------------------------------------------

    def form(self) -> Form:
        """The form that follows from what was read."""
        if not self.result:
            raise self.source.error(self.source.tree, "a kernel returns its result")
        if self.result in self.totals:
            return self._form_of_total(self.totals[self.result], ())
        stores = self.stores.get(self.result, [])
        if len(stores) != 1:
            where = stores[1].node if stores else self.source.tree
            raise self.source.error(where, "the result is stored to in one place of the function")
        return self._form_of_store(stores[0])

    def _form_of_store(self, store: _Store) -> Form:
        letters = [each.id for each in store.place if isinstance(each, ast.Name)]
        sizes = dict(store.loops)
        if len(letters) != len(store.place) or len(set(letters)) != len(letters):
            raise self.source.error(
                store.node, "the result is stored to at loop variables, each once"
            )
        outer = tuple((name, sizes[name]) for name in letters if name in sizes)
        if isinstance(store.value, ast.Name) and store.value.id in self.totals:
            return self._form_of_total(self.totals[store.value.id], outer)
        inner = tuple(loop for loop in store.loops if loop[0] not in letters)
        begins = self.arrays[self.result]
        if not inner:
            old = ast.Subscript(ast.Name(begins.source), _tuple(store.place), ast.Load())
            adds = store.adds and begins.starts_as_copy
            body = ast.BinOp(old, ast.Add(), store.value) if adds else store.value
            return self._made(outer, (), "", "", body)
        if not store.adds or begins.starts_as_copy:
            raise self.source.error(
                store.node, "each element is stored once, or zeros take in values"
            )
        return self._made(outer, inner, "sum", STARTS["sum"], store.value)

    def _form_of_total(self, total: _Total, outer: tuple[Loop, ...]) -> Form:
        if total.element is None:
            raise self.source.error(self.source.tree, "the total takes in no value")
        names = [name for name, _ in outer]
        inner = tuple(loop for loop in total.loops if loop[0] not in names)
        start = total.start if total.op in ("max", "min") else STARTS[total.op]
        if total.op not in ("max", "min") and float(total.start) != float(STARTS[total.op]):
            raise self.source.error(
                self.source.tree, f"a {total.op} begins with {STARTS[total.op]}"
            )
        return self._made(outer, inner, total.op if inner else "", start, total.element)

    def _made(
        self, outer: tuple[Loop, ...], inner: tuple[Loop, ...], op: str, start: str, body: ast.expr
    ) -> Form:
        ast.fix_missing_locations(body)
        keeps = self.result in self.arrays and self.arrays[self.result].starts_as_copy
        name = self.source.tree.name.removeprefix("naive_")
        return Form(name, self.source.arguments, outer, inner, op, start, body, keeps)


class _Value(ast.NodeTransformer):
    """Writes a value in terms of the arguments."""

    def __init__(self, reader: _Reader, result: str) -> None:
        self.reader = reader
        self.result = result

    def visit_Name(self, node: ast.Name) -> ast.expr:
        reader = self.reader
        if node.id in reader.values:
            return copy.deepcopy(reader.values[node.id])
        if node.id in [name for name, _ in reader.loops] or node.id in ("inf", "nan"):
            return node
        if node.id in reader.totals:
            return node
        known = reader.source.lookup(node.id)
        if isinstance(known, int | float) and not isinstance(known, bool):
            return ast.copy_location(ast.Constant(known), node)
        raise reader.source.error(node, f"{node.id} is no value of the language")

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if node.attr in ("inf", "nan", "pi", "e") and isinstance(node.value, ast.Name):
            number = {"pi": 3.141592653589793, "e": 2.718281828459045}.get(node.attr)
            return ast.Name(node.attr) if number is None else ast.Constant(number)
        raise self.reader.source.error(node, f"{ast.unparse(node)} is no value of the language")

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        reader = self.reader
        elements = _elements(node)
        if isinstance(node.value, ast.Subscript):  # x[i][j]
            elements = [*_elements(node.value), *elements]
            node = ast.copy_location(ast.Subscript(node.value.value, node.slice, node.ctx), node)
        if not isinstance(node.value, ast.Name) or node.value.id not in reader.arrays:
            raise reader.source.error(node, "an element belongs to an array")
        known = reader.arrays[node.value.id]
        if not known.source:
            raise reader.source.error(
                node, f"{node.value.id} is made here: it has no values to read"
            )
        places = iter([self.visit(each) for each in elements])
        full = [next(places) if each is None else each for each in known.view] or list(places)
        return ast.Subscript(ast.Name(known.source), _tuple(full), ast.Load())

    def visit_Call(self, node: ast.Call) -> ast.expr:
        name = function_name(node.func)
        if name is None or node.keywords:
            called = ast.unparse(node.func)
            raise self.reader.source.error(node, f"{called} is no function of the language")
        return ast.Call(ast.Name(name), [self.visit(each) for each in node.args], [])

    def generic_visit(self, node: ast.AST) -> Any:
        if isinstance(node, ast.expr) and not isinstance(node, ALLOWED):
            raise self.reader.source.error(node, _not_allowed(type(node).__name__))
        return super().generic_visit(node)


ALLOWED = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Constant)


class _Inline(ast.NodeTransformer):
    """Puts our arrays and fresh loop variables into another function's body."""

    def __init__(self, views: dict[str, _Array], fresh: dict[str, str]) -> None:
        self.views = views
        self.fresh = fresh

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Name(self.fresh.get(node.id, node.id))

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        known = self.views[node.value.id]  # type: ignore[attr-defined]
        places = iter([self.visit(each) for each in _elements(node)])
        full = [next(places) if each is None else each for each in known.view] or list(places)
        return ast.Subscript(ast.Name(known.source), _tuple(full), ast.Load())


def _size_of_view(size: str, views: dict[str, _Array]) -> str:
    """`y.shape[0]` of the other function, as a size of our argument."""
    if "." not in size:
        return size
    name, _, rest = size.partition(".shape[")
    known, axis = views[name], int(rest.rstrip("]"))
    free = [at for at, each in enumerate(known.view) if each is None]
    return f"{known.source}.shape[{free[axis] if known.view else axis}]"


def _elements(node: ast.Subscript) -> list[ast.expr]:
    return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]


def _tuple(elements: Sequence[ast.expr]) -> ast.expr:
    if len(elements) == 1:
        return elements[0]
    return ast.Tuple(list(elements), ast.Load())


def _is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        return _is_number(node.operand)
    if isinstance(node, ast.Attribute) and node.attr == "inf":
        return True
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _not_allowed(kind: str) -> str:
    has = "assert, x.copy(), np.zeros(...), for, =, +="
    return f"{kind} is not of the loop language, which has: {has}"
