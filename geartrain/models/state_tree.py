"""The state of a model as a tree of names: what `get_state_tree` gives and `set_state_tree` takes.

"sequential/dense/kernel"   ->   {"trainable_variables": {"sequential": {"dense": {"kernel": ...}}}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from geartrain.errors import explain, unknown_name
from geartrain.tensor import Variable

FORMATS = ("backend_tensor", "numpy_array")
Tree = dict[str, Any]


def parts_of(model: Any) -> dict[str, Sequence[Variable]]:
    """The variables of a model by kind; those of an optimizer and of metrics, where there are."""
    optimizer = getattr(model, "optimizer", None)
    return {
        "trainable_variables": model.trainable_variables,
        "non_trainable_variables": model.non_trainable_variables,
        "optimizer_variables": [] if optimizer is None else optimizer.variables,
        "metrics_variables": model.metrics_variables,
    }


def state_tree(model: Any, value_format: str) -> Tree:
    """The values of all variables, by the parts of their paths.

    Raises:
        ValueError: there is no such format, or two variables have one path.
    """
    if value_format not in FORMATS:
        remedy = "model.get_state_tree({})"
        raise ValueError(unknown_name("format of values", value_format, FORMATS, remedy=remedy))
    as_arrays = value_format == "numpy_array"
    found: Tree = {}
    for kind, variables in parts_of(model).items():
        found[kind] = {}
        for each in variables:
            _put(found[kind], each, each.numpy() if as_arrays else each.value)
    return found


def _put(tree: Tree, variable: Variable, value: Any) -> None:
    *groups, name = variable.path.split("/")
    for group in groups:
        tree = tree.setdefault(group, {})
    if name in tree:
        raise ValueError(_twice_message(variable.path))
    tree[name] = value


def set_state(model: Any, tree: Mapping[str, Any]) -> None:
    """Give variables the values of a tree; those that it does not name stay as they are.

    Raises:
        ValueError: it names a kind or a variable that the model does not have.
    """
    parts = parts_of(model)
    for kind, branch in tree.items():
        if kind not in parts:
            raise ValueError(unknown_name("kind of variables", kind, parts, remedy="{{{}: ...}}"))
        own = {each.path: each for each in parts[kind]}
        found = dict(_leaves(branch))
        for path in found:
            if path not in own:
                remedy = "the tree of model.get_state_tree(), with {}"
                raise ValueError(unknown_name("variable", path, own, remedy=remedy))
        for path, value in found.items():
            own[path].assign(value)


def _leaves(branch: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    for name, value in branch.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*path, name))
        else:
            yield "/".join((*path, name)), value


def _twice_message(path: str) -> str:
    return explain(
        "A tree of names has one place for each variable",
        given=f"two variables of the path '{path}'",
        expected="different names",
        remedy="layers.Dense(..., name='second')",
    )
