"""The data that training is given as arrays: checked, and cut into batches.

Inputs, targets and weights may be nests of arrays: a list or a dict for a model with several
inputs or outputs. All have one length.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.tensor import Array, Tensor, Variable, format_shape
from geartrain.tensor.dtypes import is_text, native
from geartrain.tensor.nest import flatten, map_nest
from geartrain.utils.data_tuples import pack_x_y_sample_weight

DEFAULT_BATCH_SIZE = 32
PARTS = ("x", "y", "sample_weight")


@dataclass(frozen=True)
class Data:
    """Samples, what they should give (None for prediction), and how many make a batch."""

    x: Any
    y: Any
    batch_size: int
    sample_weight: Any = None

    @cached_property
    def arrays(self) -> list[Array]:
        """All arrays, one after another: inputs, targets, weights."""
        return [each for each in flatten(self.packed) if each is not None]

    @property
    def packed(self) -> Any:
        """Them in the form in which a step gets them."""
        return pack_x_y_sample_weight(self.x, self.y, self.sample_weight)

    @property
    def has_texts(self) -> bool:
        """Whether texts are among the inputs, which go to a step batch by batch."""
        return any(is_text(each.dtype) for each in self.arrays)

    @property
    def samples(self) -> int:
        """How many samples there are."""
        return len(self.arrays[0])

    @property
    def steps(self) -> int:
        """How many batches they make; the last may be smaller."""
        return -(-self.samples // self.batch_size)

    def mapped(self, function: Callable[[Array], Array]) -> Data:
        """The same with every array changed by a function."""
        parts = (map_nest(skipping_none(function), getattr(self, name)) for name in PARTS)
        x, y, weight = parts
        return Data(x, y, self.batch_size, weight)

    def first_samples(self, count: int) -> Data:
        """The first samples alone."""
        return self.mapped(lambda each: each[:count])

    def split(self, fraction: float, *, weighs: bool = True) -> tuple[Data, Data]:
        """The first samples, and the last `fraction` of them, which are kept for validation.

        Args:
            fraction: the share of the last ones.
            weighs: whether they keep their weights; those of classes are for training alone.
        """
        if not 0 < fraction < 1:
            raise ValueError(_split_message(fraction, self.samples))
        at = int(self.samples * (1 - fraction))
        if not 0 < at < self.samples:
            raise ValueError(_split_message(fraction, self.samples))
        last = self.mapped(lambda each: each[at:])
        return self.first_samples(at), last if weighs else Data(last.x, last.y, self.batch_size)


def skipping_none(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function that leaves None as it is."""
    return lambda each: None if each is None else function(each)


def read_data(
    where: str,
    x: Any,
    y: Any,
    batch_size: int | None,
    sample_weight: Any = None,
    class_weight: Mapping[int, float] | None = None,
) -> Data:
    """Arrays of what was given, checked.

    Raises:
        ValueError: something else than numbers, no samples, arrays of different lengths, NaN among
            the inputs, an impossible batch size, or weights for samples and classes both.
    """
    size = read_batch_size(where, batch_size)
    inputs = read_nest(where, "x", x)
    targets = None if y is None else read_nest(where, "y", y)
    weights = _read_weights(where, targets, sample_weight, class_weight)
    data = Data(inputs, targets, size, weights)
    _check_is_no_list_of_samples(where, data)
    for name in PARTS:
        _check_lengths(where, data, name)
    return data


def read_batch_size(where: str, batch_size: Any) -> int:
    """How many samples make a batch."""
    size = DEFAULT_BATCH_SIZE if batch_size is None else batch_size
    if not isinstance(size, int | np.integer) or size < 1:
        raise ValueError(_batch_message(where, size))
    return int(size)


def read_nest(where: str, name: str, given: Any) -> Any:
    """The arrays of a nest; lists of numbers are one array."""
    if not isinstance(given, dict | list | tuple) or holds_numbers(given):
        return read_array(where, name, given)
    if isinstance(given, dict):
        return {key: read_nest(where, f"{name}[{key!r}]", each) for key, each in given.items()}
    parts = [
        None if each is None else read_nest(where, f"{name}[{place}]", each)
        for place, each in enumerate(given)
    ]
    return parts if isinstance(given, list) else tuple(parts)


def holds_numbers(given: Any) -> bool:
    """Whether lists in lists hold Python's own numbers, or texts, and no arrays."""
    if isinstance(given, dict):
        return False
    leaves = flatten(given)
    return not leaves or isinstance(leaves[0], bool | int | float | str | bytes | np.generic)


def read_array(where: str, name: str, given: Any) -> Array:
    """A contiguous array of numbers, with at least one sample and no NaN."""
    array = as_array(given)
    if name.startswith("x") and array.ndim and holds_texts(array):
        return array.astype(object)
    if array.dtype.kind not in "biuf" and array.dtype.name not in ("bfloat16", "float8_e4m3fn"):
        raise ValueError(_dtype_message(where, name, array))
    if array.ndim == 0 or not len(array):
        raise ValueError(_empty_message(where, name, array))
    array = np.ascontiguousarray(array)
    if array.dtype.kind == "f" and np.isnan(_total(array)):
        _raise_for_nan(where, name, array)
    return array


def holds_texts(array: Array) -> bool:
    """Whether there is nothing but texts in an array, and at least one."""
    if array.dtype.kind != "O":
        return array.dtype.kind in "UST" and bool(array.size)
    leaves = array.reshape(-1)
    return bool(array.size) and all(isinstance(each, str | bytes) for each in leaves)


def require_texts(model: Any, where: str, data: Data) -> None:
    """Raise where texts are given to a model that takes none.

    Raises:
        ValueError: it is so.
    """
    for number, each in enumerate(flatten(data.x)):
        if each is not None and is_text(each.dtype) and not model.takes_texts:
            shown = np.asarray(each).astype(np.str_)
            name = "x" if hasattr(data.x, "shape") else f"x[{number}]"
            raise ValueError(_dtype_message(where, name, shown))


def as_array(given: Any) -> Array:
    """The numbers of an array of any library."""
    if isinstance(given, Tensor | Variable):
        return given.numpy()
    if hasattr(given, "detach"):  # a tensor of PyTorch, which may have a gradient
        given = given.detach().cpu()
    return native(np.asarray(given))


def _read_weights(
    where: str, targets: Any, sample_weight: Any, class_weight: Mapping[int, float] | None
) -> Any:
    if class_weight is None:
        if sample_weight is None:
            return None
        found = read_nest(where, "sample_weight", sample_weight)
        return map_nest(skipping_none(lambda each: np.asarray(each, np.float32)), found)
    if sample_weight is not None:
        raise ValueError(two_weights_message(where))
    if not hasattr(targets, "shape"):
        raise ValueError(_class_weight_message(where, targets))
    return weights_of_classes(targets, class_weight)


def weights_of_classes(targets: Array, class_weight: Mapping[int, float]) -> Array:
    """The weight of each sample: that of its class; 1 for classes that are not named.

    Args:
        targets: class numbers, `(samples,)` or `(samples, 1)`, or one-hot rows.
        class_weight: the weights by class number.
    """
    numbers = np.argmax(targets, -1) if targets.ndim > 1 and targets.shape[-1] > 1 else targets
    classes = np.rint(np.asarray(numbers, np.float64)).astype(np.int64).reshape(len(targets), -1)
    weights = np.ones(classes.shape, np.float32)
    for number, weight in class_weight.items():
        weights[classes == number] = weight
    return weights[:, 0] if weights.shape[1] == 1 else weights


def _check_lengths(where: str, data: Data, name: str) -> None:
    for each in flatten(getattr(data, name)):
        if each is not None and len(each) != data.samples:
            raise ValueError(_length_message(where, data.arrays[0], name, each))


