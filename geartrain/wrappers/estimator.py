"""`Estimator`: what the three wrappers share: a model that is made and trained by `fit`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import numpy as np

from geartrain.callbacks import History
from geartrain.errors import explain
from geartrain.models import Model, clone_model
from geartrain.random.seed import undrawn
from geartrain.saving import load_model
from geartrain.tensor import Array

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, TransformerMixin
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError:  # said when an estimator is made
    BaseEstimator, ClassifierMixin, RegressorMixin, TransformerMixin = (
        type(name, (), {}) for name in ("Base", "Classifier", "Regressor", "Transformer")
    )
    check_is_fitted = validate_data = None

__all__ = [
    "BaseEstimator",
    "ClassifierMixin",
    "Estimator",
    "RegressorMixin",
    "TransformerMixin",
    "validate_data",
]


class Estimator(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A model with scikit-learn's methods.

    What is drawn at random in `fit` counts as not drawn: two fits of one estimator, or of clones
    of it, give the same bits; `set_random_seed` gives others.

    Args:
        model: a compiled model, which is cloned, or a function of (X, y) that gives one.
        warm_start: whether `fit` goes on with the model that it trained before.
        model_kwargs: further arguments of that function.
        fit_kwargs: arguments of the model's `fit`, such as `epochs`.

    Raises:
        ImportError: scikit-learn is not installed.
    """

    def __init__(
        self,
        model: Model | Callable[..., Any],
        warm_start: bool = False,
        model_kwargs: dict[str, Any] | None = None,
        fit_kwargs: dict[str, Any] | None = None,
    ) -> None:
        if validate_data is None:
            raise ImportError(_missing_message(type(self).__name__))
        self.model = model
        self.warm_start = warm_start
        self.model_kwargs = model_kwargs
        self.fit_kwargs = fit_kwargs

    def fit(self, X: Any, y: Any, **kwargs: Any) -> Self:
        """Make the model, unless it goes on with one, and train it.

        Args:
            X: samples, (samples, features).
            y: what they should give.
            **kwargs: arguments of the model's `fit`, beside `fit_kwargs`.
        """
        samples, targets = self._checked(X, y)
        samples, targets, kwargs = _without_weightless(samples, targets, kwargs)
        targets = self._as_outputs(targets)
        with undrawn():
            if not (self.warm_start and hasattr(self, "model_")):
                self.model_ = self._new_model(samples, targets)
            options = {"verbose": 0, **(self.fit_kwargs or {}), **kwargs}
            self.history_ = self.model_.fit(x=samples, y=targets, **options)
        self.n_iter_ = len(self.history_.epoch)
        return self

    @property
    def epoch_(self) -> int:
        """How many epochs the last `fit` had."""
        return len(self.history_.epoch)

    def predict(self, X: Any) -> Array:
        """What the model gives for samples."""
        return self._as_targets(self._outputs(X))

    def _outputs(self, X: Any) -> Array:
        """What the model itself gives."""
        check_is_fitted(self)
        samples = validate_data(self, X, reset=False)
        outputs: Array = self.model_.predict(samples, verbose=0)
        return outputs

    def _new_model(self, samples: Array, targets: Any) -> Model:
        given = self.model
        if isinstance(given, Model):
            model: Model = clone_model(given)
            _check_compiled(given)
            model.compile_from_config(given.get_compile_config())
            return model
        model = given(samples, targets, **(self.model_kwargs or {}))
        _check_compiled(model)
        return model

    def _checked(self, X: Any, y: Any) -> tuple[Array, Any]:
        """Samples and targets as arrays of numbers; the number of features is kept."""
        samples, targets = validate_data(self, X, y)
        return samples, targets

    def _as_outputs(self, y: Array) -> Any:
        """Targets as the model's outputs should be."""
        return y

    def _as_targets(self, outputs: Array) -> Array:
        """The model's outputs in the form of the targets."""
        return outputs

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: of the trained model, its file."""
        state: dict[str, Any] = dict(super().__getstate__())
        if "model_" in state:
            state["model_"] = model_bytes(state["model_"])
        if "history_" in state:
            kept = History()
            kept.history, kept.epoch = state["history_"].history, state["history_"].epoch
            state["history_"] = kept
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if "model_" in state:
            self.model_ = model_of(state["model_"])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags


def _without_weightless(
    samples: Array, targets: Any, options: dict[str, Any]
) -> tuple[Array, Any, dict[str, Any]]:
    """Without the samples that count nothing: their classes are not there."""
    weight = options.get("sample_weight")
    if weight is None:
        return samples, targets, options
    counts = np.asarray(weight).reshape(len(samples), -1).any(-1)
    kept = {**options, "sample_weight": np.asarray(weight)[counts]}
    return samples[counts], targets[counts], kept


def model_bytes(model: Any) -> bytes:
    """The bytes of a model's `.keras` file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return path.read_bytes()


def model_of(content: bytes) -> Any:
    """The model of such bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        path.write_bytes(content)
        return load_model(path)


def column(y: Any) -> Array:
    """One number a sample as a column."""
    array = np.asarray(y)
    return array.reshape(-1, 1) if array.ndim == 1 else array


def _check_compiled(model: Any) -> None:
    if isinstance(model, Model) and model.compiled and model.loss is not None:
        return
    raise RuntimeError(
        explain(
            "An estimator needs a compiled model",
            given=f"a {type(model).__name__}" + (" without a loss" * isinstance(model, Model)),
            expected="a model that was given its optimizer and its loss",
            remedy="model.compile(optimizer='adam', loss='mse'), before it is returned",
        )
    )


def _missing_message(name: str) -> str:
    return explain(
        f"{name} needs scikit-learn",
        given="an environment without it",
        expected="scikit-learn 1.6 or later",
        remedy="pip install scikit-learn",
    )
