"""What Keras 2 kept beside the model: a session, names, the order of an image's axes."""

from __future__ import annotations

from typing import Any

from geartrain.defaults import image_data_format, set_image_data_format
from geartrain.names import forget_names
from geartrain.tensor import name_scope

__all__ = [
    "backend",
    "get_session",
    "image_dim_ordering",
    "manual_variable_initialization",
    "name_scope",
    "reset_uids",
    "set_image_dim_ordering",
    "set_session",
]

ORDERINGS = {"tf": "channels_last", "th": "channels_first"}


def backend() -> str:
    """The one whose way of writing a script of Keras 2 finds here: "tensorflow"."""
    return "tensorflow"


def get_session(*args: Any) -> None:
    """None: there are no sessions."""


def set_session(session: Any) -> None:
    """Nothing: there are no sessions."""


def manual_variable_initialization(value: bool) -> None:
    """Nothing: a variable has its first numbers when it is made."""


def reset_uids() -> None:
    """Number names anew."""
    forget_names()


def image_dim_ordering() -> str:
    """Keras 1's name for `image_data_format`: "tf" or "th"."""
    return {name: short for short, name in ORDERINGS.items()}[image_data_format()]


def set_image_dim_ordering(dim_ordering: str) -> None:
    """Keras 1's name for `set_image_data_format`."""
    set_image_data_format(ORDERINGS[dim_ordering])
