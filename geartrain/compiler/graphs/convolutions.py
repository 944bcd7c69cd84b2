"""Convolutions in the form that the compiler knows: windows that never leave their input.

    %2 = convolve[low 1, high 1] %x %w    ->    %1 = embed %x          (zeros around, or between)
                                                %2 = convolve %1 %w

What is padded, or spread out with more gaps than `phases.py` takes apart, is put between zeros
first: a map, which fusion joins with what makes its input. What is left moves in even strides over
its input, and is a contraction like any other.

A derivative by the kernel goes over turned images. They are padded before they are turned, in the
order in which they lie in memory. Where there are few features (the last layer of what draws
pictures has one, or three), the images and the cotangent change places: so the many channels are
what vectors hold, and it is the cotangent that is padded.

    %3 = convolve %x' %dy'    (channel, tap, feature)    ->    %1 = convolve[low 1, high 1] %dy' %x'
                                                               %2 = slice[step -1] %1
                                                               %3 = transpose %2

    %2 = convolve[groups 4] %x %w         ->    %1 = convolve_groups %x %w     (reshaped)
                                                %2 = reshape %1

Groups of several channels and features get an axis of their own: each is a contraction then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from geartrain.compiler.fusion.winograd import by_winograd
from geartrain.graph import Node
from geartrain.graph.totals import is_made_by
from geartrain.primitives.windows import Sweep
from geartrain.tensor import Size

Make = Callable[..., Node]
FEWEST_FEATURES = 2  # of a group
MOST_FEW = 4  # features that fill a small part of a vector


def in_groups(node: Node, make: Make) -> Node | None:
    """A convolution in groups as one whose groups have an axis of their own."""
    x, w = node.inputs
    groups = node.parameters.get("groups", 1)
    channels, features = w.shape[-2], int(str(w.shape[-1])) // groups
    if groups == 1 or channels == 1 or features < FEWEST_FEATURES:
        return None
    parameters = {key: each for key, each in node.parameters.items() if key != "groups"}
    images = _split(node, x, (groups, channels), make)
    kernel = _split(node, w, (groups, features), make)
    apart = make(node, "convolve_groups", images, kernel, **parameters)
    return make(node, "reshape", apart, shape=node.shape)


def _split(node: Node, x: Node, sizes: tuple[Size, Size], make: Make) -> Node:
    """x with its last axis as two; one that is turned is split before, and is a view still."""
    last = len(x.shape) - 1
    if is_made_by(x, "transpose") and x.parameters["perm"][-1] == last:
        parts = _split(node, x.inputs[0], sizes, make)
        return make(node, "transpose", parts, perm=(*x.parameters["perm"], last + 1))
    return make(node, "reshape", x, shape=(*x.shape[:-1], *sizes))


def of_few_features(node: Node, make: Make) -> Node | None:
    """The derivative by a kernel of few features: the cotangent, convolved with the images.

    sum over p of x[p + t - low] dy[p]  =  sum over q of x[q] dy[q - t + low], tap by tap reversed.
    """
    rank, (channels, *taps, features) = len(node.shape) - 2, node.shape
    images, window = node.inputs
    middle = tuple(range(1, rank + 1))
    turns = (rank + 1, *middle, 0), (*middle, 0, rank + 1)
    sweeps: tuple[Sweep, ...] = node.parameters["sweeps"]
    if (
        node.parameters.get("groups", 1) != 1
        or "sums" in node.parameters
        or any((each.stride, each.spacing, each.gap) != (1, 1, 1) for each in sweeps)
        or not is_turned(images, turns[0])
        or not is_turned(window, turns[1])
        or not int(str(features)) <= MOST_FEW < int(str(channels))
    ):
        return None
    x, dy = images.inputs[0], window.inputs[0]
    back = tuple(
        Sweep(1, int(str(tap)) - 1 - sweep.low, int(str(size)) - int(str(places)) + sweep.low)
        for sweep, tap, size, places in zip(sweeps, taps, x.shape[1:], dy.shape[1:], strict=False)
    )
    turned = (
        make(node, "transpose", each, perm=turn) for each, turn in zip((dy, x), turns, strict=True)
    )
    found = make(node, "convolve", *turned, sweeps=back)
    starts = (0, *(int(str(each)) - 1 for each in taps), 0)
    steps = (1, *(-1 for _ in taps), 1)
    reverse = make(node, "slice", found, starts=starts, sizes=found.shape, steps=steps)
    return make(node, "transpose", reverse, perm=turns[0])


def without_padding(node: Node, make: Make) -> Node | None:
    """A convolution as one of an embedded input, if its windows leave the input."""
    x, w = node.inputs
    sweeps: tuple[Sweep, ...] = node.parameters["sweeps"]
    if not any(map(_leaves, sweeps)) or by_winograd(node):
        return None
    around = [(max(sweep.low, 0), max(sweep.high, 0)) for sweep in sweeps]
    inside = tuple(
        replace(sweep, low=min(sweep.low, 0), high=min(sweep.high, 0), gap=1) for sweep in sweeps
    )
    parameters = {key: each for key, each in node.parameters.items() if key != "sweeps"}
    padded = put_in_zeros(node, x, around, [sweep.gap for sweep in sweeps], make)
    return make(node, node.label, padded, w, sweeps=inside, **parameters)


def is_turned(node: Node, perm: tuple[int, ...]) -> bool:
    """Whether a node is a transposition with this order of axes."""
    return is_made_by(node, "transpose") and tuple(node.parameters["perm"]) == perm


def _leaves(sweep: Sweep) -> bool:
    return sweep.low > 0 or sweep.high > 0 or sweep.gap > 1


def put_in_zeros(
    node: Node, x: Node, around: Sequence[tuple[int, int]], gaps: Sequence[int], make: Make
) -> Node:
    """x with zeros before and behind its middle axes, and in gaps between their elements."""
    behind = len(x.shape) - 1 - len(gaps)
    middle = zip(x.shape[1:], around, gaps, strict=False)
    sizes = [_embedded(*each) for each in middle]
    placing: dict[str, Any] = {
        "shape": (x.shape[0], *sizes, *x.shape[1 + len(gaps) :]),
        "starts": (0, *(low for low, _ in around), *[0] * behind),
        "steps": (1, *gaps, *[1] * behind),
    }
    if not is_made_by(x, "transpose"):
        return make(node, "embed", x, value=0, **placing)
    perm = x.parameters["perm"]
    turned = {
        key: tuple(each[perm.index(axis)] for axis in range(len(perm)))
        for key, each in placing.items()
    }
    padded = make(node, "embed", x.inputs[0], value=0, **turned)
    return make(node, "transpose", padded, perm=perm)


def _embedded(size: Size, around: tuple[int, int], gap: int) -> Size:
    if around == (0, 0) and gap == 1:
        return size
    return (int(str(size)) - 1) * gap + 1 + sum(around)
