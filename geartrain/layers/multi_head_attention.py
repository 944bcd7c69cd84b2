"""`MultiHeadAttention`: every place looks at the others, with several questions at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.layers.attention_axes import Axes, attention_axes_of
from geartrain.layers.configuration import configured
from geartrain.layers.einsum_dense import EinsumDense
from geartrain.layers.headed_attention import HeadedAttention
from geartrain.layers.recurrent_cell import checked_count
from geartrain.ops import einsum
from geartrain.tensor import Shape, Tensor, format_shape


@configured(without=("flash_attention",), kept_as={"output_shape": "output_features"})
class MultiHeadAttention(HeadedAttention):
    """softmax(q · k / sqrt(key_dim)) · v for each head, with q, k and v projected by weights.

    Sources: Vaswani et al., "Attention is all you need" (2017), section 3.2; Qiu et al., "Gated
    attention for large language models" (2025) for the gate.

    Args:
        num_heads: how many heads.
        key_dim: the length of each head's queries and keys.
        value_dim: the length of each head's values; `key_dim` if None.
        dropout: the share of the attention that falls out in training.
        use_bias: whether the projections add biases.
        output_shape: the length (or shape) of an output vector; None is the query's.
        attention_axes: over which axes it attends; None is all between batch and features.
        sliding_window: a target looks at no source that lies this many places away or more; None
            is no such bound.
        flash_attention: True computes block by block of sources, without all scores in memory,
            which takes no mask; False with all of them; None chooses by their number.
        kernel_initializer, bias_initializer: names or objects of `geartrain.initializers`.
        kernel_regularizer, bias_regularizer: penalties on the weights, added to the loss.
        activity_regularizer: a penalty on the output.
        kernel_constraint, bias_constraint: put in force after each step.
        use_gate: whether each head's output is multiplied by sigmoid of a projection of the query.
        seed: of dropout.
        **kwargs: those of `Layer`.

    Call arguments:
        query: `(batch, target, features)`.
        value: `(batch, source, features)`; so is `key`, which is `value` if None.
        value_mask, key_mask: `(batch, source)`: False for padding, which nobody looks at.
        query_mask: `(batch, target)`: the mask of what comes out; it changes no number.
        attention_mask: `(batch, target, source)`: False where a target must not look.
        return_attention_scores: whether to return the shares as well.
        use_causal_mask: whether a target looks at no later source.

    Output shape:
        `(batch, target, features)`, and the scores `(batch, heads, target, source)`

    >>> from geartrain import layers, ops
    >>> attend = layers.MultiHeadAttention(num_heads=2, key_dim=4)
    >>> attend(ops.ones((1, 3, 8)), ops.ones((1, 5, 8))).shape
    (1, 3, 8)
    """

    def __init__(
        self,
        num_heads: int,
        key_dim: int,
        value_dim: int | None = None,
        dropout: float = 0.0,
        use_bias: bool = True,
        output_shape: int | Sequence[int] | None = None,
        attention_axes: int | Sequence[int] | None = None,
        sliding_window: int | None = None,
        flash_attention: bool | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        use_gate: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(locals())
        self.num_heads = checked_count(self, "num_heads", num_heads)
        self.key_dim = checked_count(self, "key_dim", key_dim)
        self.value_dim = value_dim or key_dim
        self.output_features: Any = output_shape
        if isinstance(output_shape, int):
            self.output_features = (output_shape,)
        self.attention_axes: Any = attention_axes
        if isinstance(attention_axes, int):
            self.attention_axes = (attention_axes,)
        self.axes: Axes

    def build(self, query_shape: Shape, value_shape: Shape, key_shape: Shape | None = None) -> None:
        key_shape = key_shape or value_shape
        if tuple(key_shape[1:-1]) != tuple(value_shape[1:-1]):
            raise ValueError(_shapes_message(self, value_shape, key_shape))
        self._build_attention(len(query_shape) + 1)
        self.query_dense = self.projection("query", query_shape, self.num_heads, self.key_dim)
        self.key_dense = self.projection("key", key_shape, self.num_heads, self.key_dim)
        if self.use_gate:
            sizes = self.num_heads, self.value_dim
            self.gate_dense = self.projection("gate", query_shape, *sizes, activation="sigmoid")
        self.value_dense = self.projection("value", value_shape, self.num_heads, self.value_dim)
        self.output_dense = self._output_projection(query_shape)

    def _build_attention(self, rank: int) -> None:
        """Find the equations for projections of a rank: (batch, ..., heads, size)."""
        if self.attention_axes is None:
            self.attention_axes = tuple(range(1, rank - 2))
        self.axes = attention_axes_of(rank - 1, self.attention_axes)

    @property
    def _dot_product_equation(self) -> str:
        """The equation of keys and queries."""
        return self.axes.scores

    @property
    def _combine_equation(self) -> str:
        """The equation of shares and values."""
        return self.axes.averages

    def _output_projection(self, query_shape: Shape) -> EinsumDense:
        """Heads of vectors to features."""
        rank = len(query_shape)
        features = tuple(self.output_features or (query_shape[-1],))
        dense = EinsumDense(
            self.axes.output_equation(rank, len(features)),
            (*(None,) * (rank - 2), *features),
            bias_axes=self.axes.output_letters(len(features)) if self.use_bias else None,
            name="attention_output",
            **self.shared_arguments(),
        )
        dense.build((*query_shape[:-1], self.num_heads, self.value_dim))
        return dense

    def scores(self, q: Tensor, k: Tensor) -> Tensor:
        """The dot products of queries and keys: (batch, heads, target, source)."""
        return einsum(self.axes.scores, k, q)

    def averages(self, shares: Tensor, v: Tensor) -> Tensor:
        """The means of the values, with shares as their weights."""
        return einsum(self.axes.averages, shares, v)

    def attended_axes(self) -> int:
        """Over how many axes it attends."""
        return self.axes.count

    def compute_output_shape(
        self, query_shape: Any, value_shape: Any, key_shape: Any = None
    ) -> Any:
        features = self.output_features or (query_shape[-1],)
        return (*query_shape[:-1], *features)


def _shapes_message(layer: MultiHeadAttention, value: Shape, key: Shape) -> str:
    return explain(
        f"MultiHeadAttention '{layer.name}' needs a key for each value",
        given=f"value {format_shape(value)}, key {format_shape(key)}",
        expected="the same sizes but for the last axis",
        remedy="layer(query, value), which takes the values as keys",
    )
