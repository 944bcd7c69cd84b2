"""Connectionist temporal classification: sequences of labels without their moments.

The labels' order is known, but not when each begins and ends. A blank (`mask_index`) stands
between labels, a label may last several moments, and the loss sums over all the ways (Graves et
al. 2006).
"""

from __future__ import annotations

from typing import Any

from geartrain import primitives
from geartrain.errors import explain, unknown_name
from geartrain.ops.comparison import choose, equal, greater_equal, less, logical_and, not_equal
from geartrain.ops.control import scan
from geartrain.ops.core import cast, promoted
from geartrain.ops.creation import arange
from geartrain.ops.elementwise import add, maximum, multiply, negative, subtract
from geartrain.ops.functions import logaddexp
from geartrain.ops.indexing import take_along_axis
from geartrain.ops.joining import stack
from geartrain.ops.nn.probabilities import log_softmax
from geartrain.ops.reductions import argmax, logsumexp, max, sum
from geartrain.ops.shaping import cut_out, expand_dims, squeeze, static_size
from geartrain.ops.sorting import argsort
from geartrain.tensor import Tensor, format_shape
from geartrain.tensor.dtypes import FLOAT32, INT32, promote

__all__ = ["ctc_decode", "ctc_loss"]

UNLIKELY = -1e5  # Keras's logarithm of the probability of what cannot be
STRATEGIES = ("beam_search", "greedy")


def ctc_loss(
    target: Any, output: Any, target_length: Any, output_length: Any, mask_index: int = 0
) -> Tensor:
    """-log of the probability of the labels, summed over all ways to lay them out in time.

    Args:
        target: (batch, labels), the numbers of the labels.
        output: (batch, moments, classes), logits.
        target_length: (batch,), how many labels count.
        output_length: (batch,), how many moments count.
        mask_index: the class of the blank.

    Returns:
        (batch,). Where there are too few moments for the labels, it is very large.

    Raises:
        ValueError: the shapes do not fit.
    """
    labels, (logits,) = cast(target, INT32), promoted(output, floating=True)
    label_counts, moment_counts = cast(target_length, INT32), cast(output_length, INT32)
    _check(labels, logits, label_counts, moment_counts)
    moments, classes = (static_size(size, "ctc_loss") for size in logits.shape[1:])
    states = _states(labels, mask_index % classes)
    likely = log_softmax(cast(logits, promote(logits.dtype, FLOAT32)))
    emitted = take_along_axis(likely, expand_dims(states, 1), 2)  # (batch, moments, states)
    can_skip = _can_skip(states, mask_index % classes)
    rows = primitives.transpose(emitted, perm=(1, 0, 2))  # (moments, batch, states)

    def turn(ways: Tensor, at: tuple[Tensor, Tensor]) -> tuple[Tensor, None]:
        row, moment = at
        later = add(_moved_on(ways, can_skip), row)
        return choose(expand_dims(less(moment, moment_counts), 1), later, ways), None

    ways = _started(_moment(emitted, 0))
    if moments > 1:
        following = cut_out(rows, 0, 1, moments), arange(1, moments)
        ways, _ = scan(turn, ways, following)
    return negative(_ended(ways, label_counts))


def _states(labels: Tensor, blank: int) -> Tensor:
    """Blank, label, blank, label, ..., blank: (batch, 2 labels + 1)."""
    batch, count = labels.shape
    places = {"starts": (0, 1), "steps": (1, 2), "value": blank}
    shape = (batch, 2 * static_size(count, "ctc_loss") + 1)
    return primitives.embed(labels, shape=shape, **places)


def _can_skip(states: Tensor, blank: int) -> Tensor:
    """Where the state two before may be followed at once: a label that differs from that one."""
    before = _shifted(states, 2, blank)
    return logical_and(not_equal(states, blank), not_equal(states, before))


def _shifted(x: Tensor, places: int, value: float) -> Tensor:
    return primitives.embed(x, shape=x.shape, starts=(0, places), steps=(1, 1), value=value)


def _moment(emitted: Tensor, moment: int) -> Tensor:
    batch, _, states = emitted.shape
    row = primitives.slice_(
        emitted, starts=(0, moment, 0), sizes=(batch, 1, states), steps=(1, 1, 1)
    )
    return primitives.reshape(row, shape=(batch, states))


def _started(emitted: Tensor) -> Tensor:
    """The first moment: the first blank or the first label."""
    number = arange(static_size(emitted.shape[1], "ctc_loss"))
    return choose(less(number, 2), emitted, UNLIKELY)


