"""`RandomShear`: images whose rows or columns slide over each other."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.layers.augmentation.affine import AffineLayer, matrix
from geartrain.layers.augmentation.factors import as_range
from geartrain.tensor import Tensor


class RandomShear(AffineLayer):
    """Each image sheared by its own factors, while training; half of them the other way.

    Args:
        x_factor: how many columns a row is moved against its neighbour; two numbers are the range.
        y_factor: how many rows a column is moved against its neighbour.
        interpolation: "bilinear" or "nearest".
        fill_mode: what lies beyond the edges: "reflect", "constant", "wrap" or "nearest".
        fill_value: the number of "constant".
        data_format: "channels_last" (if None) or "channels_first".
        seed: a whole number; None takes one from the global seed.
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
    >>> layer = layers.RandomShear((0.0, 0.0), fill_mode="constant")
    >>> layer([[[1.0], [2.0]], [[3.0], [4.0]]]).numpy()[..., 0].tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """

    has_factor = False

    def __init__(
        self,
        x_factor: Any = 0.0,
        y_factor: Any = 0.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            fill_mode, interpolation, fill_value, seed=seed, data_format=data_format, **kwargs
        )
        self.x_factor = as_range("RandomShear", "x_factor", x_factor)
        self.y_factor = as_range("RandomShear", "y_factor", y_factor)

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """The "shear_factor" of each image: of its rows, and of its columns."""
        if not training:
            return None
        images = self.images_in(data)
        shape = (self.count_of(images), 1)
        factors = [self.drawn(shape, each, seed) for each in (self.x_factor, self.y_factor)]
        is_back = ops.less(self.drawn(shape, (0.0, 1.0), seed), 0.5)
        joined = ops.concatenate(factors, axis=1) * ops.where(is_back, -1.0, 1.0)
        return {"shear_factor": joined, "input_shape": images.shape}

    def matrix_of(self, transformation: Any) -> Tensor:
        x, y = ops.unstack(ops.convert_to_tensor(transformation["shear_factor"]), axis=1)
        return matrix(1.0, x, 0.0, y, 1.0, 0.0)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "x_factor": self.x_factor, "y_factor": self.y_factor}
