"""Xception: separable convolutions, which look at space and at channels one after the other.

Source: Chollet, "Xception: Deep Learning with Depthwise Separable Convolutions" (2016), figure 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import layers
from geartrain.applications.imagenet_utils import decode_predictions, preprocessing
from geartrain.applications.images import channel_axis
from geartrain.applications.network import Recipe, network
from geartrain.applications.request import Request

__all__ = ["Xception", "decode_predictions", "preprocess_input"]


def _features(images: Any, _request: Request) -> Any:
    x = _conv(images, 32, "block1_conv1", strides=2)
    x = _conv(x, 64, "block1_conv2", strides=1)
    x = _entry(x, 2, (128, 128), first=False)
    x = _entry(x, 3, (256, 256))
    x = _entry(x, 4, (728, 728))
    for block in range(5, 13):
        given = x
        for number in (1, 2, 3):
            x = _separable(_relu(x, block, number), block, number, 728)
        x = layers.Add()([x, given])
    x = _entry(x, 13, (728, 1024))
    for number, filters in enumerate((1536, 2048), 1):
        x = _relu(_separable(x, 14, number, filters), 14, number)
    return x


def _conv(x: Any, filters: int, name: str, strides: int) -> Any:
    x = layers.Conv2D(filters, 3, strides=strides, use_bias=False, name=name)(x)
    x = _normalized(x, f"{name}_bn")
    return layers.Activation("relu", name=f"{name}_act")(x)


def _normalized(x: Any, name: str | None = None) -> Any:
    axis = channel_axis() if channel_axis() == 1 else -1
    return layers.BatchNormalization(axis=axis, name=name)(x)


def _relu(x: Any, block: int, number: int) -> Any:
    return layers.Activation("relu", name=f"block{block}_sepconv{number}_act")(x)


def _separable(x: Any, block: int, number: int, filters: int) -> Any:
    name = f"block{block}_sepconv{number}"
    conv = layers.SeparableConv2D(filters, 3, padding="same", use_bias=False, name=name)
    return _normalized(conv(x), f"{name}_bn")


def _entry(x: Any, block: int, filters: Sequence[int], first: bool = True) -> Any:
    """A block that halves the map; the shortcut is a convolution of 1 x 1."""
    shortcut = layers.Conv2D(filters[-1], 1, strides=2, padding="same", use_bias=False)(x)
    shortcut = _normalized(shortcut)
    for number, each in enumerate(filters, 1):
        if first or number > 1:
            x = _relu(x, block, number)
        x = _separable(x, block, number, each)
    x = layers.MaxPooling2D(3, strides=2, padding="same", name=f"block{block}_pool")(x)
    return layers.Add()([x, shortcut])


preprocess_input = preprocessing("tf", __name__)
Xception = network(
    "Xception",
    Recipe(_features, size=299, smallest=71),
    __name__,
    name="xception",
    about="Xception of Chollet (2016), for images of 299 x 299.",
)
