"""Batches of images, drawn without an end: `Iterator`, and that of arrays."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Any

import numpy as np

from geartrain.defaults import floatx, image_data_format
from geartrain.errors import explain, unknown_name
from geartrain.preprocessing.image_changes import Random
from geartrain.tensor import Array
from geartrain.utils.images import array_to_img
from geartrain.utils.py_dataset import PyDataset

SUBSETS = ("training", "validation")


class Iterator(PyDataset):
    """Batches of n samples in one order after another.

    `next()` gives the next batch, without an end; `iterator[number]` one of the present order. With
    a seed, a batch depends on the seed and on how many batches were drawn before.

    Args:
        n: how many samples there are.
        batch_size: samples a batch; the last one of an order may be smaller.
        shuffle: whether the order changes.
        seed: of the orders and the changes; None goes on with NumPy's.
        **kwargs: those of `PyDataset`.
    """

    white_list_formats = ("png", "jpg", "jpeg", "bmp", "ppm", "tif", "tiff")

    def __init__(
        self, n: int, batch_size: int, shuffle: bool, seed: int | None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.n, self.batch_size = n, batch_size
        self.shuffle, self.seed = shuffle, seed
        self.batch_index = self.total_batches_seen = 0
        self.index_array: Any = None

    def __len__(self) -> int:
        return (self.n + self.batch_size - 1) // self.batch_size

    def __getitem__(self, idx: int) -> Any:
        if idx >= len(self):
            raise ValueError(_number_message(self, idx))
        random = self._random()
        self.total_batches_seen += 1
        if self.index_array is None:
            self._set_index_array(random)
        first = self.batch_size * idx
        return self._get_batches_of_transformed_samples(
            self.index_array[first : first + self.batch_size], random
        )

    def __iter__(self) -> Iterator:
        return self

    def __next__(self) -> Any:
        random = self._random()
        if self.batch_index == 0 or self.index_array is None:
            self._set_index_array(random)
        first = self.batch_index * self.batch_size % self.n if self.n else 0
        self.batch_index = self.batch_index + 1 if self.n > first + self.batch_size else 0
        self.total_batches_seen += 1
        return self._get_batches_of_transformed_samples(
            self.index_array[first : first + self.batch_size], random
        )

    next = __next__

    def reset(self) -> None:
        """Begin with the first batch of an order."""
        self.batch_index = 0

    def on_epoch_end(self) -> None:
        """Take another order."""
        self._set_index_array(self._random())

    def _random(self) -> Random:
        if self.seed is None:
            return np.random
        return np.random.RandomState(self.seed + self.total_batches_seen)

    def _set_index_array(self, random: Random) -> None:
        self.index_array = random.permutation(self.n) if self.shuffle else np.arange(self.n)

    @abstractmethod
    def _get_batches_of_transformed_samples(self, index_array: Array, random: Random) -> Any:
        """The batch of these samples."""


class Saving:
    """Where changed images are written.

    Args:
        folder: None writes none.
        prefix: how their names begin.
        ending: of their names: the format.
        data_format: "channels_last" or "channels_first".
    """

    def __init__(self, folder: Any, prefix: str, ending: str, data_format: str | None) -> None:
        self.folder, self.prefix, self.ending = folder, prefix, ending
        self.data_format = data_format

    def write(self, images: Array, numbers: Array, random: Random) -> None:
        """Write a batch; a number drawn at random is in each name."""
        if self.folder is None:
            return
        for image, number in zip(images, numbers, strict=True):
            name = f"{self.prefix}_{number}_{random.randint(10000)}.{self.ending}"
            picture = array_to_img(image, data_format=self.data_format, scale=True)
            picture.save(Path(self.folder) / name)


class NumpyArrayIterator(Iterator):
    """Batches of images of an array.

    Args:
        x: images, or (images, further arrays), which come along unchanged.
        y: targets, or None.
        image_data_generator: who changes images.
        batch_size, shuffle, seed: those of `Iterator`.
        sample_weight: how much each sample counts.
        data_format: "channels_last" or "channels_first".
        save_to_dir, save_prefix, save_format: those of `ImageDataGenerator.flow`.
        subset: "training" or "validation".
        ignore_class_split: whether a class may be missing in one of the two.
        dtype: of the batches.

    Raises:
        ValueError: the arrays do not fit each other, or these are no images.
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        image_data_generator: Any,
        batch_size: int = 32,
        shuffle: bool = False,
        sample_weight: Any = None,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        ignore_class_split: bool = False,
        dtype: Any = None,
    ) -> None:
        self.dtype = dtype or floatx()
        images, *beside = _with_beside(x)
        arrays = [np.asarray(images, dtype=self.dtype), *beside, y, sample_weight]
        if subset is not None:
            split = image_data_generator._validation_split
            arrays = _subset(arrays, y, subset, split, ignores=ignore_class_split)
        self.x: Any
        self.x_misc: list[Any]
        self.x, *self.x_misc, self.y, self.sample_weight = (
            None if each is None else np.asarray(each) for each in arrays
        )
        _check_lengths(self.x, [*self.x_misc, self.y, self.sample_weight])
        self.image_data_generator = image_data_generator
        self.data_format = data_format or image_data_format()
        self.saving = Saving(save_to_dir, save_prefix, save_format, self.data_format)
        super().__init__(len(self.x), batch_size, shuffle, seed)

    def _get_batches_of_transformed_samples(self, index_array: Array, random: Random) -> Any:
        maker, batch = self.image_data_generator, []
        for number in index_array:
            image = self.x[number].astype(self.dtype)
            batch.append(maker.standardize(maker.random_transform(image, random=random)))
        shape = (len(index_array), *self.x.shape[1:])
        images = np.array(batch, dtype=self.dtype).reshape(shape)
        self.saving.write(images, index_array, random)
        inputs = [images, *(each[index_array] for each in self.x_misc)]
        found = [inputs if self.x_misc else images]
        if self.y is None:
            return found[0]
        beside = [each[index_array] for each in (self.y, self.sample_weight) if each is not None]
        return (*found, *beside)


