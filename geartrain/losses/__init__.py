"""Losses: how far outputs are from what they should be, under Keras's names.

Each is there as a function of `(y_true, y_pred)`, which gives the loss of each sample, and as a
class, whose objects weigh samples and reduce their losses to one number. A loss never broadcasts
`(n,)` against `(n, 1)` silently: `alignment.py` says by which rule two shapes are brought together,
and raises where it has none.

Start reading at `loss.py`, then `errors.py`.
"""

from geartrain.rooms import loading_later

with loading_later(__name__):
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
    from geartrain.losses.loss import Loss
    from geartrain.losses.noise import (
        CategoricalGeneralizedCrossEntropy,
        categorical_generalized_cross_entropy,
    )
    from geartrain.losses.overlap import Dice, Tversky, dice, tversky
    from geartrain.losses.registry import as_loss, deserialize, get, serialize
    from geartrain.losses.robust import (
        CosineSimilarity,
        Huber,
        LogCosh,
        cosine_similarity,
        huber,
        log_cosh,
    )
    from geartrain.losses.sequences import CTC, ctc


__all__ = [
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CTC",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossEntropy",
    "CategoricalHinge",
    "Circle",
    "CosineSimilarity",
    "Dice",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "Loss",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "Tversky",
    "as_loss",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "categorical_hinge",
    "circle",
    "cosine_similarity",
    "ctc",
    "deserialize",
    "dice",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson",
    "serialize",
    "sparse_categorical_crossentropy",
    "squared_hinge",
    "tversky",
]
