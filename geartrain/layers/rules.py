"""The rules of weights: initializers, regularizers and constraints, under Keras's names.

self.keep_rules(kernel_initializer="zeros", kernel_regularizer="l2")
self.kernel = self.add_ruled("kernel", (3, 4))      ->   a weight that follows both
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from geartrain import constraints, initializers, regularizers
from geartrain.errors import explain
from geartrain.tensor import Variable

ROOMS = {"initializer": initializers, "regularizer": regularizers, "constraint": constraints}


class Ruled:
    """A layer whose weights follow rules that it was given by name."""

    if TYPE_CHECKING:

        def add_weight(self, *args: Any, **kwargs: Any) -> Variable: ...

    def keep_rules(self, **rules: Any) -> None:
        """Keep initializers, regularizers and constraints of weights under Keras's names."""
        for name, given in rules.items():
            setattr(self, name, ROOMS[name.rpartition("_")[2]].get(given))

    def add_ruled(
        self,
        name: str,
        shape: Sequence[int],
        trainable: bool = True,
        initializer: Any = None,
        rule: str | None = None,
        **kwargs: Any,
    ) -> Variable:
        """A weight whose rules `keep_rules` was given: `kernel` follows `kernel_initializer`...

        `initializer` takes the place of the rule's for the first numbers; `rule` is what the
        rules are named after, if it is not the weight. Others go to `add_weight`.
        """
        rule = rule or name
        return self.add_weight(
            shape=shape,
            initializer=initializer or getattr(self, f"{rule}_initializer"),
            trainable=trainable,
            regularizer=getattr(self, f"{rule}_regularizer", None),
            constraint=getattr(self, f"{rule}_constraint", None),
            name=name,
            **kwargs,
        )


def by_place(args: Sequence[Any], shape: Any, initializer: Any) -> tuple[Any, Any]:
    """Shape and initializer, also of those who do not name them.

    Raises:
        ValueError: a name stands in the first place.
        TypeError: there are more than two.
    """
    if args and isinstance(args[0], str):
        raise ValueError(_place_message(args[0]))
    if len(args) > 2:
        raise TypeError(_places_message(args))
    return args[0] if args else shape, args[1] if len(args) > 1 else initializer


def _place_message(name: str) -> str:
    return explain(
        "add_weight takes the name by name",
        given=f"add_weight({name!r}, ...)",
        expected="the shape first, if anything stands without its name",
        remedy=f"self.add_weight(shape=(3, 4), name={name!r})",
    )


def _places_message(args: Sequence[Any]) -> str:
    return explain(
        "add_weight takes its arguments by name",
        given=f"{len(args)} arguments without names",
        expected="the shape and the initializer without names at most",
        remedy="self.add_weight(shape=(3, 4), initializer='zeros', name='kernel')",
    )
