"""Functions of elements as machine code: traced, compiled, run many times.

    lambda x, y: (x / 255, y)    ->    one native call for each element, or for a block of them

A function is traced when a pass begins, and twice the first time: what is not the same graph again
runs as it stands. What it reads from outside is thus that of the pass, and what comes out as a
graph that was compiled before needs no compiling.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from threading import local
from typing import Any

import numpy as np

from geartrain.data.elements import Block, Element, rows_in, rows_of, together
from geartrain.data.spec import TensorSpec
from geartrain.data.tracing import Constant, Given, Output, Traced, Untraceable, trace_function
from geartrain.settings import settings
from geartrain.tensor import Dim
from geartrain.tensor.interpreter import duty
from geartrain.tensor.nest import flatten, pack_like
from geartrain.tensor.text_tensor import STRING

# What machine code has to save before it is made: elements, a larger one counting for more. On 2
# Zen 4 cores making it takes 50 to 200 ms, of which a small element's call saves some 20 us.
WORTH = 2000
BYTES = 16384
UNKNOWN_SIZE = 128  # what an axis of unknown size counts as
SHOW = 1  # of GEARTRAIN_DEBUG


class Native:
    """A function of elements as machine code.

    Args:
        traced: what it does.
        call: runs it as it stands, for an element that is not like the others.
        in_rows: whether the graph takes rows of blocks.
    """

    def __init__(
        self, traced: Traced, call: Callable[[Element], Element], *, in_rows: bool
    ) -> None:
        self.traced, self._call, self.in_rows = traced, call, in_rows
        self._here = local()  # a program has memory for one call at a time
        self._places = flatten(traced.result)
        self.is_in_order = bool(traced.graph.updates)
        self._passes_only = not traced.graph.outputs and not self.is_in_order

    @property
    def program(self) -> Any:
        """This thread's program."""
        found = getattr(self._here, "program", None)
        if found is None:
            from geartrain.compiler import compile_graph  # LLVM, only when something is compiled
            from geartrain.compiler.programs.shortcut import shortcut_of

            graph = self.traced.graph
            rows = [*graph.inputs, *graph.outputs] if self.in_rows else []
            found = self._here.program = compile_graph(graph, stepped=rows)
            self._here.shortcut = None if self.in_rows else shortcut_of(found)
        return found

    def __call__(self, element: Element) -> Element:
        """The function of one element."""
        leaves = [
            each if type(each) is np.ndarray else np.asarray(each) for each in flatten(element)
        ]
        outputs = self._run(leaves) if duty.quiet else None
        return self._call(element) if outputs is None else self._packed(leaves, outputs)

    def _run(self, leaves: list[Any]) -> Any:
        """The outputs; None for an element that is not like the others."""
        program, outputs = self.program, None
        if self._here.shortcut is not None and not self._passes_only:
            outputs = self._here.shortcut(leaves)  # looks at the leaves itself
        if outputs is None and self._fits(leaves):
            outputs = () if self._passes_only else program.run(leaves)
        return outputs

    def _fits(self, leaves: list[Any]) -> bool:
        """Whether an element is like those that the function was traced for."""
        nodes = self.traced.graph.inputs
        sizes: dict[str, int] = {}
        if len(leaves) != len(nodes):
            return False
        for node, leaf in zip(nodes, leaves, strict=True):
            if leaf.dtype != node.dtype or leaf.ndim != len(node.shape):
                return False
            for size, number in zip(node.shape, leaf.shape, strict=True):
                if number != (
                    sizes.setdefault(size.name, number) if isinstance(size, Dim) else size
                ):
                    return False
        return True

    def block(self, block: Block) -> Block:
        """The function of each element of a block, in one native call."""
        leaves = flatten(block)
        nodes = self.traced.graph.inputs
        pairs = zip(leaves, nodes, strict=True)
        if any(x.shape[1:] != node.shape[1:] or x.dtype != node.dtype for x, node in pairs):
            return together([self._call(each) for each in rows_of(block)])
        count = rows_in(block)
        found = () if self._passes_only or not count else self.program.run(leaves, steps=count)
        return self._packed(leaves, found, rows=count)

    def _packed(self, leaves: list[Any], outputs: Any, rows: int | None = None) -> Element:
        return pack_like(
            self.traced.result, [_leaf(each, leaves, outputs, rows) for each in self._places]
        )


