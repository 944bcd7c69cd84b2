"""A loss that is NaN or infinite, noticed at once and traced to the operation that made it so.

    The loss is NaN from epoch 3, batch 17 of 32 on: log gave -inf in Dense 'dense_1' at ...

The step sums up the loss anyway, and one NaN in a sum stays: so one look at that number after each
native call is enough, and no step does anything more. Where it is not finite, the call's steps are
done again from a copy of the state: natively up to the step after which a number is not finite
that was so before, for equal steps give equal bits, and that step operation by operation, with
`debug_nans`. Then training goes on from where it was, to the bit.

A copy is made when an epoch begins, but not before the last one's cost has been earned: copying
takes at most a three-hundredth of the time, and epochs that began without a copy are done again as
well. Callbacks may change anything between epochs, so with them every epoch begins with a copy.
"""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geartrain.autodiff import NotFinite, debug_nans
from geartrain.callbacks import Callback, History, ProgbarLogger, TerminateOnNaN
from geartrain.errors import explain
from geartrain.runtime.recycled import SMALLEST_BYTES, recycled_empty
from geartrain.tensor import Array, Variable
from geartrain.tensor.user_line import levels_to_user
from geartrain.training.programs import LeftToPython
from geartrain.training.runner import CompiledRunner, EagerRunner, Runner, StreamRunner

if TYPE_CHECKING:
    from geartrain.training.trainer import Trainer

EARNED = 300  # how many times as long as the last copy took must pass before the next one
QUIET = (History, ProgbarLogger, TerminateOnNaN)  # callbacks that change nothing
LIMIT_BYTES = 1 << 30  # a larger state is not copied: the memory is the user's
GOES_ON = "training goes on all the same; callbacks=[callbacks.TerminateOnNaN()] ends it there"


class State:
    """A copy of the numbers of some variables."""

    def __init__(self, variables: Sequence[Variable]) -> None:
        self.variables = list(variables)
        self._copies = [_copied(each.snapshot().array) for each in self.variables]

    def take(self) -> None:
        """Copy the numbers as they are now."""
        for copy, variable in zip(self._copies, self.variables, strict=True):
            np.copyto(copy, variable.snapshot().array)

    def restore(self) -> None:
        """Give the variables the copied numbers."""
        for copy, variable in zip(self._copies, self.variables, strict=True):
            variable.overwrite(copy)

    def newly_bad(self) -> bool:
        """Whether a number that was finite in the copy is not so now."""
        return any(
            np.any(np.isfinite(copy) & ~np.isfinite(variable.snapshot().array))
            for copy, variable in zip(self._copies, self.variables, strict=True)
            if copy.dtype.kind not in "biu"
        )


def _copied(numbers: Array) -> Array:
    """A copy; a large one's memory is used again by the next `fit`, as new pages are slow."""
    if numbers.nbytes < SMALLEST_BYTES:
        return numbers.copy()
    copy = recycled_empty(numbers.shape, numbers.dtype)
    np.copyto(copy, numbers)
    return copy


@dataclass(frozen=True)
class Origin:
    """The step after which something is not finite, and the operation, if the replay found it."""

    step: int
    error: NotFinite | None


