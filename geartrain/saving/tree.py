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


def walk(root: Any, without: Sequence[Any] = ()) -> Iterator[tuple[str, Any]]:
    """Every part under a root, once, with its path; the root's own is "".

    Args:
        root: the model.
        without: parts that are passed by, and all that is reached through them alone.
    """
    yield from _enter("", root, {id(each) for each in without})


def _enter(path: str, part: Any, seen: set[int]) -> Iterator[tuple[str, Any]]:
    if id(part) in seen:
        return
    seen.add(id(part))
    yield path, part
    if isinstance(part, Holder):
        for name, value in attributes(part):
            yield from _below(f"{path}/{name}".lstrip("/"), value, seen)


def _below(path: str, value: Any, seen: set[int]) -> Iterator[tuple[str, Any]]:
    if is_part(value):
        yield from _enter(path, value, seen)
    elif isinstance(value, dict):
        yield from _in_container(path, value.values(), seen)
    elif isinstance(value, list | tuple):
        yield from _in_container(path, value, seen)


def _in_container(path: str, values: Any, seen: set[int]) -> Iterator[tuple[str, Any]]:
    used: Counter[str] = Counter()
    for value in values:
        nested = isinstance(value, dict | list | tuple)
        wanted = _holds_parts(value) if nested else is_part(value)
        if not wanted:
            continue
        name = "container" if nested else snake_case(type(value).__name__)
        number = used[name]
        used[name] += 1
        yield from _below(f"{path}/{name}_{number}" if number else f"{path}/{name}", value, seen)


def _holds_parts(value: Any) -> bool:
    inside = value.values() if isinstance(value, dict) else value
    return any(is_part(each) or (isinstance(each, dict | list | tuple) and _holds_parts(each))
               for each in inside)  # fmt: skip


def attributes(part: Any) -> list[tuple[str, Any]]:
    """The attributes of a layer in the order of their names in files."""
    renamed = getattr(part, "file_names", {})
    found = {
        renamed.get(name, FILE_NAMES.get(name, name)): value
        for name, value in vars(part).items()
        if name not in ASIDE
    }
    if "layers" in found and isinstance(found["layers"], list):
        found["layers"] = part.layers  # as the model shows them
    first = getattr(part, "files_begin_with", "")  # a part has the path that comes first
    return sorted(found.items(), key=lambda each: (each[0] != first, each[0]))
