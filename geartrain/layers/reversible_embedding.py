"""`ReversibleEmbedding`: a vector for each whole number, and the way back to scores of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geartrain.autodiff import custom_gradient
from geartrain.layers.configuration import configured
from geartrain.layers.embedding import Embedding
from geartrain.ops import add, cast, divide, matmul, multiply, tanh, transpose
from geartrain.tensor import Tensor, Variable

if TYPE_CHECKING:
    from geartrain.layers.whole_weights import WholeWeights


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

    quantizes_itself = True

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
        if not self.tie_weights and not self.whole_of:
            self.reverse_embeddings = self.add_weight(
                (self.output_dim, self.input_dim),
                self.embeddings_initializer,  # type: ignore[attr-defined]
                name="reverse_embeddings",
            )

    def call(self, inputs: Tensor, reverse: bool = False) -> Tensor:
        if not reverse:
            return super().call(inputs)
        scores = self._scores(inputs)
        if self.logit_soft_cap is None:
            return scores
        return multiply(tanh(divide(scores, self.logit_soft_cap)), self.logit_soft_cap)

    def _scores(self, inputs: Tensor) -> Tensor:
        """The products of vectors and weights of the way back."""
        kernel = self._kernel_back()
        dtype = self.reverse_dtype
        x = inputs if dtype is None else cast(inputs, dtype)
        quantizer = self._input_quantizer()
        if quantizer is None:
            return matmul(x, kernel if dtype is None else cast(kernel, dtype))
        own = self._whole_back()
        whole = own.whole() if own.over == 0 else transpose(own.whole())

        @custom_gradient
        def whole_scores(x: Tensor) -> Any:
            numbers, scale = quantizer(x)
            sums = cast(matmul(numbers, whole), x.dtype)
            found = divide(sums, cast(multiply(scale, own.scale), x.dtype))
            return found, lambda upstream: matmul(upstream, transpose(cast(kernel, x.dtype)))

        scores: Tensor = whole_scores(x)
        if self.lora_enabled and self.tie_weights:
            scores = add(scores, matmul(x, transpose(self._product())))
        return scores

    def _input_quantizer(self) -> Any:
        """What makes whole numbers of vectors on the way back; None leaves them floats."""
        if not self.whole_of:
            return None
        return self.input_quantizer()

    def _kernel_back(self) -> Any:
        """The weights of the way back as floats, `(output_dim, input_dim)`."""
        if self.tie_weights:
            weight = self.weight_for_sum()
            return transpose(add(weight, self._product()) if self.lora_enabled else weight)
        if self.whole_of:
            return self._whole_back().floats(self.compute_dtype)
        return self.reverse_embeddings.value

    def _whole_back(self) -> WholeWeights:
        return self.whole_of["embeddings" if self.tie_weights else "reverse_embeddings"]

    def whole_weights(self) -> list[WholeWeights]:
        (first,) = super().whole_weights()
        if self.tie_weights:
            return [first]
        from geartrain.layers.whole_weights import WholeWeights  # for few layers

        name, shape = "reverse_embeddings", (self.output_dim, self.input_dim)
        rest = {"packed": 0, "attribute": name, "zero_dtype": "float32", "index": False}
        return [first, WholeWeights(self, name, shape, 0, first.bits, first.block, **rest)]  # type: ignore[arg-type]

    def float_names(self) -> dict[str, str]:
        names = super().float_names()
        return names if self.tie_weights else {**names, "reverse_embeddings": "reverse_embeddings"}

    def compute_output_shape(self, input_shape: Any, reverse: bool = False) -> Any:
        if reverse:
            return [*input_shape[:-1], self.input_dim]
        return [*input_shape, self.output_dim]
