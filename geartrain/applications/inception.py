"""What both Inception networks have: normalized convolutions, chains of them, the beginning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from geartrain import layers
from geartrain.applications.images import channel_axis

Window = int | tuple[int, int]
Step = tuple[int, Window]  # filters, and the window


def conv(
    x: Any,
    filters: int,
    window: Window,
    strides: int = 1,
    padding: str = "same",
    *,
    name: str | None = None,
    names: tuple[str | None, str | None] = (None, None),
) -> Any:
    """relu(normalized(convolution(x))); normalization has no scale, as relu follows.

    Args:
        x: (batch, rows, columns, channels).
        filters: how many come out.
        window: of the convolution.
        strides: of the convolution.
        padding: "same" or "valid".
        name: of the convolution; None is numbered.
        names: of the normalization and of relu.
    """
    x = layers.Conv2D(filters, window, strides=strides, padding=padding, use_bias=False, name=name)(
        x
    )
    x = layers.BatchNormalization(axis=channel_axis(), scale=False, name=names[0])(x)
    return layers.Activation("relu", name=names[1])(x)


def chain(x: Any, steps: Iterable[Step]) -> Any:
    """Convolutions one after the other."""
    for filters, window in steps:
        x = conv(x, filters, window)
    return x


def branches(x: Any, *steps: Sequence[Step]) -> list[Any]:
    """Chains beside each other, all of the same input."""
    return [chain(x, each) for each in steps]


def pooled(x: Any, filters: int) -> Any:
    """The mean of 3 x 3 neighbours, then a convolution of 1 x 1."""
    return conv(layers.AveragePooling2D(3, strides=1, padding="same")(x), filters, 1)


def joined(parts: Sequence[Any], name: str | None = None) -> Any:
    """The channels of all parts."""
    return layers.Concatenate(axis=channel_axis(), name=name)(list(parts))


def stem(images: Any) -> Any:
    """The first five convolutions, which leave an eighth of height and width."""
    x = conv(images, 32, 3, strides=2, padding="valid")
    x = conv(x, 32, 3, padding="valid")
    x = conv(x, 64, 3)
    x = layers.MaxPooling2D(3, strides=2)(x)
    x = conv(x, 80, 1, padding="valid")
    x = conv(x, 192, 3, padding="valid")
    return layers.MaxPooling2D(3, strides=2)(x)
