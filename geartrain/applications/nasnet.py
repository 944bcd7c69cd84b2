"""NASNet-A: two cells that a search found, stacked.

A cell takes what the cell before it gave, and what the one before that gave, does five things with
them, and concatenates the results. A reduction cell halves the map.

Source: Zoph, Vasudevan, Shlens and Le, "Learning Transferable Architectures for Scalable Image
Recognition" (2017), figure 4 (the cells) and figure 2 (how they are stacked).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geartrain import layers
from geartrain.applications.imagenet_utils import decode_predictions, preprocessing
from geartrain.applications.mobile import last_axis, padding_of
from geartrain.applications.network import Recipe, mean_and_classes_unnamed, network
from geartrain.applications.request import Request
from geartrain.tensor import name_scope

__all__ = ["NASNetLarge", "NASNetMobile", "decode_predictions", "preprocess_input"]

PENULTIMATE = 24  # the last map has so many times the filters of a cell of the first group
MOMENTUM = 0.9997


@dataclass(frozen=True)
class Map:
    """What a cell gave, and how often its height and width were halved."""

    x: Any
    halved: int


@dataclass(frozen=True)
class Shape:
    """How one of the networks is made.

    Attributes:
        cells: normal cells in each of the three groups.
        stem: filters of the first convolution.
        filters: of the cells of the first group.
        skips: whether the first cell of a group looks past the reduction before it.
    """

    cells: int
    stem: int
    filters: int
    skips: bool


def _recipe(shape: Shape, size: int) -> Recipe:
    def features(images: Any, _request: Request) -> Any:
        x = layers.Conv2D(
            shape.stem,
            3,
            strides=2,
            use_bias=False,
            kernel_initializer="he_normal",
            name="stem_conv1",
        )(images)
        before, now = None, Map(_normalized(x, "stem_bn1"), 0)
        for number, part in enumerate((4, 2), 1):
            name = f"stem_{number}"
            before, now = now, _reduction(now, before, shape.filters // part, name)
        return _groups(before, now, shape)

    return Recipe(features, mean_and_classes_unnamed, size=size, pools=(None, None))


def _groups(before: Any, now: Map, shape: Shape) -> Any:
    """The three groups of normal cells, and the reductions between them."""
    for group in range(3):
        filters = shape.filters * 2**group
        if group > 0:
            name = f"reduce_{group * shape.cells}"
            reduced = _reduction(now, before, filters, name)
            before, now = (before if shape.skips else now), reduced
        first = group * shape.cells + (group > 0)  # numbers count one of the two reductions
        for number in range(first, first + shape.cells):
            before, now = now, _normal(now, before, filters, str(number))
    return _relu(now.x)


def _relu(x: Any, name: str | None = None) -> Any:
    return layers.Activation("relu", name=name)(x)


def _normalized(x: Any, name: str) -> Any:
    return layers.BatchNormalization(axis=last_axis(), momentum=MOMENTUM, name=name)(x)


def _conv(x: Any, filters: int, name: str) -> Any:
    conv = layers.Conv2D(
        filters, 1, padding="same", use_bias=False, kernel_initializer="he_normal", name=name
    )
    return conv(x)


def _separable(x: Any, filters: int, window: int, name: str, strides: int = 1) -> Any:
    """relu, a separable convolution and normalization, twice."""
    with name_scope(f"separable_conv_block_{name}"):
        x = _relu(x)
        if strides == 2:
            name_of_pad = f"separable_conv_1_pad_{name}"
            x = layers.ZeroPadding2D(padding_of(x, window), name=name_of_pad)(x)
        x = _separable_conv(x, filters, window, 1, name, strides)
        return _separable_conv(_relu(x), filters, window, 2, name, 1)


def _separable_conv(x: Any, filters: int, window: int, number: int, name: str, strides: int) -> Any:
    conv = layers.SeparableConv2D(
        filters,
        window,
        strides=strides,
        padding="valid" if strides == 2 else "same",
        use_bias=False,
        name=f"separable_conv_{number}_{name}",
    )
    return _normalized(conv(x), f"separable_conv_{number}_bn_{name}")


def _adjusted(before: Map | None, now: Map, filters: int, name: str) -> Any:
    """What the cell before the last gave, in the size and width of the last one's."""
    if before is None:
        return now.x
    x = before.x
    if before.halved != now.halved:
        with name_scope("adjust_block"), name_scope(f"adjust_reduction_block_{name}"):
            x = _halved(_relu(x, f"adjust_relu_1_{name}"), filters, name)
            return _normalized(x, f"adjust_bn_{name}")
    if x.shape[last_axis()] == filters:
        return x
    with name_scope("adjust_block"), name_scope(f"adjust_projection_block_{name}"):
        x = _conv(_relu(x), filters, f"adjust_conv_projection_{name}")
        return _normalized(x, f"adjust_bn_{name}")


