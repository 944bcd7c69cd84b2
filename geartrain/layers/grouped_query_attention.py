"""`GroupQueryAttention`: attention with fewer heads of keys and values than of queries."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.layers.configuration import configured
from geartrain.layers.einsum_dense import EinsumDense
from geartrain.layers.headed_attention import HeadedAttention
from geartrain.layers.recurrent_cell import checked_count
from geartrain.ops import einsum, reshape
from geartrain.tensor import Shape, Tensor, format_shape


@configured(without=("flash_attention",))
class GroupedQueryAttention(HeadedAttention):
    """`MultiHeadAttention` in which groups of query heads share a head of keys and values.

    Sources: Ainslie et al., "GQA: training generalized multi-query transformer models from
    multi-head checkpoints" (2023); Qiu et al., "Gated attention for large language models" (2025)
    for the gate.

    Args:
        head_dim: the length of each head's vectors.
        num_query_heads: how many heads of queries.
        num_key_value_heads: how many of keys and values; a divisor of the others.
        dropout: the share of the attention that falls out in training.
        use_bias: whether the projections add biases.
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

    Its inputs, masks and outputs are those of `MultiHeadAttention`, with one axis of places.

    Raises:
        ValueError: the heads of queries cannot be divided among those of keys.

    >>> from geartrain import layers, ops
    >>> attend = layers.GroupQueryAttention(4, num_query_heads=6, num_key_value_heads=2)
    >>> attend(ops.ones((1, 3, 8)), ops.ones((1, 5, 8))).shape
    (1, 3, 8)
    """

    masks_queries = True
    file_names = {  # noqa: RUF012  (of attributes, in Keras's files)
        f"{name}_dense": f"_{name}_dense" for name in ("query", "key", "value", "output")
    }

    def __init__(
        self,
        head_dim: int,
        num_query_heads: int,
        num_key_value_heads: int,
        dropout: float = 0.0,
        use_bias: bool = True,
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
        self.head_dim = self.key_dim = checked_count(self, "head_dim", head_dim)
        self.num_query_heads = checked_count(self, "num_query_heads", num_query_heads)
        count = checked_count(self, "num_key_value_heads", num_key_value_heads)
        self.num_key_value_heads = count
        if self.num_query_heads % count:
            raise ValueError(_heads_message(self))
        self.num_repeats = self.num_query_heads // count

    def build(self, query_shape: Shape, value_shape: Shape, key_shape: Shape | None = None) -> None:
        _check_shapes(self, query_shape, value_shape, key_shape)
        size, heads, fewer = self.head_dim, self.num_query_heads, self.num_key_value_heads
        self.query_dense = self.projection("query", query_shape, heads, size)
        self.key_dense = self.projection("key", key_shape or value_shape, fewer, size)
        if self.use_gate:
            self.gate_dense = self.projection("gate", query_shape, heads, size, "sigmoid")
        self.value_dense = self.projection("value", value_shape, fewer, size)
        self.output_dense = EinsumDense(
            "bthd,hdf->btf",
            (None, query_shape[-1]),  # type: ignore[arg-type]
            bias_axes="f" if self.use_bias else None,
            name="attention_output",
            **self.shared_arguments(),
        )
        self.output_dense.build((*query_shape[:2], heads, size))

    def scores(self, q: Tensor, k: Tensor) -> Tensor:
        """Dot products of queries and keys of their group: (batch, head, target, source)."""
        batch, targets, heads, size = q.shape
        apart = reshape(q, (batch, targets, self.num_key_value_heads, -1, size))
        found = einsum("btkgd,bskd->bkgts", apart, k)
        return reshape(found, (batch, heads, targets, k.shape[1]))

    def averages(self, shares: Tensor, v: Tensor) -> Tensor:
        """The means of the values of their group: (batch, target, head, size)."""
        batch, heads, targets, sources = shares.shape
        apart = reshape(shares, (batch, self.num_key_value_heads, -1, targets, sources))
        found = einsum("bkgts,bskd->btkgd", apart, v)
        return reshape(found, (batch, targets, heads, v.shape[3]))

    def compute_output_shape(
        self, query_shape: Any, value_shape: Any, key_shape: Any = None
    ) -> Any:
        _check_shapes(self, query_shape, value_shape, key_shape)
        return query_shape


GroupQueryAttention = GroupedQueryAttention  # Keras's public name


def _check_shapes(layer: Any, query: Any, value: Any, key: Any) -> None:
    key = value if key is None else key
    if query[-1] == value[-1] and tuple(key[1:-1]) == tuple(value[1:-1]):
        return
    raise ValueError(
        explain(
            f"GroupQueryAttention '{layer.name}' cannot put these together",
            given=f"query {format_shape(query)}, value {format_shape(value)}, "
            f"key {format_shape(key)}",
            expected="queries and values of one size, and a key for each value",
            axis=f"axis -1: {query[-1]} against {value[-1]}",
            remedy="layers.Dense(...) before, to bring both to one size",
        )
    )


def _heads_message(layer: GroupedQueryAttention) -> str:
    return explain(
        f"GroupQueryAttention '{layer.name}' cannot divide its heads",
        given=f"num_query_heads={layer.num_query_heads}, "
        f"num_key_value_heads={layer.num_key_value_heads}",
        expected="a number of heads of keys and values that divides that of queries",
        remedy=f"num_key_value_heads={layer.num_query_heads}",
    )
