"""Primitives that choose places by numbers."""

from __future__ import annotations

import numpy as np

from geartrain.export.program import Program, is_float, states
from geartrain.graph.graph import Node

COMBINED = {
    "scatter_add": "add", "scatter_set": "none", "scatter_max": "max", "scatter_min": "min",
    "scatter_multiply": "mul",
}  # fmt: skip


@states("take")
def take(program: Program, node: Node, names: list[str]) -> str:
    """Places along one axis."""
    places = _signed(program, node.inputs[1], names[1])
    return program.add("Gather", names[0], places, axis=node.parameters["axis"])


@states("gather")
def gather(program: Program, _: Node, names: list[str]) -> str:
    """Places by a number for each of the first axes."""
    return program.add("GatherND", names[0], _joined(program, names[1:]))


@states(*COMBINED)
def scatter(program: Program, node: Node, names: list[str]) -> str:
    """Updates at places by a number for each of the first axes."""
    combine = COMBINED[node.primitive.name]  # type: ignore[union-attr]
    places = _joined(program, names[2:])
    return program.add("ScatterND", names[0], places, names[1], reduction=combine)


def _joined(program: Program, names: list[str]) -> str:
    """The numbers of each axis side by side, on a new last axis."""
    last = program.axes([-1])
    numbers = (program.add("Unsqueeze", program.cast(name, "int64"), last) for name in names)
    columns = list(numbers)
    return program.add("Concat", *columns, axis=-1) if len(columns) > 1 else columns[0]


def _signed(program: Program, node: Node, name: str) -> str:
    """ONNX's indices are int32 or int64."""
    return name if node.dtype.name in ("int32", "int64") else program.cast(name, "int64")


@states("argsort")
def argsort(program: Program, node: Node, names: list[str]) -> str:
    """From the smallest on; equal ones keep their order."""
    axis, name = node.parameters["axis"], names[0]
    if is_float(node.inputs[0]):  # NaN is larger than any number
        most = program.constant(np.inf, node.inputs[0].dtype)
        name = program.add("Where", program.add("IsNaN", name), most, name)
    count = program.size(node.shape[axis])
    found = program.add_all("TopK", [name, count], 2, axis=axis, largest=0, sorted=1)
    return program.cast(found[1], node.dtype)


@states("searchsorted")
def searchsorted(program: Program, node: Node, names: list[str]) -> str:
    """How many of the sorted numbers are less (or not greater)."""
    order, values = names
    operator = "Less" if node.parameters["side"] == "left" else "LessOrEqual"
    before = program.add(operator, order, program.add("Unsqueeze", values, program.axes([-1])))
    numbers = program.cast(before, "int32")
    return program.add("ReduceSum", numbers, program.axes([-1]), keepdims=0)