def _halved(x: Any, filters: int, name: str) -> Any:
    """Every second row and column, and those between them: each gives half of the channels."""
    first = layers.AveragePooling2D(1, strides=2, name=f"adjust_avg_pool_1_{name}")(x)
    first = _conv(first, filters // 2, f"adjust_conv_1_{name}")
    second = layers.ZeroPadding2D(((0, 1), (0, 1)))(x)
    second = layers.Cropping2D(((1, 0), (1, 0)))(second)
    second = layers.AveragePooling2D(1, strides=2, name=f"adjust_avg_pool_2_{name}")(second)
    second = _conv(second, filters // 2, f"adjust_conv_2_{name}")
    return layers.Concatenate(axis=last_axis())([first, second])


def _mean(x: Any, name: str) -> Any:
    return layers.AveragePooling2D(3, strides=1, padding="same", name=name)(x)


def _added(parts: Sequence[Any], name: str | None = None) -> Any:
    return layers.Add(name=name)(list(parts))


def _joined(parts: Sequence[Any], name: str) -> Any:
    return layers.Concatenate(axis=last_axis(), name=name)(list(parts))


def _normal(now: Map, before: Map | None, filters: int, name: str) -> Map:
    """The normal cell: figure 4, left."""
    with name_scope(f"normal_A_block_{name}"):
        p = _adjusted(before, now, filters, name)
        h = _conv(_relu(now.x), filters, f"normal_conv_1_{name}")
        h = _normalized(h, f"normal_bn_1_{name}")
        with name_scope("block_1"):
            left = _separable(h, filters, 5, f"normal_left1_{name}")
            right = _separable(p, filters, 3, f"normal_right1_{name}")
            first = _added([left, right], f"normal_add_1_{name}")
        with name_scope("block_2"):
            left = _separable(p, filters, 5, f"normal_left2_{name}")
            right = _separable(p, filters, 3, f"normal_right2_{name}")
            second = _added([left, right], f"normal_add_2_{name}")
        third = _added([_mean(h, f"normal_left3_{name}"), p], f"normal_add_3_{name}")
        means = [_mean(p, f"normal_{side}4_{name}") for side in ("left", "right")]
        fourth = _added(means, f"normal_add_4_{name}")
        with name_scope("block_5"):
            left = _separable(h, filters, 3, f"normal_left5_{name}")
            fifth = _added([left, h], f"normal_add_5_{name}")
        x = _joined([p, first, second, third, fourth, fifth], f"normal_concat_{name}")
    return Map(x, now.halved)


def _reduction(now: Map, before: Map | None, filters: int, name: str) -> Map:
    """The reduction cell: figure 4, right."""
    with name_scope(f"reduction_A_block_{name}"):
        p = _adjusted(before, now, filters, name)
        h = _conv(_relu(now.x), filters, f"reduction_conv_1_{name}")
        h = _normalized(h, f"reduction_bn_1_{name}")
        padded = layers.ZeroPadding2D(padding_of(h, 3), name=f"reduction_pad_1_{name}")(h)
        with name_scope("block_1"):
            left = _separable(h, filters, 5, f"reduction_left1_{name}", strides=2)
            right = _separable(p, filters, 7, f"reduction_right1_{name}", strides=2)
            first = _added([left, right], f"reduction_add_1_{name}")
        with name_scope("block_2"):
            left = layers.MaxPooling2D(3, strides=2, name=f"reduction_left2_{name}")(padded)
            right = _separable(p, filters, 7, f"reduction_right2_{name}", strides=2)
            second = _added([left, right], f"reduction_add_2_{name}")
        with name_scope("block_3"):
            left = layers.AveragePooling2D(3, strides=2, name=f"reduction_left3_{name}")(padded)
            right = _separable(p, filters, 5, f"reduction_right3_{name}", strides=2)
            third = _added([left, right], f"reduction_add3_{name}")
        fourth = _added([second, _mean(first, f"reduction_left4_{name}")])
        with name_scope("block_5"):
            left = _separable(first, filters, 3, f"reduction_left4_{name}")
            right = layers.MaxPooling2D(3, strides=2, name=f"reduction_right5_{name}")(padded)
            fifth = _added([left, right], f"reduction_add4_{name}")
        x = _joined([second, third, fourth, fifth], f"reduction_concat_{name}")
    return Map(x, now.halved + 1)


def _form(
    input_shape: Any = None,
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str | None = None,
) -> None:
    """The arguments of both, in Keras's order."""


def _nasnet(kind: str, shape: Shape, size: int) -> Any:
    filters = shape.filters * PENULTIMATE
    about = f"NASNet-A ({shape.cells} @ {filters}) of Zoph and others (2017), {size} x {size}."
    return network(
        f"NASNet{kind}",
        _recipe(shape, size),
        __name__,
        name=f"nasnet_{kind.lower()}",
        about=about,
        form=_form,
    )


preprocess_input = preprocessing("tf", __name__)
NASNetMobile = _nasnet("Mobile", Shape(4, 32, 44, skips=False), 224)
NASNetLarge = _nasnet("Large", Shape(6, 96, 168, skips=True), 331)
