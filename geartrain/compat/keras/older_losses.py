"""What Keras 2's models had of symbols beside their outputs: `targets`, `total_loss`.

grads = K.gradients(model.total_loss, model.trainable_weights)
f = K.function([model.inputs[0], model.targets[0], model.sample_weights[0]], grads)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from geartrain.errors import explain
from geartrain.layers import Input
from geartrain.ops import add, multiply
from geartrain.primitives.primitive import Spec
from geartrain.symbolic.steps import Sizes, Step, parts_of_step
from geartrain.tensor import Tensor

__all__ = ["sample_weights", "targets", "total_loss"]

_known: WeakKeyDictionary[Any, Symbols] = WeakKeyDictionary()


@dataclass(frozen=True)
class Symbols:
    """The symbolic targets of a model, a weight of each sample for each of them, and the loss."""

    compiled: Any
    targets: list[Any]
    weights: list[Any]
    loss: Any


@dataclass(frozen=True)
class WithLosses(Step):
    """A loss, and what a model adds to it: of its regularizers, and of `add_loss`."""

    model: Any
    outputs: Any

    def carry_out(self, inputs: list[Tensor], sizes: Sizes) -> list[Tensor]:
        """The sum, of the variables as they are then."""
        total = inputs[0]
        for each in self.model.losses:
            total = add(total, each)
        return [total]


def targets(self: Any) -> list[Any]:
    """A symbolic tensor for each output: what is to come out."""
    return _symbols(self).targets


def sample_weights(self: Any) -> list[Any]:
    """A symbolic tensor for each output: how much each sample counts."""
    return _symbols(self).weights


def total_loss(self: Any) -> Any:
    """The loss of the compiled model, symbolic, with that of its regularizers.

    Raises:
        RuntimeError: the model is not compiled with a loss, or has no symbolic outputs.
    """
    return _symbols(self).loss


def _symbols(model: Any) -> Symbols:
    """The symbols of a model, made anew when it was compiled anew."""
    found = _known.get(model)
    if found is None or found.compiled is not model._compile_loss:
        found = _known[model] = _made(model)
    return found


def _made(model: Any) -> Symbols:
    loss, outputs = model._compile_loss, getattr(model, "outputs", None)
    if loss is None or not outputs:
        raise RuntimeError(_loss_message(model))
    loss.build(outputs if len(outputs) > 1 else outputs[0])
    wanted: list[Any] = []
    weights: list[Any] = []
    total: Any = None
    for part in loss._parts:
        output = outputs[part.place]
        target = Input(batch_shape=_target_shape(part.loss, output), dtype=output.dtype)
        weight = Input(batch_shape=(None,), dtype="float32")
        value = part.loss(target, output, sample_weight=weight)
        value = value if part.weight is None else multiply(value, part.weight)
        total = value if total is None else add(total, value)
        wanted.append(target)
        weights.append(weight)
    step = WithLosses(model, [0])
    (whole,) = parts_of_step(step, "total_loss", [Spec((), total.dtype)], [total])
    return Symbols(loss, wanted, weights, whole)


def _target_shape(loss: Any, output: Any) -> tuple[Any, ...]:
    """The shape of an output; with one number a sample, where classes are numbers."""
    shape = (None, *output.shape[1:])
    return (*shape[:-1], 1) if loss.name.startswith("sparse") else shape


def _loss_message(model: Any) -> str:
    return explain(
        f"{model!r} has no symbolic loss",
        given="no outputs, or no loss",
        expected="a Sequential or functional model that is compiled with a loss",
        remedy="model.compile('adam', 'mse')",
    )
