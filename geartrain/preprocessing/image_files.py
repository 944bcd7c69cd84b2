"""Batches of images that lie in files: of a folder for each class, or of a table of names."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from geartrain.defaults import floatx, image_data_format
from geartrain.errors import explain, unknown_name
from geartrain.preprocessing.image_changes import Random
from geartrain.preprocessing.image_iterators import SUBSETS, Iterator, Saving
from geartrain.tensor import Array
from geartrain.tensor.user_line import levels_to_user
from geartrain.utils.images import MODES, img_to_array, load_img

CHANNELS = {"rgb": 3, "rgba": 4, "grayscale": 1}
BY_NUMBER = ("binary", "sparse")


class FileIterator(Iterator):
    """Batches of images of files; a subclass says which files, and what is to be said of each.

    Args:
        files: their paths.
        options: `image_data_generator`, `target_size`, `color_mode`, `data_format`, `save_to_dir`,
            `save_prefix`, `save_format`, `interpolation`, `keep_aspect_ratio`, `dtype`,
            `class_mode`, `batch_size`, `shuffle`, `seed`, by name.

    Raises:
        ValueError: there is no such colour mode.
    """

    allowed_class_modes: frozenset[str | None]
    labels: Any
    sample_weight: Any = None

    def __init__(self, files: Sequence[str], **options: Any) -> None:
        if options["color_mode"] not in MODES:
            remedy = "color_mode={}"
            mode = options["color_mode"]
            raise ValueError(unknown_name("color mode", mode, MODES, remedy=remedy))
        self.filepaths = list(files)
        self.image_data_generator = options["image_data_generator"]
        self.target_size = tuple(options["target_size"])
        self.color_mode = options["color_mode"]
        self.data_format = options["data_format"] or image_data_format()
        self.interpolation = options["interpolation"]
        self.keep_aspect_ratio = options["keep_aspect_ratio"]
        self.class_mode = options["class_mode"]
        self.dtype = options["dtype"] or floatx()
        channels = CHANNELS[self.color_mode]
        first = self.data_format == "channels_first"
        self.image_shape = (channels, *self.target_size) if first else (*self.target_size, channels)
        self.saving = Saving(
            options["save_to_dir"],
            options["save_prefix"],
            options["save_format"],
            self.data_format,
        )
        self.samples = len(self.filepaths)
        super().__init__(self.samples, options["batch_size"], options["shuffle"], options["seed"])

    def _get_batches_of_transformed_samples(self, index_array: Array, random: Random) -> Any:
        images = np.zeros((len(index_array), *self.image_shape), dtype=self.dtype)
        for place, number in enumerate(index_array):
            images[place] = self._image(self.filepaths[number], random)
        self.saving.write(images, index_array, random)
        targets = self._targets(images, index_array)
        if targets is None:
            return images
        if self.sample_weight is None:
            return images, targets
        return images, targets, np.asarray(self.sample_weight)[index_array]

    def _image(self, path: str, random: Random) -> Array:
        """An image of a file, changed at random and brought to scale."""
        picture = load_img(
            path,
            color_mode=self.color_mode,
            target_size=self.target_size,
            interpolation=self.interpolation,
            keep_aspect_ratio=self.keep_aspect_ratio,
        )
        maker = self.image_data_generator
        image = img_to_array(picture, data_format=self.data_format)
        if maker is None:
            return image
        found: Array = maker.standardize(maker.random_transform(image, random=random))
        return found

    def _targets(self, images: Array, index_array: Array) -> Any:
        """What is to be said of the images of a batch; None, if nothing."""
        if self.class_mode == "input":
            return images.copy()
        if self.class_mode in BY_NUMBER:
            return np.asarray(self.labels)[index_array].astype(self.dtype)
        if self.class_mode == "categorical":
            return self._one_hot(index_array)
        if self.class_mode == "multi_output":
            return tuple(np.asarray(each)[index_array] for each in self.labels)
        return np.asarray(self.labels)[index_array] if self.class_mode == "raw" else None

    def _one_hot(self, index_array: Array) -> Array:
        """Ones at the places of the classes; a sample may have several."""
        found = np.zeros((len(index_array), len(self.class_indices)), dtype=self.dtype)
        for row, number in zip(found, index_array, strict=True):
            row[self.classes[number]] = 1.0
        return found

    class_indices: dict[Any, int]
    classes: Any


class DirectoryIterator(FileIterator):
    """Batches of the images of a folder, which has a folder for each class.

    Args:
        directory: the folder.
        image_data_generator: who changes images.
        target_size: (rows, columns) that images are resized to.
        color_mode: "rgb", "rgba" or "grayscale".
        classes: the folders' names; None takes all, sorted.
        class_mode: the targets: "categorical" (one-hot), "binary" and "sparse" (numbers), "input"
            (the images themselves), or None.
        batch_size, shuffle, seed: those of `Iterator`.
        data_format: "channels_last" or "channels_first".
        save_to_dir, save_prefix, save_format: those of `ImageDataGenerator.flow`.
        follow_links: whether folders that are links are looked into.
        subset: "training" or "validation".
        interpolation: of resizing: "nearest", "bilinear", ...
        keep_aspect_ratio: whether the middle is cut out first, so that nothing is squeezed.
        dtype: of the batches.

    Attributes:
        class_indices: the number of each class.
        classes: the number of each image's class.
        filenames: the files, from the folder on.

    Raises:
        ValueError: a name is not known.
    """

    allowed_class_modes = frozenset({"categorical", "binary", "sparse", "input", None})

    def __init__(
        self,
        directory: Any,
        image_data_generator: Any,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        dtype: Any = None,
    ) -> None:
        _check_mode(class_mode, self.allowed_class_modes)
        _check_subset(subset)
        self.directory = os.fspath(directory)
        names = list(classes) if classes else _folders(self.directory)
        self.num_classes = len(names)
        self.class_indices = dict(zip(names, range(len(names)), strict=True))
        split = getattr(image_data_generator, "_validation_split", 0.0)
        found = [
            (number, file)
            for name, number in self.class_indices.items()
            for file in _part(_images(self.directory, name, follow_links), subset, split)
        ]
        self.filenames = [file for _, file in found]
        self.classes = np.array([number for number, _ in found], dtype="int32")
        print(f"Found {len(found)} images belonging to {len(names)} classes.")
        super().__init__(
            [str(Path(self.directory) / each) for each in self.filenames],
            image_data_generator=image_data_generator,
            target_size=target_size,
            color_mode=color_mode,
            data_format=data_format,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            interpolation=interpolation,
            keep_aspect_ratio=keep_aspect_ratio,
            class_mode=class_mode,
            dtype=dtype,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
        )

    @property
    def labels(self) -> Any:
        """The number of each image's class."""
        return self.classes


