"""What names, elements and sizes of a function mean at one of its statements.

row = x[i, :]                  row[j]    ->    x[i, j]
n = len(y)                     n         ->    y.shape[0]
t = 2 * x[i, 0]                t + 1     ->    2 * x[i, 0] + 1
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from geartrain.kernels.arrays import Array, Path, Read, Turn, View
from geartrain.kernels.form import Assertion, Cover, Form, Loop, Reach
from geartrain.kernels.language import FUNCTIONS, RESERVED, LoopError, Source
from geartrain.kernels.ranges import settled
from geartrain.kernels.sizes import is_index, is_size, parsed
from geartrain.kernels.values import Values, is_library, number_of
from geartrain.primitives.loop_text import index as index_text

TAKEN = RESERVED | FUNCTIONS


@dataclass(frozen=True)
class Scalar:
    """A name of a number.

    Attributes:
        path: the loops in which it got its value.
        value: in terms of elements.
        turns: of a total, the loops over which it took in values.
        op: how it took them in.
    """

    path: Path
    value: ast.expr
    turns: Path = ()
    op: str = ""


@dataclass
class Shared:
    """What a function and those that it calls have in common while they are read."""

    arguments: tuple[str, ...]
    path: Path = ()
    tests: tuple[ast.expr, ...] = ()
    within: tuple[ast.expr, ...] = ()  # which turns of the loops a statement belongs to
    depth: int = 0
    forms: list[Form] = field(default_factory=list)
    ranks: dict[str, int] = field(default_factory=dict)
    covers: list[Cover] = field(default_factory=list)
    reaches: list[Reach] = field(default_factory=list)
    assertions: list[Assertion] = field(default_factory=list)
    letters: set[str] = field(default_factory=set)
    checked: list[Form] = field(default_factory=list)

    @property
    def questions(self) -> tuple[ast.expr, ...]:
        """All tests that hold where a statement runs."""
        return (*self.within, *self.tests)

    def letter(self, name: str) -> str:
        """A loop variable's name in the normal form."""
        taken = {each.letter for each in self.path} | self.names()
        self.letters.add(fresh := _fresh(name, taken))
        return fresh

    def names(self) -> set[str]:
        """What arrays of the normal form are called."""
        return {*self.arguments, *(form.name for form in self.forms)}

    def add_form(self, called: str, outer: Path, inner: Path, op: str, body: ast.expr) -> str:
        """Add a form, over those of its outer loops that matter; gives its name."""
        body = ast.fix_missing_locations(copy.deepcopy(body))
        name = _fresh(called, self.names() | self.letters)
        used = arrays_of(body, [each.size for each in (*outer, *inner)])
        arguments = tuple(each for each in (*self.arguments, *self.made()) if each in used)
        self.forms.append(Form(name, arguments, _loops(outer), _loops(inner), op, body))
        self.checked.append(self.forms[-1])
        return name

    def check(self, value: ast.expr) -> None:
        """Note a value whose indices must lie in their arrays, even if no result needs it."""
        for test in reversed(self.questions):
            value = ast.IfExp(test, value, number_of(0.0))
        self.checked.append(Form("", (), _loops(self.path), (), "", value))

    def made(self) -> list[str]:
        """The names of the forms so far."""
        return [form.name for form in self.forms]


def _loops(path: Path) -> tuple[Loop, ...]:
    return tuple((each.letter, each.size) for each in path)


def arrays_of(body: ast.AST, sizes: Sequence[str] = ()) -> set[str]:
    """The arrays that an expression reads, or takes a size of; and those of some sizes."""
    names = set()
    for root in (body, *map(parsed, sizes)):
        for node in ast.walk(root):
            if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.value, ast.Name):
                names.add(node.value.id)
    return names


def _fresh(name: str, taken: set[str]) -> str:
    number, fresh = 0, name
    while fresh in taken or fresh in TAKEN:
        number += 1
        fresh = f"{name}_{number}"
    return fresh


