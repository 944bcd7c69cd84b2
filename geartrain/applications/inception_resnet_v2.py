"""Inception-ResNet v2: what an Inception block finds, made small, is added to what it was given.

    x  ->  relu(x + scale * conv1(concatenate(branches of x)))

Source: Szegedy, Ioffe, Vanhoucke and Alemi, "Inception-v4, Inception-ResNet and the Impact of
Residual Connections on Learning" (2016), figures 15 to 19 and section 3.3 (the scale).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import layers
from geartrain.applications.imagenet_utils import decode_predictions, preprocessing
from geartrain.applications.images import channel_axis
from geartrain.applications.inception import (
    Step,
    branches,
    chain,
    conv,
    joined,
    pooled,
    stem,
)
from geartrain.applications.network import Recipe, network
from geartrain.applications.request import Request
from geartrain.applications.scales import CustomScaleLayer

__all__ = ["InceptionResNetV2", "decode_predictions", "preprocess_input"]

BLOCK_35: tuple[list[Step], ...] = ([(32, 1)], [(32, 1), (32, 3)], [(32, 1), (48, 3), (64, 3)])
BLOCK_17: tuple[list[Step], ...] = ([(192, 1)], [(128, 1), (160, (1, 7)), (192, (7, 1))])
BLOCK_8: tuple[list[Step], ...] = ([(192, 1)], [(192, 1), (224, (1, 3)), (256, (3, 1))])


def _features(images: Any, _request: Request) -> Any:
    x = _first_mixed(stem(images))
    for number in range(1, 11):
        x = _block(x, BLOCK_35, 0.17, f"block35_{number}")
    x = _to_17(x)
    for number in range(1, 21):
        x = _block(x, BLOCK_17, 0.1, f"block17_{number}")
    x = _to_8(x)
    for number in range(1, 10):
        x = _block(x, BLOCK_8, 0.2, f"block8_{number}")
    x = _block(x, BLOCK_8, 1.0, "block8_10", relu=False)
    return conv(x, 1536, 1, name="conv_7b", names=("conv_7b_bn", "conv_7b_ac"))


def _first_mixed(x: Any) -> Any:
    parts = branches(x, [(96, 1)], [(48, 1), (64, 5)], [(64, 1), (96, 3), (96, 3)])
    return joined([*parts, pooled(x, 64)], "mixed_5b")


def _block(
    x: Any, steps: Sequence[Sequence[Step]], scale: float, name: str, relu: bool = True
) -> Any:
    found = joined(branches(x, *steps), f"{name}_mixed")
    found = layers.Conv2D(x.shape[channel_axis()], 1, padding="same", name=f"{name}_conv")(found)
    x = CustomScaleLayer(scale)([x, found])
    return layers.Activation("relu", name=f"{name}_ac")(x) if relu else x


def _to_17(x: Any) -> Any:
    first = conv(x, 384, 3, strides=2, padding="valid")
    second = conv(chain(x, [(256, 1), (256, 3)]), 384, 3, strides=2, padding="valid")
    return joined([first, second, layers.MaxPooling2D(3, strides=2)(x)], "mixed_6a")


def _to_8(x: Any) -> Any:
    starts = (([(256, 1)], 384), ([(256, 1)], 288), ([(256, 1), (288, 3)], 320))
    parts = [
        conv(chain(x, steps), filters, 3, strides=2, padding="valid") for steps, filters in starts
    ]
    return joined([*parts, layers.MaxPooling2D(3, strides=2)(x)], "mixed_7a")


preprocess_input = preprocessing("tf", __name__)
InceptionResNetV2 = network(
    "InceptionResNetV2",
    Recipe(_features, size=299, smallest=75, pools=(None, None)),
    __name__,
    name="inception_resnet_v2",
    about="Inception-ResNet v2 of Szegedy and others (2016), for images of 299 x 299.",
)
