"""`text_dataset_from_directory`: texts of folders, in batches."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from geartrain.data import AUTOTUNE, Dataset
from geartrain.tensor.text_tensor import TextTensor
from geartrain.utils.folders import Files, Request
from geartrain.utils.image_dataset import check_format

SUFFIXES = (".txt",)


def text_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    batch_size: int | None = 32,
    max_length: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    format: str = "tf",  # noqa: A002
    verbose: bool = True,
) -> Any:
    """Texts of a folder as a data set of batches.

    Args:
        directory: the folder; with `labels="inferred"` it has a sub-folder for each class.
        labels: as for `image_dataset_from_directory`.
        label_mode: likewise.
        class_names: likewise.
        batch_size: None gives texts one by one.
        max_length: how many bytes of a text are kept; None keeps all.
        shuffle: whether the order is random, and another one in each pass.
        seed: of the order, and of the split.
        validation_split: the share of files for validation.
        subset: "training", "validation", or "both", which gives a list of two data sets.
        follow_links: whether links to folders are followed.
        format: "tf" or "grain": taken for the sake of Keras's users.
        verbose: whether to say how many files were found.

    Returns:
        A `data.Dataset` of texts `(batch,)`, or of pairs with labels.

    Raises:
        ValueError: arguments that do not go together, or no texts.
        FileNotFoundError: there is no such folder.
    """
    check_format(format)
    request = Request(
        "text files", SUFFIXES, directory, labels, label_mode, class_names, batch_size, shuffle,
        seed, validation_split, subset, follow_links, verbose,
    )  # fmt: skip
    request.check()

    def load(path: Any) -> TextTensor:
        return TextTensor(Path(os.fsdecode(path.numpy())).read_bytes()[:max_length])

    def make(files: Files) -> Dataset:
        paths = request.paths(files)
        if files.labels is None:
            return paths.map(load, num_parallel_calls=AUTOTUNE)
        return paths.map(lambda path, label: (load(path), label), num_parallel_calls=AUTOTUNE)

    return request.datasets(make)
