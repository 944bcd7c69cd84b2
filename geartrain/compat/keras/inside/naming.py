"""`keras.src.utils.naming`: names that nothing else has."""

from __future__ import annotations

from geartrain.names import get_uid, snake_case, unique_name

__all__ = ["auto_name", "get_uid", "to_snake_case", "uniquify"]

uniquify = unique_name


def to_snake_case(name: str) -> str:
    """The name of a class as that of an object.

    >>> to_snake_case("MaxPooling2D")
    'max_pooling2d'
    """
    return snake_case(name)


def auto_name(prefix: str) -> str:
    """A name of an object of a class, which nothing else has."""
    return unique_name(snake_case(prefix))
