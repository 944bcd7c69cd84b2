"""Losses by their names, and as configs: `get`, `serialize`, `deserialize`."""

from __future__ import annotations

from typing import Any

from geartrain.errors import unknown_name
from geartrain.losses.loss import FunctionLoss, Loss
from geartrain.rooms import LaterNames
from geartrain.serialization import deserialize_of, serialize_keras_object

FUNCTIONS = {  # and their classes
    "binary_crossentropy": "BinaryCrossentropy",
    "binary_focal_crossentropy": "BinaryFocalCrossentropy",
    "categorical_crossentropy": "CategoricalCrossentropy",
    "categorical_focal_crossentropy": "CategoricalFocalCrossentropy",
    "categorical_generalized_cross_entropy": "CategoricalGeneralizedCrossEntropy",
    "categorical_hinge": "CategoricalHinge",
    "circle": "Circle",
    "cosine_similarity": "CosineSimilarity",
    "ctc": "CTC",
    "dice": "Dice",
    "hinge": "Hinge",
    "huber": "Huber",
    "kl_divergence": "KLDivergence",
    "log_cosh": "LogCosh",
    "mean_absolute_error": "MeanAbsoluteError",
    "mean_absolute_percentage_error": "MeanAbsolutePercentageError",
    "mean_squared_error": "MeanSquaredError",
    "mean_squared_logarithmic_error": "MeanSquaredLogarithmicError",
    "poisson": "Poisson",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
    "squared_hinge": "SquaredHinge",
    "tversky": "Tversky",
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
MEANINGS = LaterNames(
    "geartrain.losses",
    {each: each for each in (*FUNCTIONS, *FUNCTIONS.values(), "Loss")} | SHORT,
)
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
            return _class_of(whole)
    name = getattr(identifier, "__name__", None)
    if name in FUNCTIONS and identifier is MEANINGS[name]:
        return _class_of(name)
    found = get(identifier)
    return found if isinstance(found, Loss) else FunctionLoss(found)


def _class_of(function: str) -> Loss:
    """A loss of the class that belongs to a function."""
    made: Loss = MEANINGS[FUNCTIONS[function]]()
    return made


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
