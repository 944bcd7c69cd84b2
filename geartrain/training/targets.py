"""What is looked at before a step compares targets with outputs: which cannot go well.

Numbers of classes that there are not are refused here, where the numbers are; compiled steps know
only their shapes. A loss of probabilities after a layer that gives none is warned of: it trains,
and badly.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from geartrain import activations, losses
from geartrain.errors import explain
from geartrain.tensor.user_line import levels_to_user
from geartrain.training.outputs import is_nest

if TYPE_CHECKING:
    from geartrain.training.data import Data
    from geartrain.training.trainer import Trainer

PROBABLE = (activations.softmax, activations.sigmoid)


def check_targets(trainer: Trainer, asked: Any, data: Data) -> None:
    """Look at the targets and the last layer of a model with one output and one loss.

    Raises:
        ValueError: targets that the loss cannot take.
    """
    shape = getattr(trainer, "output_shape", None)
    if asked is None or is_nest(asked) or not isinstance(data.y, np.ndarray):
        return
    if not isinstance(shape, tuple) or not all(isinstance(n, int | None) for n in shape):
        return
    loss = losses.as_loss(asked)
    if isinstance(loss, losses.SparseCategoricalCrossentropy):
        loss.check_targets(data.y, shape)
    last = (getattr(trainer, "layers", None) or [None])[-1]
    if last is not None and hasattr(loss, "from_logits") and hasattr(last, "activation"):
        message = _unfit(loss, last, shape)
        if message:
            warnings.warn(message, UserWarning, stacklevel=levels_to_user())


def _unfit(loss: Any, last: Any, shape: tuple[Any, ...]) -> str | None:
    """What is said of a loss that does not fit the last layer; None where it does."""
    activation = last.activation
    is_linear = activation is None or activation is activations.linear
    if is_linear and not loss.from_logits:
        return _logits_message(loss, last)
    if activation in PROBABLE and loss.from_logits:
        return _twice_message(loss, last)
    if activation is activations.softmax and shape[-1] == 1:
        return _lone_message(last)
    return None


def _layer(last: Any) -> str:
    name = getattr(last.activation, "__name__", None) or "linear"
    return f"{type(last).__name__} '{last.name}', with activation '{name}', as the last layer"


def _logits_message(loss: Any, last: Any) -> str:
    kind = type(loss).__name__
    activation = "sigmoid" if "Binary" in kind else "softmax"
    return explain(
        f"{loss.name} is told that it gets probabilities, and gets any numbers",
        given=_layer(last),
        expected=f"probabilities (set by {kind}(from_logits=False), its default)",
        remedy=f"loss=losses.{kind}(from_logits=True), or activation='{activation}' in the last "
        "layer",
    )


def _twice_message(loss: Any, last: Any) -> str:
    kind = type(loss).__name__
    return explain(
        f"{loss.name} takes what are probabilities already for logits",
        given=_layer(last),
        expected=f"logits (set by {kind}(from_logits=True))",
        remedy=f"loss=losses.{kind}(), or no activation in the last layer",
    )


def _lone_message(last: Any) -> str:
    return explain(
        "A softmax over one number is 1, whatever the number",
        given=_layer(last),
        expected="an output for each class, two at least; or a sigmoid for yes and no",
        axis="axis -1 of the outputs has size 1",
        remedy="Dense(1, activation='sigmoid') with loss='binary_crossentropy'",
    )
