"""Images bent like rubber: every pixel comes from somewhere near, and its neighbours with it.

Source: Simard, Steinkraus and Platt, "Best practices for convolutional neural networks applied to
visual document analysis" (2003), section 2.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.ops.image.coordinates import FILL_MODES
from geartrain.ops.image.filters import smoothed
from geartrain.ops.image.layout import check_choice, read_images
from geartrain.ops.image.transform import ORDERS, looked_up, pixel_grid
from geartrain.tensor import Array, Tensor

__all__ = ["elastic_transform"]


def elastic_transform(
    images: Any,
    alpha: float = 20.0,
    sigma: float = 5.0,
    interpolation: str = "bilinear",
    fill_mode: str = "reflect",
    fill_value: Any = 0.0,
    seed: Any = None,
    data_format: str | None = None,
) -> Tensor:
    """The images bent at random.

    Every pixel is moved by alpha * sigma * g, where g is a field of normal random numbers, one
    for each image, smoothed by a Gaussian of standard deviation sigma.

    Args:
        images: an image or a batch of images, of any dtype, which the result has as well.
        alpha: how far pixels are moved; the standard deviation is some 0.28 alpha.
        sigma: over how many pixels the moves change, from 0 on (exclusive).
        interpolation: "nearest" or "bilinear".
        fill_mode: what lies beyond the edges: "constant", "nearest", "wrap", "mirror" or
            "reflect", as `map_coordinates` has them.
        fill_value: the number of "constant".
        seed: a whole number, which gives the same moves every time, or a seed generator, which
            gives others at every call. None draws from the operating system.
        data_format: "channels_last" (if None) or "channels_first".

    Input shape:
        (height, width, channels) or (batch, height, width, channels); with "channels_first" the
        channels stand before the height.

    Output shape:
        The same.

    Raises:
        ValueError: a shape, a name or sigma cannot be used, or the moves would be the same at
            every call of a traced function.
    """
    check_choice("elastic_transform", "interpolation", interpolation, tuple(ORDERS))
    check_choice("elastic_transform", "fill_mode", fill_mode, FILL_MODES)
    tensor, layout = read_images("elastic_transform", images, data_format)
    if not sigma > 0:
        raise ValueError(_sigma_message(sigma))
    count = tensor.shape[0] if layout.is_batch else 1
    x, y = pixel_grid("elastic_transform", tensor, layout)
    is_fixed = isinstance(seed, int | np.integer)
    if not isinstance(count, int) or (tensor.is_symbolic and not is_fixed):
        raise ValueError(_traced_message(count))
    noise = _normal((2, count, len(y), len(x)), seed)
    across, down = (_moves(each, alpha, sigma) for each in noise)
    return looked_up(
        tensor,
        layout,
        (x + across, y + down),
        ORDERS[interpolation],
        fill_mode=fill_mode,
        fill_value=fill_value,
    )


def _moves(noise: Array, alpha: float, sigma: float) -> Tensor:
    """Smooth moves of all pixels, from noise (batch, height, width)."""
    size = int(6 * sigma) | 1  # an odd size, three standard deviations to each side
    field = Tensor(noise.astype(np.float32))
    for axis in (1, 2):
        field = smoothed(field, axis, size, sigma)
    return field * (alpha * sigma)


def _normal(shape: tuple[int, ...], seed: Any) -> Array:
    """Normal random numbers from the stream that a seed names."""
    drawn = seed.next() if hasattr(seed, "next") else seed
    if not isinstance(drawn, np.random.Generator):
        key = None if drawn is None else _key(drawn)
        drawn = np.random.Generator(np.random.Philox(key))
    return np.asarray(drawn.standard_normal(shape))


def _key(seed: Any) -> np.random.SeedSequence:
    numbers = seed.numpy() if isinstance(seed, Tensor) else np.asarray(seed)
    if numbers.dtype.kind not in "iu" or (numbers < 0).any():
        raise ValueError(_seed_message(seed))
    return np.random.SeedSequence([int(each) for each in numbers.reshape(-1)])


def _sigma_message(sigma: Any) -> str:
    return explain(
        "elastic_transform smooths its moves over some pixels",
        given=f"sigma={sigma!r}",
        expected="a number above 0",
        remedy="sigma=5.0",
    )


def _seed_message(seed: Any) -> str:
    return explain(
        "This cannot be a seed",
        given=f"seed={seed!r}",
        expected="a whole number from 0 on, a seed generator, or None",
        remedy="seed=0",
    )


def _traced_message(count: Any) -> str:
    return explain(
        "elastic_transform draws its moves when it is called, and a traced function only once",
        given=f"traced images in a batch of {count}",
        expected="a batch whose size is known, and a number as seed: the same moves every time",
        remedy="the function without jit, or run_eagerly=True",
    )
