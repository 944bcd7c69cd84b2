"""MobileNet: each convolution as one over space, channel by channel, and one over channels.

Source: Howard and others, "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
Applications" (2017), table 1; `alpha` is its width multiplier (section 3.3).
"""

from __future__ import annotations

from typing import Any

from geartrain import layers
from geartrain.applications.imagenet_utils import decode_predictions, preprocessing
from geartrain.applications.mobile import (
    check_alpha,
    last_axis,
    named_by_width,
    side,
    trained_size,
)
from geartrain.applications.network import Recipe, network
from geartrain.applications.request import Request
from geartrain.errors import explain

__all__ = ["MobileNet", "decode_predictions", "preprocess_input"]

WIDTHS = (0.25, 0.5, 0.75, 1.0)
SIZES = (128, 160, 192, 224)
# Filters and strides of the blocks.
BLOCKS = (
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    *((512, 1),) * 5,
    (1024, 2),
    (1024, 1),
)


def _features(images: Any, request: Request) -> Any:
    alpha, multiplier = request.own["alpha"], request.own["depth_multiplier"]
    conv = layers.Conv2D(
        int(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="conv1"
    )
    x = _finished(conv(images), "conv1")
    for number, (filters, strides) in enumerate(BLOCKS, 1):
        x = _block(x, int(filters * alpha), multiplier, strides, number)
    return x


def _block(x: Any, filters: int, multiplier: int, strides: int, number: int) -> Any:
    if strides == 2:
        x = layers.ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{number}")(x)
    depthwise = layers.DepthwiseConv2D(
        3,
        strides=strides,
        padding="same" if strides == 1 else "valid",
        depth_multiplier=multiplier,
        use_bias=False,
        name=f"conv_dw_{number}",
    )
    x = _finished(depthwise(x), f"conv_dw_{number}")
    name = f"conv_pw_{number}"
    pointwise = layers.Conv2D(filters, 1, padding="same", use_bias=False, name=name)
    return _finished(pointwise(x), name)


def _finished(x: Any, name: str) -> Any:
    x = layers.BatchNormalization(axis=last_axis(), name=f"{name}_bn")(x)
    return layers.ReLU(6.0, name=f"{name}_relu")(x)


def _head(features: Any, request: Request) -> Any:
    x = layers.GlobalAveragePooling2D(keepdims=True)(features)
    x = layers.Dropout(request.own["dropout"], name="dropout")(x)
    x = layers.Conv2D(request.classes, 1, padding="same", name="conv_preds")(x)
    x = layers.Reshape((request.classes,), name="reshape_2")(x)
    return layers.Activation(request.classifier_activation, name="predictions")(x)


def _check(request: Request) -> None:
    if not request.is_trained:
        return
    if request.own["depth_multiplier"] != 1:
        raise ValueError(
            explain(
                "The trained MobileNet has one filter for each channel",
                given=f"weights='imagenet', depth_multiplier={request.own['depth_multiplier']}",
                expected="depth_multiplier=1",
                remedy="MobileNet(weights=None, depth_multiplier=...)",
            )
        )
    check_alpha(request, WIDTHS)


def _form(
    input_shape: Any = None,
    alpha: float = 1.0,
    depth_multiplier: int = 1,
    dropout: float = 0.001,
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str | None = None,
) -> None:
    """The arguments of MobileNet, in Keras's order."""


preprocess_input = preprocessing("tf", __name__)
MobileNet = network(
    "MobileNet",
    Recipe(
        _features,
        _head,
        size=lambda request: trained_size(request, SIZES),
        pools=(None, None),
        named=named_by_width("mobilenet"),
        variant=lambda request, shape: f" {request.own['alpha']:.2f} {side(shape)}",
        check=_check,
    ),
    __name__,
    about="MobileNet of Howard and others (2017), for images of 224 x 224.",
    form=_form,
)
