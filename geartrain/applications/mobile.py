"""What the MobileNets share: widths, sizes of images, and names that tell of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from geartrain.applications.images import Shape, channel_axis, height_and_width
from geartrain.applications.request import Request
from geartrain.errors import explain

USUAL_SIZE = 224


def last_axis() -> int:
    """The channels' axis as these networks write it: -1, or 1 for "channels_first"."""
    return 1 if channel_axis() == 1 else -1


def side(shape: Shape) -> int | None:
    """The height of an image."""
    return shape[1] if channel_axis() == 1 else shape[0]


def trained_size(request: Request, sizes: Sequence[int]) -> int:
    """The size of the images: that asked for, if it is square and there are weights for it."""
    given = request.input_shape
    if given is None:
        return USUAL_SIZE
    first, last = (1, 3) if channel_axis() == 1 else (0, 2)
    asked = set(tuple(given)[first:last])
    one = asked.pop()
    return one if not asked and one in sizes else USUAL_SIZE


def check_alpha(request: Request, widths: Sequence[float]) -> None:
    """Refuse a width that no weights were trained for.

    Raises:
        ValueError: there are none.
    """
    if request.own["alpha"] not in widths:
        raise ValueError(
            explain(
                f"No {request.network} of this width was trained",
                given=f"weights='imagenet', alpha={request.own['alpha']}",
                expected="alpha as one of " + ", ".join(map(str, widths)),
                remedy=f"{request.network}(alpha={widths[-1]}), or weights=None",
            )
        )


def named_by_width(prefix: str) -> Callable[[Request, Shape], str]:
    """Names of models as "mobilenet_1.00_224", unless they are given one."""

    def name(request: Request, shape: Shape) -> str:
        return request.name or f"{prefix}_{request.own['alpha']:0.2f}_{side(shape)}"

    return name


def padding_of(x: Any, window: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Zeros around a map, so that a window with strides of 2 begins as padding="same" would.

    An odd size has as many zeros before as behind; an even one, or one not known, one less before.
    """
    half = window // 2
    before = [half if size is not None and size % 2 else half - 1 for size in height_and_width(x)]
    return (before[0], half), (before[1], half)
