"""`keras.src.saving.saving_lib`: models in files, and in streams, which packages pickle."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from geartrain import saving
from geartrain.errors import explain
from geartrain.saving.model_file import read_model_from, write_model_to

__all__ = ["load_model", "load_weights_only", "save_model", "save_weights_only"]


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
    return read_model_from(filepath, custom_objects, compile)


def save_weights_only(
    model: Any, filepath: Any, max_shard_size: float | None = None, objects_to_skip: Any = None
) -> None:
    """Write a model's weights to a file, in place of an older one.

    Raises:
        NotImplementedError: some are to be left out.
    """
    if objects_to_skip:
        raise NotImplementedError(_skipping_message())
    saving.save_weights(model, filepath, max_shard_size=max_shard_size)


def load_weights_only(
    model: Any, filepath: Any, skip_mismatch: bool = False, objects_to_skip: Any = None
) -> None:
    """Give a model the weights of a file.

    Raises:
        NotImplementedError: some are to be left out.
    """
    if objects_to_skip:
        raise NotImplementedError(_skipping_message())
    saving.load_weights(model, filepath, skip_mismatch=skip_mismatch)


def _form_message(weights_format: str) -> str:
    return explain(
        "Models are written with their weights in HDF5",
        given=f"weights_format={weights_format!r}",
        expected="'h5'",
        remedy="weights_format='h5'",
    )


def _skipping_message() -> str:
    return explain(
        "Weights are written and read whole",
        given="objects_to_skip",
        expected="none",
        remedy="model.save_weights(path)   # or that of a layer of it",
    )
