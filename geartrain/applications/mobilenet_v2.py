"""MobileNetV2: the narrow maps are added, the wide ones between them are looked at.

    x  ->  x + project(relu6(depthwise(relu6(expand(x)))))

Source: Sandler, Howard, Zhu, Zhmoginov and Chen, "MobileNetV2: Inverted Residuals and Linear
Bottlenecks" (2018), tables 1 and 2.
"""

from __future__ import annotations

from typing import Any

from geartrain import layers
from geartrain.applications.imagenet_utils import decode_predictions, preprocessing
from geartrain.applications.images import channel_axis
from geartrain.applications.inverted import scaled_filters
from geartrain.applications.mobile import (
    check_alpha,
    last_axis,
    named_by_width,
    padding_of,
    side,
    trained_size,
)
from geartrain.applications.network import Recipe, mean_and_classes_unnamed, network
from geartrain.applications.request import Request

__all__ = ["MobileNetV2", "decode_predictions", "preprocess_input"]

WIDTHS = (0.35, 0.5, 0.75, 1.0, 1.3, 1.4)
SIZES = (96, 128, 160, 192, 224)
LAST = 1280
MOMENTUM = 0.999
# Of each stage: how many times wider the middle is, filters, blocks, strides of the first.
STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)


def _features(images: Any, request: Request) -> Any:
    alpha = request.own["alpha"]
    conv = _conv(scaled_filters(32, alpha), "Conv1", window=3, strides=2)
    x = _normalized(conv(images), "bn_Conv1", "Conv1_relu")
    number = 0
    for expand, filters, blocks, strides in STAGES:
        for at in range(blocks):
            width = scaled_filters(int(filters * alpha), 1.0)
            x = _block(x, expand, width, strides if at == 0 else 1, number)
            number += 1
    last = scaled_filters(LAST, alpha) if alpha > 1 else LAST
    conv = layers.Conv2D(last, 1, use_bias=False, name="Conv_1")
    return _normalized(conv(x), "Conv_1_bn", "out_relu")


def _conv(filters: int, name: str, window: int = 1, strides: int = 1) -> layers.Conv2D:
    return layers.Conv2D(
        filters, window, strides=strides, padding="same", use_bias=False, name=name
    )


def _normalized(x: Any, name: str, relu: str | None = None) -> Any:
    x = layers.BatchNormalization(axis=last_axis(), momentum=MOMENTUM, name=name)(x)
    return x if relu is None else layers.ReLU(6.0, name=relu)(x)


def _block(x: Any, expand: int, filters: int, strides: int, number: int) -> Any:
    given, channels = x, x.shape[channel_axis()]
    name = f"block_{number}_" if number else "expanded_conv_"
    if number:
        x = _conv(expand * channels, f"{name}expand")(x)
        x = _normalized(x, f"{name}expand_BN", f"{name}expand_relu")
    if strides == 2:
        x = layers.ZeroPadding2D(padding_of(x, 3), name=f"{name}pad")(x)
    depthwise = layers.DepthwiseConv2D(
        3,
        strides=strides,
        padding="same" if strides == 1 else "valid",
        use_bias=False,
        name=f"{name}depthwise",
    )
    x = _normalized(depthwise(x), f"{name}depthwise_BN", f"{name}depthwise_relu")
    x = _normalized(_conv(filters, f"{name}project")(x), f"{name}project_BN")
    if strides == 1 and channels == filters:
        x = layers.Add(name=f"{name}add")([given, x])
    return x


def _check(request: Request) -> None:
    if request.is_trained:
        check_alpha(request, WIDTHS)


def _form(
    input_shape: Any = None,
    alpha: float = 1.0,
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str | None = None,
) -> None:
    """The arguments of MobileNetV2, in Keras's order."""


preprocess_input = preprocessing("tf", __name__)
MobileNetV2 = network(
    "MobileNetV2",
    Recipe(
        _features,
        mean_and_classes_unnamed,
        size=lambda request: trained_size(request, SIZES),
        pools=(None, None),
        named=named_by_width("mobilenetv2"),
        variant=lambda request, shape: f" {request.own['alpha']:.2f} {side(shape)}",
        check=_check,
    ),
    __name__,
    about="MobileNetV2 of Sandler and others (2018), for images of 224 x 224.",
    form=_form,
)
