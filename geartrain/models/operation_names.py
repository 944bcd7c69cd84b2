"""Operations of models as they stand in configs: under the names of the real Keras.

    ops.mean(x, axis=1)   ->   {"class_name": "Mean", "config": {"name": "mean", "axis": 1}, ...}

Keras keeps each operation as an object of a class that has no public name. The table, in
`operation_names.json`, says for each function of `geartrain.ops` in which module Keras keeps it, as
which class, and which arguments are the object's and which those of its call.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.resources import files
from inspect import signature
from typing import Any, NamedTuple

from geartrain.errors import explain
from geartrain.layers.symbolic import SymbolicOperation, drawn_operation
from geartrain.serialization import deserialize_keras_object, serialize_keras_object
from geartrain.symbolic import Operation

PREFIX = "keras.src.ops."
WITHIN = "activation "  # of the functions of `activations` that are operations of their own


class Kept(NamedTuple):
    """How an operation is kept."""

    module: str
    class_name: str
    made_with: Sequence[str]
    called_with: Sequence[str]


@cache
def table() -> dict[str, Kept]:
    """By the function's name."""
    rows = json.loads(files("geartrain.models").joinpath("operation_names.json").read_text())
    return {name: Kept(*row) for name, row in rows.items()}


@cache
def _by_class() -> dict[tuple[str, str], str]:
    """Names of functions by the last part of the module, and the class."""
    return {(kept.module.rpartition(".")[2], kept.class_name): name for name, kept in
            table().items()}  # fmt: skip


def write_operation(operation: Operation, args: Any, kwargs: Any) -> Any:
    """An operation as a config, with its first call's own arguments in it."""
    if not isinstance(operation, SymbolicOperation):
        return serialize_keras_object(operation)
    kept = _kept(operation)
    given = _arguments(operation.function, args, kwargs)
    own = {name: given[name] for name in kept.made_with if name in given}
    module = kept.module if "." in kept.module else PREFIX + kept.module
    return {
        "module": module,
        "class_name": kept.class_name,
        "config": {"name": operation.name, **own},
        "registered_name": kept.class_name,
    }


def call_arguments(
    operation: Operation, args: Any, kwargs: Any
) -> tuple[list[Any], dict[str, Any]]:
    """What stands at each call: the arguments that are not the object's."""
    if not isinstance(operation, SymbolicOperation):
        return list(args), kwargs
    given = _arguments(operation.function, args, kwargs)
    found: list[Any] = []
    for name in _kept(operation).called_with:
        if name.startswith("*"):
            found.extend(given.get(name[1:], ()))
        elif name in given:
            found.append(given[name])
    return found, dict(given.get("axes_lengths", {}))


def _arguments(function: Callable[..., Any], args: Any, kwargs: Any) -> dict[str, Any]:
    bound = signature(function).bind(*args, **kwargs)
    bound.apply_defaults()
    return bound.arguments


def _kept(operation: SymbolicOperation) -> Kept:
    name = operation.function.__name__
    if name not in table():
        raise ValueError(_unknown_message(name))
    return table()[name]


def read_operation(config: Mapping[str, Any]) -> Callable[..., Any] | None:
    """The operation of a config, to call as the config's calls say; None: it is no operation.

    Only what the table names is found, so that no other name of a file leads anywhere.
    """
    place = str(config.get("module") or "").rpartition(".")[2]
    key = _by_class().get((place, str(config.get("class_name"))))
    if key is None:
        return None
    kept, function = table()[key], _function(key)
    own = {name: config["config"][name] for name in kept.made_with if name in config["config"]}
    made = {name: deserialize_keras_object(each) for name, each in own.items()}

    def call(*args: Any, **kwargs: Any) -> Any:
        if kept.called_with[0].startswith("*"):
            first = [made[name] for name in _before_star(function)]
            rest = {name: each for name, each in made.items() if name not in _before_star(function)}
            return drawn_operation(function, [*first, *args], {**rest, **kwargs}, name)
        named = dict(zip(kept.called_with, args, strict=False))
        if isinstance(named.get("key"), list):
            named["key"] = tuple(named["key"])  # of x[:, 1:], which JSON made a list
        return drawn_operation(function, [], {**named, **made, **kwargs}, name)

    name = config["config"].get("name")
    return call


def _before_star(function: Callable[..., Any]) -> list[str]:
    """The arguments before those of any number: `subscripts` of einsum."""
    parameters = signature(function).parameters.values()
    return [each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]


def _function(key: str) -> Callable[..., Any]:
    """A public function by its key in the table."""
    name = {"re_lu": "relu"}.get(key.removeprefix(WITHIN), key.removeprefix(WITHIN))
    if name == "get_item":
        return import_module("geartrain.ops.methods").get_item  # type: ignore[no-any-return]
    rooms = ("activations",) if key.startswith(WITHIN) else ("ops", "ops.image", "ops.nn")
    for room in rooms:
        found = getattr(import_module(f"geartrain.{room}"), name, None)
        if found is not None:
            return found  # type: ignore[no-any-return]
    raise ValueError(_unknown_message(name))


def _unknown_message(name: str) -> str:
    return explain(
        f"The operation '{name}' cannot stand in a model's config",
        given=f"ops.{name} on symbolic tensors, in a functional model",
        expected="an operation that Keras keeps in its files",
        remedy="put it into a layer of your own: class Mine(layers.Layer): def call(self, x): ...",
    )
