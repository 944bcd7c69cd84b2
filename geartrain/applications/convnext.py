"""ConvNeXt: a convolutional network built with what transformers taught.

    x  ->  x + scale * dense(gelu(dense(norm(depthwise7(x)))))

Source: Liu and others, "A ConvNet for the 2020s" (2022), figure 4 and section 3; the scale of a
block: Touvron and others, "Going Deeper with Image Transformers" (2021), section 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geartrain import layers
from geartrain.applications.imagenet_utils import (
    RGB_DEVIATION,
    RGB_MEAN,
    decode_predictions,
    preprocessing,
)
from geartrain.applications.images import has_colours
from geartrain.applications.network import Recipe, mean_of_space, network
from geartrain.applications.request import Request
from geartrain.applications.scales import LayerScale
from geartrain.defaults import DEFAULTS
from geartrain.errors import explain
from geartrain.models import Sequential

__all__ = [
    "ConvNeXtBase",
    "ConvNeXtLarge",
    "ConvNeXtSmall",
    "ConvNeXtTiny",
    "ConvNeXtXLarge",
    "decode_predictions",
    "preprocess_input",
]

EPSILON = 1e-6
FIRST_SCALE = 1e-6
WIDER = 4  # how many times wider the middle of a block is


@dataclass(frozen=True)
class Shape:
    """How one of the networks is made: blocks and channels of its four stages."""

    kind: str
    depths: Sequence[int]
    filters: Sequence[int]

    @property
    def name(self) -> str:
        """As models are called by default: "convnext_tiny"."""
        return f"convnext_{self.kind.lower()}"


def _recipe(shape: Shape) -> Recipe:
    def features(images: Any, request: Request) -> Any:
        name = request.name
        prepares = request.own["include_preprocessing"] and has_colours(images)
        x = _prepared(images, name) if prepares else images
        x = _stem(shape.filters[0], name)(x)
        for stage, (depth, filters) in enumerate(zip(shape.depths, shape.filters, strict=True)):
            if stage > 0:
                x = _downsampling(filters, f"{name}_downsampling", stage - 1)(x)
            for block in range(depth):
                x = _block(x, filters, f"{name}_stage_{stage}_block_{block}")
        return x

    return Recipe(
        features,
        _head,
        pools=(None, None),
        check=_require_channels_last,
        headless=lambda x, _: _normalized()(x),
    )


def _require_channels_last(request: Request) -> None:
    """Its normalizations are over the last axis, which has to be that of the channels."""
    if DEFAULTS.image_data_format == "channels_first":
        raise ValueError(
            explain(
                f"{request.network} takes images whose channels come last",
                given="image_data_format 'channels_first' (set by config.set_image_data_format)",
                expected="'channels_last', for images of (height, width, channels)",
                remedy="geartrain.config.set_image_data_format('channels_last')",
            )
        )


def _normalized(name: str | None = None) -> Any:
    return layers.LayerNormalization(epsilon=EPSILON, name=name)


def _prepared(images: Any, name: str | None) -> Any:
    """Pixels of 0 ... 255, by ImageNet's mean and deviation."""
    normal = layers.Normalization(
        mean=[each * 255 for each in RGB_MEAN],
        variance=[(each * 255) ** 2 for each in RGB_DEVIATION],
        name=f"{name}_prestem_normalization",
    )
    return normal(images)


def _stem(filters: int, name: str | None) -> Sequential:
    conv = layers.Conv2D(filters, 4, strides=4, name=f"{name}_stem_conv")
    return Sequential([conv, _normalized(f"{name}_stem_layernorm")], name=f"{name}_stem")


def _downsampling(filters: int, name: str, number: int) -> Sequential:
    conv = layers.Conv2D(filters, 2, strides=2, name=f"{name}_conv_{number}")
    norm = _normalized(f"{name}_layernorm_{number}")
    return Sequential([norm, conv], name=f"{name}_block_{number}")


def _block(x: Any, filters: int, name: str) -> Any:
    given = x
    depthwise = layers.Conv2D(
        filters, 7, padding="same", groups=filters, name=f"{name}_depthwise_conv"
    )
    x = _normalized(f"{name}_layernorm")(depthwise(x))
    x = layers.Dense(WIDER * filters, name=f"{name}_pointwise_conv_1")(x)
    x = layers.Activation("gelu", name=f"{name}_gelu")(x)
    x = layers.Dense(filters, name=f"{name}_pointwise_conv_2")(x)
    x = LayerScale(FIRST_SCALE, filters, name=f"{name}_layer_scale")(x)
    x = layers.Activation("linear", name=f"{name}_identity")(x)
    return given + x


def _head(features: Any, request: Request) -> Any:
    name = request.name
    x = mean_of_space(features, f"{name}_head_gap")
    x = _normalized(f"{name}_head_layernorm")(x)
    last = layers.Dense(
        request.classes, activation=request.classifier_activation, name=f"{name}_head_dense"
    )
    return last(x)


def _with_preprocessing(
    include_top: bool = True,
    include_preprocessing: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str | None = None,
) -> None:
    """The arguments of these networks, in Keras's order."""


def _convnext(shape: Shape) -> Any:
    about = f"ConvNeXt-{shape.kind} of Liu and others (2022), for pixels of 0 ... 255."
    return network(
        f"ConvNeXt{shape.kind}",
        _recipe(shape),
        __name__,
        name=shape.name,
        about=about,
        form=_with_preprocessing,
    )


preprocess_input = preprocessing(None, __name__)
ConvNeXtTiny = _convnext(Shape("Tiny", (3, 3, 9, 3), (96, 192, 384, 768)))
ConvNeXtSmall = _convnext(Shape("Small", (3, 3, 27, 3), (96, 192, 384, 768)))
ConvNeXtBase = _convnext(Shape("Base", (3, 3, 27, 3), (128, 256, 512, 1024)))
ConvNeXtLarge = _convnext(Shape("Large", (3, 3, 27, 3), (192, 384, 768, 1536)))
ConvNeXtXLarge = _convnext(Shape("XLarge", (3, 3, 27, 3), (256, 512, 1024, 2048)))
