"""Padding: places added before and behind the ends of axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.errors import explain, unknown_name
from geartrain.ops.core import cast, convert_to_tensor, whole_number
from geartrain.ops.creation import linspace
from geartrain.ops.joining import concatenate
from geartrain.ops.reductions import max, mean, min
from geartrain.ops.rounding import round
from geartrain.ops.shaping import broadcast_to, cut_out, static_size
from geartrain.ops.statistics import median
from geartrain.tensor import Tensor, format_shape

__all__ = ["pad"]

Widths = list[tuple[int, int]]
# Modes that repeat elements of the tensor: NumPy says which, on the numbers of the places.
REPEATING = {
    "circular": "wrap",
    "edge": "edge",
    "reflect": "reflect",
    "symmetric": "symmetric",
    "wrap": "wrap",
}
STATISTICS: dict[str, Callable[..., Tensor]] = {
    "maximum": max,
    "mean": mean,
    "median": median,
    "minimum": min,
}


def pad(x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> Tensor:
    """The tensor with places added at the ends of its axes.

    Args:
        x: the tensor.
        pad_width: ((before, behind), ...) for each axis; one pair, or one number, for all.
        mode: what is put there: "constant"; "edge", "reflect", "symmetric", "wrap" or "circular",
            which repeat elements; "linear_ramp", which goes down to 0; "maximum", "mean",
            "median" or "minimum" of the axis; "empty", which promises nothing.
        constant_values: the number of mode "constant"; None is 0.

    Raises:
        ValueError: the mode is unknown, or has no use for `constant_values`.

    >>> pad([1, 2, 3], (1, 2), mode="reflect").numpy().tolist()
    [2, 1, 2, 3, 2, 1]
    """
    tensor = convert_to_tensor(x)
    widths = _widths(pad_width, tensor)
    if constant_values is not None and mode != "constant":
        raise ValueError(_values_message(mode))
    if mode in ("constant", "empty"):
        return _with_constant(tensor, widths, 0 if constant_values is None else constant_values)
    pad_axis = _padder(mode)
    for axis, (before, behind) in enumerate(widths):
        if before or behind:
            tensor = pad_axis(tensor, axis, before, behind)
    return tensor


def _widths(pad_width: Any, x: Tensor) -> Widths:
    given = pad_width.numpy() if isinstance(pad_width, Tensor) else pad_width
    pairs = np.asarray(given)
    if pairs.ndim > 2 or pairs.dtype.kind not in "iu" or pairs.shape[-1:] not in ((), (1,), (2,)):
        raise ValueError(_width_message(pad_width, x))
    if pairs.ndim == 2 and len(pairs) not in (1, x.ndim):
        raise ValueError(_width_message(pad_width, x))
    whole = np.broadcast_to(pairs, (x.ndim, 2))
    return [(whole_number(before), whole_number(behind)) for before, behind in whole]


def _with_constant(x: Tensor, widths: Widths, number: Any) -> Tensor:
    value = convert_to_tensor(number, x.dtype)
    shape = tuple(
        size + before + behind if isinstance(size, int) else _unpadded(size, before, behind)
        for size, (before, behind) in zip(x.shape, widths, strict=True)
    )
    starts, steps = tuple(before for before, _ in widths), (1,) * x.ndim
    if not value.is_symbolic:
        filler = value.item()
        return primitives.embed(x, shape=shape, starts=starts, steps=steps, value=filler)
    inside = primitives.fill(shape=x.shape, value=True, dtype=np.dtype("bool"))
    kept = primitives.embed(inside, shape=shape, starts=starts, steps=steps, value=False)
    whole = primitives.embed(x, shape=shape, starts=starts, steps=steps, value=0)
    return primitives.select(kept, whole, broadcast_to(value, shape))


def _unpadded(size: Any, before: int, behind: int) -> Any:
    return size if not before and not behind else static_size(size, "pad")


def _padder(mode: str) -> Callable[[Tensor, int, int, int], Tensor]:
    """The function that pads one axis."""
    if mode in REPEATING:
        return lambda x, axis, before, behind: _repeated(x, axis, (before, behind), mode)
    if mode in STATISTICS:
        return lambda x, axis, before, behind: _with_statistic(x, axis, before, behind, mode)
    if mode == "linear_ramp":
        return _ramped
    known = ["constant", "empty", "linear_ramp", *REPEATING, *STATISTICS]
    raise ValueError(unknown_name("mode", mode, known, remedy="ops.pad(x, widths, mode={})"))


def _repeated(x: Tensor, axis: int, widths: tuple[int, int], mode: str) -> Tensor:
    size = static_size(x.shape[axis], "pad")
    places = np.pad(np.arange(size, dtype=np.int32), widths, mode=REPEATING[mode])  # type: ignore[call-overload]
    return primitives.take(x, Tensor(places), axis=axis)


def _with_statistic(x: Tensor, axis: int, before: int, behind: int, mode: str) -> Tensor:
    found = STATISTICS[mode](x, axis, keepdims=True)
    number = cast(round(found), x.dtype) if x.dtype.kind in "iu" else cast(found, x.dtype)
    return _joined(x, axis, [_wide(number, axis, before)], [_wide(number, axis, behind)])


def _wide(x: Tensor, axis: int, count: int) -> Tensor:
    return broadcast_to(x, (*x.shape[:axis], count, *x.shape[axis + 1 :]))


def _ramped(x: Tensor, axis: int, before: int, behind: int) -> Tensor:
    """From 0 at the far end in equal steps up to the first element, and down from the last."""
    size = static_size(x.shape[axis], "pad")
    ends = (cut_out(x, axis, place, place + 1) for place in (0, size - 1))
    first, last = (
        primitives.reshape(each, shape=(*each.shape[:axis], *each.shape[axis + 1 :]))
        for each in ends
    )
    up = [linspace(0, first, before, endpoint=False, dtype=x.dtype, axis=axis)] if before else []
    down = linspace(last, 0, behind + 1, dtype=x.dtype, axis=axis)
    return _joined(x, axis, up, [cut_out(down, axis, 1, behind + 1)])


def _joined(x: Tensor, axis: int, before: Sequence[Any], behind: Sequence[Any]) -> Tensor:
    return concatenate([*before, x, *behind], axis)


def _values_message(mode: str) -> str:
    return explain(
        "Only mode 'constant' puts a number of yours in place",
        given=f"constant_values with mode={mode!r}",
        expected="constant_values=None",
        remedy="ops.pad(x, widths, mode='constant', constant_values=1.0)",
    )


def _width_message(pad_width: Any, x: Tensor) -> str:
    return explain(
        "pad cannot read these widths",
        given=f"pad_width={pad_width!r} for shape {format_shape(x.shape)}",
        expected=f"whole numbers: (before, behind) for each of {x.ndim} axes, or one pair for all",
        remedy=f"pad_width={((1, 1),) * x.ndim}",
    )
