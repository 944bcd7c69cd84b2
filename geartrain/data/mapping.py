"""A function of every element: `map`, `filter`, `flat_map`, `interleave`, `scan`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import chain, islice
from typing import Any

import numpy as np

from geartrain.data.calling import Call, Order
from geartrain.data.cardinality import INFINITE, UNKNOWN
from geartrain.data.elements import (
    Block,
    Element,
    as_tensors,
    map_rows,
    read_element,
    rows_of,
    together,
)
from geartrain.data.native import elements_to_wait, has_known_sizes, is_small
from geartrain.data.spec import DatasetSpec, TensorSpec, blank, spec_of
from geartrain.data.stage import ROWS, Stage, is_looking_ahead
from geartrain.data.workers import ahead, mapped
from geartrain.errors import explain

CONDITION = TensorSpec((), "bool")


class Map(Stage):
    """A function of every element, as machine code where it can be and there are many.

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

    @cached_property
    def in_blocks(self) -> bool:
        return not self._in_threads and goes_in_rows(self.source, self.call)

    @property
    def _in_threads(self) -> bool:
        return self.workers > 1 and not is_small(self.source.spec)

    def blocks(self, wanted: int) -> Iterator[Block]:
        native = self.call.compiling.native(self.source.spec, in_rows=True)
        for block in self.source.blocks(wanted):
            if native is None or is_looking_ahead():
                yield together([self.call(each) for each in rows_of(block)])
            else:
                yield native.block(block)

    def elements(self) -> Iterator[Element]:
        if is_looking_ahead():
            return map(self.call, self.source.elements())
        if self.in_blocks:
            return (row for block in self.blocks(rows_at_once(self)) for row in rows_of(block))
        return chain.from_iterable(self._one_by_one())

    def _one_by_one(self) -> Iterator[Iterator[Element]]:
        """Parts of a pass; after an error in one, the next element can be asked for."""
        elements = iter(self.source.elements())
        wait, size = elements_to_wait(self.source.spec), self.source.size
        if size == UNKNOWN or 0 <= size < wait:
            yield self._as_it_stands(islice(elements, wait))
        if not 0 <= size < wait:
            yield (
                self._natively(elements) if self.workers > 1 else map(self._when_asked(), elements)
            )

    def _natively(self, elements: Iterator[Element]) -> Iterator[Element]:
        native = self.call.compiling.native(self.source.spec)
        if native is None:
            return self._as_it_stands(elements)
        if self._in_threads and not native.is_in_order:
            return mapped(native, elements, self.workers, ordered=self.ordered)
        return map(native, elements)

    def _when_asked(self) -> Callable[[Element], Element]:
        """The function, as machine code from the first element on."""
        found: list[Callable[[Element], Element]] = []

        def call(element: Element) -> Element:
            if not found:
                found.append(self.call.compiling.native(self.source.spec) or self.call)
            return found[0](element)

        return call

    def _as_it_stands(self, elements: Iterator[Element]) -> Iterator[Element]:
        return self._by_workers(elements) if self.workers > 1 else map(self.call, elements)

    def _by_workers(self, elements: Iterator[Element]) -> Iterator[Element]:
        order = Order(self.call)
        for each in elements:
            yield order.first(each)
            break
        if order.matters:
            yield from map(self.call, elements)
        else:
            yield from mapped(self.call, elements, self.workers, ordered=self.ordered)


def goes_in_rows(source: Stage, call: Call) -> bool:
    """Whether a function runs as machine code on blocks of elements."""
    if not source.in_blocks or not has_known_sizes(source.spec):
        return False
    if INFINITE != source.size < elements_to_wait(source.spec):
        return False
    native = call.compiling.native(source.spec, in_rows=True)
    return native is not None and not native.is_in_order and has_known_sizes(native.traced.spec)


def rows_at_once(stage: Stage) -> int:
    """How many elements a block should have, so that it stays near the processor."""
    return max(1, min(ROWS, elements_to_wait(stage.source.spec)))


class Filter(Stage):
    """The elements for which a function gives True."""

    def __init__(self, source: Stage, call: Call) -> None:
        super().__init__(source)
        self.call = call

    @cached_property
    def in_blocks(self) -> bool:
        return goes_in_rows(self.source, self.call) and self.call.spec(self.source) == CONDITION

    def blocks(self, wanted: int) -> Iterator[Block]:
        native = self.call.compiling.native(self.source.spec, in_rows=True)
        for block in self.source.blocks(wanted):
            if native is None or is_looking_ahead():
                kept = np.array([holds(self.call, each) for each in rows_of(block)], bool)
            else:
                kept = np.asarray(native.block(block))
            yield map_rows(lambda leaf: leaf[kept], block)  # noqa: B023  (called at once)

    def elements(self) -> Iterator[Element]:
        if self.in_blocks and not is_looking_ahead():
            return (row for block in self.blocks(rows_at_once(self)) for row in rows_of(block))
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
        element = self.source.first()
        return spec_of(
            self._next(self.state, blank(self.source.spec) if element is None else element)[1]
        )

    def elements(self) -> Iterator[Element]:
        state = self.state
        for each in self.source.elements():
            state, result = self._next(state, each)
            yield result

    def _next(self, state: Element, element: Element) -> tuple[Element, Element]:
        found = self.function(as_tensors(state), as_tensors(element))
        if not isinstance(found, tuple | list) or len(found) != 2:
            raise TypeError(_pair_message(found))
        return read_element(found[0]), read_element(found[1])


class Prefetch(Stage):
    """The elements, made ahead by a thread.

    Args:
        source: gives them.
        room: how many may be ready.
        gives_back: whether the thread may leave the rest to whom it makes them for.
    """

    def __init__(self, source: Stage, room: int, *, gives_back: bool = False) -> None:
        super().__init__(source)
        self.room, self.gives_back = room, gives_back

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
        return ahead(self.source.elements, self.room, gives_back=self.gives_back)

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


def _pair_message(found: Any) -> str:
    return explain(
        "The function of Dataset.scan must give two things",
        given=f"{type(found).__name__}"
        + (f" of {len(found)}" if isinstance(found, tuple | list) else ""),
        expected="a pair: the next state, and the result",
        remedy="dataset.scan(0, lambda state, x: (state + x, state))",
    )


def _dataset_message(where: str, found: Any) -> str:
    return explain(
        f"The function of Dataset.{where} must make a data set of each element",
        given=f"{type(found).__name__}",
        expected="a Dataset",
        remedy=f"dataset.{where}(lambda x: Dataset.from_tensor_slices(x))",
    )