class LossWatch:
    """Looks after the loss of one `fit`, and speaks once.

    Args:
        trainer: whose loss.
        runner: what carries out the steps.
        callbacks: what is told of the training; `History` changes nothing.
    """

    def __init__(
        self, trainer: Trainer, runner: Runner | StreamRunner, callbacks: Sequence[Callback]
    ) -> None:
        self.trainer = trainer
        self.runner = runner
        self.always = not all(isinstance(each, QUIET) for each in callbacks)
        self.stops = any(isinstance(each, TerminateOnNaN) for each in callbacks)
        self.raises = any(
            isinstance(each, TerminateOnNaN) and each.raise_error for each in callbacks
        )
        self.found = False
        self._tracker: Any = None
        self._epoch = self._steps_now = 0
        self._state: State | None = None
        self._orders: list[Array] = []
        self._due = -math.inf

    # -- copies ----------------------------------------------------------------------------------

    def begin_epoch(self, epoch: int, order: Array) -> None:
        """An epoch begins, and takes the samples in this order."""
        self._epoch, self._steps_now = epoch, self._steps(order)
        self._tracker = self.trainer.loss_mean
        if self.found or not isinstance(self.runner, CompiledRunner):
            return
        if self.always or time.perf_counter() >= self._due:
            self._copy(self.runner)
        self._orders.append(order)

    def _copy(self, runner: CompiledRunner) -> None:
        start = time.perf_counter()
        if self._state is None:
            try:
                variables = list(runner.training_program().graph.updates)
            except LeftToPython:  # a step that runs eagerly: nothing to do again natively
                return
            if sum(each.snapshot().array.nbytes for each in variables) <= LIMIT_BYTES:
                self._state = State(variables)
        else:
            self._state.take()
        self._orders.clear()
        now = time.perf_counter()
        self._due = now + EARNED * (now - start)

    # -- looking ---------------------------------------------------------------------------------

    def look(self, before: int, done: int) -> None:
        """Look at the loss after the steps from `before` to `done` of the epoch."""
        tracker = None if self.found else self._tracker
        if tracker is None or math.isfinite(total := float(tracker.total.numpy())):
            return
        self.found = True
        if self.stops:
            self.trainer.stop_training = True
        message = self._message("NaN" if math.isnan(total) else "infinite", before, done)
        self._state = None
        self._orders.clear()
        if self.raises:
            raise RuntimeError(message)
        warnings.warn(message, RuntimeWarning, stacklevel=levels_to_user())

    def _message(self, what: str, before: int, done: int) -> str:
        origin = self._origin(before, done)
        steps = self._steps_now or "those"
        step = f"batch {origin.step + 1}" if origin else f"batches {before + 1} to {done}"
        where = f"The loss is {what} from epoch {self._epoch + 1}, {step} of {steps} on"
        if origin is None or origin.error is None:
            return _unexplained_message(where, stops=self.stops)
        finding = origin.error.finding
        return explain(
            f"{where}: {finding.where()}",
            given=finding.given(),
            expected=f"finite numbers; {_then(self.stops)}",
            axis=finding.element(),
            remedy=finding.remedy(),
        )

    # -- doing it again --------------------------------------------------------------------------

    def _origin(self, before: int, done: int) -> Origin | None:
        """Where it came from; None where there is no copy, or the replay stays finite."""
        if self._state is None or not isinstance(self.runner, CompiledRunner):
            return None
        now = State(self._state.variables)
        try:
            return self._replay(self.runner, self._state, before, done)
        finally:
            now.restore()

    def _replay(
        self, runner: CompiledRunner, start: State, before: int, done: int
    ) -> Origin | None:
        start.restore()
        *whole, order = self._orders
        for each in whole:
            self._train(runner, each, 0, self._steps(each))
        self._train(runner, order, 0, before)
        for step in range(before, done):
            state = State(start.variables)
            self._train(runner, order, step, step + 1)
            if state.newly_bad():
                state.restore()
                return Origin(step, self._error_of(runner, order, step))
        return None

    def _steps(self, order: Array) -> int:
        """How many steps an epoch over these samples has."""
        size = self.runner.data.batch_size if isinstance(self.runner, Runner) else 1
        return -(-len(order) // size)

    def _train(self, runner: CompiledRunner, order: Array, first: int, last: int) -> None:
        """Steps of an epoch, natively; its last, smaller batch is a call of its own."""
        if first == 0:
            self.trainer.reset_metrics()
        size = runner.data.batch_size
        full = min(last, len(order) // size)
        for start, stop in ((first, full), (max(first, full), last)):
            if start < stop:
                runner.train_samples(order[start * size : stop * size])

    def _error_of(self, runner: CompiledRunner, order: Array, step: int) -> NotFinite | None:
        """What `debug_nans` says of a step."""
        try:
            with debug_nans():
                EagerRunner(self.trainer, runner.data).train_step(order, step)
        except NotFinite as error:
            return error
        return None


def _then(stops: bool) -> str:
    return "TerminateOnNaN() ends the training here" if stops else GOES_ON


def _unexplained_message(where: str, *, stops: bool) -> str:
    return explain(
        where,
        given="a step that is not done again: it ran without a copy of the state, or operation by "
        "operation it stays finite, as that rounds elsewhere",
        expected=f"a finite loss; {_then(stops)}",
        remedy="with geartrain.debug_nans(): model.fit(...), which names the operation",
    )