class Elements:
    """The names of one function, and what they stand for in the normal form."""

    def __init__(self, source: Source, shared: Shared, arguments: dict[str, View]) -> None:
        self.source = source
        self.shared = shared
        self.start = shared.path
        self.arrays = arguments
        self.scalars: dict[str, Scalar] = {}
        self.letters: dict[str, Turn] = {}
        self.bound: dict[str, Path] = dict.fromkeys(arguments, self.start)
        self.uses: dict[str, list[tuple[Path, Path]]] = {}
        self.results: list[View | ast.expr] = []
        self._local = {
            node.id
            for node in ast.walk(source.tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }

    @property
    def path(self) -> Path:
        """The loops around this statement."""
        return self.shared.path

    def error(self, node: ast.AST, problem: str) -> LoopError:
        """An error that points at a piece of the source."""
        return self.source.error(node, problem)

    # -- names -----------------------------------------------------------------------------------

    def bind_array(self, node: ast.AST, name: str, view: View) -> None:
        """Let a name stand for an array from here on."""
        self._forget(node, name)
        self.arrays[name] = view
        self.bound[name] = self.path

    def bind_scalar(self, node: ast.AST, name: str, scalar: Scalar) -> None:
        """Let a name stand for a number from here on."""
        self._forget(node, name)
        self.scalars[name] = scalar
        self.bound[name] = scalar.path

    def _forget(self, node: ast.AST, name: str) -> None:
        self.check_carried(node, name)
        self.arrays.pop(name, None)
        self.scalars.pop(name, None)

    def check_carried(self, node: ast.AST, name: str) -> None:
        """What was read of a name must not hang on what it gets now, in the turn before."""
        for path, bound in self.uses.get(name, ()):
            if any(each in self.path and each not in bound for each in path):
                raise self.error(node, carried(name))

    def _look_up(self, node: ast.Name) -> None:
        """Note that a name is read here; one from a loop that has ended is refused."""
        path = self.bound[node.id]
        if self.path[: len(path)] != path:
            raise self.error(node, f"{node.id} is left over from a loop that has ended")
        self.uses.setdefault(node.id, []).append((self.path, path))

    def named(self, node: ast.Name) -> ast.expr | None:
        """The value of a name, or None."""
        name = node.id
        if name in self.letters:
            return self.letters[name].number
        if name in self.arrays:  # of rank 0
            self._look_up(node)
            return self.element_of(self.arrays[name], [], node)
        if name in self.scalars:
            return self.number(node, self.scalars[name])
        if name in self._local:
            raise self.error(node, f"{name} has no value here, or not in every branch")
        return None

    def number(self, node: ast.Name, scalar: Scalar) -> ast.expr:
        """The value of a name of a number."""
        self._look_up(node)
        if any(each in self.path for each in scalar.turns):
            raise self.error(node, f"{node.id} is read here before it has taken in all values")
        return copy.deepcopy(scalar.value)

    # -- values and sizes ------------------------------------------------------------------------

    def value(self, node: ast.expr) -> ast.expr:
        """A value with elements of the normal form's arrays in it."""
        found: ast.expr = Values(self).visit(copy.deepcopy(node))
        if any(isinstance(each, ast.Subscript) for each in ast.walk(found)):
            self.shared.check(copy.deepcopy(found))
        return found

    def size(self, node: ast.expr) -> ast.expr | None:
        """`x.shape[1]` or `len(x)`, or None where the node is no size of an array."""
        view, axis = None, 0
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "len" and len(node.args) == 1:
            view = self.array_of(node.args[0])
        elif isinstance(node, ast.Subscript):
            view = self.shaped(node.value)
            axis = self._axis(node.slice) if view is not None else 0
        if view is None:
            return None
        try:
            return copy.deepcopy(parsed(view.size(axis)))
        except IndexError:
            raise self.error(node, "this axis is not there, or must be counted from 0") from None

    def _axis(self, node: ast.expr) -> int:
        try:
            return int(ast.literal_eval(node))
        except (ValueError, TypeError):
            raise self.error(node, "an axis is a number: x.shape[0]") from None

    def certain_size(self, node: ast.expr) -> str:
        """The text of what must be a size: sizes of arrays and whole numbers, and + - * // %."""
        value = self.value(node)
        if not is_size(value):
            raise self.error(
                node,
                "a size is x.shape[k], len(x), a whole number, or made of them; "
                "where it hangs on a loop, take the whole range and an if: if j < i:",
            )
        return ast.unparse(value)

    def shaped(self, node: ast.expr) -> View | None:
        """The array of which a node is the shape, or None."""
        if isinstance(node, ast.Attribute) and node.attr == "shape":
            return self.array_of(node.value)
        if isinstance(node, ast.Call) and is_library(node.func, "shape") and len(node.args) == 1:
            return self.array_of(node.args[0])
        return None

    # -- arrays ----------------------------------------------------------------------------------

    def array_of(self, node: ast.expr) -> View | None:
        """The array that a node is, whole or in part, or None."""
        if isinstance(node, ast.Name) and node.id in self.arrays:
            self._look_up(node)
            return self.arrays[node.id]
        if isinstance(node, ast.Subscript):
            whole = self.array_of(node.value)
            return None if whole is None else self._part(node, whole)
        if isinstance(node, ast.Call):
            found = self.call(node)
            return found if isinstance(found, View) else None
        return None

    def _part(self, node: ast.Subscript, whole: View) -> View | None:
        """`x[i, :]`; of an array that is made, a single element is none."""
        places = _elements(node)
        slices = [each for each in places if isinstance(each, ast.Slice)]
        if any(each.lower or each.upper or each.step for each in slices):
            raise self.error(node, "a row or a column is whole: `:`")
        if not slices and not whole.array.is_argument:
            return None
        indices = [
            None if isinstance(each, ast.Slice) else self._index(each, whole, axis)
            for axis, each in enumerate(places)
        ]
        return View(whole.array, tuple(whole.place(indices)))

    def _index(self, node: ast.expr, view: View, axis: int) -> ast.expr:
        """An index: of loop variables, sizes and whole numbers; -1 is the last place."""
        value = self.value(node)
        if not is_index(value):
            raise self.error(node, "an index is made of loop variables, sizes and whole numbers")
        if isinstance(value, ast.UnaryOp) and is_size(value):
            try:
                size = parsed(view.size(axis))
            except IndexError:
                raise self.error(node, "this axis is not there") from None
            value = ast.BinOp(copy.deepcopy(size), ast.Sub(), value.operand)
        return settled(value)

    def element(self, node: ast.Subscript) -> ast.expr:
        """An element of an array, in terms of arguments and of what is made."""
        view = self.array_of(node.value)
        if view is None:
            raise self.error(node, f"{ast.unparse(node.value)} is no array")
        places = _elements(node)
        if any(isinstance(each, ast.Slice) for each in places):
            raise self.error(node, "a row or a column has a name, or is given to a function")
        indices = [self._index(each, view, axis) for axis, each in enumerate(places)]
        return self.element_of(view, indices, node)

    def element_of(self, view: View, indices: Sequence[ast.expr], node: ast.AST) -> ast.expr:
        """The element of a view at these indices."""
        self.require_rank(view, len(indices), node)
        array, places = view.array, view.place(indices)
        whole = [each for each in places if each is not None]
        if array.is_argument:
            return subscript(array.name, whole)
        texts = tuple(map(ast.unparse, whole))
        if not array.is_settled(texts, self.path):
            raise self.error(node, f"{array.called} is read here while its loops fill it")
        array.reads.append(Read(texts, self.path, node))
        if array.name:
            return subscript(array.name, [*map(_letter, array.home), *whole])
        return self._beginning(array, whole, node)

    def _beginning(self, array: Array, places: list[ast.expr], node: ast.AST) -> ast.expr:
        if array.begins is None:
            raise self.error(node, f"{array.called} is read here before it is filled")
        if isinstance(array.begins, View):
            return self.element_of(array.begins, places, node)
        return copy.deepcopy(array.begins)

    def copied(self, view: View, node: ast.AST) -> View:
        """A view of an array as it is now, for a copy of it."""
        if not view.array.is_settled((), self.path):
            raise self.error(node, f"{view.array.called} is copied here while its loops fill it")
        view.array.reads.append(Read((), self.path, node))
        return View(view.array.as_now(), view.index)

    def require_rank(self, view: View, free: int, node: ast.AST) -> None:
        """Note, or check, how many axes an array has."""
        fixed = sum(each is not None for each in view.index)
        if free < len(view.index) - fixed:
            raise self.error(node, f"{view.array.called} has too few indices here")
        rank = free + fixed
        array = view.array
        if array.shape_like is not None:
            self.require_rank(array.shape_like, rank, node)
            return
        known = self.shared.ranks.get(array.name, rank) if array.sizes is None else len(array.sizes)
        if known != rank:
            raise self.error(node, f"{array.called} has {rank} indices here, and rank {known}")
        if array.is_argument:
            self.shared.ranks[array.name] = rank

    # -- asserts ---------------------------------------------------------------------------------

    def assertion(self, statement: ast.Assert) -> Assertion:
        """An assert about shapes, to be checked when the kernel is called."""
        views: dict[str, View] = {}
        sizes: dict[str, str] = {}
        others: dict[str, Any] = {}
        self._check_shapes_only(statement.test)
        for node in ast.walk(statement.test):
            if not isinstance(node, ast.Name):
                continue
            if node.id in self.arrays:
                views[node.id] = self.arrays[node.id]
            elif node.id in self.scalars:
                sizes[node.id] = self.certain_size(node)
            else:
                others[node.id] = self.source.lookup(node.id)
        test = compile(ast.fix_missing_locations(ast.Expression(statement.test)), "assert", "eval")
        text = ast.unparse(ast.Assert(statement.test, statement.msg))
        return Assertion(test, text, self.source.where(statement), views, sizes, others)

    def _check_shapes_only(self, test: ast.expr) -> None:
        """Elements of arrays are not there yet when the asserts are checked."""
        shapes = set()
        for node in ast.walk(test):
            if isinstance(node, ast.Attribute) and node.attr in ("shape", "ndim"):
                shapes.add(node.value)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "len":
                shapes.update(node.args)
        for node in ast.walk(test):
            if isinstance(node, ast.Name) and node.id in self.arrays and node not in shapes:
                raise self.error(node, "an assert is about shapes, sizes and ranks")

    def call(self, node: ast.Call) -> ast.expr | View | None:
        """What another function of the language gives, or None."""
        raise NotImplementedError

    def called(self, node: ast.Call) -> ast.expr | None:
        """The number that another function gives, or None."""
        found = self.call(node)
        return self.element_of(found, [], node) if isinstance(found, View) else found


def carried(name: str) -> str:
    """What is said of a value that one turn of a loop leaves to the next."""
    return (
        f"{name} is carried from one turn of a loop to the next; a total takes in values by +=, "
        f"-=, *=, or {name} = max({name}, ...)"
    )


def subscript(array: str, places: Sequence[ast.expr]) -> ast.expr:
    """An element of an array of the normal form."""
    found = parsed(f"{array}[{index_text([ast.unparse(each) for each in places])}]")
    return copy.deepcopy(found)


def _elements(node: ast.Subscript) -> list[ast.expr]:
    return node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]


def _letter(turn: Turn) -> ast.expr:
    return ast.Name(turn.letter, ast.Load())
