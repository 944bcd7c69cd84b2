"""`save_model`, `load_model`, `save_weights`, `load_weights`: which form a path asks for."""

from __future__ import annotations

import os
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geartrain.errors import explain
from geartrain.saving.legacy import load_older_weights, read_older_model, write_older_model
from geartrain.saving.model_file import Zip, load_parts, read_model, write_model
from geartrain.saving.sharding import LIST, read_shards, write_shards
from geartrain.saving.store import check_overwrite, h5py, replacing
from geartrain.saving.weights import read_weights, write_weights
from geartrain.tensor.user_line import levels_to_user

OLDER = (".h5", ".hdf5")


def save_model(
    model: Any, filepath: Any, overwrite: bool = True, zipped: bool | None = None, **kwargs: Any
) -> None:
    """Write a model to a file: see `Model.save`.

    Raises:
        ValueError: the path's ending names no form, or an argument is not known.

    >>> import tempfile
    >>> from geartrain import Sequential, layers, saving
    >>> model = Sequential([layers.Input((3,)), layers.Dense(2)])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     saving.save_model(model, f"{folder}/model.keras")
    ...     same = saving.load_model(f"{folder}/model.keras")
    >>> bool((same.get_weights()[0] == model.get_weights()[0]).all())
    True
    """
    include_optimizer = kwargs.pop("include_optimizer", True)
    kwargs.pop("save_format", None)  # the path says it
    if kwargs:
        raise ValueError(f"save_model does not know these arguments: {', '.join(kwargs)}")
    if not isinstance(filepath, str | os.PathLike):
        raise ValueError(_ending_message(filepath))
    path = Path(filepath)
    if zipped is False and path.suffix == ".keras":
        raise ValueError(_folder_message(path))
    if path.suffix not in (".keras", *OLDER) and zipped is not False:
        raise ValueError(_ending_message(filepath))
    if not check_overwrite(path, overwrite):
        return
    if path.suffix in OLDER:
        write_older_model(model, path, include_optimizer)
    else:
        write_model(model, path, zipped is not False)


def load_model(
    filepath: Any,
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = True,  # noqa: A002  (Keras's name)
    safe_mode: bool = True,
) -> Any:
    """The model of a file, as `model.save` of Geartrain or Keras wrote it.

    Args:
        filepath: a `.keras` file, a folder of one, or an older `.h5`.
        custom_objects: your own classes and functions by name.
        compile: whether it is compiled as it was, with the optimizer's state.
        safe_mode: what classes that ask (`serialization.is_reading_safely`) are told, before they
            open files that a config names; code from a file is never run.

    Raises:
        ValueError: there is no such file, or it is no model.
        TypeError: it holds a class or function that is not known.
    """
    path = Path(filepath)
    if path.suffix in OLDER:
        return read_older_model(_there(path), custom_objects, compile, safe_mode)
    if path.is_dir() or (path.is_file() and zipfile.is_zipfile(path)):
        return read_model(path, custom_objects, compile, safe_mode)
    raise ValueError(_no_model_message(path))


def save_weights(
    model: Any,
    filepath: Any,
    overwrite: bool = True,
    max_shard_size: float | None = None,
    **kwargs: Any,
) -> None:
    """Write the weights of a model, and its optimizer's state: see `Model.save_weights`.

    Args:
        model: whose weights.
        filepath: the file.
        overwrite: whether a file that is there is replaced without asking.
        max_shard_size: gigabytes of a file.
        **kwargs: `objects_to_skip`, layers that are left out with what they alone hold.

    Raises:
        ValueError: the path does not end in `.weights.h5`, or the model has no weights yet.
    """
    without = kwargs.pop("objects_to_skip", None) or ()
    if kwargs:
        raise ValueError(f"save_weights does not know these arguments: {', '.join(kwargs)}")
    path = Path(filepath)
    if max_shard_size is not None:
        path = _list_path(path)
    elif not str(path).endswith(".weights.h5"):
        raise ValueError(_weights_ending_message(filepath))
    if not model.built:
        raise ValueError(_unbuilt_message(model, "saved"))
    if not check_overwrite(path, overwrite):
        return
    if max_shard_size is not None:
        write_shards(model, path, max_shard_size, without)
    else:
        with replacing(path) as beside, h5py().File(beside, "w") as file:
            write_weights(model, file, without)


