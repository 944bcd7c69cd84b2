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

from geartrain.kernels.form import STARTS, Form, Loop
from geartrain.kernels.language import RESERVED, Source, function_name
from geartrain.kernels.values import (
    ArrayName,
    Inlined,
    Values,
    as_place,
    elements_of,
    is_number,
    not_allowed,
    size_of_view,
)

OPS = {ast.Add: "sum", ast.Mult: "prod"}


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
    arrays: dict[str, ArrayName] = field(default_factory=dict)
    totals: dict[str, _Total] = field(default_factory=dict)
    sizes: dict[str, str] = field(default_factory=dict)
    values: dict[str, ast.expr] = field(default_factory=dict)
    stores: dict[str, list[_Store]] = field(default_factory=dict)
    result: str = ""

    def __post_init__(self) -> None:
        for name in self.source.arguments:
            self.arrays[name] = ArrayName(name, [])
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
                raise self.source.error(statement, not_allowed(type(statement).__name__))
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
        if is_number(value):
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

    def _new_array(self, value: ast.expr) -> ArrayName | None:
        """The array that `x.copy()`, `np.zeros(shape)` or `np.zeros_like(x)` makes."""
        if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
            return None
        if value.func.attr == "copy" and isinstance(value.func.value, ast.Name):
            known = self.arrays.get(value.func.value.id)
            if known is None or known.view:
                raise self.source.error(value, "copy an argument, whole")
            return ArrayName(known.source, [], starts_as_copy=True)
        if value.func.attr in ("zeros", "empty", "zeros_like", "empty_like"):
            return ArrayName("", [])
        return None

    def _is_view(self, node: ast.expr) -> bool:
        """Whether it is a row or a column of an array."""
        if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name):
            return False
        slices = any(isinstance(each, ast.Slice) for each in elements_of(node))
        return slices and node.value.id in self.arrays

    def _view(self, node: ast.expr) -> ArrayName:
        """`x[i, :]`: an axis for each plain slice, the others fixed."""
        if not isinstance(node, ast.Subscript):
            raise TypeError(ast.unparse(node))
        known = self.arrays[node.value.id]  # type: ignore[attr-defined]
        if known.view or not known.source:
            raise self.source.error(node, "take a row or a column of an argument")
        view: list[ast.expr | None] = []
        for each in elements_of(node):
            if isinstance(each, ast.Slice):
                if each.lower or each.upper or each.step:
                    raise self.source.error(node, "a row or a column is whole: `:`")
                view.append(None)
            else:
                view.append(self._value(each))
        return ArrayName(known.source, view)

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
        place = [self._value(each) for each in elements_of(target)]
        loops = tuple(self.loops)
        read = self._call_of(value) or self._value(value)
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
        body = Inlined(views, fresh).visit(copy.deepcopy(form.body))
        inner = tuple((fresh[name], size_of_view(size, views)) for name, size in form.inner)
        name = f"called_{len(self.totals)}"
        loops = (*self.loops, *inner)
        self.totals[name] = _Total(form.start, len(self.loops), form.op or "sum", body, loops)
        return ast.Name(name)

    def _argument(self, node: ast.expr) -> ArrayName:
        if isinstance(node, ast.Name) and node.id in self.arrays:
            return self.arrays[node.id]
        if self._is_view(node):
            return self._view(node)
        raise self.source.error(node, "give an array, a row or a column")

    def _value(self, node: ast.expr) -> ast.expr:
        """A value with arguments only in it: views, names and aliases are written out."""
        letters = [*(name for name, _ in self.loops), *self.totals]
        values = Values(self.source, self.arrays, self.values, letters)
        return values.visit(copy.deepcopy(node))  # type: ignore[no-any-return]

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
            old = ast.Subscript(ast.Name(begins.source), as_place(store.place), ast.Load())
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
