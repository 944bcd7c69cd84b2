"""Short names of losses that Keras 2 had in `keras.losses`, and Keras 1 in `keras.objectives`."""

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
kld = KLD = kullback_leibler_divergence = kl_divergence
cosine = cosine_proximity = cosine_similarity
logcosh = log_cosh


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