def load_weights(model: Any, filepath: Any, skip_mismatch: bool = False, **kwargs: Any) -> None:
    """Give a model the numbers of a file: see `Model.load_weights`.

    Args:
        model: which takes them.
        filepath: the file.
        skip_mismatch: whether layers that the file does not fit are left as they are.
        **kwargs: `by_name=True`, for older files; `objects_to_skip`, layers that are passed by,
            with what they alone hold.

    Raises:
        ValueError: the model has no weights yet, or the file does not fit; nothing is changed.
    """
    by_name = kwargs.pop("by_name", False)
    without = kwargs.pop("objects_to_skip", None) or ()
    if kwargs:
        raise ValueError(f"load_weights does not know these arguments: {', '.join(kwargs)}")
    path = Path(filepath)
    if without and not path.name.endswith((".weights.h5", LIST)):
        raise ValueError(_skipping_message(path))
    if path.suffix == ".keras":
        _from_model(model, path, skip_mismatch, by_name)
        return
    if path.name.endswith(LIST):
        _check_built(model)
        read_weights(model, read_shards(_there(path)), skip_mismatch, without)
        return
    if path.suffix not in OLDER:
        raise ValueError(_weights_form_message(path))
    if str(path).endswith(".weights.h5") and by_name:
        raise ValueError(_by_name_message(path))
    with h5py().File(_there(path), "r") as file:
        if "layer_names" in file.attrs or "model_weights" in file:
            load_older_weights(model, file, skip_mismatch, by_name)
        else:
            _check_built(model)
            read_weights(model, file, skip_mismatch, without)


def _skipping_message(path: Path) -> str:
    return explain(
        "Layers are passed by only in a file of weights",
        given=f"objects_to_skip=..., and {path}",
        expected="a path that ends in .weights.h5 or .weights.json",
        remedy="model.save_weights('model.weights.h5')",
    )


def _list_path(path: Path) -> Path:
    """Where the list of several files goes."""
    if path.suffix == ".json":
        return path
    if not str(path).endswith(".weights.h5"):
        raise ValueError(_weights_ending_message(path))
    listed = path.with_suffix(".json")
    warnings.warn(
        f"Saving sharded weights requires `*.json` as the extension: {path.name} will be "
        f"{listed.name}.",
        stacklevel=levels_to_user(),
    )
    return listed


def _from_model(model: Any, path: Path, skip_mismatch: bool, by_name: bool) -> None:
    if by_name:
        raise ValueError(_by_name_message(path))
    _check_built(model)
    with Zip(_there(path)) as parts:
        load_parts(model, parts, skip_mismatch)


def _check_built(model: Any) -> None:
    if not model.built:
        raise ValueError(_unbuilt_message(model, "loaded"))


def _there(path: Path) -> Path:
    if not path.is_file():
        raise FileNotFoundError(_no_file_message(path))
    return path


def _ending_message(filepath: Any) -> str:
    return explain(
        "The path does not say in which form to save the model",
        given=f"filepath={str(filepath)!r}",
        expected="a name that ends in .keras, or in .h5 for the older form",
        remedy=f"model.save({str(filepath) + '.keras'!r})",
    )


def _folder_message(path: Path) -> str:
    return explain(
        "A folder cannot end in .keras",
        given=f"zipped=False, filepath={str(path)!r}",
        expected="the name of a folder",
        remedy=f"model.save({str(path.with_suffix(''))!r}, zipped=False)",
    )


def _no_model_message(path: Path) -> str:
    there = "a file that is no zip" if path.is_file() else "no such file"
    return explain(
        f"There is no model at {path}",
        given=there,
        expected="a .keras file, a folder of one, or an .h5 file",
        remedy="model.save('model.keras'); load_model('model.keras')",
    )


def _no_file_message(path: Path) -> str:
    return explain(
        f"There is no file {path}",
        given=f"{path}, in {Path.cwd()}",
        expected="a file that was saved",
        remedy="model.save_weights('model.weights.h5')",
    )


def _weights_ending_message(filepath: Any) -> str:
    return explain(
        "Weights are saved to a name that says so",
        given=f"filepath={str(filepath)!r}",
        expected="a name that ends in .weights.h5",
        remedy="model.save_weights('model.weights.h5')",
    )


def _weights_form_message(path: Path) -> str:
    return explain(
        "This is no form of weights",
        given=f"filepath={str(path)!r}",
        expected="a name that ends in .weights.h5, .keras or .h5",
        remedy="model.load_weights('model.weights.h5')",
    )


def _by_name_message(path: Path) -> str:
    return explain(
        "Layers are found by name in older files only",
        given=f"by_name=True, filepath={str(path)!r}",
        expected="an .h5 file of Keras 2",
        remedy="model.load_weights(path, skip_mismatch=True)",
    )


def _unbuilt_message(model: Any, what: str) -> str:
    return explain(
        f"The weights of '{model.name}' cannot be {what} yet",
        given="a model that has seen no data and no shape",
        expected="a model with weights",
        remedy="model.build((None, 784)), or a call on a first batch",
    )
