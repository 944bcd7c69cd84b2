"""MobileNetV3: MobileNetV2 with excitation and hard-swish where a search found that they pay.

Source: Howard and others, "Searching for MobileNetV3" (2019), tables 1 (large) and 2 (small).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from geartrain import layers
from geartrain.applications.imagenet_utils import decode_predictions, preprocessing
from geartrain.applications.images import channel_axis
from geartrain.applications.inverted import scaled_filters
from geartrain.applications.mobile import check_alpha, last_axis, padding_of
from geartrain.applications.network import Recipe, network
from geartrain.applications.request import Request

__all__ = ["decode_predictions", "preprocess_input"]

WIDTHS = (0.75, 1.0)
MOMENTUM = 0.999
EXCITED = 0.25  # the part of the middle's channels that excitation is computed in


@dataclass(frozen=True)
class Row:
    """One row of the paper's tables: a block.

    Attributes:
        window: of the depthwise convolution.
        middle, given, filters: the channels in the middle, before and after, at width 1.
        excited: whether the channels are weighed.
        hard: whether hard-swish stands where relu would.
        strides: of the depthwise convolution.
    """

    window: int
    given: int
    middle: int
    filters: int
    excited: bool
    hard: bool
    strides: int


SMALL = (
    Row(3, 16, 16, 16, True, False, 2),
    Row(3, 16, 72, 24, False, False, 2),
    Row(3, 24, 88, 24, False, False, 1),
    Row(5, 24, 96, 40, True, True, 2),
    Row(5, 40, 240, 40, True, True, 1),
    Row(5, 40, 240, 40, True, True, 1),
    Row(5, 40, 120, 48, True, True, 1),
    Row(5, 48, 144, 48, True, True, 1),
    Row(5, 48, 288, 96, True, True, 2),
    Row(5, 96, 576, 96, True, True, 1),
    Row(5, 96, 576, 96, True, True, 1),
)
LARGE = (
    Row(3, 16, 16, 16, False, False, 1),
    Row(3, 16, 64, 24, False, False, 2),
    Row(3, 24, 72, 24, False, False, 1),
    Row(5, 24, 72, 40, True, False, 2),
    Row(5, 40, 120, 40, True, False, 1),
    Row(5, 40, 120, 40, True, False, 1),
    Row(3, 40, 240, 80, False, True, 2),
    Row(3, 80, 200, 80, False, True, 1),
    Row(3, 80, 184, 80, False, True, 1),
    Row(3, 80, 184, 80, False, True, 1),
    Row(3, 80, 480, 112, True, True, 1),
    Row(3, 112, 672, 112, True, True, 1),
    Row(5, 112, 672, 160, True, True, 2),
    Row(5, 160, 960, 160, True, True, 1),
    Row(5, 160, 960, 160, True, True, 1),
)


def _relu(x: Any) -> Any:
    return layers.ReLU()(x)


def _hard_swish(x: Any) -> Any:
    return layers.Activation("hard_silu")(x)


def _hard_sigmoid(x: Any) -> Any:
    """relu6(x + 3) / 6."""
    return layers.ReLU(6.0)(x + 3.0) * (1 / 6)


def _normalized(x: Any, name: str) -> Any:
    axis = last_axis()
    return layers.BatchNormalization(axis=axis, momentum=MOMENTUM, name=f"{name}_bn")(x)


def _last_activation(request: Request) -> Callable[[Any], Any]:
    return _relu if request.own["minimalistic"] else _hard_swish


def _recipe(rows: Sequence[Row], last: int) -> Recipe:
    def features(images: Any, request: Request) -> Any:
        x = layers.Rescaling(1 / 127.5, -1.0)(images) if _prepares(request) else images
        conv = layers.Conv2D(16, 3, strides=2, padding="same", use_bias=False, name="conv")
        x = _last_activation(request)(_normalized(conv(x), "conv"))
        for number, row in enumerate(rows):
            x = _block(x, row, number, request)
        channels = scaled_filters(x.shape[channel_axis()] * 6, 1.0)
        conv = layers.Conv2D(channels, 1, padding="same", use_bias=False, name="conv_1")
        return _last_activation(request)(_normalized(conv(x), "conv_1"))

    def head(features: Any, request: Request) -> Any:
        x = layers.GlobalAveragePooling2D(keepdims=True)(features)
        width = max(request.own["alpha"], 1.0)
        x = layers.Conv2D(scaled_filters(last, width), 1, padding="same", name="conv_2")(x)
        x = _last_activation(request)(x)
        if request.own["dropout_rate"] > 0:
            x = layers.Dropout(request.own["dropout_rate"])(x)
        x = layers.Conv2D(request.classes, 1, padding="same", name="logits")(x)
        x = layers.Flatten()(x)
        return layers.Activation(request.classifier_activation, name="predictions")(x)

    return Recipe(
        features,
        head,
        pools=("avg_pool", "max_pool"),
        any_size=True,
        check=_check,
        variant=_variant,
    )


def _prepares(request: Request) -> bool:
    return bool(request.own["include_preprocessing"])


def _block(x: Any, row: Row, number: int, request: Request) -> Any:
    given, channels = x, x.shape[channel_axis()]
    plain = request.own["minimalistic"]
    activation = _hard_swish if row.hard and not plain else _relu
    name = f"expanded_conv_{number}" if number else "expanded_conv"
    middle = channels
    if number:
        middle = scaled_filters(channels, row.middle / row.given)
        conv = layers.Conv2D(middle, 1, padding="same", use_bias=False, name=f"{name}_expand")
        x = activation(_normalized(conv(x), f"{name}_expand"))
    x = activation(_depthwise(x, 3 if plain else row.window, row.strides, f"{name}_depthwise"))
    if row.excited and not plain:
        x = _excited(x, middle, f"{name}_squeeze_excite")
    filters = scaled_filters(row.filters, request.own["alpha"])
    conv = layers.Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}_project")
    x = _normalized(conv(x), f"{name}_project")
    if row.strides == 1 and channels == filters:
        x = layers.Add(name=f"{name}_add")([given, x])
    return x


def _depthwise(x: Any, window: int, strides: int, name: str) -> Any:
    if strides == 2:
        x = layers.ZeroPadding2D(padding_of(x, window), name=f"{name}_pad")(x)
    conv = layers.DepthwiseConv2D(
        window,
        strides=strides,
        padding="same" if strides == 1 else "valid",
        use_bias=False,
        name=name,
    )
    return _normalized(conv(x), name)


def _excited(x: Any, channels: int, name: str) -> Any:
    """Each channel times a weight in 0 ... 1, which is computed of the means of all of them."""
    inner = scaled_filters(channels, EXCITED)
    weight = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_avg_pool")(x)
    weight = layers.Conv2D(inner, 1, padding="same", name=f"{name}_conv")(weight)
    weight = layers.ReLU(name=f"{name}_relu")(weight)
    weight = layers.Conv2D(channels, 1, padding="same", name=f"{name}_conv_1")(weight)
    return layers.Multiply(name=f"{name}_mul")([x, _hard_sigmoid(weight)])


def _check(request: Request) -> None:
    if request.is_trained:
        check_alpha(request, (1.0,) if request.own["minimalistic"] else WIDTHS)


def _variant(request: Request, _shape: Any) -> str:
    kind = " minimalistic" if request.own["minimalistic"] else ""
    return f"{kind} {request.own['alpha']:.2f}"


def _form(
    input_shape: Any = None,
    alpha: float = 1.0,
    minimalistic: bool = False,
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    classes: int = 1000,
    pooling: str | None = None,
    dropout_rate: float = 0.2,
    classifier_activation: Any = "softmax",
    include_preprocessing: bool = True,
    name: str | None = None,
) -> None:
    """The arguments of both, in Keras's order."""


def _mobilenet(kind: str, rows: Sequence[Row], last: int) -> Any:
    about = f"MobileNetV3-{kind} of Howard and others (2019), for pixels of 0 ... 255."
    name = f"MobileNetV3{kind}"
    return network(name, _recipe(rows, last), __name__, name=name, about=about, form=_form)


preprocess_input = preprocessing(None, __name__)
MobileNetV3Small = _mobilenet("Small", SMALL, 1024)
MobileNetV3Large = _mobilenet("Large", LARGE, 1280)
