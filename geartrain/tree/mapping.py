"""Functions of the parts of nests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geartrain.errors import explain
from geartrain.tree.structure import (
    children,
    flatten,
    is_nested,
    rebuilt,
    require_same,
)


class MAP_TO_NONE:  # noqa: N801  (Keras's name)
    """What a function gives `traverse` for None to stand in the result."""


def map_structure(func: Callable[..., Any], *structures: Any, none_is_leaf: bool = True) -> Any:
    """A function of the leaves of nests that have one form, in that form.

    Args:
        func: of one leaf of each nest.
        *structures: the nests.
        none_is_leaf: whether the function is called for None; else None stays None.

    Raises:
        TypeError: `func` is no function.
        ValueError: no nest is given, or they differ in form.

    >>> map_structure(lambda x, y: x + y, {"a": [1, 2]}, {"a": [10, 20]})
    {'a': [11, 22]}
    """
    if not callable(func):
        raise TypeError(f"map_structure takes a function first, not {func!r}")
    if not structures:
        raise ValueError(_nothing_message())
    first, *others = structures
    for each in others:
        require_same(first, each)
        if not none_is_leaf:
            _require_none(first, each)
    return _mapped(func, structures, none_is_leaf=none_is_leaf)


def _mapped(func: Callable[..., Any], nests: tuple[Any, ...], *, none_is_leaf: bool) -> Any:
    first = nests[0]
    if not is_nested(first):
        return None if first is None and not none_is_leaf else func(*nests)
    columns = ([part for _, part in children(each)] for each in nests)
    return rebuilt(
        first,
        [_mapped(func, row, none_is_leaf=none_is_leaf) for row in zip(*columns, strict=True)],
    )


def _require_none(first: Any, other: Any) -> None:
    for a, b in zip(flatten(first), flatten(other), strict=False):
        if (a is None) != (b is None):
            raise ValueError(
                explain(
                    "None stands for no leaf here, in one nest but not in the other",
                    given=f"{b!r} beside {a!r}",
                    expected="None in both",
                    remedy="none_is_leaf=True",
                )
            )


def map_structure_up_to(shallow_structure: Any, func: Callable[..., Any], *structures: Any) -> Any:
    """A function of the parts of nests, as deep as `shallow_structure` goes, in its form.

    >>> map_structure_up_to([0, 0], sum, [(1, 2), (3, 4)])
    [3, 7]
    """
    for each in structures:
        require_same(shallow_structure, each, up_to=True)
    if not is_nested(shallow_structure):
        return func(*structures)
    columns = ([part for _, part in children(each)] for each in structures)
    rows = zip(children(shallow_structure), *columns, strict=True)
    parts = [map_structure_up_to(part, func, *row) for (_, part), *row in rows]
    return rebuilt(shallow_structure, parts)


def traverse(func: Callable[[Any], Any], structure: Any, top_down: bool = True) -> Any:
    """A function of every part of a nest, the nest itself included.

    Where it gives None, the part stays, and its own parts are gone through; `MAP_TO_NONE` puts
    None there.

    Args:
        func: of a part.
        structure: a nest.
        top_down: whether a part comes before those in it.

    >>> traverse(lambda x: x * 2 if isinstance(x, int) else None, [1, [2]])
    [2, [4]]
    """
    found = func(structure) if top_down else None
    if found is None and is_nested(structure):
        parts = [traverse(func, each, top_down) for _, each in children(structure)]
        structure = rebuilt(structure, parts)
    if not top_down:
        found = func(structure)
    if found is MAP_TO_NONE or isinstance(found, MAP_TO_NONE):
        return None
    return structure if found is None else found


def lists_to_tuples(structure: Any) -> Any:
    """The nest with tuples for lists.

    >>> lists_to_tuples([1, [2, {"a": [3]}]])
    (1, (2, {'a': (3,)}))
    """

    def as_tuple(part: Any) -> Any:
        return tuple(part) if isinstance(part, list) else None

    return traverse(as_tuple, structure, top_down=False)


def map_shape_structure(func: Callable[[Any], Any], structure: Any) -> Any:
    """A function of every shape of a nest; a shape is a list or tuple of sizes and None.

    >>> map_shape_structure(len, {"a": (1, 2), "b": [(3,), (None, 1)]})
    {'a': 2, 'b': [1, 2]}
    """
    if _is_shape(structure):
        return func(structure)
    if structure is None:
        return None
    if not is_nested(structure):
        raise ValueError(_shape_message(structure))
    parts = [map_shape_structure(func, each) for _, each in children(structure)]
    return rebuilt(structure, parts)


def _is_shape(part: Any) -> bool:
    return isinstance(part, list | tuple) and all(
        each is None or isinstance(each, int) or hasattr(each, "scale") for each in part
    )


def _nothing_message() -> str:
    return explain(
        "map_structure needs a nest",
        given="none",
        expected="one nest at least, behind the function",
        remedy="tree.map_structure(function, nest)",
    )


def _shape_message(given: Any) -> str:
    return explain(
        "This is no nest of shapes",
        given=repr(given),
        expected="tuples of whole numbers and None, in lists, tuples and dicts",
        remedy="tree.map_shape_structure(len, [(None, 784)])",
    )
