"""Primitives that move numbers: axes, shapes, parts and joints."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.export.program import Program, no_statement_message, states
from geartrain.graph.graph import Node
from geartrain.tensor import Size

BEFORE_FIRST = np.iinfo(np.int64).min  # where a slice ends that goes back to the first place


@states("transpose")
def transpose(program: Program, node: Node, names: list[str]) -> str:
    """The axes in another order."""
    return program.transposed(names[0], node.parameters["perm"])


@states("reshape")
def reshape(program: Program, node: Node, names: list[str]) -> str:
    """Another shape."""
    return program.reshaped(names[0], node.shape)


@states("broadcast_to")
def broadcast_to(program: Program, node: Node, names: list[str]) -> str:
    """A larger shape; sizes that are there already need not be found again."""
    before = (1,) * (len(node.shape) - len(node.inputs[0].shape)) + node.inputs[0].shape
    pairs = zip(before, node.shape, strict=True)
    wanted: list[Size] = [1 if old == new else new for old, new in pairs]
    if wanted == [1] * len(node.shape) and len(before) == len(node.inputs[0].shape):
        return names[0]
    return program.add("Expand", names[0], program.sizes(wanted))


@states("concatenate")
def concatenate(program: Program, node: Node, names: list[str]) -> str:
    """One behind the other."""
    return program.add("Concat", *names, axis=node.parameters["axis"])


@states("slice")
def slice_(program: Program, node: Node, names: list[str]) -> str:
    """A part of each axis, forwards or backwards."""
    starts, sizes, steps = (node.parameters[each] for each in ("starts", "sizes", "steps"))
    chosen = [
        axis
        for axis, whole in enumerate(node.inputs[0].shape)
        if (starts[axis], sizes[axis], steps[axis]) != (0, whole, 1)
    ]
    if not chosen:
        return names[0]
    ends = [_end(node, starts[axis], sizes[axis], steps[axis]) for axis in chosen]
    first = program.sizes([starts[axis] for axis in chosen])
    strides = program.axes([steps[axis] for axis in chosen])
    return program.add("Slice", names[0], first, program.sizes(ends), program.axes(chosen), strides)


def _end(node: Node, start: Any, size: Any, step: int) -> Any:
    try:
        end = start + size * step
    except (TypeError, ValueError):
        raise ValueError(no_statement_message(node, "a part of an unknown size")) from None
    return BEFORE_FIRST if step < 0 and isinstance(end, int) and end < 0 else end


@states("embed")
def embed(program: Program, node: Node, names: list[str]) -> str:
    """Inside of a larger shape: first apart from each other, then with an edge."""
    steps, shape = (node.parameters[each] for each in ("steps", "shape"))
    starts = list(node.parameters["starts"])
    value = program.constant(node.parameters["value"], node.dtype)
    name, sizes = names[0], list(node.inputs[0].shape)
    for axis, step in enumerate(steps):
        if step < 0:
            name = backwards(program, name, axis)
            starts[axis] += (int(str(sizes[axis])) - 1) * step
        if abs(step) > 1:
            name = spread(program, node, (name, value), sizes, (axis, abs(step)))
            sizes[axis] = (int(str(sizes[axis])) - 1) * abs(step) + 1
    low, high = [], []
    for start, size, whole in zip(starts, sizes, shape, strict=True):
        if not isinstance(start, int) or (
            not isinstance(size, int) and (start, size) != (0, whole)
        ):
            raise ValueError(no_statement_message(node, "a place that is known at run time only"))
        low.append(start)
        high.append(0 if size == whole else whole - start - size)
    return program.padded(name, low, high, value)


def backwards(program: Program, name: str, axis: int) -> str:
    """An axis in reverse."""
    ends = ([-1], [BEFORE_FIRST], [axis], [-1])
    return program.add("Slice", name, *map(program.axes, ends))


def spread(
    program: Program, node: Node, names: tuple[str, str], sizes: list[Any], along: tuple[int, int]
) -> str:
    """Values between the places of an axis: a new axis beside it is filled up, and joined."""
    axis, step = along
    size = sizes[axis]
    if not isinstance(size, int):
        raise ValueError(no_statement_message(node, "gaps on an axis of unknown size"))
    apart = program.reshaped(names[0], [*sizes[: axis + 1], 1, *sizes[axis + 1 :]])
    edge = [0] * (len(sizes) + 1)
    behind = [*edge[: axis + 1], step - 1, *edge[axis + 2 :]]
    filled = program.add("Pad", apart, program.constant(edge + behind, "int64"), names[1])
    joined = program.reshaped(filled, [*sizes[:axis], size * step, *sizes[axis + 1 :]])
    ends = (program.axes([each]) for each in (0, (size - 1) * step + 1, axis))
    return program.add("Slice", joined, *ends)


@states("fill")
def fill(program: Program, node: Node, _: list[str]) -> str:
    """One number everywhere."""
    value = program.constant(node.parameters["value"], node.dtype)
    return program.add("Expand", value, program.sizes(node.shape)) if node.shape else value


@states("iota")
def iota(program: Program, node: Node, _: list[str]) -> str:
    """The place along an axis."""
    axis = node.parameters["axis"]
    size = node.shape[axis]
    if isinstance(size, int):
        places = program.constant(np.arange(size).astype(node.dtype))
    else:
        zero, one = (program.constant(each, "int64") for each in (0, 1))
        end = program.reshaped(program.size(size), ())
        places = program.cast(program.add("Range", zero, end, one), node.dtype)
    behind = len(node.shape) - axis - 1
    column = program.reshaped(places, [size, *[1] * behind]) if behind else places
    return program.add("Expand", column, program.sizes(node.shape))


@states("size")
def size(program: Program, node: Node, _: list[str]) -> str:
    """The product of some sizes."""
    chosen = [node.inputs[0].shape[axis] for axis in node.parameters["axes"]]
    known = int(np.prod([each for each in chosen if isinstance(each, int)], dtype=int))
    unknown = [each for each in chosen if not isinstance(each, int)]
    if not unknown:
        return program.constant(known, node.dtype)
    product = program.constant([known], "int64")
    for each in unknown:
        product = program.add("Mul", product, program.size(each))
    return program.cast(program.reshaped(product, ()), node.dtype)
