"""A crossentropy for labels some of which are wrong."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.losses.class_numbers import class_numbers
from geartrain.losses.loss import FunctionLoss
from geartrain.ops import convert_to_tensor, divide, multiply, one_hot, power, subtract, sum
from geartrain.tensor import Tensor


def categorical_generalized_cross_entropy(y_true: Any, y_pred: Any, q: float) -> Tensor:
    """(1 - p^q) / q, p being the probability given to the true class.

    Near q = 0 it is the crossentropy, at q = 1 the absolute error, which bears wrong labels.

    Args:
        y_true: class numbers, of the shape of y_pred without its last axis.
        y_pred: probabilities.
        q: between 0 and 1.

    Raises:
        ValueError: the shapes do not fit, or a number is not that of a class.

    Source: Zhang and Sabuncu, "Generalized cross entropy loss for training deep neural networks
    with noisy labels" (2018), equation 6.

    >>> categorical_generalized_cross_entropy([1], [[0.75, 0.25]], 0.5).tolist()
    [1.0]
    """
    numbers, output = class_numbers("categorical_generalized_cross_entropy", y_true, y_pred)
    chosen = one_hot(numbers, int(str(output.shape[-1])), dtype=output.dtype)
    likely = sum(multiply(chosen, output), -1)
    return divide(subtract(1.0, power(likely, q)), q)


class CategoricalGeneralizedCrossEntropy(FunctionLoss):
    """(1 - p^q) / q: between the crossentropy (q near 0) and the absolute error (q = 1).

    For targets that are class numbers, some of which are wrong.

    Args:
        q: between 0 and 1; larger ones bear more wrong labels.
        reduction: how losses become one number: see `Loss`.
        name: of the loss.
        dtype: computed in.

    Raises:
        ValueError: q is not between 0 and 1.

    >>> float(CategoricalGeneralizedCrossEntropy()([1], [[0.75, 0.25]]))
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

    def _as_target(self, x: Any) -> Tensor:
        return convert_to_tensor(x)  # class numbers stay whole


def _q_message(q: float) -> str:
    return explain(
        "CategoricalGeneralizedCrossEntropy needs q between 0 and 1",
        given=f"q={q!r}",
        expected="a number above 0 (the crossentropy) and below 1 (the absolute error)",
        remedy="q=0.7, which its authors chose",
    )
