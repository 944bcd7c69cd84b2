"""`AdditiveAttention`: attention whose scores are sums."""

from __future__ import annotations

from typing import Any

from geartrain.layers.attention import Attention
from geartrain.layers.configuration import configured
from geartrain.ops import add, expand_dims, multiply, sum, tanh
from geartrain.tensor import Tensor


@configured(also=("seed",))
class AdditiveAttention(Attention):
    """softmax(scores) · value, where the score of a query and a key is sum(scale * tanh(q + k)).

    Source: Bahdanau, Cho and Bengio, "Neural machine translation by jointly learning to align and
    translate" (2014).

    Args:
        use_scale: whether a weight scales each feature; else they are summed as they are.
        dropout: the share of the attention that falls out in training.
        **kwargs: `seed` of dropout, and those of `Layer`.

    Its inputs, masks and outputs are those of `Attention`; query and key have one size.

    >>> from geartrain import layers, ops
    >>> layers.AdditiveAttention()([ops.ones((1, 3, 4)), ops.ones((1, 5, 4))]).shape
    (1, 3, 4)
    """

    def __init__(self, use_scale: bool = True, dropout: float = 0.0, **kwargs: Any) -> None:
        super().__init__(use_scale=use_scale, dropout=dropout, **kwargs)

    def build(self, input_shape: Any) -> None:
        if self.use_scale:
            size = input_shape[0][-1]
            self.scale = self.add_weight((size,), "glorot_uniform", name="scale")

    def scores(self, query: Tensor, key: Tensor) -> Tensor:
        """How well keys fit queries: (batch, target, source)."""
        bent = tanh(add(expand_dims(query, -2), expand_dims(key, -3)))
        return sum(bent if self.scale is None else multiply(bent, self.scale), -1)
