"""`RandomRotation`: images turned."""

from __future__ import annotations

import math
from typing import Any

from geartrain import ops
from geartrain.layers.augmentation.affine import AffineLayer, matrix
from geartrain.tensor import Tensor


class RandomRotation(AffineLayer):
    """Each image turned around its middle by its own angle, while training.

    Args:
        factor: how far, as a part of a full turn: 0.1 is up to 36 degrees to both sides; two
            numbers are the range. Positive is against the clock.
        fill_mode: what lies beyond the edges: "reflect", "constant", "wrap" or "nearest".
        interpolation: "bilinear" or "nearest".
        seed: a whole number; None takes one from the global seed.
        fill_value: the number of "constant".
        data_format: "channels_last" (if None) or "channels_first".
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        (height, width, channels) or (batch, height, width, channels), or a dict of "images" and
        what belongs to them.

    Output shape:
        The same.

    Raises:
        ValueError: a factor that is none.
        NotImplementedError: there is no such fill mode or interpolation.

    >>> from geartrain import layers
    >>> turned = layers.RandomRotation((0.25, 0.25))([[[1.0], [2.0]], [[3.0], [4.0]]])
    >>> turned.numpy()[..., 0].round(4).tolist()
    [[2.0, 4.0], [1.0, 3.0]]
    """

    def __init__(
        self,
        factor: Any,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            fill_mode,
            interpolation,
            fill_value,
            factor=factor,
            seed=seed,
            data_format=data_format,
            **kwargs,
        )

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """The "angle" of each image in degrees, and its "rotation_matrix"."""
        if not training:
            return None
        images = self.images_in(data)
        height, width = self.size_of(images)
        low, high = self.factor
        angle = self.drawn((self.count_of(images),), (low * 360.0, high * 360.0), seed)
        return {
            "angle": angle,
            "rotation_matrix": rotation(angle, height, width),
            "image_height": height,
            "image_width": width,
            "batch_size": self.count_of(images),
            "input_shape": images.shape,
        }

    def matrix_of(self, transformation: Any) -> Tensor:
        return ops.convert_to_tensor(transformation["rotation_matrix"])

    def _size_in(self, transformation: Any) -> tuple[int, int]:
        return transformation["image_height"], transformation["image_width"]


def rotation(degrees: Any, height: Any, width: Any) -> Tensor:
    """The eight numbers that turn images around their middle."""
    angle = ops.multiply(degrees, math.pi / 180)
    cos, sin = ops.cos(angle), ops.sin(angle)
    right, down = width - 1, height - 1
    x = (right - (cos * right - sin * down)) / 2
    y = (down - (sin * right + cos * down)) / 2
    return matrix(cos, -sin, x, sin, cos, y)
