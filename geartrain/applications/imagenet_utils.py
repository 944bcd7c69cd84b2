"""Pixels as the networks were trained on them, and their answers in words.

Three ways to prepare pixels of 0 ... 255, by the library that a network was first trained with:

- "caffe": blue, green, red, each without its mean over ImageNet;
- "tf": x / 127.5 - 1, which lies in -1 ... 1;
- "torch": (x / 255 - mean) / deviation, of each channel over ImageNet.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.applications.images import obtain_input_shape
from geartrain.applications.weight_files import class_index_file
from geartrain.config import floatx, image_data_format
from geartrain.errors import explain, unknown_name
from geartrain.tensor import Array

__all__ = ["decode_predictions", "obtain_input_shape", "preprocess_input", "preprocessing"]

MODES = ("caffe", "tf", "torch")
FORMATS = ("channels_first", "channels_last")
BGR_MEAN = (103.939, 116.779, 123.68)  # Simonyan and Zisserman (2014), section 2.1, as released
RGB_MEAN = (0.485, 0.456, 0.406)
RGB_DEVIATION = (0.229, 0.224, 0.225)


def preprocess_input(x: Any, data_format: str | None = None, mode: str = "caffe") -> Any:
    """Pixels as a network was trained on them.

    Args:
        x: images with values of 0 ... 255, three channels, red first: one or a batch. Floats of an
            array are overwritten, as in Keras: give a copy to keep them.
        data_format: "channels_last" or "channels_first"; None is what `config` says.
        mode: "caffe", "tf" or "torch".

    Returns:
        An array for an array, a tensor for a tensor.

    Raises:
        ValueError: there is no such mode or data format.

    >>> pixels = np.full((1, 1, 3), 255.0)
    >>> print(preprocess_input(pixels, mode="tf"))
    [[[1. 1. 1.]]]
    """
    if mode not in MODES:
        raise ValueError(unknown_name("mode", mode, MODES, remedy="preprocess_input(x, mode={})"))
    data_format = data_format or image_data_format()
    if data_format not in FORMATS:
        remedy = "preprocess_input(x, data_format={})"
        raise ValueError(unknown_name("data format", data_format, FORMATS, remedy=remedy))
    if isinstance(x, np.ndarray):
        return _prepare_array(x, data_format, mode)
    return _prepare_tensor(x, data_format, mode)


def preprocessing(mode: str | None, module: str) -> Callable[..., Any]:
    """The `preprocess_input` of one family: that of a mode, or what it is given, if None."""

    def prepare(x: Any, data_format: str | None = None) -> Any:
        if mode is None:
            return x
        return preprocess_input(x, data_format=data_format, mode=mode)

    prepare.__name__ = prepare.__qualname__ = "preprocess_input"
    prepare.__module__ = module
    prepare.__doc__ = (
        "The images as they are: the network itself prepares them."
        if mode is None
        else f'Pixels as this network was trained on them: `imagenet_utils`, mode "{mode}".'
    )
    return prepare


def _prepare_array(x: Array, data_format: str, mode: str) -> Array:
    if not np.issubdtype(x.dtype, np.floating):
        x = x.astype(floatx())
    if mode == "tf":
        x /= 127.5
        x -= 1.0
        return x
    axis = _channel_axis(x.ndim, data_format)
    if mode == "torch":
        x /= 255.0
        x -= _along(RGB_MEAN, axis, x)
        x /= _along(RGB_DEVIATION, axis, x)
        return x
    x = np.flip(x, axis)
    x -= _along(BGR_MEAN, axis, x)
    return x


def _along(numbers: tuple[float, ...], axis: int, x: Array) -> Array:
    """One number for each channel, in a shape that goes with the images."""
    sizes = [1] * x.ndim
    sizes[axis] = len(numbers)
    return np.asarray(numbers, x.dtype).reshape(sizes)


def _prepare_tensor(x: Any, data_format: str, mode: str) -> Any:
    x = ops.cast(ops.convert_to_tensor(x) if isinstance(x, list) else x, _float_of(x))
    if mode == "tf":
        return x / 127.5 - 1.0
    rank = len(x.shape)
    axis = _channel_axis(rank, data_format)
    sizes = [3 if each == axis else 1 for each in range(rank)]
    if mode == "torch":
        mean, deviation = (_constant(each, sizes, x) for each in (RGB_MEAN, RGB_DEVIATION))
        return (x / 255.0 - mean) / deviation
    return ops.flip(x, axis) - _constant(BGR_MEAN, sizes, x)


def _float_of(x: Any) -> str:
    name = str(getattr(x, "dtype", "int"))
    return name if "float" in name else floatx()


def _constant(numbers: tuple[float, ...], sizes: list[int], like: Any) -> Any:
    return ops.reshape(ops.convert_to_tensor(numbers, dtype=like.dtype), sizes)


def _channel_axis(rank: int, data_format: str) -> int:
    """Where the channels of an image, or of a batch of images, stand."""
    return rank - 3 if data_format == "channels_first" else rank - 1


# -- answers ---------------------------------------------------------------------------------------


def decode_predictions(preds: Any, top: int = 5) -> list[list[tuple[str, str, float]]]:
    """The likeliest classes of ImageNet in words: (number in WordNet, name, probability).

    Args:
        preds: probabilities, (images, 1000).
        top: how many of each image.

    Raises:
        ValueError: it is no such array.
        FileNotFoundError: the list of names is not here, and not to be had.
    """
    numbers = np.asarray(ops.convert_to_numpy(preds))
    if numbers.ndim != 2 or numbers.shape[1] != 1000:
        raise ValueError(_predictions_message(numbers.shape))
    names = _class_names(class_index_file())
    return [_likeliest(row, names, top) for row in numbers]


def _likeliest(row: Array, names: dict[str, list[str]], top: int) -> list[tuple[str, str, float]]:
    places = row.argsort()[::-1][:top]
    return [(*names[str(place)], row[place]) for place in places]


@cache
def _class_names(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _predictions_message(shape: tuple[int, ...]) -> str:
    return explain(
        "decode_predictions knows the 1,000 classes of ImageNet",
        given=f"an array of shape {shape}",
        expected="(images, 1000)",
        axis=f"rank: {len(shape)} against 2" if len(shape) != 2 else "the classes",
        remedy="decode_predictions(model.predict(images)), for a model with classes=1000",
    )
