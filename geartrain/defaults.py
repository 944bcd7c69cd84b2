"""What is meant where nothing is said: the float dtype, epsilon, the place of the channels.

The lowest of the house's rooms can ask; users say it through `geartrain.config`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from geartrain.errors import explain

FLOATS = ("bfloat16", "float16", "float32", "float64")
DATA_FORMATS = ("channels_last", "channels_first")


@dataclass
class Defaults:
    """The values that hold for the whole process."""

    floatx: str = "float32"
    epsilon: float = 1e-7
    image_data_format: str = "channels_last"
    interactive_logging: bool = True
    traceback_filtering: bool = True
    flash_attention: bool | None = None
    max_epochs: int | None = None
    max_steps_per_epoch: int | None = None


DEFAULTS = Defaults()


def floatx() -> str:
    """The dtype of floats that are given none, such as "float32".

    >>> floatx()
    'float32'
    """
    return DEFAULTS.floatx


def set_floatx(value: str) -> None:
    """Say what `floatx` is.

    Raises:
        ValueError: it is no floating-point dtype.
    """
    DEFAULTS.floatx = _one_of("floatx", value, FLOATS)


def epsilon() -> float:
    """The small number that keeps divisions and logarithms finite.

    >>> epsilon()
    1e-07
    """
    return DEFAULTS.epsilon


def set_epsilon(value: float) -> None:
    """Say what `epsilon` is."""
    DEFAULTS.epsilon = value


def image_data_format() -> str:
    """Where images have their channels: "channels_last" or "channels_first".

    >>> image_data_format()
    'channels_last'
    """
    return DEFAULTS.image_data_format


def set_image_data_format(data_format: str) -> None:
    """Say what `image_data_format` is.

    Raises:
        ValueError: it is neither "channels_last" nor "channels_first".
    """
    DEFAULTS.image_data_format = standardize_data_format(data_format)


def standardize_data_format(data_format: str | None) -> str:
    """The place of the channels that an argument means; None is the default.

    Raises:
        ValueError: it is neither "channels_last" nor "channels_first".
    """
    if data_format is None:
        return DEFAULTS.image_data_format
    return _one_of("data_format", str(data_format).lower(), DATA_FORMATS)


def _one_of(name: str, value: object, known: Iterable[str]) -> str:
    names = list(known)
    if isinstance(value, str) and value in names:
        return value
    raise ValueError(
        explain(
            f"This is no {name}",
            given=f"{name}={value!r}",
            expected="one of " + ", ".join(map(repr, names)),
            remedy=f"{name}={names[0]!r}" if name != "floatx" else "floatx='float32'",
        )
    )
