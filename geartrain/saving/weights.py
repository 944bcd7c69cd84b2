"""The numbers of a model, part by part, to an HDF5 file and from it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.layers.holder import Holder
from geartrain.layers.tracking import parts_of
from geartrain.saving.tree import walk
from geartrain.tensor import Variable, format_shape


class Numbers(dict[str, Any]):
    """What a layer keeps, by name: `save_own_variables(store)` fills it."""


def own_variables(part: Any) -> list[Variable]:
    """The variables of a layer itself, those that train first, or of an optimizer."""
    if not isinstance(part, Holder):
        return list(part.variables)
    return sorted(parts_of(part, Variable), key=lambda each: not each.trainable)


def kept_of(part: Any) -> Mapping[str, Any]:
    """What a layer or optimizer keeps in a file, by name."""
    numbers = Numbers()
    if hasattr(part, "save_own_variables"):
        part.save_own_variables(numbers)
    else:
        numbers.update({str(at): each for at, each in enumerate(own_variables(part))})
    return numbers


def give(part: Any, kept: Mapping[str, Any]) -> None:
    """Give a layer or optimizer what a file has for it."""
    if not isinstance(part, Holder) and kept:
        kept = _with_rate(part, kept)
    if hasattr(part, "load_own_variables"):
        part.load_own_variables(kept)
        return
    own = own_variables(part)
    if len(kept) != len(own):
        raise ValueError(_count_message(part, own, kept))
    for at, variable in enumerate(own):
        numbers = np.asarray(kept[str(at)])
        if numbers.shape != variable.shape:
            raise ValueError(_shape_message(part, variable, numbers.shape))
    for at, variable in enumerate(own):
        variable.assign(np.asarray(kept[str(at)]))


def _with_rate(optimizer: Any, kept: Mapping[str, Any]) -> Mapping[str, Any]:
    """An optimizer's state; Keras 2 left the learning rate out."""
    own = list(optimizer.variables)
    rates = [at for at, each in enumerate(own) if each.path.endswith("learning_rate")]
    if len(kept) != len(own) - 1 or len(rates) != 1:
        return kept
    arrays = [kept[str(at)] for at in range(len(kept))]
    arrays.insert(rates[0], own[rates[0]].numpy())
    return {str(at): each for at, each in enumerate(arrays)}


def write_weights(model: Any, file: Any, without: Sequence[Any] = ()) -> None:
    """Write every part's numbers into an open HDF5 file, `without` some parts."""
    for path, part in walk(model, without):
        kept = kept_of(part)
        group = file.require_group(f"{path}/vars".lstrip("/"))
        group.attrs["name"] = getattr(part, "name", type(part).__name__)
        for name, value in kept.items():
            write_array(group, str(name), value)


def write_array(group: Any, name: str, value: Any) -> None:
    """Write numbers as a data set; bfloat16, which HDF5 lacks, as 16 bits with a note."""
    numbers = np.asarray(value.numpy() if hasattr(value, "numpy") else value)
    if numbers.dtype.name == "bfloat16":
        data = group.create_dataset(name, data=numbers.view(np.int16))
        data.attrs["dtype"] = "bfloat16"
    else:
        group.create_dataset(name, data=numbers)


def read_array(data: Any) -> Any:
    """The numbers of a data set.

    Raises:
        ValueError: it lies outside of the file.
    """
    if getattr(data, "external", None) or getattr(data, "is_virtual", False):
        raise ValueError(_outside_message(data.name))
    numbers = np.asarray(data)
    if data.attrs.get("dtype") == "bfloat16":
        from geartrain.tensor import as_dtype

        return numbers.view(as_dtype("bfloat16"))
    return numbers


