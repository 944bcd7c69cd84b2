"""`AttentionInsides`: the inside of attention by Keras's names, for layers derived from ours.

Layers of several packages derive from `keras.layers.MultiHeadAttention`, and take it apart: they
make projections of their own in `build`, keep keys and values in `call`, or weigh scores anew.

    self._query_dense, self._num_heads, ...            ->   self.query_dense, self.num_heads, ...
    self._compute_attention(query, key, value, mask)   ->   what `call` itself goes through
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geartrain.tensor import Tensor


def _alias(name: str) -> Any:
    """An attribute that is another one."""

    def read(self: Any) -> Any:
        return getattr(self, name)

    def write(self: Any, value: Any) -> None:
        setattr(self, name, value)

    return property(read, write, doc=f"`{name}`, by Keras's name inside of the layer.")


class AttentionInsides:
    """Names inside of attention: those of Keras for those of ours."""

    _activity_regularizer = _alias("activity_regularizer")
    _attention_axes = _alias("attention_axes")
    _bias_constraint = _alias("bias_constraint")
    _bias_initializer = _alias("bias_initializer")
    _bias_regularizer = _alias("bias_regularizer")
    _dropout = _alias("dropout")
    _flash_attention = _alias("flash_attention")
    _gate_dense = _alias("gate_dense")
    _kernel_constraint = _alias("kernel_constraint")
    _kernel_initializer = _alias("kernel_initializer")
    _kernel_regularizer = _alias("kernel_regularizer")
    _key_dense = _alias("key_dense")
    _key_dim = _alias("key_dim")
    _num_heads = _alias("num_heads")
    _output_dense = _alias("output_dense")
    _output_shape = _alias("output_features")
    _query_dense = _alias("query_dense")
    _sliding_window = _alias("sliding_window")
    _use_bias = _alias("use_bias")
    _use_gate = _alias("use_gate")
    _value_dense = _alias("value_dense")
    _value_dim = _alias("value_dim")

    shared_arguments: Callable[[], dict[str, Any]]
    shares: Callable[..., Tensor]
    fallen: Callable[..., Tensor]
    key_dim: int

    def _get_common_kwargs_for_sublayer(self) -> dict[str, Any]:
        """What all projections have in common."""
        return self.shared_arguments()

    def _masked_softmax(self, attention_scores: Tensor, attention_mask: Any = None) -> Tensor:
        """Softmax over the sources that the mask leaves."""
        return self.shares(attention_scores, attention_mask)

    def _dropout_layer(self, inputs: Tensor, training: bool | None = None) -> Tensor:
        """What is left of shares when some fall out."""
        return self.fallen(inputs, training)

    @property
    def _inverse_sqrt_key_dim(self) -> float:
        """What queries are multiplied by."""
        return float(self.key_dim**-0.5)
