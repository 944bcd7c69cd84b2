"""`tf.train`: the values of variables in files, to go on from.

    checkpoint = tf.train.Checkpoint(model=model, optimizer=optimizer)
    manager = tf.train.CheckpointManager(checkpoint, "folder", max_to_keep=3)
    manager.save()
    checkpoint.restore(manager.latest_checkpoint)

A checkpoint is one `.npz` file of NumPy's, with the path of each variable from the names of the
objects: no code is in it, and none is run when it is read. Files of TensorFlow are not read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from geartrain.compat.keras.older_saving import newest_weights
from geartrain.data.examples import (
    BytesList,
    Example,
    Feature,
    FeatureList,
    FeatureLists,
    Features,
    FloatList,
    Int64List,
    SequenceExample,
)
from geartrain.errors import explain
from geartrain.tensor import Variable

__all__ = [
    "BytesList", "Checkpoint", "CheckpointManager", "Example", "Feature", "FeatureList",
    "FeatureLists", "Features", "FloatList", "Int64List", "SequenceExample", "latest_checkpoint",
]  # fmt: skip

INDEX = "checkpoint.json"  # which checkpoint of a folder is the latest


class Status:
    """What `restore` gives: it has been done."""

    def __init__(self, missing: list[str], unused: list[str]) -> None:
        self._missing, self._unused = missing, unused

    def assert_existing_objects_matched(self) -> Status:
        """Raise where a variable was not in the file."""
        if self._missing:
            raise AssertionError(f"not in the checkpoint: {', '.join(self._missing)}")
        return self

    def assert_consumed(self) -> Status:
        """Raise where a variable was not in the file, or the other way round."""
        if self._unused:
            raise AssertionError(f"only in the checkpoint: {', '.join(self._unused)}")
        return self.assert_existing_objects_matched()

    def expect_partial(self) -> Status:
        """Nothing is missed."""
        return self


class Checkpoint:
    """Objects whose variables are kept together: models, optimizers, variables, modules.

    Args:
        root: an object whose own variables are kept as well.
        **kwargs: objects by the names that they have in the file.
    """

    def __init__(self, root: Any = None, **kwargs: Any) -> None:
        self._objects = {**({} if root is None else {"root": root}), **kwargs}
        self.save_counter = Variable(0, dtype="int64", trainable=False, name="save_counter")
        vars(self).update(kwargs)

    def _variables(self) -> dict[str, Variable]:
        found = {"save_counter": self.save_counter}
        for name, each in self._objects.items():
            for at, variable in enumerate(_variables_of(each)):
                found[f"{name}/{at}"] = variable
        return found

    def write(self, file_prefix: Any, options: Any = None) -> str:
        """Write the variables into a file, and give its name without the ending."""
        path = Path(f"{file_prefix}.npz")
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".part")
        with half.open("wb") as file:
            arrays: dict[str, Any] = {k: each.numpy() for k, each in self._variables().items()}
            np.savez(file, **arrays)
        half.replace(path)  # so that a crash leaves the old file
        return str(file_prefix)

    def save(self, file_prefix: Any, options: Any = None) -> str:
        """The same, with a number behind the name that grows."""
        self.save_counter.assign(int(self.save_counter) + 1)
        name = self.write(f"{file_prefix}-{int(self.save_counter)}")
        (Path(name).parent / INDEX).write_text(json.dumps({"latest": Path(name).name}))
        return name

    def read(self, save_path: Any, options: Any = None) -> Status:
        """Give the variables what a file has.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: a variable has another shape; none is changed.
        """
        with np.load(f"{save_path}.npz", allow_pickle=False) as file:
            kept = {key: file[key] for key in file.files}
        variables = self._variables()
        known = [key for key in variables if key in kept]
        for key in known:
            if variables[key].shape != kept[key].shape:
                raise ValueError(_shape_message(key, variables[key], kept[key]))
        for key in known:
            variables[key].assign(kept[key])
        return Status([*variables.keys() - kept.keys()], [*kept.keys() - variables.keys()])

    def restore(self, save_path: Any, options: Any = None) -> Status:
        """The same; None restores nothing."""
        return Status([], []) if save_path is None else self.read(save_path)


class CheckpointManager:
    """Keeps the latest checkpoints of a folder, and removes those before.

    Args:
        checkpoint: what is saved.
        directory: the folder.
        max_to_keep: how many; None: all.
        keep_checkpoint_every_n_hours: taken.
        checkpoint_name: the name that numbers stand behind.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        directory: Any,
        max_to_keep: int | None,
        keep_checkpoint_every_n_hours: Any = None,
        checkpoint_name: str = "ckpt",
    ) -> None:
        self.checkpoint, self._folder, self._most = checkpoint, Path(directory), max_to_keep
        self._name = checkpoint_name

    @property
    def checkpoints(self) -> list[str]:
        """The checkpoints that are there, the oldest first."""
        found = self._folder.glob(f"{self._name}-*.npz")
        return [str(each.with_suffix("")) for each in sorted(found, key=_number)]

    @property
    def latest_checkpoint(self) -> str | None:
        """The newest one, or None."""
        return self.checkpoints[-1] if self.checkpoints else None

    def save(self, checkpoint_number: Any = None, **kwargs: Any) -> str:
        """Save a checkpoint, and remove the oldest if there are too many."""
        prefix = self._folder / self._name
        if checkpoint_number is None:
            saved = self.checkpoint.save(prefix)
        else:
            saved = self.checkpoint.write(f"{prefix}-{int(checkpoint_number)}")
        for each in self.checkpoints[: -self._most] if self._most else []:
            Path(f"{each}.npz").unlink()
        return saved

    def restore_or_initialize(self) -> str | None:
        """Restore the newest checkpoint, if there is one."""
        self.checkpoint.restore(self.latest_checkpoint)
        return self.latest_checkpoint


def latest_checkpoint(checkpoint_dir: Any, latest_filename: Any = None) -> str | None:
    """The checkpoint of a folder that was saved last, or None."""
    index = Path(checkpoint_dir) / (latest_filename or INDEX)
    if not index.exists():
        return newest_weights(checkpoint_dir)
    return str(Path(checkpoint_dir) / json.loads(index.read_text())["latest"])


def _number(path: Path) -> int:
    return int(path.stem.rpartition("-")[2])


def _variables_of(x: Any) -> Iterator[Variable]:
    """The variables of an object: itself, or those that it lists."""
    if isinstance(x, Variable):
        yield x
    elif isinstance(x, list | tuple | dict):
        for each in x.values() if isinstance(x, dict) else x:
            yield from _variables_of(each)
    else:
        found = getattr(x, "variables", ())
        yield from found() if callable(found) else found


def _shape_message(key: str, variable: Variable, kept: Any) -> str:
    return explain(
        f"The checkpoint does not fit at '{key}'",
        given=f"numbers of shape {kept.shape} in the file",
        expected=f"shape {variable.shape}, set by the variable '{variable.path}'",
        remedy="make the objects as they were made when the file was written",
    )
