"""Weights in several files, none larger than asked for, and a list of what is in which.

m.weights.json          {"metadata": {"total_size": ...},
                         "weight_map": {"/layers/dense/vars": ["m_00000.weights.h5"], ...}}
m_00000.weights.h5, m_00001.weights.h5, ...
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.saving.store import h5py, replacing
from geartrain.saving.tree import walk
from geartrain.saving.weights import kept_of, read_array, write_array

GIGABYTE = 1024**3
LIST, FILE = ".weights.json", ".weights.h5"


def write_shards(
    model: Any, path: Path, most_gigabytes: float, without: Sequence[Any] = ()
) -> None:
    """Write every part's numbers into files of at most so many gigabytes, and the list of them.

    Raises:
        ValueError: one array alone is larger.
    """
    stem = path.name.removesuffix(LIST)
    most = most_gigabytes * GIGABYTE
    found: dict[str, list[str]] = {}
    total = 0
    for number, shard in enumerate(_shards(model, most, without)):
        name = f"{stem}_{number:05d}{FILE}"
        with replacing(path.parent / name) as beside, h5py().File(beside, "w") as file:
            for part, kept in shard.items():
                group = file.require_group(part.lstrip("/"))
                for key, value in kept.items():
                    write_array(group, key, value)
                    total += _bytes(value)
                found.setdefault(part, []).append(name)
    text = json.dumps({"metadata": {"total_size": float(total)}, "weight_map": found}, indent=4)
    with replacing(path) as beside:
        beside.write_text(text)


def _shards(model: Any, most: float, without: Sequence[Any]) -> Iterator[dict[str, dict[str, Any]]]:
    """What goes into each file: the numbers of parts by their paths."""
    shard: dict[str, dict[str, Any]] = {}
    size = 0.0
    for at, part in walk(model, without):
        for key, value in kept_of(part).items():
            more = _bytes(value)
            if more > most:
                raise ValueError(_size_message(at, key, more, most))
            if size + more > most:
                yield shard
                shard, size = {}, 0.0
            shard.setdefault(f"/{at}/vars".replace("//", "/"), {})[str(key)] = value
            size += more
    if shard:
        yield shard


def read_shards(path: Path) -> dict[str, dict[str, Any]]:
    """The numbers of every part by its path, from the files that a list names.

    Raises:
        ValueError: the list is none, or names a file outside of its folder.
    """
    try:
        places = json.loads(path.read_text())["weight_map"]
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(_list_message(path, error)) from error
    found: dict[str, dict[str, Any]] = {}
    for name in sorted({each for names in places.values() for each in names}):
        if Path(name).name != name:
            raise ValueError(_list_message(path, f"the file name {name!r}"))
        with h5py().File(path.parent / name, "r") as file:
            for part in [each for each, names in places.items() if name in names]:
                group = file[part.lstrip("/")]
                own = {key: read_array(data) for key, data in group.items()}
                found.setdefault(part, {}).update(own)
    return found


def _bytes(value: Any) -> int:
    return np.asarray(value.numpy() if hasattr(value, "numpy") else value).nbytes


def shown_size(size: float) -> str:
    """A number of bytes in a unit that suits it.

    >>> shown_size(480_000), shown_size(12)
    ('468.75 KB', '12.00 B')
    """
    for unit in ("B", "KB", "MB"):
        if size < 1024:
            return f"{size:.2f} {unit}"
        size /= 1024
    return f"{size:.2f} GB"


def _size_message(part: str, key: str, size: float, most: float) -> str:
    return explain(
        f"The size of {key} is {shown_size(size)} which exceeds the maximum shard size "
        f"{shown_size(most)}",
        given=f"the array {key} of '{part}'",
        expected="files that hold one array at least",
        remedy=f"max_shard_size={size / GIGABYTE:.3g}   (gigabytes)",
    )


def _list_message(path: Path, problem: object) -> str:
    return explain(
        f"{path} is no list of files of weights",
        given=f"{problem}",
        expected="what save_weights('m.weights.json', max_shard_size=...) writes",
        remedy="model.save_weights('m.weights.json', max_shard_size=5)",
    )
