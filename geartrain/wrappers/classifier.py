"""`SKLearnClassifier`: a model that says which class a sample is of."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.tensor import Array
from geartrain.utils import to_categorical
from geartrain.wrappers.estimator import ClassifierMixin, Estimator


class SKLearnClassifier(ClassifierMixin, Estimator):  # type: ignore[misc]
    """A model as scikit-learn's classifier; it is given one-hot targets.

    Args:
        model: a compiled model, which is cloned, or a function of (X, y) that gives one; y is
            one-hot, (samples, classes).
        warm_start: whether `fit` goes on with the model that it trained before.
        model_kwargs: further arguments of that function.
        fit_kwargs: arguments of the model's `fit`, such as `epochs`.

    Attributes:
        classes_: the classes, sorted.
        model_, history_: the trained model, and what its `fit` returned.
    """

    def _checked(self, X: Any, y: Any) -> tuple[Array, Any]:
        from sklearn.utils.multiclass import check_classification_targets

        samples, targets = super()._checked(X, y)
        check_classification_targets(targets)
        return samples, targets

    def _as_outputs(self, y: Array) -> Any:
        self.classes_, places = np.unique(y, return_inverse=True)
        return to_categorical(places.reshape(-1), max(len(self.classes_), 2))

    def _as_targets(self, outputs: Array) -> Array:
        known = outputs[:, : len(self.classes_)]  # one class has a second column, of none
        found: Array = self.classes_[np.argmax(known, axis=-1)]
        return found

    def decision_function(self, X: Any) -> Array:
        """How sure the model is: a column for each class; for two, the difference of theirs."""
        outputs = self._outputs(X)
        return outputs[:, 1] - outputs[:, 0] if outputs.shape[-1] == 2 else outputs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.poor_score = True  # that is up to the model
        return tags