def _check_is_no_list_of_samples(where: str, data: Data) -> None:
    """Raise where a list has an array for each sample: it would be as many inputs."""
    samples = data.x if isinstance(data.x, list | tuple) else ()
    targets = flatten(data.y)[0] if data.y is not None else None
    if targets is None or len(samples) < 2 or len(samples) != len(targets):
        return
    shapes = {getattr(each, "shape", None) for each in samples}
    if len(shapes) == 1 and None not in shapes and len(samples[0]) != len(targets):
        raise ValueError(_list_message(where, samples))


def _total(array: Array) -> float:
    """A sum through which a NaN shows: one quick pass over the data."""
    with np.errstate(all="ignore"):
        return float(np.add.reduce(array, axis=None))


def _raise_for_nan(where: str, name: str, array: Array) -> None:
    places = np.argwhere(np.isnan(array))
    if len(places):  # else the sum met inf - inf, which is no NaN of the user's
        raise ValueError(_nan_message(where, name, array, places[0], len(places)))


def _nan_message(where: str, name: str, array: Array, first: Sequence[int], count: int) -> str:
    place = ", ".join(str(each) for each in first)
    return explain(
        f"{where} was given numbers that are not numbers",
        given=f"{name} of shape {format_shape(array.shape)} with {count} NaN, "
        f"the first at {name}[{place}]",
        expected="finite numbers: one NaN makes the loss and then every weight NaN",
        remedy=f"{name} = np.nan_to_num({name}), or drop sample {first[0]}",
    )


def _list_message(where: str, samples: Sequence[Array]) -> str:
    return explain(
        f"{where} takes a list of arrays for as many inputs",
        given=f"x: a list of {len(samples)} arrays of shape {format_shape(samples[0].shape)}",
        expected="one array whose first axis counts the samples",
        remedy="x = np.stack(x)",
    )


def _length_message(where: str, x: Array, name: str, other: Array) -> str:
    shortest = min(len(x), len(other))
    what = {"y": "targets", "x": "samples of another input"}.get(name, "weights")
    return explain(
        f"{where} needs {'a target' if name == 'y' else 'all parts'} for each sample",
        given=f"x of shape {format_shape(x.shape)}, {name} of shape {format_shape(other.shape)}",
        expected=f"x and {name} of one length (x sets the number of samples)",
        axis=f"axis 0: {len(x)} samples against {len(other)} {what}",
        remedy=f"x[:{shortest}], {name}[:{shortest}], if they belong together in that order",
    )


def _dtype_message(where: str, name: str, array: Array) -> str:
    return explain(
        f"{where} can only use numbers",
        given=f"{name} of shape {format_shape(array.shape)}, dtype {array.dtype}",
        expected="numbers: float32, uint8, int64, bool, ...",
        remedy=f"np.asarray({name}, dtype='float32')",
    )


def _empty_message(where: str, name: str, array: Array) -> str:
    return explain(
        f"{where} needs at least one sample",
        given=f"{name} of shape {format_shape(array.shape)}",
        expected="a first axis that counts the samples, one or more",
        remedy=f"{name}[np.newaxis], if {name} is a single sample",
    )


def _batch_message(where: str, batch_size: object) -> str:
    return explain(
        f"{where} cannot use this batch size",
        given=f"batch_size={batch_size!r}",
        expected="a whole number from 1",
        remedy="batch_size=128",
    )


def _split_message(fraction: float, samples: int) -> str:
    return explain(
        "fit cannot set aside these samples for validation",
        given=f"validation_split={fraction!r} of {samples} samples",
        expected="a share between 0 and 1 that leaves samples on both sides",
        remedy="validation_split=0.2",
    )


def two_weights_message(where: str) -> str:
    """What is wrong with weights for samples and for classes both."""
    return explain(
        f"{where} takes weights for samples or for classes, not both",
        given="sample_weight=... and class_weight=...",
        expected="one of them",
        remedy="sample_weight=sample_weight * np.array([class_weight[c] for c in y])",
    )


def _class_weight_message(where: str, targets: Any) -> str:
    return explain(
        f"{where} takes class_weight for models with one output",
        given="no targets" if targets is None else f"targets for {len(flatten(targets))} outputs",
        expected="y as one array: class numbers or one-hot rows",
        remedy="sample_weight=[...], with weights for each output",
    )
