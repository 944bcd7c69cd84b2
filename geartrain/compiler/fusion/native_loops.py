"""Loops inside a native program: what fusion makes of a `scan`.

    loop k1_scan, 200 turns:
      kernel k1_scan_k0_contract_add ...
      kernel k1_scan_k1_sigmoid_multiply ...

A loop stands among the kernels of its graph like one of them: it loads its node's inputs, and
stores its node's parts. Its body is fused by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from geartrain.compiler.form.kernels import Kernel, Names
from geartrain.compiler.fusion.joins import Join
from geartrain.graph import Graph, Node, Role
from geartrain.graph.control import While
from geartrain.graph.scan import Scan
from geartrain.primitives import stop_gradient

Fuse = Callable[[Graph], "list[Kernel | Loop | Join]"]


@dataclass(frozen=True, eq=False)
class Turn:
    """A part of a loop that is carried out in every turn: a graph, and its kernels."""

    graph: Graph
    kernels: tuple[Kernel | Loop | Join, ...]


@dataclass(frozen=True, eq=False)
class Loop:
    """A loop of a program: its turn, and before that, of a `while_loop`, its condition."""

    name: str
    node: Node
    body: Turn
    cond: Turn | None
    stored: tuple[Node, ...]

    @property
    def length(self) -> int | None:
        """How many turns, or how many at most; None where only the condition tells."""
        name = "length" if self.cond is None else "limit"
        found: int | None = self.node.parameters[name]
        return found

    @property
    def reverse(self) -> bool:
        """Whether it goes from the last place to the first."""
        return bool(self.node.parameters.get("reverse", False))

    @property
    def carries(self) -> int:
        """How many values it carries from turn to turn."""
        return int(self.node.parameters.get("carries", len(self.body.graph.outputs)))

    @property
    def sequences(self) -> int:
        """How many sequences it goes through."""
        return int(self.node.parameters.get("sequences", 0))

    def turns(self) -> list[Turn]:
        """What is carried out in every turn, in order."""
        return [each for each in (self.cond, self.body) if each is not None]

    def loaded(self) -> list[Node]:
        """The values that it reads from memory."""
        return list(dict.fromkeys(self.node.inputs))

    def nodes(self) -> list[Node]:
        """What its kernels compute, in order."""
        return [node for turn in self.turns() for each in turn.kernels for node in each.nodes()]

    def text(self, names: Names = None) -> str:
        """The loop and its kernels."""
        often = "while its condition holds" if self.cond is not None else f"{self.length} turns"
        kernels = (kernel.text(names) for turn in self.turns() for kernel in turn.kernels)
        lines = [f"  {line}" for each in kernels for line in each.splitlines()]
        return "\n".join([f"loop {self.name}, {often}:", *lines])

    def __repr__(self) -> str:
        return self.text()


def is_loop(node: Node) -> bool:
    """Whether a node is a loop that can be a part of a native program."""
    return isinstance(node.primitive, Scan | While)


def bodies(node: Node) -> list[Graph]:
    """The graphs of a loop's turn."""
    wanted = (node.parameters.get(name) for name in ("cond", "body"))
    return [each for each in wanted if isinstance(each, Graph)]


def loop_of(name: str, node: Node, parts: Sequence[Node], fuse: Fuse) -> Loop:
    """A loop, its body fused by `fuse`."""
    graph = node.parameters["body"]
    body = _turn(graph, _computed(node, graph), f"{name}_", fuse)
    cond = None
    if isinstance(node.primitive, While):
        test = node.parameters["cond"]
        cond = _turn(test, test.outputs, f"{name}_if_", fuse)
    return Loop(name, node, body, cond, tuple(parts))


def _turn(graph: Graph, results: Sequence[Node], prefix: str, fuse: Fuse) -> Turn:
    """A part of the turn, of which `results` are computed."""
    copied = with_copies(graph)
    renamed = dict(zip(graph.outputs, copied.outputs, strict=True))
    computed = replace(copied, outputs=tuple(renamed[node] for node in results))
    return Turn(copied, tuple(_prefixed(each, prefix) for each in fuse(computed)))


def _prefixed(kernel: Kernel | Loop | Join, prefix: str) -> Kernel | Loop | Join:
    named = replace(kernel, name=prefix + kernel.name)
    if not isinstance(named, Loop):
        return named
    cond, body = (
        turn and replace(turn, kernels=tuple(_prefixed(each, prefix) for each in turn.kernels))
        for turn in (named.cond, named.body)
    )
    return replace(named, cond=cond, body=body or named.body)


def _computed(node: Node, graph: Graph) -> list[Node]:
    """The results of a turn that are computed: a carry that is stacked as it came in lies there."""
    carries = int(node.parameters.get("carries", len(graph.outputs)))
    stacked = [each for each in graph.outputs[carries:] if each not in graph.inputs[:carries]]
    return [*graph.outputs[:carries], *stacked]


def with_copies(graph: Graph) -> Graph:
    """A graph of which no result is a part of a loop: such a one is copied by an operation."""
    copies = {node: _copy(node) for node in graph.results if node.role is Role.PART}
    if not copies:
        return graph
    return replace(
        graph,
        outputs=tuple(copies.get(node, node) for node in graph.outputs),
        updates={each: copies.get(node, node) for each, node in graph.updates.items()},
    )


def _copy(node: Node) -> Node:
    return Node(Role.OPERATION, node.spec, stop_gradient, (node,), label="copy", line=node.line)
