"""The names of layers, and the paths of their weights.

TransformerEncoder  ->  "transformer_encoder", then "transformer_encoder_1", ...
its MultiHeadAttention's query kernel  ->  "transformer_encoder/.../query/kernel"
"""

from __future__ import annotations

import re
from collections import Counter

_numbers: Counter[str] = Counter()


def unique_name(base: str) -> str:
    """`dense`, then `dense_1`, `dense_2`, ..."""
    number = _numbers[base]
    _numbers[base] += 1
    return f"{base}_{number}" if number else base


def snake_case(name: str) -> str:
    """The name of a class as that of an object.

    >>> snake_case("MaxPooling2D"), snake_case("Conv2DTranspose"), snake_case("LSTM")
    ('max_pooling2d', 'conv2d_transpose', 'lstm')
    """
    apart = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", apart).lower()
