"""EfficientNet: depth, width and the size of the images grow together.

A block widens its channels, looks at each of them by itself, weighs them (squeeze and excitation),
and narrows them again: the inverted residual of MobileNetV2.

Source: Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks"
(2019), table 1 (B0) and section 4 (the others); excitation: Hu, Shen and Sun, "Squeeze-and-
Excitation Networks" (2017); the dropping of blocks: Huang and others, "Deep Networks with
Stochastic Depth" (2016).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from geartrain import layers
from geartrain.applications.imagenet_utils import (
    RGB_DEVIATION,
    decode_predictions,
    preprocessing,
)
from geartrain.applications.images import channel_axis
from geartrain.applications.inverted import (
    BY_FAN_OUT,
    DENSE_BY_FAN_OUT,
    Block,
    drop_and_add,
    excited,
    expanded,
    letters,
    normalized,
    projected,
    scaled_filters,
)
from geartrain.applications.mobile import padding_of
from geartrain.applications.network import Recipe, classes_of, mean_of_space, network
from geartrain.applications.request import Request

__all__ = [
    "EfficientNetB0",
    "EfficientNetB1",
    "EfficientNetB2",
    "EfficientNetB3",
    "EfficientNetB4",
    "EfficientNetB5",
    "EfficientNetB6",
    "EfficientNetB7",
    "decode_predictions",
    "preprocess_input",
]

DROPPED = 0.2  # the rate at which the last block is dropped; it grows from 0
STAGES = (  # of B0: table 1
    Block(3, 1, 16, expand=1, strides=1),
    Block(3, 2, 24, expand=6, strides=2),
    Block(5, 2, 40, expand=6, strides=2),
    Block(3, 3, 80, expand=6, strides=2),
    Block(5, 3, 112, expand=6, strides=1),
    Block(5, 4, 192, expand=6, strides=2),
    Block(3, 1, 320, expand=6, strides=1),
)


@dataclass(frozen=True)
class Scale:
    """How one of the networks differs from B0."""

    width: float
    depth: float
    size: int
    dropout: float


def _recipe(scale: Scale) -> Recipe:
    def features(images: Any, request: Request) -> Any:
        x = _stem(_prepared(images, request), scale)
        total = sum(math.ceil(scale.depth * stage.repeats) for stage in STAGES)
        done = 0
        for number, stage in enumerate(STAGES, 1):
            filters = scaled_filters(stage.filters, scale.width)
            for at, letter in letters(math.ceil(scale.depth * stage.repeats)):
                one = stage.at(at, filters, DROPPED * done / total)
                x = _block(x, one, f"block{number}{letter}_")
                done += 1
        return _top(x, scale)

    def head(features: Any, request: Request) -> Any:
        x = layers.Dropout(scale.dropout, name="top_dropout")(mean_of_space(features))
        return classes_of(x, request, kernel_initializer=DENSE_BY_FAN_OUT())

    return Recipe(features, head, size=scale.size)


def _prepared(images: Any, request: Request) -> Any:
    """Pixels of 0 ... 255 with mean 0; the trained weights want their deviation divided twice."""
    x = layers.Rescaling(1 / 255)(images)
    x = layers.Normalization(axis=channel_axis())(x)
    if request.is_trained:
        x = layers.Rescaling([1 / math.sqrt(each) for each in RGB_DEVIATION])(x)
    return x


def _stem(x: Any, scale: Scale) -> Any:
    x = layers.ZeroPadding2D(padding_of(x, 3), name="stem_conv_pad")(x)
    conv = layers.Conv2D(
        scaled_filters(32, scale.width),
        3,
        strides=2,
        use_bias=False,
        kernel_initializer=BY_FAN_OUT(),
        name="stem_conv",
    )
    return normalized(conv(x), "stem_")


def _block(x: Any, block: Block, name: str) -> Any:
    given = x
    if block.expand != 1:
        x = expanded(x, block, name)
    if block.strides == 2:
        x = layers.ZeroPadding2D(padding_of(x, block.window), name=f"{name}dwconv_pad")(x)
    depthwise = layers.DepthwiseConv2D(
        block.window,
        strides=block.strides,
        padding="same" if block.strides == 1 else "valid",
        use_bias=False,
        depthwise_initializer=BY_FAN_OUT(),
        name=f"{name}dwconv",
    )
    x = normalized(depthwise(x), name)
    x = excited(x, max(1, int(given.shape[channel_axis()] * 0.25)), name)
    x = projected(x, block, name)
    return drop_and_add(x, given, block, name)


def _top(x: Any, scale: Scale) -> Any:
    conv = layers.Conv2D(
        scaled_filters(1280, scale.width),
        1,
        padding="same",
        use_bias=False,
        kernel_initializer=BY_FAN_OUT(),
        name="top_conv",
    )
    return normalized(conv(x), "top_")


def _efficientnet(number: int, scale: Scale) -> Any:
    size = f"{scale.size} x {scale.size}"
    about = f"EfficientNet-B{number} of Tan and Le (2019), for pixels of 0 ... 255, {size}."
    kind = f"EfficientNetB{number}"
    return network(kind, _recipe(scale), __name__, name=kind.lower(), about=about)


preprocess_input = preprocessing(None, __name__)
EfficientNetB0 = _efficientnet(0, Scale(1.0, 1.0, 224, 0.2))
EfficientNetB1 = _efficientnet(1, Scale(1.0, 1.1, 240, 0.2))
EfficientNetB2 = _efficientnet(2, Scale(1.1, 1.2, 260, 0.3))
EfficientNetB3 = _efficientnet(3, Scale(1.2, 1.4, 300, 0.3))
EfficientNetB4 = _efficientnet(4, Scale(1.4, 1.8, 380, 0.4))
EfficientNetB5 = _efficientnet(5, Scale(1.6, 2.2, 456, 0.4))
EfficientNetB6 = _efficientnet(6, Scale(1.8, 2.6, 528, 0.5))
EfficientNetB7 = _efficientnet(7, Scale(2.0, 3.1, 600, 0.5))
