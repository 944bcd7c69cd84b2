"""Attention: values, averaged by how well their keys answer a query."""

from __future__ import annotations

import math
from typing import Any

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.comparison import choose
from geartrain.ops.core import cast, promoted
from geartrain.ops.elementwise import absolute, add, divide, multiply
from geartrain.ops.matrices import tri
from geartrain.ops.nn.blockwise import attend_by_blocks, is_large
from geartrain.ops.nn.probabilities import softmax
from geartrain.ops.shaping import static_size
from geartrain.tensor import Tensor, format_shape
from geartrain.tensor.dtypes import BOOL, FLOAT32, finfo, promote

__all__ = ["dot_product_attention"]


def dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    bias: Any = None,
    mask: Any = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> Tensor:
    """softmax(query · key * scale + bias) · value, for each head (Vaswani et al. 2017).

    Args:
        query: (batch, target, heads, features).
        key: (batch, source, key heads, features); several heads of queries may share one of keys.
        value: (batch, source, key heads, value features).
        bias: added to the scores; broadcast to (batch, heads, target, source).
        mask: where it is False, a source is left out; broadcast likewise.
        scale: None is 1 / sqrt(features).
        is_causal: whether a target sees only the sources up to its own place.
        flash_attention: True computes block by block of sources, without all scores in memory;
            False with all of them; None chooses by their number.
        attn_logits_soft_cap: scores become scores / (1 + |scores| / cap).

    Returns:
        (batch, target, heads, value features).

    Raises:
        ValueError: ranks, heads or features do not fit.
    """
    q, k, v = promoted(query, key, value, floating=True)
    _check(q, k, v)
    changed = bias is not None or mask is not None or attn_logits_soft_cap is not None
    if flash_attention and (changed or q.shape[2] != k.shape[2]):
        raise ValueError(_flash_message())
    if flash_attention or (flash_attention is None and not changed and is_large(q, k)):
        factor = 1 / math.sqrt(int(str(q.shape[-1]))) if scale is None else scale
        wide_q, wide_k, wide_v = (cast(each, promote(each.dtype, FLOAT32)) for each in (q, k, v))
        found = attend_by_blocks(wide_q, wide_k, wide_v, factor, is_causal=is_causal)
        return cast(found, v.dtype)
    scores = multiply(
        _scores(q, k), 1 / math.sqrt(int(str(q.shape[-1]))) if scale is None else scale
    )
    if attn_logits_soft_cap is not None:
        scores = divide(scores, add(divide(absolute(scores), attn_logits_soft_cap), 1.0))
    if bias is not None:
        scores = add(scores, cast(bias, scores.dtype))
    shares = softmax(_masked(scores, mask, is_causal=is_causal))
    return _averages(cast(shares, v.dtype), v)


def _scores(q: Tensor, k: Tensor) -> Tensor:
    """(batch, heads, target, source): the dot products of queries and keys, wide enough to add."""
    batch, target, heads, features = q.shape
    shared = int(str(heads)) // int(str(k.shape[2]))
    apart = primitives.reshape(q, shape=(batch, target, k.shape[2], shared, features))
    wide = promote(q.dtype, FLOAT32)
    found = primitives.contract(
        cast(apart, wide), cast(k, wide), lhs="btkgh", rhs="bskh", out="bkgts"
    )
    return primitives.reshape(found, shape=(batch, heads, target, k.shape[1]))


def _masked(scores: Tensor, mask: Any, *, is_causal: bool) -> Tensor:
    """The scores, with a very low one where a source is left out."""
    lowest = -0.7 * float(finfo(scores.dtype).max)  # so low that no sum of two overflows
    if mask is not None:
        scores = choose(cast(mask, BOOL), scores, lowest)
    if is_causal:
        target, source = (static_size(size, "is_causal") for size in scores.shape[2:])
        scores = choose(tri(target, source, dtype="bool"), scores, lowest)
    return scores


def _averages(shares: Tensor, v: Tensor) -> Tensor:
    batch, heads, target, source = shares.shape
    shared = int(str(heads)) // int(str(v.shape[2]))
    apart = primitives.reshape(shares, shape=(batch, v.shape[2], shared, target, source))
    found = primitives.contract(apart, v, lhs="bkgts", rhs="bskh", out="btkgh")
    return primitives.reshape(found, shape=(batch, target, heads, v.shape[3]))


def _check(q: Tensor, k: Tensor, v: Tensor) -> None:
    if q.ndim == k.ndim == v.ndim == 4:
        heads, key_heads = int(str(q.shape[2])), int(str(k.shape[2]))
        alike = (q.shape[0], q.shape[3]) == (k.shape[0], k.shape[3]) and k.shape[:3] == v.shape[:3]
        if alike and key_heads and heads % key_heads == 0:
            return
    given = zip(("query", "key", "value"), (q, k, v), strict=True)
    raise ValueError(
        explain(
            "dot_product_attention cannot put these together",
            given=", ".join(f"{name} {format_shape(each.shape)}" for name, each in given),
            expected="query (batch, target, heads, features), key (batch, source, heads, features) "
            "and value (batch, source, heads, value features); keys and values may have fewer "
            "heads, if these divide the query's",
            axis="; ".join(
                f"rank of {name} is {each.ndim}"
                for name, each in (("query", q), ("key", k), ("value", v))
                if each.ndim != 4
            )
            or "batch, source, heads or features",
            remedy="ops.expand_dims(x, 2) for one head",
        )
    )


def _flash_message() -> str:
    return explain(
        "Attention block by block takes no mask",
        given="flash_attention=True, with a mask, a bias, a soft cap, or heads that share keys",
        expected="queries, keys and values of one number of heads, and is_causal at most",
        remedy="flash_attention=None",
    )
