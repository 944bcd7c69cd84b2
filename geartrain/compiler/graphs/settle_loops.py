"""Settle loops: their bodies simplified, and with them what goes in and comes out.

    %5 = scan h xs w    (gives h)                       %5 = scan h zs wt  (gives h, saved)
    %6 = scan h xs w    (gives h, saved)         ->          its body: h @ wt + z, without what
    %7 = part %6.1                                           nobody needs
                                                        %7 = part %5.1

1. A scan whose results another one gives as well (that which saves values for the way back) is
   left out for it.
2. Results, carries, sequences and captured values that nobody needs are left out, and a carry that
   no turn changes is captured.
3. Numbers are written into the body.
4. A product that is only used transposed is computed so.
5. What is the same in every turn, and not cheap, is computed before the loop: a transposed matrix
   for a product, above all.

Each loop has its body for itself afterwards: no two share a node.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from geartrain.compiler.fusion.native_loops import bodies, is_loop
from geartrain.compiler.graphs.simplify import make, scalar_constant, simplify
from geartrain.graph import Graph, Node, Role
from geartrain.graph.graph import part_of, sort_nodes
from geartrain.graph.saving import COSTLY
from geartrain.graph.scan import SCAN
from geartrain.graph.totals import is_invariant, is_made_by
from geartrain.primitives.primitive import Spec

HOISTED = COSTLY | {"contract", "transpose", "sum", "prod", "max", "min"}


def settle_loops(graph: Graph) -> Graph:
    """The graph with its loops settled; simplified again, as values have come before the loops."""
    if not any(map(is_loop, graph.nodes())):
        return graph
    graph = _turned_products(_supersede(graph))
    size = -1
    while size != (size := _size(graph)):
        graph = simplify(_each_loop(graph, _settled))
    return _each_loop(graph, _own_body)


def _size(graph: Graph) -> int:
    """How much goes into the loops of a graph and comes out of them."""
    loops = filter(is_loop, graph.nodes())
    return sum(len(each.inputs) + len(part.outputs) for each in loops for part in bodies(each))


Replaced = Mapping[int, Node]  # for each part of a loop's results, the node that gives it


def _each_loop(graph: Graph, change: Callable[[Node, set[int]], Replaced]) -> Graph:
    """The graph with every loop replaced; `change` is told which of its parts are used."""
    order = graph.nodes()
    used: dict[Node, set[int]] = {}
    for node in order:
        if node.role is Role.PART:
            used.setdefault(node.inputs[0], set()).add(node.parameters["number"])
    done: dict[Node, Node] = {}
    parts: dict[Node, Replaced] = {}
    for node in order:
        if node.role is Role.PART and node.inputs[0] in parts:
            done[node] = parts[node.inputs[0]][node.parameters["number"]]
            continue
        inputs = tuple(done[each] for each in node.inputs)
        done[node] = node if inputs == node.inputs else replace(node, inputs=inputs)
        if is_loop(node):
            parts[node] = change(done[node], used[node])
    return _renamed(graph, done)


def _renamed(graph: Graph, done: Mapping[Node, Node]) -> Graph:
    return replace(
        graph,
        outputs=tuple(done[node] for node in graph.outputs),
        updates={variable: done[node] for variable, node in graph.updates.items()},
        effects=tuple(done[node] for node in graph.effects),
    )


# -- 1. a scan that gives more ---------------------------------------------------------------------


def _supersede(graph: Graph) -> Graph:
    """Leave out scans of which another one gives all the results."""
    scans = [node for node in graph.nodes() if node.primitive is SCAN]
    richer = {each: _richest(each, scans) for each in scans}
    if all(each is other for each, other in richer.items()):
        return graph
    by_key = {_key(each, each.parameters["body"]): other for each, other in richer.items()}

    def change(node: Node, used: set[int]) -> Replaced:
        if node.primitive is not SCAN:
            return {number: part_of(node, number) for number in used}
        other = by_key.get(_key(node, node.parameters["body"]))
        body = node.parameters["body"] if other is None else other.parameters["body"]
        whole = _remade(node, node.inputs, body, node.parameters)
        return {number: part_of(whole, number) for number in used}

    return simplify(_each_loop(graph, change))


def _key(node: Node, body: Graph) -> Any:
    return node.inputs, node.parameters["reverse"], body


def _richest(node: Node, scans: Sequence[Node]) -> Node:
    """The scan that gives all that `node` gives, and most."""
    body = node.parameters["body"]
    for each in scans:
        if each.parameters["base"] is body and _key(each, body) == _key(node, body):
            return _richest(each, scans)
    return node


def _remade(node: Node, inputs: Sequence[Node], body: Graph, parameters: Mapping[str, Any]) -> Node:
    spec = SCAN.infer(*(each.spec for each in inputs), **{**parameters, "body": body})
    changed = {**parameters, "body": body, "base": None}
    return replace(node, spec=spec, inputs=tuple(inputs), parameters=changed)


def _turned_products(graph: Graph) -> Graph:
    """Products whose result is only used transposed, as the transposed products.

    What a loop goes through has the turns first; so what is added to it is added in the product.
    """
    order = graph.nodes()
    uses = Counter(each for node in order for each in node.inputs)
    uses.update(graph.results)
    done: dict[Node, Node] = {}
    for node in order:
        inputs = tuple(done[each] for each in node.inputs)
        done[node] = node if inputs == node.inputs else replace(node, inputs=inputs)
        product = node.inputs[0] if is_made_by(node, "transpose") else node
        if is_made_by(product, "contract") and product is not node and uses[product] == 1:
            letters = product.parameters["out"]
            out = "".join(letters[axis] for axis in node.parameters["perm"])
            turned = {**product.parameters, "out": out}
            done[node] = make(node, "contract", *done[product].inputs, **turned)
    return _renamed(graph, done)


# -- 2. and 3.: what a loop does not need ----------------------------------------------------------


def _settled(node: Node, used: set[int]) -> Replaced:
    """A loop with all that can be left out left out."""
    if any(graph.effects for graph in bodies(node)):
        return {number: part_of(node, number) for number in used}
    if node.primitive is SCAN:
        return _ScanParts.of(node).settled(used)
    whole = _settled_while(node)
    return {number: part_of(whole, number) for number in used}


def _settled_while(node: Node) -> Node:
    """A while_loop whose condition and body take from outside what they need, and no numbers."""
    count = len(node.parameters["body"].outputs)
    rest = list(node.inputs[count:])
    inputs, graphs = list(node.inputs[:count]), {}
    for name in ("cond", "body"):
        graph = node.parameters[name]
        outer, rest = rest[: len(graph.inputs) - count], rest[len(graph.inputs) - count :]
        pairs = list(zip(graph.inputs[count:], outer, strict=True))
        leaves = {inner: each for inner, each in pairs if each.constant is not None}
        settled = settle_loops(simplify(_with_leaves(graph, leaves)))
        inside = set(settled.nodes())
        kept = [(inner, each) for inner, each in pairs if inner in inside]
        own = (*graph.inputs[:count], *(inner for inner, _ in kept))
        graphs[name] = replace(settled, inputs=own)
        inputs += [each for _, each in kept]
    return replace(node, inputs=tuple(inputs), parameters={**node.parameters, **graphs})


@dataclass(frozen=True, eq=False)
class _ScanParts:
    """A scan taken apart: what goes into its body, and from where."""

    node: Node
    body: Graph
    carries: int
    sequences: int

    @classmethod
    def of(cls, node: Node) -> _ScanParts:
        """Take a scan apart; its body is simplified, its inner loops settled."""
        parameters = node.parameters
        carries, sequences = parameters["carries"], parameters["sequences"]
        leaves = _numbers(node, parameters["body"], carries, carries + sequences)
        body = _with_leaves(parameters["body"], leaves)
        return cls(node, settle_loops(simplify(body)), carries, sequences)

    def settled(self, used: set[int]) -> Replaced:
        """The scan with what its used results need; what does not change is before it."""
        needed = self._needed(used)
        kept = [n for n in sorted(needed) if n >= self.carries or not self._stays(n)]
        if not kept:
            return {number: self.node.inputs[number] for number in used}
        results = [self.body.outputs[number] for number in kept]
        results, hoisted = _hoist(results, self._invariant_inputs())
        inside = set(sort_nodes(results))
        own = [n for n in kept if n < self.carries]
        last = self.carries + self.sequences
        own += [n for n in range(self.carries, last) if self.body.inputs[n] in inside]
        shared = [n for n in range(self.carries) if self._stays(n)]
        shared += range(last, len(self.body.inputs))
        own += [n for n in shared if self.body.inputs[n] in inside]
        inputs = [*(self.node.inputs[n] for n in own), *hoisted.values()]
        graph = replace(
            self.body,
            inputs=(*(self.body.inputs[n] for n in own), *hoisted),
            outputs=tuple(results),
        )
        carries = sum(n < self.carries for n in kept)
        sequences = sum(self.carries <= n < last for n in own)
        counts = {"carries": carries, "sequences": sequences}
        scan = _remade(self.node, inputs, graph, {**self.node.parameters, **counts})
        found = {number: part_of(scan, position) for position, number in enumerate(kept)}
        stays = {n: self.node.inputs[n] for n in used if n not in found}
        return {**found, **stays}

    def _stays(self, carry: int) -> bool:
        """Whether no turn changes a carry."""
        return self.body.outputs[carry] is self.body.inputs[carry]

    def _needed(self, used: set[int]) -> set[int]:
        """The results that are used, and the carries that those need."""
        needed = set(used)
        while True:
            inside = set(sort_nodes(self.body.outputs[number] for number in needed))
            more = {n for n in range(self.carries) if self.body.inputs[n] in inside} - needed
            if not more:
                return needed
            needed |= more

    def _invariant_inputs(self) -> dict[Node, Node]:
        """The inputs of the body that are the same in every turn, and where they come from."""
        last = self.carries + self.sequences
        numbers = [*range(last, len(self.body.inputs))]
        numbers += [n for n in range(self.carries) if self._stays(n)]
        return {self.body.inputs[n]: self.node.inputs[n] for n in numbers}


def _numbers(node: Node, body: Graph, carries: int, last: int) -> dict[Node, Node]:
    """What stands in the body for inputs that are numbers, or that it has twice."""
    leaves: dict[Node, Node] = {}
    seen: dict[tuple[Node, bool], Node] = {}
    for position in range(carries, len(body.inputs)):
        outer, inner = node.inputs[position], body.inputs[position]
        whole = position >= last
        if whole and outer.constant is not None:
            leaves[inner] = outer
        elif outer.constant is None and scalar_constant(outer) is not None:
            leaves[inner] = _repeated(outer, inner)
        elif seen.setdefault((outer, whole), inner) is not inner:
            leaves[inner] = seen[outer, whole]
    return leaves


def _repeated(outer: Node, inner: Node) -> Node:
    """One number in every place of an input."""
    number = np.asarray(scalar_constant(outer), outer.dtype)
    constant = Node(Role.CONSTANT, Spec((), number.dtype), constant=number)
    operation = replace(inner, role=Role.OPERATION)
    return make(operation, "broadcast_to", constant, shape=inner.shape)


def _with_leaves(graph: Graph, leaves: Mapping[Node, Node]) -> Graph:
    """A body with other nodes in the places of some of its inputs."""
    done: dict[Node, Node] = dict(leaves)
    for node in graph.nodes():
        if node not in done:
            inputs = tuple(done[each] for each in node.inputs)
            done[node] = node if inputs == node.inputs else replace(node, inputs=inputs)
    return _renamed(graph, done)


# -- 5. what is the same in every turn -------------------------------------------------------------


def _hoist(
    results: Sequence[Node], outside: Mapping[Node, Node]
) -> tuple[list[Node], dict[Node, Node]]:
    """The results with new inputs for what is the same in every turn, and the nodes for those."""
    hoisted: dict[Node, Node] = {}
    done: dict[Node, Node] = {}
    for node in sort_nodes(results):
        inputs = tuple(done[each] for each in node.inputs)
        whole = node if inputs == node.inputs else replace(node, inputs=inputs)
        if is_made_by(node, "contract"):
            whole = _upright(whole, outside)
            whole = replace(
                whole, inputs=tuple(_taken_out(each, outside, hoisted) for each in whole.inputs)
            )
        done[node] = _taken_out(whole, outside, hoisted)
    return [done[node] for node in results], hoisted


def _taken_out(node: Node, outside: Mapping[Node, Node], hoisted: dict[Node, Node]) -> Node:
    """An input for a node that is worth being computed before the loop; else the node."""
    if not is_made_by(node, *HOISTED) or not is_invariant(node, [*outside, *hoisted]):
        return node
    done = {**outside, **hoisted}
    for each in sort_nodes([node]):
        if each not in done:
            done[each] = replace(each, inputs=tuple(done[part] for part in each.inputs))
    inside = Node(Role.INPUT, node.spec, label=f"{node.label}_before")
    hoisted[inside] = done[node]
    return inside


def _upright(node: Node, outside: Mapping[Node, Node]) -> Node:
    """A product whose right side is the same in every turn, with its columns side by side."""
    lhs, rhs, out = (str(node.parameters[name]) for name in ("lhs", "rhs", "out"))
    if not out or (out[-1] in lhs) == (out[-1] in rhs):
        return node
    side = 0 if out[-1] in lhs else 1
    letters, matrix = (lhs, rhs)[side], node.inputs[side]
    if letters[-1] == out[-1] or not is_invariant(matrix, list(outside)):
        return node
    turned = letters.replace(out[-1], "") + out[-1]
    perm = tuple(letters.index(letter) for letter in turned)
    inputs = list(node.inputs)
    inputs[side] = make(node, "transpose", matrix, perm=perm)
    names = {"lhs": turned} if side == 0 else {"rhs": turned}
    return replace(node, inputs=tuple(inputs), parameters={**node.parameters, **names})


# -- a body for each -------------------------------------------------------------------------------


def _own_body(node: Node, used: set[int]) -> Replaced:
    copies = {
        name: _copied(graph)
        for name, graph in node.parameters.items()
        if isinstance(graph, Graph) and name in ("cond", "body")
    }
    own = replace(node, parameters={**node.parameters, **copies})
    return {number: part_of(own, number) for number in used}


def _copied(graph: Graph) -> Graph:
    """The graph with nodes of its own, but for constants."""
    done = {node: replace(node) for node in graph.inputs}
    for node in graph.nodes():
        if node.constant is not None:
            done[node] = node
        elif node not in done:
            done[node] = replace(node, inputs=tuple(done[each] for each in node.inputs))
    copied = _renamed(graph, done)
    copied = replace(copied, inputs=tuple(done[node] for node in graph.inputs))
    return _each_loop(copied, _own_body)