def _moved_on(ways: Tensor, can_skip: Tensor) -> Tensor:
    """To stay in a state, to come from the one before, or from two before if that is allowed."""
    skipped = choose(can_skip, _shifted(ways, 2, UNLIKELY), UNLIKELY)
    return logsumexp(stack([ways, _shifted(ways, 1, UNLIKELY), skipped]), 0)


def _ended(ways: Tensor, counts: Tensor) -> Tensor:
    """The last blank that counts, or the label before it."""
    last = expand_dims(multiply(counts, 2), 1)
    blank = squeeze(take_along_axis(ways, last, 1), 1)
    label = squeeze(take_along_axis(ways, maximum(subtract(last, 1), 0), 1), 1)
    return logaddexp(blank, choose(equal(counts, 0), UNLIKELY, label))


def ctc_decode(
    inputs: Any,
    sequence_lengths: Any,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int | None = 0,
) -> tuple[Tensor, Tensor]:
    """The labels that logits stand for.

    Args:
        inputs: (batch, moments, classes), logits.
        sequence_lengths: (batch,), how many moments count.
        strategy: "greedy" (the likeliest class of each moment) or "beam_search" (the likeliest
            labels, each summed over the ways to lay them out in time).
        beam_width: how many paths a beam search keeps.
        top_paths: how many it gives.
        merge_repeated: whether a greedy search takes a class that lasts as one label.
        mask_index: the class of the blank; None is the last one.

    Returns:
        Labels, -1 behind the last: (1, batch, moments), or (top_paths, batch, moments); and
        scores: minus the sum of the greedy logits, (batch, 1), or the logarithms of the paths'
        probabilities, (batch, top_paths).

    Raises:
        ValueError: there is no such strategy.
    """
    if strategy not in STRATEGIES:
        raise ValueError(unknown_name("strategy", strategy, STRATEGIES, remedy="strategy={}"))
    (logits,) = promoted(inputs, floating=True)
    logits = cast(logits, promote(logits.dtype, FLOAT32))
    lengths = cast(sequence_lengths, INT32)
    classes = static_size(logits.shape[-1], "ctc_decode")
    blank = classes - 1 if mask_index is None else mask_index % classes
    if strategy == "greedy":
        return _greedy(logits, lengths, blank, merge_repeated=merge_repeated)
    likely = log_softmax(logits)
    paths, scores = primitives.beam_search(
        likely, lengths, width=beam_width, paths=top_paths, mask=blank
    )
    return primitives.transpose(paths, perm=(1, 0, 2)), scores


def _greedy(
    logits: Tensor, lengths: Tensor, blank: int, *, merge_repeated: bool
) -> tuple[Tensor, Tensor]:
    moments = static_size(logits.shape[1], "ctc_decode")
    number = arange(moments)
    beyond = greater_equal(number, expand_dims(lengths, 1))
    labels = choose(beyond, blank, argmax(logits, -1))
    best = choose(beyond, 0.0, max(logits, -1))
    drop = equal(labels, blank)
    if merge_repeated:
        drop = primitives.logical_or(drop, equal(labels, _shifted(labels, 1, -1)))
    order = argsort(choose(drop, moments, number), -1)  # labels to the front, in their order
    kept = take_along_axis(choose(drop, -1, labels), order, -1)
    return expand_dims(kept, 0), expand_dims(negative(sum(best, 1)), 1)


def _check(labels: Tensor, logits: Tensor, label_counts: Tensor, moment_counts: Tensor) -> None:
    ranks = labels.ndim, logits.ndim, label_counts.ndim, moment_counts.ndim
    batches = {each.shape[:1] for each in (labels, logits, label_counts, moment_counts)}
    if ranks == (2, 3, 1, 1) and len(batches) == 1:
        return
    given = {
        "target": labels,
        "output": logits,
        "target_length": label_counts,
        "output_length": moment_counts,
    }
    raise ValueError(
        explain(
            "ctc_loss cannot put these together",
            given=", ".join(f"{name} {format_shape(each.shape)}" for name, each in given.items()),
            expected="target (batch, labels), output (batch, moments, classes), and lengths "
            "(batch,), of one batch",
            axis="; ".join(f"{name} has rank {each.ndim}" for name, each in given.items()),
            remedy="ops.expand_dims(x, 0) for a batch of one",
        )
    )
