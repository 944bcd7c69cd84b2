"""`SKLearnRegressor`: a model that says a number, or several, for a sample."""

from __future__ import annotations

import warnings
from typing import Any

from geartrain.tensor import Array
from geartrain.tensor.user_line import levels_to_user
from geartrain.wrappers.estimator import Estimator, RegressorMixin, column, validate_data


class SKLearnRegressor(RegressorMixin, Estimator):  # type: ignore[misc]
    """A model as scikit-learn's regressor.

    Args:
        model: a compiled model, which is cloned, or a function of (X, y) that gives one; y is
            (samples, numbers).
        warm_start: whether `fit` goes on with the model that it trained before.
        model_kwargs: further arguments of that function.
        fit_kwargs: arguments of the model's `fit`, such as `epochs`.

    Attributes:
        model_, history_: the trained model, and what its `fit` returned.
    """

    def _checked(self, X: Any, y: Any) -> tuple[Array, Any]:
        samples, targets = validate_data(self, X, y, multi_output=True, y_numeric=True)
        if targets.ndim == 2 and targets.shape[1] == 1:
            _say_column()
            targets = targets[:, 0]
        self._is_flat = targets.ndim == 1
        return samples, targets

    def _as_outputs(self, y: Array) -> Any:
        return column(y)

    def _as_targets(self, outputs: Array) -> Array:
        return outputs.reshape(len(outputs)) if self._is_flat else outputs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.regressor_tags.poor_score = True  # that is up to the model
        return tags


def _say_column() -> None:
    from sklearn.exceptions import DataConversionWarning

    warnings.warn(
        "A column-vector y was passed when a 1d array was expected: predictions will be 1d too. "
        "Remedy: y.ravel()",
        DataConversionWarning,
        stacklevel=levels_to_user(),
    )