class DataFrameIterator(FileIterator):
    """Batches of the images that a table of pandas names.

    Args:
        dataframe: the table.
        directory: the folder that names are in; None: they are whole paths.
        image_data_generator: who changes images.
        x_col: the column of the files.
        y_col: the column of the targets, or a list of columns.
        weight_col: the column of the samples' weights.
        classes: the classes in their order; None takes all, sorted.
        class_mode: as of `DirectoryIterator`, and "raw" (the column's own numbers) and
            "multi_output" (a tuple of columns); classes may be lists in a row.
        validate_filenames: whether rows without an image are left out, with a warning.
        target_size, color_mode, batch_size, shuffle, seed, data_format, save_to_dir, save_prefix,
            save_format, subset, interpolation, keep_aspect_ratio, dtype: as there.

    Raises:
        ValueError: a name is not known, or there are too many classes.
        TypeError: a column has something else in it than the mode needs.
    """

    allowed_class_modes = frozenset(
        {"binary", "categorical", "input", "multi_output", "raw", "sparse", None}
    )

    def __init__(
        self,
        dataframe: Any,
        directory: Any = None,
        image_data_generator: Any = None,
        x_col: str = "filename",
        y_col: Any = "class",
        weight_col: str | None = None,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        data_format: str | None = "channels_last",
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        dtype: Any = "float32",
        validate_filenames: bool = True,
    ) -> None:
        _check_mode(class_mode, self.allowed_class_modes)
        _check_subset(subset)
        table = dataframe.copy()
        self.directory, self.weight_col = os.fspath(directory or ""), weight_col
        if validate_filenames:
            table = self._with_images(table, x_col)
        if class_mode in ("categorical", *BY_NUMBER):
            table = self._with_classes(table, y_col, classes)
        split = getattr(image_data_generator, "_validation_split", 0.0)
        table = _part(table, subset, split)
        self.filenames = table[x_col].tolist()
        self._labels = self._labels_of(table, y_col, class_mode)
        self._sample_weight = None if weight_col is None else table[weight_col].to_numpy()
        belonging = f" belonging to {len(self.class_indices)} classes" if self.classes else ""
        print(f"Found {len(table)} image filenames{belonging}.")
        super().__init__(
            [str(Path(self.directory) / each) for each in self.filenames],
            image_data_generator=image_data_generator,
            target_size=target_size,
            color_mode=color_mode,
            data_format=data_format,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            interpolation=interpolation,
            keep_aspect_ratio=keep_aspect_ratio,
            class_mode=class_mode,
            dtype=dtype,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
        )

    classes: Any = None
    class_indices: dict[Any, int] = {}  # noqa: RUF012  (of no classes)

    @property
    def labels(self) -> Any:
        """What is to be said of each image."""
        return self._labels if self.classes is None else self.classes

    @property
    def sample_weight(self) -> Any:
        """How much each image counts."""
        return self._sample_weight

    def _with_images(self, table: Any, column: str) -> Any:
        """The rows whose files are there."""
        if not all(isinstance(each, str) for each in table[column]):
            raise TypeError(_column_message(column, "names of files"))
        there = table[column].map(lambda each: _is_image(Path(self.directory) / each))
        missing = int((~there).sum())
        if missing:
            message = f"{missing} rows are left out: there is no image of that name in {column!r}"
            warnings.warn(message, stacklevel=levels_to_user())
        return table[there]

    def _with_classes(self, table: Any, column: Any, classes: Any) -> Any:
        """The rows of known classes, which are numbered."""
        given = table[column]
        several = given.map(lambda each: isinstance(each, list | tuple))
        rows = [each if isinstance(each, list | tuple) else [each] for each in given]
        if not all(isinstance(name, str) for row in rows for name in row):
            raise TypeError(_column_message(column, "classes, as texts"))
        names = list(classes) if classes else sorted({name for row in rows for name in row})
        self.class_indices = dict(zip(names, range(len(names)), strict=True))
        kept = [[self.class_indices[name] for name in row if name in self.class_indices]
                for row in rows]  # fmt: skip
        table = table.assign(_numbers=kept)[[bool(each) for each in kept]]
        self._alone = not several.any()
        return table

    def _labels_of(self, table: Any, column: Any, class_mode: str | None) -> Any:
        if "_numbers" in table:
            numbers = table["_numbers"].tolist()
            if class_mode == "binary" and len(self.class_indices) != 2:
                raise ValueError(_binary_message(self.class_indices))
            self.classes = [each[0] for each in numbers] if self._alone else numbers
        if class_mode == "multi_output":
            return [np.stack(table[each].to_numpy()) for each in column]
        return table[column].to_numpy() if class_mode == "raw" else None


