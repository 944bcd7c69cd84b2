"""Convolution and pooling. ONNX has the channels behind the batch, Geartrain has them last.

x (n, ..., c)  --Transpose-->  (n, c, ...)  --Conv-->  (n, f, ...)  --Transpose-->  (n, ..., f)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain.export.program import Program, is_float, no_statement_message, states
from geartrain.export.statements.movement import spread
from geartrain.graph.graph import Node
from geartrain.primitives.windows import Sweep


@states("convolve")
def convolve(program: Program, node: Node, names: list[str]) -> str:
    """A convolution; with gaps in the input a transposed one."""
    shapes = node.inputs[0].shape, node.inputs[1].shape
    return _convolved(program, node, names, shapes, node.parameters.get("groups", 1))


@states("convolve_groups")
def convolve_groups(program: Program, node: Node, names: list[str]) -> str:
    """The same with axes for the groups: x (n, ..., g, c), w (..., c, g, f)."""
    x, w = node.inputs[0].shape, node.inputs[1].shape
    groups = int(str(w[-2]))
    flat = (*x[:-2], groups * int(str(x[-1]))), (*w[:-2], groups * int(str(w[-1])))
    both = [program.reshaped(name, shape) for name, shape in zip(names, flat, strict=True)]
    return program.reshaped(_convolved(program, node, both, flat, groups), node.shape)


def _convolved(
    program: Program, node: Node, names: list[str], shapes: tuple[Any, Any], groups: int
) -> str:
    sweeps: Sequence[Sweep] = node.parameters["sweeps"]
    rank = len(sweeps)
    if not is_float(node.inputs[0]):
        raise ValueError(no_statement_message(node, "a convolution of whole numbers"))
    sums = node.parameters.get("sums")
    if sums is not None:
        names = [program.cast(each, sums) for each in names]
    gaps = any(each.gap > 1 for each in sweeps)
    x, w = names
    if gaps and any(each.stride > 1 for each in sweeps):
        x, gaps = _filled(program, node, x, shapes[0]), False
    x = program.transposed(x, (0, rank + 1, *range(1, rank + 1)))
    if gaps:
        found = _with_gaps(program, sweeps, (x, w), (shapes[1], groups))
    else:
        x = _cut(program, x, sweeps)
        w = program.transposed(w, (rank + 1, rank, *range(rank)))
        found = program.add("Conv", x, w, group=groups, **_steps(sweeps))
    found = program.transposed(found, (0, *range(2, rank + 2), 1))
    return found if sums is None or node.dtype == sums else program.cast(found, node.dtype)


def _filled(program: Program, node: Node, x: str, shape: Sequence[Any]) -> str:
    """x with zeros in its gaps."""
    zero, sizes = program.constant(0, node.inputs[0].dtype), list(shape)
    for axis, sweep in enumerate(node.parameters["sweeps"], 1):
        if sweep.gap > 1:
            x = spread(program, node, (x, zero), sizes, (axis, sweep.gap))
            sizes[axis] = (int(str(sizes[axis])) - 1) * sweep.gap + 1
    return x


def _steps(sweeps: Sequence[Sweep]) -> dict[str, Any]:
    """Strides, distances of taps, and zeros around."""
    return {
        "strides": tuple(each.stride for each in sweeps),
        "dilations": tuple(each.spacing for each in sweeps),
        "pads": (*(max(each.low, 0) for each in sweeps), *(max(each.high, 0) for each in sweeps)),
    }


def _cut(program: Program, x: str, sweeps: Sequence[Sweep]) -> str:
    """x without what negative padding takes away."""
    low = [min(each.low, 0) for each in sweeps]
    high = [min(each.high, 0) for each in sweeps]
    return program.padded(x, [0, 0, *low], [0, 0, *high])


def _with_gaps(
    program: Program, sweeps: Sequence[Sweep], names: tuple[str, str], kernel: tuple[Any, int]
) -> str:
    """An input with gaps, and windows that go on by 1: a transposed convolution.

    Its kernel has the taps in reverse, and the inputs' channels first; what a window reaches
    beyond the input on each side is what ConvTranspose leaves out less.
    """
    shape, groups = [int(str(each)) for each in kernel[0]], kernel[1]
    reach = [(taps - 1) * each.spacing for each, taps in zip(sweeps, shape, strict=False)]
    low = [far - each.low for each, far in zip(sweeps, reach, strict=True)]
    high = [far - each.high for each, far in zip(sweeps, reach, strict=True)]
    found = program.add(
        "ConvTranspose",
        names[0],
        _turned(program, names[1], shape, groups),
        group=groups,
        strides=tuple(each.gap for each in sweeps),
        dilations=tuple(each.spacing for each in sweeps),
        pads=tuple(max(each, 0) for each in (*low, *high)),
    )
    before, behind = ([0, 0, *(max(-each, 0) for each in side)] for side in (low, high))
    return program.padded(found, before, behind)


def _turned(program: Program, w: str, shape: list[int], groups: int) -> str:
    """A kernel (..., c, f) with taps in reverse, as (groups * c, f / groups, ...)."""
    rank = len(shape) - 2
    axes = list(range(rank))
    known = program.array_of(w)
    if known is not None:
        turned = program.constant(known[tuple([slice(None, None, -1)] * rank)])
    else:
        ends = ([-1] * rank, [-(2**62)] * rank, axes, [-1] * rank)
        turned = program.add("Slice", w, *(program.axes(each) for each in ends))
    inputs, features = shape[-2:]
    apart = program.reshaped(turned, [*shape[:-2], inputs, groups, features // groups])
    front = program.transposed(apart, (rank + 1, rank, rank + 2, *axes))
    return program.reshaped(front, [groups * inputs, features // groups, *shape[:-2]])


@states("window_max")
def window_max(program: Program, node: Node, names: list[str]) -> str:
    """The largest number of each window."""
    return _pooled(program, node, names[0], "MaxPool")


@states("window_sum")
def window_sum(program: Program, node: Node, names: list[str]) -> str:
    """The sum of each window: ONNX gives the mean, zeros around counted."""
    mean = _pooled(program, node, names[0], "AveragePool", count_include_pad=1)
    count = 1
    for size in node.parameters["window"]:
        count *= size
    return program.add("Mul", mean, program.constant(count, node.dtype))


def _pooled(program: Program, node: Node, x: str, operator: str, **attributes: Any) -> str:
    sweeps, window = node.parameters["sweeps"], node.parameters["window"]
    rank = len(sweeps)
    dilated = any(each.spacing > 1 for each in sweeps)
    if not is_float(node):
        raise ValueError(no_statement_message(node, "windows over whole numbers"))
    if any(each.gap > 1 for each in sweeps):
        if operator == "MaxPool":
            raise ValueError(no_statement_message(node, "the largest of windows over gaps"))
        x = _filled(program, node, x, node.inputs[0].shape)
    if operator == "AveragePool" and dilated and program.opset < 19:
        raise ValueError(no_statement_message(node, "it needs opset_version=19"))
    front = program.transposed(x, (0, rank + 1, *range(1, rank + 1)))
    front = _cut(program, front, sweeps)
    steps = _steps(sweeps)
    if not dilated:
        del steps["dilations"]
    if any(each >= size for each, size in zip(steps["pads"], (*window, *window), strict=True)):
        value = program.constant(-np.inf if operator == "MaxPool" else 0, node.dtype)
        low, high = steps["pads"][:rank], steps.pop("pads")[rank:]
        front = program.padded(front, [0, 0, *low], [0, 0, *high], value)
    found = program.add(operator, front, kernel_shape=tuple(window), **steps, **attributes)
    return program.transposed(found, (0, *range(2, rank + 2), 1))