def _leaf(place: Output | Given | Constant, leaves: list[Any], outputs: Any, rows: Any) -> Any:
    if isinstance(place, Output):
        return outputs[place.number]
    if isinstance(place, Given):
        return leaves[place.number]
    if rows is None or place.value is None:
        return place.value
    value = np.asarray(place.value)
    return np.broadcast_to(value, (rows, *value.shape))


class Compiling:
    """A function that is to become machine code, if it can and if that is worth it.

    Args:
        function: the user's.
        call: runs it as it stands.
        label: says which it is.
    """

    def __init__(
        self, function: Callable[..., Any], call: Callable[[Element], Element], label: str
    ) -> None:
        self._function, self._call, self._label = function, call, label
        self._known: dict[bool, tuple[Any, Native]] = {}
        self.reason: str | None = None  # why it runs as it stands

    def native(self, spec: Any, *, in_rows: bool = False) -> Native | None:
        """Machine code for what the function does by now; None where it must run as it stands."""
        if not duty.quiet or settings.device == "null" or self.reason is not None:
            return None
        try:
            traced = trace_function(self._function, spec, in_rows=in_rows)
            key = key_of(traced)
            if in_rows not in self._known or self._known[in_rows][0] != key:
                again = self._again(key, spec, in_rows)
                self._known[in_rows] = key, Native(again, self._call, in_rows=in_rows)
        except Untraceable as error:
            self.reason = str(error)
            if settings.debug >= SHOW:
                print(f"{self._label} runs as it stands: {self.reason}", file=sys.stderr)
            return None
        return self._known[in_rows][1]

    def _again(self, key: Any, spec: Any, in_rows: bool) -> Traced:
        again = trace_function(self._function, spec, in_rows=in_rows)
        if again.draws or key_of(again) != key:
            raise Untraceable("it does something else each time")
        return again


def key_of(traced: Traced) -> Any:
    """What two traces have in common only if they do the same.

    Raises:
        Untraceable: that cannot be told.
    """
    from geartrain.compiler.graphs.fingerprint import fingerprint, variables_of

    text = fingerprint(traced.graph)
    if text is None:
        raise Untraceable("it has effects, or calls Python")
    results = [_plain_leaf(each) for each in flatten(traced.result)]
    return text, [id(each) for each in variables_of(traced.graph)], results, repr(traced.spec)


def _plain_leaf(leaf: Output | Given | Constant) -> Any:
    return ("constant", repr(leaf.value)) if isinstance(leaf, Constant) else leaf


def elements_to_wait(spec: Any) -> int:
    """How many elements there must be for machine code to be worth making."""
    size_bytes = sum(_size_bytes(each) for each in flatten(spec))
    return -(-WORTH // (1 + size_bytes // BYTES))


def _size_bytes(spec: Any) -> int:
    if not isinstance(spec, TensorSpec) or spec.shape is None or spec.dtype == STRING:
        return 0
    sizes = [UNKNOWN_SIZE if size is None else size for size in spec.shape]
    return math.prod(sizes) * int(spec.dtype.itemsize)


def is_small(spec: Any) -> bool:
    """Whether an element is done with before another thread has taken it."""
    return elements_to_wait(spec) > WORTH // 5


def has_known_sizes(spec: Any) -> bool:
    """Whether all elements are of one shape, which is known."""
    return all(
        isinstance(each, TensorSpec) and each.shape is not None and None not in each.shape
        for each in flatten(spec)
    )
