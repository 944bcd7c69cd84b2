"""What happens to one batch: methods of the model, run eagerly or traced into machine code.

    train_step   forward, loss, backward, the optimizer's update, the metrics
    test_step    forward, loss, the metrics
    predict_step forward

A model may define its own: it takes `data`, which is `x`, `(x, y)` or `(x, y, sample_weight)`, and
returns what the logs shall show, by name.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.autodiff import GradientTape
from geartrain.errors import explain
from geartrain.metrics import Mean, Metric
from geartrain.ops import add, cast, convert_to_tensor, sum
from geartrain.symbolic.captures import remembering, standing_for
from geartrain.symbolic.replay import scope_of
from geartrain.tensor import Tensor, Variable
from geartrain.tensor.dtypes import FLOAT32
from geartrain.tensor.nest import flatten
from geartrain.tensor.user_line import levels_to_user
from geartrain.training.compile_loss import CompileLoss
from geartrain.training.compile_metrics import CompileMetrics
from geartrain.utils.data_tuples import unpack_x_y_sample_weight

ZERO = np.zeros((), "int8")  # what any state becomes that begins again


class Steps:
    """The steps, and the losses and metrics that they use."""

    optimizer: Any
    trainable_variables: Any
    losses: Any

    def __init__(self) -> None:
        self.compiled = False
        self._held: Held | None = None
        self._loss_tracker = Mean(name="loss")
        self._compile_loss: CompileLoss | None = None
        self._compile_metrics: CompileMetrics | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the outputs of a batch."""
        raise NotImplementedError

    # -- steps -----------------------------------------------------------------------------------

    def train_step(self, data: Any) -> dict[str, Any]:
        """One step of training; gives the logs.

        Args:
            data: `x`, `(x, y)` or `(x, y, sample_weight)`, of tensors.
        """
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        with GradientTape() as tape:
            for each in self.variables_to_train:
                tape.watch(each)  # one that was frozen since `compile` is not watched by itself
            y_pred, known = self._remembered(x, training=True)
            with standing_for(scope_of(known)):
                loss = self._loss_of(x, y, y_pred, sample_weight, training=True)
            scaled = self.optimizer.scale_loss(loss) if self._scales else loss
        self._loss_tracker.update_state(loss, sample_weight=_batch_size(x))
        variables = self.variables_to_train
        if variables:
            self.optimizer.apply(tape.gradient(scaled, variables), variables)
        else:
            warnings.warn(_nothing_to_train_message(), stacklevel=levels_to_user())
        return self.compute_metrics(x, y, y_pred, sample_weight=sample_weight)

    def test_step(self, data: Any) -> dict[str, Any]:
        """One step of evaluation; gives the logs."""
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        y_pred, known = self._remembered(x, training=False)
        with standing_for(scope_of(known)):
            loss = self._loss_of(x, y, y_pred, sample_weight, training=False)
        self._loss_tracker.update_state(loss, sample_weight=_batch_size(x))
        return self.compute_metrics(x, y, y_pred, sample_weight=sample_weight)

    def predict_step(self, data: Any) -> Any:
        """One step of prediction; gives the outputs."""
        x, _, _ = unpack_x_y_sample_weight(data)
        return self(x, training=False)

    def _remembered(self, x: Any, *, training: bool) -> tuple[Any, dict[Any, Any]]:
        """The outputs, and what every tensor of the model is: losses may close over them."""
        with remembering() as known:
            return self(x, training=training), known

    @property
    def variables_to_train(self) -> Any:
        """The variables that a step of training changes."""
        return self.trainable_variables

    @property
    def _scales(self) -> bool:
        return hasattr(self.optimizer, "scale_loss")

    def _loss_of(
        self, x: Any, y: Any, y_pred: Any, sample_weight: Any, *, training: bool
    ) -> Tensor:
        """`compute_loss`, which a model may define without `training`."""
        given = {"x": x, "y": y, "y_pred": y_pred, "sample_weight": sample_weight}
        if type(self).compute_loss is Steps.compute_loss or _takes(self.compute_loss, "training"):
            return self.compute_loss(**given, training=training)
        return self.compute_loss(**given)

    # -- losses and metrics ----------------------------------------------------------------------

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Tensor:
        """The loss of a batch: a scalar; what regularizers and `add_loss` add is in it.

        Args:
            x: the inputs.
            y: the targets.
            y_pred: what the model gave for `x`.
            sample_weight: how much each sample counts.
            training: whether the model is being trained.

        Raises:
            ValueError: there is no loss at all.
        """
        total = None
        if self._compile_loss is not None:
            total = self._compile_loss(y, y_pred, sample_weight)
        for each in self.losses:
            term = sum(each) if each.shape else each
            if total is not None and term.dtype != total.dtype:
                term = cast(term, total.dtype)
            total = term if total is None else add(total, term)
        if total is None:
            raise ValueError(_no_loss_message())
        return total

    def compute_metrics(
        self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None
    ) -> dict[str, Any]:
        """Take a batch into the metrics of `compile`; gives all numbers by name."""
        if self._compile_metrics is not None:
            self._compile_metrics.update_state(y, y_pred, sample_weight)
        return self.get_metrics_result()

    def get_metrics_result(self) -> dict[str, Any]:
        """The numbers of all metrics now, by name."""
        found: dict[str, Any] = {}
        for metric in self.metrics:
            result: Any = metric.result()
            found.update(result if isinstance(result, dict) else {metric.name: result})
        return found

    @property
    def metrics(self) -> list[Any]:
        """The mean loss, the metrics of `compile`, and the model's and its layers' own."""
        found: list[Any] = [self._loss_tracker] if self.compiled else []
        if self.compiled and self._compile_metrics is not None:
            found.append(self._compile_metrics)
        if self.compiled and self._compile_loss is not None:
            found += self._compile_loss.metrics
        found += self._own_metrics() if self._held is None else self._held.own
        return found

    @contextmanager
    def holding_metrics(self) -> Iterator[None]:
        """Look for the model's own metrics once: while it trains they stay the same."""
        if self._held is not None:
            yield
            return
        self._held = Held(self._own_metrics())
        self._held.add_states(self.metrics)
        try:
            yield
        finally:
            self._held = None

    def look_for_metrics(self) -> None:
        """Look again, where they are held: a first call may have made some."""
        if self._held is not None:
            self._held = Held(self._own_metrics())
            self._held.add_states(self.metrics)

    def _own_metrics(self) -> list[Metric]:
        """The metrics among the attributes of the model and of its layers."""
        return []

    @property
    def loss_mean(self) -> Any:
        """The metric that holds the mean loss; None, if no metric is one."""
        named = (each for each in self.metrics if each.name == "loss" and hasattr(each, "total"))
        return next(named, None)

    @property
    def metrics_names(self) -> list[str]:
        """The names of `metrics`, in order."""
        return [metric.name for metric in self.metrics]

    def reset_metrics(self) -> None:
        """Begin counting again."""
        known = {} if self._held is None else self._held.states
        for metric in self.metrics:
            if id(metric) in known:
                for variable in known[id(metric)]:
                    variable.overwrite(ZERO)
            else:
                metric.reset_state()


