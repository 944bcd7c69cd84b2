"""`Embedding`: a vector for each whole number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from geartrain.errors import explain
from geartrain.layers.configuration import configured, rules_of
from geartrain.layers.layer import Layer
from geartrain.layers.quantizable import Quantizable
from geartrain.ops import add, cast, matmul, multiply, not_equal, take
from geartrain.tensor import Tensor

if TYPE_CHECKING:
    from geartrain.layers.whole_weights import WholeWeights


@configured(
    also=("activity_regularizer",), if_given=("lora_rank", "lora_alpha"), without=("weights",)
)
class Embedding(Quantizable):
    """output[..., :] = embeddings[input[...]].

    Args:
        input_dim: how many different numbers there are: 0 to input_dim - 1.
        output_dim: the length of the vectors.
        embeddings_initializer: a name or an object of `geartrain.initializers`.
        embeddings_regularizer: a penalty on the vectors, added to the loss.
        embeddings_constraint: put in force after each step.
        mask_zero: whether 0 stands for "nothing": layers that know masks leave it out.
        weights: the first vectors, or a list of that one array.
        lora_rank, lora_alpha: two small matrices train instead of the vectors; see `LowRank`.
        quantization_config: how `quantize` makes whole numbers; see `geartrain.quantizers`.
        **kwargs: those of `Layer`; `input_length` is taken for the sake of older programs.

    Input shape:
        `(batch, ...)` of whole numbers
    Output shape:
        `(batch, ..., output_dim)`

    >>> from geartrain import layers
    >>> layers.Embedding(100, 8)([[3, 5, 5]]).shape
    (1, 3, 8)
    """

    adapted = "embeddings"
    modes = ("int8", "int4")
    quantizes_itself = True

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        weights: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        length = kwargs.pop("input_length", None)
        if length is not None and "input_shape" not in kwargs:
            kwargs["input_shape"] = (length,)
        super().__init__(lora_rank, lora_alpha, quantization_config, **kwargs)
        if not all(isinstance(each, int) and each > 0 for each in (input_dim, output_dim)):
            raise ValueError(_sizes_message(self, input_dim, output_dim))
        self.input_dim, self.output_dim, self.mask_zero = input_dim, output_dim, mask_zero
        self.supports_masking = mask_zero
        self.keep_rules(**rules_of(locals()))
        if weights is not None:
            self.ensure_built()
            self.set_weights([np.asarray(each) for each in _listed(weights)])

    def build(self, input_shape: Any = None) -> None:
        self.add_adapted((self.input_dim, self.output_dim))
        self.finish_build()

    @property
    def embeddings(self) -> Any:
        """The vectors, with what is added at low rank; whole numbers, if they are quantized."""
        return self.adapted_weight()

    def whole_weights(self) -> list[WholeWeights]:
        from geartrain.layers.whole_weights import WholeWeights  # for few layers

        bits = 8 if self.quantization_mode == "int8" else 4
        block = self.block_size if bits == 4 else None
        shape = self.adapted_shape
        return [WholeWeights(self, "embeddings", shape, 1, bits, block, attribute="_embeddings")]

    def call(self, inputs: Tensor) -> Tensor:
        numbers = whole_numbers(inputs)
        if self.quantization_mode is None:
            found = take(self.adapted_value(), numbers, axis=0)
        else:
            found = self.whole_of["embeddings"].rows(numbers, self.compute_dtype)
        if not self.lora_enabled:
            return found
        first, second = self.lora_pair
        beside = matmul(take(first, numbers, axis=0), second)
        return add(found, multiply(beside, self.lora_factor))

    def compute_mask(self, inputs: Tensor, mask: Any = None) -> Tensor | None:
        return not_equal(inputs, 0) if self.mask_zero else None

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (*input_shape, self.output_dim)


def whole_numbers(inputs: Tensor) -> Tensor:
    """The inputs as integers: floats that hold them come of data that was read as floats."""
    return cast(inputs, "int32") if inputs.dtype.kind not in "iu" else inputs


def _listed(weights: Any) -> Sequence[Any]:
    return weights if isinstance(weights, list | tuple) else [weights]


def _sizes_message(layer: Layer, input_dim: Any, output_dim: Any) -> str:
    return explain(
        f"Embedding '{layer.name}' needs two sizes",
        given=f"input_dim={input_dim!r}, output_dim={output_dim!r}",
        expected="whole numbers from 1: how many different numbers, and the vectors' length",
        remedy="layers.Embedding(input_dim=10000, output_dim=64)",
    )
