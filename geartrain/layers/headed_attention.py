"""`HeadedAttention`: what attention layers with several heads share.

query, value, key  ->  projections to heads  ->  scores  ->  shares  ->  averages  ->  features

A class derived from one of them may take another way between the projections and the features:
`_compute_attention` and `_compute_attention_mask` have Keras's names and arguments.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from geartrain import random
from geartrain.dtype_policies import DTypePolicyMap
from geartrain.errors import explain
from geartrain.layers.attention_insides import AttentionInsides
from geartrain.layers.configuration import rules_of
from geartrain.layers.dropout import checked_rate
from geartrain.layers.einsum_dense import EinsumDense
from geartrain.layers.layer import Layer
from geartrain.layers.tracking import parts_of
from geartrain.ops import (
    absolute,
    arange,
    cast,
    expand_dims,
    greater_equal,
    less,
    logical_and,
    multiply,
    softmax,
    subtract,
    where,
)
from geartrain.ops.nn.blockwise import attend_by_blocks, is_large
from geartrain.random import SeedGenerator
from geartrain.tensor import Tensor
from geartrain.tensor.dtypes import finfo


class HeadedAttention(AttentionInsides, Layer):
    """Attention of several heads, of which a subclass makes the projections in `build`.

    Args:
        given: the arguments of a layer by name.
    """

    supports_masking = True
    masks_queries = False  # whether a target that is masked looks at all sources alike
    key_dim: int
    query_dense: EinsumDense
    key_dense: EinsumDense
    value_dense: EinsumDense
    output_dense: EinsumDense
    gate_dense: EinsumDense

    def __init__(self, given: Mapping[str, Any]) -> None:
        super().__init__(activity_regularizer=given["activity_regularizer"], **given["kwargs"])
        self.dropout = checked_rate(self, "dropout", given["dropout"])
        self.use_bias, self.use_gate = given["use_bias"], given["use_gate"]
        self.sliding_window, self.seed = given["sliding_window"], given["seed"]
        self.flash_attention = given["flash_attention"]
        window = self.sliding_window
        if window is not None and (not isinstance(window, int) or window < 1):
            raise ValueError(_window_message(self))
        if self.flash_attention and self.dropout > 0:
            raise ValueError(_flash_message(self, f"dropout={self.dropout}"))
        self.keep_rules(**rules_of(given))
        self.seed_generator = SeedGenerator(self.seed) if self.dropout > 0 else None

    @abstractmethod
    def scores(self, q: Tensor, k: Tensor) -> Tensor:
        """How well keys fit queries: (batch, heads, target, source)."""

    @abstractmethod
    def averages(self, shares: Tensor, v: Tensor) -> Tensor:
        """The means of the values, with shares as their weights: (batch, target, heads, size)."""

    def attended_axes(self) -> int:
        """Over how many axes it attends."""
        return 1

    def policy_to_keep(self) -> Any:
        """The policy; a map of those of the projections, where they are quantized."""
        parts = [each for each in parts_of(self, EinsumDense) if each.quantization_mode]
        if not parts or isinstance(self.dtype_policy, DTypePolicyMap):
            return self.dtype_policy
        return DTypePolicyMap(self.dtype_policy, {str(e.path): e.dtype_policy for e in parts})

    def shared_arguments(self) -> dict[str, Any]:
        """What all projections have in common."""
        kinds = ("initializer", "regularizer", "constraint")
        names = [f"{weight}_{kind}" for weight in ("kernel", "bias") for kind in kinds]
        return {"dtype": self.dtype_policy, **{name: getattr(self, name) for name in names}}

    def projection(
        self, name: str, shape: Any, heads: int, size: int, activation: Any = None
    ) -> EinsumDense:
        """Features to heads of vectors: "abc,cde->abde", built for inputs of this shape."""
        letters, rank = "abcdefghijklmno", len(shape)
        inner, features = letters[: rank - 1], letters[rank - 1]
        split = letters[rank : rank + 2]
        dense = EinsumDense(
            f"{inner}{features},{features}{split}->{inner}{split}",
            (*(None,) * (rank - 2), heads, size),
            activation=activation,
            bias_axes=split if self.use_bias else None,
            name=name,
            **self.shared_arguments(),
        )
        dense.supports_masking = True  # what is left out is known to the layer around it
        dense.build(shape)
        return dense

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
        mask = self._compute_attention_mask(
            query, source, query_mask, value_mask, key_mask, attention_mask
        )
        found, shares = self._compute_attention(
            self.query_dense(query), self.key_dense(source), self.value_dense(value), mask,
            training, return_attention_scores, use_causal_mask,
        )  # fmt: skip
        outputs = self._finished(query, found)
        if not return_attention_scores or shares is None:
            return outputs
        if query_mask is not None and self.masks_queries:
            looks = expand_dims(cast(query_mask, shares.dtype), (1, -1))
            shares = multiply(shares, looks)  # as Keras's do, where they are asked for
        return outputs, shares

    def _compute_attention_mask(
        self,
        query: Tensor,
        value: Tensor,
        query_mask: Any = None,
        value_mask: Any = None,
        key_mask: Any = None,
        attention_mask: Any = None,
        use_causal_mask: bool = False,
    ) -> Tensor | None:
        """(batch, target, source): where a target may look; None, if it may look everywhere."""
        return _joined(
            attention_mask,
            None if query_mask is None or not self.masks_queries else expand_dims(query_mask, -1),
            None if value_mask is None else expand_dims(value_mask, -2),
            None if key_mask is None else expand_dims(key_mask, -2),
            _near(query, value, self.sliding_window) if self.sliding_window else None,
            _earlier(query, value) if use_causal_mask else None,
        )

    def _compute_causal_mask(self, query: Tensor, value: Tensor | None = None) -> Tensor:
        """(1, target, source): whether the source is not behind the target."""
        return _earlier(query, query if value is None else value)

    def _compute_attention(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        attention_mask: Any = None,
        training: bool | None = None,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """The averages of projected values, and the shares, unless it goes by blocks."""
        query = multiply(query, 1 / math.sqrt(self.key_dim))
        falls = bool(training) and self.seed_generator is not None
        whole = falls or return_attention_scores or attention_mask is not None
        if self._goes_by_blocks(query, key, whole=whole):
            return attend_by_blocks(query, key, value, 1.0, is_causal=use_causal_mask), None
        causal = _earlier(query, key) if use_causal_mask else None
        shares = self.shares(self.scores(query, key), _joined(attention_mask, causal))
        return self.averages(self.fallen(shares, training), value), shares

    def shares(self, scores: Tensor, mask: Any = None) -> Tensor:
        """Softmax over the sources that the mask leaves: (batch, heads, target, source).

        The mask is (batch, target, source), with as many axes for the targets, and for the
        sources, as are attended over.
        """
        count = self.attended_axes()
        if mask is not None:
            mask = cast(mask, "bool")
            while mask.ndim < scores.ndim:
                mask = expand_dims(mask, -2 * count - 1)
            scores = where(mask, scores, -0.7 * float(finfo(scores.dtype).max))
        return softmax(scores, axis=tuple(range(-count, 0)))

    def fallen(self, shares: Tensor, training: bool | None) -> Tensor:
        """Shares, of which some fall out in training."""
        if not training or self.seed_generator is None:
            return shares
        return random.dropout(shares, self.dropout, seed=self.seed_generator)

    def _finished(self, query: Tensor, heads: Tensor) -> Tensor:
        """Heads of vectors, through the gate if there is one, to features."""
        if self.use_gate:
            heads = multiply(heads, self.gate_dense(query))
        found: Tensor = self.output_dense(heads)
        return found

    def _goes_by_blocks(self, q: Tensor, k: Tensor, *, whole: bool) -> bool:
        """Whether the scores are not kept all at once: asked for, or as they are so many."""
        if self.flash_attention and whole:
            raise ValueError(_flash_message(self, "a mask, dropout, or return_attention_scores"))
        fits = q.ndim == 4 and q.shape[2] == k.shape[2]
        if whole or not fits or self.flash_attention is False:
            return False
        return bool(self.flash_attention) or is_large(q, k)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """That of the query."""
        return mask


def _joined(*masks: Any) -> Tensor | None:
    """True where all masks are that are there."""
    found: Tensor | None = None
    for mask in masks:
        if mask is not None:
            own = cast(mask, "bool")
            found = own if found is None else logical_and(found, own)
    return found


def _earlier(query: Tensor, source: Tensor) -> Tensor:
    """(1, target, source): whether the source is not behind the target."""
    targets, sources = (arange(each.shape[1]) for each in (query, source))
    return expand_dims(greater_equal(expand_dims(targets, -1), sources), 0)


def _near(query: Tensor, source: Tensor, window: int) -> Tensor:
    """(1, target, source): whether the two are less than a window apart."""
    targets, sources = (arange(each.shape[1]) for each in (query, source))
    apart = absolute(subtract(expand_dims(targets, -1), sources))
    return expand_dims(less(apart, window), 0)


def _window_message(layer: HeadedAttention) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' needs a window of places",
        given=f"sliding_window={layer.sliding_window!r}",
        expected="None, or a whole number from 1",
        remedy="sliding_window=128",
    )


def _flash_message(layer: HeadedAttention, what: str) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' goes block by block, which {what} forbids",
        given=f"flash_attention=True, and {what}",
        expected="neither mask (but use_causal_mask) nor dropout nor scores",
        remedy="flash_attention=None, which chooses",
    )
