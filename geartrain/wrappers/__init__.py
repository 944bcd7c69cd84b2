"""Models as scikit-learn's estimators: pipelines, searches and cross-validation take them.

    SKLearnClassifier(model=make_model, model_kwargs={"units": 16}, fit_kwargs={"epochs": 20})

scikit-learn is loaded here, and nowhere else in the package.

Start reading at `estimator.py`.
"""

from geartrain.wrappers.classifier import SKLearnClassifier
from geartrain.wrappers.regressor import SKLearnRegressor
from geartrain.wrappers.transformer import SKLearnTransformer

__all__ = ["SKLearnClassifier", "SKLearnRegressor", "SKLearnTransformer"]
