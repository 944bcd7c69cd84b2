"""What is looked at in each batch before it is used, where compiled steps know only shapes.

A class number that there is not, in any batch of a stream; a batch of another size than a stateful
layer keeps states for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from geartrain import losses
from geartrain.errors import explain
from geartrain.layers.kept_states import KeptStates
from geartrain.tensor.nest import flatten
from geartrain.training.outputs import is_nest
from geartrain.training.programs import flattened
from geartrain.utils.data_tuples import unpack_x_y_sample_weight

if TYPE_CHECKING:
    from geartrain.training.data import Data
    from geartrain.training.trainer import Trainer


class BatchCheck:
    """Raises for batches that cannot go well.

    Args:
        trainer: the model.
    """

    def __init__(self, trainer: Trainer) -> None:
        self.trainer = trainer
        self._loss = _loss_of_classes(trainer)

    def __call__(self, kind: str, batch: Any) -> None:
        """Look at a batch for a kind of step.

        Raises:
            ValueError: it cannot be used.
        """
        x, y, _ = unpack_x_y_sample_weight(batch)
        first = next((each for each in flatten(x) if each is not None), None)
        if first is not None:
            _require_size(self.trainer, f"A {kind} step", [len(first)])
        shape = getattr(self.trainer, "output_shape", None)
        if self._loss is not None and isinstance(y, np.ndarray) and _is_shape(shape):
            self._loss.check_targets(y, shape)


def check_sizes(trainer: Trainer, where: str, data: Data) -> None:
    """Raise where batches of arrays have another size than a stateful layer keeps states for.

    Raises:
        ValueError: it is so.
    """
    full, rest = divmod(data.samples, data.batch_size)
    sizes = [data.batch_size] * bool(full) + [rest] * bool(rest)
    _require_size(trainer, where, sizes)


def _require_size(trainer: Trainer, where: str, sizes: Iterable[int]) -> None:
    for layer in flattened(trainer):
        kept: object = getattr(layer, "_kept", None)
        if not isinstance(kept, KeptStates):
            continue
        for size in sizes:
            if size != kept.batch:
                raise ValueError(_size_message(where, layer, kept.batch, size))


def _loss_of_classes(trainer: Trainer) -> Any:
    """The model's loss, if it compares class numbers with outputs; else None."""
    asked = trainer._compile_loss and trainer._compile_loss.loss
    if asked is None or is_nest(asked) or not trainer.needs_targets:
        return None
    loss = losses.as_loss(asked)
    return loss if isinstance(loss, losses.SparseCategoricalCrossentropy) else None


def _is_shape(shape: Any) -> bool:
    return isinstance(shape, tuple) and all(isinstance(n, int | None) for n in shape)


def _size_message(where: str, layer: Any, kept: int, size: int) -> str:
    return explain(
        f"{where}: {type(layer).__name__} '{layer.name}' keeps states for another batch size",
        given=f"a batch of {size} samples",
        expected=f"{kept} samples in each batch (set when the layer was built, with stateful=True)",
        axis=f"axis 0: {size} against {kept}",
        remedy=f"batch_size={kept}, and a number of samples that it divides",
    )
