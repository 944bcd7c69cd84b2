"""From the losses of samples to one number: weights, masks, and the ways to reduce.

    losses (n, t), weights (n,), mask (n, t)   ->   sum(losses * weights * mask) / (n * t)

A mask says which places count. Where the losses are averaged, the places that count are made to
weigh as much as all would, so that padding changes nothing.
"""

from __future__ import annotations

from geartrain import primitives
from geartrain.defaults import epsilon
from geartrain.errors import explain, nearest
from geartrain.losses.alignment import spread_weights
from geartrain.ops import (
    add,
    cast,
    divide,
    divide_no_nan,
    expand_dims,
    mean,
    minimum,
    multiply,
    sum,
)
from geartrain.tensor import Tensor

AVERAGING = ("mean", "sum_over_batch_size")
REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none")


def checked_reduction(reduction: str | None) -> str | None:
    """A way to reduce, if there is one of this name."""
    if reduction is None or reduction in REDUCTIONS:
        return reduction
    close = nearest(str(reduction), REDUCTIONS)
    raise ValueError(
        explain(
            "There is no such reduction",
            given=f"reduction={reduction!r}",
            expected=f"one of: {', '.join(REDUCTIONS)}, or None, which is 'none'",
            remedy=f"reduction={(close or REDUCTIONS)[0]!r}",
        )
    )


def reduce_losses(
    losses: Tensor, weight: Tensor | None, mask: Tensor | None, reduction: str | None
) -> Tensor:
    """The losses, each times its weight, reduced.

    Args:
        losses: one for each sample, or for each place of a sample.
        weight: as `spread_weights` takes them.
        mask: which places count.
        reduction: one of `REDUCTIONS`; "mean_with_sample_weight" divides by the sum of the
            weights as they were given, a weight for many losses counting once, as in Keras.
    """
    weight = weigh_by_mask(weight, mask, losses, averages=reduction in AVERAGING)
    if weight is not None:
        losses, spread = spread_weights(losses, weight)
        losses = multiply(losses, spread)
    if reduction in (None, "none") or not losses.ndim or losses.shape == (0,):
        return losses  # of no samples, there is nothing to reduce
    if reduction == "sum":
        return sum(losses)
    if reduction == "mean_with_sample_weight" and weight is not None:
        return divide_no_nan(sum(losses), sum(weight))
    return mean(losses)


def weigh_by_mask(
    weight: Tensor | None, mask: Tensor | None, like: Tensor, *, averages: bool
) -> Tensor | None:
    """The weights, 0 where the mask is false.

    With `averages` the others grow by as much as there are fewer of them.
    """
    if mask is None:
        return weight
    kept = cast(mask, like.dtype)
    if averages:
        count = primitives.size(kept, axes=tuple(range(kept.ndim)), dtype=kept.dtype)
        growth = divide(count, add(sum(kept), epsilon()))
        kept = multiply(kept, minimum(growth, count))  # in float16 it is infinite if none is kept
    if weight is None:
        return kept
    if weight.ndim == kept.ndim + 1:
        kept = expand_dims(kept, -1)
        return multiply(weight, kept)
    wide, narrow = (kept, weight) if kept.ndim >= weight.ndim else (weight, kept)
    if 1 in narrow.shape and narrow.ndim == wide.ndim:  # (n, 1) beside (n, t)
        return multiply(wide, narrow)
    return multiply(*spread_weights(wide, narrow))
