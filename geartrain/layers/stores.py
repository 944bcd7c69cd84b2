"""A layer's weights in a store, by number, as files have them; and calls without state."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from geartrain.errors import explain
from geartrain.layers.tracking import parts_of
from geartrain.tensor import StatelessScope, Variable, format_shape


class Stored:
    """Gives its own variables to a store, and takes them from it."""

    if TYPE_CHECKING:
        name: str
        built: bool
        trainable_variables: Any
        non_trainable_variables: Any

        def __call__(self, *args: Any, **kwargs: Any) -> Any: ...

    def own_variables(self) -> list[Variable]:
        """The variables of the layer itself: those that train, then the rest."""
        return sorted(parts_of(self, Variable), key=lambda each: not each.trainable)

    @property
    def _trainable_variables(self) -> list[Variable]:
        """The layer's own variables that train, by the name that Keras's layers keep them under."""
        return [each for each in self.own_variables() if each.trainable]

    @property
    def _non_trainable_variables(self) -> list[Variable]:
        """The layer's own variables that do not train."""
        return [each for each in self.own_variables() if not each.trainable]

    def save_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """Put the layer's own variables into a store, under "0", "1", ..."""
        for number, variable in enumerate(self.own_variables()):
            store[str(number)] = variable.numpy()

    def load_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """Take the layer's own variables from a store.

        Raises:
            ValueError: there are more or fewer than the layer has.
        """
        own = self.own_variables()
        if len(store) != len(own):
            raise ValueError(store_message(self, len(store), own))
        for number, variable in enumerate(own):
            variable.assign(np.asarray(store[str(number)]))

    def stateless_call(
        self,
        trainable_variables: Sequence[Any],
        non_trainable_variables: Sequence[Any],
        *args: Any,
        return_losses: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Call the layer with these values for its variables, and change none of them.

        Args:
            trainable_variables: values for `layer.trainable_variables`.
            non_trainable_variables: values for `layer.non_trainable_variables`.
            *args: for the call.
            return_losses: whether to give what is added to the loss as well.
            **kwargs: for the call.

        Returns:
            The outputs and the next values of `non_trainable_variables`; with `return_losses`
            the losses behind them.

        Raises:
            ValueError: the layer is not built, or the number of values differs.
        """
        if not self.built:
            raise ValueError(_unbuilt_message(self))
        changing, staying = self.trainable_variables, self.non_trainable_variables
        for name, given, own in (
            ("trainable_variables", trainable_variables, changing),
            ("non_trainable_variables", non_trainable_variables, staying),
        ):
            if len(given) != len(own):
                raise ValueError(_values_message(self, name, len(given), own))
        values = [*trainable_variables, *non_trainable_variables]
        with StatelessScope(
            zip([*changing, *staying], values, strict=True), collect_losses=return_losses
        ) as scope:
            outputs = self(*args, **kwargs)
            losses = self.losses if return_losses else []  # type: ignore[attr-defined]
        kept = [scope.get_current_value(each) for each in staying]
        return (outputs, kept, losses) if return_losses else (outputs, kept)


def store_message(layer: Any, given: int, own: Sequence[Variable]) -> str:
    """What is wrong with a store of another number of variables."""
    names = ", ".join(f"{each.name} {format_shape(each.shape)}" for each in own)
    return explain(
        f"{type(layer).__name__} '{layer.name}' cannot load these variables",
        given=f"{given} variables",
        expected=names or "none: the layer was never built, and has no variables yet",
        remedy="layer.build(input_shape) before, or build the layer in its owner's build()",
    )


def _values_message(layer: Any, name: str, given: int, own: Sequence[Variable]) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' needs a value for each variable",
        given=f"{name}: {given} values",
        expected=f"{len(own)}: {', '.join(each.path for each in own) or 'none'}",
        remedy=f"[each.value for each in layer.{name}]",
    )


def _unbuilt_message(layer: Any) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' cannot be called without state yet",
        given="a layer that is not built, so that it has no variables",
        expected="a layer that has seen an input, or a shape",
        remedy="layer.build(input_shape)",
    )
