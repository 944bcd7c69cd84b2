"""Which target, loss, weight and metrics belong to which output of a model.

    outputs {"a": ..., "b": ...}, loss {"a": "mse", "b": "mae"}   ->   a: mse, b: mae
    outputs [..., ...] of layers a and b, the same loss           ->   a: mse, b: mae

What is given for the outputs has their form, or is a dict by the names of the output layers. The
outputs of a dict stand in the order of their names, as `flatten` gives them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.tensor.nest import flatten
from geartrain.tree.structure import keys_in_order


def is_nest(x: Any) -> bool:
    """Whether this is a list, a tuple or a dict."""
    return isinstance(x, list | tuple | dict)


def count_leaves(form: Any) -> int:
    """How many tensors a nest holds."""
    return len(flatten(form))


def names_of(form: Any, given: Sequence[str] | None) -> list[str | None]:
    """The names of the outputs: keys of a dict, or those of the layers; None where none is known.

    >>> names_of({"u": 1, "w": [2, 3]}, None), names_of([1, 2], ["a", "b"])
    (['u', 'w_0', 'w_1'], ['a', 'b'])
    """
    if isinstance(form, dict):
        return list(_paths(form))
    leaves = count_leaves(form)
    if given is not None and len(given) == leaves:
        return list(given)
    return [None] * leaves


def _paths(form: Any, start: str = "") -> list[str]:
    if not is_nest(form):
        return [start]
    keys = keys_in_order(form) if isinstance(form, dict) else range(len(form))
    join = f"{start}_" if start else ""
    return [path for key in keys for path in _paths(form[key], f"{join}{key}")]


class Matching:
    """Brings what is given for a model's outputs into their order.

    Args:
        form: the outputs, a nest.
        names: the names of the output layers, if the model knows them.
    """

    def __init__(self, form: Any, names: Sequence[str] | None) -> None:
        self.form = form
        self.names = names_of(form, names)
        self.layer_names = list(names) if names else []

    def __len__(self) -> int:
        return len(self.names)

    def require_all(self, what: str, given: Any) -> None:
        """Raise where a dict has nothing for an output; None says that nothing is meant.

        Raises:
            ValueError: it is so.
        """
        if not isinstance(given, dict):
            return
        wanted = list(self.form) if isinstance(self.form, dict) else self.layer_names
        missing = [name for name in wanted if name not in given]
        if missing:
            raise ValueError(_missing_message(what, list(given), missing))

    def match(self, what: str, given: Any, *, is_leaf: Callable[[Any], bool] | None = None) -> Any:
        """A list with one entry for each output; None where nothing is given for it.

        Args:
            what: the name of the argument, for messages.
            given: a nest in the form of the outputs, or a dict by the layers' names.
            is_leaf: whether a part belongs to one output as a whole, though it is a list.

        Raises:
            ValueError: the numbers differ, or a name is that of no output.
        """
        leaf = is_leaf or (lambda each: not is_nest(each))
        return self._matched(what, given, self.form, leaf)

    def _matched(
        self, what: str, given: Any, form: Any, is_leaf: Callable[[Any], bool]
    ) -> list[Any]:
        if given is None:
            return [None] * count_leaves(form)
        if isinstance(given, dict) and not isinstance(form, dict):
            return self._by_layer(what, given)
        if not is_nest(form):
            return [_unwrapped(given, is_leaf)]
        if isinstance(given, dict):
            self._check_keys(what, given, list(form))
            pairs = [(given.get(key), form[key]) for key in keys_in_order(form)]
        elif is_nest(given) and len(given) == len(form):
            parts = [form[key] for key in keys_in_order(form)] if isinstance(form, dict) else form
            pairs = list(zip(given, parts, strict=True))
        elif count_leaves(form) == 1 and is_leaf(given):
            return [given]
        else:
            raise ValueError(self._count_message(what, given))
        return [leaf for own, part in pairs for leaf in self._matched(what, own, part, is_leaf)]

    def _by_layer(self, what: str, given: dict[str, Any]) -> list[Any]:
        self._check_keys(what, given, self.layer_names)
        return [given.get(name) for name in self.layer_names]

    def _check_keys(self, what: str, given: dict[str, Any], known: Sequence[str]) -> None:
        unknown = [key for key in given if key not in known]
        if unknown or not known:
            raise ValueError(_key_message(what, list(given), known))

    def _count_message(self, what: str, given: Any) -> str:
        kind = f"a {type(given).__name__} of {len(given)}" if is_nest(given) else "one"
        names = ", ".join(str(name) for name in self.names if name)
        remedy = f"{what}=[{', '.join(['...'] * len(self))}]"
        return explain(
            f"{what} does not fit the model's outputs",
            given=f"{what}: {kind}",
            expected=f"one for each of {len(self)} outputs" + (f": {names}" if names else ""),
            remedy=remedy if len(self) > 1 else f"{what} for one output, without a list",
        )


def _unwrapped(given: Any, is_leaf: Callable[[Any], bool]) -> Any:
    """What is given for one output, taken out of a list of one."""
    if isinstance(given, list | tuple) and len(given) == 1 and not is_leaf(given):
        return given[0]
    return given


def _missing_message(what: str, given: Sequence[Any], missing: Sequence[Any]) -> str:
    return explain(
        f"{what} leaves out outputs of the model",
        given=f"{what} for {', '.join(repr(key) for key in given)}",
        expected=f"{', '.join(repr(key) for key in missing)} as well",
        remedy=f"{what}={{..., {missing[0]!r}: None}}, if this output has none",
    )


def _key_message(what: str, given: Sequence[Any], known: Sequence[str]) -> str:
    names = ", ".join(repr(name) for name in known)
    return explain(
        f"{what} names outputs that the model does not have",
        given=f"{what} for {', '.join(repr(key) for key in given)}",
        expected=f"the outputs {names}" if known else "an outputs' dict, or named output layers",
        remedy=f"{what}={{{known[0]!r}: ...}}" if known else f"{what}=[...], in the outputs' order",
    )
