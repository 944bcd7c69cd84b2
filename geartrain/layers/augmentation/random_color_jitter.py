"""`RandomColorJitter`: images in another light."""

from __future__ import annotations

from typing import Any

from geartrain.layers.augmentation.colour_layer import ColourLayer
from geartrain.layers.augmentation.random_brightness import RandomBrightness
from geartrain.layers.augmentation.random_contrast import RandomContrast
from geartrain.layers.augmentation.random_hue import RandomHue
from geartrain.layers.augmentation.random_saturation import RandomSaturation
from geartrain.ops import cast
from geartrain.tensor import Tensor

NAMES = ("brightness", "contrast", "saturation", "hue")


class RandomColorJitter(ColourLayer):
    """Brightness, contrast, saturation and hue of each image changed, while training.

    Args:
        value_range: which values images have: (0, 255) or (0, 1).
        brightness_factor: as that of `RandomBrightness`; None: it is not changed.
        contrast_factor: as that of `RandomContrast`.
        saturation_factor: as that of `RandomSaturation`.
        hue_factor: as that of `RandomHue`.
        seed: a whole number; None takes one from the global seed.
        data_format: "channels_last" (if None) or "channels_first".
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        (height, width, 3) or (batch, height, width, 3), or a dict of "images" and what belongs to
        them.

    Output shape:
        The same.

    Raises:
        ValueError: a factor is not within its bounds, or the range is none.

    >>> from geartrain import layers
    >>> layer = layers.RandomColorJitter(brightness_factor=(0.2, 0.2))
    >>> layer([[[0.0, 51.0, 255.0]]]).numpy().ravel().tolist()
    [51.0, 102.0, 255.0]
    """

    has_factor = False
    listed = False

    def __init__(
        self,
        value_range: Any = (0, 255),
        brightness_factor: Any = None,
        contrast_factor: Any = None,
        saturation_factor: Any = None,
        hue_factor: Any = None,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range, data_format=data_format, seed=seed, **kwargs)
        self.brightness_factor, self.contrast_factor = brightness_factor, contrast_factor
        self.saturation_factor, self.hue_factor = saturation_factor, hue_factor
        known = {"value_range": value_range, "seed": seed, "data_format": data_format}
        kinds = (RandomBrightness, RandomContrast, RandomSaturation, RandomHue)
        for name, kind in zip(NAMES, kinds, strict=True):
            factor = getattr(self, f"{name}_factor")
            if factor is not None:
                setattr(self, f"random_{name}", kind(factor, **known))

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool | None = True
    ) -> Tensor:
        found = cast(images, self.compute_dtype)
        if training:
            for name in NAMES:
                layer = getattr(self, f"random_{name}", None)
                found = found if layer is None else layer(found, training=training)
        return cast(found, self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        own = {f"{name}_factor": getattr(self, f"{name}_factor") for name in NAMES}
        return {**super().get_config(), **own}
