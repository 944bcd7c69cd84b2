"""Nests of lists, tuples and dicts: `flatten`, `map_structure`, ... under Keras's names.

A leaf is whatever is no list, tuple, named tuple or dict, None included. Dicts are gone through in
the order of their keys, ordered ones in their own.

Start reading at `structure.py`.
"""

from geartrain.tree.mapping import (
    MAP_TO_NONE,
    lists_to_tuples,
    map_shape_structure,
    map_structure,
    map_structure_up_to,
    traverse,
)
from geartrain.tree.structure import (
    assert_same_paths,
    assert_same_structure,
    flatten,
    flatten_with_path,
    is_nested,
    pack_sequence_as,
)

__all__ = [
    "MAP_TO_NONE",
    "assert_same_paths",
    "assert_same_structure",
    "flatten",
    "flatten_with_path",
    "is_nested",
    "lists_to_tuples",
    "map_shape_structure",
    "map_structure",
    "map_structure_up_to",
    "pack_sequence_as",
    "traverse",
]
