"""The derivative by a depthwise kernel: for each tap a sum of products along the channels.

    %1 = reshape (turned %x)                           %1 = embed %x             (zeros around)
    %2 = convolve[groups 64] %1 %dy'             ->    %2 = slice[starts tap] %1
                                                       %3 = multiply %2 %dy
                                                       %4 = sum[axes (0, 1, 2)] %3
                                                       ...      one of each for every tap
                                                       %9 = concatenate %4 ...

    dw[t, c] = the sum over n and p of x[n, p * stride + t * spacing - low, c] * dy[n, p, c]

As a convolution in as many groups as there are channels it would be one dot product for each tap
and channel, over numbers that lie far apart. As sums along the channels, which are neighbours in
memory, it is multiplied in vectors, and the sums of several taps share a walk over `dy`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product

from geartrain.compiler.graphs.convolutions import is_turned, put_in_zeros
from geartrain.graph import Node
from geartrain.graph.totals import is_made_by
from geartrain.primitives.windows import Sweep

Make = Callable[..., Node]
FEWEST_CHANNELS = 8  # a part of a vector: fewer are as well one by one
MOST_TAPS = 49


def of_each_channel(node: Node, make: Make) -> Node | None:
    """A derivative by a kernel of one feature a channel, as sums along the channels."""
    rank, (_, *taps, channels) = len(node.shape) - 2, node.shape
    sweeps: tuple[Sweep, ...] = node.parameters["sweeps"]
    counts = [int(str(each)) for each in taps]
    images = _apart(node, make)
    if (
        images is None
        or "sums" in node.parameters
        or any(each.gap != 1 for each in sweeps)
        or int(str(channels)) < FEWEST_CHANNELS
        or math.prod(counts) > MOST_TAPS
    ):
        return None
    dy = node.inputs[1].inputs[0]
    around = [(max(each.low, 0), max(each.high, 0)) for each in sweeps]
    padded = put_in_zeros(node, images, around, [1] * rank, make)
    steps = (1, *(each.spacing for each in sweeps), 1)

    def of_tap(*at: int) -> Node:
        starts = (
            tap * sweep.stride + max(-sweep.low, 0) for tap, sweep in zip(at, sweeps, strict=True)
        )
        met = make(node, "slice", padded, starts=(0, *starts, 0), sizes=dy.shape, steps=steps)
        return make(node, "sum", make(node, "multiply", met, dy), axes=tuple(range(rank + 1)))

    found = [of_tap(*at) for at in product(*map(range, counts))]
    return make(node, "reshape", make(node, "concatenate", *found, axis=0), shape=node.shape)


def _apart(node: Node, make: Make) -> Node | None:
    """The images of a derivative by a kernel of one feature a channel, as they were turned from."""
    (images, window), rank = node.inputs, len(node.shape) - 2
    middle = tuple(range(1, rank + 1))
    groups = node.parameters.get("groups", 1)
    turn = (rank + 2, *middle, rank + 1, 0)
    if groups == 1 or (node.shape[0], node.shape[-1]) != (1, groups):
        return None
    if not is_turned(window, (*middle, 0, rank + 1)):
        return None
    if not is_made_by(images, "reshape") or not is_turned(images.inputs[0], turn):
        return None
    parts = images.inputs[0].inputs[0]
    return make(node, "reshape", parts, shape=parts.shape[:-1])
