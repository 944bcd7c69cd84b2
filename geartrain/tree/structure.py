"""The form of a nest: its leaves, their paths, and whether another one has the same."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from geartrain.errors import explain

Path = tuple[Any, ...]


def is_nested(structure: Any) -> bool:
    """Whether this is a list, a tuple or a dict.

    >>> is_nested([1]), is_nested("ab"), is_nested({})
    (True, False, True)
    """
    return isinstance(structure, list | tuple | dict)


def children(structure: Any) -> list[tuple[Any, Any]]:
    """The keys and the parts of a list, a tuple or a dict, in order."""
    if isinstance(structure, dict):
        return [(key, structure[key]) for key in keys_in_order(structure)]
    return list(enumerate(structure))


def keys_in_order(mapping: dict[Any, Any]) -> list[Any]:
    """The keys sorted, where they can be; those of an ordered dict in its own order."""
    if isinstance(mapping, OrderedDict):
        return list(mapping)
    try:
        return sorted(mapping)
    except TypeError:
        return sorted(mapping, key=lambda key: (type(key).__name__, str(key)))


def rebuilt(structure: Any, parts: Iterable[Any]) -> Any:
    """A list, a tuple or a dict like this one, of other parts, which come as `children` has them.

    >>> rebuilt({"b": 1, "a": 2}, ["for a", "for b"])
    {'b': 'for b', 'a': 'for a'}
    """
    if isinstance(structure, dict):
        found = dict(zip(keys_in_order(structure), parts, strict=True))
        pairs = [(key, found[key]) for key in structure]
        if isinstance(structure, defaultdict):
            return type(structure)(structure.default_factory, pairs)
        return type(structure)(pairs)
    if hasattr(structure, "_fields"):
        return type(structure)(*parts)
    return type(structure)(parts)


def flatten(structure: Any) -> list[Any]:
    """The leaves in order; a leaf alone is a list of itself.

    >>> flatten({"b": 1, "a": [2, None]})
    [2, None, 1]
    """
    return [leaf for _, leaf in _walk(structure, ())]


def flatten_with_path(structure: Any) -> list[tuple[Path, Any]]:
    """The leaves in order, each with the keys that lead to it.

    >>> flatten_with_path({"b": 1, "a": [2]})
    [(('a', 0), 2), (('b',), 1)]
    """
    return list(_walk(structure, ()))


def _walk(structure: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if not is_nested(structure):
        yield path, structure
        return
    for key, part in children(structure):
        yield from _walk(part, (*path, key))


def pack_sequence_as(structure: Any, flat_sequence: Iterable[Any]) -> Any:
    """Leaves in the form of a nest.

    Raises:
        TypeError: `flat_sequence` is no sequence.
        ValueError: there are more or fewer leaves than the nest has.

    >>> pack_sequence_as({"b": 0, "a": [0]}, [1, 2])
    {'b': 2, 'a': [1]}
    """
    leaves = list(flat_sequence)
    wanted = len(flatten(structure))
    if len(leaves) != wanted:
        raise ValueError(_count_message(len(leaves), wanted))
    return _packed(structure, iter(leaves))


# No function within: one that calls itself would hold the leaves until a collection.
def _packed(part: Any, remaining: Iterator[Any]) -> Any:
    if not is_nested(part):
        return next(remaining)
    return rebuilt(part, [_packed(each, remaining) for _, each in children(part)])


def assert_same_structure(a: Any, b: Any, check_types: Any = None) -> None:
    """Nothing, if two nests have one form.

    Args:
        a: a nest.
        b: another.
        check_types: taken for the sake of Keras's users: types are compared, as there.

    Raises:
        ValueError: they differ; the message says where.
    """
    require_same(a, b)


def require_same(a: Any, b: Any, *, up_to: bool = False, path: Path = ()) -> None:
    """Raise where `b` differs in form from `a`; with `up_to`, it may be a nest where `a` ends."""
    if not is_nested(a):
        if is_nested(b) and not up_to:
            raise ValueError(_form_message(a, b, path))
        return
    if not _is_alike(a, b):
        raise ValueError(_form_message(a, b, path))
    for (key, part), (_, other) in zip(children(a), children(b), strict=True):
        require_same(part, other, up_to=up_to, path=(*path, key))


def _is_alike(a: Any, b: Any) -> bool:
    """Whether two nests are of one kind and have the same keys."""
    if isinstance(a, dict):
        return isinstance(b, dict) and set(a) == set(b)
    named = hasattr(a, "_fields"), hasattr(b, "_fields")
    same_kind = type(a) is type(b) if any(named) else isinstance(b, list) is isinstance(a, list)
    return is_nested(b) and not isinstance(b, dict) and same_kind and len(a) == len(b)


def assert_same_paths(a: Any, b: Any) -> None:
    """Nothing, if the leaves of two nests have the same paths, lists and tuples being alike.

    Raises:
        ValueError: a path is in one of them alone.
    """
    first, second = ({path for path, _ in flatten_with_path(each)} for each in (a, b))
    if first == second:
        return
    raise ValueError(
        explain(
            "These nests do not have the same paths",
            given=f"in the first alone: {_listed(first - second)}; "
            f"in the second alone: {_listed(second - first)}",
            expected="the same keys and lengths in both",
            remedy="tree.flatten_with_path(nest) shows the paths",
        )
    )


def _listed(paths: set[Path]) -> str:
    return ", ".join(map(str, sorted(paths, key=str))) or "none"


def _count_message(given: int, wanted: int) -> str:
    return explain(
        f"Too {'few' if given < wanted else 'many'} leaves for this nest",
        given=f"{given} leaves",
        expected=f"{wanted}, which the nest has",
        remedy="tree.pack_sequence_as(nest, tree.flatten(nest))",
    )


def _form_message(a: Any, b: Any, path: Path) -> str:
    place = " at " + "".join(f"[{key!r}]" for key in path) if path else ""
    return explain(
        f"Two nests do not have one form{place}",
        given=_described(b),
        expected=f"{_described(a)}, as in the first nest",
        remedy="give both the same lists, tuples and dicts",
    )


def _described(part: Any) -> str:
    if isinstance(part, dict):
        return f"a {type(part).__name__} with the keys {list(part)}"
    if is_nested(part):
        return f"a {type(part).__name__} of {len(part)}"
    return f"a leaf: {part!r}"
