"""Walks: what is read once for several purposes, when every node has its place.

    k0: s = sum over n of g[n, c]               k0: for n: s += g[n, c]
    k1: t = sum over n of g[n, c] * y[n, c]  ->             t += g[n, c] * y[n, c]

    k1: loads y, and z = maximum(y * f + b, 0)  k1: loads y, and computes z from it again

Reductions over the same axes that read the same array go over it together, and a value that
follows cheaply from what a kernel reads anyway is not read besides. Both save memory traffic only:
every sum adds the same terms in the same order as it would alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from geartrain.compiler.form.exprs import Axis, Expr, loads_of, long_axes, place
from geartrain.compiler.form.kernels import Reduction, Root
from geartrain.compiler.form.loops import axes_of, rewrite, substitute, values_of
from geartrain.compiler.fusion.groups import Group
from geartrain.compiler.fusion.operations import is_costly, operations_of
from geartrain.graph import Node

MOST_TOTALS = 4  # of one walk: they stay in registers
AGAIN = 8  # operations that are sooner done again than their result is read

Needs = Callable[[Group, Group], bool]


# -- reductions over the same places ---------------------------------------------------------------


def share_walks(groups: list[Group], needs: Needs) -> Iterator[tuple[Group, Group]]:
    """Join reductions that go over one array; gives each group that took in another, and that."""
    alike: dict[object, list[Group]] = {}
    for group in list(groups):
        if not isinstance(group.root, Reduction):
            continue
        hosts = alike.setdefault(_walk_of(group, group.root), [])
        host = next((each for each in hosts if _can_share(each, group, needs)), None)
        if host is None:
            hosts.append(group)
            continue
        _take_in(host, group)
        groups.remove(group)
        yield host, group


def _walk_of(group: Group, root: Reduction) -> object:
    """What reductions that share a walk have in common."""
    own = long_axes(group.axes)
    axes = tuple(axis.extent for axis in (*own, *root.reduced))
    chunk = None if root.chunk is None else root.chunk.extent
    return axes, len(own), group.lane is None, chunk, root.body.dtype.itemsize


def _can_share(host: Group, other: Group, needs: Needs) -> bool:
    root = host.root
    if not isinstance(root, Reduction) or len(root.all) + 1 > MOST_TOTALS:
        return False
    if other.root is None or not _loaded(root).intersection(_loaded(other.root)):
        return False
    moved = _moved(host, other)
    mine, theirs = _widest(root.operands()), _widest(moved.operands())
    return bool(mine & theirs) and not needs(host, other) and not needs(other, host)


def _loaded(root: Root) -> set[Node]:
    return {each.what for each in loads_of(*root.operands())}


def _widest(bodies: Sequence[Expr]) -> set[Expr]:
    """The loads that move with the most axes."""
    loads = loads_of(*bodies)
    most = max((len(axes_of(each)) for each in loads), default=0)
    return {each for each in loads if len(axes_of(each)) == most}


def _places(host: Group, other: Group) -> dict[Axis, Expr]:
    """The host's axes in the place of the other's."""
    mine = (*long_axes(host.axes), *(host.root.reduced if isinstance(host.root, Reduction) else ()))
    theirs = (
        *long_axes(other.axes),
        *(other.root.reduced if isinstance(other.root, Reduction) else ()),
    )
    return {each: place(axis) for each, axis in zip(theirs, mine, strict=True)}


def _moved(host: Group, other: Group) -> Reduction:
    """The other's reduction over the host's axes."""
    if not isinstance(host.root, Reduction) or not isinstance(other.root, Reduction):
        raise TypeError("only reductions share a walk")
    places = _places(host, other)
    moved = other.root.changed(lambda expr: substitute(expr, places))
    return replace(moved.over(host.root.reduced), chunk=host.root.chunk)


def _take_in(host: Group, other: Group) -> None:
    moved, places = _moved(host, other), _places(host, other)
    if isinstance(host.root, Reduction):
        alone = replace(moved, beside=())
        host.root = replace(host.root, beside=(*host.root.beside, alone, *moved.beside))
    host.statements += [
        replace(each, expr=substitute(each.expr, places)) for each in other.statements
    ]
    host.forget_uses()


# -- values that follow from what is read anyway ---------------------------------------------------


def spare_loads(groups: Sequence[Group], home: Mapping[Node, Group]) -> None:
    """Compute a value again where a kernel reads all that it takes to do so."""
    for group in groups:
        if group.whole is not None or not (group.root is None or type(group.root) is Reduction):
            continue
        for node in list(group.uses):
            maker = home.get(node)
            if maker is not None and maker is not group and maker.whole is None:
                _spare(group, node, maker)


def _spare(group: Group, node: Node, maker: Group) -> None:
    formula, axes = _formula(node, maker), long_axes(maker.axes)
    if formula is None or is_costly(formula) or len(operations_of(formula)) > AGAIN:
        return
    wide = [each for each in loads_of(formula) if len(axes_of(each)) == len(axes)]
    if not wide or not all(_is_whole(index, node, axes) for index in group.uses[node]):
        return
    loaded = set(loads_of(*group.expressions()))
    places = [_places_in(index, node, axes) for index in group.uses[node]]
    if all(substitute(each, where) in loaded for where in places for each in wide):
        group.replace_loads(
            node, lambda access: substitute(formula, _places_in(access.args, node, axes))
        )


def _is_whole(index: Sequence[Expr], node: Node, axes: Sequence[Axis]) -> bool:
    """Whether an index has a place for each axis of the kernel that makes the node."""
    long = [size for size in node.shape if size != 1]
    return len(index) == len(node.shape) and len(long) == len(axes)


def _places_in(index: Sequence[Expr], node: Node, axes: Sequence[Axis]) -> dict[Axis, Expr]:
    """Where the axes of the kernel that makes a node stand at an index."""
    long = (each for each, size in zip(index, node.shape, strict=True) if size != 1)
    return dict(zip(axes, long, strict=True))


def _formula(node: Node, maker: Group) -> Expr | None:
    """A node of the lane level by what its kernel loads; None where a reduction is in it."""
    known = {each.node: each.expr for each in maker.statements if each.lane and not each.op}
    if node not in known:
        return None
    formula = known[node]
    while values := values_of(formula):
        if any(each.what not in known for each in values):
            return None
        formula = rewrite(formula, lambda expr: known[expr.what] if expr.head == "value" else None)
    return formula
