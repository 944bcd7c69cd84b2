"""`Dataset`: a pipeline of data, with the names and the order of `tf.data`.

    dataset = Dataset.from_tensor_slices((x, y)).shuffle(10_000).batch(128).prefetch(2)
    model.fit(dataset, epochs=5)

Each method gives a new data set with one more stage behind those before it; the stages are in the
files beside this one. Nothing runs before the data set is gone through.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from geartrain.data import batching, counting, mapping, mixing, records, windows
from geartrain.data.arguments import whole
from geartrain.data.caching import Cache, FileCache
from geartrain.data.calling import Call
from geartrain.data.cardinality import AUTOTUNE, UNKNOWN
from geartrain.data.making import Making
from geartrain.data.options import Options
from geartrain.data.shuffling import Shuffle
from geartrain.data.workers import READY, read_workers
from geartrain.errors import explain

OPEN_AT_A_TIME = 4  # data sets in `interleave`: the same on every machine
ALL = 2**62


class Dataset(Making):
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

    # -- batches -----------------------------------------------------------------------------------

    def batch(
        self,
        batch_size: Any,
        drop_remainder: bool = False,
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """Elements together, along a new first axis.

        Args:
            batch_size: how many.
            drop_remainder: whether a last, smaller batch is left out.
            num_parallel_calls: taken for the sake of TensorFlow's users.
            deterministic: likewise.
            name: for those who read it.

        Raises:
            ValueError: when gone through: elements differ in shape.
        """
        number = whole("batch_size", batch_size, least=1)
        return self._then(batching.Batch(self.stage, number, whole=drop_remainder))

    def padded_batch(
        self,
        batch_size: Any,
        padded_shapes: Any = None,
        padding_values: Any = None,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """Elements of different sizes together, the smaller ones filled up at their ends.

        Args:
            batch_size: how many.
            padded_shapes: to which shape, in the form of an element; None in it is as large as the
                batch needs.
            padding_values: with what; 0, or "" for texts, if None.
            drop_remainder: whether a last, smaller batch is left out.
            name: for those who read it.

        >>> dataset = Dataset.from_generator(lambda: iter([[1], [2, 2], [3, 3, 3]]))
        >>> [each.numpy().tolist() for each in dataset.padded_batch(3)]
        [[[1, 0, 0], [2, 2, 0], [3, 3, 3]]]
        """
        number = whole("batch_size", batch_size, least=1)
        return self._then(
            batching.PaddedBatch(
                self.stage,
                number,
                whole=drop_remainder,
                shapes=padded_shapes,
                values=padding_values,
            )
        )

    def ragged_batch(
        self,
        batch_size: Any,
        drop_remainder: bool = False,
        row_splits_dtype: Any = "int64",
        name: str | None = None,
    ) -> Dataset:
        """There are no ragged tensors: `padded_batch` fills up.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(_kind_message("ragged"))

    def sparse_batch(self, batch_size: Any, row_shape: Any, name: str | None = None) -> Dataset:
        """There are no sparse tensors in a pipeline: `padded_batch` fills up.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(_kind_message("sparse"))

    def unbatch(self, name: str | None = None) -> Dataset:
        """The rows of elements."""
        return self._then(batching.Unbatch(self.stage))

    def rebatch(
        self, batch_size: Any, drop_remainder: bool = False, name: str | None = None
    ) -> Dataset:
        """Batches of another size, or of several sizes in turn."""
        several = batch_size if isinstance(batch_size, list | tuple) else [batch_size]
        sizes = [whole("batch_size", each, least=1) for each in several]
        return self._then(batching.Rebatch(self.stage, sizes, whole=drop_remainder))

    def bucket_by_sequence_length(
        self,
        element_length_func: Callable[..., Any],
        bucket_boundaries: Sequence[int],
        bucket_batch_sizes: Sequence[int],
        padded_shapes: Any = None,
        padding_values: Any = None,
        pad_to_bucket_boundary: bool = False,
        no_padding: bool = False,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """Batches of elements of similar length.

        Args:
            element_length_func: the length of an element.
            bucket_boundaries: lengths at which another bucket begins.
            bucket_batch_sizes: the batch size of each bucket, one more than boundaries.
            padded_shapes: as in `padded_batch`.
            padding_values: likewise.
            pad_to_bucket_boundary: whether to fill up to the longest that the bucket takes.
            no_padding: whether elements need none.
            drop_remainder: whether last, smaller batches are left out.
            name: for those who read it.
        """
        padded = None if no_padding else {"shapes": padded_shapes, "values": padding_values}
        return self._then(
            windows.Buckets(
                self.stage,
                Call("bucket_by_sequence_length", element_length_func),
                bucket_boundaries,
                bucket_batch_sizes,
                padded=padded,
                to_bound=pad_to_bucket_boundary,
                whole=drop_remainder,
            )
        )

    def window(
        self,
        size: Any,
        shift: Any = None,
        stride: Any = 1,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """Elements in groups, each of which is a data set.

        Args:
            size: how many elements a group has.
            shift: how far the next group begins after one; `size`, if None.
            stride: how far apart the elements of a group are.
            drop_remainder: whether groups that the end cuts off are left out.
            name: for those who read it.

        >>> groups = Dataset.range(5).window(3, shift=1, drop_remainder=True)
        >>> [batch.numpy().tolist() for batch in groups.flat_map(lambda group: group.batch(3))]
        [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
        """
        room = whole("size", size, least=1)
        distance = room if shift is None else whole("shift", shift, least=1)
        apart = whole("stride", stride, least=1)
        return self._then(windows.Window(self.stage, room, distance, apart, whole=drop_remainder))

    def group_by_window(
        self,
        key_func: Callable[..., Any],
        reduce_func: Callable[..., Any],
        window_size: Any = None,
        window_size_func: Callable[[Any], Any] | None = None,
        name: str | None = None,
    ) -> Dataset:
        """Elements of one key together; a function makes a data set of each group.

        Args:
            key_func: a whole number of an element.
            reduce_func: `(key, group) -> data set`.
            window_size: how many elements make a group.
            window_size_func: that, of a key.
            name: for those who read it.

        Raises:
            ValueError: both sizes are given, or neither.
        """
        if (window_size is None) == (window_size_func is None):
            raise ValueError(_window_message())

        def room(key: int) -> int:
            given = window_size if window_size_func is None else window_size_func(key)
            return whole("window_size", given, least=1)

        key = Call("group_by_window", key_func)
        return self._then(windows.GroupByWindow(self.stage, key, reduce_func, room))

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


def _kind_message(kind: str) -> str:
    return explain(
        f"There are no {kind} tensors here",
        given=f"{kind}_batch(...)",
        expected="batches whose elements are of one shape, or are filled up to one",
        remedy="dataset.padded_batch(32)",
    )


def _shard_message(shards: int, number: int) -> str:
    return explain(
        "There is no such shard",
        given=f"num_shards={shards}, index={number}",
        expected=f"index from 0 to {shards - 1}",
        remedy=f"dataset.shard({shards}, 0)",
    )


def _window_message() -> str:
    return explain(
        "group_by_window needs one size",
        given="both window_size and window_size_func, or neither",
        expected="one of them",
        remedy="window_size=32",
    )
