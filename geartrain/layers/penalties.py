"""What layers add to the loss: regularizers of weights and of outputs, and `add_loss`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from geartrain import primitives
from geartrain.errors import explain
from geartrain.layers.calls import surroundings
from geartrain.layers.tracking import parts_of
from geartrain.ops import divide, is_tensor
from geartrain.symbolic.captures import resolved
from geartrain.tensor import Tensor, Variable
from geartrain.tensor.interpreter import duty
from geartrain.tensor.nest import flatten


class Penalized:
    """Keeps what was added to the loss during the last call, with the number of that call.

    Each outermost call has a number. A call of a layer makes what it and the layers inside added
    in earlier calls count no more.
    """

    activity_regularizer: Callable[[Any], Tensor] | None

    if TYPE_CHECKING:
        trainable_weights: Any

    def _begin_losses(self) -> None:
        self._losses: list[tuple[int, Tensor]] = []
        self._last_call = 0

    def add_loss(self, loss: Any) -> None:
        """Add a scalar to the loss of the model; for `call`.

        Args:
            loss: a tensor, or a list of them.

        Raises:
            ValueError: it is no tensor.
        """
        for each in flatten(resolved(loss)):
            if not is_tensor(each):
                raise ValueError(_loss_message(self, each))
            if duty.stateless is not None and duty.stateless.collect_losses:
                duty.stateless.add_loss(each)
            now = surroundings.number
            self._losses = [kept for kept in self._losses if kept[0] == now]
            self._losses.append((now, each))

    def penalize_activity(self, outputs: Any) -> None:
        """Add what the regularizer says of the outputs, divided by the number of samples."""
        if self.activity_regularizer is None:
            return
        for each in flatten(outputs):
            if isinstance(each, Tensor):
                self.add_loss(_a_sample(self.activity_regularizer(each), each))

    @property
    def losses(self) -> list[Tensor]:
        """What is added to the loss: in the last call, then by the regularizers of weights."""
        regular = [each for each in self.trainable_weights if each.regularizer is not None]
        return [*self._added(0), *map(penalty_of, regular)]

    def _added(self, since: int) -> list[Tensor]:
        """What was added since a call, by the layer and those inside, of which numbers are left."""
        since = max(since, self._last_call)
        own = [each for number, each in self._losses if number >= since and not has_ended(each)]
        inner = (each for layer in parts_of(self, Penalized) for each in layer._added(since))
        return [*own, *inner]


def penalty_of(variable: Variable) -> Tensor:
    """What the regularizer of a variable says of it."""
    penalty: Tensor = variable.regularizer(variable.value)
    return penalty


def has_ended(tensor: Tensor) -> bool:
    """Whether this is a symbol of a function that is not traced any more."""
    return tensor.is_symbolic and bool(getattr(tensor.value.interpreter, "ended", False))  # type: ignore[union-attr]


def _a_sample(penalty: Tensor, outputs: Tensor) -> Tensor:
    """A penalty on what came out, divided by the number of samples."""
    return divide(penalty, primitives.size(outputs, axes=(0,), dtype=penalty.dtype))


def _loss_message(layer: Any, given: object) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' cannot add this to the loss",
        given=f"{given!r} ({type(given).__name__})",
        expected="a tensor, computed from the inputs of call()",
        remedy="self.add_loss(ops.sum(inputs) * 0.1)",
    )
