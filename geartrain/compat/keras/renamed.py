"""Keras 1's names of arguments, and what they are called now.

Dense(output_dim=64, init="uniform")   ->   Dense(units=64, kernel_initializer="uniform")
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

from geartrain.tensor.user_line import levels_to_user

KERNEL = {
    "init": "kernel_initializer",
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "b_constraint": "bias_constraint",
    "bias": "use_bias",
}
IMAGES = {"border_mode": "padding", "dim_ordering": "data_format"}
POOLING = {**IMAGES, "pool_length": "pool_size", "stride": "strides"}
CONVOLUTION = {
    **KERNEL,
    **IMAGES,
    "nb_filter": "filters",
    "filter_length": "kernel_size",
    "subsample": "strides",
    "subsample_length": "strides",
    "atrous_rate": "dilation_rate",
}
RECURRENT = {
    **KERNEL,
    "output_dim": "units",
    "inner_init": "recurrent_initializer",
    "inner_activation": "recurrent_activation",
    "U_regularizer": "recurrent_regularizer",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
}
BY_CLASS: dict[str, dict[str, str]] = {
    "Dense": {**KERNEL, "output_dim": "units"},
    "BaseConvolution": CONVOLUTION,
    "Convolution": CONVOLUTION,
    "Pooling": POOLING,
    "GlobalPooling": IMAGES,
    "Recurrent": RECURRENT,
    "Dropout": {"p": "rate"},
    "SpatialDropout": {"p": "rate", **IMAGES},
    "GaussianDropout": {"p": "rate"},
    "GaussianNoise": {"sigma": "stddev"},
    "Embedding": {
        "init": "embeddings_initializer",
        "W_regularizer": "embeddings_regularizer",
        "W_constraint": "embeddings_constraint",
    },
    "BatchNormalization": {
        "beta_init": "beta_initializer",
        "gamma_init": "gamma_initializer",
    },
    "UpSampling": {"length": "size", **IMAGES},
    "ZeroPadding": IMAGES,
    "Cropping": IMAGES,
    "CategoryEncoding": {"max_tokens": "num_tokens"},
    "LeakyReLU": {"alpha": "negative_slope"},
    "PReLU": {"init": "alpha_initializer"},
    "InputLayer": {"batch_input_shape": "batch_shape", "input_dtype": "dtype"},
    "Layer": {"input_dtype": "dtype"},
}
FAMILIES = {
    "BaseConvolution": ("Conv", "SeparableConv", "DepthwiseConv"),
    "Pooling": ("MaxPooling", "AveragePooling"),
    "GlobalPooling": ("GlobalMaxPooling", "GlobalAveragePooling"),
    "Recurrent": ("SimpleRNN", "LSTM", "GRU"),
}
VALUES = {"data_format": {"tf": "channels_last", "th": "channels_first"}}
# Values that are called otherwise now, by class and argument.
OLDER_VALUES = {
    "TextVectorization": {"output_mode": {"binary": "multi_hot", "tf-idf": "tf_idf"}},
    "CategoryEncoding": {"output_mode": {"binary": "multi_hot"}},
    "StringLookup": {"output_mode": {"binary": "multi_hot", "tf-idf": "tf_idf"}},
    "IntegerLookup": {"output_mode": {"binary": "multi_hot", "tf-idf": "tf_idf"}},
}
WITHOUT_EFFECT = {
    "BatchNormalization": ("mode",),
    "Recurrent": ("consume_less", "forget_bias_init", "implementation"),
    "Embedding": ("input_length", "mask_value"),
}
_said: set[tuple[str, str]] = set()


def names_for(class_name: str) -> dict[str, str]:
    """The older names of arguments of a class of layers, with today's."""
    found = dict(BY_CLASS["Layer"])
    for key in _families(class_name):
        found.update(BY_CLASS.get(key, {}))
    return found


def without_effect(class_name: str) -> list[str]:
    """The older arguments that change nothing any more."""
    return [name for key in _families(class_name) for name in WITHOUT_EFFECT.get(key, ())]


def value_today(class_name: str, name: str, value: Any) -> Any:
    """What a value of an argument is called now."""
    today = OLDER_VALUES.get(class_name, {}).get(name, {})
    return today.get(value, value) if isinstance(value, str) else value


def _families(class_name: str) -> list[str]:
    base = class_name.rstrip("123D")
    found = [key for key, starts in FAMILIES.items() if base in starts]
    return [*found, base, class_name]


def renamed(
    where: str, kwargs: Mapping[str, Any], names: Mapping[str, str], dropped: Any = ()
) -> dict[str, Any]:
    """Arguments under today's names, with a warning for each older one, once.

    Args:
        where: who takes them.
        kwargs: as they were given.
        names: older names, and today's.
        dropped: names that change nothing any more.

    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     renamed("Dense", {"output_dim": 4}, {"output_dim": "units"})
    {'units': 4}
    """
    found: dict[str, Any] = {}
    for name, value in kwargs.items():
        if name in dropped:
            continue
        today = names.get(name)
        if today is None or today in kwargs:
            found[name] = value
            continue
        choices = VALUES.get(today, {})
        found[today] = choices.get(value, value) if isinstance(value, str) else value
        warn_once(where, name, f"{where}: `{name}` is called `{today}` now")
    return found


def warn_once(where: str, name: str, message: str) -> None:
    """Warn at the user's line, once for each name."""
    if (where, name) not in _said:
        _said.add((where, name))
        warnings.warn(message, stacklevel=levels_to_user())


def forget_warnings() -> None:
    """Warn once more of everything."""
    _said.clear()


def taking(
    function: Callable[..., Any], where: str, names: Mapping[str, str], dropped: Any = ()
) -> Callable[..., Any]:
    """A function that takes older names of its arguments as well."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **renamed(where, kwargs, names, dropped))

    call.__name__, call.__doc__ = function.__name__, function.__doc__
    call.__wrapped__ = function  # type: ignore[attr-defined]  # its signature is that of today
    return call
