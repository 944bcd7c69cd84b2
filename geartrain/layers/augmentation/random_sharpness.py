"""`RandomSharpness`: images blurred or sharpened."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.layers.augmentation.colour_layer import ColourLayer
from geartrain.layers.augmentation.image_layer import per_image
from geartrain.ops.image.layout import as_batch, from_batch
from geartrain.tensor import Tensor


class RandomSharpness(ColourLayer):
    """Each image blurred or sharpened by its own amount, while training: blur + 2 f (x - blur).

    The blur is the mean of a pixel (5 parts) and its eight neighbours (1 part each), zeros being
    beyond the edges; values are kept in their range.

    Args:
        factor: f: 0 is the blur, 0.5 changes nothing, 1 sharpens; two numbers are the range.
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
        ValueError: the factor is below 0 or above 1, or the range is none.

    >>> from geartrain import layers
    >>> layers.RandomSharpness((0.0, 0.0))([[[13.0], [0.0], [0.0]]]).numpy().ravel().tolist()
    [5.0, 1.0, 0.0]
    """

    FACTOR_BOUNDS = (0.0, 1.0)

    def __init__(
        self,
        factor: Any,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range, factor=factor, data_format=data_format, seed=seed, **kwargs)

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """The "factor" of each image."""
        return {"factor": self.drawn((self.count_of(self.images_in(data)),), self.factor, seed)}

    def changed(self, images: Tensor, transformation: Any) -> Tensor:
        layout = self.layout_of(images)
        blurred = from_batch(_blurred(as_batch(images, layout)), layout)
        part = ops.cast(per_image(transformation["factor"], images), images.dtype) * 2.0
        return self.clipped(blurred + (images - blurred) * part)


def _blurred(images: Tensor) -> Tensor:
    """The mean of each pixel and its neighbours, as the sum of a square and of four middles."""
    around = ops.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)))
    rows = around[:, :-2] + around[:, 1:-1] + around[:, 2:]
    square = rows[:, :, :-2] + rows[:, :, 1:-1] + rows[:, :, 2:]
    return (square + images * 4.0) / 13.0
