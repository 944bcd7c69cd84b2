"""The loops over epochs and batches, with what callbacks are told on the way."""

from __future__ import annotations

import warnings
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geartrain.callbacks import CallbackList
from geartrain.tensor.nest import flatten, map_nest, pack_like
from geartrain.tensor.user_line import levels_to_user
from geartrain.training.data import Data
from geartrain.training.limits import limits
from geartrain.training.loss_watch import LossWatch
from geartrain.training.runner import (
    CompiledRunner,
    Runner,
    StreamRunner,
    Turn,
    sample_order,
)

if TYPE_CHECKING:
    from geartrain.training.trainer import Trainer

RAN_OUT = (
    "The data ran out, and the epoch ends here. Remedy: data for at least steps_per_epoch * epochs "
    "batches; a generator gives its batches once: a PyDataset or a Dataset begins again"
)


class ArrayFeed:
    """Arrays, gone over in an order that goes on from epoch to epoch."""

    def __init__(self, runner: Runner, *, shuffle: bool | str = False) -> None:
        self.runner = runner
        self.data: Data = runner.data
        self.shuffle = shuffle
        self._left = np.zeros(0, np.int64)
        self.order = self._left

    @property
    def steps(self) -> int | None:
        """How many batches one pass has."""
        return self.data.steps

    def begin(self, limit: int | None) -> None:
        """Choose the samples of an epoch: all, or the next batches of a pass."""
        if not len(self._left):
            size = self.data.batch_size
            self._left = sample_order(self.data.samples, shuffle=self.shuffle, batch_size=size)
        count = len(self._left) if limit is None else limit * self.data.batch_size
        self.order, self._left = self._left[:count], self._left[count:]

    def end(self) -> None:
        """The epoch has ended."""

    def close(self) -> None:
        """Nothing more is wanted."""

    def turns(self, kind: str, limit: int | None, together: int) -> Iterator[Turn]:
        """The turns of an epoch."""
        if kind == "train":
            return self.runner.train(self.order, together=together)
        samples = self.data.samples
        if limit is not None:
            samples = min(samples, limit * self.data.batch_size)
        run = self.runner.test if kind == "test" else self.runner.predict
        return run(samples, together=together)


class StreamFeed:
    """Batches that come one by one."""

    def __init__(self, runner: StreamRunner, *, anew: bool = False) -> None:
        self.runner = runner
        self.anew = anew  # whether each pass starts from the beginning
        self.order = np.zeros(0, np.int64)

    @property
    def steps(self) -> int | None:
        """How many batches one pass has, if that is known."""
        return self.runner.stream.steps

    def begin(self, limit: int | None) -> None:
        """Tell the source."""
        self.runner.stream.epoch_begins(anew=self.anew)

    def end(self) -> None:
        """Tell the source."""
        self.runner.stream.epoch_ends()

    def close(self) -> None:
        """Nothing more is wanted: threads that work ahead end."""
        self.runner.stream.close()

    def turns(self, kind: str, limit: int | None, together: int) -> Iterator[Turn]:
        """The turns of an epoch."""
        return self.runner.turns(kind, limit, together=together)


Feed = ArrayFeed | StreamFeed


@dataclass
class Validation:
    """What is evaluated while training, and when.

    Args:
        feed: the data.
        steps: how many batches of it; None takes all.
        frequency: every so many epochs, or the numbers of the epochs, from 1.
    """

    feed: Feed
    steps: int | None
    frequency: int | Container[int]

    def is_due(self, epoch: int) -> bool:
        """Whether to evaluate after an epoch, counted from 0."""
        if isinstance(self.frequency, int):
            return (epoch + 1) % self.frequency == 0
        return epoch + 1 in self.frequency


