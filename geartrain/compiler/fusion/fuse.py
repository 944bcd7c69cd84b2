"""Fuse: nests become kernels, so that values stay in registers from one operation to the next.

    dot[i,j]  = sum over k of x[i,k]*w[k,j]        kernel contract_relu
    add[i,j]  = dot[i,j] + b[j]              ->      for i<batch, j<512:
    relu[i,j] = maximum(add[i,j], 0)                   dot = sum over k of x[i,k] * w[k,j]
                                                       relu = maximum(dot + b[j], 0)

The nodes are taken from the last to the first, so that every use of a node is known when its
place is chosen:

1. a *view* (broadcast, transpose, gather) is written into its uses as an index;
2. a node whose uses in a kernel are all at the place where the kernel stands joins it: as a
   statement, as a reduction along the lane, or as the kernel's root; kernels over the same rows
   that share a node become one;
3. a cheap node is computed again in each kernel that uses it;
4. everything else goes to memory, from a kernel of its own.

A reshape costs nothing: it is another name for its input's memory.
"""

from __future__ import annotations

from itertools import combinations

from geartrain.compiler.form.exprs import Expr, literal, loads_of, long_axes
from geartrain.compiler.form.kernels import Kernel, nodes_of
from geartrain.compiler.form.loops import Nest, is_affine
from geartrain.compiler.fusion.contractions import cut_into_parts
from geartrain.compiler.fusion.groups import Group, group_copying, group_for
from geartrain.compiler.fusion.joins import Join, can_be_joined
from geartrain.compiler.fusion.lower import lower
from geartrain.compiler.fusion.native_loops import Loop, is_loop, loop_of
from geartrain.compiler.fusion.operations import is_costly, operations_of
from geartrain.compiler.fusion.readers import Readers
from geartrain.compiler.fusion.reductions import cut_reduction
from geartrain.compiler.fusion.walks import share_walks, spare_loads
from geartrain.compiler.fusion.winograd import by_winograd, winograd_nests
from geartrain.graph import Graph, Node, Role

CHEAP_OPERATIONS = 4
CHEAP_USES = 4


def fuse(graph: Graph) -> list[Kernel | Loop | Join]:
    """Put every node that the results need into kernels, in an order they can run in."""
    fuser = _Fuser(graph)
    for node in reversed(fuser.order):
        fuser.place(node)
    fuser.read_once()
    return fuser.kernels()


