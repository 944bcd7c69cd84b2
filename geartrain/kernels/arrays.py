"""Arrays of a function in the loop language, and the views through which it reads them."""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from geartrain.kernels.sizes import Shapes, size_of
from geartrain.tensor import Shape


@dataclass(frozen=True, eq=False)
class Turn:
    """One `for` of the source: its letter in the normal form, and the text of its size.

    Attributes:
        at: what the loop variable is, where that is not the number of the turn.
    """

    letter: str
    size: str
    at: ast.expr | None = None

    @property
    def number(self) -> ast.expr:
        """What the loop variable is."""
        return ast.Name(self.letter, ast.Load()) if self.at is None else copy.deepcopy(self.at)


Path = tuple[Turn, ...]  # the loops that a statement stands in, the outermost first


def shares(first: Path, second: Path) -> bool:
    """Whether two statements stand in a common loop."""
    return any(each in second for each in first)


@dataclass(frozen=True)
class Read:
    """An element that is read of an array which may yet change: its index, and where."""

    index: tuple[str, ...]
    path: Path
    node: ast.AST


@dataclass(eq=False)
class Array:
    """An argument, or an array that the function makes.

    Attributes:
        called: its name in the source.
        name: the name in the normal form; "" for one that is made, until it is filled.
        home: the loops in which it is made: there is one for each of their turns.
        shape_like: the view whose shape it has; None for an argument, or with `sizes`.
        sizes: the size of each axis, of one made with np.zeros((n, m)).
        begins: what it holds before it is filled: a copy, a number, or nothing (np.empty).
        filled_in: the loops that filled it last.
        filled_at: those of them that are its indices.
        reads: what was read of it so far.
    """

    called: str
    name: str = ""
    home: Path = ()
    shape_like: View | None = None
    sizes: tuple[str, ...] | None = None
    begins: View | ast.expr | None = None
    filled_in: Path = ()
    filled_at: Path = ()
    reads: list[Read] = field(default_factory=list)

    @property
    def is_argument(self) -> bool:
        """Whether it comes from the caller."""
        return self.shape_like is None and self.sizes is None

    def size(self, axis: int) -> str:
        """The text of an axis's size."""
        if self.shape_like is not None:
            return self.shape_like.size(axis)
        if self.sizes is not None:
            return self.sizes[axis]
        return f"{self.name}.shape[{axis}]"

    def shape(self, shapes: Shapes) -> Shape:
        """Its shape, where arguments have these."""
        if self.shape_like is not None:
            return self.shape_like.shape(shapes)
        if self.sizes is not None:
            return tuple(size_of(each, shapes) for each in self.sizes)
        return shapes[self.name]

    def as_now(self) -> Array:
        """The array as it is here, whatever is stored to it later."""
        return self if self.is_argument else replace(self, reads=[])

    def is_settled(self, index: Sequence[str], path: Path) -> bool:
        """Whether an element that is read at `path` was filled in the same turns, if at all."""
        return self.in_step(Read(tuple(index), path, ast.Pass()), self.filled_at, self.filled_in)

    def in_step(self, read: Read, filled_at: Path, filled_in: Path) -> bool:
        """Whether each turn of the loops that fill the array reads its own elements only."""
        common = [each for each in read.path if each in filled_in and each not in self.home]
        return all(
            each in filled_at and read.index[filled_at.index(each)] == each.letter
            if read.index
            else False
            for each in common
        )


@dataclass(frozen=True, eq=False)
class View:
    """An array seen whole, or through `x[i, :]`: an index for each axis, None where it is free."""

    array: Array
    index: tuple[ast.expr | None, ...] = ()

    def size(self, axis: int) -> str:
        """The text of a free axis's size."""
        if not self.index:
            return self.array.size(axis)
        if axis < 0 and self.rank is None:
            raise IndexError(axis)
        return self.array.size(self._axis(axis + (self.rank or 0) if axis < 0 else axis))

    def shape(self, shapes: Shapes) -> Shape:
        """The free axes' sizes, where arguments have these shapes."""
        whole = self.array.shape(shapes)
        fixed = {axis for axis, each in enumerate(self.index) if each is not None}
        return tuple(size for axis, size in enumerate(whole) if axis not in fixed)

    def place(self, indices: Sequence[ast.expr | None]) -> list[ast.expr | None]:
        """The indices into the whole array, given those of the free axes."""
        given = iter(indices)
        return [next(given, None) if each is None else each for each in self.index] + list(given)

    def _axis(self, axis: int) -> int:
        """Which axis of the whole array a free one is."""
        free = [position for position, each in enumerate(self.index) if each is None]
        return free[axis] if axis < len(free) else len(self.index) + axis - len(free)

    @property
    def rank(self) -> int | None:
        """How many free axes there are, where that is known."""
        if self.array.sizes is not None:
            whole = len(self.array.sizes)
        elif self.array.shape_like is not None and self.array.shape_like.rank is not None:
            whole = self.array.shape_like.rank
        else:
            return None
        return whole - sum(each is not None for each in self.index)