class Loop:
    """Epochs and batches of a model.

    Args:
        trainer: the model.
        told: its callbacks.
    """

    def __init__(self, trainer: Trainer, told: CallbackList) -> None:
        self.trainer = trainer
        self.told = told
        self.epoch = 0
        self.step = 0
        self.evaluated = 0  # steps of the last evaluation

    # -- training --------------------------------------------------------------------------------

    def fit(
        self,
        feed: Feed,
        epochs: range,
        steps: int | None,
        watch: LossWatch,
        validation: Validation | None,
    ) -> None:
        """Train for some epochs."""
        if isinstance(feed.runner, CompiledRunner):
            feed.runner.looks_again = watch.always  # callbacks may freeze layers
        with self.trainer.holding_metrics():
            self._fit(feed, epochs, steps, watch, validation)

    def _fit(
        self,
        feed: Feed,
        epochs: range,
        steps: int | None,
        watch: LossWatch,
        validation: Validation | None,
    ) -> None:
        trainer, logs = self.trainer, {}
        trainer.stop_training = False
        trainer._initial_epoch = None
        self.told.on_train_begin()
        begun = trainer._initial_epoch  # set by a callback that restores
        for self.epoch in epochs if begun is None else range(begun, epochs.stop):
            found = self._run_epoch(feed, steps, watch)
            if self.step == 0:  # nothing was left: this epoch does not count
                _say_ran_out()
                break
            logs = dict(sorted((found | self._validated(validation)).items()))
            self.told.on_epoch_end(self.epoch, logs)
            if trainer.stop_training:
                break
        finalize = getattr(trainer.optimizer, "finalize_variable_values", None)
        if finalize is not None and epochs and trainer.optimizer.built:
            finalize(trainer.trainable_variables)
        self.told.on_train_end(logs)

    def _run_epoch(self, feed: Feed, steps: int | None, watch: LossWatch) -> dict[str, Any]:
        self.trainer.reset_metrics()
        self.told.on_epoch_begin(self.epoch)
        feed.begin(steps)
        watch.begin_epoch(self.epoch, feed.order)
        logs = self._train(feed, steps, watch)
        feed.end()
        asked = steps if limits.most_steps is None else None  # by the user
        if asked is not None and 0 < self.step < asked and not self.trainer.stop_training:
            _say_ran_out()
        return logs

    def _validated(self, validation: Validation | None) -> dict[str, Any]:
        """What an epoch's logs get from validation; nothing, where its data have run out."""
        if validation is None or not validation.is_due(self.epoch):
            return {}
        found = self.evaluate(validation.feed, validation.steps)
        if not self.evaluated:
            _say_ran_out()
            return {}
        return {f"val_{name}": value for name, value in found.items()}

    def _train(self, feed: Feed, steps: int | None, watch: LossWatch) -> dict[str, Any]:
        trainer, told, logs = self.trainer, self.told, None
        single = told.wants_batches("train")
        self.step = 0
        for turn in feed.turns("train", steps, trainer.steps_together(single=single)):
            told.on_train_batch_begin(turn.first)
            logs = turn.run()
            self.step = turn.last
            watch.look(turn.first, turn.last)
            shown = trainer.logs_of(logs) if single or told.shows() else {}
            told.on_train_batch_end(turn.last - 1, shown)
            if trainer.stop_training:
                break
        return trainer.logs_of(logs)

    # -- evaluation ------------------------------------------------------------------------------

    def evaluate(self, feed: Feed, steps: int | None) -> dict[str, Any]:
        """The loss and the metrics over the data."""
        with self.trainer.holding_metrics():
            return self._evaluate(feed, steps)

    def _evaluate(self, feed: Feed, steps: int | None) -> dict[str, Any]:
        trainer, told, logs = self.trainer, self.told, None
        trainer.stop_evaluating = False
        single = told.wants_batches("test")
        told.on_test_begin()
        trainer.reset_metrics()
        feed.begin(steps)
        self.evaluated = 0
        for turn in feed.turns("test", steps, trainer.steps_together(single=single)):
            told.on_test_batch_begin(turn.first)
            logs = turn.run()
            self.evaluated = turn.last
            shown = trainer.logs_of(logs) if single or told.shows() else {}
            told.on_test_batch_end(turn.last - 1, shown)
            if trainer.stop_evaluating:
                break
        feed.end()
        found = trainer.logs_of(logs)
        told.on_test_end(found)
        return found

    def predict(self, feed: Feed, steps: int | None) -> Any:
        """The outputs for the data."""
        trainer, told = self.trainer, self.told
        trainer.stop_predicting = False
        single = told.wants_batches("predict")
        parts: list[Any] = []
        told.on_predict_begin()
        feed.begin(steps)
        for turn in feed.turns("predict", steps, trainer.steps_together(single=single)):
            told.on_predict_batch_begin(turn.first)
            found = turn.run()
            parts += found
            logs = {"outputs": joined(found)} if single else {}
            told.on_predict_batch_end(turn.last - 1, logs)
            if trainer.stop_predicting:
                break
        feed.end()
        told.on_predict_end()
        return joined(parts)


def joined(parts: Sequence[Any]) -> Any:
    """One nest of arrays for those of several batches, one after another."""
    if len(parts) == 1:
        return map_nest(np.asarray, parts[0])
    leaves: Iterable[Any] = zip(*(flatten(each) for each in parts), strict=True)
    return pack_like(parts[0], [np.concatenate(each) for each in leaves])


def _say_ran_out() -> None:
    """Warn that there is less data than was asked for."""
    warnings.warn(RAN_OUT, stacklevel=levels_to_user())