def _folders(directory: str) -> list[str]:
    return sorted(each.name for each in Path(directory).iterdir() if each.is_dir())


def _images(directory: str, name: str, follow_links: bool) -> list[str]:
    """The images in the folder of a class, from the whole folder on, in order."""
    found: list[str] = []
    for root, _, files in sorted(os.walk(Path(directory) / name, followlinks=follow_links)):
        paths = (Path(root) / file for file in sorted(files))
        found += [str(each.relative_to(directory)) for each in paths if _is_named_so(each)]
    return found


def _is_named_so(path: Path) -> bool:
    return path.suffix.lower().lstrip(".") in Iterator.white_list_formats


def _is_image(path: Path) -> bool:
    return path.is_file() and _is_named_so(path)


def _part(rows: Any, subset: str | None, share: float) -> Any:
    """The rows of a subset: validation comes first."""
    if subset is None:
        return rows
    place = int(share * len(rows))
    return rows[:place] if subset == "validation" else rows[place:]


def _check_mode(mode: Any, known: frozenset[str | None]) -> None:
    if mode not in known:
        names = [str(each) for each in known]
        raise ValueError(unknown_name("class mode", mode, names, remedy="class_mode={}"))


def _check_subset(subset: Any) -> None:
    if subset is not None and subset not in SUBSETS:
        raise ValueError(unknown_name("subset", subset, SUBSETS, remedy="subset={}"))


def _column_message(column: Any, expected: str) -> str:
    return explain(
        f"The column {column!r} has something else in it",
        given="values that are no texts",
        expected=expected,
        remedy=f"table[{column!r}] = table[{column!r}].astype(str)",
    )


def _binary_message(classes: dict[Any, int]) -> str:
    return explain(
        "class_mode='binary' is for two classes",
        given=f"{len(classes)}: {', '.join(map(str, classes))}",
        expected="two",
        remedy="class_mode='sparse', or 'categorical'",
    )
