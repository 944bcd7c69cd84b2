"""Normal form: a function of the loop language becomes maps and reductions.

    z = np.zeros(x.shape[0])                         for i in range(out.shape[0]):
    for i in range(x.shape[0]):                          total = 0.0
        z[i] = naive_vector_dot(x[i, :], y)     ->       for k in range(x.shape[1]):
    return z                                                 total = total + x[i, k] * y[k]
                                                         out[i] = total

The statements are walked once. Every array that loops fill, and every total, becomes a form, which
later ones read: a function with a total for each row and then a map over the rows is two forms.
What Python would compute in another order is refused: a value that is carried from one turn of a
loop to the next, an array that is read while it is being filled, a name left over from a loop.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence

from geartrain.kernels.accumulation import accumulated, combined, identity, is_start
from geartrain.kernels.arrays import Array, Path, Turn, View, shares
from geartrain.kernels.elements import Scalar, Shared, carried, subscript
from geartrain.kernels.form import Cover, LoopProgram, Reach, joined
from geartrain.kernels.language import Source, function_name
from geartrain.kernels.making import Makers
from geartrain.kernels.ranges import Span, stored_at
from geartrain.kernels.values import no_function, not_allowed

DEEPEST = 20  # calls of functions within functions
NOT_MADE = "a value goes to an element of an array that is made here: z = x.copy() before the loops"


def normal_form(source: Source) -> LoopProgram:
    """The normal form of a function.

    Raises:
        LoopError: it is outside of the language.
    """
    shared = Shared(source.arguments)
    arguments = {name: View(Array(name, name)) for name in source.arguments}
    reader = Reader(source, shared, arguments)
    reader.run()
    results = [reader.form_of(each) for each in reader.results]
    views = [each for each in reader.results if isinstance(each, View)]
    keeps = len(views) == len(results) and all(begins_as_copy(each.array) for each in views)
    return LoopProgram(
        source.tree.name,
        source.arguments,
        tuple(joined(shared.forms, results)),
        tuple(results),
        tuple(shared.checked),
        keeps,
        shared.ranks,
        tuple(shared.covers),
        tuple(shared.reaches),
        tuple(shared.assertions),
    )


def begins_as_copy(array: Array) -> bool:
    """Whether an array has the dtype of an argument: a copy of one, or of such a copy."""
    begins = array.begins
    return isinstance(begins, View) and (begins.array.is_argument or begins_as_copy(begins.array))


class Reader(Makers):
    """Reads the statements of one function."""

    def run(self) -> None:
        """Read the whole function."""
        if self.shared.depth > DEEPEST:
            raise self.error(self.source.tree, "functions call each other without end")
        self.read(self.source.tree.body)
        if not self.results:
            raise self.error(self.source.tree, "a kernel returns its result")

    def read(self, body: Sequence[ast.stmt]) -> None:
        """Read statements in order."""
        for statement in body:
            reader = getattr(self, f"_read_{type(statement).__name__}", None)
            if reader is None:
                raise self.error(statement, not_allowed(type(statement).__name__))
            if self.results:
                raise self.error(statement, "nothing stands after return")
            reader(statement)

    def _read_Expr(self, statement: ast.Expr) -> None:
        if not isinstance(statement.value, ast.Constant):
            if isinstance(statement.value, ast.Call):
                raise self.error(statement, no_function(ast.unparse(statement.value.func)))
            raise self.error(statement, "an expression alone does nothing")

    def _read_Assert(self, statement: ast.Assert) -> None:
        if self.path != self.start or self.shared.tests:
            raise self.error(statement, "an assert stands before the loops")
        self.shared.assertions.append(self.assertion(statement))

    def _read_Pass(self, statement: ast.Pass) -> None:
        """Nothing."""

    def _read_Return(self, statement: ast.Return) -> None:
        if statement.value is None or self.path != self.start:
            raise self.error(statement, "return the result, after all loops")
        several = isinstance(statement.value, ast.Tuple)
        for each in statement.value.elts if several else [statement.value]:  # type: ignore[attr-defined]
            self.results.append(self._result(statement, each))

    def _result(self, statement: ast.Return, node: ast.expr) -> View | ast.expr:
        view = None if isinstance(node, ast.Call) else self.array_of(node)
        if view is None:
            found = self.call(node) if isinstance(node, ast.Call) else None
            return self.value(node) if found is None else found
        if view.array.is_argument or view.index or not view.array.name:
            raise self.error(statement, "return an array that is made and filled here")
        return view

    def form_of(self, result: View | ast.expr) -> str:
        """The form that gives a result."""
        if isinstance(result, View):
            return result.array.name
        return self.shared.add_form(self.source.tree.name, (), (), "", result)

    # -- loops and branches ----------------------------------------------------------------------

    def _read_For(self, statement: ast.For) -> None:
        target = statement.target
        if not isinstance(target, ast.Name) or statement.orelse:
            raise self.error(statement, "a loop is `for i in range(size):`")
        if target.id in self.letters or target.id in self.arrays:
            raise self.error(statement, f"{target.id} has a meaning already")
        if self.shared.tests:
            raise self.error(statement, "no loop stands in a branch: put the branch into the loop")
        turn, tests = self._turn(statement, target.id)
        within = self.shared.within
        self.scalars.pop(target.id, None)
        self.letters[target.id] = turn
        self.shared.path, self.shared.within = (*self.path, turn), (*within, *tests)
        self.read(statement.body)
        self.shared.path, self.shared.within = self.path[:-1], within
        del self.letters[target.id]

    def _turn(self, statement: ast.For, name: str) -> tuple[Turn, tuple[ast.expr, ...]]:
        """A loop from 0 on, and which of its turns are those of the range."""
        span = self._span(statement.iter)
        letter = self.shared.letter(name)
        stored = None if span.is_plain else stored_at(name, statement.body)
        if stored is None:
            return Turn(letter, span.turns, None if span.is_plain else span.at(letter)), ()
        target, axis = stored
        view = self.array_of(target.value)
        if view is None or view.index or view.array.is_argument:
            raise self.error(target, NOT_MADE)
        made, where = view.array.size(axis), self.source.where(statement)
        text = ast.unparse(statement.iter)
        self.shared.reaches.append(Reach(view.array.called, axis, made, *span.ends, text, where))
        return Turn(letter, made), tuple(span.tests(letter, made))

    def _span(self, node: ast.expr) -> Span:
        if not isinstance(node, ast.Call) or ast.unparse(node.func) != "range":
            raise self.error(
                node, "a loop runs over range(size): for i in range(len(x)), then x[i]"
            )
        if not 1 <= len(node.args) <= 3 or node.keywords:
            raise self.error(node, "a loop runs over range(size) or range(start, stop, step)")
        sizes = [self.certain_size(each) for each in node.args]
        if len(sizes) == 1:
            return Span("0", sizes[0])
        step = sizes[2] if len(sizes) > 2 else "1"
        if not step.lstrip("-").isdigit() or int(step) == 0:
            raise self.error(node, "a step is a whole number other than 0, such as 2")
        return Span(sizes[0], sizes[1], int(step))

    def _read_If(self, statement: ast.If) -> None:
        """`if test: ... else: ...`: what is stored and taken in becomes `a if test else b`."""
        question = ast.copy_location(ast.BoolOp(ast.And(), [statement.test]), statement)
        (test,) = self.value(question).values  # type: ignore[attr-defined]
        before, bound = dict(self.scalars), dict(self.bound)
        self._read_branch(test, statement.body)
        first = self.scalars
        kept = {name: each for name, each in first.items() if _is_taken_in(each, before.get(name))}
        self.scalars, self.bound = before | kept, dict(bound)
        self._read_branch(ast.UnaryOp(ast.Not(), test), statement.orelse)
        second, self.bound = self.scalars, bound
        self.scalars = {}
        for name in [*first, *(each for each in second if each not in first)]:
            ways = first.get(name), second.get(name)
            if ways[1] is not kept.get(name, before.get(name)) and _is_taken_in(ways[1], ways[0]):
                ways = ways[1], ways[1]
            self._merge(statement, name, test, ways)

    def _merge(
        self,
        statement: ast.If,
        name: str,
        test: ast.expr,
        ways: tuple[Scalar | None, Scalar | None],
    ) -> None:
        """What a name is after two branches: a choice, or nothing where one gives no value."""
        first, second = ways
        if first is second and first is not None:
            self.scalars[name] = first
        else:
            self.check_carried(statement, name)
            if any(each is not None and each.path != self.path for each in ways):
                raise self.error(statement, carried(name))
            if first is not None and second is not None:
                value = ast.IfExp(copy.deepcopy(test), first.value, second.value)
                self.scalars[name] = Scalar(self.path, value)
                self.bound[name] = self.path

    def _read_branch(self, test: ast.expr, body: Sequence[ast.stmt]) -> None:
        outside = self.shared.tests
        self.shared.tests = (*outside, test)
        self.read(body)
        self.shared.tests = outside

    def _chosen(self, value: ast.expr, other: ast.expr) -> ast.expr:
        """The value where the tests around this statement hold, else the other one."""
        for test in reversed(self.shared.questions):
            value = ast.IfExp(copy.deepcopy(test), value, copy.deepcopy(other))
        return value

    # -- assignments -----------------------------------------------------------------------------

    def _read_Assign(self, statement: ast.Assign) -> None:
        target, value = statement.targets[0], statement.value
        if len(statement.targets) > 1:
            raise self.error(statement, "one target at a time")
        if isinstance(target, ast.Tuple | ast.List):
            self._name_several(statement, target, value)
        elif isinstance(target, ast.Name | ast.Subscript):
            op, element = accumulated(target, value)
            self._take_in(statement, target, op, element, value)
        else:
            raise self.error(statement, "a value goes to a name, or to an element")

    def _read_AugAssign(self, statement: ast.AugAssign) -> None:
        target = statement.target
        if not isinstance(target, ast.Name | ast.Subscript):
            raise self.error(statement, "only a total or an element takes in a value")
        old = copy.deepcopy(target)
        old.ctx = ast.Load()
        whole = ast.copy_location(ast.BinOp(old, statement.op, statement.value), statement)
        op, element = accumulated(target, whole)
        self._take_in(statement, target, op, element, whole)

    def _read_AnnAssign(self, statement: ast.AnnAssign) -> None:
        if statement.value is None:
            raise self.error(statement, "a name without a value means nothing")
        plain = ast.Assign([statement.target], statement.value)
        self._read_Assign(ast.copy_location(plain, statement))

    def _name_several(
        self, statement: ast.stmt, target: ast.Tuple | ast.List, value: ast.expr
    ) -> None:
        """`rows, columns = x.shape`, and `a, b = 0.0, 1.0`."""
        names = [each.id for each in target.elts if isinstance(each, ast.Name)]
        if len(names) != len(target.elts) or len(set(names)) != len(names):
            raise self.error(
                statement, "several names are plain ones, each once; elements are stored one by one"
            )
        if isinstance(value, ast.Tuple) and len(value.elts) == len(names):
            pairs = zip(names, value.elts, strict=True)
            found = [self._new_array(name, each) or self.value(each) for name, each in pairs]
        else:
            found = [*self._sizes(statement, value, len(names))]
        for name, each in zip(names, found, strict=True):
            self._call_it(statement, name, each)

    def _sizes(self, statement: ast.stmt, value: ast.expr, count: int) -> list[ast.expr]:
        view = self.shaped(value)
        if view is None:
            raise self.error(statement, "several names take as many values, or those of x.shape")
        self.require_rank(view, count, statement)
        axes = [ast.Subscript(value, ast.Constant(axis), ast.Load()) for axis in range(count)]
        return [self.value(ast.copy_location(each, statement)) for each in axes]

    def _name(self, statement: ast.stmt, name: str, value: ast.expr) -> None:
        """`name = value`: an array, a row, a size, or a number."""
        made: View | ast.expr | None = self._new_array(name, value)
        if made is None and isinstance(value, ast.Call):
            made = self.call(value)
        elif made is None and (not isinstance(value, ast.Subscript) or self._is_array(name, value)):
            made = self.array_of(value)
        self._call_it(statement, name, self.value(value) if made is None else made)

    def _call_it(self, statement: ast.stmt, name: str, made: View | ast.expr) -> None:
        """Let a name stand for an array or a number."""
        if name in self.letters:
            raise self.error(statement, f"{name} counts a loop")
        if not isinstance(made, View):
            self.bind_scalar(statement, name, Scalar(self.path, made))
        elif self.shared.tests:
            raise self.error(statement, "no array gets its name in a branch")
        else:
            self.bind_array(statement, name, made)

    def _is_array(self, name: str, value: ast.Subscript) -> bool:
        """Whether `name = x[i]` is a row: it has a slice, or the name is used as an array."""
        if any(isinstance(each, ast.Slice) for each in ast.walk(value)):
            return True
        for node in ast.walk(self.source.tree):
            if isinstance(node, ast.Subscript | ast.Attribute) and _is_named(node.value, name):
                return True
            called = isinstance(node, ast.Call) and function_name(node.func) is None
            if called and any(_is_named(each, name) for each in node.args):  # type: ignore[attr-defined]
                return True
        return False

    # -- totals ----------------------------------------------------------------------------------

    def _take_in(
        self,
        statement: ast.stmt,
        target: ast.Name | ast.Subscript,
        op: str,
        element: ast.expr | None,
        whole: ast.expr,
    ) -> None:
        """A total, or an element of an array, takes in a value; or a value is given anew."""
        if isinstance(target, ast.Subscript):
            self._store(statement, target, whole, op, element)
            return
        known = self.scalars.get(target.id)
        if known is None or element is None or known.path == self.path:
            self._name(statement, target.id, whole)
        else:
            self._take_into_total(statement, target.id, known, op, element)

    def _take_into_total(
        self, statement: ast.stmt, name: str, known: Scalar, op: str, element: ast.expr
    ) -> None:
        home = len(known.path)
        if self.path[:home] != known.path:
            raise self.error(statement, f"{name} is left over from a loop that has ended")
        again = known.turns == self.path[home:] and known.op == op
        if shares(known.turns, self.path) and not again:
            raise self.error(statement, f"{name} takes in values in one way, in the same loops")
        value = self._chosen(self.value(element), identity(op))
        self.check_carried(statement, name)
        used = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
        outer = tuple(each for each in known.path if each.letter in used)
        form = self.shared.add_form(name, outer, self.path[home:], op, value)
        total = subscript(form, [ast.Name(each.letter, ast.Load()) for each in outer])
        now = total if is_start(op, known.value) else combined(op, known.value, total)
        self.scalars[name] = Scalar(known.path, now, self.path[home:], op)

    # -- elements --------------------------------------------------------------------------------

    def _store(
        self,
        statement: ast.stmt,
        target: ast.Subscript,
        value: ast.expr,
        op: str,
        element: ast.expr | None,
    ) -> None:
        """`z[i, j] = value`, in loops over i and j; more loops where it takes in values."""
        view = self.array_of(target.value)
        if view is None or view.index or view.array.is_argument:
            raise self.error(target, NOT_MADE)
        array = view.array
        at = self._place_of_store(statement, target, view)
        place = (*array.home, *at)
        inner = tuple(each for each in self.path if each not in place)
        if inner and element is None:
            raise self.error(statement, "each element is stored once, or takes in values by +=")
        if inner and element is not None:
            filled = self._reduced(target, array, place, inner, op, element)
        else:
            filled = self._mapped(target, array, value, op, element)
        for read in array.reads:
            if not array.in_step(read, at, self.path):
                raise self.error(read.node, f"{array.called} is read here while its loops fill it")
        self._fill(statement, view, at, filled)

    def _reduced(
        self,
        target: ast.Subscript,
        array: Array,
        place: Path,
        inner: Path,
        op: str,
        element: ast.expr,
    ) -> ast.expr:
        """What an element becomes that takes in a value in every turn of the inner loops."""
        number = self._chosen(self.value(element), identity(op))
        old = self._before(target, place)
        form = self.shared.add_form(array.called, place, inner, op, number)
        total = subscript(form, [ast.Name(each.letter, ast.Load()) for each in place])
        return total if is_start(op, old) else combined(op, old, total)

    def _mapped(
        self,
        target: ast.Subscript,
        array: Array,
        value: ast.expr,
        op: str,
        element: ast.expr | None,
    ) -> ast.expr:
        """What an element becomes that is stored once."""
        unfilled = ast.Constant(0.0) if array.begins is None and not array.name else None
        if element is not None and op == "sum" and not array.name:
            old = self._before(target, self.path)
            number = self.value(element)
            value = number if is_start(op, old) else combined(op, old, number)
        else:
            value = self.value(value)
        if not self.shared.questions:
            return value
        return self._chosen(value, unfilled or self._before(target, self.path))

    def _before(self, target: ast.Subscript, path: Path) -> ast.expr:
        """What the element held before, seen from some of the loops."""
        outside, self.shared.path = self.path, path
        try:
            return self.element(target)
        finally:
            self.shared.path = outside

    def _place_of_store(self, statement: ast.stmt, target: ast.Subscript, view: View) -> Path:
        indices = target.slice.elts if isinstance(target.slice, ast.Tuple) else [target.slice]
        if any(isinstance(each, ast.Slice) for each in indices):
            raise self.error(statement, "a row is stored element by element, in a loop of its own")
        places = [self._index(each, view, axis) for axis, each in enumerate(indices)]
        names = [each.id for each in places if isinstance(each, ast.Name)]
        turns = tuple(each for name in names for each in self.path if each.letter == name)
        if len(turns) != len(indices) or len(set(turns)) != len(turns):
            raise self.error(statement, "a value is stored to at loop variables, each once")
        return turns

    def _fill(self, statement: ast.stmt, view: View, place: Path, value: ast.expr) -> None:
        array = view.array
        self.require_rank(view, len(place), statement)
        for axis, turn in enumerate(place):
            where = self.source.where(statement)
            loop = (turn.letter, turn.size)
            self.shared.covers.append(Cover(array.called, axis, array.size(axis), loop, where))
        array.name = self.shared.add_form(array.called, (*array.home, *place), (), "", value)
        array.filled_in, array.filled_at = self.path, place

    # -- other functions -------------------------------------------------------------------------

    def call(self, node: ast.Call) -> ast.expr | View | None:
        """What another function of the language gives, read with our arrays."""
        if not isinstance(node.func, ast.Name) or function_name(node.func) is not None:
            return None
        other = self.source.lookup(node.func.id)
        plain = getattr(other, "function", other)
        if not hasattr(plain, "__code__"):
            return None
        source = Source.of(plain)
        if len(source.arguments) != len(node.args) or node.keywords:
            names = ", ".join(source.arguments)
            raise self.error(node, f"{node.func.id} takes {len(source.arguments)} arrays: {names}")
        callee = Reader(source, self.shared, {})
        for name, given in zip(source.arguments, node.args, strict=True):
            view = None if isinstance(given, ast.Call) else self.array_of(given)
            found = view if view is not None else self._given(given)
            if isinstance(found, View):
                callee.bind_array(given, name, found)
            else:
                callee.bind_scalar(given, name, Scalar(self.path, found))
        tests, self.shared.tests = self.shared.tests, ()
        self.shared.depth += 1
        callee.run()
        self.shared.depth -= 1
        self.shared.tests = tests
        if len(callee.results) > 1:
            raise self.error(node, f"{node.func.id} gives several results")
        return callee.results[0]

    def _given(self, node: ast.expr) -> View | ast.expr:
        found = self.call(node) if isinstance(node, ast.Call) else None
        return self.value(node) if found is None else found


def _is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_taken_in(now: Scalar | None, before: Scalar | None) -> bool:
    """Whether a total has taken in values: they are chosen one by one, in the total itself."""
    if now is None or before is None:
        return False
    return now is not before and now.path == before.path and bool(now.turns)
