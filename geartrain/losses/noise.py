"""A crossentropy for labels some of which are wrong."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.losses.alignment import paired
from geartrain.losses.loss import FunctionLoss
from geartrain.losses.standards import epsilon
from geartrain.ops import clip, divide, multiply, power, subtract, sum
from geartrain.tensor import Tensor


def categorical_generalized_cross_entropy(y_true: Any, y_pred: Any, q: float) -> Tensor:
    """(1 - p^q) / q over the last axis, p being the probability given to the true class.

    Near q = 0 it is the crossentropy, at q = 1 the mean absolute error, which bears wrong labels.

    Args:
        y_true: one-hot rows.
        y_pred: probabilities.
        q: between 0 and 1.

    Source: Zhang and Sabuncu, "Generalized cross entropy loss for training deep neural networks
    with noisy labels" (2018), equation 6.

    >>> categorical_generalized_cross_entropy([[0.0, 1.0]], [[0.75, 0.25]], 0.5).tolist()
    [1.0]
    """
    target, output = paired("categorical_generalized_cross_entropy", y_true, y_pred)
    likely = sum(multiply(target, clip(output, epsilon(), 1.0 - epsilon())), -1)
    return divide(subtract(1.0, power(likely, q)), q)


class CategoricalGeneralizedCrossEntropy(FunctionLoss):
    """(1 - p^q) / q: between the crossentropy (q near 0) and the absolute error (q = 1).

    Args:
        q: between 0 and 1; larger ones bear more wrong labels.
        reduction: how losses become one number: see `Loss`.
        name: of the loss.
        dtype: computed in.

    Raises:
        ValueError: q is not between 0 and 1.

    >>> float(CategoricalGeneralizedCrossEntropy()([[0.0, 1.0]], [[0.75, 0.25]]))
    1.0
    """

    def __init__(
        self,
        q: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_generalized_cross_entropy",
        dtype: Any = None,
    ) -> None:
        if not 0 < q < 1:
            raise ValueError(_q_message(q))
        super().__init__(categorical_generalized_cross_entropy, reduction, name, dtype, q=q)
        self.q = q


def _q_message(q: float) -> str:
    return explain(
        "CategoricalGeneralizedCrossEntropy needs q between 0 and 1",
        given=f"q={q!r}",
        expected="a number above 0 (the crossentropy) and below 1 (the absolute error)",
        remedy="q=0.7, which its authors chose",
    )
