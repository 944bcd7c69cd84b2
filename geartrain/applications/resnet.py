"""ResNet: each block adds what its three convolutions find to what it was given.

    x  ->  relu(shortcut(x) + bn(conv1(relu(bn(conv3(relu(bn(conv1(x)))))))))

Source: He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition" (2015), table 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import layers
from geartrain.applications.imagenet_utils import decode_predictions, preprocessing
from geartrain.applications.images import channel_axis
from geartrain.applications.network import Recipe, network
from geartrain.applications.request import Request

__all__ = ["ResNet50", "ResNet101", "ResNet152", "decode_predictions", "preprocess_input"]

EPSILON = 1.001e-5
FILTERS = (64, 128, 256, 512)
ENLARGED = 4  # a block gives so many times the channels that it computes in


def normalized(x: Any, name: str, relu: str | None = None) -> Any:
    """Batch normalization, and relu, if it has a name."""
    x = layers.BatchNormalization(axis=channel_axis(), epsilon=EPSILON, name=name)(x)
    return x if relu is None else layers.Activation("relu", name=relu)(x)


def stem(images: Any, *, preactivated: bool) -> Any:
    """The first convolution and pooling, which leave a quarter of height and width."""
    x = layers.ZeroPadding2D(3, name="conv1_pad")(images)
    x = layers.Conv2D(64, 7, strides=2, name="conv1_conv")(x)
    if not preactivated:
        x = normalized(x, "conv1_bn", "conv1_relu")
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    return layers.MaxPooling2D(3, strides=2, name="pool1_pool")(x)


def _recipe(depths: Sequence[int]) -> Recipe:
    def features(images: Any, _request: Request) -> Any:
        x = stem(images, preactivated=False)
        for stage, (depth, filters) in enumerate(zip(depths, FILTERS, strict=True), 2):
            for block in range(1, depth + 1):
                strides = 2 if block == 1 and stage > 2 else 1
                x = _block(x, filters, strides, f"conv{stage}_block{block}", first=block == 1)
        return x

    return Recipe(features)


def _block(x: Any, filters: int, strides: int, name: str, *, first: bool) -> Any:
    shortcut = x
    if first:
        shortcut = layers.Conv2D(ENLARGED * filters, 1, strides, name=f"{name}_0_conv")(x)
        shortcut = normalized(shortcut, f"{name}_0_bn")
    x = layers.Conv2D(filters, 1, strides=strides, name=f"{name}_1_conv")(x)
    x = normalized(x, f"{name}_1_bn", f"{name}_1_relu")
    x = layers.Conv2D(filters, 3, padding="same", name=f"{name}_2_conv")(x)
    x = normalized(x, f"{name}_2_bn", f"{name}_2_relu")
    x = layers.Conv2D(ENLARGED * filters, 1, name=f"{name}_3_conv")(x)
    x = normalized(x, f"{name}_3_bn")
    x = layers.Add(name=f"{name}_add")([shortcut, x])
    return layers.Activation("relu", name=f"{name}_out")(x)


def _resnet(count: int, depths: Sequence[int]) -> Any:
    about = f"ResNet-{count} of He and others (2015), for images of 224 x 224."
    kind = f"ResNet{count}"
    return network(kind, _recipe(depths), __name__, name=kind.lower(), about=about)


preprocess_input = preprocessing("caffe", __name__)
ResNet50 = _resnet(50, (3, 4, 6, 3))
ResNet101 = _resnet(101, (3, 4, 23, 3))
ResNet152 = _resnet(152, (3, 8, 36, 3))
