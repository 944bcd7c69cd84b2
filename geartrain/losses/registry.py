"""Losses by their names, and as configs: `get`, `serialize`, `deserialize`."""

from __future__ import annotations

from typing import Any

from geartrain.errors import unknown_name
from geartrain.losses.crossentropy import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
    binary_crossentropy,
    categorical_crossentropy,
    sparse_categorical_crossentropy,
)
from geartrain.losses.divergences import KLDivergence, Poisson, kl_divergence, poisson
from geartrain.losses.embeddings import Circle, circle
from geartrain.losses.errors import (
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
)
from geartrain.losses.focal import (
    BinaryFocalCrossentropy,
    CategoricalFocalCrossentropy,
    binary_focal_crossentropy,
    categorical_focal_crossentropy,
)
from geartrain.losses.hinges import (
    CategoricalHinge,
    Hinge,
    SquaredHinge,
    categorical_hinge,
    hinge,
    squared_hinge,
)
from geartrain.losses.loss import FunctionLoss, Loss
from geartrain.losses.noise import (
    CategoricalGeneralizedCrossEntropy,
    categorical_generalized_cross_entropy,
)
from geartrain.losses.overlap import Dice, Tversky, dice, tversky
from geartrain.losses.robust import (
    CosineSimilarity,
    Huber,
    LogCosh,
    cosine_similarity,
    huber,
    log_cosh,
)
from geartrain.losses.sequences import CTC, ctc
from geartrain.serialization import deserialize_of, serialize_keras_object

FUNCTIONS: dict[str, tuple[Any, type[Loss]]] = {
    "binary_crossentropy": (binary_crossentropy, BinaryCrossentropy),
    "binary_focal_crossentropy": (binary_focal_crossentropy, BinaryFocalCrossentropy),
    "categorical_crossentropy": (categorical_crossentropy, CategoricalCrossentropy),
    "categorical_focal_crossentropy": (
        categorical_focal_crossentropy,
        CategoricalFocalCrossentropy,
    ),
    "categorical_generalized_cross_entropy": (
        categorical_generalized_cross_entropy,
        CategoricalGeneralizedCrossEntropy,
    ),
    "categorical_hinge": (categorical_hinge, CategoricalHinge),
    "circle": (circle, Circle),
    "cosine_similarity": (cosine_similarity, CosineSimilarity),
    "ctc": (ctc, CTC),
    "dice": (dice, Dice),
    "hinge": (hinge, Hinge),
    "huber": (huber, Huber),
    "kl_divergence": (kl_divergence, KLDivergence),
    "log_cosh": (log_cosh, LogCosh),
    "mean_absolute_error": (mean_absolute_error, MeanAbsoluteError),
    "mean_absolute_percentage_error": (
        mean_absolute_percentage_error,
        MeanAbsolutePercentageError,
    ),
    "mean_squared_error": (mean_squared_error, MeanSquaredError),
    "mean_squared_logarithmic_error": (
        mean_squared_logarithmic_error,
        MeanSquaredLogarithmicError,
    ),
    "poisson": (poisson, Poisson),
    "sparse_categorical_crossentropy": (
        sparse_categorical_crossentropy,
        SparseCategoricalCrossentropy,
    ),
    "squared_hinge": (squared_hinge, SquaredHinge),
    "tversky": (tversky, Tversky),
}
SHORT = {
    "bce": "binary_crossentropy",
    "kld": "kl_divergence",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "mse": "mean_squared_error",
    "msle": "mean_squared_logarithmic_error",
}
SHORT |= {name.upper(): whole for name, whole in SHORT.items()}
CLASSES = {each.__name__: each for _, each in FUNCTIONS.values()}
MEANINGS: dict[str, Any] = {name: function for name, (function, _) in FUNCTIONS.items()}
MEANINGS |= {name: MEANINGS[whole] for name, whole in SHORT.items()}
MEANINGS |= CLASSES | {"Loss": Loss}
NAMES = [*FUNCTIONS, *(name for name in SHORT if name.islower())]  # those that errors show

_made_of = deserialize_of("losses", lambda: MEANINGS)


def get(identifier: Any) -> Any:
    """The loss that a name, a config, a class, an object or a function means; None is None.

    As in Keras, the name of a function gives the function and that of a class an object.

    Raises:
        ValueError: nothing has the name.

    >>> get("mse").__name__, get("MeanSquaredError").name, get({"class_name": "Huber"}).name
    ('mean_squared_error', 'mean_squared_error', 'huber_loss')
    """
    if identifier is None:
        return None
    if isinstance(identifier, str) or (isinstance(identifier, dict) and identifier):
        return deserialize(identifier)
    if isinstance(identifier, type):
        return identifier()
    if callable(identifier):
        return identifier
    raise ValueError(unknown_name("loss", identifier, NAMES, remedy="model.compile(loss={}, ...)"))


def as_loss(identifier: Any) -> Loss:
    """The same as an object: a function is wrapped, and the name of one means its class."""
    if isinstance(identifier, str):
        whole = SHORT.get(identifier, identifier)
        if whole in FUNCTIONS:
            return FUNCTIONS[whole][1]()
    for function, kind in FUNCTIONS.values():
        if identifier is function:
            return kind()
    found = get(identifier)
    return found if isinstance(found, Loss) else FunctionLoss(found)


def serialize(loss: Any) -> Any:
    """A loss, or a function, as plain data, of which `deserialize` makes one again."""
    return serialize_keras_object(loss)


def deserialize(name: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The loss that plain data, or a name, tells of.

    Args:
        name: what `serialize` gave, or a name.
        custom_objects: your own classes and functions by name.

    Raises:
        ValueError: nothing has the name.
    """
    made = _made_of(name, custom_objects)
    return _unknown(made) if isinstance(made, str) else made


def _unknown(name: str) -> Any:
    raise ValueError(unknown_name("loss", name, NAMES, remedy="model.compile(loss={}, ...)"))
