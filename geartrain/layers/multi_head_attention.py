"""`MultiHeadAttention`: every place looks at the others, with several questions at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from geartrain import random
from geartrain.errors import explain
from geartrain.layers.attention_axes import Axes, attention_axes_of
from geartrain.layers.dropout import checked_rate
from geartrain.layers.einsum_dense import EinsumDense
from geartrain.layers.layer import Layer
from geartrain.ops import cast, einsum, expand_dims, logical_and, multiply, softmax, tri, where
from geartrain.ops.nn.blockwise import attend_by_blocks, is_large
from geartrain.ops.shaping import static_size
from geartrain.random import SeedGenerator
from geartrain.tensor import Shape, Tensor

LEFT_OUT = -1e9  # the score of what a mask leaves out: its share is 0


class MultiHeadAttention(Layer):
    """softmax(q · k / sqrt(key_dim)) · v for each head, with q, k and v projected by weights.

    Source: Vaswani et al., "Attention is all you need" (2017), section 3.2.

    Args:
        num_heads: how many heads.
        key_dim: the length of each head's queries and keys.
        value_dim: the length of each head's values; `key_dim` if None.
        dropout: the share of the attention that falls out in training.
        use_bias: whether the projections add biases.
        output_shape: the length (or shape) of an output vector; None is the query's.
        attention_axes: over which axes it attends; None is all between batch and features.
        flash_attention: None or False: there is one way to compute it.
        kernel_initializer, bias_initializer: names or objects of `geartrain.initializers`.
        kernel_regularizer, bias_regularizer: penalties on the weights, added to the loss.
        activity_regularizer: a penalty on the output.
        kernel_constraint, bias_constraint: put in force after each step.
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

    supports_masking = True

    def __init__(
        self,
        num_heads: int,
        key_dim: int,
        value_dim: int | None = None,
        dropout: float = 0.0,
        use_bias: bool = True,
        output_shape: int | Sequence[int] | None = None,
        attention_axes: int | Sequence[int] | None = None,
        flash_attention: bool | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        if num_heads < 1 or key_dim < 1 or flash_attention:
            raise ValueError(_arguments_message(self, num_heads, key_dim, flash_attention))
        self.num_heads, self.key_dim = num_heads, key_dim
        self.value_dim = value_dim or key_dim
        self.dropout, self.use_bias = checked_rate(self, "dropout", dropout), use_bias
        self.output_features = (output_shape,) if isinstance(output_shape, int) else output_shape
        self.attention_axes = attention_axes
        self.rules = {
            "kernel_initializer": kernel_initializer,
            "bias_initializer": bias_initializer,
            "kernel_regularizer": kernel_regularizer,
            "bias_regularizer": bias_regularizer,
            "kernel_constraint": kernel_constraint,
            "bias_constraint": bias_constraint,
        }
        self.seed_generator = SeedGenerator(seed) if self.dropout > 0 else None
        self.axes: Axes

    def build(self, query_shape: Shape, value_shape: Shape, key_shape: Shape | None = None) -> None:
        key_shape = key_shape or value_shape
        rank = len(query_shape)
        self.axes = attention_axes_of(rank, self.attention_axes)
        self.query_dense = self._projection("query", rank, self.key_dim)
        self.key_dense = self._projection("key", len(key_shape), self.key_dim)
        self.value_dense = self._projection("value", len(value_shape), self.value_dim)
        features = tuple(self.output_features or (query_shape[-1],))
        self.output_dense = EinsumDense(
            self.axes.output_equation(rank, len(features)),
            (*(None,) * (rank - 2), *features),  # type: ignore[arg-type]
            bias_axes=self.axes.output_letters(len(features)) if self.use_bias else None,
            name="attention_output",
            **self._own_rules(),
        )
        inner = (*query_shape[:-1], self.num_heads, self.value_dim)
        self.query_dense.build(query_shape)
        self.key_dense.build(key_shape)
        self.value_dense.build(value_shape)
        self.output_dense.build(inner)

    def _projection(self, name: str, rank: int, size: int) -> EinsumDense:
        """Features to heads of vectors: "abc,cde->abde"."""
        letters = "abcdefghijklmno"
        inner, features = letters[: rank - 1], letters[rank - 1]
        heads = letters[rank : rank + 2]
        return EinsumDense(
            f"{inner}{features},{features}{heads}->{inner}{heads}",
            (*(None,) * (rank - 2), self.num_heads, size),
            bias_axes=heads if self.use_bias else None,
            name=name,
            **self._own_rules(),
        )

    def _own_rules(self) -> dict[str, Any]:
        return {**self.rules, "dtype": self.dtype_policy}

    def call(
        self,
        query: Tensor,
        value: Tensor,
        key: Tensor | None = None,
        query_mask: Any = None,
        value_mask: Any = None,
        key_mask: Any = None,
        attention_mask: Any = None,
        return_attention_scores: bool = False,
        training: bool | None = None,
        use_causal_mask: bool = False,
    ) -> Any:
        source = value if key is None else key
        mask = _joined(
            attention_mask,
            None if value_mask is None else expand_dims(value_mask, -2),
            None if key_mask is None else expand_dims(key_mask, -2),
            _causal(query, source) if use_causal_mask else None,
        )
        q = multiply(self.query_dense(query), 1 / math.sqrt(self.key_dim))
        k, v = self.key_dense(source), self.value_dense(value)
        falls = bool(training) and self.seed_generator is not None
        masked = any(each is not None for each in (attention_mask, value_mask, key_mask))
        if not (falls or masked or return_attention_scores) and self._is_large(q, k):
            return self.output_dense(attend_by_blocks(q, k, v, 1.0, is_causal=use_causal_mask))
        shares = self._shares(einsum(self.axes.scores, k, q), mask)
        kept = shares
        if falls and self.seed_generator is not None:
            kept = random.dropout(shares, self.dropout, seed=self.seed_generator)
        outputs = self.output_dense(einsum(self.axes.averages, kept, v))
        return (outputs, shares) if return_attention_scores else outputs

    def _is_large(self, q: Tensor, k: Tensor) -> bool:
        """Whether the scores are so many that they are not kept all at once."""
        return q.ndim == 4 and self.axes.count == 1 and is_large(q, k)

    def _shares(self, scores: Tensor, mask: Tensor | None) -> Tensor:
        """Softmax over the sources that the mask leaves: (batch, heads, target, source)."""
        if mask is not None:
            heads = -2 * self.axes.count - 1
            while mask.ndim < scores.ndim:
                mask = expand_dims(mask, heads)
            scores = where(mask, scores, LEFT_OUT)
        return softmax(scores, axis=tuple(range(-self.axes.count, 0)))

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """That of the query."""
        return mask

    def compute_output_shape(
        self, query_shape: Any, value_shape: Any, key_shape: Any = None
    ) -> Any:
        features = self.output_features or (query_shape[-1],)
        return (*query_shape[:-1], *features)


def _joined(*masks: Any) -> Tensor | None:
    """True where all masks are that are there."""
    found: Tensor | None = None
    for mask in masks:
        if mask is not None:
            own = cast(mask, "bool")
            found = own if found is None else logical_and(found, own)
    return found


def _causal(query: Tensor, source: Tensor) -> Tensor:
    """(1, target, source): whether the source is not behind the target."""
    targets, sources = (static_size(each.shape[1], "use_causal_mask") for each in (query, source))
    return expand_dims(tri(targets, sources, dtype="bool"), 0)


def _arguments_message(layer: Layer, num_heads: Any, key_dim: Any, flash: Any) -> str:
    return explain(
        f"MultiHeadAttention '{layer.name}' cannot be made so",
        given=f"num_heads={num_heads!r}, key_dim={key_dim!r}, flash_attention={flash!r}",
        expected="whole numbers from 1, and flash_attention None or False",
        remedy="layers.MultiHeadAttention(num_heads=2, key_dim=64)",
    )
