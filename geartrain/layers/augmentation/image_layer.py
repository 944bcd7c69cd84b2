"""`ImageLayer`: what layers share that change images, and with them labels, boxes and masks.

    {"images": ..., "labels": ..., "bounding_boxes": ..., "segmentation_masks": ...}

A call draws a transformation once, and every part of the data is changed by it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from geartrain import ops, random
from geartrain.errors import explain
from geartrain.layers.augmentation.factors import Range, as_range
from geartrain.layers.backend_names import AsksBackend
from geartrain.layers.layer import Layer
from geartrain.ops.image.layout import Layout, in_dtype
from geartrain.ops.nn.spatial import is_channels_first
from geartrain.random import SeedGenerator
from geartrain.tensor import Tensor, as_dtype, format_shape


class ImageLayer(AsksBackend, Layer):
    """A layer of images: one, (height, width, channels), or a batch of them.

    A subclass says what a transformation is (`get_random_transformation`), and what it does to
    images (`transform_images`), and to labels, boxes and masks where it does anything to them.

    Args:
        factor: how much is changed: a number, or two: the range from which it is drawn.
        bounding_box_format: of the boxes in the data, as "xyxy".
        data_format: "channels_last" (if None) or "channels_first".
        seed: a whole number; None takes one from the global seed.
        **kwargs: those of `Layer`.
    """

    FACTOR_BOUNDS: ClassVar[Range] = (-1.0, 1.0)
    has_factor: ClassVar[bool] = True
    is_random: ClassVar[bool] = True

    def __init__(
        self,
        factor: Any = None,
        bounding_box_format: str | None = None,
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.bounding_box_format = bounding_box_format
        first = is_channels_first(data_format)
        self.data_format = "channels_first" if first else "channels_last"
        if self.has_factor:
            kind = type(self).__name__
            self.factor = as_range(kind, "factor", factor or 0.0, self.FACTOR_BOUNDS)
        if self.is_random:
            self.seed = seed
            self.generator = SeedGenerator(seed)

    # -- what subclasses say ---------------------------------------------------------------------

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """What is done to this data, drawn at random; None: nothing."""
        return None

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool | None = True
    ) -> Tensor:
        """The images, transformed."""
        raise NotImplementedError(f"{type(self).__name__} defines no transform_images()")

    def transform_labels(
        self, labels: Any, transformation: Any = None, training: bool | None = True
    ) -> Any:
        """The labels of transformed images: as they were."""
        return labels

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any = None, training: bool | None = True
    ) -> Any:
        """The masks of transformed images: as they were, if no pixel moves."""
        return segmentation_masks

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any = None, training: bool | None = True
    ) -> Any:
        """The boxes of transformed images: as they were, if no pixel moves."""
        return bounding_boxes

    # -- calling -----------------------------------------------------------------------------

    def call(self, data: Any, training: bool | None = True) -> Any:
        transformation = self.get_random_transformation(data, training=training)
        if not isinstance(data, dict):
            return self.transform_images(data, transformation, training=training)
        return self._transformed(data, transformation, training)

    def _transformed(self, data: dict[str, Any], transformation: Any, training: Any) -> Any:
        done = {
            "images": self.transform_images,
            "labels": self.transform_labels,
            "segmentation_masks": self.transform_segmentation_masks,
        }
        found = dict(data)
        for name, transform in done.items():
            if data.get(name) is not None:
                found[name] = transform(data[name], transformation, training=training)
        if data.get("bounding_boxes") is not None:
            found["bounding_boxes"] = self._boxes(data, transformation, training)
        return found

    def _boxes(self, data: dict[str, Any], transformation: Any, training: Any) -> Any:
        if self.bounding_box_format is None:
            raise ValueError(_format_message(self))
        boxes = data["bounding_boxes"]
        if ops.convert_to_tensor(boxes["boxes"]).ndim != 2:
            return self.transform_bounding_boxes(boxes, transformation, training=training)
        batch = {name: ops.expand_dims(each, 0) for name, each in boxes.items()}
        found = self.transform_bounding_boxes(batch, transformation, training=training)
        return {name: ops.squeeze(each, 0) for name, each in found.items()}

    def transform_single_image(
        self, image: Any, transformation: Any, training: bool | None = True
    ) -> Tensor:
        """`transform_images` for one image."""
        batch = ops.expand_dims(image, 0)
        return ops.squeeze(self.transform_images(batch, transformation, training=training), 0)

    def transform_single_label(
        self, label: Any, transformation: Any, training: bool | None = True
    ) -> Any:
        """`transform_labels` for one label."""
        return self.transform_labels(label, transformation, training=training)

    def transform_single_segmentation_mask(
        self, segmentation_mask: Any, transformation: Any, training: bool | None = True
    ) -> Any:
        """`transform_segmentation_masks` for one mask."""
        batch = ops.expand_dims(segmentation_mask, 0)
        found = self.transform_segmentation_masks(batch, transformation, training=training)
        return ops.squeeze(found, 0)

    def transform_single_bounding_box(
        self, bounding_box: Any, transformation: Any, training: bool | None = True
    ) -> Any:
        """`transform_bounding_boxes` for the boxes of one image."""
        batch = {name: ops.expand_dims(each, 0) for name, each in bounding_box.items()}
        found = self.transform_bounding_boxes(batch, transformation, training=training)
        return {name: ops.squeeze(each, 0) for name, each in found.items()}

    # -- for subclasses ----------------------------------------------------------------------

    def images_in(self, data: Any) -> Tensor:
        """The images of what the layer was called with.

        Raises:
            ValueError: they are neither one image nor a batch.
        """
        images = ops.convert_to_tensor(data["images"] if isinstance(data, dict) else data)
        if images.ndim not in (3, 4):
            raise ValueError(_rank_message(self, images))
        return images

    def layout_of(self, images: Tensor) -> Layout:
        """Which axis of the images is which."""
        return Layout(images.ndim, self.data_format == "channels_first")

    def size_of(self, images: Tensor) -> tuple[Any, Any]:
        """Height and width."""
        down, right = self.layout_of(images).spatial
        return images.shape[down], images.shape[right]

    def count_of(self, images: Tensor) -> Any:
        """How many images there are."""
        return images.shape[0] if images.ndim == 4 else 1

    def working(self, images: Any) -> Tensor:
        """The images in a dtype to compute with."""
        wanted = as_dtype(self.compute_dtype)
        return ops.cast(images, "float32" if wanted.kind in "biu" else wanted)

    def finished(self, images: Tensor) -> Tensor:
        """What was computed, in the layer's dtype."""
        return in_dtype(images, as_dtype(self.compute_dtype))

    def drawn(self, shape: Any, bounds: Any, seed: Any = None) -> Tensor:
        """Numbers spread evenly between two bounds."""
        low, high = bounds
        source = self.generator if seed is None else seed
        return random.uniform(shape, low, high, seed=source)

    def chosen(self, count: Any, factor: Range, seed: Any = None) -> Tensor:
        """Which of some images are changed: each with a probability drawn from the range."""
        share = self.drawn((count,), factor, seed)
        found: Tensor = ops.less(self.drawn((count,), (0.0, 1.0), seed), share)
        return found

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        own: dict[str, Any] = {"data_format": self.data_format}
        if self.bounding_box_format is not None:
            own["bounding_box_format"] = self.bounding_box_format
        if self.has_factor:
            own["factor"] = self.factor
        if self.is_random:
            own["seed"] = self.seed
        return {**super().get_config(), **own}


