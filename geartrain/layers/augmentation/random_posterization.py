"""`RandomPosterization`: images with fewer shades."""

from __future__ import annotations

from typing import Any

from geartrain import ops, random
from geartrain.layers.augmentation.colour_layer import ColourLayer
from geartrain.layers.augmentation.factors import as_range
from geartrain.layers.augmentation.image_layer import per_image
from geartrain.tensor import Tensor


class RandomPosterization(ColourLayer):
    """Each image with some of the eight bits of its values only, while training.

    Args:
        factor: how many bits stay, from 1 to 8: up to this many, from 1 on, or two numbers: the
            range, without its end.
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
        ValueError: the factor is not from 1 to 8, or the range is none.

    >>> from geartrain import layers
    >>> layers.RandomPosterization((1, 1))([[[127.0], [200.0]]]).numpy().ravel().tolist()
    [0.0, 128.0]
    """

    has_factor = False

    def __init__(
        self,
        factor: Any,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range, data_format=data_format, seed=seed, **kwargs)
        low, high = as_range("RandomPosterization", "factor", factor, (1, 8))
        self.factor = (int(low), int(high))

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """The "shift_factor" of each image: how many bits it loses."""
        low, high = self.factor
        count = self.count_of(self.images_in(data))
        source = self.generator if seed is None else seed
        kept = random.randint((count,), low, max(high, low + 1), seed=source)
        return {"shift_factor": ops.cast(8 - kept, "uint8")}

    def changed(self, images: Tensor, transformation: Any) -> Tensor:
        values = ops.floor(ops.clip(self.in_bytes(images), 0.0, 255.0))
        step = ops.power(2.0, ops.cast(transformation["shift_factor"], images.dtype))
        step = per_image(step, images)
        return self.from_bytes(ops.floor(values / step) * step)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor}
