"""The wrappers pass scikit-learn's own checks, and work in its pipelines and searches."""

from __future__ import annotations

import numpy as np
import pytest

from geartrain import Model, layers, models, wrappers

pytest.importorskip("sklearn")

from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import estimator_checks_generator

RNG = np.random.default_rng(0)
X = RNG.standard_normal((60, 3))
CLASSES = np.array(["no", "yes", "maybe"])[np.argmax(X, -1)]


def make_model(X, y, loss, units=8, last=None):
    inputs = layers.Input((X.shape[1],))
    hidden = layers.Dense(units, activation="relu")(inputs)
    model = Model(inputs, layers.Dense(y.shape[1] if y.ndim > 1 else 1, activation=last)(hidden))
    model.compile("adam", loss)
    return model


CLASSIFIER = wrappers.SKLearnClassifier(
    make_model,
    model_kwargs={"loss": "categorical_crossentropy", "last": "softmax"},
    fit_kwargs={"epochs": 2},
)
REGRESSOR = wrappers.SKLearnRegressor(
    make_model, model_kwargs={"loss": "mse"}, fit_kwargs={"epochs": 2}
)
TRANSFORMER = wrappers.SKLearnTransformer(make_model, model_kwargs={"loss": "mse"})


CHECKS = [
    pytest.param(estimator, check, id=f"{type(each).__name__}-{number}")
    for each in (CLASSIFIER, REGRESSOR, TRANSFORMER)
    for number, (estimator, check) in enumerate(estimator_checks_generator(each))
]


@pytest.mark.parametrize(("estimator", "check"), CHECKS)
def test_the_checks_of_scikit_learn(estimator, check):
    check(estimator)


def test_classes_in_a_pipeline():
    estimator = clone(CLASSIFIER).set_params(fit_kwargs={"epochs": 60, "batch_size": 8})
    pipeline = make_pipeline(StandardScaler(), estimator).fit(X, CLASSES)
    assert pipeline.score(X, CLASSES) > 0.8
    assert list(estimator.classes_) == ["maybe", "no", "yes"]
    assert estimator.n_iter_ == estimator.epoch_ == 60


def test_a_search_over_the_function_s_arguments():
    search = GridSearchCV(
        clone(REGRESSOR), {"model_kwargs": [{"loss": "mse", "units": n} for n in (1, 16)]}, cv=2
    )
    search.fit(X, X.sum(-1))
    assert search.best_params_["model_kwargs"]["loss"] == "mse"


def test_a_compiled_model_is_cloned_and_a_warm_start_goes_on():
    model = models.Sequential([layers.Input((3,)), layers.Dense(2)])
    model.compile("sgd", "mse")
    before = model.get_weights()
    estimator = wrappers.SKLearnTransformer(model, warm_start=True).fit(X, X[:, :2])
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    trained, first = estimator.model_, estimator.transform(X)
    estimator.fit(X, X[:, :2])
    assert estimator.model_ is trained
    assert np.abs(estimator.transform(X) - first).max() > 0


def test_two_fits_give_the_same_bits():
    first, second = (clone(REGRESSOR).fit(X, X[:, 0]).predict(X) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert first.shape == (60,)


def test_what_is_wrong_is_said():
    with pytest.raises(NotFittedError):
        clone(REGRESSOR).predict(X)
    plain = models.Sequential([layers.Dense(1)])
    with pytest.raises(RuntimeError, match="needs a compiled model"):
        wrappers.SKLearnRegressor(lambda X, y: plain).fit(X, X[:, 0])
