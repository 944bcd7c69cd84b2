"""The rules of weights: initializers, regularizers and constraints, under Keras's names.

self.keep_rules(kernel_initializer="zeros", kernel_regularizer="l2")
self.kernel = self.add_ruled("kernel", (3, 4))      ->   a weight that follows both
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from geartrain import constraints, initializers, regularizers
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
