"""The tree of what a model holds, with the names that Keras's files give its parts.

    model                     ->  vars                    its own variables
      layers: Dense, Dense    ->  layers/dense/vars, layers/dense_1/vars
      optimizer               ->  optimizer/vars

Within a list or a dict, a part is named after its class, and numbered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from geartrain.layers.holder import Holder
from geartrain.layers.naming import snake_case
from geartrain.layers.tracking import UNTRACKED

# Attributes of ours whose names in files are others.
FILE_NAMES = {"_layers": "layers"}
ASIDE = {UNTRACKED, "_called", "_used", "_symbols", "_entries", "_order", "_inputs", "_outputs",
         "_compiled_with", "loss", "compiled_metrics", "loss_tracker"}  # fmt: skip


def is_part(value: Any) -> bool:
    """Whether this is kept in files: a layer, or an optimizer."""
    return isinstance(value, Holder) or (hasattr(value, "apply_gradients") and
                                         hasattr(value, "variables"))  # fmt: skip


def walk(root: Any, without: Sequence[Any] = (), former: bool = False) -> Iterator[tuple[str, Any]]:
    """Every part under a root, once, with its path; the root's own is "".

    Args:
        root: the model.
        without: parts that are passed by, and all that is reached through them alone.
        former: whether paths are those of older files of Geartrain, which went through the
            attributes of a model alone.
    """
    yield from _enter("", root, {id(each) for each in without}, former)


def _enter(path: str, part: Any, seen: set[int], former: bool) -> Iterator[tuple[str, Any]]:
    if id(part) in seen:
        return
    seen.add(id(part))
    yield path, part
    if isinstance(part, Holder):
        for name, value in attributes(part, former):
            yield from _below(f"{path}/{name}".lstrip("/"), value, seen, former)


def _below(path: str, value: Any, seen: set[int], former: bool) -> Iterator[tuple[str, Any]]:
    if is_part(value):
        yield from _enter(path, value, seen, former)
    elif isinstance(value, dict):
        yield from _in_container(path, value.values(), seen, former)
    elif isinstance(value, list | tuple):
        yield from _in_container(path, value, seen, former)


def _in_container(
    path: str, values: Any, seen: set[int], former: bool
) -> Iterator[tuple[str, Any]]:
    used: Counter[str] = Counter()
    for value in values:
        nested = isinstance(value, dict | list | tuple)
        wanted = _holds_parts(value) if nested else is_part(value)
        if not wanted or (former and id(value) in seen):
            continue
        name = "container" if nested else snake_case(type(value).__name__)
        number = used[name]
        used[name] += 1
        place = f"{path}/{name}_{number}" if number else f"{path}/{name}"
        yield from _below(place, value, seen, former)


def _holds_parts(value: Any) -> bool:
    inside = value.values() if isinstance(value, dict) else value
    return any(is_part(each) or (isinstance(each, dict | list | tuple) and _holds_parts(each))
               for each in inside)  # fmt: skip


def attributes(part: Any, former: bool = False) -> list[tuple[str, Any]]:
    """The attributes of a layer in the order of their names in files.

    What a model shows as its `layers` is one of them, and counts where its name stands.
    """
    renamed = getattr(part, "file_names", {})
    found = {
        renamed.get(name, FILE_NAMES.get(name, name)): value
        for name, value in vars(part).items()
        if name not in ASIDE
    }
    if "layers" in found and isinstance(found["layers"], list):
        found["layers"] = part.layers  # as the model shows them
    elif not former and isinstance(getattr(type(part), "layers", None), property):
        found["layers"] = part.layers
    # A part has the path that comes first.
    first = "" if former else getattr(part, "files_begin_with", "")
    return sorted(found.items(), key=lambda each: (each[0] != first, each[0]))
