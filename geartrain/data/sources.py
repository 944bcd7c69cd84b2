"""Where elements come from: arrays, ranges, generators."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import numpy as np

from geartrain.data.cardinality import INFINITE, UNKNOWN
from geartrain.data.elements import Block, Element, read_element, rows_between
from geartrain.data.seeds import generator, new_seed
from geartrain.data.signature import Signature
from geartrain.data.spec import TensorSpec, spec_of, unbatched
from geartrain.data.stage import ROWS, Stage, Table
from geartrain.errors import explain
from geartrain.tensor.nest import flatten


class Slices(Table):
    """The rows of arrays.

    Args:
        given: a nest of arrays of one length.

    Raises:
        ValueError: an array has no axis, or they differ in length.
    """

    def __init__(self, given: Any) -> None:
        super().__init__()
        self.block: Block = read_element(given)
        lengths = [_length(each) for each in flatten(self.block) if each is not None]
        if not lengths:
            raise ValueError(_nothing_message())
        if len(set(lengths)) > 1:
            raise ValueError(_lengths_message(lengths))
        self._length = lengths[0]

    @property
    def size(self) -> int:
        return self._length

    @property
    def is_quick(self) -> bool:
        return True

    def held(self) -> Block | None:
        return self.block

    def _find_spec(self) -> Any:
        return unbatched(spec_of(self.block))

    def blocks(self, wanted: int) -> Iterator[Block]:
        for start in range(0, self._length, wanted):
            yield rows_between(self.block, start, min(start + wanted, self._length))


class Whole(Stage):
    """One element."""

    def __init__(self, given: Any) -> None:
        super().__init__()
        self.element: Element = read_element(given)

    @property
    def size(self) -> int:
        return 1

    def _find_spec(self) -> Any:
        return spec_of(self.element)

    def elements(self) -> Iterator[Element]:
        yield self.element


class Range(Table):
    """Whole numbers at one distance."""

    def __init__(self, numbers: range, dtype: Any) -> None:
        super().__init__()
        self.numbers = numbers
        self.dtype = np.dtype(dtype)

    @property
    def size(self) -> int:
        return len(self.numbers)

    def _find_spec(self) -> Any:
        return TensorSpec((), self.dtype)

    def blocks(self, wanted: int) -> Iterator[Block]:
        for start in range(0, len(self.numbers), wanted):
            part = self.numbers[start : start + wanted]
            yield np.arange(part.start, part.stop, part.step).astype(self.dtype)


class Counter(Stage):
    """Numbers at one distance, without an end."""

    def __init__(self, start: int, step: int, dtype: Any) -> None:
        super().__init__()
        self.start, self.step, self.dtype = start, step, np.dtype(dtype)

    @property
    def size(self) -> int:
        return INFINITE

    def _find_spec(self) -> Any:
        return TensorSpec((), self.dtype)

    def elements(self) -> Iterator[Element]:
        for number in count(self.start, self.step):
            yield np.asarray(number, self.dtype)


class Random(Stage):
    """Random whole numbers from 0 to 2**32 - 1, without an end."""

    def __init__(self, seed: int | None, *, anew: bool) -> None:
        super().__init__()
        self.seed, self.anew, self.passes = new_seed(seed), anew, 0

    @property
    def size(self) -> int:
        return INFINITE

    def _find_spec(self) -> Any:
        return TensorSpec((), "int64")

    def elements(self) -> Iterator[Element]:
        numbers = generator(self.seed, self.passes if self.anew else 0)
        self.passes += 1
        while True:
            yield from numbers.integers(0, 2**32, ROWS)


class Generated(Stage):
    """What a generator of the user's gives.

    Args:
        function: gives an iterator, each time from the start.
        arguments: its arguments.
        signature: what its elements are like; None takes them as they come.
    """

    def __init__(
        self, function: Callable[..., Any], arguments: tuple[Any, ...], signature: Signature | None
    ) -> None:
        super().__init__()
        self.function, self.arguments, self.signature = function, arguments, signature

    @property
    def size(self) -> int:
        return UNKNOWN

    def _find_spec(self) -> Any:
        return spec_of(self.first()) if self.signature is None else self.signature.spec

    def elements(self) -> Iterator[Element]:
        read = read_element if self.signature is None else self.signature.read
        for each in self.function(*self.arguments):
            yield read(each)


def _length(array: Any) -> int:
    if not np.ndim(array):
        raise ValueError(_scalar_message(array))
    return len(array)


def _nothing_message() -> str:
    return explain(
        "from_tensor_slices needs something to slice",
        given="no array at all",
        expected="an array, or a tuple or dict of arrays",
        remedy="Dataset.from_tensor_slices((x, y))",
    )


def _scalar_message(leaf: Any) -> str:
    return explain(
        "from_tensor_slices takes the rows of arrays",
        given=f"a single {np.asarray(leaf).dtype}, which has none",
        expected="arrays with at least one axis, which counts the elements",
        remedy="Dataset.from_tensors(x), for one element",
    )


def _lengths_message(lengths: list[int]) -> str:
    return explain(
        "from_tensor_slices needs arrays of one length",
        given="arrays of " + ", ".join(str(each) for each in lengths) + " rows",
        expected="as many rows in each: row n of all makes element n",
        axis="axis 0",
        remedy=f"x[:{min(lengths)}], y[:{min(lengths)}], if they belong together in that order",
    )
