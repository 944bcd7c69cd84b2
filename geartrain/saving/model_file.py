"""`.keras`: a zip of the config, the weights and what else layers keep.

model.keras = config.json (layers, how it was compiled), metadata.json (who wrote it, when),
              model.weights.h5 (see `weights.py`), assets/... (vocabularies)
"""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from geartrain.errors import explain
from geartrain.saving.older_config import modern, modern_compile
from geartrain.saving.store import checked, h5py, read_text, replacing, safe_names
from geartrain.saving.tree import walk
from geartrain.saving.weights import read_weights, write_weights
from geartrain.serialization import (
    deserialize_keras_object,
    serialize_keras_object,
    sharing_objects,
    within,
)

CONFIG, METADATA, WEIGHTS, ASSETS = "config.json", "metadata.json", "model.weights.h5", "assets"
KERAS_VERSION = "3.15.1"  # whose form this is
MOMENT = (1980, 1, 1, 0, 0, 0)  # of each part, so that one model gives one file


def write_model(model: Any, path: Path, zipped: bool = True) -> None:
    """Write a model to a `.keras` file, or, not zipped, to a folder of the same parts."""
    parts = _parts_of(model)
    if not zipped:
        for name, content in parts.items():
            target = path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with replacing(target) as beside:
                beside.write_bytes(content)
        return
    with replacing(path) as beside:
        _write_zip(parts, beside)


def write_model_to(model: Any, stream: IO[bytes]) -> None:
    """Write what `write_model` writes to an open stream."""
    _write_zip(_parts_of(model), stream)


def _parts_of(model: Any) -> dict[str, bytes]:
    return {**_texts(model), WEIGHTS: _weights(model), **_assets(model)}


def _write_zip(parts: Mapping[str, bytes], target: Path | IO[bytes]) -> None:
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, MOMENT), content)


def _texts(model: Any) -> dict[str, bytes]:
    with sharing_objects():
        config = serialize_keras_object(model)
    now = datetime.now().astimezone().strftime("%Y-%m-%d@%H:%M:%S")
    metadata = {"keras_version": KERAS_VERSION, "date_saved": now}
    return {
        METADATA: json.dumps(metadata).encode("utf-8"),
        CONFIG: json.dumps(config).encode("utf-8"),
    }


def _weights(model: Any) -> bytes:
    buffer = io.BytesIO()
    with h5py().File(buffer, "w") as file:
        write_weights(model, file)
    return buffer.getvalue()


def _assets(model: Any) -> dict[str, bytes]:
    """The files that layers keep beside numbers, by their paths in the zip."""
    found: dict[str, bytes] = {}
    for path, part in walk(model):
        if not hasattr(part, "save_assets"):
            continue
        with tempfile.TemporaryDirectory() as folder:
            part.save_assets(folder)
            for each in sorted(Path(folder).rglob("*")):
                if each.is_file():
                    name = each.relative_to(folder).as_posix()
                    found["/".join(filter(None, (ASSETS, path, name)))] = each.read_bytes()
    return found


def read_model(
    path: Path,
    custom_objects: Mapping[str, Any] | None = None,
    compiled: bool = True,
    safe_mode: bool = True,
) -> Any:
    """The model of a `.keras` file or folder.

    Raises:
        ValueError: the file is damaged, or holds what is not allowed in it.
        TypeError: a class or function of it is not known.
    """
    parts = Folder(path) if path.is_dir() else Zip(path)
    return _model_of(parts, custom_objects, compiled, safe_mode)


def read_model_from(
    stream: IO[bytes],
    custom_objects: Mapping[str, Any] | None = None,
    compiled: bool = True,
    safe_mode: bool = True,
) -> Any:
    """The model of an open stream of a `.keras` file; errors are those of `read_model`."""
    return _model_of(Zip(Path(str(stream)), stream), custom_objects, compiled, safe_mode)


def _model_of(
    parts: Parts, custom_objects: Mapping[str, Any] | None, compiled: bool, safe_mode: bool
) -> Any:
    with parts:
        try:
            config = json.loads(parts.text(CONFIG))
        except json.JSONDecodeError as error:
            raise ValueError(_broken_message(parts.path, error)) from error
        if _is_second(parts):
            config = _modern(config)
        if not compiled and isinstance(config, dict):
            config.pop("compile_config", None)
        with sharing_objects(), within(custom_objects):
            model = deserialize_keras_object(config, safe_mode=safe_mode)
        load_parts(model, parts)
    return model


def _is_second(parts: Parts) -> bool:
    """Whether Keras 2 wrote the file."""
    if not parts.has(METADATA):
        return False
    return str(json.loads(parts.text(METADATA)).get("keras_version", "")).startswith("2.")


def _modern(config: dict[str, Any]) -> dict[str, Any]:
    compiled = config.pop("compile_config", None)
    found: dict[str, Any] = modern(config)
    return {**found, "compile_config": modern_compile(compiled)} if compiled else found


def load_parts(model: Any, parts: Parts, skip_mismatch: bool = False) -> None:
    """Give a model the numbers and the other files of its parts."""
    if parts.has(WEIGHTS):
        content = parts.content(WEIGHTS)
        with h5py().File(io.BytesIO(content), "r") as file:
            read_weights(model, file, skip_mismatch)
    for at, part in walk(model):
        if hasattr(part, "load_assets"):
            _give_assets(part, "/".join(filter(None, (ASSETS, at))), parts)


def _give_assets(part: Any, place: str, parts: Parts) -> None:
    names = [name for name in parts.names() if name.startswith(place + "/")]
    own = [name for name in names if not name.endswith("/")]
    if not own:
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in own:
            target = Path(folder) / name.removeprefix(place + "/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(parts.content(name))
        part.load_assets(folder)


class Parts:
    """The named parts of a saved model."""

    path: Path

    def names(self) -> list[str]:
        """All names."""
        raise NotImplementedError

    def content(self, name: str) -> bytes:
        """A part's bytes."""
        raise NotImplementedError

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return name in self.names()

    def text(self, name: str) -> str:
        """A part as text."""
        return self.content(name).decode("utf-8")

    def __enter__(self) -> Parts:  # noqa: PYI034  (there is one kind of use)
        return self

    def __exit__(self, *exception: object) -> None:
        """Nothing is left open."""


class Zip(Parts):
    """Those of a `.keras` file."""

    def __init__(self, path: Path, stream: IO[bytes] | None = None) -> None:
        self.path = path
        try:
            self.archive = zipfile.ZipFile(path if stream is None else stream)
        except zipfile.BadZipFile as error:
            raise ValueError(_broken_message(path, error)) from error
        self._names = safe_names(self.archive, path)

    def names(self) -> list[str]:
        return self._names

    def content(self, name: str) -> bytes:
        return checked(self.archive, name, self.path)

    def text(self, name: str) -> str:
        return read_text(self.archive, name, self.path)

    def __exit__(self, *exception: object) -> None:
        self.archive.close()


class Folder(Parts):
    """Those of a folder, which `zipped=False` wrote."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> list[str]:
        files = (each for each in self.path.rglob("*") if each.is_file())
        return [each.relative_to(self.path).as_posix() for each in files]

    def content(self, name: str) -> bytes:
        return (self.path / name).read_bytes()


def _broken_message(path: Path, error: Exception) -> str:
    return explain(
        f"{path} cannot be read as a model",
        given=f"a file that is no whole .keras zip ({error})",
        expected="what model.save('model.keras') writes",
        remedy="copy the file again, or save the model again",
    )
