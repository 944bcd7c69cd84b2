"""Short names of losses that Keras 2 had in `keras.losses`, and Keras 1 in `keras.objectives`."""

from typing import Any

from geartrain.losses import (
    cosine_similarity,
    kl_divergence,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
)

mse = MSE = mean_squared_error
mae = MAE = mean_absolute_error
mape = MAPE = mean_absolute_percentage_error
msle = MSLE = mean_squared_logarithmic_error
kld = KLD = kl_divergence


def cosine_proximity(y_true: Any, y_pred: Any, axis: int = -1) -> Any:
    """`cosine_similarity`, under the name that logs had for it."""
    return cosine_similarity(y_true, y_pred, axis)


def logcosh(y_true: Any, y_pred: Any) -> Any:
    """`log_cosh`, likewise."""
    return log_cosh(y_true, y_pred)


def kullback_leibler_divergence(y_true: Any, y_pred: Any) -> Any:
    """`kl_divergence`, likewise."""
    return kl_divergence(y_true, y_pred)


cosine = cosine_proximity
OLDER_NAMES = {  # what `compile` took these names for, in losses and in metrics
    "cosine": cosine_proximity,
    "cosine_proximity": cosine_proximity,
    "kullback_leibler_divergence": kullback_leibler_divergence,
    "logcosh": logcosh,
}


class Reduction:
    """What a loss makes of those of all samples, as TensorFlow 2 writes it."""

    AUTO = "auto"
    NONE = "none"
    SUM = "sum"
    SUM_OVER_BATCH_SIZE = "sum_over_batch_size"

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """All of them."""
        return (cls.AUTO, cls.NONE, cls.SUM, cls.SUM_OVER_BATCH_SIZE)


__all__ = [
    "KLD", "MAE", "MAPE", "MSE", "MSLE", "Reduction", "cosine", "cosine_proximity", "kld",
    "kullback_leibler_divergence", "logcosh", "mae", "mape", "mse", "msle",
]  # fmt: skip