def per_image(numbers: Any, images: Tensor) -> Tensor:
    """A number for each image in a shape that goes with the images."""
    flat = ops.convert_to_tensor(numbers)
    if flat.ndim == 0 or flat.ndim == images.ndim:
        return flat
    return ops.reshape(flat, (1, 1, 1) if images.ndim == 3 else (-1, 1, 1, 1))


def where_chosen(is_chosen: Any, changed: Tensor, images: Tensor) -> Tensor:
    """The changed images where they are chosen, elsewhere the images."""
    found: Tensor = ops.where(per_image(is_chosen, images), changed, images)
    return found


def in_other_range(images: Tensor, given: Any, wanted: Any) -> Tensor:
    """Numbers of one range, such as 0 ... 255, brought to another."""
    low, high = given
    new_low, new_high = wanted
    if (low, high) == (new_low, new_high):
        return images
    scaled: Tensor = (images - low) / (high - low) * (new_high - new_low) + new_low
    return scaled


def checked_range(layer: str, value_range: Any) -> Any:
    """A range of values, if it is one.

    Raises:
        ValueError: it has not two rising numbers.
    """
    fits = isinstance(value_range, list | tuple) and len(value_range) == 2
    if fits and value_range[0] < value_range[1]:
        return value_range
    raise ValueError(
        explain(
            f"{layer} needs to know which values images have",
            given=f"value_range={value_range!r}",
            expected="two rising numbers",
            remedy="value_range=(0, 255)",
        )
    )


def _rank_message(layer: ImageLayer, images: Tensor) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' takes one image, or a batch of images",
        given=f"a tensor of shape {format_shape(images.shape)}",
        expected="(height, width, channels) or (batch, height, width, channels)",
        remedy="images[..., None], for images without channels",
    )


def _format_message(layer: ImageLayer) -> str:
    kind = type(layer).__name__
    return explain(
        f"{kind} '{layer.name}' does not know what the numbers of a box mean",
        given="bounding_boxes in the data, and no bounding_box_format",
        expected="bounding_box_format",
        remedy=f"layers.{kind}(..., bounding_box_format='xyxy')",
    )
