"""`Group`: a kernel while fusion fills it.

A group stands at a place of its rows, and of its lane axis if it has one. What it computes is
added from the last statement to the first; what it does not compute itself stays a load.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from geartrain.compiler.form.exprs import (
    Axis,
    Expr,
    is_loaded,
    load,
    loads_of,
    long_axes,
    place,
    value,
)
from geartrain.compiler.form.kernels import (
    Contraction,
    Kernel,
    Reduction,
    Root,
    Scatter,
    Statement,
    Walk,
)
from geartrain.compiler.form.loops import Nest, axes_of, rewrite, squeezed, substitute, values_of
from geartrain.compiler.fusion.contractions import find_contraction, stays_contraction
from geartrain.compiler.fusion.readers import Readers
from geartrain.compiler.fusion.reductions import flattened
from geartrain.graph import Node
from geartrain.tensor import Size

Index = tuple[Expr, ...]


class Group:
    """Rows, a lane axis, a root and statements; see `kernels.py` for what they are."""

    def __init__(self, rows: tuple[Axis, ...], lane: Axis | None) -> None:
        self.rows = rows
        self.lane = lane
        self.root: Root | None = None
        self.statements: list[Statement] = []
        self.whole: Node | None = None  # what is no kernel, but takes whole values: a loop, a join
        self.readers: Readers | None = None
        self._uses: dict[Node, list[Index]] | None = None

    def index(self, *, lane: bool) -> Index:
        """The place where the group stands on its lane level, or on its row level."""
        axes = (*self.rows, self.lane) if lane and self.lane is not None else self.rows
        return tuple(place(axis) for axis in axes)

    def expressions(self) -> Iterator[Expr]:
        """Every expression that the group evaluates."""
        if self.root is not None:
            yield from self.root.operands()
        yield from (each.expr for each in self.statements)

    @property
    def uses(self) -> dict[Node, list[Index]]:
        """The values that the group loads, and at which indices."""
        if self._uses is None:
            self._uses = {} if self.whole is None else {each: [()] for each in self.whole.inputs}
            _note_loads(self._uses, self.expressions())
        return self._uses

    def is_operand(self, node: Node) -> bool:
        """Whether a node is an operand of the group's contraction, or one that it takes whole."""
        root = self.root
        if self.whole is not None:
            return node in self.whole.inputs
        return isinstance(root, Contraction) and node in (root.lhs.what, root.rhs.what)

    def forget_uses(self) -> None:
        """Find anew what is loaded: the expressions have been changed."""
        self._uses = None
        if self.readers is not None:
            self.readers.changed[self] = None

    @property
    def has_row_level(self) -> bool:
        """Whether a statement stands on the row level."""
        return any(not each.lane for each in self.statements)

    def level(self, node: Node) -> bool | None:
        """The level at whose place every use of `node` is: lane (True), row (False), or None."""
        operands = self.root.operands() if self.root is not None else []
        if self.whole is not None or node in {each.what for each in loads_of(*operands)}:
            return None  # the root comes first: what it needs is computed elsewhere
        indices = {squeezed(index, node) for index in self.uses[node]}
        for lane in (True, False) if self.lane is not None else (False,):
            if lane and self._is_needed_on_rows(node):
                continue
            here = tuple(map(place, long_axes(self.axes if lane else self.rows)))
            if indices == {here} and self._covers(node, lane=lane):
                return lane
        return None

    def _is_needed_on_rows(self, node: Node) -> bool:
        """Whether a row-level statement loads a node, which the lane level would compute too late.

        The levels' places are the same where the lane axis has one place.
        """
        rows = (each.expr for each in self.statements if not each.lane and not each.op)
        return any(each.what is node for each in loads_of(*rows))

    def _covers(self, node: Node, *, lane: bool) -> bool:
        """Whether the group's places are all of a node's: of a slice they are but some."""
        extents = [axis.extent for axis in long_axes(self.axes if lane else self.rows)]
        shape = [size for size in node.shape if size != 1]
        return len(extents) != len(shape) or extents == shape

    def _load_more(self, expressions: Sequence[Expr]) -> None:
        """Some expressions are new, and the others are as they were."""
        _note_loads(self.uses, expressions)
        if self.readers is not None:
            self.readers.note(self, (each.what for each in loads_of(*expressions)))

    # -- taking a node in ------------------------------------------------------------------------

    def can_hold(self, nest: Nest, *, lane: bool) -> bool:
        """Whether the group can compute a node of which it stands at the place."""
        if not nest.op:
            # A root has no row level beside its places: every place would compute and store it.
            return self.root is None or lane is (self.lane is not None)
        if self.root is not None or isinstance(nest.form, Scatter):
            return False
        if not is_row_reduction(nest):
            return not self.has_row_level and lane is (self.lane is not None)
        if lane:
            return not self.has_row_level
        return self.lane is None or self.lane.extent == nest.reduced[0].extent

    def hold(self, nest: Nest, *, lane: bool) -> None:
        """Compute a node here: its loads become values."""
        if is_row_reduction(nest):
            self._make_room(nest, lane=lane)
            lane = False
        here = map(place, long_axes(self.axes if lane else self.rows))
        self.replace_loads(nest.node, lambda _: value(nest.node))
        places = dict(zip(long_axes(nest.axes), here, strict=True))
        if nest.op and not is_row_reduction(nest):
            reduced = _fresh_axes(nest.reduced, self.axes)
            places |= dict(zip(nest.reduced, map(place, reduced), strict=True))
            root = _root(nest, places, self.lane, reduced)
            if isinstance(root, Walk):
                walked = places[nest.axes[root.position]].what
                root = replace(root, position=self.axes.index(walked))
            self.root = root
            self._load_more(root.operands())
        else:
            if nest.op and self.lane is not None:
                places[nest.reduced[0]] = place(self.lane)
            body = substitute(nest.body, places)
            self.statements.append(Statement(nest.node, body, lane, nest.op))
            self._load_more([body])

    def _make_room(self, nest: Nest, *, lane: bool) -> None:
        """Give the group the lane axis that a row reduction needs."""
        if lane:
            self.rebase()
        if self.lane is None:
            self.lane = Axis(f"{nest.reduced[0].name}_lane", nest.reduced[0].extent)

    def rebase(self) -> None:
        """Turn the lane axis into a row axis: what stood on the lane level is on the row level."""
        if self.lane is not None:
            self.rows, self.lane = (*self.rows, self.lane), None
        self.statements = [replace(each, lane=False) for each in self.statements]

    # -- writing nodes into the expressions ------------------------------------------------------

    def can_inline(self, nest: Nest) -> bool:
        """Whether a map can be written into its uses: operands must stay loads in even strides."""
        if self.whole is not None:
            return False
        root = self.root
        if not isinstance(root, Contraction) or not self.is_operand(nest.node):
            return True
        lhs, rhs = (
            nest.at(each.args) if each.what is nest.node else each for each in root.operands()
        )
        return stays_contraction(replace(root, lhs=lhs, rhs=rhs))

    def inline(self, nest: Nest) -> None:
        """Write a map into its uses."""
        self.replace_loads(nest.node, lambda access: nest.at(access.args))

    def replace_loads(self, node: Node, rule: Callable[[Expr], Expr]) -> None:
        """Write something else for each load of `node`."""
        uses = self.uses
        if node not in uses:
            return
        changed: list[Expr] = []

        def choose(expr: Expr) -> Expr | None:
            return rule(expr) if expr.head == "load" and expr.what is node else None

        def change(expr: Expr) -> Expr:
            if not is_loaded(node, expr):
                return expr
            changed.append(rewrite(expr, choose))
            return changed[-1]

        self._rewrite(change)
        gone = uses.pop(node)
        if not loads_of(*(each for index in gone for each in index)):  # else those may be gone, too
            self._uses = uses
            self._load_more(changed)

    def _rewrite(self, change: Callable[[Expr], Expr]) -> None:
        pairs = [(each, change(each.expr)) for each in self.statements]
        self.statements = [
            each if expr is each.expr else replace(each, expr=expr) for each, expr in pairs
        ]
        root = self.root
        if isinstance(root, Contraction):
            self.root = replace(root, lhs=change(root.lhs), rhs=change(root.rhs))
        elif root is not None:
            self.root = root.changed(change)
        self.forget_uses()

    # -- merging ---------------------------------------------------------------------------------

    def can_merge(self, other: Group) -> bool:
        """Whether the other's rows are, or can be made, the same as this group's."""
        if self.root is not None or other.root is not None:
            return False
        if _extents(self.rows) == _extents(other.axes) and not other.has_row_level:
            return True
        lanes = {each.lane.extent for each in (self, other) if each.lane is not None}
        return _extents(self.rows) == _extents(other.rows) and len(lanes) <= 1

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The rows, then the lane axis if there is one."""
        return self.rows if self.lane is None else (*self.rows, self.lane)

    def merge(self, other: Group) -> None:
        """Take over everything that the other group computes."""
        if len(other.rows) < len(self.rows):
            other.rebase()
        self.lane = self.lane or other.lane
        mine, others = self.axes, other.axes
        places = {theirs: place(own) for own, theirs in zip(mine, others, strict=False)}
        other._rewrite(lambda expr: substitute(expr, places))
        self.statements += other.statements
        self.forget_uses()

    def kernel(self, name: str, order: dict[Node, int], stored: tuple[Node, ...]) -> Kernel:
        """The finished kernel, its statements in the graph's order."""
        statements = sorted(self.statements, key=lambda each: order[each.node])
        written = _write_out(statements, set(stored))
        root = flattened(self.root) if isinstance(self.root, Reduction) else self.root
        return Kernel(name, self.rows, self.lane, root, tuple(written), stored)


