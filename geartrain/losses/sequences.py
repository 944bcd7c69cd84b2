"""A loss of sequences whose labels are known, but not when each begins and ends."""

from __future__ import annotations

from typing import Any

from geartrain import primitives
from geartrain.errors import explain
from geartrain.losses.loss import Loss
from geartrain.ops import cast, convert_to_tensor, ctc_loss, not_equal, sum
from geartrain.ops.core import promoted
from geartrain.tensor import Tensor, format_shape

BLANK = 0  # the class between labels, which also fills up sequences of labels


def ctc(y_true: Any, y_pred: Any) -> Tensor:
    """-log of the probability of the labels, over all ways to lay them out in time.

    Class 0 is the blank between labels; zeros behind the last label fill up its row. All moments
    of `y_pred` count.

    Args:
        y_true: (batch, labels), class numbers from 1.
        y_pred: (batch, moments, classes), logits.

    Raises:
        ValueError: the ranks are others.

    Source: Graves, Fernandez, Gomez and Schmidhuber, "Connectionist temporal classification"
    (2006), 4.1.

    >>> round(float(ctc([[1]], [[[0.0, 0.0]]])[0]), 4)
    0.6931
    """
    (logits,) = promoted(y_pred, floating=True)
    labels = cast(convert_to_tensor(y_true), "int32")
    if labels.ndim != 2 or logits.ndim != 3:
        raise ValueError(_rank_message(labels, logits))
    label_counts = sum(cast(not_equal(labels, BLANK), "int32"), -1)
    (batch, moments), dtype = logits.shape[:2], label_counts.dtype
    moment_counts = primitives.fill(shape=(batch,), value=moments, dtype=dtype)
    return ctc_loss(labels, logits, label_counts, moment_counts, mask_index=BLANK)


class CTC(Loss):
    """Connectionist temporal classification: labels in order, without their moments.

    Args:
        reduction: how losses become one number: see `Loss`.
        name: of the loss.
        dtype: computed in.

    >>> round(float(CTC()([[1]], [[[0.0, 0.0]]])), 4)
    0.6931
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "ctc",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return ctc(y_true, y_pred)

    def _as_target(self, x: Any) -> Tensor:
        return convert_to_tensor(x)  # class numbers stay whole


def _rank_message(labels: Tensor, logits: Tensor) -> str:
    return explain(
        "ctc compares sequences of labels with sequences of outputs",
        given=f"y_true of shape {format_shape(labels.shape)}, "
        f"y_pred of shape {format_shape(logits.shape)}",
        expected="class numbers (batch, labels) and logits (batch, moments, classes)",
        axis=f"y_true has rank {labels.ndim}, y_pred rank {logits.ndim}",
        remedy="y_true[None, :] and y_pred[None, :] for a batch of one",
    )