class _Fuser:
    """The groups so far, and the group that computes each node."""

    def __init__(self, graph: Graph) -> None:
        self.order = graph.nodes()
        self.results = set(graph.results)
        self.groups: list[Group] = []
        self.readers = Readers()
        self.home: dict[Node, Group] = {}
        self.aliases: dict[Node, Node] = {}
        self.nests: dict[Node, Nest] = {}
        self.users: dict[Node, list[Node]] = {node: [] for node in self.order}
        for node in self.order:
            for each in node.inputs:
                self.users[each].append(node)
        self.order = [each for node in self.order for each in self._with_parts(node)]
        self.position = {node: number for number, node in enumerate(self.order)}
        self.latest: dict[Group, int] = {}  # where in the order the last node of a group stands

    def _with_parts(self, node: Node) -> list[Node]:
        """A node, and before it those of the parts that it is computed from, if there are any."""
        if node.role is not Role.OPERATION or is_loop(node):
            return [node]
        tiled = winograd_nests(node) if by_winograd(node) else None
        nests = tiled or cut_into_parts(self._nest(node)) or cut_reduction(self._nest(node)) or []
        self.nests.update({nest.node: nest for nest in nests})
        return [nest.node for nest in nests] or [node]

    def _nest(self, node: Node) -> Nest:
        if node not in self.nests:
            self.nests[node] = lower(node)
        return self.nests[node]

    def place(self, node: Node) -> None:
        """Choose where a node is computed, every use of it being known."""
        users = self._users(node)
        wanted = users or node in self.results
        if is_loop(node) or (wanted and can_be_joined(node, self.order, self.results)):
            self._place_whole(node)
        elif node.role is not Role.OPERATION:
            if node in self.results:
                self._add(group_copying(node))
            self._write_number(node)
        elif users or node in self.results or node in self.aliases.values():
            self._place_operation(node, users)

    def _place_operation(self, node: Node, users: list[Group]) -> None:
        nest = self._nest(node)
        free = node not in self.results and node not in self.aliases.values()
        in_memory = not is_affine(nest.body) or any(group.whole for group in users)
        if free and node.label == "reshape" and in_memory:
            self.aliases[node] = node.inputs[0]
            return
        if free and _is_view(nest) and self._inline_everywhere(nest, users):
            return
        if self._join(nest, self._users(node)):
            return
        if not (free and self._recompute(nest, users)):
            self._compute_in(group_for(nest), node)

    def _place_whole(self, node: Node) -> None:
        """Place what is no kernel, but takes whole values from memory: a loop, or a join."""
        group = Group((), None)
        group.whole = node
        self._add(group)
        for each in (node, *self._parts(node)):
            self._settle(each, group)

    def _settle(self, node: Node, group: Group) -> None:
        """Note which group computes a node."""
        self.home[node] = group
        self.latest[group] = max(self.latest.get(group, -1), self.position[node])

    def _parts(self, loop: Node) -> list[Node]:
        return [each for each in self.order if each.role is Role.PART and each.inputs[0] is loop]

    def _without_kernel(self, name: str, node: Node) -> Loop | Join:
        if not is_loop(node):
            return Join(name, node)
        return loop_of(name, node, self._parts(node), fuse)

    def _write_number(self, node: Node) -> None:
        """Write a constant of rank 0 into its uses."""
        if node.constant is not None and node.constant.ndim == 0:
            number = literal(node.constant.item(), node.dtype)
            for group in self._users(node):
                group.replace_loads(node, lambda _: number)

    def _users(self, node: Node) -> list[Group]:
        return self.readers.of(node)

    def _add(self, group: Group) -> None:
        self.groups.append(group)
        self.readers.enter(group)

    # -- 1. and 3.: written into the uses --------------------------------------------------------

    def _inline_everywhere(self, nest: Nest, users: list[Group]) -> bool:
        """Write a view into each use that can hold it; say whether no use is left."""
        willing = [group for group in users if group.can_inline(nest)]
        for group in willing:
            group.inline(nest)
        return len(willing) == len(users)

    def _recompute(self, nest: Nest, users: list[Group]) -> bool:
        """Compute a map again at each use, where that is cheap or there is but one."""
        if nest.op or any(group.is_operand(nest.node) for group in users):
            return False
        pairs = [(index, group) for group in users for index in group.uses[nest.node]]
        indices = [index for index, _ in pairs]
        once = _are_apart(indices) and all(_is_one_to_one(*pair) for pair in pairs)
        if not once and (not self._is_cheap(nest) or len(indices) > CHEAP_USES):
            return False
        return self._inline_everywhere(nest, users)

    def _is_cheap(self, nest: Nest) -> bool:
        """Whether a map is quick, and no reduction loses its epilogue if it is recomputed."""
        operations = operations_of(nest.body)
        inputs = (each for each in nest.node.inputs if each.role is Role.OPERATION)
        feeds = any(self._nest(each).op and not self._is_reduced(each) for each in inputs)
        loads = [each.what for each in loads_of(nest.body)]
        once = len(loads) == len(set(loads))  # a window is larger than what comes of it
        quick = not is_costly(nest.body) and len(operations) <= CHEAP_OPERATIONS
        return quick and not feeds and once

    def _is_reduced(self, node: Node) -> bool:
        """Whether a reduction takes a node, which is in memory for its sake."""
        users = (each for each in self.users[node] if not is_loop(each))
        return node in self.results or any(self._nest(each).op for each in users)

    # -- 2.: joined with kernels that stand at its place -----------------------------------------

    def _join(self, nest: Nest, users: list[Group]) -> bool:
        for group in sorted(users, key=lambda each: -len(each.rows)):
            lane = group.level(nest.node)
            if lane is None or not self._can_join(nest, group):
                continue
            for other in users:
                if other is not group and self._can_join(nest, other):
                    self._merge(group, other)
            merged = group.level(nest.node)  # a merged group may need the node on its rows
            group.hold(nest, lane=lane if merged is None else merged)
            self._settle(nest.node, group)
            return True
        return False

    def _can_join(self, nest: Nest, group: Group) -> bool:
        """Whether a node can be computed in a group, or in one that the group is merged with."""
        lane = group.level(nest.node)
        if lane is None or not group.can_hold(nest, lane=lane):
            return False
        renamed = (each for each in group.uses if each is not nest.node)
        if any(self._memory_of(each) is nest.node for each in renamed):
            return False  # the group reads its memory under another name, at other places
        return not self._must_wait(group, nest.node)

    def _must_wait(self, group: Group, node: Node) -> bool:
        """Whether `group` needs what another user of the node computes: it would be a circle."""
        readers = self.readers.of(*self._names_of(node))
        return any(self._needs(group, each) for each in readers if each is not group)

    def _merge(self, group: Group, other: Group) -> None:
        """Make one of two groups that can be and of which none needs the other."""
        if not group.can_merge(other):
            return
        if self._needs(group, other) or self._needs(other, group):
            return
        group.merge(other)
        self.groups.remove(other)
        self.readers.leave(other)
        self._move_home(other, group)

    def _move_home(self, group: Group, to: Group) -> None:
        for node in _makes(group):
            self._settle(node, to)

    def _names_of(self, node: Node) -> set[Node]:
        """A node, and the reshapes that are other names of its memory."""
        names, more = {node}, {node}
        while more := {each for each, whole in self.aliases.items() if whole in more} - names:
            names |= more
        return names

    def _memory_of(self, node: Node) -> Node:
        while node in self.aliases:
            node = self.aliases[node]
        return node

    def _needs(self, group: Group, other: Group) -> bool:
        """Whether `group` loads, directly or not, what `other` computes.

        What stands before all of that in the order does not.
        """
        first = min((self.position[node] for node in _made_by(other)), default=0)
        seen = {group}
        pending = [group]
        while pending:
            for supplier in self._suppliers(pending.pop()):
                if supplier is other:
                    return True
                if supplier not in seen and self.latest[supplier] > first:
                    seen.add(supplier)
                    pending.append(supplier)
        return False

    def _suppliers(self, group: Group) -> list[Group]:
        nodes = (self._memory_of(node) for node in group.uses)
        return [self.home[node] for node in nodes if node in self.home]

    # -- 4.: a kernel of its own, and the end ----------------------------------------------------

    def _compute_in(self, group: Group, node: Node) -> None:
        self._add(group)
        self._settle(node, group)

    def read_once(self) -> None:
        """Let kernels share what they read, and leave out those of which nothing is read then."""
        for host, group in share_walks(self.groups, self._needs):
            self._move_home(group, host)
        spare_loads(self.groups, self.home)
        used = {self._memory_of(node) for each in self.groups for node in each.uses}
        wanted = {self.home[node] for node in (*used, *self.results) if node in self.home}
        idle = {self.home[node] for node in self.home} - wanted
        self.groups = [each for each in self.groups if each.whole is not None or each not in idle]

    def kernels(self) -> list[Kernel | Loop | Join]:
        """The finished kernels, each after those whose results it loads."""
        order = {node: position for position, node in enumerate(self.order)}
        for group in self.groups:
            group.forget_uses()  # the order of kernels is that in which they load
        loaded = {self._memory_of(node) for group in self.groups for node in group.uses}
        kernels: list[Kernel | Loop | Join] = []
        for number, group in enumerate(self._sorted_groups()):
            if group.whole is not None:
                kernels.append(self._without_kernel(f"k{number}_{group.whole.label}", group.whole))
                continue
            stored = sorted(
                (node for node in _makes(group) if node in loaded or node in self.results),
                key=order.__getitem__,
            )
            kernels.append(group.kernel(_name(number, group), order, tuple(stored)))
        return kernels

    def _sorted_groups(self) -> list[Group]:
        done: dict[Group, None] = {}

        pending = self.groups[::-1]
        while pending:
            group = pending[-1]
            suppliers = (each for each in self._suppliers(group) if each is not group)
            waiting = [each for each in suppliers if each not in done]
            if group in done or not waiting:
                done.setdefault(pending.pop())
            else:
                pending.extend(reversed(waiting))
        return list(done)


