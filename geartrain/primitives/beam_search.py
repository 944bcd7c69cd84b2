"""The likeliest sequences of labels, given what a network says of each moment (CTC).

A path is what is left of a row of classes, one for each moment, when repetitions are merged and
blanks (`mask`) taken away; its probability is the sum over all rows that leave it. The search goes
from moment to moment and keeps the best paths, each with two probabilities: of the rows that end
in a blank, and of those that end in its last label (Graves and Jaitly 2014; Hannun et al. 2014).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.primitives.families import bytes_of, static_count
from geartrain.primitives.primitive import (
    Bundle,
    Cost,
    Cotangents,
    Sample,
    Several,
    Spec,
    register,
)
from geartrain.tensor import Array, Tensor, is_floating
from geartrain.tensor.dtypes import INT32

__all__ = ["beam_search"]

LOOPS = """def naive_beam_search(x, lengths, paths, scores):
    paths[...] = -1
    scores[...] = -inf
    for n in range(x.shape[0]):
        beams = {{(): (0.0, -inf)}}
        for t in range(lengths[n]):
            found = {{}}
            for path, (blank, label) in beams.items():
                both = logaddexp(blank, label)
                for c in range(x.shape[2]):
                    if c == {mask}:
                        news = [(path, both + x[n, t, c], -inf)]
                    elif path and path[-1] == c:
                        news = [(path, -inf, label + x[n, t, c])]
                        news = news + [(path + (c,), -inf, blank + x[n, t, c])]
                    else:
                        news = [(path + (c,), -inf, both + x[n, t, c])]
                    for new, with_blank, with_label in news:
                        old = found.get(new, (-inf, -inf))
                        ends = (logaddexp(old[0], with_blank), logaddexp(old[1], with_label))
                        found[new] = ends
            best = sorted(found, key=lambda path: -logaddexp(*found[path]))
            beams = {{path: found[path] for path in best[:{width}]}}
        for k, path in enumerate(list(beams)[: paths.shape[1]]):
            scores[n, k] = logaddexp(*beams[path])
            for t, c in enumerate(path):
                paths[n, k, t] = c


def logaddexp(a, b):
    top = maximum(a, b)
    return top if top == -inf else top + log(exp(a - top) + exp(b - top))
