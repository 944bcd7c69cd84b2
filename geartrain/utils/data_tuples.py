"""`(x, y, sample_weight)`: what a batch is to a training step, packed and unpacked."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """What `fit` hands to `train_step` for inputs, targets and weights.

    Args:
        x: the inputs.
        y: the targets, or None.
        sample_weight: how much each sample counts, or None.

    Returns:
        `(x, y, sample_weight)`, without what is None at its end; `x` alone stays alone, unless it
        is a list or a tuple itself.

    >>> pack_x_y_sample_weight(1), pack_x_y_sample_weight([1]), pack_x_y_sample_weight(1, 2)
    (1, ([1],), (1, 2))
    """
    if sample_weight is not None:
        return (x, y, sample_weight)
    if y is not None:
        return (x, y)
    return (x,) if isinstance(x, list | tuple) else x


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """The three parts of a batch, None for what it has not.

    Args:
        data: `x`, `(x,)`, `(x, y)` or `(x, y, sample_weight)`.

    Raises:
        ValueError: there are more than three parts, or none.

    >>> unpack_x_y_sample_weight((1, 2))
    (1, 2, None)
    """
    if not isinstance(data, list | tuple):
        return data, None, None
    if not 1 <= len(data) <= 3:
        raise ValueError(_parts_message(data))
    x, y, sample_weight = (*data, None, None)[:3]
    return x, y, sample_weight


def _parts_message(data: Any) -> str:
    return explain(
        "A batch has one to three parts",
        given=f"a {type(data).__name__} of {len(data)}",
        expected="x, (x,), (x, y) or (x, y, sample_weight)",
        remedy="([a, b], y), if a and b are inputs of one model",
    )