@dataclass(frozen=True)
class _Writing:
    """Puts written statements in the place of their values, on one level."""

    written: Mapping[Node, Expr]
    levels: Mapping[Node, bool]
    lane: bool

    def choose(self, part: Expr) -> Expr | None:
        """The statement that stands for a value, if it is written out here."""
        if part.head != "value" or self.levels.get(part.what) is not self.lane:
            return None
        return self.written.get(part.what)


def _write_out(statements: Sequence[Statement], stored: set[Node]) -> list[Statement]:
    """Write a statement that has one use, on its own level, into that use."""
    uses = Counter(each.what for statement in statements for each in values_of(statement.expr))
    levels = {each.node: each.lane or bool(each.op) for each in statements}
    written: dict[Node, Expr] = {}
    kept = []
    for each in statements:
        expr = rewrite(each.expr, _Writing(written, levels, levels[each.node]).choose)
        if uses[each.node] == 1 and each.node not in stored and not each.op:
            written[each.node] = expr
        kept.append(replace(each, expr=expr))
    used = {each.what for statement in kept for each in values_of(statement.expr)}
    return [each for each in kept if each.node in stored or each.node in used]


def _note_loads(uses: dict[Node, list[Index]], expressions: Iterable[Expr]) -> None:
    for each in loads_of(*expressions):
        indices = uses.setdefault(each.what, [])
        if each.args not in indices:
            indices.append(each.args)


