"""Names that nothing else has, for layers, variables and metrics.

Dense, Dense  ->  "dense", "dense_1"
"""

from __future__ import annotations

import re
from collections import Counter

_numbers: Counter[str] = Counter()


def get_uid(prefix: str = "") -> int:
    """How often a prefix was asked for, this time included.

    >>> forget_names(); get_uid("dense"), get_uid("dense")
    (1, 2)
    """
    _numbers[prefix] += 1
    return _numbers[prefix]


def unique_name(base: str) -> str:
    """`dense`, then `dense_1`, `dense_2`, ..."""
    number = get_uid(base)
    return f"{base}_{number - 1}" if number > 1 else base


def forget_names() -> None:
    """Begin to number again."""
    _numbers.clear()


def snake_case(name: str) -> str:
    """The name of a class as that of an object.

    >>> snake_case("MaxPooling2D"), snake_case("Conv2DTranspose"), snake_case("LSTM")
    ('max_pooling2d', 'conv2d_transpose', 'lstm')
    """
    plain = re.sub(r"\W+", "", name)
    apart = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", plain)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", apart).lower()
