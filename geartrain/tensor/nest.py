"""Nests: lists, tuples and dicts of tensors; dicts are gone through in the order of their keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    remaining = iter(leaves)

    def pack(part: Any) -> Any:
        if isinstance(part, dict):
            found = {key: pack(part[key]) for key in keys_in_order(part)}
            return {key: found[key] for key in part}
        if isinstance(part, tuple) and hasattr(part, "_fields"):
            return type(part)(*(pack(each) for each in part))
        if isinstance(part, list | tuple):
            return type(part)(pack(each) for each in part)
        return next(remaining)

    return pack(nest)


def map_nest(function: Callable[[Any], Any], nest: Any) -> Any:
    """A function of every leaf, in the form of the nest."""
    return pack_like(nest, [function(leaf) for leaf in flatten(nest)])
