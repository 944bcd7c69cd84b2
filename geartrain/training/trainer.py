"""`Trainer`: the part of a model that trains it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from geartrain import losses, optimizers
from geartrain import metrics as metrics_room
from geartrain.autodiff import is_debugging_nans
from geartrain.callbacks import Callback, CallbackList, History
from geartrain.errors import explain
from geartrain.metrics import Mean, Metric
from geartrain.ops import add
from geartrain.tensor import Array, Tensor
from geartrain.training.data import Data, read_data
from geartrain.training.loss_watch import LossWatch
from geartrain.training.progress import Progress
from geartrain.training.runner import CompiledRunner, EagerRunner, Runner, sample_order

if TYPE_CHECKING:
    from geartrain.compiler import AnyProgram
    from geartrain.losses import Loss
    from geartrain.optimizers import Optimizer


class Trainer:
    """`compile`, `fit`, `evaluate` and `predict`, for a model that is called with a batch."""

    optimizer: Optimizer
    loss: Loss
    trainable_variables: Any
    losses: Any

    def __init__(self) -> None:
        self.compiled = False
        self.run_eagerly = False
        self.stop_training = False
        self.loss_tracker = Mean("loss")
        self.compiled_metrics: list[Metric] = []
        self.programs: dict[Any, AnyProgram] = {}

    def __call__(self, inputs: Any, *, training: bool | None = None) -> Any:
        """Compute the outputs of a batch."""
        raise NotImplementedError

    def constrain(self) -> None:
        """Bring the weights back to where their constraints allow them to be."""

    def ensure_ready(self, where: str, data: Data) -> None:
        """Make the weights for this data, or raise because it does not fit the model."""
        raise NotImplementedError

    # -- compile ---------------------------------------------------------------------------------

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        metrics: Sequence[Any] | None = None,
        run_eagerly: bool = False,
    ) -> None:
        """Say how to train.

        Args:
            optimizer: a name or an object of `geartrain.optimizers`.
            loss: a name, an object of `geartrain.losses`, or a function of (y_true, y_pred).
            metrics: names, objects or functions; their keys in logs are as asked for.
            run_eagerly: whether to run every step with NumPy, operation by operation, so that
                it can be stepped through.

        Raises:
            ValueError: a name that nothing has; nothing is changed then.
        """
        chosen = optimizers.get(optimizer)
        chosen_loss = losses.as_loss(loss) if loss is not None else None
        chosen_metrics = [metrics_room.as_metric(each) for each in metrics or ()]
        self.optimizer = chosen
        if chosen_loss is not None:
            self.loss = chosen_loss
        self.compiled_metrics = chosen_metrics
        self.loss_tracker = Mean("loss")
        self.run_eagerly = run_eagerly
        self.programs.clear()
        self.compiled = chosen_loss is not None

    def compute_loss(self, y: Tensor, outputs: Tensor) -> Tensor:
        """The loss of a batch: a scalar; what regularizers add is in it."""
        loss = self.loss(y, outputs)
        for penalty in self.losses:
            loss = add(loss, penalty)
        return loss

    @property
    def metrics(self) -> list[Metric]:
        """The mean loss, and the metrics given to `compile`."""
        return [self.loss_tracker, *self.compiled_metrics]

    @property
    def metrics_names(self) -> list[str]:
        """Their names, in order."""
        return [metric.name for metric in self.metrics]

    def reset_metrics(self) -> None:
        """Begin counting again."""
        for metric in self.metrics:
            metric.reset_state()

    def get_metrics_result(self) -> dict[str, float]:
        """The numbers now, by name."""
        return {metric.name: metric.current() for metric in self.metrics}

    # -- fit -------------------------------------------------------------------------------------

    def fit(
        self,
        x: Any,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: int | str = "auto",
        callbacks: Sequence[Callback] | None = None,
        validation_split: float = 0.0,
        validation_data: tuple[Any, Any] | None = None,
        shuffle: bool = True,
        initial_epoch: int = 0,
    ) -> History:
        """Train: go over the samples `epochs` times, a batch a step.

        Args:
            x: samples along the first axis.
            y: what each should give.
            batch_size: samples a step; 32 if None. The last batch of an epoch may be smaller.
            epochs: the number of the epoch after the last.
            verbose: 0 silent, 1 a bar, 2 a line an epoch; "auto" is 1.
            callbacks: told of the progress.
            validation_split: the share of the last samples to evaluate after each epoch instead
                of training on them.
            validation_data: (x, y) to evaluate after each epoch.
            shuffle: whether each epoch takes the samples in a new order.
            initial_epoch: the number of the first epoch.

        Returns:
            A `History`: `history.history["loss"]` and so on, one number an epoch.

        Raises:
            RuntimeError: `compile` was not called.
            ValueError: x and y do not fit each other, the model or the loss.
        """
        data, held_out = self._training_data(x, y, batch_size, validation_split, validation_data)
        level = 1 if verbose == "auto" else int(verbose)
        history = History()
        params = {"epochs": epochs, "steps": data.steps, "verbose": level}
        told = CallbackList([*(callbacks or ()), history], self, params)
        runner = self._runner(data)
        watch = LossWatch(self, runner, told.callbacks)
        self.stop_training = False
        told.tell("on_train_begin", {})
        for epoch in range(initial_epoch, epochs):
            if level:
                print(f"Epoch {epoch + 1}/{epochs}")
            told.tell("on_epoch_begin", epoch, {})
            order = sample_order(data.samples, shuffle=shuffle)
            watch.begin_epoch(epoch, order)
            logs = self._run_epoch(runner, told, order, watch, level, held_out)
            told.tell("on_epoch_end", epoch, logs)
            if self.stop_training:
                break
        told.tell("on_train_end", {})
        return history

    def _training_data(
        self,
        x: Any,
        y: Any,
        batch_size: int | None,
        split: float,
        validation_data: tuple[Any, Any] | None,
    ) -> tuple[Data, Data | None]:
        """The data to train on, and that to validate on, both checked."""
        self._check_compiled("fit")
        data, held_out = self._checked_data("fit", x, y, batch_size), None
        if validation_data is not None:
            held_out = self._checked_data("fit", *validation_data, batch_size)
        elif split:
            data, held_out = data.split(split)
        return data, held_out

    def _run_epoch(
        self,
        runner: Runner,
        told: CallbackList,
        order: Array,
        watch: LossWatch,
        level: int,
        held_out: Data | None,
    ) -> dict[str, float]:
        self.reset_metrics()
        progress = Progress(runner.data.steps, level)
        done = 0
        turns = runner.train(order, single=told.wants_batches)
        while done < runner.data.steps:
            if told.wants_batches:
                told.tell("on_train_batch_begin", done, {})
            before, done = done, next(turns)
            watch.look(before, done)
            logs = self.get_metrics_result() if told.wants_batches or progress.live else {}
            if told.wants_batches:
                told.tell("on_train_batch_end", done - 1, logs)
            progress.update(done, logs)
            if self.stop_training:
                break
        logs = self.get_metrics_result()
        if held_out is not None:
            found = self._evaluate(held_out, 0)
            logs.update({f"val_{name}": value for name, value in found.items()})
        progress.finish(logs)
        return logs

    # -- evaluate and predict --------------------------------------------------------------------

    def evaluate(
        self,
        x: Any,
        y: Any = None,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        return_dict: bool = False,
    ) -> Any:
        """The loss and the metrics over all samples.

        Returns:
            The loss alone if there are no metrics, else a list in the order of `metrics_names`,
            or a dict by name.
        """
        self._check_compiled("evaluate")
        data = self._checked_data("evaluate", x, y, batch_size)
        found = self._evaluate(data, 1 if verbose == "auto" else int(verbose))
        if return_dict:
            return found
        values = list(found.values())
        return values if len(values) > 1 else values[0]

    def _evaluate(self, data: Data, level: int) -> dict[str, float]:
        self.reset_metrics()
        progress = Progress(data.steps, level)
        for done in self._runner(data).test():
            if progress.live:
                progress.update(done, self.get_metrics_result())
        found = self.get_metrics_result()
        progress.finish(found)
        return found

    def predict(self, x: Any, batch_size: int | None = None, verbose: int | str = "auto") -> Array:
        """The outputs for all samples, as a NumPy array."""
        data = read_data("predict", x, None, batch_size)
        self.ensure_ready("predict", data)
        progress = Progress(data.steps, 1 if verbose == "auto" else int(verbose))
        parts = list(self._runner(data).predict())
        progress.finish({})
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    # -- one batch -------------------------------------------------------------------------------

    def train_on_batch(self, x: Any, y: Any, return_dict: bool = False) -> Any:
        """One step on one batch; gives its loss and metrics."""
        return self._on_batch("train_on_batch", x, y, return_dict)

    def test_on_batch(self, x: Any, y: Any, return_dict: bool = False) -> Any:
        """Evaluate one batch."""
        return self._on_batch("test_on_batch", x, y, return_dict)

    def predict_on_batch(self, x: Any) -> Array:
        """The outputs of one batch."""
        return self.predict(x, batch_size=len(x), verbose=0)

    def _on_batch(self, where: str, x: Any, y: Any, return_dict: bool) -> Any:
        self._check_compiled(where)
        data = self._checked_data(where, x, y, len(x))
        runner = self._runner(data)
        self.reset_metrics()
        order = np.arange(data.samples)
        turns = runner.train(order, single=True) if where.startswith("train") else runner.test()
        for _ in turns:
            pass
        found = self.get_metrics_result()
        return found if return_dict else list(found.values())

    # -- what they share -------------------------------------------------------------------------

    def _runner(self, data: Data) -> Runner:
        eagerly = self.run_eagerly or is_debugging_nans()
        return EagerRunner(self, data) if eagerly else CompiledRunner(self, data)

    def _checked_data(self, where: str, x: Any, y: Any, batch_size: int | None) -> Data:
        data = read_data(where, x, y, batch_size)
        if data.y is None:
            raise ValueError(_no_targets_message(where))
        self.ensure_ready(where, data)
        return data

    def _check_compiled(self, where: str) -> None:
        if not self.compiled:
            raise RuntimeError(_not_compiled_message(where))


def _not_compiled_message(where: str) -> str:
    return explain(
        f"{where} needs a compiled model",
        given="a model without a loss",
        expected="a loss and an optimizer, which compile() sets",
        remedy="model.compile(optimizer='rmsprop', loss='categorical_crossentropy', "
        "metrics=['accuracy'])",
    )


def _no_targets_message(where: str) -> str:
    return explain(
        f"{where} needs targets",
        given="x, and y=None",
        expected="y: what each sample should give (the loss compares the outputs with it)",
        remedy=f"model.{where}(x, y)",
    )
