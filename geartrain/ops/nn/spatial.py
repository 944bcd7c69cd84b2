"""What convolution and pooling do with their arguments: layouts, windows and padding."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from geartrain import primitives
from geartrain.defaults import image_data_format
from geartrain.errors import explain, unknown_name
from geartrain.ops.core import whole_number
from geartrain.primitives.windows import Sweep, Sweeps
from geartrain.tensor import Shape, Tensor, format_shape

CHANNELS_LAST, CHANNELS_FIRST = "channels_last", "channels_first"
PADDINGS = ("same", "valid")


def is_channels_first(data_format: str | None) -> bool:
    """Whether channels come before the spatial axes; None is what `config` says."""
    return chosen_layout(data_format) == CHANNELS_FIRST


def chosen_layout(data_format: str | None) -> str:
    """The layout, "channels_last" or "channels_first"; None is `config.image_data_format()`.

    Raises:
        ValueError: it is neither.
    """
    if data_format is None:
        return image_data_format()
    known = [CHANNELS_FIRST, CHANNELS_LAST]
    found = data_format.lower() if isinstance(data_format, str) else data_format
    if found not in known:
        raise ValueError(unknown_name("data_format", data_format, known, remedy="data_format={}"))
    return found


def channels_moved_last(x: Tensor, data_format: str | None) -> Tensor:
    """x with its channels as the last axis."""
    if not is_channels_first(data_format):
        return x
    return primitives.transpose(x, perm=(0, *range(2, x.ndim), 1))


def channels_moved_back(x: Tensor, data_format: str | None) -> Tensor:
    """x, whose channels are last, in the layout that the user has."""
    if not is_channels_first(data_format):
        return x
    return primitives.transpose(x, perm=(0, x.ndim - 1, *range(1, x.ndim - 1)))


def check_rank(operation: str, x: Tensor) -> int:
    """How many spatial axes there are: 1 to 3."""
    if 3 <= x.ndim <= 5:
        return x.ndim - 2
    raise ValueError(
        explain(
            f"{operation} cannot take this input",
            given=f"inputs of shape {format_shape(x.shape)}",
            expected="rank 3, 4 or 5: the batch, one to three spatial axes, and the channels",
            axis=f"rank {x.ndim}",
            remedy="ops.expand_dims(inputs, 0) for a batch of one, or -1 for one channel",
        )
    )


def for_each_axis(name: str, value: Any, rank: int) -> tuple[int, ...]:
    """A positive number for each spatial axis, from one for all or one for each."""
    many = isinstance(value, Sequence) and not isinstance(value, str)
    with suppress(TypeError):
        numbers = tuple(whole_number(each) for each in (value if many else (value,) * rank))
        if len(numbers) == rank and all(each > 0 for each in numbers):
            return numbers
    raise ValueError(
        explain(
            f"{name} does not fit the input",
            given=f"{name}={value!r}",
            expected=f"a positive whole number, or {rank} of them: one for each spatial axis",
            remedy=f"{name}={(1,) * rank if many else 1}",
        )
    )


def sweeps_for(
    operation: str,
    sizes: Shape,
    window: Sequence[int],
    strides: Sequence[int],
    padding: str,
    spacing: Sequence[int],
) -> Sweeps:
    """How windows go along each axis, or an error that names the axis with no place for one."""
    same = _is_same(padding)
    sweeps = tuple(
        _padded_sweep(*each) if same else Sweep(each[2], spacing=each[3])
        for each in zip(sizes, window, strides, spacing, strict=True)
    )
    for axis, (size, taps, sweep) in enumerate(zip(sizes, window, sweeps, strict=True)):
        if isinstance(size, int) and size and not sweep.places(size, taps):
            raise ValueError(_empty_message(operation, sizes, window, axis, sweep))
    return sweeps


def _is_same(padding: Any) -> bool:
    kind = padding.lower() if isinstance(padding, str) else padding
    if kind not in PADDINGS:
        raise ValueError(unknown_name("padding", padding, PADDINGS, remedy="padding={}"))
    return bool(kind == "same")


def _padded_sweep(size: Any, taps: int, stride: int, spacing: int) -> Sweep:
    """A place for each stride of the axis; what must be added is halved, the odd one behind."""
    if not isinstance(size, int):
        return Sweep(stride, spacing=spacing)
    reach = (taps - 1) * spacing + 1
    added = max((-(-size // stride) - 1) * stride + reach - size, 0)
    return Sweep(stride, added // 2, added - added // 2, spacing)


def _empty_message(
    operation: str, sizes: Shape, window: Sequence[int], axis: int, sweep: Sweep
) -> str:
    reach = (window[axis] - 1) * sweep.spacing + 1
    return explain(
        f"{operation}: the window is larger than the input",
        given=f"spatial sizes {format_shape(sizes)}, a window of {format_shape(tuple(window))}",
        expected=f"at least {reach} places on each axis that the window spans",
        axis=f"spatial axis {axis}: {sizes[axis]} places for a window that spans {reach}",
        remedy='padding="same", or a smaller window',
    )
