"""Which changes a policy chooses from, and how strong they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geartrain import ops, random
from geartrain.layers.augmentation.auto_contrast import AutoContrast
from geartrain.layers.augmentation.colour_layer import ColourLayer
from geartrain.layers.augmentation.equalization import Equalization
from geartrain.layers.augmentation.factors import Range
from geartrain.layers.augmentation.image_layer import ImageLayer
from geartrain.layers.augmentation.random_brightness import RandomBrightness
from geartrain.layers.augmentation.random_color_degeneration import RandomColorDegeneration
from geartrain.layers.augmentation.random_contrast import RandomContrast
from geartrain.layers.augmentation.random_posterization import RandomPosterization
from geartrain.layers.augmentation.random_rotation import RandomRotation
from geartrain.layers.augmentation.random_sharpness import RandomSharpness
from geartrain.layers.augmentation.random_shear import RandomShear
from geartrain.layers.augmentation.random_translation import RandomTranslation
from geartrain.layers.augmentation.solarization import Solarization
from geartrain.tensor import Tensor

MOVING = ("random_shear", "random_translation", "random_rotation")
COLOURING = (
    "random_brightness",
    "random_color_degeneration",
    "random_contrast",
    "random_sharpness",
)
VALUING = ("random_posterization", "solarization", "auto_contrast", "equalization")
MOST_BITS, LEAST_BITS = 8, 4


def changes(factor: Range, names: Any, interpolation: str, **known: Any) -> dict[str, ImageLayer]:
    """The layers of some names, as strong as a factor says.

    Args:
        factor: the range of strength, from 0 to 1.
        names: of the layers.
        interpolation: of those that move pixels.
        **known: `value_range`, `seed`, `data_format` and `bounding_box_format`.
    """
    high = factor[1]
    moving = {name: each for name, each in known.items() if name != "value_range"}
    seen = {**moving, "interpolation": interpolation}
    steady = {name: each for name, each in known.items() if name != "seed"}
    bits = MOST_BITS - int((MOST_BITS - LEAST_BITS) * high)
    makers: dict[str, Callable[[], ImageLayer]] = {
        "random_shear": lambda: RandomShear(high, high, **seen),
        "random_translation": lambda: RandomTranslation(high, high, **seen),
        "random_rotation": lambda: RandomRotation(high, **seen),
        "random_brightness": lambda: RandomBrightness(high, **known),
        "random_color_degeneration": lambda: RandomColorDegeneration(factor, **known),
        "random_contrast": lambda: RandomContrast((high, high), **known),
        "random_sharpness": lambda: RandomSharpness(((1 - high) / 2, (1 + high) / 2), **known),
        "random_posterization": lambda: RandomPosterization((bits, MOST_BITS), **known),
        "solarization": lambda: Solarization(high, high, **known),
        "auto_contrast": lambda: AutoContrast(**steady),
        "equalization": lambda: Equalization(**steady),
    }
    return {name: makers[name]() for name in names}


class PolicyLayer(ColourLayer):
    """A layer that draws which of several changes are made, one after the other."""

    FACTOR_BOUNDS = (0.0, 1.0)
    listed = False

    def make_layers(self, names: Any, interpolation: str, seed: Any) -> None:
        """Keep the layers of these names as attributes of these names."""
        self.interpolation, self.change_names = interpolation, tuple(names)
        made = changes(
            self.factor,
            names,
            interpolation,
            value_range=self.value_range,
            seed=seed,
            data_format=self.data_format,
            bounding_box_format=self.bounding_box_format,
        )
        for name, layer in made.items():
            setattr(self, name, layer)

    def transformations_of(self, data: Any, seed: Any = None) -> dict[str, Any]:
        """What each of the layers would do."""
        return {
            name: getattr(self, name).get_random_transformation(data, training=True, seed=seed)
            for name in self.change_names
        }

    def choices(self, count: int, seed: Any = None) -> Tensor:
        """Numbers of layers, at random."""
        source = self.generator if seed is None else seed
        last = len(self.change_names)
        return random.randint((count,), 0, last, dtype="int32", seed=source)

    def one_of(self, number: Any, method: str, data: Any, transformations: Any) -> Any:
        """Data, changed by the layer of a number, which need not be known while tracing."""

        def by(name: str) -> Any:
            change = getattr(getattr(self, name), method)
            known = transformations[name]
            return lambda given: change(given, known, training=True)

        return ops.switch(number, [by(name) for name in self.change_names], data)
