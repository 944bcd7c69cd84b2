"""Nests: what the real Keras gives for the same calls (optree 0.20, Keras 3.15.1)."""

from collections import OrderedDict, defaultdict
from typing import Any, NamedTuple

import pytest

from geartrain import tree


class Pair(NamedTuple):
    x: Any
    y: Any


@pytest.mark.parametrize(
    ("nest", "leaves"),
    [
        ({"b": 1, "a": [2, None, (3,)]}, [2, None, 3, 1]),
        (OrderedDict([("b", 1), ("a", 2)]), [1, 2]),
        (Pair(1, [2]), [1, 2]),
        (1, [1]),
        ([], []),
        (None, [None]),
        ({2: 1, "a": 2}, [1, 2]),
        (range(3), [range(3)]),
    ],
)
def test_leaves_come_in_the_order_of_keys(nest, leaves):
    assert tree.flatten(nest) == leaves
    assert tree.pack_sequence_as(nest, leaves) == nest


def test_the_form_is_kept_and_so_is_the_order_in_which_a_dict_was_made():
    packed = tree.pack_sequence_as({"b": 0, "a": [0]}, [1, 2])
    assert list(packed.items()) == [("b", 2), ("a", [1])]
    found = tree.map_structure(lambda x: x, defaultdict(list, {"b": 1}))
    assert isinstance(found, defaultdict)
    assert isinstance(tree.pack_sequence_as(Pair(0, 0), [1, 2]), Pair)


@pytest.mark.parametrize("nest", [[], (), {}, Pair(1, 2), OrderedDict()])
def test_lists_tuples_and_dicts_are_nested(nest):
    assert tree.is_nested(nest)


@pytest.mark.parametrize("leaf", [None, 1, "a", {1}, range(2)])
def test_other_things_are_leaves(leaf):
    assert not tree.is_nested(leaf)


def test_paths():
    nest = {"b": 1, "a": [2, (3,)], "c": Pair(4, 5)}
    paths = [(("a", 0), 2), (("a", 1, 0), 3), (("b",), 1), (("c", 0), 4), (("c", 1), 5)]
    assert tree.flatten_with_path(nest) == paths
    assert tree.flatten_with_path(3) == [((), 3)]


def test_mapping_over_several():
    assert tree.map_structure(lambda x, y: (x, y), [1, {"a": 2}], [3, {"a": 4}]) == [
        (1, 3),
        {"a": (2, 4)},
    ]
    assert tree.map_structure(lambda x: x is None, [1, None]) == [False, True]
    assert tree.map_structure(lambda x: [x], [1, None], none_is_leaf=False) == [[1], None]


@pytest.mark.parametrize(
    "others", [[[1, 2]], [(1,)], [{"a": 1}], [[[1]]]], ids=["length", "type", "dict", "depth"]
)
def test_nests_of_another_form_are_refused(others):
    with pytest.raises(ValueError, match="one form"):
        tree.map_structure(lambda x, y: x, [1], *others)
    with pytest.raises(ValueError, match="one form"):
        tree.assert_same_structure([1], *others)


def test_what_is_not_a_function_is_refused():
    with pytest.raises(TypeError, match="function"):
        tree.map_structure(3, [1])
    with pytest.raises(ValueError, match="nest"):
        tree.map_structure(lambda: 1)
    with pytest.raises(ValueError, match="None"):
        tree.map_structure(lambda x, y: x, [1, None], [2, 3], none_is_leaf=False)


def test_an_ordered_dict_has_the_form_of_a_dict():
    tree.assert_same_structure(OrderedDict(a=1), {"a": 1})
    tree.assert_same_structure([None], [1])
    with pytest.raises(ValueError, match="keys"):
        tree.assert_same_structure({"a": 1}, {"b": 1})
    with pytest.raises(ValueError, match="one form"):
        tree.assert_same_structure(Pair(1, 2), (1, 2))


def test_paths_alone_can_be_compared():
    tree.assert_same_paths([1, {"a": 2}], (3, {"a": 4}))
    with pytest.raises(ValueError, match="same paths"):
        tree.assert_same_paths([1], [1, 2])


@pytest.mark.parametrize("leaves", [[1], [1, 2, 3]])
def test_the_number_of_leaves_has_to_fit(leaves):
    with pytest.raises(ValueError, match="leaves"):
        tree.pack_sequence_as([0, 0], leaves)


def test_up_to_a_depth():
    assert tree.map_structure_up_to([1, 1], lambda x: x, [{"a": 1}, 2]) == [{"a": 1}, 2]
    with pytest.raises(ValueError, match="one form"):
        tree.map_structure_up_to([1, 1], lambda x: x, [1, 2, 3])


@pytest.mark.parametrize(
    ("top_down", "order"),
    [
        (True, [{"b": 1, "a": [2, (3,)]}, [2, (3,)], 2, (3,), 3, 1]),
        (False, [2, 3, (3,), [2, (3,)], 1, {"b": 1, "a": [2, (3,)]}]),
    ],
)
def test_every_part_is_visited(top_down, order):
    visited = []
    tree.traverse(visited.append, {"b": 1, "a": [2, (3,)]}, top_down=top_down)
    assert visited == order


def test_parts_are_replaced_on_the_way():
    assert tree.traverse(lambda x: "L" if x == [2] else None, [1, [2]]) == [1, "L"]
    none = tree.traverse(lambda x: tree.MAP_TO_NONE if x == 1 else None, [1, 2], top_down=False)
    assert none == [None, 2]


def test_shapes_are_leaves_of_their_own():
    nest = {"a": (1, 2), "b": [(3,), [None, 1]]}
    assert tree.map_shape_structure(len, nest) == {"a": 2, "b": [1, 2]}
    assert tree.map_shape_structure(lambda s: s, ()) == ()
    assert tree.lists_to_tuples([1, [2, {"a": [3]}], Pair([1], 2)]) == (
        1,
        (2, {"a": (3,)}),
        Pair((1,), 2),
    )
