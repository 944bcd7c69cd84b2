"""`Pipeline`: what can be gone through, and looked at: the part of `Dataset` that asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from geartrain.data.cardinality import INFINITE
from geartrain.data.elements import as_arrays, as_tensors, read_element
from geartrain.data.mapping import Prefetch
from geartrain.data.options import Options
from geartrain.data.stage import Stage, closable
from geartrain.data.windows import reduced
from geartrain.data.workers import READY
from geartrain.errors import explain
from geartrain.tensor import Tensor

if TYPE_CHECKING:
    from geartrain.data.dataset import Dataset


class Pipeline:
    """Elements, one after another, as often as they are asked for.

    Args:
        stage: makes them.
    """

    def __init__(self, stage: Stage, options: Options | None = None) -> None:
        self.stage = stage
        self._options = options or Options()

    def _then(self, stage: Stage) -> Dataset:
        """A data set of another stage, with the same options."""
        from geartrain.data.dataset import Dataset

        return Dataset(stage, self._options)

    def __iter__(self) -> Elements:
        return Elements(self.stage)

    def __len__(self) -> int:
        size = self.stage.size
        if size < 0:
            raise TypeError(_length_message(size))
        return size

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<{type(self.stage).__name__}Dataset element_spec={self.element_spec}>"

    @property
    def element_spec(self) -> Any:
        """What an element is like: a nest of `TensorSpec`."""
        return self.stage.spec

    def cardinality(self) -> Tensor:
        """How many elements there are, int64; -1: without an end; -2: not known beforehand."""
        return Tensor(np.array(self.stage.size, np.int64))

    def as_numpy_iterator(self) -> Iterator[Any]:
        """The elements as arrays of NumPy's.

        >>> from geartrain.data import Dataset
        >>> list(Dataset.range(3).as_numpy_iterator())
        [np.int64(0), np.int64(1), np.int64(2)]
        """
        return map(as_arrays, self.stage.elements())

    def arrays_ahead(self) -> Iterator[Any]:
        """The elements as arrays that must not be written to, made by a thread if that takes time.

        This is what training takes: the next batches are made while a step runs. Where the step
        has all cores, a thread that takes little of one leaves the rest to the step's own.
        """
        last = self.stage
        stage, room = (last.source, last.room) if isinstance(last, Prefetch) else (last, READY)
        if stage is last and last.is_quick:
            return last.elements()
        from geartrain.runtime import cpu, pool  # not for data alone

        gives_back = pool.get_num_threads() >= cpu.usable_cores()
        return Prefetch(stage, room, gives_back=gives_back).elements()

    def get_single_element(self, name: str | None = None) -> Any:
        """The one element of a data set that has one.

        Raises:
            ValueError: it has none, or more.
        """
        found = list(islice(self.stage.elements(), 2))
        if len(found) != 1:
            raise ValueError(_single_message(len(found)))
        return as_tensors(found[0])

    def reduce(
        self, initial_state: Any, reduce_func: Callable[..., Any], name: str | None = None
    ) -> Any:
        """The last state, where a function makes each state of the one before and an element.

        Args:
            initial_state: a nest of tensors.
            reduce_func: of the state and an element.
            name: for those who read it.

        >>> from geartrain.data import Dataset
        >>> Dataset.range(5).reduce(np.int64(0), lambda state, x: state + x).numpy().item()
        10
        """
        return reduced(self.stage, read_element(initial_state), reduce_func)

    def options(self) -> Options:
        """What `with_options` was given."""
        return self._options


class Elements:
    """One pass over a data set, which gives tensors; `close` ends it before its time."""

    def __init__(self, stage: Stage) -> None:
        self.element_spec_of = stage
        self._elements = closable(stage.elements())

    @property
    def element_spec(self) -> Any:
        """What an element is like."""
        return self.element_spec_of.spec

    def __iter__(self) -> Elements:
        return self

    def __next__(self) -> Any:
        return as_tensors(next(self._elements))

    def get_next(self) -> Any:
        """The next element; StopIteration, where there is none."""
        return next(self)

    def close(self) -> None:
        """End the pass, and the threads that work for it."""
        self._elements.close()


def _length_message(size: int) -> str:
    endless = size == INFINITE
    return explain(
        "This data set has no length",
        given="a data set without an end" if endless else "a data set of unknown length",
        expected="a number of elements that is known before they are made",
        remedy="dataset.take(1000)" if endless else "dataset.apply(data.assert_cardinality(1000))",
    )


def _single_message(count: int) -> str:
    return explain(
        "get_single_element needs a data set with one element",
        given="none" if not count else "more than one",
        expected="one",
        remedy="dataset.batch(len(dataset)), for all as one element; dataset.take(1)",
    )
