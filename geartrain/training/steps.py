"""What happens to one batch: functions of tensors, run eagerly or traced into machine code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geartrain import primitives
from geartrain.autodiff import GradientTape
from geartrain.ops import multiply
from geartrain.tensor import Tensor
from geartrain.tensor.dtypes import FLOAT32

if TYPE_CHECKING:
    from geartrain.training.trainer import Trainer


def train_on_rows(trainer: Trainer, x: Tensor, y: Tensor, rows: Tensor) -> None:
    """One step of training, on the samples of the whole data that `rows` names."""
    chosen = (primitives.take(each, rows, axis=0) for each in (x, y))
    train_on_samples(trainer, *chosen)


def train_on_samples(trainer: Trainer, x: Tensor, y: Tensor) -> None:
    """One step of training: forward, loss, backward, the optimizer's update, the metrics."""
    with GradientTape() as tape:
        outputs = trainer(x, training=True)
        loss = trainer.compute_loss(y, outputs)
    variables = trainer.trainable_variables
    trainer.optimizer.apply(tape.gradient(loss, variables), variables)
    trainer.constrain()
    update_metrics(trainer, y, outputs, loss)


def test_on_samples(trainer: Trainer, x: Tensor, y: Tensor) -> None:
    """One step of evaluation: forward, loss, the metrics."""
    outputs = trainer(x, training=False)
    update_metrics(trainer, y, outputs, trainer.compute_loss(y, outputs))


def predict_on_samples(trainer: Trainer, x: Tensor) -> Tensor:
    """One step of prediction: forward."""
    outputs: Tensor = trainer(x, training=False)
    return outputs


def update_metrics(trainer: Trainer, y: Tensor, outputs: Tensor, loss: Tensor) -> None:
    """Take a batch into the metrics; the mean loss weighs each batch by its samples."""
    count = primitives.size(y, axes=(0,), dtype=FLOAT32)
    trainer.loss_tracker.add_total(multiply(loss, count), count)
    for metric in trainer.compiled_metrics:
        metric.update_state(y, outputs)
