"""VGG: 3x3 convolutions on top of each other, a layer that halves the map after each group.

Source: Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
Recognition" (2014), table 1, columns D and E.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import layers
from geartrain.applications.network import Recipe, classes_of
from geartrain.applications.request import Request

FILTERS = (64, 128, 256, 512, 512)


def recipe_of(depths: Sequence[int]) -> Recipe:
    """The recipe of a VGG with so many convolutions in each of its five groups."""

    def features(images: Any, _request: Request) -> Any:
        x = images
        for block, (depth, filters) in enumerate(zip(depths, FILTERS, strict=True), 1):
            for number in range(1, depth + 1):
                name = f"block{block}_conv{number}"
                conv = layers.Conv2D(filters, 3, padding="same", activation="relu", name=name)
                x = conv(x)
            x = layers.MaxPooling2D(2, strides=2, name=f"block{block}_pool")(x)
        return x

    return Recipe(features, _head, pools=(None, None))


def _head(features: Any, request: Request) -> Any:
    x = layers.Flatten(name="flatten")(features)
    for name in ("fc1", "fc2"):
        x = layers.Dense(4096, activation="relu", name=name)(x)
    return classes_of(x, request)
