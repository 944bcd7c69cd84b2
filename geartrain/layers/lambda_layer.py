"""`Lambda`: a function as a layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.layers.configuration import base_config
from geartrain.layers.layer import Layer
from geartrain.serialization import deserialize_keras_object, serialize_keras_object
from geartrain.symbolic.operation import signature_of


class Lambda(Layer):
    """output = function(input, **arguments).

    Args:
        function: of tensors; it should not use variables. One that takes `mask` or `training` is
            given them.
        output_shape: of a sample, or a function of the input's shape; found if None.
        mask: the mask of what comes out, or a function of (inputs, mask).
        arguments: further arguments by name.
        **kwargs: those of `Layer`.

    A function with a name goes into a file by its name; a lambda has none, and no code is ever
    read from a file.

    >>> from geartrain import layers
    >>> layers.Lambda(lambda x: x * x)([1.0, 3.0]).numpy().tolist()
    [1.0, 9.0]
    """

    def __init__(
        self,
        function: Callable[..., Any],
        output_shape: Any = None,
        mask: Any = None,
        arguments: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not callable(function):
            raise TypeError(_function_message(function))
        self.function, self.arguments, self.mask = function, dict(arguments or {}), mask
        self.given_shape = output_shape
        self.supports_masking = mask is not None

    def call(self, inputs: Any, mask: Any = None, training: bool | None = None) -> Any:
        known = signature_of(self.function).parameters
        given = {"mask": mask, "training": training}
        own = {name: value for name, value in given.items() if name in known}
        return self.function(inputs, **{**own, **self.arguments})

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        return self.mask(inputs, mask) if callable(self.mask) else self.mask

    def compute_output_shape(self, input_shape: Any) -> Any:
        if self.given_shape is None:
            return super().compute_output_shape(input_shape)
        if callable(self.given_shape):
            return self.given_shape(input_shape)
        one = isinstance(self.given_shape, Sequence)
        sample = tuple(self.given_shape) if one else (self.given_shape,)
        return (input_shape[0], *sample)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes such a layer from."""
        own = {"function": self.function}
        if self.given_shape is not None:
            own["output_shape"] = self.given_shape
        if self.mask is not None:
            own["mask"] = self.mask
        return {**base_config(self), **serialize_keras_object(own), "arguments": self.arguments}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A layer of a config, whose functions are known by their names."""
        return cls(**deserialize_keras_object(config))


def _function_message(given: object) -> str:
    return explain(
        "Lambda makes a layer of a function",
        given=f"function={given!r} ({type(given).__name__})",
        expected="what can be called with a tensor",
        remedy="layers.Lambda(lambda x: x * 2)",
    )
