"""`split_dataset`: one data set as two."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from geartrain.data import Dataset
from geartrain.data.batching import Batch, Unbatch
from geartrain.data.elements import as_arrays
from geartrain.data.windows import Listed
from geartrain.errors import explain


def split_dataset(
    dataset: Any,
    left_size: float | None = None,
    right_size: float | None = None,
    shuffle: bool = False,
    seed: int | None = None,
    preferred_backend: str | None = None,  # noqa: ARG001
) -> tuple[Dataset, Dataset]:
    """The first elements of a data set, and the last, as two data sets in memory.

    Args:
        dataset: a `data.Dataset`, an array, a list or tuple of arrays of one length, or anything
            with `__getitem__` and `__len__`.
        left_size: how many elements the first has, or their share, from 0 to 1.
        right_size: those of the second; each is what the other leaves, if None.
        shuffle: whether elements are shuffled first.
        seed: of the order.
        preferred_backend: taken for the sake of Keras's users.

    Raises:
        TypeError: no data set, or a size of another kind.
        ValueError: sizes that there are not so many elements for.

    >>> left, right = split_dataset(np.arange(5), left_size=0.6)
    >>> [each.numpy().item() for each in left], [each.numpy().item() for each in right]
    ([0, 1, 2], [3, 4])
    """
    stage = getattr(dataset, "stage", None)
    if isinstance(stage, Batch):  # its samples are split, not its batches
        rows = Dataset(Unbatch(stage))
        parts = split_dataset(rows, left_size, right_size, shuffle, seed)
        return parts[0].batch(stage.number), parts[1].batch(stage.number)
    elements = elements_of(dataset)
    left, right = sizes_of(len(elements), left_size, right_size)
    if shuffle:
        random.Random(seed).shuffle(elements)  # noqa: S311
    return _made(elements[:left]), _made(elements[len(elements) - right :])


def _made(elements: list[Any]) -> Dataset:
    return Dataset(Listed(elements))


def elements_of(dataset: Any) -> list[Any]:
    """The elements, all of them.

    Raises:
        TypeError: it is no data set.
        ValueError: arrays of different lengths.
    """
    if isinstance(dataset, Dataset):
        return [as_arrays(each) for each in dataset.stage.elements()]
    if isinstance(dataset, np.ndarray):
        return list(dataset)
    if isinstance(dataset, list | tuple):
        return _rows(dataset)
    if (
        hasattr(dataset, "__getitem__")
        and hasattr(dataset, "__len__")
        and not isinstance(dataset, str | bytes | dict)
    ):
        return list(Dataset.from_generator(lambda: _items(dataset)).stage.elements())
    raise TypeError(_kind_message(dataset))


def _items(dataset: Any) -> Any:
    for number in range(len(dataset)):
        item = dataset[number]
        yield tuple(item) if isinstance(item, list) else item


def _rows(arrays: Any) -> list[Any]:
    for each in arrays:
        if not isinstance(each, np.ndarray):
            raise ValueError(_array_message(each))
        if len(each) != len(arrays[0]):
            raise ValueError(_lengths_message(arrays))
    return list(zip(*arrays, strict=True))


def sizes_of(count: int, left: Any, right: Any) -> tuple[int, int]:
    """How many elements each of the two has.

    Raises:
        TypeError: a size is no number.
        ValueError: there are not so many elements, or none for one of the two.
    """
    if left is None and right is None:
        raise ValueError(_neither_message())
    for name, given in (("left_size", left), ("right_size", right)):
        _check_size(name, given, count)
    if isinstance(left, float) and isinstance(right, float) and left + right > 1:
        raise ValueError(_sum_message(left, right, "1"))
    first = round(left * count) if isinstance(left, float) else left
    last = round(right * count) if isinstance(right, float) else right
    first = count - last if first is None else first
    last = count - first if last is None else last
    if first + last > count:
        raise ValueError(_sum_message(left, right, f"{count} elements"))
    if not first or not last:
        raise ValueError(_empty_message(count, first, last))
    return first, last


def _check_size(name: str, given: Any, count: int) -> None:
    if given is None:
        return
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise TypeError(_size_message(name, given, count))
    if not 0 < given < (1 if isinstance(given, float) else count):
        raise ValueError(_size_message(name, given, count))


def _kind_message(dataset: Any) -> str:
    return explain(
        "split_dataset cannot split this",
        given=f"{type(dataset).__name__}",
        expected="a data.Dataset, an array, a list or tuple of arrays, a torch Dataset",
        remedy="split_dataset((x, y), left_size=0.8)",
    )


def _array_message(given: Any) -> str:
    return explain(
        "A list that is split holds arrays",
        given=f"{type(given).__name__} in it",
        expected="NumPy arrays of one length",
        remedy="np.asarray(samples), which is split by its rows",
    )


def _lengths_message(arrays: Any) -> str:
    return explain(
        "Arrays that are split together have one length",
        given=f"lengths {', '.join(str(len(each)) for each in arrays)}",
        expected="one row of each for every element",
        axis="axis 0",
        remedy="x[:n], y[:n], if they belong together in that order",
    )


def _neither_message() -> str:
    return explain(
        "split_dataset needs a size",
        given="left_size=None, right_size=None",
        expected="at least one of them",
        remedy="left_size=0.8",
    )


def _size_message(name: str, given: Any, count: int) -> str:
    return explain(
        f"`{name}` is a number or a share of elements",
        given=f"{name}={given!r}, of {count} elements",
        expected=f"a whole number from 1 to {count - 1}, or a float between 0 and 1",
        remedy=f"{name}=0.5",
    )


def _sum_message(left: Any, right: Any, most: str) -> str:
    return explain(
        "The two parts are more than the whole",
        given=f"left_size={left!r}, right_size={right!r}",
        expected=f"no more than {most} together",
        remedy="right_size=None, for what is left",
    )


def _empty_message(count: int, left: int, right: int) -> str:
    return explain(
        "One of the two parts would be empty",
        given=f"{left} and {right} of {count} elements",
        expected="at least one element in each",
        remedy="left_size=0.5",
    )
