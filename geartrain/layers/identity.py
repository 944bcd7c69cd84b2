"""`Identity`: what goes in comes out."""

from __future__ import annotations

from typing import Any

from geartrain.layers.layer import Layer


class Identity(Layer):
    """output = input.

    >>> from geartrain import layers
    >>> layers.Identity()([1.0, 2.0]).numpy().tolist()
    [1.0, 2.0]
    """

    built_from_start = True
    supports_masking = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def call(self, inputs: Any) -> Any:
        return inputs
