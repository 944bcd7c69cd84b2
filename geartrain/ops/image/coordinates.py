"""Elements between places: a tensor as a function of coordinates.

    order 0    the nearest place
    order 1    the places around, each weighted by how near it is

Beyond the ends of an axis `fill_mode` says what is there.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.comparison import choose, greater_equal, less, logical_and
from geartrain.ops.core import cast, convert_to_tensor
from geartrain.ops.elementwise import absolute, clip, minimum, sign
from geartrain.ops.image.layout import check_choice, computable, in_dtype
from geartrain.ops.joining import unstack
from geartrain.ops.rounding import floor, mod, trunc
from geartrain.ops.shaping import reshape, static_size
from geartrain.tensor import Tensor, format_shape
from geartrain.tensor.dtypes import INT32

__all__ = ["map_coordinates"]

FILL_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")
Corner = tuple[Tensor, Tensor | None, Tensor | None]  # a place, whether it is inside, its weight


def map_coordinates(
    inputs: Any, coordinates: Any, order: int, fill_mode: str = "constant", fill_value: Any = 0
) -> Tensor:
    """The tensor's values at coordinates that lie between its places.

    Args:
        inputs: a tensor of rank n and any dtype, which the result has as well.
        coordinates: (n, ...): for each axis where to look on it.
        order: 0 takes the nearest place, 1 weighs the places around.
        fill_mode: what is beyond the ends of an axis a b c d: "constant" k k|a b c d|k k,
            "nearest" a a|a b c d|d d, "wrap" c d|a b c d|a b, "mirror" c b|a b c d|c b,
            "reflect" b a|a b c d|d c.
        fill_value: the number k of "constant".

    Returns:
        A tensor of shape `coordinates.shape[1:]`.

    Raises:
        ValueError: order or fill mode is unknown, or there is not a row of coordinates for each
            axis.

    >>> map_coordinates([0.0, 10.0], [[0.25, 1.0]], order=1).numpy().tolist()
    [2.5, 10.0]
    """
    tensor, where = convert_to_tensor(inputs), convert_to_tensor(coordinates)
    check_choice("map_coordinates", "fill_mode", fill_mode, FILL_MODES)
    if order not in (0, 1):
        raise ValueError(_order_message(order))
    if where.ndim < 2 or where.shape[0] != tensor.ndim:
        raise ValueError(_coordinates_message(tensor, where))
    points = unstack(computable(where))
    return sampled(tensor, [], points, order=order, fill_mode=fill_mode, fill_value=fill_value)


def sampled(
    x: Tensor,
    fixed: Sequence[Tensor],
    points: Sequence[Tensor],
    *,
    order: int,
    fill_mode: str,
    fill_value: Any,
) -> Tensor:
    """x at the places `fixed` of its first axes and the coordinates `points` of the next ones.

    All have one shape; the axes of x that are left come behind it.
    """
    sizes = [
        static_size(size, "map_coordinates")
        for size in x.shape[len(fixed) : len(fixed) + len(points)]
    ]
    corners = [
        [_inside(*pair, size, fill_mode) for pair in _around(each, order)]
        for each, size in zip(points, sizes, strict=True)
    ]
    outside = computable(convert_to_tensor(fill_value, x.dtype))
    total: Tensor | None = None
    for corner in itertools.product(*corners):
        part = _corner(x, fixed, corner, outside)
        total = part if total is None else total + part
    return in_dtype(total, x.dtype, half_away) if total is not None else x


def _corner(
    x: Tensor, fixed: Sequence[Tensor], corner: Sequence[Corner], outside: Tensor
) -> Tensor:
    """One of the places around, for every point: its element times its weight."""
    found = computable(primitives.gather(x, *fixed, *(place for place, _, _ in corner)))
    behind = (1,) * (found.ndim - corner[0][0].ndim)
    for _, is_inside, _ in corner:
        if is_inside is not None:
            found = choose(reshape(is_inside, (*is_inside.shape, *behind)), found, outside)
    for _, _, weight in corner:
        if weight is not None:
            found = found * cast(reshape(weight, (*weight.shape, *behind)), found.dtype)
    return found


def _around(point: Tensor, order: int) -> list[tuple[Tensor, Tensor | None]]:
    """The places that a coordinate sees, each with its weight (None is 1)."""
    if order == 0:
        return [(cast(half_away(point), INT32), None)]
    below = floor(point)
    share = point - below
    first = cast(below, INT32)
    return [(first, 1 - share), (first + 1, share)]


def half_away(x: Tensor) -> Tensor:
    """The nearest whole number; of two equally near ones that farther from 0."""
    whole = trunc(x)
    is_half_away = greater_equal(absolute(x - whole), 0.5)
    return whole + choose(is_half_away, sign(x), 0.0)


def _inside(place: Tensor, weight: Tensor | None, size: int, fill_mode: str) -> Corner:
    """A place that may lie beyond the ends of an axis, moved to one on it."""
    if fill_mode == "constant":
        is_inside = logical_and(greater_equal(place, 0), less(place, size))
        return clip(place, 0, size - 1), is_inside, weight
    return MOVES[fill_mode](place, size), None, weight


def _nearest(place: Tensor, size: int) -> Tensor:
    return clip(place, 0, size - 1)


def _wrap(place: Tensor, size: int) -> Tensor:
    return mod(place, size)


def _mirror(place: Tensor, size: int) -> Tensor:
    """To and fro, where the ends are met once."""
    if size == 1:
        return place * 0
    last = size - 1
    return absolute(mod(place + last, 2 * last) - last)


def _reflect(place: Tensor, size: int) -> Tensor:
    """To and fro, where the ends are met twice."""
    turn = mod(place, 2 * size)
    return minimum(turn, 2 * size - 1 - turn)


MOVES: dict[str, Callable[[Tensor, int], Tensor]] = {
    "nearest": _nearest,
    "wrap": _wrap,
    "mirror": _mirror,
    "reflect": _reflect,
}


def _order_message(order: Any) -> str:
    return explain(
        "map_coordinates knows two orders of interpolation",
        given=f"order={order!r}",
        expected="0, the nearest place, or 1, the places around it by their distance",
        remedy="order=1",
    )


def _coordinates_message(x: Tensor, where: Tensor) -> str:
    return explain(
        "map_coordinates needs a row of coordinates for each axis",
        given=f"inputs {format_shape(x.shape)}, coordinates {format_shape(where.shape)}",
        expected=f"coordinates of shape ({x.ndim}, ...) (set by the rank of inputs)",
        axis=f"axis 0 of coordinates: {where.shape[0] if where.ndim else 'missing'} "
        f"against {x.ndim}",
        remedy="ops.stack([rows, columns])",
    )
