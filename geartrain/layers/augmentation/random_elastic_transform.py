"""`RandomElasticTransform`: images bent like rubber."""

from __future__ import annotations

from typing import Any

from geartrain import ops, random
from geartrain.errors import unknown_name
from geartrain.layers.augmentation.affine import FILL_MODES, INTERPOLATIONS
from geartrain.layers.augmentation.colour_layer import ColourLayer
from geartrain.layers.augmentation.factors import as_range
from geartrain.layers.augmentation.image_layer import where_chosen
from geartrain.layers.augmentation.smoothing import bell_smoothed
from geartrain.ops.image.layout import image_size
from geartrain.ops.image.transform import ORDERS, looked_up, pixel_grid
from geartrain.tensor import Tensor

DEVIATION, MOVES = 0.05, 0.1  # of the height
EPSILON = 1e-6
IMAGES_AND_MASKS = ("images", "segmentation_masks")


class RandomElasticTransform(ColourLayer):
    """Some images, at random, bent like rubber, while training.

    Every pixel is moved by a field of normal noise, smoothed by a Gaussian bell; a field for each
    image. Source: Simard, Steinkraus and Platt, "Best practices for convolutional neural networks"
    (2003), section 2.

    Args:
        factor: the probability: a single number is the largest, two are the range from which it is
            drawn for each image.
        scale: how far pixels are moved: a single number is the largest, two are the range from
            which it is drawn for each call. At 1 the bell has 5 % of the height as its deviation,
            and pixels move by some 3 % of the height.
        interpolation: "bilinear" or "nearest".
        fill_mode: what lies beyond the edges: "reflect", "constant", "wrap" or "nearest".
        fill_value: the number of "constant".
        value_range: which values images have: (0, 255) or (0, 1).
        seed: a whole number; None takes one from the global seed.
        data_format: "channels_last" (if None) or "channels_first".
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        (height, width, channels) or (batch, height, width, channels), or a dict of "images" and
        what belongs to them.

    Output shape:
        The same.

    Raises:
        ValueError: the factor is below 0 or above 1, or an argument is not known.

    >>> from geartrain import layers
    >>> layers.RandomElasticTransform(0.0)([[[1.0], [2.0]]]).numpy().ravel().tolist()
    [1.0, 2.0]
    """

    FACTOR_BOUNDS = (0.0, 1.0)
    listed = False

    def __init__(
        self,
        factor: Any = 1.0,
        scale: Any = 1.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range, factor=factor, seed=seed, data_format=data_format, **kwargs)
        self.scale = as_range("RandomElasticTransform", "scale", scale, (0.0, 1.0))
        for name, given, known in (
            ("interpolation", interpolation, INTERPOLATIONS),
            ("fill_mode", fill_mode, FILL_MODES),
        ):
            if given not in known:
                remedy = f"layers.RandomElasticTransform({name}={{}})"
                raise ValueError(unknown_name(name, given, known, remedy=remedy))
        self.interpolation, self.fill_mode = interpolation, fill_mode
        self.fill_value = fill_value

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """Which images are bent, how far, and the seed of the fields."""
        if not training:
            return None
        count = self.count_of(self.images_in(data))
        return {
            "apply_transform": self.chosen(count, self.factor, seed),
            "distortion_factor": self.drawn((), self.scale, seed),
            "seed": self.generator if seed is None else seed,
        }

    def changed(self, images: Tensor, transformation: Any) -> Tensor:
        points = self._points(images, transformation)
        bent = self._looked_up(images, points, self.interpolation)
        return where_chosen(transformation["apply_transform"], self.clipped(bent), images)

    def _looked_up(self, images: Tensor, points: Any, interpolation: str) -> Tensor:
        return looked_up(
            images,
            self.layout_of(images),
            points,
            ORDERS[interpolation],
            fill_mode=self.fill_mode,
            fill_value=self.fill_value,
        )

    def _points(self, images: Tensor, transformation: Any) -> tuple[Tensor, Tensor]:
        """Where each pixel comes from."""
        layout = self.layout_of(images)
        height, width = image_size("RandomElasticTransform", images, layout)
        x, y = pixel_grid("RandomElasticTransform", images, layout)
        shape = (2, self.count_of(images), height, width)
        noise = random.normal(shape, seed=transformation["seed"])
        strength = ops.cast(transformation["distortion_factor"], "float32")
        sigma = strength * (DEVIATION * height) + EPSILON
        for axis in (2, 3):
            noise = bell_smoothed(noise, axis, int(6 * DEVIATION * height) | 1, sigma)
        moves = noise * (MOVES * height * strength) * sigma
        return x + moves[0], y + moves[1]

    def transform_images_and_masks(
        self, images: Any, masks: Any, transformation: Any
    ) -> tuple[Tensor, Tensor]:
        """Images, and masks that are bent by the same fields."""
        given = self.working(images)
        points = self._points(given, transformation)
        is_chosen = transformation["apply_transform"]
        bent = self._looked_up(given, points, self.interpolation)
        classes = ops.convert_to_tensor(masks)
        moved = self._looked_up(classes, points, "nearest")
        return (
            self.finished(where_chosen(is_chosen, self.clipped(bent), given)),
            where_chosen(is_chosen, moved, classes),
        )

    def _transformed(self, data: dict[str, Any], transformation: Any, training: Any) -> Any:
        masks = data.get("segmentation_masks")
        if masks is None or not training or transformation is None:
            return super()._transformed(data, transformation, training)
        rest = {name: each for name, each in data.items() if name not in IMAGES_AND_MASKS}
        both = self.transform_images_and_masks(data["images"], masks, transformation)
        return {**data, **rest, **dict(zip(IMAGES_AND_MASKS, both, strict=True))}

    def get_config(self) -> dict[str, Any]:
        names = ("scale", "interpolation", "fill_mode", "fill_value")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
