"""Whole numbers that a model looks up, checked before a step: compiled code trusts them.

An `Embedding` behind an entrance has rows for 0 to input_dim - 1. What lies outside is an error
where the user's line is, with the numbers, the layer and the remedy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.layers import InputLayer
from geartrain.layers.symbolic import Call
from geartrain.tensor.nest import flatten

KEPT = "_looked_up"  # the attribute that keeps which entrance leads to which table


class Tables:
    """Places of entrances and embeddings; a list of these would make them a model's own parts."""

    def __init__(self, pairs: Iterable[tuple[int, Any]]) -> None:
        self.pairs = list(pairs)


def check_numbers(where: str, model: Any, x: Any) -> None:
    """Raise where numbers are not in the tables that they are looked up in.

    Args:
        where: `fit` or another method.
        model: a functional one, or a stack.
        x: its arrays: one, or a list or dict of them.

    Raises:
        ValueError: a number is below 0, or as large as its table or larger.
    """
    pairs = _tables(model)
    if not pairs:
        return
    arrays = _arrays(model, x)
    for place, layer in pairs:
        array = arrays[place] if place < len(arrays) else None
        if isinstance(array, np.ndarray) and array.size and array.dtype.kind in "iuf":
            least, most = array.min(), array.max()
            if least < 0 or most >= layer.input_dim:
                raise ValueError(_range_message(where, layer, least, most))


def _tables(model: Any) -> list[tuple[int, Any]]:
    """The places of entrances, and the embeddings that take them as they are."""
    if hasattr(model, "_entries"):
        if KEPT not in vars(model):
            vars(model)[KEPT] = Tables(_behind_entrances(model))
        kept: Tables = vars(model)[KEPT]
        return kept.pairs
    from geartrain.layers import Embedding  # when data come: what only builds needs none

    first = next((each for each in model._layers if not isinstance(each, InputLayer)), None)
    if isinstance(first, Embedding):
        return [(0, first)]
    inner = hasattr(first, "_entries") or hasattr(first, "_symbols")
    return _tables(first) if inner else []


def _behind_entrances(model: Any) -> Iterator[tuple[int, Any]]:
    from geartrain.layers import Embedding

    places = {id(node): place for place, node in enumerate(model._entries)}
    for node in model._order:
        step = node.parameters.get("call")
        if isinstance(step, Call) and isinstance(step.layer, Embedding):
            for each in node.inputs[:1]:
                if id(each) in places:
                    yield places[id(each)], step.layer


def _arrays(model: Any, x: Any) -> list[Any]:
    """The arrays in the order of the entrances."""
    if isinstance(x, dict) and hasattr(model, "input_names"):
        return [x.get(name) for name in model.input_names]
    return flatten(x)


def _range_message(where: str, layer: Any, least: Any, most: Any) -> str:
    needed = int(most) + 1
    below = least < 0
    return explain(
        f"{where} looks up numbers that Embedding '{layer.name}' has no row for",
        given=f"numbers from {least} to {most}",
        expected=f"0 to {layer.input_dim - 1} (set by input_dim={layer.input_dim})",
        remedy="x = np.maximum(x, 0), if they mean nothing"
        if below
        else f"layers.Embedding({needed}, {layer.output_dim}), or fewer words: num_words="
        f"{layer.input_dim}",
    )
