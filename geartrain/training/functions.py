"""Steps as functions: of batches, and of state.

train_function(batches)               one step on the next batch; gives the logs
stateless_compute_loss(values, ...)   the loss, and the next values of the state
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from geartrain.errors import explain
from geartrain.tensor.stateless import StatelessScope
from geartrain.training.feeding import as_batch
from geartrain.training.runner import run_batch
from geartrain.training.steps import Steps

if TYPE_CHECKING:
    from geartrain.tensor import Tensor

StepFunction = Callable[[Iterator[Any]], Any]


class StepFunctions(Steps):
    """A model's steps, as functions of batches."""

    def __init__(self) -> None:
        super().__init__()
        self.train_function: StepFunction | None = None
        self.test_function: StepFunction | None = None
        self.predict_function: StepFunction | None = None

    def make_train_function(self, force: bool = False) -> StepFunction:
        """A function that trains on the next batch of an iterator, and gives the logs.

        Args:
            force: whether to make it anew.
        """
        return self._function("train", force=force)

    def make_test_function(self, force: bool = False) -> StepFunction:
        """The same for evaluation."""
        return self._function("test", force=force)

    def make_predict_function(self, force: bool = False) -> StepFunction:
        """The same for prediction; it gives the outputs."""
        return self._function("predict", force=force)

    def _function(self, kind: str, *, force: bool) -> StepFunction:
        name = f"{kind}_function"
        if force or getattr(self, name) is None:
            setattr(self, name, step_function(self, kind))
        found: StepFunction = getattr(self, name)
        return found

    def stateless_compute_loss(
        self,
        trainable_variables: Sequence[Any],
        non_trainable_variables: Sequence[Any],
        metrics_variables: Sequence[Any],
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> tuple[Any, tuple[list[Any], list[Any], list[Any]]]:
        """The loss for given values of the variables; no variable changes.

        Args:
            trainable_variables: values for `model.trainable_variables`.
            non_trainable_variables: values for `model.non_trainable_variables`.
            metrics_variables: values for `model.metrics_variables`.
            x: the inputs.
            y: the targets.
            y_pred: what the model gave.
            sample_weight: how much each sample counts.
            training: whether the model is being trained.

        Returns:
            The loss, and the three lists of values after it.
        """
        values = (trainable_variables, non_trainable_variables, metrics_variables)
        given = {"x": x, "y": y, "y_pred": y_pred, "sample_weight": sample_weight}
        return loss_of_state(self, values, {**given, "training": training})


def step_function(trainer: Any, kind: str) -> StepFunction:
    """A function that takes the next of some batches and does a step of a kind on it."""

    def step(batches: Iterator[Any]) -> Any:
        found = run_batch(trainer, kind, as_batch(f"{kind}_function", next(batches)))
        return found if kind == "predict" else trainer.logs_of(found)

    return step


def loss_of_state(
    trainer: Any, values: Sequence[Sequence[Any]], arguments: dict[str, Any]
) -> tuple[Tensor, tuple[list[Any], list[Any], list[Any]]]:
    """The loss for given values of the variables, and their values after it."""
    owners = (
        trainer.trainable_variables,
        trainer.non_trainable_variables,
        trainer.metrics_variables,
    )
    for given, own in zip(values, owners, strict=True):
        if len(given) != len(own):
            raise ValueError(_count_message(len(given), own))
    pairs = [
        pair
        for given, own in zip(values, owners, strict=True)
        for pair in zip(own, given, strict=True)
    ]
    with StatelessScope(pairs) as scope:
        loss = trainer.compute_loss(**arguments)
    after = [[scope.get_current_value(each) for each in own] for own in owners]
    return loss, (after[0], after[1], after[2])


def _count_message(given: int, own: Sequence[Any]) -> str:
    return explain(
        "stateless_compute_loss needs a value for each variable",
        given=f"{given} values",
        expected=f"{len(own)}: " + ", ".join(each.path for each in own),
        remedy="[each.value for each in model.trainable_variables], and so on",
    )
