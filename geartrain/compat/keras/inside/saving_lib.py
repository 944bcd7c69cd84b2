"""`keras.src.saving.saving_lib`: models in files, and in streams, which packages pickle.

`H5IOStore` holds arrays by the paths of a model's parts, as packages write what they add to one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from geartrain import saving
from geartrain.errors import explain
from geartrain.saving.model_file import read_model_from, write_model_to
from geartrain.saving.store import h5py
from geartrain.saving.weights import has_group, read_array, write_array

__all__ = [
    "H5Entry",
    "H5IOStore",
    "load_model",
    "load_weights_only",
    "save_model",
    "save_weights_only",
]


def save_model(model: Any, filepath: Any, weights_format: str = "h5", zipped: bool = True) -> None:
    """Write a model to a file, or to a stream of bytes.

    Raises:
        ValueError: another form of weights than "h5" is asked for.
    """
    if weights_format != "h5":
        raise ValueError(_form_message(weights_format))
    if isinstance(filepath, str | os.PathLike):
        saving.save_model(model, filepath, zipped=zipped)
    else:
        write_model_to(model, filepath)


def load_model(
    filepath: Any,
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """The model of a file, or of a stream of bytes."""
    if isinstance(filepath, str | os.PathLike):
        return saving.load_model(filepath, custom_objects, compile, safe_mode)
    return read_model_from(filepath, custom_objects, compile, safe_mode)


def save_weights_only(
    model: Any, filepath: Any, max_shard_size: float | None = None, objects_to_skip: Any = None
) -> None:
    """Write a model's weights to a file, in place of an older one; layers may be left out."""
    saving.save_weights(
        model, filepath, max_shard_size=max_shard_size, objects_to_skip=objects_to_skip
    )


def load_weights_only(
    model: Any, filepath: Any, skip_mismatch: bool = False, objects_to_skip: Any = None
) -> None:
    """Give a model the weights of a file; layers may be passed by."""
    saving.load_weights(model, filepath, skip_mismatch, objects_to_skip=objects_to_skip)


class H5IOStore:
    """Arrays by the path of a part and by name, in an HDF5 file: `path/vars/name`.

    Args:
        path_or_io: a path, or a file that is open for reading (and writing).
        archive: a zip in which `path_or_io` names a member; not here.
        mode: "r" or "w".

    Raises:
        ValueError: the mode is neither of the two, or an archive is given.

    >>> import io
    >>> file = io.BytesIO()
    >>> store = H5IOStore(file, mode="w")
    >>> store.make("low_rank")["rank"] = 4
    >>> store.close()
    >>> int(H5IOStore(file).get("low_rank")["rank"])
    4
    """

    def __init__(self, path_or_io: Any, archive: Any = None, mode: str = "r") -> None:
        if mode not in ("r", "w"):
            raise ValueError(f'H5IOStore takes mode="r" or mode="w", not {mode!r}')
        if archive is not None:
            raise ValueError("H5IOStore takes no archive here: pass archive.open(name) as the file")
        self.mode = mode
        self.h5_file = h5py().File(path_or_io, mode)

    def make(self, path: str, metadata: dict[str, Any] | None = None) -> H5Entry:
        """A new part, to be filled."""
        group = self.h5_file.require_group(f"{path}/vars".lstrip("/"))
        group.attrs.update(metadata or {})
        return H5Entry(group)

    def get(self, path: str) -> H5Entry | dict[str, Any]:
        """What the file has of a part; an empty dict, if it has nothing."""
        place = f"{path}/vars".lstrip("/")
        return H5Entry(self.h5_file[place]) if self.has_path(path) else {}

    def has_path(self, path: str) -> bool:
        """Whether the file has arrays of a part."""
        return has_group(self.h5_file, f"{path}/vars".lstrip("/"))

    def keys(self) -> list[str]:
        """The parts at the top."""
        return list(self.h5_file)

    def close(self) -> None:
        """Write what is left, and let go of the file."""
        self.h5_file.close()


class H5Entry:
    """The arrays of one part by name."""

    def __init__(self, group: Any) -> None:
        self.group = group

    def __setitem__(self, name: str, value: Any) -> None:
        write_array(self.group, str(name), value)

    def __getitem__(self, name: str) -> Any:
        return read_array(self.group[name])

    def __contains__(self, name: str) -> bool:
        return name in self.group

    def __iter__(self) -> Iterator[str]:
        return iter(self.group)

    def __len__(self) -> int:
        return len(self.group)

    def keys(self) -> list[str]:
        """The names."""
        return list(self.group)


def _form_message(weights_format: str) -> str:
    return explain(
        "Models are written with their weights in HDF5",
        given=f"weights_format={weights_format!r}",
        expected="'h5'",
        remedy="weights_format='h5'",
    )
