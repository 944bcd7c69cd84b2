"""Which axis of an image is which, and in what dtype it is computed with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from geartrain import primitives
from geartrain.errors import explain, unknown_name
from geartrain.ops.core import cast, convert_to_tensor, saturate_cast
from geartrain.ops.reductions import in_single
from geartrain.ops.rounding import round
from geartrain.ops.shaping import static_size, transpose
from geartrain.tensor import DType, Tensor, format_shape
from geartrain.tensor.dtypes import FLOAT32

FORMATS = ("channels_last", "channels_first")


@dataclass(frozen=True)
class Layout:
    """The places of the axes of an image, or a batch of images, of some rank."""

    rank: int
    channels_first: bool
    spatial_rank: int = 2

    @property
    def channels(self) -> int:
        """The axis of the channels."""
        return self.rank - 1 - (self.spatial_rank if self.channels_first else 0)

    @property
    def spatial(self) -> tuple[int, ...]:
        """The axes of the image: height and width, after a depth in volumes."""
        first = self.rank - self.spatial_rank - (0 if self.channels_first else 1)
        return tuple(range(first, first + self.spatial_rank))

    @property
    def is_batch(self) -> bool:
        """Whether there is a batch axis, the first."""
        return self.rank == self.spatial_rank + 2


def read_images(
    operation: str, images: Any, data_format: Any, argument: str = "images"
) -> tuple[Tensor, Layout]:
    """The images as a tensor, and their layout.

    Raises:
        ValueError: the rank is not 3 (an image) or 4 (a batch), or there is no such data format.
    """
    tensor = convert_to_tensor(images)
    first = is_channels_first(operation, data_format)
    if tensor.ndim not in (3, 4):
        raise ValueError(_rank_message(operation, argument, tensor))
    return tensor, Layout(tensor.ndim, first)


def is_channels_first(operation: str, data_format: Any) -> bool:
    """Whether a data format has the channels first; None has them last."""
    if data_format is None:
        return False
    if data_format not in FORMATS:
        remedy = f"ops.image.{operation}(..., data_format={{}})"
        raise ValueError(unknown_name("data format", data_format, FORMATS, remedy=remedy))
    return bool(data_format == "channels_first")


def image_size(operation: str, images: Tensor, layout: Layout) -> tuple[int, int]:
    """Height and width, which must be numbers, not symbols."""
    height, width = (static_size(images.shape[axis], operation) for axis in layout.spatial)
    return height, width


def as_batch(images: Tensor, layout: Layout) -> Tensor:
    """The images as a batch with the channels last."""
    if not layout.is_batch:
        images = primitives.reshape(images, shape=(1, *images.shape))
    if not layout.channels_first:
        return images
    spatial = tuple(range(2, images.ndim))
    return transpose(images, (0, *spatial, 1))


def from_batch(batch: Tensor, layout: Layout) -> Tensor:
    """What `as_batch` turned, in the layout that it had."""
    if layout.channels_first:
        batch = transpose(batch, (0, batch.ndim - 1, *range(1, batch.ndim - 1)))
    return batch if layout.is_batch else primitives.reshape(batch, shape=batch.shape[1:])


def computable(images: Tensor) -> Tensor:
    """The images in a dtype for sums: float64 stays, all others become float32."""
    return cast(images, FLOAT32) if images.dtype.kind in "biu" else in_single(images)


def in_dtype(numbers: Tensor, dtype: DType, rounding: Callable[[Tensor], Tensor] = round) -> Tensor:
    """Computed numbers in the images' dtype: for integers rounded, and kept in their range."""
    if dtype.kind in "iu":
        return saturate_cast(rounding(numbers), dtype)
    return cast(numbers, dtype)


def check_choice(operation: str, argument: str, value: Any, known: tuple[str, ...]) -> None:
    """Raise where an argument is not one of the names that it may be."""
    if value not in known:
        remedy = f"ops.image.{operation}(..., {argument}={{}})"
        raise ValueError(unknown_name(argument.replace("_", " "), value, known, remedy=remedy))


def _rank_message(operation: str, argument: str, x: Tensor) -> str:
    return explain(
        f"ops.image.{operation} takes one image, or a batch of images",
        given=f"{argument} of shape {format_shape(x.shape)}",
        expected="rank 3, (height, width, channels), or rank 4, with a batch axis before them",
        remedy=f"{argument}[..., None], for an image without channels",
    )