def read_weights(
    model: Any, file: Any, skip_mismatch: bool = False, without: Sequence[Any] = ()
) -> None:
    """Give every part of a model its numbers of an open HDF5 file, `without` some parts.

    Raises:
        ValueError: some part does not fit (unless it is to be skipped); no weight is changed then.
    """
    before: list[tuple[Variable, Any]] = []
    failed: list[tuple[str, Any, Exception]] = []
    for path, part in _parts_for(model, file, without):
        own = [(each, each.numpy()) for each in own_variables(part)]
        before += own
        try:
            give(part, _kept_at(file, f"{path}/vars".lstrip("/")))
        except (ValueError, KeyError) as error:
            failed.append((path, part, error))
            _restore(own)
    if not failed:
        return
    if not skip_mismatch:
        _restore(before)
        raise ValueError(_failed_message(failed, file))
    for path, part, reason in failed:
        name = getattr(part, "name", path)
        warnings.warn(f"Left as it was: '{name}' ({path}). {reason}", stacklevel=4)


def _parts_for(model: Any, file: Any, without: Sequence[Any]) -> list[tuple[str, Any]]:
    """The parts by the paths that a file has: ours, or those of before."""

    def fit(parts: list[tuple[str, Any]]) -> bool:
        kept = ((path, part) for path, part in parts if own_variables(part))
        return all(_kept_at(file, f"{path}/vars".lstrip("/")) for path, part in kept)

    parts = list(walk(model, without))
    if fit(parts):
        return parts
    former = list(walk(model, without, former=True))
    return former if fit(former) else parts


def _restore(numbers: list[tuple[Variable, Any]]) -> None:
    for variable, each in numbers:
        variable.assign(each)


def _kept_at(file: Any, path: str) -> dict[str, Any]:
    """The numbers of a part; none, if the file has no such part."""
    if isinstance(file, dict):  # which was read from several files
        return dict(file.get(f"/{path}", {}))
    if not has_group(file, path):
        return {}
    return {name: read_array(data) for name, data in file[path].items()}


def has_group(file: Any, path: str) -> bool:
    """Whether the file itself has a group: no link leads to it."""
    place = file
    for name in path.split("/"):
        if name not in place or type(place.get(name, getlink=True)).__name__ != "HardLink":
            return False
        place = place[name]
    return hasattr(place, "items")


def _paths(file: Any) -> list[str]:
    if isinstance(file, dict):
        return [name.strip("/").removesuffix("/vars") for name in file]
    found: list[str] = []
    file.visit(lambda name: found.append(name) if name.endswith("vars/0") else None)
    return [name.removesuffix("/vars/0") for name in found]


def _count_message(part: Any, own: list[Variable], kept: Mapping[str, Any]) -> str:
    name = getattr(part, "name", "")
    names = ", ".join(f"{each.path} {format_shape(each.shape)}" for each in own) or "none"
    return explain(
        f"{type(part).__name__} '{name}' does not fit the file",
        given=f"{len(kept)} arrays in the file",
        expected=f"{len(own)} variables: {names}",
        remedy="the model that the file was written from, or skip_mismatch=True",
    )


def _shape_message(part: Any, variable: Variable, shape: tuple[int, ...]) -> str:
    return explain(
        f"{type(part).__name__} '{getattr(part, 'name', '')}' does not fit the file",
        given=f"an array of shape {format_shape(shape)} in the file",
        expected=f"{format_shape(variable.shape)}, the shape of {variable.path}",
        axis=f"the shapes must match: variable.shape={tuple(variable.shape)}, "
        f"file's {tuple(shape)}",
        remedy="the model that the file was written from, or skip_mismatch=True",
    )


def _failed_message(failed: list[tuple[str, Any, Exception]], file: Any) -> str:
    names = ", ".join(f"'{getattr(part, 'name', path)}' ({path})" for path, part, _ in failed)
    first = failed[0][2]
    return explain(
        f"A total of {len(failed)} objects could not be loaded",
        given=f"{names}\nthe first one: {first}",
        expected="the parts of the file: " + ", ".join(_paths(file)[:40]),
        remedy="build the model as it was when the file was written; or skip_mismatch=True",
    )


def _outside_message(name: str) -> str:
    return explain(
        f"'{name}' is not read",
        given="a data set whose numbers lie in another file",
        expected="numbers within the file",
        remedy="ask whoever made the file to save the weights again",
    )
