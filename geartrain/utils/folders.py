"""Files in sub-folders, a sub-folder a class: what the data sets of folders share.

pictures/cat/1.png, pictures/dog/1.png   ->   paths, numbers of classes, names of classes
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from geartrain.data import Dataset
from geartrain.data.arguments import whole
from geartrain.data.stage import Stage
from geartrain.errors import explain, unknown_name
from geartrain.tensor import Array

LABEL_MODES = ("int", "categorical", "binary")
SUBSETS = ("training", "validation", "both")
BUFFERED_BATCHES = 8  # in which the order of a pass is shuffled
BUFFERED = 1024  # the same, where there are no batches


@dataclass(frozen=True)
class Files:
    """Paths, with the number of the class of each, if classes are known.

    Attributes:
        paths: of the files.
        labels: the numbers, or None.
        class_names: the names of the classes, or None.
    """

    paths: list[str]
    labels: Array | None
    class_names: list[str] | None

    def part(self, start: int, stop: int | None) -> Files:
        """Some of them."""
        labels = None if self.labels is None else self.labels[start:stop]
        return replace(self, paths=self.paths[start:stop], labels=labels)

    def shuffled(self, seed: int) -> Files:
        """Them in the order that Keras gives them for a seed."""
        paths = list(self.paths)
        np.random.RandomState(seed).shuffle(paths)
        labels = None if self.labels is None else self.labels.copy()
        if labels is not None:
            np.random.RandomState(seed).shuffle(labels)
        return replace(self, paths=paths, labels=labels)


class FolderDataset(Dataset):
    """A data set of files.

    Attributes:
        class_names: the names of the classes, by number; None, where there are no labels.
        file_paths: of the files.
    """

    def __init__(self, stage: Stage, files: Files) -> None:
        super().__init__(stage)
        self.class_names, self.file_paths = files.class_names, files.paths


@dataclass(frozen=True)
class Request:
    """What a caller wants of a folder; the names are Keras's arguments.

    Attributes:
        what: "images" and the like, for messages.
        suffixes: of the files that count, in small letters.
    """

    what: str
    suffixes: tuple[str, ...]
    directory: Any
    labels: Any
    label_mode: str | None
    class_names: Sequence[str] | None
    batch_size: int | None
    shuffle: bool
    seed: int | None
    validation_split: float | None
    subset: str | None
    follow_links: bool
    verbose: bool

    def check(self) -> None:
        """Raise for what does not go together.

        Raises:
            ValueError: it does not; names the arguments.
        """
        if self.label_mode is not None and self.label_mode not in LABEL_MODES:
            remedy = "label_mode={}"
            raise ValueError(
                unknown_name("label mode", self.label_mode, LABEL_MODES, remedy=remedy)
            )
        if not (self.labels in ("inferred", None) if not _is_list(self.labels) else True):
            raise ValueError(_labels_message(self.labels))
        if self.class_names and (_is_list(self.labels) or self.labels is None):
            raise ValueError(_names_with_labels_message())
        if self.batch_size is not None:
            whole("batch_size", self.batch_size, least=1)
        self._check_split()

    def _check_split(self) -> None:
        if (self.subset is None) != (self.validation_split is None):
            raise ValueError(_pair_message(self.subset, self.validation_split))
        if self.subset is not None and self.subset not in SUBSETS:
            raise ValueError(unknown_name("subset", self.subset, SUBSETS, remedy="subset={}"))
        if self.validation_split is not None:
            if not 0 < self.validation_split < 1:
                raise ValueError(_split_message(self.validation_split))
            if self.shuffle and self.seed is None:
                raise ValueError(_seed_message())

    # -- files -------------------------------------------------------------------------------------

    def files(self) -> Files:
        """The files of the folder, in Keras's order.

        Raises:
            ValueError: there are none, or they do not fit the labels and class names.
            FileNotFoundError: there is no such folder.
        """
        folder = Path(os.fspath(self.directory))
        found = self._indexed(folder)
        if not found.paths:
            raise ValueError(_none_message(self.what, folder, self.suffixes))
        self._say(f"Found {len(found.paths)} files" + _of_classes(found.class_names))
        seed = np.random.randint(1_000_000) if self.seed is None else self.seed  # noqa: NPY002
        return found.shuffled(seed) if self.shuffle else found

    def _indexed(self, folder: Path) -> Files:
        if self.labels is None or self.label_mode is None:
            return Files(self._walk(folder), None, None)
        if _is_list(self.labels):
            return self._labelled(folder)
        # Hidden folders, as those of notebooks' checkpoints, are no classes.
        folders = (each.name for each in folder.iterdir() if each.is_dir())
        there = sorted(name for name in folders if not name.startswith("."))
        names = list(self.class_names) if self.class_names else there
        if set(names) - set(there):
            raise ValueError(_class_names_message(names, there))
        self._check_binary(names)
        paths, labels = [], []
        for number, name in enumerate(names):
            of_class = self._walk(folder / name)
            paths += of_class
            labels += [number] * len(of_class)
        return Files(paths, np.array(labels, np.int32), names)

    def _labelled(self, folder: Path) -> Files:
        paths = self._walk(folder)
        if len(self.labels) != len(paths):
            raise ValueError(_length_message(self.what, folder, len(self.labels), len(paths)))
        names = [str(each) for each in sorted(set(np.asarray(self.labels).tolist()))]
        self._check_binary(names)
        return Files(paths, np.asarray(self.labels, np.int32), names)

    def _check_binary(self, names: list[str]) -> None:
        if self.label_mode == "binary" and len(names) != 2:
            raise ValueError(_binary_message(names))

    def _walk(self, folder: Path) -> list[str]:
        """The files below a folder: its own first, then those of its sub-folders, by name."""
        next(folder.iterdir(), None)  # which raises where there is no such folder; os.walk does not
        found = []
        walked = os.walk(folder, followlinks=self.follow_links)
        for root, _, names in sorted(walked, key=lambda each: each[0]):
            found += [os.path.join(root, name) for name in sorted(names)  # noqa: PTH118
                      if name.lower().endswith(self.suffixes)]  # fmt: skip
        return found

    # -- data sets ---------------------------------------------------------------------------------

    def datasets(self, make: Callable[[Files], Dataset]) -> Any:
        """The data set of the files, or of a part of them; a list of two for "both".

        Args:
            make: a data set of files, whose elements are what is in them, without labels.
        """
        files = self.files()
        if self.validation_split is None:
            return self._dataset(files, make)
        kept = int(self.validation_split * len(files.paths))
        cut = len(files.paths) - kept
        parts = {"training": files.part(0, cut), "validation": files.part(cut, None)}
        for name, part in parts.items():
            if self.subset in (name, "both"):
                self._say(f"Using {len(part.paths)} files for {name}.")
        if self.subset == "both":
            return [self._dataset(part, make) for part in parts.values()]
        return self._dataset(parts[str(self.subset)], make)

    def _dataset(self, files: Files, make: Callable[[Files], Dataset]) -> Dataset:
        if not files.paths:
            raise ValueError(_empty_part_message(self.what))
        dataset = make(files)
        if self.batch_size is not None:
            dataset = self._batched(dataset)
        return FolderDataset(dataset.prefetch(2).stage, files)

    def _batched(self, dataset: Dataset) -> Dataset:
        return dataset.batch(self.batch_size)

    def paths(self, files: Files) -> Dataset:
        """A data set of paths, or of paths and labels; each pass has an order of its own."""
        labels = None if files.labels is None else self._as_targets(files)
        paths = np.array(files.paths, object)
        dataset = Dataset.from_tensor_slices(paths if labels is None else (paths, labels))
        if not self.shuffle:
            return dataset
        buffered = BUFFERED if self.batch_size is None else BUFFERED_BATCHES * self.batch_size
        return dataset.shuffle(buffered, seed=self.seed)

    def _as_targets(self, files: Files) -> Array:
        numbers = np.asarray(files.labels)
        if self.label_mode == "binary":
            return numbers.astype(np.float32)[:, np.newaxis]
        if self.label_mode == "categorical":
            one_hot: Array = np.eye(len(files.class_names or ()), dtype=np.float32)[numbers]
            return one_hot
        return numbers

    def _say(self, text: str) -> None:
        if self.verbose:
            print(text)


def _is_list(labels: Any) -> bool:
    return isinstance(labels, list | tuple | np.ndarray)


def _of_classes(names: list[str] | None) -> str:
    return "." if names is None else f" belonging to {len(names)} classes."


def _labels_message(labels: Any) -> str:
    return explain(
        "Labels come of the folders, or one by one",
        given=f"labels={labels!r}",
        expected="'inferred', a list of whole numbers, or None",
        remedy="labels='inferred'",
    )


def _names_with_labels_message() -> str:
    return explain(
        "class_names are the names of sub-folders",
        given="class_names=[...], with labels that do not come of the folders",
        expected="labels='inferred', where class_names are given",
        remedy="class_names=None",
    )


def _pair_message(subset: Any, split: Any) -> str:
    return explain(
        "`subset` and `validation_split` go together",
        given=f"subset={subset!r}, validation_split={split!r}",
        expected="both of them, or neither",
        remedy="validation_split=0.2, subset='training', seed=0",
    )


def _split_message(split: Any) -> str:
    return explain(
        "`validation_split` is a share of the files",
        given=f"validation_split={split!r}",
        expected="a number between 0 and 1",
        remedy="validation_split=0.2",
    )


def _seed_message() -> str:
    return explain(
        "Files that are shuffled and split need a `seed`",
        given="validation_split, shuffle=True, and no seed",
        expected="a seed, the same for training and validation: else a file may be in both",
        remedy="seed=0, or shuffle=False",
    )


def _none_message(what: str, folder: Path, suffixes: tuple[str, ...]) -> str:
    return explain(
        f"No {what} found in directory {folder}",
        given="no file whose name ends in one of the suffixes, in the folder or its sub-folders",
        expected=f"files that end in {', '.join(suffixes)}; a sub-folder for each class",
        remedy="labels=None, if the files lie in the folder itself",
    )


def _empty_part_message(what: str) -> str:
    return explain(
        f"This share leaves no {what}",
        given="validation_split, of few files",
        expected="files for training and for validation",
        remedy="validation_split=0.5",
    )


def _class_names_message(names: list[str], there: list[str]) -> str:
    return explain(
        "`class_names` did not match the names of the sub-folders",
        given=f"class_names={names}",
        expected=f"{there}, or some of them",
        remedy="class_names=None, for all by name",
    )


def _length_message(what: str, folder: Path, given: int, found: int) -> str:
    return explain(
        f"Each of the {what} needs a label",
        given=f"{given} labels",
        expected=f"{found}, as there are so many files in {folder}",
        remedy="labels='inferred', if sub-folders are the classes",
    )


def _binary_message(names: list[str]) -> str:
    return explain(
        'label_mode="binary" is for exactly 2 classes',
        given=f"{len(names)} classes: {', '.join(names)[:80]}",
        expected="2 classes (set by label_mode)",
        remedy='label_mode="int", or class_names with two of them',
    )
