"""How workers share a kernel: each takes a run of places, the same for any number of workers.

10 tasks, 3 workers:    0 1 2 | 3 4 5 | 6 7 8 9
"""

from __future__ import annotations

from collections.abc import Sequence

from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value, integer
from geartrain.tensor.dtypes import INT64

WORKER = Value("%tid", INT64)
WORKERS = Value("%nthreads", INT64)


def share_of(builder: Builder, extents: Sequence[Value]) -> tuple[Value, Value]:
    """The first task of this worker, and the one after its last, out of the product of extents."""
    total = product_of(builder, extents)
    following = builder.add(WORKER, integer(1))
    edges = (builder.multiply(total, number) for number in (WORKER, following))
    start, stop = (builder.binary("sdiv", edge, WORKERS) for edge in edges)
    return start, stop


def product_of(builder: Builder, extents: Sequence[Value]) -> Value:
    """How many places axes of these extents have."""
    total = integer(1)
    for extent in extents:
        total = builder.multiply(total, extent)
    return total


def part_of(builder: Builder, number: Value, count: Value, extent: Value) -> tuple[Value, Value]:
    """The first place of a part, of so many that an axis is cut into, and that after its last."""
    following = builder.add(number, integer(1))
    edges = [builder.multiply(each, extent) for each in (number, following)]
    start, stop = (builder.binary("sdiv", edge, count) for edge in edges)
    return start, stop


def unflatten(builder: Builder, flat: Value, extents: Sequence[Value]) -> list[Value]:
    """The place on each axis that a task's number means, the last axis moving fastest."""
    places: list[Value] = []
    for extent in reversed(extents[1:]):
        places.append(builder.binary("srem", flat, extent))
        flat = builder.binary("sdiv", flat, extent)
    return [*([flat] if extents else []), *reversed(places)]
