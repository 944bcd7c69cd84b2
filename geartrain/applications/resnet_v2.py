"""ResNet v2: normalization and relu stand before the convolutions, and nothing after the sum.

Source: He, Zhang, Ren and Sun, "Identity Mappings in Deep Residual Networks" (2016), figure 1b.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import layers
from geartrain.applications.imagenet_utils import decode_predictions, preprocessing
from geartrain.applications.network import Recipe, network
from geartrain.applications.request import Request
from geartrain.applications.resnet import ENLARGED, FILTERS, normalized, stem

__all__ = ["ResNet50V2", "ResNet101V2", "ResNet152V2", "decode_predictions", "preprocess_input"]


def _recipe(depths: Sequence[int]) -> Recipe:
    def features(images: Any, _request: Request) -> Any:
        x = stem(images, preactivated=True)
        for stage, (depth, filters) in enumerate(zip(depths, FILTERS, strict=True), 2):
            for block in range(1, depth + 1):
                strides = 2 if block == depth and stage < 5 else 1
                x = _block(x, filters, strides, f"conv{stage}_block{block}", first=block == 1)
        return normalized(x, "post_bn", "post_relu")

    return Recipe(features)


def _block(x: Any, filters: int, strides: int, name: str, *, first: bool) -> Any:
    ready = normalized(x, f"{name}_preact_bn", f"{name}_preact_relu")
    if first:
        shortcut = layers.Conv2D(ENLARGED * filters, 1, strides, name=f"{name}_0_conv")(ready)
    else:
        shortcut = layers.MaxPooling2D(1, strides=strides)(x) if strides > 1 else x
    x = layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_1_conv")(ready)
    x = normalized(x, f"{name}_1_bn", f"{name}_1_relu")
    x = layers.ZeroPadding2D(1, name=f"{name}_2_pad")(x)
    x = layers.Conv2D(filters, 3, strides, use_bias=False, name=f"{name}_2_conv")(x)
    x = normalized(x, f"{name}_2_bn", f"{name}_2_relu")
    x = layers.Conv2D(ENLARGED * filters, 1, name=f"{name}_3_conv")(x)
    return layers.Add(name=f"{name}_out")([shortcut, x])


def _resnet(count: int, depths: Sequence[int]) -> Any:
    about = f"ResNet-{count} v2 of He and others (2016), for images of 224 x 224."
    kind = f"ResNet{count}V2"
    return network(kind, _recipe(depths), __name__, name=kind.lower(), about=about)


preprocess_input = preprocessing("tf", __name__)
ResNet50V2 = _resnet(50, (3, 4, 6, 3))
ResNet101V2 = _resnet(101, (3, 4, 23, 3))
ResNet152V2 = _resnet(152, (3, 8, 36, 3))
