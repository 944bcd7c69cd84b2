"""Inception v3: windows of several sizes beside each other, large ones taken apart.

A window of 7 x 7 is one of 1 x 7 and one of 7 x 1, which costs a third.

Source: Szegedy, Vanhoucke, Ioffe, Shlens and Wojna, "Rethinking the Inception Architecture for
Computer Vision" (2015), table 1 and figures 5 to 7 and 10.
"""

from __future__ import annotations

from typing import Any

from geartrain import layers
from geartrain.applications.imagenet_utils import decode_predictions, preprocessing
from geartrain.applications.inception import Step, branches, chain, conv, joined, pooled, stem
from geartrain.applications.network import Recipe, network
from geartrain.applications.request import Request

__all__ = ["InceptionV3", "decode_predictions", "preprocess_input"]

ROW, COLUMN = (1, 7), (7, 1)
BLOCK_35: tuple[list[Step], ...] = (
    [(64, 1)],
    [(48, 1), (64, 5)],
    [(64, 1), (96, 3), (96, 3)],
)


def _features(images: Any, _request: Request) -> Any:
    x = stem(images)
    for number, pool in enumerate((32, 64, 64)):
        x = _block_of_35(x, pool, f"mixed{number}")
    x = _to_17(x)
    for number, inner in enumerate((128, 160, 160, 192), 4):
        x = _block_of_17(x, inner, f"mixed{number}")
    x = _to_8(x)
    for number in range(2):
        x = _block_of_8(x, number)
    return x


def _block_of_35(x: Any, pool: int, name: str) -> Any:
    return joined([*branches(x, *BLOCK_35), pooled(x, pool)], name)


def _to_17(x: Any) -> Any:
    large = conv(x, 384, 3, strides=2, padding="valid")
    small = conv(chain(x, [(64, 1), (96, 3)]), 96, 3, strides=2, padding="valid")
    return joined([large, small, layers.MaxPooling2D(3, strides=2)(x)], "mixed3")


def _block_of_17(x: Any, inner: int, name: str) -> Any:
    once: list[Step] = [(inner, 1), (inner, ROW), (192, COLUMN)]
    twice: list[Step] = [(inner, 1), *((inner, COLUMN), (inner, ROW)) * 2]
    twice[-1] = (192, ROW)
    parts = branches(x, [(192, 1)], once, twice)
    return joined([*parts, pooled(x, 192)], name)


def _to_8(x: Any) -> Any:
    small = conv(conv(x, 192, 1), 320, 3, strides=2, padding="valid")
    large = chain(x, [(192, 1), (192, ROW), (192, COLUMN)])
    large = conv(large, 192, 3, strides=2, padding="valid")
    return joined([small, large, layers.MaxPooling2D(3, strides=2)(x)], "mixed8")


def _block_of_8(x: Any, number: int) -> Any:
    first = conv(x, 320, 1)
    second = _spread(conv(x, 384, 1), f"mixed9_{number}")
    third = _spread(chain(x, [(448, 1), (384, 3)]), None)
    return joined([first, second, third, pooled(x, 192)], f"mixed{9 + number}")


def _spread(x: Any, name: str | None) -> Any:
    """1 x 3 and 3 x 1 beside each other."""
    return joined([conv(x, 384, (1, 3)), conv(x, 384, (3, 1))], name)


preprocess_input = preprocessing("tf", __name__)
InceptionV3 = network(
    "InceptionV3",
    Recipe(_features, size=299, smallest=75, pools=(None, None)),
    __name__,
    name="inception_v3",
    about="Inception v3 of Szegedy and others (2015), for images of 299 x 299.",
)
