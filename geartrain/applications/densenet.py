"""DenseNet: each layer takes what all layers before it in its block have found.

    x  ->  concatenate(x, conv3(relu(bn(conv1(relu(bn(x)))))))

Source: Huang, Liu, van der Maaten and Weinberger, "Densely Connected Convolutional Networks"
(2016), table 1, with growth rate 32, bottlenecks and compression 0.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import layers
from geartrain.applications.imagenet_utils import decode_predictions, preprocessing
from geartrain.applications.images import channel_axis
from geartrain.applications.network import Recipe, network
from geartrain.applications.request import Request
from geartrain.applications.resnet import normalized

__all__ = ["DenseNet121", "DenseNet169", "DenseNet201", "decode_predictions", "preprocess_input"]

GROWTH = 32
BOTTLENECK = 4
COMPRESSION = 0.5


def _recipe(depths: Sequence[int]) -> Recipe:
    def features(images: Any, _request: Request) -> Any:
        x = _stem(images)
        for stage, depth in enumerate(depths, 2):
            for block in range(1, depth + 1):
                x = _dense_block(x, f"conv{stage}_block{block}")
            if stage <= len(depths):
                x = _transition(x, f"pool{stage}")
        return normalized(x, "bn", "relu")

    return Recipe(features)


def _conv(x: Any, filters: int, size: int, name: str, **kwargs: Any) -> Any:
    return layers.Conv2D(filters, size, use_bias=False, name=name, **kwargs)(x)


def _stem(images: Any) -> Any:
    x = layers.ZeroPadding2D(3)(images)
    x = _conv(x, 64, 7, "conv1_conv", strides=2)
    x = normalized(x, "conv1_bn", "conv1_relu")
    x = layers.ZeroPadding2D(1)(x)
    return layers.MaxPooling2D(3, strides=2, name="pool1")(x)


def _dense_block(x: Any, name: str) -> Any:
    found = normalized(x, f"{name}_0_bn", f"{name}_0_relu")
    found = _conv(found, BOTTLENECK * GROWTH, 1, f"{name}_1_conv")
    found = normalized(found, f"{name}_1_bn", f"{name}_1_relu")
    found = _conv(found, GROWTH, 3, f"{name}_2_conv", padding="same")
    return layers.Concatenate(axis=channel_axis(), name=f"{name}_concat")([x, found])


def _transition(x: Any, name: str) -> Any:
    x = normalized(x, f"{name}_bn", f"{name}_relu")
    x = _conv(x, int(x.shape[channel_axis()] * COMPRESSION), 1, f"{name}_conv")
    return layers.AveragePooling2D(2, strides=2, name=f"{name}_pool")(x)


def _densenet(count: int, depths: Sequence[int]) -> Any:
    about = f"DenseNet-{count} of Huang and others (2016), for images of 224 x 224."
    kind = f"DenseNet{count}"
    return network(kind, _recipe(depths), __name__, name=kind.lower(), about=about)


preprocess_input = preprocessing("torch", __name__)
DenseNet121 = _densenet(121, (6, 12, 24, 16))
DenseNet169 = _densenet(169, (6, 12, 32, 32))
DenseNet201 = _densenet(201, (6, 12, 48, 32))
