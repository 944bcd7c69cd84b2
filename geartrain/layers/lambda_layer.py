"""`Lambda`: a function as a layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from geartrain.layers.layer import Layer


class Lambda(Layer):
    """output = function(input, **arguments).

    Args:
        function: of tensors; it should not use variables.
        output_shape: taken for the sake of Keras's users: shapes are found.
        mask: the mask of what comes out, or a function of (inputs, mask).
        arguments: further arguments by name.
        **kwargs: those of `Layer`.

    >>> from geartrain import layers
    >>> layers.Lambda(lambda x: x * x)([1.0, 3.0]).numpy().tolist()
    [1.0, 9.0]
    """

    supports_masking = True

    def __init__(
        self,
        function: Callable[..., Any],
        output_shape: Any = None,
        mask: Any = None,
        arguments: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.function, self.arguments, self.mask = function, dict(arguments or {}), mask

    def call(self, inputs: Any) -> Any:
        return self.function(inputs, **self.arguments)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        return self.mask(inputs, mask) if callable(self.mask) else self.mask
