"""A function of every element: `map`, `filter`, `flat_map`, `interleave`, `scan`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from geartrain.data.calling import Call, Order
from geartrain.data.elements import Element, as_tensors, read_element
from geartrain.data.spec import DatasetSpec, spec_of
from geartrain.data.stage import Stage, is_looking_ahead
from geartrain.data.workers import ahead, mapped
from geartrain.errors import explain


class Map(Stage):
    """A function of every element.

    Args:
        source: gives the elements.
        call: the function.
        workers: how many threads call it; 0 calls it in the consumer's.
        ordered: whether results keep the order of the elements.
    """

    def __init__(
        self, source: Stage, call: Call, workers: int = 0, *, ordered: bool = True
    ) -> None:
        super().__init__(source)
        self.call, self.workers, self.ordered = call, workers, ordered

    @property
    def size(self) -> int:
        return self.source.size

    def _find_spec(self) -> Any:
        return self.call.spec(self.source)

    def elements(self) -> Iterator[Element]:
        elements = iter(self.source.elements())
        if self.workers > 1 and not is_looking_ahead():
            return self._in_threads(elements)
        return map(self.call, elements)

    def _in_threads(self, elements: Iterator[Element]) -> Iterator[Element]:
        order = Order(self.call)
        for each in elements:
            yield order.first(each)
            break
        if order.matters:
            yield from map(self.call, elements)
        else:
            yield from mapped(self.call, elements, self.workers, ordered=self.ordered)


class Filter(Stage):
    """The elements for which a function gives True."""

    def __init__(self, source: Stage, call: Call) -> None:
        super().__init__(source)
        self.call = call

    def elements(self) -> Iterator[Element]:
        return (each for each in self.source.elements() if holds(self.call, each))


def holds(call: Call, element: Element) -> bool:
    """Whether a condition holds for an element.

    Raises:
        ValueError: the function gives something else than one truth value.
    """
    found = np.asarray(call(element))
    if found.dtype != bool or found.ndim:
        raise ValueError(_condition_message(call.where, found))
    return bool(found)


class FlatMap(Stage):
    """The elements of the data sets that a function makes of elements, one after another."""

    def __init__(self, source: Stage, call: Call) -> None:
        super().__init__(source)
        self.call = call

    def _find_spec(self) -> Any:
        found = self.call.spec(self.source)
        return found.element_spec if isinstance(found, DatasetSpec) else found

    def elements(self) -> Iterator[Element]:
        for each in self.source.elements():
            yield from stage_of(self.call, each).elements()


def stage_of(call: Call, element: Element) -> Stage:
    """The data set that a function makes of an element.

    Raises:
        TypeError: it makes something else.
    """
    found = call(element)
    if not isinstance(found, Stage):
        raise TypeError(_dataset_message(call.where, found))
    return found


class Interleave(FlatMap):
    """The elements of the data sets that a function makes of elements, in turn.

    Args:
        source: gives the elements.
        call: makes a data set of each.
        cycle: how many data sets are open at a time.
        block: how many elements of one come before it is the next one's turn.
        in_threads: whether each open data set has a thread that works ahead.
    """

    def __init__(
        self, source: Stage, call: Call, cycle: int, block: int, *, in_threads: bool
    ) -> None:
        super().__init__(source, call)
        self.cycle, self.block, self.in_threads = cycle, block, in_threads

    def elements(self) -> Iterator[Element]:
        coming = iter(self.source.elements())
        slots: list[Iterator[Element] | None] = [None] * self.cycle
        has_more, idle, place = True, 0, 0
        while has_more or idle < self.cycle:
            if slots[place] is None and has_more:
                has_more = self._fill(slots, place, coming)
            current = slots[place]
            idle = idle + 1 if current is None else 0
            if current is not None:
                given = 0
                for each in current:
                    yield each
                    given += 1
                    if given == self.block:
                        break
                if given < self.block:
                    slots[place] = None
            place = (place + 1) % self.cycle

    def _fill(self, slots: list[Any], place: int, coming: Iterator[Element]) -> bool:
        for each in coming:
            stage = stage_of(self.call, each)
            begin = stage.elements
            in_thread = self.in_threads and not is_looking_ahead()
            slots[place] = ahead(begin) if in_thread else iter(begin())
            return True
        return False


class Scan(Stage):
    """A function of a state and an element, which gives the next state and a result."""

    def __init__(self, source: Stage, state: Any, function: Callable[..., Any]) -> None:
        super().__init__(source)
        self.state, self.function = read_element(state), Call("scan", function).function

    @property
    def size(self) -> int:
        return self.source.size

    def _find_spec(self) -> Any:
        return spec_of(self.first())

    def elements(self) -> Iterator[Element]:
        state = self.state
        for each in self.source.elements():
            found = self.function(as_tensors(state), as_tensors(each))
            state, result = (read_element(part) for part in found)
            yield result


class Prefetch(Stage):
    """The elements, made ahead by a thread.

    Args:
        source: gives them.
        room: how many may be ready.
    """

    def __init__(self, source: Stage, room: int) -> None:
        super().__init__(source)
        self.room = room

    @property
    def size(self) -> int:
        return self.source.size

    @property
    def in_blocks(self) -> bool:
        return self.source.in_blocks

    @property
    def is_quick(self) -> bool:
        return True

    def elements(self) -> Iterator[Element]:
        if is_looking_ahead() or not self.room:
            return iter(self.source.elements())
        return ahead(self.source.elements, self.room)

    def blocks(self, wanted: int) -> Iterator[Any]:
        if is_looking_ahead() or not self.room:
            return self.source.blocks(wanted)
        return ahead(lambda: self.source.blocks(wanted), min(self.room, 4))


class Ignore(Stage):
    """The elements that can be made; errors in making the others are passed over.

    Only a stage that can go on after an error gives more after one: `map` can, a generator cannot.
    """

    def elements(self) -> Iterator[Element]:
        elements = iter(self.source.elements())
        while True:
            try:
                each = next(elements)
            except StopIteration:
                return
            except Exception:  # noqa: S112  (that is what it is for)
                continue
            yield each


def _condition_message(where: str, found: Any) -> str:
    return explain(
        f"The function of Dataset.{where} must say whether an element is wanted",
        given=f"{found.dtype} of shape {found.shape}",
        expected="one truth value: bool of shape ()",
        remedy=f"dataset.{where}(lambda x: x > 0); ops.all(...), for all of an array",
    )


def _dataset_message(where: str, found: Any) -> str:
    return explain(
        f"The function of Dataset.{where} must make a data set of each element",
        given=f"{type(found).__name__}",
        expected="a Dataset",
        remedy=f"dataset.{where}(lambda x: Dataset.from_tensor_slices(x))",
    )
