"""Room for deep programs: a chain of a thousand operations is an expression as deep.

The passes go down expressions by recursion, some frames a level, where Python allows a thousand.
While a large graph is compiled, the limit is higher.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

from geartrain.graph import Graph

USUAL = 100  # operations that always fit
FRAMES = 10  # for each of them, at most
MOST = 60_000

_one_at_a_time = RLock()


@contextmanager
def room_for(graph: Graph) -> Iterator[None]:
    """A limit of recursion that a graph's passes do not reach."""
    count = len(graph.nodes())
    if count <= USUAL:
        yield
        return
    with _one_at_a_time:
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(max(before, min(before + FRAMES * count, MOST)))
        try:
            yield
        finally:
            sys.setrecursionlimit(before)
