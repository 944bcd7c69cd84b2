"""Images turned, moved, sheared and zoomed: one affine map of the places of pixels.

place in the picture  ->  matrix @ place + offset  =  place in the original, between four pixels

With order 1 the four are mixed by their nearness; with order 0 the nearest is taken. Outside of the
original, `fill_mode` says what is there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from geartrain.errors import explain, unknown_name
from geartrain.tensor import Array


def affine_matrix(
    theta: float, tx: float, ty: float, shear: float, zx: float, zy: float
) -> Array | None:
    """Rotation (degrees), then shift (pixels), shear (degrees) and zoom; None, if nothing moves."""
    turn, slant = np.deg2rad(theta), np.deg2rad(shear)
    cos, sin = np.cos(turn), np.sin(turn)
    parts = [
        (theta != 0, [[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]]),
        (tx != 0 or ty != 0, [[1, 0, tx], [0, 1, ty], [0, 0, 1]]),
        (shear != 0, [[1, -np.sin(slant), 0], [0, np.cos(slant), 0], [0, 0, 1]]),
        (zx != 1 or zy != 1, [[zx, 0, 0], [0, zy, 0], [0, 0, 1]]),
    ]
    found: Array | None = None
    for is_there, matrix in parts:
        if is_there:
            found = np.asarray(np.array(matrix) if found is None else found @ np.array(matrix))
    return found


def transform_matrix_offset_center(matrix: Array, x: float, y: float) -> Array:
    """The same map around the middle of an image of x rows and y columns."""
    rows, columns = x / 2 - 0.5, y / 2 - 0.5
    there = np.array([[1, 0, rows], [0, 1, columns], [0, 0, 1]])
    back = np.array([[1, 0, -rows], [0, 1, -columns], [0, 0, 1]])
    return np.asarray(there @ matrix @ back)


def apply_affine_transform(
    x: Array,
    theta: float = 0,
    tx: float = 0,
    ty: float = 0,
    shear: float = 0,
    zx: float = 1,
    zy: float = 1,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    order: int = 1,
) -> Array:
    """An image turned by theta, moved by (tx, ty), sheared and zoomed, in this order.

    Args:
        x: three axes.
        theta: degrees.
        tx: pixels along the columns' axis.
        ty: along the rows' axis.
        shear: degrees.
        zx: a factor along the columns' axis: above 1 more is seen.
        zy: along the rows' axis.
        row_axis: the axis of the rows.
        col_axis: the axis of the columns.
        channel_axis: the axis of the channels.
        fill_mode: what is outside: "nearest", "constant", "reflect" or "wrap".
        cval: what is outside, for "constant".
        order: 1 mixes four pixels, 0 takes the nearest; others are splines, by SciPy.

    Raises:
        ValueError: a name is not known.

    >>> image = np.arange(9.0).reshape(3, 3, 1)
    >>> apply_affine_transform(image, tx=1, row_axis=0, col_axis=1, channel_axis=2)[:, :, 0]
    array([[1., 2., 2.],
           [4., 5., 5.],
           [7., 8., 8.]])
    """
    if fill_mode not in BORDERS:
        raise ValueError(unknown_name("fill mode", fill_mode, BORDERS, remedy="fill_mode={}"))
    matrix = affine_matrix(theta, tx, ty, shear, zx, zy)
    if matrix is None:
        return x
    whole = transform_matrix_offset_center(matrix, x.shape[row_axis], x.shape[col_axis])
    if col_axis > row_axis:  # the matrix is of (x, y), and an array's axes are (y, x)
        whole = whole[[1, 0, 2]][:, [1, 0, 2]]
    moved = _moved(np.moveaxis(x, channel_axis, -1), whole, fill_mode, cval, order)
    return np.moveaxis(moved, -1, channel_axis)


def _moved(planes: Array, matrix: Array, fill_mode: str, cval: float, order: int) -> Array:
    if order > 1:
        return _by_splines(planes, matrix, fill_mode, cval, order)
    rows, columns = np.indices(planes.shape[:2], dtype="float64")
    axes = [matrix[at, 0] * rows + matrix[at, 1] * columns + matrix[at, 2] for at in range(2)]
    outside = np.zeros(rows.shape, dtype=bool)
    for at, size in enumerate(planes.shape[:2]):
        outside |= (axes[at] < 0) | (axes[at] > size - 1)
        axes[at] = BORDERS[fill_mode](axes[at], size)
    found = _mixed(planes, axes) if order else _nearest(planes, axes)
    if fill_mode == "constant":
        found[outside] = cval
    return found.astype(planes.dtype, copy=False)


def _nearest(planes: Array, axes: list[Array]) -> Array:
    row, column = (
        np.clip(np.floor(each + 0.5).astype(int), 0, size - 1)
        for each, size in zip(axes, planes.shape, strict=False)
    )
    return np.asarray(planes[row, column])


def _mixed(planes: Array, axes: list[Array]) -> Array:
    """The four pixels around each place, by their nearness."""
    below = [np.floor(each).astype(int) for each in axes]
    share = [(each - low)[..., None] for each, low in zip(axes, below, strict=True)]
    (top, bottom), (left, right) = (
        (np.clip(low, 0, size - 1), np.clip(low + 1, 0, size - 1))
        for low, size in zip(below, planes.shape, strict=False)
    )
    upper = planes[top, left] * (1 - share[1]) + planes[top, right] * share[1]
    lower = planes[bottom, left] * (1 - share[1]) + planes[bottom, right] * share[1]
    return np.asarray(upper * (1 - share[0]) + lower * share[0])


def _by_splines(planes: Array, matrix: Array, fill_mode: str, cval: float, order: int) -> Array:
    try:
        from scipy import ndimage
    except ImportError:
        raise ImportError(_scipy_message(order)) from None
    options = {"order": order, "mode": fill_mode, "cval": cval}
    moved = [
        ndimage.affine_transform(plane, matrix[:2, :2], matrix[:2, 2], **options)
        for plane in np.moveaxis(planes, -1, 0)
    ]
    return np.stack(moved, axis=-1)


# -- what is outside -------------------------------------------------------------------------------


def _clamped(places: Array, size: int) -> Array:
    return np.clip(places, 0, size - 1)


def _reflected(places: Array, size: int) -> Array:
    """d c b a | a b c d | d c b a."""
    places = np.mod(places + 0.5, 2 * size)
    return np.asarray(np.where(places > size, 2 * size - places, places) - 0.5)


def _wrapped(places: Array, size: int) -> Array:
    """The last pixel is the first of the next copy, as SciPy has it."""
    if size == 1:
        return np.zeros_like(places)
    inside = (places >= 0) & (places <= size - 1)
    return np.where(inside, places, np.mod(places, size - 1))


BORDERS: dict[str, Callable[[Array, int], Array]] = {
    "constant": _clamped,
    "nearest": _clamped,
    "reflect": _reflected,
    "wrap": _wrapped,
}


def _scipy_message(order: int) -> str:
    return explain(
        "Splines of images need SciPy",
        given=f"interpolation_order={order}",
        expected="the package scipy, or interpolation_order=0 or 1",
        remedy="pip install scipy",
    )


def plane_axes(data_format: Any) -> tuple[int, int, int]:
    """The axes of rows, columns and channels of one image."""
    return (1, 2, 0) if data_format == "channels_first" else (0, 1, 2)
