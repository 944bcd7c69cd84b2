"""`RandomGaussianBlur`: images out of focus."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.errors import explain
from geartrain.layers.augmentation.colour_layer import ColourLayer
from geartrain.layers.augmentation.factors import as_range
from geartrain.layers.augmentation.image_layer import where_chosen
from geartrain.layers.augmentation.smoothing import bell_smoothed
from geartrain.ops.image.layout import as_batch, from_batch
from geartrain.tensor import Tensor

EPSILON = 1e-6


class RandomGaussianBlur(ColourLayer):
    """Some images, at random, blurred by a Gaussian bell, while training.

    Args:
        factor: the probability: a single number is the largest, two are the range from which it is
            drawn for each image.
        kernel_size: how many pixels are weighed: an odd number, or two: along the width and along
            the height.
        sigma: the standard deviation of the bell: a single number is the largest, two are the range
            from which it is drawn, for both directions, for each call.
        value_range: which values images have: (0, 255) or (0, 1).
        data_format: "channels_last" (if None) or "channels_first".
        seed: a whole number; None takes one from the global seed.
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        (height, width, channels) or (batch, height, width, channels), or a dict of "images" and
        what belongs to them.

    Output shape:
        The same.

    Raises:
        ValueError: the factor is below 0 or above 1, a kernel size is even, or the range is none.

    >>> from geartrain import layers
    >>> layer = layers.RandomGaussianBlur((1.0, 1.0), sigma=(1.0, 1.0))
    >>> layer([[[0.0], [100.0], [0.0]]], training=False).numpy().ravel().tolist()
    [0.0, 100.0, 0.0]
    """

    FACTOR_BOUNDS = (0.0, 1.0)
    listed = False

    def __init__(
        self,
        factor: Any = 1.0,
        kernel_size: Any = 3,
        sigma: Any = 1.0,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range, factor=factor, data_format=data_format, seed=seed, **kwargs)
        sizes = (kernel_size,) * 2 if isinstance(kernel_size, int) else tuple(kernel_size)
        if len(sizes) != 2 or any(size < 1 or size % 2 == 0 for size in sizes):
            raise ValueError(_size_message(kernel_size))
        self.kernel_size = sizes
        self.sigma = as_range("RandomGaussianBlur", "sigma", sigma, (0.0, float("inf")))

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """Which images are blurred, and the two deviations: "blur_factor"."""
        if not training:
            return None
        count = self.count_of(self.images_in(data))
        return {
            "should_apply_blur": self.chosen(count, self.factor, seed),
            "blur_factor": self.drawn((2,), self.sigma, seed) + EPSILON,
        }

    def changed(self, images: Tensor, transformation: Any) -> Tensor:
        layout = self.layout_of(images)
        blurred = as_batch(images, layout)
        deviations = ops.cast(transformation["blur_factor"], images.dtype)
        for place, axis in enumerate((2, 1)):
            blurred = bell_smoothed(blurred, axis, self.kernel_size[place], deviations[place])
        found = self.clipped(from_batch(blurred, layout))
        return where_chosen(transformation["should_apply_blur"], found, images)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "kernel_size": self.kernel_size, "sigma": self.sigma}


def _size_message(size: Any) -> str:
    return explain(
        "RandomGaussianBlur weighs as many pixels before one as behind it",
        given=f"kernel_size={size!r}",
        expected="an odd number, or two",
        remedy="kernel_size=3",
    )
