"""EfficientNetV2: EfficientNet with whole convolutions in its first stages, which train faster.

Source: Tan and Le, "EfficientNetV2: Smaller Models and Faster Training" (2021), table 4 (S), and
the networks that were published with it (B0-B3, M, L).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geartrain import layers
from geartrain.applications.efficientnet import DROPPED
from geartrain.applications.imagenet_utils import (
    RGB_DEVIATION,
    RGB_MEAN,
    decode_predictions,
    preprocessing,
)
from geartrain.applications.images import channel_axis, has_colours
from geartrain.applications.inverted import (
    BY_FAN_OUT,
    DENSE_BY_FAN_OUT,
    MULTIPLE,
    Block,
    drop_and_add,
    excited,
    expanded,
    letters,
    normalized,
    projected,
)
from geartrain.applications.network import Recipe, classes_of, mean_of_space, network
from geartrain.applications.request import Request
from geartrain.initializers import Constant

__all__ = [
    "EfficientNetV2B0",
    "EfficientNetV2B1",
    "EfficientNetV2B2",
    "EfficientNetV2B3",
    "EfficientNetV2L",
    "EfficientNetV2M",
    "EfficientNetV2S",
    "decode_predictions",
    "preprocess_input",
]

MOMENTUM = 0.9


def _fused(repeats: int, filters: int, expand: int, strides: int) -> Block:
    return Block(3, repeats, filters, expand, strides, excite=0.0, fused=True)


def _plain(repeats: int, filters: int, expand: int, strides: int) -> Block:
    return Block(3, repeats, filters, expand, strides)


BASE = (  # B0 ... B3
    _fused(1, 16, 1, 1),
    _fused(2, 32, 4, 2),
    _fused(2, 48, 4, 2),
    _plain(3, 96, 4, 2),
    _plain(5, 112, 6, 1),
    _plain(8, 192, 6, 2),
)
SMALL = (
    _fused(2, 24, 1, 1),
    _fused(4, 48, 4, 2),
    _fused(4, 64, 4, 2),
    _plain(6, 128, 4, 2),
    _plain(9, 160, 6, 1),
    _plain(15, 256, 6, 2),
)
MEDIUM = (
    _fused(3, 24, 1, 1),
    _fused(5, 48, 4, 2),
    _fused(5, 80, 4, 2),
    _plain(7, 160, 4, 2),
    _plain(14, 176, 6, 1),
    _plain(18, 304, 6, 2),
    _plain(5, 512, 6, 1),
)
LARGE = (
    _fused(4, 32, 1, 1),
    _fused(7, 64, 4, 2),
    _fused(7, 96, 4, 2),
    _plain(10, 192, 4, 2),
    _plain(19, 224, 6, 1),
    _plain(25, 384, 6, 2),
    _plain(7, 640, 6, 1),
)


@dataclass(frozen=True)
class Shape:
    """How one of the networks is made.

    Attributes:
        letter: the end of its name.
        stages: the blocks.
        stem: the channels of the first convolution.
        size: of its own images.
        width, depth: how much wider and deeper than its stages say.
    """

    letter: str
    stages: Sequence[Block]
    stem: int
    size: int
    width: float = 1.0
    depth: float = 1.0

    def filters(self, count: int) -> int:
        """A number of channels in this width, as the nearest multiple of 8."""
        return max(MULTIPLE, int(count * self.width + MULTIPLE / 2) // MULTIPLE * MULTIPLE)

    def repeats(self, stage: Block) -> int:
        """How many blocks a stage has in this depth."""
        return math.ceil(self.depth * stage.repeats)


def _recipe(shape: Shape) -> Recipe:
    def features(images: Any, request: Request) -> Any:
        x = _prepared(images, shape) if request.own["include_preprocessing"] else images
        x = _conv(x, shape.filters(shape.stem), 3, "stem_", strides=2)
        total, done = sum(stage.repeats for stage in shape.stages), 0
        for number, stage in enumerate(shape.stages, 1):
            for at, letter in letters(shape.repeats(stage)):
                one = stage.at(at, shape.filters(stage.filters), DROPPED * done / total)
                x = _block(x, one, f"block{number}{letter}_")
                done += 1
        return _conv(x, shape.filters(1280), 1, "top_", strides=1)

    def head(features: Any, request: Request) -> Any:
        x = layers.Dropout(DROPPED, name="top_dropout")(mean_of_space(features))
        rules = {"kernel_initializer": DENSE_BY_FAN_OUT(), "bias_initializer": Constant(0.0)}
        return classes_of(x, request, **rules)

    return Recipe(features, head, size=shape.size)


def _prepared(images: Any, shape: Shape) -> Any:
    """Pixels of 0 ... 255, by ImageNet's mean and deviation, or brought to -1 ... 1."""
    if shape.stages is not BASE:
        return layers.Rescaling(1 / 128, offset=-1)(images)
    x = layers.Rescaling(1 / 255)(images)
    if not has_colours(images):
        return x
    variance = [each**2 for each in RGB_DEVIATION]
    normal = layers.Normalization(mean=list(RGB_MEAN), variance=variance, axis=channel_axis())
    return normal(x)


def _conv(x: Any, filters: int, window: int, name: str, strides: int) -> Any:
    conv = layers.Conv2D(
        filters,
        window,
        strides=strides,
        padding="same",
        use_bias=False,
        kernel_initializer=BY_FAN_OUT(),
        name=f"{name}conv",
    )
    return normalized(conv(x), name, momentum=MOMENTUM)


def _block(x: Any, block: Block, name: str) -> Any:
    given = x
    if block.expand != 1:
        x = expanded(x, block, name, MOMENTUM)
    if not block.fused:
        depthwise = layers.DepthwiseConv2D(
            block.window,
            strides=block.strides,
            padding="same",
            use_bias=False,
            depthwise_initializer=BY_FAN_OUT(),
            name=f"{name}dwconv2",
        )
        x = normalized(depthwise(x), name, momentum=MOMENTUM)
    if block.excite:
        inner = max(1, int(given.shape[channel_axis()] * block.excite))
        x = excited(x, inner, name)
    x = projected(x, block, name, MOMENTUM)
    return drop_and_add(x, given, block, name)


def _with_preprocessing(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    include_preprocessing: bool = True,
    name: str | None = None,
) -> None:
    """The arguments of these networks, in Keras's order."""


def _efficientnet(shape: Shape) -> Any:
    about = f"EfficientNetV2-{shape.letter} of Tan and Le (2021), {shape.size} x {shape.size}."
    return network(
        f"EfficientNetV2{shape.letter}",
        _recipe(shape),
        __name__,
        name=f"efficientnetv2-{shape.letter.lower()}",
        about=about,
        form=_with_preprocessing,
    )


preprocess_input = preprocessing(None, __name__)
EfficientNetV2B0 = _efficientnet(Shape("B0", BASE, 32, 224))
EfficientNetV2B1 = _efficientnet(Shape("B1", BASE, 32, 240, depth=1.1))
EfficientNetV2B2 = _efficientnet(Shape("B2", BASE, 32, 260, width=1.1, depth=1.2))
EfficientNetV2B3 = _efficientnet(Shape("B3", BASE, 32, 300, width=1.2, depth=1.4))
EfficientNetV2S = _efficientnet(Shape("S", SMALL, 24, 384))
EfficientNetV2M = _efficientnet(Shape("M", MEDIUM, 24, 480))
EfficientNetV2L = _efficientnet(Shape("L", LARGE, 32, 480))
