"""`KerasClassifier` and `KerasRegressor` of Keras 2: a function makes the estimator's model.

    search = GridSearchCV(KerasClassifier(make_model, epochs=5), {"units": [16, 32]}, cv=3)

Arguments of the function, of `fit` and of `predict` are parameters by name, together.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from geartrain.compat.keras.generators import predict_classes
from geartrain.errors import explain
from geartrain.models import Model
from geartrain.tensor import Array
from geartrain.utils import to_categorical

METHODS = ("fit", "predict", "evaluate")


class BaseWrapper:
    """What the two have in common.

    Args:
        build_fn: gives a compiled model; None: `__call__` of a subclass does.
        **sk_params: arguments of it, and of the model's `fit`, `predict` and `evaluate`.

    Raises:
        ValueError: an argument is one of none of them.
    """

    _estimator_type = ""

    def __init__(self, build_fn: Callable[..., Any] | None = None, **sk_params: Any) -> None:
        self.build_fn = build_fn
        self.sk_params = sk_params
        self.check_params(sk_params)

    @property
    def _maker(self) -> Callable[..., Any]:
        found: Callable[..., Any] = self.build_fn or self.__call__  # type: ignore[operator]
        return found

    def check_params(self, params: dict[str, Any]) -> None:
        """Raise where nothing takes an argument."""
        known = {"nb_epoch", *_names(self._maker)}
        known |= {name for method in METHODS for name in _names(getattr(Model, method))}
        unknown = [name for name in params if name not in known]
        if unknown and not _takes_all(self._maker):
            raise ValueError(_unknown_message(self, unknown))

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """All parameters by name."""
        params = copy.deepcopy(self.sk_params) if deep else dict(self.sk_params)
        return {**params, "build_fn": self.build_fn}

    def set_params(self, **params: Any) -> Any:
        """Set some of them."""
        self.check_params({name: each for name, each in params.items() if name != "build_fn"})
        self.build_fn = params.pop("build_fn", self.build_fn)
        self.sk_params.update(params)
        return self

    def filter_sk_params(
        self, fn: Callable[..., Any], override: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The parameters that a function takes."""
        names = _names(fn)
        found = {name: each for name, each in self.sk_params.items() if name in names}
        return {**found, **(override or {})}

    def fit(self, x: Any, y: Any, **kwargs: Any) -> Any:
        """Make the model, and train it; gives its history."""
        self.model = self._maker(**self.filter_sk_params(self._maker))
        targets = np.asarray(y)
        loss = getattr(self.model.loss, "__name__", self.model.loss)
        if loss == "categorical_crossentropy" and targets.ndim != 2:
            targets = to_categorical(targets)
        given = {**self.filter_sk_params(Model.fit), **kwargs}
        return self.model.fit(x, targets, **given)

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import Tags, TargetTags

        return Tags(self._estimator_type, TargetTags(required=True))


class KerasClassifier(BaseWrapper):
    """A model that says which class a sample is of."""

    _estimator_type = "classifier"

    def fit(self, x: Any, y: Any, **kwargs: Any) -> Any:
        given = np.asarray(y)
        if given.ndim == 2 and given.shape[1] > 1:
            self.classes_ = np.arange(given.shape[1])
            return super().fit(x, given, **kwargs)
        self.classes_, numbers = np.unique(given, return_inverse=True)
        return super().fit(x, numbers.reshape(given.shape), **kwargs)

    def predict(self, x: Any, **kwargs: Any) -> Array:
        """The class of each sample."""
        given = self.filter_sk_params(Model.predict, kwargs)
        numbers = predict_classes(self.model, x, **{"verbose": 0, **given})
        found: Array = self.classes_[numbers]
        return found

    def predict_proba(self, x: Any, **kwargs: Any) -> Array:
        """How likely each class is: a column for each, two for one output."""
        given = self.filter_sk_params(Model.predict, kwargs)
        found: Array = self.model.predict(x, **{"verbose": 0, **given})
        return np.asarray(np.hstack([1 - found, found])) if found.shape[1] == 1 else found

    def score(self, x: Any, y: Any, **kwargs: Any) -> float:
        """The accuracy."""
        right = self.predict(x, **kwargs).ravel() == np.asarray(y).ravel()
        return float(np.mean(right))


class KerasRegressor(BaseWrapper):
    """A model that gives a number for a sample."""

    _estimator_type = "regressor"

    def predict(self, x: Any, **kwargs: Any) -> Array:
        """The numbers."""
        given = self.filter_sk_params(Model.predict, kwargs)
        return np.asarray(self.model.predict(x, **{"verbose": 0, **given})).squeeze(axis=-1)

    def score(self, x: Any, y: Any, **kwargs: Any) -> float:
        """The loss, negated: a larger one is better."""
        given = self.filter_sk_params(Model.evaluate, kwargs)
        loss = self.model.evaluate(x, y, **{"verbose": 0, **given})
        return -float(loss[0] if isinstance(loss, list) else loss)


def _names(function: Callable[..., Any]) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name != "self"]


def _takes_all(function: Callable[..., Any]) -> bool:
    kinds = inspect.signature(function).parameters.values()
    return any(each.kind is each.VAR_KEYWORD for each in kinds)


def _unknown_message(wrapper: BaseWrapper, names: list[str]) -> str:
    return explain(
        f"{type(wrapper).__name__} does not know these parameters",
        given=", ".join(names),
        expected="arguments of build_fn, or of the model's fit, predict or evaluate",
        remedy="def make_model(units=16): ...; KerasClassifier(make_model, units=32, epochs=5)",
    )