"""


class BeamSearch(Several):
    """The best label sequences for logarithms of probabilities x (batch, moments, classes).

    Gives their labels (batch, paths, moments), -1 behind the last one, and the logarithms of their
    probabilities (batch, paths), the best first. `lengths` (batch,) are the moments that count.
    """

    name = "beam_search"

    def infer(self, *inputs: Spec, width: int, paths: int, mask: int, **parameters: Any) -> Bundle:
        x, lengths = inputs
        if not is_floating(x.dtype) or len(x.shape) != 3 or lengths != Spec(x.shape[:1], INT32):
            raise ValueError(_inputs_message(x, lengths))
        if not 0 <= mask < int(str(x.shape[2])) or not 1 <= paths <= width:
            raise ValueError(_numbers_message(x, width, paths, mask))
        batch, moments, _ = x.shape
        return Bundle.of(Spec((batch, paths, moments), INT32), Spec((batch, paths), x.dtype))

    def evaluate(self, *inputs: Array, **parameters: Any) -> tuple[Array, Array]:
        x, lengths = inputs
        count = parameters["paths"]
        paths = np.full((x.shape[0], count, x.shape[1]), -1, INT32)
        scores = np.full((x.shape[0], count), -np.inf, x.dtype)
        for sample, length in enumerate(lengths):
            search = _Search(parameters["width"], parameters["mask"])
            for row in x[sample, :length]:
                search.step(np.asarray(row, np.float64))
            best = min(count, len(search.nodes))
            scores[sample, :best] = search.totals()[:best]
            for number, node in enumerate(search.nodes[:best]):
                labels = search.labels_of(int(node))
                paths[sample, number, : len(labels)] = labels
        return paths, scores

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        return LOOPS.format(mask=parameters["mask"], width=parameters["width"])

    def gradient(
        self, cotangent: Any, inputs: tuple[Tensor, ...], output: Any, **parameters: Any
    ) -> Cotangents:
        return None, None

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        out = self.infer(*inputs, **parameters)
        return Cost(
            4 * parameters["width"] * static_count(inputs[0]), bytes_of(*inputs, *out.parts)
        )

    def samples(self) -> Iterator[Sample]:
        cases = [
            ((2, 4, 3), (4, 2), 3, 2, 0),
            ((1, 5, 4), (5,), 2, 1, 3),
            ((2, 3, 2), (0, 1), 2, 2, 1),
        ]
        for number, (shape, lengths, width, paths, mask) in enumerate(cases):
            scores = np.random.default_rng(number).uniform(-2, 2, shape)
            x = scores - np.log(np.sum(np.exp(scores), -1, keepdims=True))
            given = {"width": width, "paths": paths, "mask": mask}
            inputs = (x, np.array(lengths, INT32))
            yield Sample(inputs, given, {"float32": 1e-5, "float64": 1e-12}, gradient=False)


beam_search = register(BeamSearch)


class _Search:
    """The search for one sample. Paths are nodes of a tree: a parent's labels, and one more.

    So it is known at once when the path that one beam would become is another beam already.
    """

    def __init__(self, width: int, mask: int) -> None:
        self.width, self.mask = width, mask
        self.parents, self.labels = [-1], [-1]  # of every node; the first is the empty path
        self.children: dict[tuple[int, int], int] = {}  # the node of a parent and a label
        self.nodes = np.zeros(1, np.int64)  # of each beam, the best first
        self.blank, self.label = np.zeros(1), np.full(1, -np.inf)

    def totals(self) -> Array:
        """The logarithm of each beam's probability."""
        return np.asarray(np.logaddexp(self.blank, self.label))

    def step(self, row: Array) -> None:
        """Take one more moment."""
        total, last = self.totals(), np.array([self.labels[node] for node in self.nodes])
        blank = total + row[self.mask]
        label = np.where(last >= 0, self.label + row[last], -np.inf)
        longer = total[:, None] + row
        again = np.flatnonzero(last >= 0)
        longer[again, last[again]] = self.blank[again] + row[last[again]]
        longer[:, self.mask] = -np.inf
        self._merge(longer, label, last)
        self._prune(longer, blank, label)

    def _merge(self, longer: Array, label: Array, last: Array) -> None:
        """What a beam would become that is a beam already goes to that one."""
        number = {int(node): at for at, node in enumerate(self.nodes)}
        for at, node in enumerate(self.nodes):
            parent = number.get(self.parents[node], -1)
            if parent >= 0:
                label[at] = np.logaddexp(label[at], longer[parent, last[at]])
                longer[parent, last[at]] = -np.inf

    def _prune(self, longer: Array, blank: Array, label: Array) -> None:
        """Keep the best of those that stay and those that grow."""
        stay = len(blank)
        totals = np.concatenate([np.logaddexp(blank, label), longer.ravel()])
        best = np.argsort(-totals, kind="stable")[: self.width]
        best = best[totals[best] > -np.inf]
        beams = [self._beam(at, stay, longer, blank, label) for at in best]
        self.nodes = np.array([node for node, _, _ in beams], np.int64)
        self.blank = np.array([ends for _, ends, _ in beams], np.float64)
        self.label = np.array([ends for _, _, ends in beams], np.float64)

    def _beam(
        self, at: int, stay: int, longer: Array, blank: Array, label: Array
    ) -> tuple[int, float, float]:
        """The node of a beam, the next one if it grew, and its two probabilities."""
        if at < stay:
            return int(self.nodes[at]), float(blank[at]), float(label[at])
        parent, new = divmod(int(at) - stay, longer.shape[1])
        return self._child(int(self.nodes[parent]), new), -math.inf, float(longer[parent, new])

    def _child(self, parent: int, label: int) -> int:
        """The node behind another: the one that was made for it, if it was a beam before."""
        node = self.children.setdefault((parent, label), len(self.labels))
        if node == len(self.labels):
            self.parents.append(parent)
            self.labels.append(label)
        return node

    def labels_of(self, node: int) -> list[int]:
        """A path's labels, from the first to the last."""
        found = []
        while node:
            found.append(self.labels[node])
            node = self.parents[node]
        return found[::-1]


def _inputs_message(x: Spec, lengths: Spec) -> str:
    return explain(
        "beam_search cannot read these",
        given=f"x {x}, lengths {lengths}",
        expected="floats (batch, moments, classes), and int32 lengths (batch,)",
        remedy="ops.ctc_decode(inputs, sequence_lengths, strategy='beam_search')",
    )


def _numbers_message(x: Spec, width: int, paths: int, mask: int) -> str:
    return explain(
        "beam_search cannot look for these paths",
        given=f"a width of {width}, the {paths} best paths, class {mask} as the blank",
        expected=f"at most as many paths as the width, and a class from 0 to "
        f"{int(str(x.shape[2])) - 1}",
        remedy=f"beam_width={max(width, paths)}, mask_index=0",
    )