def _makes(group: Group) -> list[Node]:
    """What a group computes, unless it takes whole values."""
    return [*(each.node for each in group.statements), *nodes_of(group.root)]


def _made_by(group: Group) -> list[Node]:
    """The same, and a node that takes whole values."""
    return _makes(group) if group.whole is None else [group.whole]


def _name(number: int, group: Group) -> str:
    """A name that tells the first and the last thing that a kernel does."""
    nodes = nodes_of(group.root)
    nodes += [each.node for each in reversed(group.statements)]
    labels = [node.label or node.role.value for node in nodes]
    words = [labels[0]] if len(labels) == 1 else [labels[0], labels[-1]]
    return "_".join(["k" + str(number), *(word.split("/")[-1] for word in words)])


def _is_view(nest: Nest) -> bool:
    """Whether a nest only says where an element lies, or needs no memory at all (a count)."""
    return not nest.op and (nest.body.head != "apply" or not loads_of(nest.body))


def _is_one_to_one(index: tuple[Expr, ...], group: Group) -> bool:
    """Whether an index never means the same element twice, each of its axes being a loop's.

    Of one number it is said as well: that is computed before the loops.
    """
    places = {each for each in index if each.head == "place"}
    numbers = [each for each in index if each.head == "literal"]
    if len(places) + len(numbers) != len(index):
        return False
    return not places or len(places) >= len(long_axes(group.rows)) + (group.lane is not None)


def _are_apart(indices: list[tuple[Expr, ...]]) -> bool:
    """Whether no two indices can mean the same element: some axis has two different numbers."""
    return all(
        any(a.head == b.head == "literal" and a is not b for a, b in zip(*pair, strict=True))
        for pair in combinations(indices, 2)
    )
