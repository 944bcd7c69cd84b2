"""`Attention`: averages of values, by how well their keys fit a query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import random
from geartrain.errors import explain, unknown_name
from geartrain.layers.configuration import configured
from geartrain.layers.layer import Layer
from geartrain.ops import (
    add,
    arange,
    cast,
    einsum,
    expand_dims,
    greater_equal,
    logical_and,
    logical_not,
    multiply,
    softmax,
    subtract,
    sum,
    tanh,
)
from geartrain.random import SeedGenerator
from geartrain.tensor import Tensor, Variable, format_shape

SCORE_MODES = ("dot", "concat")
LOWERED, LOWERED_NARROW = 1e9, 65504.0  # by what a masked score is lowered; the second in float16


@configured()
class Attention(Layer):
    """softmax(scores) · value, where the score of a query and a key is their dot product.

    With `score_mode="concat"` the score is scale_c * sum(tanh(scale * (query + key))).

    Source: Luong, Pham and Manning, "Effective approaches to attention-based neural machine
    translation" (2015), section 3.1.

    Args:
        use_scale: whether a scalar weight scales the scores.
        score_mode: "dot" or "concat".
        dropout: the share of the attention that falls out in training.
        seed: of dropout.
        **kwargs: those of `Layer`.

    Call arguments:
        inputs: a list of query `(batch, target, features)`, value `(batch, source, size)`, and
            key `(batch, source, features)`, which is the value if it is not given.
        mask: a list of the masks of query and value, `(batch, target)` and `(batch, source)`, or
            None for one of them: places of the query that are masked give zeros; values that are
            masked are left out.
        return_attention_scores: whether to return the shares as well.
        use_causal_mask: whether a target looks at no later source.

    Output shape:
        `(batch, target, size)`, and the shares `(batch, target, source)`

    Raises:
        ValueError: the inputs are not a list of two or three, or the mask is not one of their
            masks.

    >>> from geartrain import layers, ops
    >>> layers.Attention()([ops.ones((1, 3, 4)), ops.ones((1, 5, 4))]).shape
    (1, 3, 4)
    """

    supports_masking = True

    def __init__(
        self,
        use_scale: bool = False,
        score_mode: str = "dot",
        dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if score_mode not in SCORE_MODES:
            known = list(SCORE_MODES)
            raise ValueError(unknown_name("score_mode", score_mode, known, remedy="score_mode={}"))
        self.use_scale, self.score_mode = use_scale, score_mode
        self.dropout, self.seed = dropout, seed
        self.seed_generator = SeedGenerator(seed) if dropout > 0 else None
        self.scale: Variable | None = None
        self.concat_score_weight: Variable | None = None

    def build(self, input_shape: Any) -> None:
        _check_list(self, input_shape, "shapes")
        if self.use_scale:
            self.scale = self.add_weight((), "ones", name="scale")
        if self.score_mode == "concat":
            self.concat_score_weight = self.add_weight((), "ones", name="concat_score_weight")

    def scores(self, query: Tensor, key: Tensor) -> Tensor:
        """How well keys fit queries: (batch, target, source)."""
        if self.score_mode == "dot":
            found = einsum("btd,bsd->bts" if query.ndim == 3 else "...td,...sd->...ts", query, key)
            return found if self.scale is None else multiply(found, self.scale)
        summed = add(expand_dims(query, -2), expand_dims(key, -3))  # (batch, target, source, size)
        summed = summed if self.scale is None else multiply(summed, self.scale)
        return multiply(sum(tanh(summed), -1), self.concat_score_weight)

    def call(
        self,
        inputs: Sequence[Tensor],
        mask: Any = None,
        training: bool = False,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> Any:
        _check_list(self, inputs, "tensors")
        query, value = inputs[0], inputs[1]
        key = inputs[2] if len(inputs) > 2 else value
        query_mask, value_mask = _masks(self, mask, len(inputs))
        scores = self.scores(query, key)
        allowed = _allowed(scores, value_mask, is_causal=use_causal_mask)
        if allowed is not None:
            low = LOWERED_NARROW if scores.dtype.name == "float16" else LOWERED
            left_out = cast(logical_not(allowed), scores.dtype)
            scores = subtract(scores, multiply(left_out, low))
        shares = softmax(scores)
        if training and self.seed_generator is not None:
            shares = random.dropout(shares, self.dropout, seed=self.seed_generator)
        found = einsum("bts,bse->bte" if value.ndim == 3 else "...ts,...se->...te", shares, value)
        if query_mask is not None:
            found = multiply(found, expand_dims(cast(query_mask, found.dtype), -1))
        return (found, shares) if return_attention_scores else found

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """That of the query."""
        query_mask, _ = _masks(self, mask, len(inputs))
        return query_mask

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (*input_shape[0][:-1], input_shape[1][-1])


def _allowed(scores: Tensor, value_mask: Any, *, is_causal: bool) -> Tensor | None:
    """Which sources each target may look at, or None for all."""
    found: Tensor | None = None
    if value_mask is not None:
        found = expand_dims(cast(value_mask, "bool"), -2)  # (batch, 1, source)
    if is_causal:
        targets, sources = (arange(size) for size in scores.shape[-2:])
        earlier = greater_equal(expand_dims(targets, -1), sources)  # (target, source)
        found = earlier if found is None else logical_and(found, earlier)
    return found


def _masks(layer: Layer, mask: Any, count: int) -> tuple[Any, Any]:
    """The masks of query and value."""
    if mask is None:
        return None, None
    if isinstance(mask, list | tuple) and 2 <= len(mask) <= 3:
        return mask[0], mask[1]
    raise ValueError(
        explain(
            f"{type(layer).__name__} '{layer.name}' needs the masks of query and value",
            given=f"a list of {len(mask)}" if isinstance(mask, list | tuple) else "one mask",
            expected=f"a list of {count}, with None where there is no mask",
            remedy="mask=[None, value_mask]",
        )
    )


def _check_list(layer: Layer, inputs: Any, what: str) -> None:
    if isinstance(inputs, list | tuple) and 2 <= len(inputs) <= 3:
        return
    shape = f"one of shape {format_shape(inputs.shape)}" if isinstance(inputs, Tensor) else "one"
    raise ValueError(
        explain(
            f"{type(layer).__name__} '{layer.name}' looks from one series at another",
            given=f"{len(inputs)} {what}" if isinstance(inputs, list | tuple) else shape,
            expected="a list of two or three: [query, value] or [query, value, key]",
            remedy=f"layers.{type(layer).__name__}()([query, value])",
        )
    )
