"""Switches: what is printed, how long training goes at most, which backend there is."""

from __future__ import annotations

from geartrain.defaults import DEFAULTS
from geartrain.errors import explain

BACKEND = "geartrain"


def backend() -> str:
    """The name of what computes: there is one backend, this one.

    >>> backend()
    'geartrain'
    """
    return BACKEND


def set_backend(backend: str) -> None:
    """Choose the backend, for scripts that do: there is one.

    Raises:
        ValueError: another one than "geartrain".
    """
    if backend != BACKEND:
        raise ValueError(
            explain(
                "There is one backend",
                given=f"backend={backend!r}",
                expected=repr(BACKEND),
                remedy="leave the line out: everything runs on Geartrain's own compiler",
            )
        )


def enable_interactive_logging() -> None:
    """Print the progress of training as a bar that moves."""
    DEFAULTS.interactive_logging = True


def disable_interactive_logging() -> None:
    """Print the progress of training as plain lines, as for a log file."""
    DEFAULTS.interactive_logging = False


def is_interactive_logging_enabled() -> bool:
    """Whether progress is a bar that moves, and not plain lines."""
    return DEFAULTS.interactive_logging


def enable_traceback_filtering() -> None:
    """Leave the lines of this library out of the tracebacks of errors."""
    DEFAULTS.traceback_filtering = True


def disable_traceback_filtering() -> None:
    """Keep the lines of this library in the tracebacks of errors."""
    DEFAULTS.traceback_filtering = False


def is_traceback_filtering_enabled() -> bool:
    """Whether tracebacks leave out the lines of this library."""
    return DEFAULTS.traceback_filtering


def enable_flash_attention() -> None:
    """Let attention go by blocks, without the matrix of all scores, wherever it can."""
    DEFAULTS.flash_attention = None


def disable_flash_attention() -> None:
    """Let attention compute the matrix of all scores."""
    DEFAULTS.flash_attention = False


def is_flash_attention_enabled() -> bool | None:
    """False where attention must not go by blocks; None leaves it to the operation."""
    return DEFAULTS.flash_attention


def is_nnx_enabled() -> bool:
    """Whether layers are Flax's modules: no."""
    return False


def max_epochs() -> int | None:
    """How many epochs `fit` goes at most; None is as many as it is asked for."""
    return DEFAULTS.max_epochs


def set_max_epochs(max_epochs: int | None) -> None:
    """Say how many epochs `fit` goes at most; None is as many as it is asked for."""
    DEFAULTS.max_epochs = max_epochs


def max_steps_per_epoch() -> int | None:
    """How many steps an epoch, an evaluation or a prediction goes at most; None is all."""
    return DEFAULTS.max_steps_per_epoch


def set_max_steps_per_epoch(max_steps_per_epoch: int | None) -> None:
    """Say how many steps an epoch, an evaluation or a prediction goes at most; None is all."""
    DEFAULTS.max_steps_per_epoch = max_steps_per_epoch
