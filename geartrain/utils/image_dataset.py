"""`image_dataset_from_directory`: pictures of folders, in batches."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.data import AUTOTUNE, Dataset
from geartrain.defaults import standardize_data_format
from geartrain.errors import explain, unknown_name
from geartrain.tensor import Array
from geartrain.utils.folders import Files, Request
from geartrain.utils.images import MODES, img_to_array, pillow

SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png")
INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")
FORMATS = ("tf", "grain")
WIDE = ("I;16", "I;16B", "I")  # Pillow's modes for 16 bits a pixel


def with_older_name(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which takes `smart_resize` for `crop_to_aspect_ratio`."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if "smart_resize" in kwargs:
            kwargs["crop_to_aspect_ratio"] = kwargs.pop("smart_resize")
        return function(*args, **kwargs)

    return call


@with_older_name
def image_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    color_mode: str = "rgb",
    batch_size: int | None = 32,
    image_size: Any = (256, 256),
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    interpolation: str = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    data_format: str | None = None,
    format: str = "tf",  # noqa: A002
    verbose: bool = True,
) -> Any:
    """Pictures of a folder as a data set of batches, float32 from 0 to 255.

    Args:
        directory: the folder; with `labels="inferred"` it has a sub-folder for each class.
        labels: "inferred"; a list of class numbers, in the order of the files' names; or None.
        label_mode: "int": class numbers, int32; "binary": 0.0 and 1.0, (batch, 1); "categorical":
            one-hot rows; None: no labels.
        class_names: sub-folders in the order of their numbers; None sorts them by name.
        color_mode: "rgb", "rgba" or "grayscale".
        batch_size: None gives pictures one by one.
        image_size: (height, width) to resize to.
        shuffle: whether the order is random, and another one in each pass.
        seed: of the order, and of the split.
        validation_split: the share of files for validation.
        subset: "training", "validation", or "both", which gives a list of two data sets.
        interpolation: "bilinear", "nearest", "bicubic", "lanczos3" or "lanczos5".
        follow_links: whether links to folders are followed.
        crop_to_aspect_ratio: whether the middle is cut out, so that nothing is squeezed; its older
            name is `smart_resize`.
        pad_to_aspect_ratio: whether black is put around, so that nothing is squeezed.
        data_format: "channels_last" or "channels_first"; None: the default.
        format: "tf" or "grain": taken for the sake of Keras's users.
        verbose: whether to say how many files were found.

    Returns:
        A `data.Dataset` of pictures `(batch, height, width, channels)`, or of pairs with labels.
        It knows its `class_names` and `file_paths`.

    Raises:
        ValueError: arguments that do not go together, or no pictures.
        FileNotFoundError: there is no such folder.
        ImportError: Pillow is not installed.
    """
    check_format(format)
    _check_names(color_mode, interpolation)
    height, width = _checked_size(image_size)
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ValueError(_ratio_message())
    form = standardize_data_format(data_format)
    request = Request(
        "images", SUFFIXES, directory, labels, label_mode, class_names, batch_size, shuffle, seed,
        validation_split, subset, follow_links, verbose,
    )  # fmt: skip
    request.check()

    def load(path: Any) -> Any:
        picture = read_picture(path.numpy(), color_mode)
        if interpolation == "nearest":  # which makes no new numbers
            picture = picture.astype(np.uint8)
        return ops.image.resize(
            picture if form == "channels_last" else ops.transpose(picture, (2, 0, 1)),
            (height, width),
            interpolation=interpolation,
            crop_to_aspect_ratio=crop_to_aspect_ratio,
            pad_to_aspect_ratio=pad_to_aspect_ratio,
            data_format=form,
        )

    def make(files: Files) -> Dataset:
        paths = request.paths(files)
        if files.labels is None:
            return paths.map(load, num_parallel_calls=AUTOTUNE)
        return paths.map(lambda path, label: (load(path), label), num_parallel_calls=AUTOTUNE)

    return request.datasets(make)


def read_picture(path: Any, color_mode: str) -> Array:
    """The pixels of a file, (height, width, channels), float32 from 0 to 255.

    Raises:
        ValueError: it is no picture, or is cut off; names the file.
    """
    name = os.fsdecode(path)
    try:
        with pillow().open(name) as opened:
            opened.load()
            picture = _upper_bits(opened) if opened.mode in WIDE else opened
            found: Array = img_to_array(picture.convert(MODES[color_mode]))
    except FileNotFoundError:
        raise
    except (OSError, SyntaxError, ValueError) as error:
        raise ValueError(_picture_message(name, error)) from None
    return found


def _upper_bits(picture: Any) -> Any:
    """A picture of 16 bits a pixel as one of 8."""
    return pillow().fromarray((np.asarray(picture) >> 8).astype(np.uint8))


def check_format(given: str) -> None:
    """Raise for a format that Keras has not.

    Raises:
        ValueError: it is neither "tf" nor "grain".
    """
    if given not in FORMATS:
        raise ValueError(unknown_name("format", given, FORMATS, remedy="format={}"))


def _check_names(color_mode: str, interpolation: str) -> None:
    if color_mode not in MODES:
        raise ValueError(unknown_name("color mode", color_mode, MODES, remedy="color_mode={}"))
    if interpolation not in INTERPOLATIONS:
        remedy = "interpolation={}"
        raise ValueError(
            unknown_name("interpolation", interpolation, INTERPOLATIONS, remedy=remedy)
        )


def _checked_size(size: Any) -> tuple[int, int]:
    if (
        not isinstance(size, list | tuple)
        or len(size) != 2
        or not all(isinstance(each, int | np.integer) and each > 0 for each in size)
    ):
        raise ValueError(_size_message(size))
    return int(size[0]), int(size[1])


def _picture_message(name: str, error: Exception) -> str:
    return explain(
        "This picture cannot be read",
        given=f"{name} ({str(error).replace(name, 'it')})",
        expected="a whole BMP, GIF, JPEG or PNG file",
        remedy=f"os.remove({name!r}), or write it again",
    )


def _size_message(size: Any) -> str:
    return explain(
        "Pictures of a batch have one size",
        given=f"image_size={size!r}",
        expected="two whole numbers: (height, width)",
        remedy="image_size=(180, 180)",
    )


def _ratio_message() -> str:
    return explain(
        "Pictures are cut or padded, not both",
        given="crop_to_aspect_ratio=True, pad_to_aspect_ratio=True",
        expected="one of them at most",
        remedy="pad_to_aspect_ratio=False",
    )
