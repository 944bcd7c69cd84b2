"""Symbolic tensors that a function uses beside its arguments: what they stand for in a call.

    z_mean = layers.Dense(2)(x)

    class Penalty(layers.Layer):
        def call(self, inputs):
            self.add_loss(ops.mean(ops.square(z_mean)))      z_mean is no argument of the call
            return inputs

While the layer is called, a `Scope` says which tensor stands for z_mean. Where the call is written
down and nobody can say it yet, `Captured` is raised: z_mean becomes one more input of the call's
node, and the layer is asked again. So models may close over their own tensors, as Keras 2's did.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from geartrain.graph import Node
from geartrain.tensor import Tensor
from geartrain.tensor.nest import map_nest

Known = Mapping[Node, Any]


class Captured(BaseException):
    """A symbolic tensor is used by a call that it is no argument of.

    It is no `Exception`, so that nobody on the way takes it for an error of the function.
    """

    def __init__(self, node: Node) -> None:
        super().__init__(node)
        self.node = node


class Scope:
    """What symbolic tensors stand for during a call.

    Args:
        known: tensors by nodes.
        finds: computes the tensor for a node of what is known, or gives None.
        asks: whether an unknown tensor is asked for, by `Captured`; else it stays a symbol.
    """

    def __init__(
        self, known: Known, finds: Callable[[Node, Known], Any] | None = None, asks: bool = False
    ) -> None:
        self.known = known
        self.finds = finds
        self.asks = asks
        self.made: set[Node] = set()  # within the call: a model that is made there keeps them

    def value(self, node: Node) -> Any:
        """The tensor for a node, or None."""
        if node in self.known:
            return self.known[node]
        return None if self.finds is None else self.finds(node, self.known)


class Scopes(threading.local):
    """The scopes of the calls that go on in a thread, the innermost last."""

    def __init__(self) -> None:
        self.active: list[Scope] = []
        self.remembered: list[dict[Node, Any]] = []


scopes = Scopes()


@contextmanager
def standing_for(scope: Scope) -> Iterator[None]:
    """Let symbolic tensors stand for what a scope says."""
    scopes.active.append(scope)
    try:
        yield
    finally:
        scopes.active.pop()


@contextmanager
def remembering() -> Iterator[dict[Node, Any]]:
    """Keep what each node of a model is, that is called meanwhile."""
    values: dict[Node, Any] = {}
    scopes.remembered.append(values)
    try:
        yield values
    finally:
        scopes.remembered.pop()


def remember(values: Known) -> None:
    """Tell those who want to remember what nodes are."""
    for each in scopes.remembered:
        each.update(values)


def note_made(node: Node) -> None:
    """A symbolic tensor is made, perhaps within a call."""
    if scopes.active:
        scopes.active[-1].made.add(node)


def resolved(nest: Any) -> Any:
    """A nest in which symbolic tensors from outside of the call are what they stand for.

    Raises:
        Captured: the call that is written down is to be given one more.
    """
    return map_nest(_resolved, nest) if scopes.active else nest


def _resolved(leaf: Any) -> Any:
    node = getattr(leaf, "value", None) if isinstance(leaf, Tensor) else None
    if not isinstance(node, Node) or not getattr(leaf, "stands_for_any", False):
        return leaf
    for scope in reversed(scopes.active):
        if node in scope.made:
            return leaf
        found = scope.value(node)
        if found is not None:
            return found
    if scopes.active[-1].asks:
        raise Captured(node)
    return leaf


def known_of(nodes: Sequence[Node], tensors: Sequence[Any]) -> dict[Node, Any]:
    """Tensors by nodes."""
    return dict(zip(nodes, tensors, strict=True))