def _with_beside(x: Any) -> list[Any]:
    """The images, and the arrays that come along with them."""
    if not isinstance(x, tuple | list) or not isinstance(x[1] if len(x) > 1 else None, list):
        paired = isinstance(x, tuple | list) and len(x) == 2 and np.ndim(x[0]) == 4
        return [x[0], x[1]] if paired else [x]
    return [x[0], *x[1]]


def _subset(arrays: list[Any], y: Any, subset: str, share: float, *, ignores: bool) -> list[Any]:
    """One of the two parts of arrays: validation comes first."""
    if subset not in SUBSETS:
        raise ValueError(unknown_name("subset", subset, SUBSETS, remedy="subset={}"))
    place = int(len(arrays[0]) * share)
    known = y is not None and not ignores
    if known and set(np.unique(y[:place])) != set(np.unique(y[place:])):
        raise ValueError(_classes_message(share))
    part = slice(None, place) if subset == "validation" else slice(place, None)
    return [None if each is None else each[part] for each in arrays]


def _check_lengths(images: Array, others: list[Any]) -> None:
    if images.ndim != 4:
        raise ValueError(_rank_message(images))
    for each in others:
        if each is not None and len(each) != len(images):
            raise ValueError(_lengths_message(images, each))


def _number_message(iterator: Iterator, number: int) -> str:
    return explain(
        "There is no batch of this number",
        given=f"batch {number}",
        expected=f"0 to {len(iterator) - 1}",
        remedy=f"steps={len(iterator)}",
    )


def _rank_message(images: Array) -> str:
    return explain(
        "ImageDataGenerator.flow takes images",
        given=f"an array of shape {images.shape}",
        expected="(samples, rows, columns, channels)",
        remedy="generator.flow(images[..., np.newaxis]), if only the channels are missing",
    )


def _lengths_message(images: Array, other: Array) -> str:
    return explain(
        "ImageDataGenerator.flow needs arrays of one length",
        given=f"{len(images)} images, and an array of shape {other.shape}",
        expected=f"{len(images)} entries along its first axis",
        remedy="generator.flow(x[:n], y[:n])",
    )


def _classes_message(share: float) -> str:
    return explain(
        "Training and validation would not have the same classes",
        given=f"validation_split={share}, of targets in their order",
        expected="every class in the first part and in the rest",
        remedy="shuffle x and y together before flow(), or ignore_class_split=True",
    )