class Held:
    """The metrics of a model while it trains, and their states.

    Args:
        own: the metrics among the attributes of the model and of its layers.
    """

    def __init__(self, own: list[Metric]) -> None:
        self.own = own
        self.states: dict[int, list[Variable]] = {}

    def add_states(self, metrics: list[Any]) -> None:
        """Keep the states of metrics that begin again at 0, by the metric."""
        self.states |= {id(each): each.variables for each in metrics if _begins_at_zero(each)}


def _begins_at_zero(metric: Any) -> bool:
    if isinstance(metric, CompileMetrics):
        return metric.begins_at_zero
    return type(metric).reset_state is Metric.reset_state


def _batch_size(x: Any) -> Tensor:
    """How many samples a batch has, as a number that machine code knows."""
    first = next(each for each in flatten(x) if each is not None)
    return primitives.size(convert_to_tensor(first), axes=(0,), dtype=FLOAT32)


def _takes(function: Any, name: str) -> bool:
    """Whether a function has a parameter of this name."""
    parameters = inspect.signature(function).parameters.values()
    return any(each.name == name or each.kind is each.VAR_KEYWORD for each in parameters)


def _no_loss_message() -> str:
    return explain(
        "There is no loss to compute",
        given="compile() without a loss, and no layer that adds one",
        expected="a loss, which training makes smaller",
        remedy="model.compile(optimizer='rmsprop', loss='mse')",
    )


def _nothing_to_train_message() -> str:
    return (
        "The model has no trainable weights, so that training changes nothing. Remedy: "
        "model.trainable = True, if it was frozen; a layer with weights, if it has none"
    )
