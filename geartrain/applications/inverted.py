"""The inverted residual, as both EfficientNets have it.

    x  ->  x + drop(project(excite(depthwise(expand(x)))))

The channels are widened, looked at, weighed, and narrowed again; the wide map is never added.

Source: Sandler and others, "MobileNetV2: Inverted Residuals and Linear Bottlenecks" (2018),
section 3.3; Hu, Shen and Sun, "Squeeze-and-Excitation Networks" (2017), section 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from string import ascii_letters
from typing import Any

from geartrain import layers
from geartrain.applications.images import channel_axis
from geartrain.initializers import VarianceScaling

MULTIPLE = 8  # numbers of channels are multiples of it, for the sake of the hardware
MOST_LOST = 0.9  # rounding leaves at least so much


@dataclass(frozen=True)
class Block:
    """One block, or the stage that repeats it.

    Attributes:
        window: of the depthwise convolution.
        repeats: how many blocks the stage has, before the network's depth is looked at.
        filters: that come out, before the network's width is looked at.
        expand: how many times wider the middle is.
        strides: of the first block; the others have 1.
        excite: the part of its input's channels that the excitation is computed in; 0: none.
        fused: whether one convolution does what widening and depthwise would.
        drop: the rate at which training leaves it out.
    """

    window: int
    repeats: int
    filters: int
    expand: int
    strides: int
    excite: float = 0.25
    fused: bool = False
    drop: float = 0.0

    def at(self, place: int, filters: int, drop: float) -> Block:
        """The block at a place of the stage."""
        strides = self.strides if place == 0 else 1
        return replace(self, filters=filters, strides=strides, drop=drop)


def letters(count: int) -> Iterator[tuple[int, str]]:
    """Places and their letters: (0, "a"), (1, "b"), ..."""
    return zip(range(count), ascii_letters, strict=False)


def scaled_filters(filters: int, width: float, least: int = MULTIPLE) -> int:
    """A number of channels, times the width, as the nearest multiple of 8.

    It is never less than 90 % of what was wanted.

    >>> scaled_filters(32, 1.1), scaled_filters(24, 0.35)
    (32, 8)
    """
    wanted = filters * width
    found = max(least, int(wanted + MULTIPLE / 2) // MULTIPLE * MULTIPLE)
    return found if found >= MOST_LOST * wanted else found + MULTIPLE


def BY_FAN_OUT() -> VarianceScaling:  # noqa: N802  (a constant, but drawn anew by each layer)
    """The normal distribution of He and others (2015), by what a kernel gives."""
    return VarianceScaling(2.0, "fan_out", "truncated_normal")


def DENSE_BY_FAN_OUT() -> VarianceScaling:  # noqa: N802
    """The uniform distribution for the last layer."""
    return VarianceScaling(1 / 3, "fan_out", "uniform")


def normalized(x: Any, name: str, activation: bool = True, momentum: float = 0.99) -> Any:
    """Batch normalization and silu: `<name>bn`, `<name>activation`."""
    batch = layers.BatchNormalization(axis=channel_axis(), momentum=momentum, name=f"{name}bn")
    x = batch(x)
    return layers.Activation("silu", name=f"{name}activation")(x) if activation else x


def expanded(x: Any, block: Block, name: str, momentum: float = 0.99) -> Any:
    """The channels widened; by the window itself, if the block is fused."""
    window = (block.window, block.strides) if block.fused else (1, 1)
    conv = layers.Conv2D(
        x.shape[channel_axis()] * block.expand,
        *window,
        padding="same",
        use_bias=False,
        kernel_initializer=BY_FAN_OUT(),
        name=f"{name}expand_conv",
    )
    return normalized(conv(x), f"{name}expand_", momentum=momentum)


def excited(x: Any, inner: int, name: str) -> Any:
    """Each channel times a weight in 0 ... 1, which is computed of the means of all of them."""
    channels = x.shape[channel_axis()]
    shape = (channels, 1, 1) if channel_axis() == 1 else (1, 1, channels)
    weight = layers.GlobalAveragePooling2D(name=f"{name}se_squeeze")(x)
    weight = layers.Reshape(shape, name=f"{name}se_reshape")(weight)
    parts = (("reduce", inner, "silu"), ("expand", channels, "sigmoid"))
    for part, filters, activation in parts:
        conv = layers.Conv2D(
            filters,
            1,
            padding="same",
            activation=activation,
            kernel_initializer=BY_FAN_OUT(),
            name=f"{name}se_{part}",
        )
        weight = conv(weight)
    return layers.Multiply(name=f"{name}se_excite")([x, weight])


def projected(x: Any, block: Block, name: str, momentum: float = 0.99) -> Any:
    """The channels narrowed, without an activation."""
    whole = block.fused and block.expand == 1  # then this is the only convolution
    conv = layers.Conv2D(
        block.filters,
        *((block.window, block.strides) if whole else (1, 1)),
        padding="same",
        use_bias=False,
        kernel_initializer=BY_FAN_OUT(),
        name=f"{name}project_conv",
    )
    return normalized(conv(x), f"{name}project_", activation=whole, momentum=momentum)


def drop_and_add(x: Any, given: Any, block: Block, name: str) -> Any:
    """x, left out for some samples in training, added to what the block was given."""
    if block.strides != 1 or given.shape[channel_axis()] != block.filters:
        return x
    if block.drop:
        x = layers.Dropout(block.drop, noise_shape=(None, 1, 1, 1), name=f"{name}drop")(x)
    return layers.Add(name=f"{name}add")([x, given])
