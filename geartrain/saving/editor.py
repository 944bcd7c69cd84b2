"""`KerasFileEditor`: look into a file of weights, change it, and write it anew."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.saving.model_file import CONFIG, METADATA, WEIGHTS, Zip
from geartrain.saving.store import h5py, replacing
from geartrain.saving.tree import walk
from geartrain.saving.weights import kept_of, read_array, write_array

Tree = dict[str, Any]


class KerasFileEditor:
    """The weights of a `.keras` or `.weights.h5` file, by the paths of layers.

    Args:
        filepath: the file.

    Raises:
        ValueError: the path has another ending.

    >>> import tempfile
    >>> from geartrain import Sequential, layers, saving
    >>> model = Sequential([layers.Input((3,)), layers.Dense(2)])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     model.save_weights(f"{folder}/m.weights.h5")
    ...     editor = saving.KerasFileEditor(f"{folder}/m.weights.h5")
    >>> editor.summary()  # doctest: +ELLIPSIS
    Keras model file '...m.weights.h5'
    Weights structure
      > layers
          > dense
              0: shape=(3, 2), dtype=float32
              1: shape=(2,), dtype=float32
    """

    def __init__(self, filepath: str | Path) -> None:
        self.filepath = str(filepath)
        self.metadata: Any = None
        self.config: Any = None
        self.object_metadata: dict[str, dict[str, Any]] = {}
        path = Path(filepath)
        if self.filepath.endswith(".weights.h5"):
            with h5py().File(path, "r") as file:
                self.weights_dict = self._read(file)
        elif self.filepath.endswith(".keras"):
            self._read_model(path)
        else:
            raise ValueError(_ending_message(self.filepath))

    def _read_model(self, path: Path) -> None:
        with Zip(path) as parts:
            self.metadata = json.loads(parts.text(METADATA))
            self.config = json.loads(parts.text(CONFIG))
            with h5py().File(io.BytesIO(parts.content(WEIGHTS)), "r") as file:
                self.weights_dict = self._read(file)

    def _read(self, group: Any, path: str = "") -> Tree:
        """The tree of a group: parts that have parts or numbers."""
        found: Tree = {}
        for name, inner in group.items():
            if name == "vars":
                found |= {key: read_array(data) for key, data in inner.items()}
                if found:
                    self.object_metadata[path] = dict(inner.attrs)
            elif hasattr(inner, "items"):
                below = self._read(inner, f"{path}/{name}")
                if below:
                    found[name] = below
        return found

    # -- looking ---------------------------------------------------------------------------------

    def summary(self) -> None:
        """Print the parts of the file, with the shape and the dtype of each array."""
        print(f"Keras model file '{self.filepath}'")
        if self.metadata:
            version, date = (self.metadata.get(key) for key in ("keras_version", "date_saved"))
            print(f"Saved with Keras {version} - date: {date}")
        print("Weights structure")
        _print_tree(self.weights_dict, "  ")

    def compare(self, reference_model: Any) -> dict[str, Any]:
        """Print in what the file and a model differ.

        Args:
            reference_model: the model.

        Returns:
            "status" ("success" or "error"), "error_count" and "match_count".
        """
        print("Running comparison")
        wanted = {path: dict(kept_of(part)) for path, part in _parts(reference_model)}
        own = {path.lstrip("/"): each for path, each in _objects(self.weights_dict)}
        errors = [*_missing(wanted, own, "reference model", "saved file"),
                  *_missing(own, wanted, "saved file", "reference model")]  # fmt: skip
        matches = 0
        for path in [path for path in wanted if path in own]:
            here = _differences(path, wanted[path], own[path])
            errors += here
            matches += len(wanted[path].keys() & own[path].keys()) - len(
                [each for each in here if "shape mismatch" in each]
            )
        for each in errors:
            print(f"...{each}")
        verdict = "saved file is not compatible with the reference model"
        if errors:
            print(f"Found {len(errors)} errors: {verdict}")
        else:
            print("Comparison successful: saved file is compatible with the reference model")
            print(f"    Found {matches} matching weights")
        status = "error" if errors else "success"
        return {"status": status, "error_count": len(errors), "match_count": matches}

    # -- changing --------------------------------------------------------------------------------

    def rename_object(self, object_name: str, new_name: str) -> None:
        """Give a part another name.

        Args:
            object_name: its name, or its path where several have the name.
            new_name: the last part of its path.

        Raises:
            ValueError: there is no such part, or several, or the new name is a path.
        """
        if "/" in new_name:
            raise ValueError(_leaf_message(new_name))

        def rename(parent: Tree, name: str) -> None:
            kept = {new_name if key == name else key: each for key, each in parent.items()}
            parent.clear()
            parent.update(kept)

        self._change(object_name, rename)

    def delete_object(self, object_name: str) -> None:
        """Take a part out.

        Args:
            object_name: its name, or its path where several have the name.

        Raises:
            ValueError: there is no such part, or several.
        """
        self._change(object_name, lambda parent, name: parent.pop(name))

    def add_object(self, object_path: str, weights: Mapping[str, Any]) -> None:
        """Add a part.

        Args:
            object_path: its whole path: "layers/dense_2".
            weights: its arrays by name: "0", "1", ...

        Raises:
            ValueError: what is to hold it is not there, or `weights` is no dict.
        """
        _check_weights(weights)
        *above, name = object_path.strip("/").split("/")
        place = self.weights_dict
        for each in above:
            if not isinstance(place.get(each), dict):
                raise ValueError(_path_message("/".join(above), self.weights_dict))
            place = place[each]
        place[name] = dict(weights)

    def delete_weight(self, object_name: str, weight_name: str) -> None:
        """Take an array out of a part.

        Args:
            object_name: the part's name, or its path where several have the name.
            weight_name: the array's.

        Raises:
            ValueError: there is no such part, or several, or no such array.
        """

        def delete(parent: Tree, name: str) -> None:
            if weight_name not in parent[name]:
                raise ValueError(_weight_message(weight_name, name, parent[name]))
            del parent[name][weight_name]

        self._change(object_name, delete)

    def add_weights(self, object_name: str, weights: Mapping[str, Any]) -> None:
        """Add arrays to a part.

        Args:
            object_name: the part's name, or its path where several have the name.
            weights: the arrays by name.

        Raises:
            ValueError: there is no such part, or several, or `weights` is no dict.
        """
        _check_weights(weights)
        self._change(object_name, lambda parent, name: parent[name].update(weights))

    def _change(self, name: str, change: Callable[[Tree, str], Any]) -> None:
        """Do something with the one part of a name or path, and the part that it is in."""
        places = [
            (path, parent, last)
            for path, parent, last in _places(self.weights_dict)
            if (path == name.strip("/") if "/" in name else last == name)
        ]
        if not places:
            raise ValueError(_unknown_message(name, self.weights_dict))
        if len(places) > 1:
            raise ValueError(_several_message(name, [path for path, *_ in places]))
        _, parent, last = places[0]
        change(parent, last)

    # -- writing ---------------------------------------------------------------------------------

    def save(self, filepath: str | Path) -> None:
        """Write the weights to a file.

        Raises:
            ValueError: the path does not end in `.weights.h5`.
        """
        if not str(filepath).endswith(".weights.h5"):
            raise ValueError(_save_message(filepath))
        with replacing(Path(filepath)) as beside, h5py().File(beside, "w") as file:
            for path, kept in _objects(self.weights_dict):
                group = file.require_group(f"{path}/vars".lstrip("/"))
                for name, value in self.object_metadata.get(path, {}).items():
                    group.attrs[name] = value
                for key, value in kept.items():
                    write_array(group, key, value)

    def resave_weights(self, filepath: str | Path) -> None:
        """The same as `save`."""
        self.save(filepath)


def _parts(model: Any) -> Iterator[tuple[str, Any]]:
    """The parts of a model that have numbers; what trains it is not looked at."""
    for path, part in walk(model):
        if kept_of(part):
            yield path, part


def _places(tree: Tree, path: str = "") -> Iterator[tuple[str, Tree, str]]:
    """Every part with its path, what it is in, and its name."""
    for name, inner in tree.items():
        if isinstance(inner, dict):
            yield f"{path}/{name}".lstrip("/"), tree, name
            yield from _places(inner, f"{path}/{name}")


def _objects(tree: Tree, path: str = "") -> Iterator[tuple[str, Tree]]:
    """The arrays of every part that has some, by its path."""
    own = {name: each for name, each in tree.items() if not isinstance(each, dict)}
    if own:
        yield path, own
    for name, inner in tree.items():
        if isinstance(inner, dict):
            yield from _objects(inner, f"{path}/{name}")


def _print_tree(tree: Tree, margin: str) -> None:
    for name, inner in tree.items():
        if isinstance(inner, dict):
            print(f"{margin}> {name}")
            _print_tree(inner, margin + "    ")
        else:
            print(f"{margin}{name}: shape={np.shape(inner)}, dtype={np.asarray(inner).dtype}")


def _missing(there: Mapping[str, Any], here: Mapping[str, Any], one: str, other: str) -> list[str]:
    return [
        f"Object /{path} present in {one}, missing from {other}\n"
        f"    In {one}, /{path} contains the following keys: {list(there[path])}"
        for path in there
        if path not in here
    ]


def _differences(path: str, wanted: Mapping[str, Any], own: Mapping[str, Any]) -> list[str]:
    found = []
    for key in wanted:
        if key not in own:
            found.append(
                f"Weight /{path}/{key} present in reference model, missing from saved file"
            )
        elif np.shape(wanted[key]) != np.shape(own[key]):
            found.append(
                f"Weight shape mismatch for /{path}/{key}\n"
                f"    In reference model: shape={tuple(np.shape(wanted[key]))}\n"
                f"    In saved file: shape={np.shape(own[key])}"
            )
    found += [
        f"Weight /{path}/{key} present in saved file, missing from reference model"
        for key in own
        if key not in wanted
    ]
    return found


def _check_weights(weights: Any) -> None:
    if not isinstance(weights, Mapping):
        raise ValueError(_dict_message(weights))


def _names(tree: Tree) -> str:
    return ", ".join(path for path, *_ in _places(tree)) or "none"


def _ending_message(path: str) -> str:
    return explain(
        "Invalid filename: expected a `.keras` `.weights.h5` extension",
        given=f"filepath={path}",
        expected="a file that model.save or model.save_weights wrote",
        remedy="KerasFileEditor('model.weights.h5')",
    )


def _save_message(path: Any) -> str:
    return explain(
        "Invalid `filepath` argument: expected a `.weights.h5` extension",
        given=f"filepath={path}",
        expected="a name that ends in .weights.h5",
        remedy="editor.save('edited.weights.h5')",
    )


def _leaf_message(name: str) -> str:
    return explain(
        "Argument `target_name` should be a leaf name, not a full path name",
        given=f"target_name={name!r}",
        expected="the last part of the path",
        remedy=f"{name.rpartition('/')[2]!r}",
    )


def _unknown_message(name: str, tree: Tree) -> str:
    return explain(
        f"Source name '{name}' does not appear in the model",
        given=f"{name!r}",
        expected=_names(tree),
        remedy="editor.summary() lists all of them",
    )


def _several_message(name: str, paths: list[str]) -> str:
    return explain(
        f"Name '{name}' occurs more than once in the model; try passing a complete path",
        given=f"{name!r}",
        expected=" or ".join(paths),
        remedy=f"{paths[0]!r}",
    )


def _path_message(path: str, tree: Tree) -> str:
    return explain(
        f"Path '{path}' not found in model",
        given=f"{path!r}",
        expected=_names(tree),
        remedy="editor.add_object('layers/dense_2', weights={'0': kernel, '1': bias})",
    )


def _weight_message(name: str, part: str, known: Tree) -> str:
    return explain(
        f"Weight {name} not found in object {part}",
        given=f"weight_name={name!r}",
        expected=", ".join(known),
        remedy="editor.summary() lists all of them",
    )


def _dict_message(weights: Any) -> str:
    return explain(
        "Argument `weights` should be a dict where keys are weight names (usually '0', '1', etc.) "
        "and values are NumPy arrays",
        given=f"type(weights)={type(weights)}",
        expected="a dict of arrays",
        remedy="{'0': kernel, '1': bias}",
    )
