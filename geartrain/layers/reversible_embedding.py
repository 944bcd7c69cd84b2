"""`ReversibleEmbedding`: a vector for each whole number, and the way back to scores of numbers."""

from __future__ import annotations

from typing import Any

from geartrain.layers.configuration import configured
from geartrain.layers.embedding import Embedding
from geartrain.ops import cast, divide, matmul, multiply, tanh, transpose
from geartrain.tensor import Tensor, Variable


@configured(
    also=("activity_regularizer", "quantization_config"), if_given=("lora_rank", "lora_alpha")
)
class ReversibleEmbedding(Embedding):
    """output[..., :] = embeddings[input[...]]; in reverse, output = input · embeddingsᵀ.

    Sources: Press and Wolf, "Using the output embedding to improve language models" (2016); the
    soft cap is that of Gemma 2 (2024).

    Args:
        input_dim: how many different numbers there are.
        output_dim: the length of the vectors.
        tie_weights: whether the way back has the same weights; else it has its own.
        embeddings_initializer: a name or an object of `geartrain.initializers`.
        embeddings_regularizer: a penalty on the vectors, added to the loss.
        embeddings_constraint: put in force after each step.
        mask_zero: whether 0 stands for "nothing".
        reverse_dtype: the dtype that the way back is computed in; None is the layer's.
        logit_soft_cap: scores become tanh(scores / cap) * cap on the way back.
        **kwargs: those of `Layer`.

    Call arguments:
        inputs: whole numbers; vectors with `reverse`.
        reverse: whether to go from vectors to scores, `(batch, ..., input_dim)`.

    >>> from geartrain import layers
    >>> embed = layers.ReversibleEmbedding(100, 8)
    >>> embed(embed([[3, 5, 5]]), reverse=True).shape
    (1, 3, 100)
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        tie_weights: bool = True,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        reverse_dtype: Any = None,
        logit_soft_cap: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            input_dim,
            output_dim,
            embeddings_initializer,
            embeddings_regularizer,
            embeddings_constraint,
            mask_zero,
            **kwargs,
        )
        self.tie_weights, self.reverse_dtype = tie_weights, reverse_dtype
        self.logit_soft_cap = logit_soft_cap
        self.reverse_embeddings: Variable

    def build(self, input_shape: Any = None) -> None:
        super().build(input_shape)
        if not self.tie_weights:
            self.reverse_embeddings = self.add_weight(
                (self.output_dim, self.input_dim),
                self.embeddings_initializer,  # type: ignore[attr-defined]
                name="reverse_embeddings",
            )

    def call(self, inputs: Tensor, reverse: bool = False) -> Tensor:
        if not reverse:
            return super().call(inputs)
        kernel = (
            transpose(self.adapted_weight()) if self.tie_weights else self.reverse_embeddings.value
        )
        if self.reverse_dtype is not None:
            inputs, kernel = cast(inputs, self.reverse_dtype), cast(kernel, self.reverse_dtype)
        scores = matmul(inputs, kernel)
        if self.logit_soft_cap is None:
            return scores
        return multiply(tanh(divide(scores, self.logit_soft_cap)), self.logit_soft_cap)

    def compute_output_shape(self, input_shape: Any, reverse: bool = False) -> Any:
        if reverse:
            return (*input_shape[:-1], self.input_dim)
        return super().compute_output_shape(input_shape)
