"""Elements of several data sets, chosen by another one or at random."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from geartrain.data.calling import Call
from geartrain.data.cardinality import INFINITE, UNKNOWN
from geartrain.data.elements import Element
from geartrain.data.seeds import generator, new_seed
from geartrain.data.spec import TensorSpec, common
from geartrain.data.stage import Stage
from geartrain.errors import explain


class Choose(Stage):
    """From which stage each element comes is a number of another stage.

    Args:
        choices: gives numbers.
        sources: the stages, of elements of one kind.
        stops: whether all ends with the first stage that has no more; else it is passed over.
    """

    def __init__(self, choices: Stage, sources: Sequence[Stage], *, stops: bool) -> None:
        super().__init__(*sources)
        self.choices, self.stops = choices, stops
        self.spec = common_of(self.inputs)

    def elements(self) -> Iterator[Element]:
        rows: list[Any] = [iter(each.elements()) for each in self.inputs]
        for choice in self.choices.elements():
            number = int(np.asarray(choice))
            if not 0 <= number < len(rows):
                raise ValueError(_choice_message(number, len(rows)))
            if rows[number] is None:
                continue
            found = list(_one(rows[number]))
            if found:
                yield found[0]
                continue
            rows[number] = None
            if self.stops or not any(each is not None for each in rows):
                return


class Sample(Stage):
    """From which stage each element comes is drawn.

    Args:
        sources: the stages, of elements of one kind.
        weights: how often each is to be drawn; None: all alike. Or a stage that gives weights.
        seed: None takes the global seed's next.
        stops: whether all ends with the first stage that has no more.
        anew: whether each pass draws anew.
    """

    def __init__(
        self, sources: Sequence[Stage], weights: Any, seed: int | None, *, stops: bool, anew: bool
    ) -> None:
        super().__init__(*sources)
        self.weights, self.seed, self.stops, self.anew = weights, new_seed(seed), stops, anew
        self.passes = 0
        self.spec = common_of(self.inputs)

    @property
    def size(self) -> int:
        sizes = [each.size for each in self.inputs]
        if len(sizes) == 1:
            return sizes[0]
        return INFINITE if INFINITE in sizes else UNKNOWN

    def _all_weights(self) -> Iterator[Any]:
        if isinstance(self.weights, Stage):
            yield from (np.asarray(each, np.float64) for each in self.weights.elements())
            return
        same = np.ones(len(self.inputs)) if self.weights is None else self.weights
        while True:
            yield np.asarray(same, np.float64)

    def elements(self) -> Iterator[Element]:
        random = generator(self.seed, self.passes if self.anew else 0)
        self.passes += 1
        rows = [iter(each.elements()) for each in self.inputs]
        open_rows = np.ones(len(rows), bool)
        for weights in self._all_weights():
            shares = np.where(open_rows, weights, 0.0)
            while shares.sum() > 0:
                number = _drawn(random, shares)
                found = list(_one(rows[number]))
                if found:
                    yield found[0]
                    break
                if self.stops:
                    return
                open_rows[number], shares[number] = False, 0.0
            else:
                return


class Resample(Stage):
    """Elements left out, or again, so that classes come with given shares.

    Each element is kept with a chance in proportion to wanted / actual share of its class; what is
    left out makes the pass shorter. Source: rejection sampling, as in von Neumann (1951).

    Args:
        source: gives the elements.
        call: the class of an element.
        wanted: the shares of the classes.
        actual: how they come; None counts as the elements come, with one for each to begin with.
        seed: None takes the global seed's next.
    """

    def __init__(
        self, source: Stage, call: Call, wanted: Any, actual: Any, seed: int | None
    ) -> None:
        super().__init__(source)
        self.call, self.seed, self.passes = call, new_seed(seed), 0
        self.wanted = np.asarray(wanted, np.float64)
        self.actual = None if actual is None else np.asarray(actual, np.float64)

    def _find_spec(self) -> Any:
        return TensorSpec((), "int32"), self.source.spec

    def elements(self) -> Iterator[Element]:
        random = generator(self.seed, self.passes)
        self.passes += 1
        counts = np.ones(len(self.wanted))
        for each in self.source.elements():
            found = int(np.asarray(self.call(each)))
            if not 0 <= found < len(counts):
                raise ValueError(_class_message(found, len(counts)))
            counts[found] += 1
            actual = counts / counts.sum() if self.actual is None else self.actual
            ratios = np.divide(self.wanted, actual, out=np.zeros_like(actual), where=actual > 0)
            if random.random() * ratios.max() < ratios[found]:
                yield np.asarray(found, np.int32), each


def require_numbers(spec: Any) -> None:
    """Whether elements are single whole numbers.

    Raises:
        TypeError: they are not.
    """
    if not isinstance(spec, TensorSpec) or spec.shape or spec.dtype.kind not in "iu":
        raise TypeError(_numbers_message(spec))


def common_of(stages: Sequence[Stage]) -> Any:
    """Specs that stand for the elements of all stages."""
    found = stages[0].spec
    for each in stages[1:]:
        found = common(found, each.spec)
    return found


def _one(elements: Iterator[Element]) -> Iterator[Element]:
    """The next element, if there is one."""
    for each in elements:
        yield each
        return


def _drawn(random: np.random.Generator, shares: Any) -> int:
    bounds = np.cumsum(shares)
    return int(np.searchsorted(bounds, random.random() * bounds[-1], side="right"))


def _choice_message(number: int, count: int) -> str:
    return explain(
        "choose_from_datasets was given a number that no data set has",
        given=f"{number}",
        expected=f"numbers from 0 to {count - 1}",
        remedy=f"choice_dataset=Dataset.range({count}).repeat()",
    )


def _numbers_message(spec: Any) -> str:
    return explain(
        "choice_dataset gives the numbers of data sets",
        given=f"elements like {spec}",
        expected="single whole numbers",
        remedy="choice_dataset=Dataset.range(2).repeat()",
    )


def _class_message(number: int, count: int) -> str:
    return explain(
        "rejection_resample was given a class that has no share",
        given=f"class {number}",
        expected=f"classes from 0 to {count - 1}, as target_dist has {count} shares",
        remedy="class_func=lambda x, y: y, or a longer target_dist",
    )
