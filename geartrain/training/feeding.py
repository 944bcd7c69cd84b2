"""Batches that somebody else makes: generators, `PyDataset`s, loaders of other libraries.

    stream = Stream("fit", loader, shuffle=True)
    stream.sample                       the first batch, to build the model with
    for batch in stream.epoch(None):    one pass

Workers of a `PyDataset` make batches ahead of the training (`workers.py`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, count, islice
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.random import next_generator
from geartrain.tensor import Array
from geartrain.tensor.nest import flatten, map_nest
from geartrain.training.data import (
    as_array,
    holds_texts,
    skipping_none,
    two_weights_message,
    weights_of_classes,
)
from geartrain.utils.data_tuples import pack_x_y_sample_weight, unpack_x_y_sample_weight
from geartrain.utils.py_dataset import PyDataset

Batch = Any  # x, (x,), (x, y) or (x, y, sample_weight), of nests of arrays


class Stream:
    """Batches from a source, as often as the source can give them.

    Args:
        where: the call that they are for, for messages.
        source: an iterable of batches, or a `PyDataset`.
        shuffle: whether a `PyDataset` gives its batches in a new order each time.
        class_weight: makes each sample count as its class does.
    """

    def __init__(
        self,
        where: str,
        source: Any,
        *,
        shuffle: bool = False,
        class_weight: Mapping[int, float] | None = None,
    ) -> None:
        self.where = where
        self.source = source
        self.shuffle = shuffle
        self.class_weight = class_weight
        self.steps = _length_of(source)
        self.is_pipeline = is_pipeline(source)
        self._current: Iterator[Batch] | None = None
        self._taken = 0
        self._made: Any = None  # what the pass takes its batches from
        self._sample: Batch = None

    @property
    def sample(self) -> Batch:
        """The first batch; it will be given all the same."""
        if self._sample is None:
            batches = self._begin()
            self._sample = next(batches, None)
            if self._sample is None:
                raise ValueError(_no_batches_message(self.where, self.source))
            self._current = chain([self._sample], batches)
        return self._sample

    def epoch(self, limit: int | None) -> Iterator[Batch]:
        """So many batches, going on where the last epoch stopped; all of them, if None."""
        given = 0
        for batch in islice(self._going_on(), limit):
            given += 1
            self._taken += 1
            yield batch
        if limit is None or given < limit or self._taken == self.steps:
            self._current, self._taken = None, 0
        if limit is None:
            self.steps = given

    def _going_on(self) -> Iterator[Batch]:
        """What is left of the pass; a new one, where nothing is."""
        if self._current is not None:
            first = next(self._current, None)
            if first is not None:
                return chain([first], self._current)
        self._current, self._taken = self._begin(), 0
        return self._current

    def _begin(self) -> Iterator[Batch]:
        self.close()
        batches = self._made = made_batches(self.source, shuffle=self.shuffle)
        return (as_batch(self.where, each, self.class_weight) for each in batches)

    def close(self) -> None:
        """End the pass of a data set, and the threads that work for it; others are their user's."""
        if self.is_pipeline and hasattr(self._made, "close"):
            self._made.close()

    def epoch_begins(self, *, anew: bool = False) -> None:
        """Tell the source.

        Args:
            anew: whether to start from the beginning, if the source can give it again.
        """
        if anew and self._taken and not isinstance(self.source, Iterator):
            self._current, self._taken = None, 0
        if isinstance(self.source, PyDataset):
            self.source.on_epoch_begin()

    def epoch_ends(self) -> None:
        """Tell the source."""
        if isinstance(self.source, PyDataset):
            self.source.on_epoch_end()


def is_pipeline(source: Any) -> bool:
    """Whether this is a data set of `geartrain.data`: if there is one, the room is loaded."""
    room = sys.modules.get("geartrain.data.pipeline")
    return room is not None and isinstance(source, room.Pipeline)


def is_stream(x: Any) -> bool:
    """Whether this gives batches, rather than being arrays of samples."""
    if isinstance(x, PyDataset):
        return True
    if isinstance(x, str | bytes | dict | list | tuple) or hasattr(x, "shape"):
        return False
    if hasattr(x, "__array__") or hasattr(x, "__dlpack__"):
        return False
    return hasattr(x, "__iter__") or (hasattr(x, "__getitem__") and hasattr(x, "__len__"))


def as_batch(where: str, given: Any, class_weight: Mapping[int, float] | None = None) -> Batch:
    """A batch with arrays for what it holds, ready for a native call."""
    x, y, weight = unpack_x_y_sample_weight(tuple(given) if isinstance(given, list) else given)
    x, y, weight = (map_nest(skipping_none(_ready), each) for each in (x, y, weight))
    if class_weight is not None:
        if weight is not None:
            raise ValueError(two_weights_message(where))
        weight = weights_of_classes(y, class_weight)
    _check(where, x)
    return pack_x_y_sample_weight(x, y, weight)


def _ready(given: Any) -> Array:
    array = np.ascontiguousarray(as_array(given))
    return array.astype(object) if array.dtype.kind in "UST" else array


def _check(where: str, x: Any) -> None:
    for each in flatten(x):
        if each is None or not (_is_numeric(each.dtype) or holds_texts(each)):
            raise ValueError(_batch_message(where, each))


def _is_numeric(dtype: Any) -> bool:
    return dtype.kind not in "OSUV" or dtype.name == "bfloat16"


def made_batches(source: Any, *, shuffle: bool = False) -> Iterator[Any]:
    """The batches of one pass over a source."""
    if is_pipeline(source):
        return iter(source.arrays_ahead())
    if not isinstance(source, PyDataset):
        return iter(source)
    numbers: Iterable[int] = count()
    if source.num_batches is not None:
        numbers = range(source.num_batches)
        if shuffle:
            numbers = next_generator().permutation(source.num_batches).tolist()
    if source.workers > 1 or source.use_multiprocessing:
        from geartrain.training.workers import made_ahead  # threads and processes, for few

        return made_ahead(source, iter(numbers))
    return (source[number] for number in numbers)


def _length_of(source: Any) -> int | None:
    """How many batches a source has, if it says so."""
    if isinstance(source, PyDataset):
        return source.num_batches
    try:
        return len(source)
    except (TypeError, AttributeError, NotImplementedError):
        return None


def _no_batches_message(where: str, source: Any) -> str:
    return explain(
        f"{where} needs at least one batch",
        given=f"a {type(source).__name__} that gives none",
        expected="(x, y) from it, again in each epoch",
        remedy="a new generator: one that was used once is empty",
    )


def _batch_message(where: str, leaf: Any) -> str:
    given = "None" if leaf is None else f"an array of dtype {leaf.dtype}"
    return explain(
        f"{where} can only use numbers",
        given=f"{given} among the inputs of a batch",
        expected="arrays of numbers: float32, uint8, int64, bool, ...",
        remedy="yield np.asarray(x, dtype='float32'), y",
    )
