"""`tf.data.experimental`: names from before they were methods of `Dataset`, and tables.

dataset.apply(tf.data.experimental.unique())        is    dataset.unique()
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, IntEnum
from typing import Any

from geartrain.compat.tensorflow.csv_data import CsvDataset, make_csv_dataset
from geartrain.compat.tensorflow.parsing import parse_example
from geartrain.data import (
    AUTOTUNE,
    INFINITE_CARDINALITY,
    UNKNOWN_CARDINALITY,
    Dataset,
    TFRecordDataset,
    TFRecordWriter,
    assert_cardinality,
)
from geartrain.data.files import matching
from geartrain.data.options import Words
from geartrain.errors import explain

__all__ = [
    "AUTOTUNE", "AutoShardPolicy", "AutotuneAlgorithm", "AutotuneOptions", "Counter",
    "CsvDataset", "DistributeOptions", "ExternalStatePolicy", "INFINITE_CARDINALITY",
    "OptimizationOptions", "RandomDataset", "Reducer", "TFRecordWriter", "ThreadingOptions",
    "UNKNOWN_CARDINALITY", "assert_cardinality", "at", "bucket_by_sequence_length", "cardinality",
    "choose_from_datasets", "copy_to_device", "dense_to_ragged_batch", "dense_to_sparse_batch",
    "enumerate_dataset", "from_list", "get_single_element", "get_structure", "group_by_reducer",
    "group_by_window", "ignore_errors", "load", "make_batched_features_dataset",
    "make_csv_dataset", "map_and_batch", "parallel_interleave", "parse_example_dataset",
    "prefetch_to_device", "rejection_resample", "sample_from_datasets", "save", "scan",
    "shuffle_and_repeat", "snapshot", "take_while", "unbatch", "unique",
]  # fmt: skip

AutotuneOptions = DistributeOptions = OptimizationOptions = ThreadingOptions = Words


class AutoShardPolicy(IntEnum):
    """How machines part a data set; here there is one, or `distribute` says it."""

    OFF = -1
    AUTO = 0
    FILE = 1
    DATA = 2
    HINT = 3


class ExternalStatePolicy(Enum):
    """What is done about functions that draw from outside, when a pipeline is stored."""

    WARN = 0
    IGNORE = 1
    FAIL = 2


class AutotuneAlgorithm(Enum):
    """How TensorFlow looks for a number of threads."""

    DEFAULT = 0
    HILL_CLIMB = 1
    GRADIENT_DESCENT = 2
    MAX_PARALLELISM = 3
    STAGE_BASED = 4


Change = Callable[[Dataset], Dataset]
Counter = Dataset.counter
choose_from_datasets = Dataset.choose_from_datasets
load = Dataset.load


def _method(name: str) -> Callable[..., Change]:
    """A method of `Dataset` as a function of its arguments, for `apply`."""

    def made(*args: Any, **kwargs: Any) -> Change:
        return lambda dataset: getattr(dataset, name)(*args, **kwargs)

    made.__name__ = name
    made.__doc__ = f"For `apply`: `Dataset.{name}`."
    return made


bucket_by_sequence_length = _method("bucket_by_sequence_length")
dense_to_ragged_batch = _method("ragged_batch")
dense_to_sparse_batch = _method("sparse_batch")
enumerate_dataset = _method("enumerate")
group_by_window = _method("group_by_window")
ignore_errors = _method("ignore_errors")
rejection_resample = _method("rejection_resample")
scan = _method("scan")
snapshot = _method("snapshot")
take_while = _method("take_while")
unbatch = _method("unbatch")
unique = _method("unique")


def cardinality(dataset: Dataset) -> Any:
    """How many elements a data set has."""
    return dataset.cardinality()


def at(dataset: Dataset, index: Any) -> Any:
    """The element of a number; those before it are made.

    Raises:
        IndexError: there is none.
    """
    for element in dataset.skip(index).take(1) if int(index) >= 0 else ():
        return element
    raise IndexError(_index_message(index))


def from_list(elements: Sequence[Any], name: str | None = None) -> Dataset:
    """Elements of a list, one after another.

    Raises:
        ValueError: there are none.
    """
    if not elements:
        raise ValueError(_empty_message())
    return Dataset.from_generator(lambda: iter(elements)).apply(assert_cardinality(len(elements)))


def get_single_element(dataset: Dataset) -> Any:
    """The one element of a data set."""
    return dataset.get_single_element()


def get_structure(dataset_or_iterator: Any) -> Any:
    """What the elements are like."""
    return dataset_or_iterator.element_spec


def save(
    dataset: Dataset,
    path: Any,
    compression: str | None = None,
    shard_func: Callable[..., Any] | None = None,
    checkpoint_args: Any = None,
) -> None:
    """Write the elements into a folder."""
    dataset.save(path, compression, shard_func, checkpoint_args)


class RandomDataset(Dataset):
    """Random whole numbers without an end: see `Dataset.random`."""

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(Dataset.random(seed).stage)


def sample_from_datasets(
    datasets: Sequence[Dataset],
    weights: Any = None,
    seed: int | None = None,
    stop_on_empty_dataset: bool = False,
) -> Dataset:
    """From which data set each element comes is drawn."""
    return Dataset.sample_from_datasets(datasets, weights, seed, stop_on_empty_dataset)


def shuffle_and_repeat(buffer_size: Any, count: Any = None, seed: int | None = None) -> Change:
    """For `apply`: `shuffle`, then `repeat`."""
    return lambda dataset: dataset.shuffle(buffer_size, seed).repeat(count)


def map_and_batch(
    map_func: Callable[..., Any],
    batch_size: Any,
    num_parallel_batches: Any = None,
    drop_remainder: bool = False,
    num_parallel_calls: Any = None,
) -> Change:
    """For `apply`: `map`, then `batch`."""
    calls = num_parallel_calls
    if calls is None and num_parallel_batches is not None:
        calls = int(num_parallel_batches) * int(batch_size)
    return lambda dataset: dataset.map(map_func, calls).batch(batch_size, drop_remainder)


def parallel_interleave(
    map_func: Callable[..., Any],
    cycle_length: Any,
    block_length: Any = 1,
    sloppy: bool = False,
    buffer_output_elements: Any = None,
    prefetch_input_elements: Any = None,
) -> Change:
    """For `apply`: `interleave` with a thread for each data set; order is kept."""
    return lambda dataset: dataset.interleave(map_func, cycle_length, block_length, AUTOTUNE)


def prefetch_to_device(device: Any, buffer_size: Any = None) -> Change:
    """For `apply`: `prefetch`; there is one device."""
    return lambda dataset: dataset.prefetch(AUTOTUNE if buffer_size is None else buffer_size)


def copy_to_device(target_device: Any, source_device: Any = "/cpu:0") -> Change:
    """For `apply`: the same data set; there is one device."""
    return lambda dataset: dataset


def parse_example_dataset(
    features: Any, num_parallel_calls: Any = 1, deterministic: bool | None = None
) -> Change:
    """For `apply`: `map` with `tf.io.parse_example`, of batches of serialized examples."""
    calls = None if num_parallel_calls == 1 else num_parallel_calls
    return lambda dataset: dataset.map(lambda x: parse_example(x, features), calls, deterministic)


class Reducer:
    """How elements of a key become one: `finalize_func(reduce_func(... init_func(key) ...))`."""

    def __init__(
        self,
        init_func: Callable[..., Any],
        reduce_func: Callable[..., Any],
        finalize_func: Callable[..., Any],
    ) -> None:
        self.init_func, self.reduce_func = init_func, reduce_func
        self.finalize_func = finalize_func


def group_by_reducer(key_func: Callable[..., Any], reducer: Reducer) -> Change:
    """For `apply`: elements of each key become one, in the order of the keys."""

    def changed(dataset: Dataset) -> Dataset:
        def results() -> Any:
            states: dict[int, Any] = {}
            for each in dataset:
                parts = each if isinstance(each, tuple) else (each,)
                key = key_func(*parts)
                if int(key) not in states:
                    states[int(key)] = reducer.init_func(key)
                states[int(key)] = reducer.reduce_func(states[int(key)], each)
            return (reducer.finalize_func(states[key]) for key in sorted(states))

        return Dataset.from_generator(results)

    return changed


def make_batched_features_dataset(
    file_pattern: Any,
    batch_size: int,
    features: Any,
    reader: Any = None,
    label_key: str | None = None,
    reader_args: Sequence[Any] | None = None,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: int | None = None,
    prefetch_buffer_size: Any = None,
    reader_num_threads: int | None = None,
    parser_num_threads: int | None = None,
    sloppy_ordering: bool = False,
    drop_final_batch: bool = False,
) -> Dataset:
    """Batches of the parsed examples of TFRecord files: dicts of features, with the label pairs.

    Args:
        file_pattern: paths, or patterns with `*` and `?`.
        batch_size: how many examples.
        features: by their names, what they are: `FixedLenFeature` and `FixedLenSequenceFeature`.
        reader: makes a data set of a path; None: `TFRecordDataset`.
        label_key: the feature that is the target.
        reader_args: further arguments for `reader`.
        num_epochs: how often; None has no end.
        shuffle: whether examples come in a random order.
        shuffle_buffer_size: as `Dataset.shuffle` has it.
        shuffle_seed: likewise.
        prefetch_buffer_size: as `Dataset.prefetch` has it; None: 2.
        reader_num_threads: so many files are read at a time; None: one after another.
        parser_num_threads: so many threads parse.
        sloppy_ordering: taken for the sake of TensorFlow's users: order is kept.
        drop_final_batch: whether a last, smaller batch is left out.

    Raises:
        FileNotFoundError: no file fits.
        ValueError: the label is no feature.
    """
    if label_key is not None and label_key not in features:
        raise ValueError(_label_message(label_key, list(features)))
    begin, arguments = reader or TFRecordDataset, tuple(reader_args or ())
    files = Dataset.from_tensor_slices(matching(file_pattern))
    found = files.interleave(
        lambda path: begin(path, *arguments), reader_num_threads or 1, 1, reader_num_threads
    )
    if shuffle:
        found = found.shuffle(shuffle_buffer_size, shuffle_seed)
    found = found.repeat(num_epochs).batch(batch_size, drop_final_batch or num_epochs is None)
    found = found.map(lambda x: parse_example(x, features), parser_num_threads)
    if label_key is not None:
        found = found.map(lambda x: _parted(x, label_key))
    return found.prefetch(AUTOTUNE if prefetch_buffer_size is None else prefetch_buffer_size)


def _parted(found: dict[str, Any], label: str) -> Any:
    return {key: each for key, each in found.items() if key != label}, found[label]


def _index_message(index: Any) -> str:
    return explain(
        "There is no such element",
        given=f"index {int(index)}",
        expected="a number from 0, less than the number of elements",
        remedy="tf.data.experimental.at(dataset, 0)",
    )


def _empty_message() -> str:
    return explain(
        "from_list needs elements",
        given="an empty list",
        expected="a list of one element or more",
        remedy="tf.data.experimental.from_list([(1, 2), (3, 4)])",
    )


def _label_message(label: str, names: list[str]) -> str:
    return explain(
        "There is no feature of this name for the label",
        given=f"label_key={label!r}",
        expected=f"one of: {', '.join(names)}",
        remedy=f"label_key={names[-1]!r}",
    )
