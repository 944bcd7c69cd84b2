"""`Dataset`: a pipeline of data, with the names and the order of `tf.data`.

    dataset = Dataset.from_tensor_slices((x, y)).shuffle(10_000).batch(128).prefetch(2)
    model.fit(dataset, epochs=5)

Each method gives a new data set with one more stage behind those before it; the stages are in the
files beside this one. Nothing runs before the data set is gone through.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from geartrain.data import counting, mapping, mixing, records, windows
from geartrain.data.arguments import whole
from geartrain.data.caching import Cache, FileCache
from geartrain.data.calling import Call
from geartrain.data.cardinality import AUTOTUNE, UNKNOWN
from geartrain.data.grouping import Grouping
from geartrain.data.options import Options
from geartrain.data.shuffling import Shuffle
from geartrain.data.workers import READY, read_workers
from geartrain.errors import explain

OPEN_AT_A_TIME = 4  # data sets in `interleave`: the same on every machine
ALL = 2**62


class Dataset(Grouping):
    """Elements, one after another, made when they are asked for.

    An element is a tensor, or a tuple or dict of tensors. A data set can be gone through any number
    of times; `fit`, `evaluate`, `predict` and `adapt` take it.

    >>> dataset = Dataset.range(10).filter(lambda x: x % 2 == 0).map(lambda x: x * x).batch(2)
    >>> [each.numpy().tolist() for each in dataset]
    [[0, 4], [16, 36], [64]]
    """

    # -- a function of every element ---------------------------------------------------------------

    def map(
        self,
        map_func: Callable[..., Any],
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        synchronous: bool | None = None,
        use_unbounded_threadpool: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """A function of every element.

        Args:
            map_func: of tensors: one argument, or as many as the element's tuple has parts. It
                gives a nest of tensors, arrays or numbers; lists in it are tensors.
            num_parallel_calls: how many threads call it, ahead of the consumer; AUTOTUNE: one for
                each core. A function that draws random numbers is called by one, in order.
            deterministic: False lets results come as they are ready.
            synchronous: taken for the sake of TensorFlow's users.
            use_unbounded_threadpool: likewise.
            name: for those who read it.
        """
        if deterministic is None:
            deterministic = self._options.deterministic
        workers, ordered = read_workers(num_parallel_calls), deterministic is not False
        return self._then(mapping.Map(self.stage, Call("map", map_func), workers, ordered=ordered))

    def filter(self, predicate: Callable[..., Any], name: str | None = None) -> Dataset:
        """The elements for which a function gives True.

        Args:
            predicate: gives one bool.
            name: for those who read it.
        """
        return self._then(mapping.Filter(self.stage, Call("filter", predicate)))

    def flat_map(self, map_func: Callable[..., Any], name: str | None = None) -> Dataset:
        """A data set made of each element, one after another.

        Args:
            map_func: makes a data set of an element.
            name: for those who read it.
        """
        return self._then(mapping.FlatMap(self.stage, Call("flat_map", map_func)))

    def interleave(
        self,
        map_func: Callable[..., Any],
        cycle_length: Any = None,
        block_length: Any = None,
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """Data sets made of elements, several open at a time, elements of each in turn.

        Args:
            map_func: makes a data set of an element.
            cycle_length: how many are open at a time; 4 if None.
            block_length: how many elements of one come in a row; 1 if None.
            num_parallel_calls: None reads in the consumer's thread; else each open data set has a
                thread that reads ahead.
            deterministic: order is kept in any case.
            name: for those who read it.

        >>> files = Dataset.from_tensor_slices([10, 20])
        >>> rows = files.interleave(lambda x: Dataset.from_tensor_slices([x, x + 1, x + 2]))
        >>> [each.numpy().item() for each in rows]
        [10, 20, 11, 21, 12, 22]
        """
        cycle = OPEN_AT_A_TIME if cycle_length in (None, -1) else cycle_length
        cycle = whole("cycle_length", cycle, least=1)
        block = whole("block_length", 1 if block_length is None else block_length, least=1)
        in_threads = read_workers(num_parallel_calls) > 0
        call = Call("interleave", map_func)
        return self._then(mapping.Interleave(self.stage, call, cycle, block, in_threads=in_threads))

    def scan(
        self, initial_state: Any, scan_func: Callable[..., Any], name: str | None = None
    ) -> Dataset:
        """A function of a state and an element, which gives the next state and a result.

        Args:
            initial_state: a nest of tensors.
            scan_func: `(state, element) -> (state, result)`.
            name: for those who read it.
        """
        return self._then(mapping.Scan(self.stage, initial_state, scan_func))

    def take_while(self, predicate: Callable[..., Any], name: str | None = None) -> Dataset:
        """The elements before the first for which a function gives False."""
        call = Call("take_while", predicate)
        return self._then(counting.TakeWhile(self.stage, lambda each: mapping.holds(call, each)))

    def apply(self, transformation_func: Callable[..., Any]) -> Dataset:
        """A function of the whole data set, which gives another one.

        Raises:
            TypeError: it gives something else.
        """
        found = transformation_func(self)
        if not isinstance(found, Dataset):
            raise TypeError(_apply_message(found))
        return found

    # -- order and number --------------------------------------------------------------------------

    def shuffle(
        self,
        buffer_size: Any,
        seed: int | None = None,
        reshuffle_each_iteration: bool | None = True,
        name: str | None = None,
    ) -> Dataset:
        """A random order: a buffer is filled, and one of it at random goes out for each that comes.

        Args:
            buffer_size: how many elements the buffer holds; as many as there are shuffles all.
            seed: the same seed gives the same orders, pass by pass; None takes the global seed's
                next, so that `set_random_seed` settles it.
            reshuffle_each_iteration: whether each pass has an order of its own.
            name: for those who read it.
        """
        given = UNKNOWN if buffer_size is None else whole("buffer_size", buffer_size)
        room = ALL if given == UNKNOWN else whole("buffer_size", given, least=1)
        anew = reshuffle_each_iteration is not False
        return self._then(Shuffle(self.stage, room, seed, anew=anew))

    def repeat(self, count: Any = None, name: str | None = None) -> Dataset:
        """The elements so many times; without an end if None or -1."""
        number = -1 if count is None else whole("count", count)
        return self._then(counting.Repeat(self.stage, number))

    def take(self, count: Any, name: str | None = None) -> Dataset:
        """The first elements; all, if -1."""
        return self._then(counting.Take(self.stage, whole("count", count)))

    def skip(self, count: Any, name: str | None = None) -> Dataset:
        """All but the first elements; none, if -1."""
        return self._then(counting.Skip(self.stage, whole("count", count)))

    def shard(self, num_shards: Any, index: Any, name: str | None = None) -> Dataset:
        """Every `num_shards`-th element, from number `index`: each of several machines has its own.

        Raises:
            ValueError: there is no such index.
        """
        shards, number = whole("num_shards", num_shards, least=1), whole("index", index)
        if not 0 <= number < shards:
            raise ValueError(_shard_message(shards, number))
        return self._then(counting.Shard(self.stage, shards, number))

    def concatenate(self, dataset: Dataset, name: str | None = None) -> Dataset:
        """These elements, then those of another data set.

        Raises:
            TypeError: those are of another kind.
        """
        return self._then(counting.Concatenate(self.stage, dataset.stage))

    def enumerate(self, start: Any = 0, name: str | None = None) -> Dataset:
        """Pairs of a number, int64, and an element."""
        return self._then(counting.Enumerate(self.stage, whole("start", start)))

    def unique(self, name: str | None = None) -> Dataset:
        """Each element that did not come before."""
        return self._then(windows.Unique(self.stage))

    def rejection_resample(
        self,
        class_func: Callable[..., Any],
        target_dist: Any,
        initial_dist: Any = None,
        seed: int | None = None,
        name: str | None = None,
    ) -> Dataset:
        """Pairs of a class and an element, some left out, so that classes have given shares.

        Args:
            class_func: the class of an element, a whole number.
            target_dist: the shares that classes shall have.
            initial_dist: those that they have; None counts.
            seed: None takes the global seed's next.
            name: for those who read it.
        """
        call = Call("rejection_resample", class_func)
        return self._then(mixing.Resample(self.stage, call, target_dist, initial_dist, seed))

    def ignore_errors(self, log_warning: bool = False, name: str | None = None) -> Dataset:
        """The elements that can be made: those that `map` fails for are passed over."""
        return self._then(mapping.Ignore(self.stage))

    # -- kept and made ahead -----------------------------------------------------------------------

    def prefetch(self, buffer_size: Any, name: str | None = None) -> Dataset:
        """The elements, made by a thread while earlier ones are used.

        Args:
            buffer_size: how many may be ready; AUTOTUNE is 2.
            name: for those who read it.
        """
        given = AUTOTUNE if buffer_size is None else buffer_size
        room = whole("buffer_size", given, least=0, many=True)
        return self._then(mapping.Prefetch(self.stage, READY if room < 0 else room))

    def cache(self, filename: Any = "", name: str | None = None) -> Dataset:
        """The elements, kept by the first pass that goes to the end.

        Args:
            filename: a file to keep them in; "" keeps them in memory.
            name: for those who read it.
        """
        if not filename:
            return self._then(Cache(self.stage))
        path = Path(filename)
        return self._then(FileCache(self.stage, path.with_name(path.name + records.SUFFIX)))

    def save(
        self,
        path: Any,
        compression: str | None = None,
        shard_func: Callable[..., Any] | None = None,
        checkpoint_args: Any = None,
    ) -> None:
        """Write the elements into a folder, for `Dataset.load`.

        Args:
            path: of the folder.
            compression: taken for the sake of TensorFlow's users: arrays are written as they are.
            shard_func: likewise: there is one file.
            checkpoint_args: likewise.
        """
        written = records.write(Path(path) / records.NAME, self.stage.elements(), self.element_spec)
        for _ in written:
            pass

    def snapshot(
        self,
        path: Any,
        compression: str = "AUTO",
        reader_func: Callable[..., Any] | None = None,
        shard_func: Callable[..., Any] | None = None,
        name: str | None = None,
    ) -> Dataset:
        """The elements, written into a folder by the first pass, and read from it later."""
        return self._then(FileCache(self.stage, Path(path) / records.NAME))

    def with_options(self, options: Options, name: str | None = None) -> Dataset:
        """The same, carried out as `options` say."""
        if not isinstance(options, Options):
            raise TypeError(_options_message(options))
        return Dataset(self.stage, self._options.merge(options))


def assert_cardinality(expected_cardinality: Any) -> Callable[[Dataset], Dataset]:
    """For `apply`: the data set, of which you say how many elements it has.

    >>> Dataset.range(4).filter(lambda x: x > 0).apply(assert_cardinality(3)).cardinality().item()
    3
    """
    number = whole("expected_cardinality", expected_cardinality)
    return lambda dataset: Dataset(counting.Known(dataset.stage, number), dataset.options())


def _apply_message(found: Any) -> str:
    return explain(
        "The function of Dataset.apply must give a data set",
        given=f"{type(found).__name__}",
        expected="a Dataset",
        remedy="dataset.apply(lambda dataset: dataset.batch(32))",
    )


def _options_message(given: Any) -> str:
    return explain(
        "with_options takes Options",
        given=f"{given!r} ({type(given).__name__})",
        expected="data.Options()",
        remedy="options = data.Options(); options.deterministic = False",
    )


def _shard_message(shards: int, number: int) -> str:
    return explain(
        "There is no such shard",
        given=f"num_shards={shards}, index={number}",
        expected=f"index from 0 to {shards - 1}",
        remedy=f"dataset.shard({shards}, 0)",
    )
