"""`TextLayer`: what layers share that take texts: outside of models, and at the front of them.

layer(["a cat"])                 NumPy, at once
Model(texts, layer(texts))       a `text_call`: on the host, before the compiled step
"""

from __future__ import annotations

from typing import Any

from geartrain.layers.backend_names import AsksBackend
from geartrain.layers.layer import Layer
from geartrain.layers.preprocessing.texts import as_traced
from geartrain.layers.symbolic import is_symbolic_input
from geartrain.symbolic.texts import on_texts
from geartrain.tensor import Tensor, as_dtype
from geartrain.tensor.nest import flatten


class TextLayer(AsksBackend, Layer):
    """A layer that computes on the host, and gives numbers for texts."""

    takes_texts = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.autocast, self.supports_jit = False, False

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Texts as numbers. Texts stay what they are: NumPy arrays."""
        leaves = flatten(inputs)
        if any(map(is_symbolic_input, leaves)):
            return super().__call__(inputs, *args, **kwargs)
        self.built = True
        if any(isinstance(each, Tensor) and each.is_symbolic for each in leaves):
            return self.traced(inputs)
        return self.call(inputs)

    def traced(self, inputs: Any) -> Any:
        """What the layer gives inside of what is traced: its own `call`, on the host."""
        tensors = as_traced(inputs)
        several = isinstance(inputs, list | tuple)
        shapes = [each.value.shape for each in tensors]
        shape = self.compute_output_shape(shapes if several else shapes[0])

        def on_host(*arrays: Any) -> Any:
            found = self.call(list(arrays) if several else arrays[0])
            return found.numpy() if isinstance(found, Tensor) else found

        label = f"{type(self).__name__} '{self.name}'"
        return on_texts(on_host, tensors, shape, as_dtype(self.given_dtype()), label)

    def given_dtype(self) -> str:
        """The dtype of what the layer gives."""
        return self.compute_dtype

    def get_build_config(self) -> dict[str, Any]:
        """Nothing: what is built depends on no shape."""
        return {}

    def build_from_config(self, config: Any) -> None:
        """There is nothing to build."""
        self.built = True
