"""Nests: lists, tuples and dicts of tensors; dicts are gone through in the order of their keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from geartrain.tree.structure import keys_in_order


def flatten(nest: Any) -> list[Any]:
    """The leaves of a nest of lists, tuples and dicts, in order."""
    if isinstance(nest, dict):
        return [leaf for key in keys_in_order(nest) for leaf in flatten(nest[key])]
    if isinstance(nest, list | tuple):
        return [leaf for each in nest for leaf in flatten(each)]
    return [nest]


def pack_like(nest: Any, leaves: Sequence[Any]) -> Any:
    """The leaves in the form of a nest."""
    return _packed(nest, iter(leaves))


# No function within `pack_like`: one that calls itself would hold the leaves until a collection.
def _packed(part: Any, remaining: Iterator[Any]) -> Any:
    if isinstance(part, dict):
        found = {key: _packed(part[key], remaining) for key in keys_in_order(part)}
        return {key: found[key] for key in part}
    if isinstance(part, tuple) and hasattr(part, "_fields"):
        return type(part)(*(_packed(each, remaining) for each in part))
    if isinstance(part, list | tuple):
        return type(part)(_packed(each, remaining) for each in part)
    return next(remaining)


def map_nest(function: Callable[[Any], Any], nest: Any) -> Any:
    """A function of every leaf, in the form of the nest."""
    return pack_like(nest, [function(leaf) for leaf in flatten(nest)])
