"""`SKLearnTransformer`: a model that turns samples into other numbers."""

from __future__ import annotations

from typing import Any, Self

from geartrain.tensor import Array
from geartrain.wrappers.estimator import Estimator, TransformerMixin, column, validate_data


class SKLearnTransformer(TransformerMixin, Estimator):  # type: ignore[misc]
    """A model as scikit-learn's transformer: `transform` gives its outputs.

    Args:
        model: a compiled model, which is cloned, or a function of (X, y) that gives one.
        warm_start: whether `fit` goes on with the model that it trained before.
        model_kwargs: further arguments of that function.
        fit_kwargs: arguments of the model's `fit`, such as `epochs`.

    Attributes:
        model_, history_: the trained model, and what its `fit` returned.
    """

    def fit(self, X: Any, y: Any = None, **kwargs: Any) -> Self:
        """Make the model and train it; without y, to give X again.

        Args:
            X: samples, (samples, features).
            y: what the model should give.
            **kwargs: arguments of the model's `fit`.
        """
        return super().fit(X, y, **kwargs)

    def transform(self, X: Any) -> Array:
        """What the model gives for samples."""
        return self._outputs(X)

    def _checked(self, X: Any, y: Any) -> tuple[Array, Any]:
        if y is None:
            samples: Array = validate_data(self, X)
            return samples, samples
        samples, targets = validate_data(self, X, y, multi_output=True, y_numeric=True)
        return samples, targets

    def _as_outputs(self, y: Array) -> Any:
        return column(y)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags
