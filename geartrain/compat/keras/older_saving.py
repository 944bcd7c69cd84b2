"""Files without an ending, as scripts of TensorFlow 2 name them: `model.save("my_model")`.

model.save("my_model")          ->   the folder my_model, in the form of .keras
model.save_weights("my.ckpt")   ->   my.ckpt.weights.h5, which load_weights("my.ckpt") finds
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

from geartrain import models
from geartrain.compat.keras.renamed import warn_once
from geartrain.saving.legacy import write_older_weights
from geartrain.saving.store import h5py, replacing

Patch = tuple[Any, str, Any]
OLDER = (".h5", ".hdf5")
ENDINGS = (*OLDER, ".keras")
WEIGHTS_END = ".weights.h5"
GONE = ("save_format", "include_optimizer", "signatures", "options", "save_traces")


def saving_patches() -> Iterator[Patch]:
    """Methods of models that take names without an ending."""
    yield models.Model, "save", _to_a_folder(models.Model.save)
    yield models.Model, "save_weights", _to_any_name(models.Model.save_weights)
    yield models.Model, "load_weights", _from_any_name(models.Model.load_weights)


class Restored:
    """What TensorFlow's `load_weights` gave: ways to ask whether all was found, which it was."""

    def expect_partial(self) -> Restored:
        """Nothing: a file that does not fit was an error."""
        return self

    assert_consumed = assert_existing_objects_matched = assert_nontrivial_match = expect_partial


def has_ending(path: Any) -> bool:
    """Whether a name says in which form to save."""
    return str(os.fspath(path)).endswith(ENDINGS)


def _to_a_folder(save: Callable[..., None]) -> Callable[..., None]:
    """A `save` that writes a folder where a name has no ending."""

    @wraps(save)
    def call(self: Any, filepath: Any, overwrite: bool = True, **kwargs: Any) -> None:
        older = {name: each for name, each in kwargs.items() if name in GONE}
        beside = {name: each for name, each in kwargs.items() if name not in GONE}
        if has_ending(filepath) or older.get("save_format") in ("h5", "keras"):
            save(self, filepath, overwrite, **kwargs)
            return
        warn_once("Model", "save", f"{filepath} is a folder in the form of .keras, no SavedModel")
        save(self, filepath, overwrite, **{"zipped": False, **beside})

    return call


def _to_any_name(save_weights: Callable[..., None]) -> Callable[..., None]:
    """A `save_weights` that writes the older form to `.h5`, and to names without an ending."""

    @wraps(save_weights)
    def call(self: Any, filepath: Any, *args: Any, **kwargs: Any) -> None:
        path = os.fspath(filepath)
        kept = {name: each for name, each in kwargs.items() if name not in GONE}
        if not path.endswith(OLDER):
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            save_weights(self, path + WEIGHTS_END, *args, **kept)
        elif path.endswith(WEIGHTS_END):
            save_weights(self, filepath, *args, **kept)
        else:
            with replacing(Path(path)) as beside, h5py().File(beside, "w") as file:
                write_older_weights(self, file)

    return call


def _from_any_name(load_weights: Callable[..., None]) -> Callable[..., Restored]:
    """A `load_weights` that finds them."""

    @wraps(load_weights)
    def call(self: Any, filepath: Any, *args: Any, **kwargs: Any) -> Restored:
        path = os.fspath(filepath)
        found = path if has_ending(path) else path + WEIGHTS_END
        load_weights(self, found if Path(found).is_file() else filepath, *args, **kwargs)
        return Restored()

    return call


def newest_weights(folder: Any) -> str | None:
    """The weights without an ending that were written last into a folder, as they were named."""
    found = Path(folder).glob(f"*{WEIGHTS_END}")
    newest = max(found, key=lambda each: (each.stat().st_mtime_ns, each.name), default=None)
    return None if newest is None else str(newest).removesuffix(WEIGHTS_END)