def _extents(axes: tuple[Axis, ...]) -> list[Size]:
    return [axis.extent for axis in axes]


def group_for(nest: Nest) -> Group:
    """A new group that computes just this node."""
    axes = tuple(Axis(axis.name, axis.extent) for axis in nest.axes)
    if is_row_reduction(nest):
        group = Group(axes, None)
        group.hold(nest, lane=False)
    else:
        group = Group(axes[:-1], axes[-1] if axes else None)
        group.hold(nest, lane=bool(axes))
    return group


def group_copying(node: Node) -> Group:
    """A new group that copies a value that is in memory already."""
    axes = tuple(Axis(f"i{number}", size) for number, size in enumerate(node.shape))
    group = Group(axes[:-1], axes[-1] if axes else None)
    copy = load(node, group.index(lane=True))
    group.statements.append(Statement(node, copy, group.lane is not None))
    return group


def is_row_reduction(nest: Nest) -> bool:
    """Whether a nest reduces the last axis of what it loads along it, and that axis only."""
    if not nest.op or nest.form or len(nest.reduced) != 1 or nest.chunk is not None:
        return False
    if find_contraction(nest) is not None:
        return False
    if _is_matrix_vector(nest):
        return False
    last = place(nest.reduced[0])
    moving = [each for each in loads_of(nest.body) if nest.reduced[0] in axes_of(each)]
    return bool(moving) and all(each.args[-1] is last for each in moving)


def _is_matrix_vector(nest: Nest) -> bool:
    """Whether each result is a product with the same vector: several rows share its loads."""
    product = nest.body
    if nest.op != "sum" or product.what != "multiply" or not nest.axes:
        return False
    loads = [each for each in product.args if each.head == "load"]
    return len(loads) == 2 and any(axes_of(each) <= set(nest.reduced) for each in loads)


def _fresh_axes(reduced: tuple[Axis, ...], taken: tuple[Axis, ...]) -> tuple[Axis, ...]:
    """The reduced axes, under names that the kernel's own axes do not have."""
    names = {axis.name for axis in taken}
    free = (letter for letter in "klmnopqrstuvwxyz" if letter not in names)
    return tuple(Axis(next(free), axis.extent) for axis in reduced)


def _root(
    nest: Nest, places: dict[Axis, Expr], lane: Axis | None, reduced: tuple[Axis, ...]
) -> Root:
    if isinstance(nest.form, Scatter):
        return replace(nest.form.changed(lambda each: substitute(each, places)), reduced=reduced)
    if isinstance(nest.form, Walk):
        return nest.form.changed(lambda each: substitute(each, places))
    contraction = find_contraction(nest)
    if contraction is None or lane is None:
        body = substitute(nest.body, places)
        chunk = places[nest.chunk].what if nest.chunk is not None else None
        return Reduction(nest.node, nest.op, body, reduced, chunk)
    renamed = dict(zip(nest.reduced, reduced, strict=True))
    depth = tuple(renamed[axis] for axis in contraction.depth)
    return contraction.placed(places, column=lane, depth=depth)
