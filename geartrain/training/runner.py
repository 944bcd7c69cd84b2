"""Running the steps over data: compiled, many steps a native call, or eagerly, one by one.

A native call holds so many steps that it takes some 50 ms: the progress bar moves, and the cost
of a call vanishes. How many that are is measured as training goes on; it changes no number.

Each runner gives `Turn`s: steps that are carried out at once when the turn is run.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from geartrain.random import next_generator
from geartrain.tensor import Array, Dim, Tensor
from geartrain.tensor.nest import flatten, map_nest
from geartrain.training.batch_checks import BatchCheck
from geartrain.training.data import Data, skipping_none
from geartrain.training.programs import (
    BATCH,
    LeftToPython,
    Returned,
    in_floats,
    is_result_of_metrics,
    run_step,
    step_program,
)

if TYPE_CHECKING:
    from geartrain.compiler import AnyProgram
    from geartrain.training.feeding import Batch, Stream
    from geartrain.training.trainer import Trainer

CALL_SECONDS = 0.05
FIRST_STEPS = 4


@dataclass(frozen=True)
class Turn:
    """Steps that are done together: numbers `first` to `last - 1`; `run` gives their logs."""

    first: int
    last: int
    run: Callable[[], Any]


class Runner(ABC):
    """Runs the steps over arrays.

    Args:
        trainer: the model.
        data: the samples.
    """

    def __init__(self, trainer: Trainer, data: Data) -> None:
        self.trainer = trainer
        self.data = data
        self.steps_a_call = FIRST_STEPS

    def train(self, order: Array, *, together: int = 0) -> Iterator[Turn]:
        """Train on the samples in this order.

        Args:
            order: their numbers.
            together: how many steps a turn has; 0 leaves that to the runner.
        """
        turns = (
            Turn(first, last, partial(self.train_samples, order[start:stop]))
            for start, stop, first, last in self._calls(len(order), together)
        )
        return _filled(turns, together)

    def test(self, samples: int, *, together: int = 0) -> Iterator[Turn]:
        """Evaluate the first samples."""
        return self._parts("test", samples, together)

    def predict(self, samples: int, *, together: int = 0) -> Iterator[Turn]:
        """Turns that give the outputs for the first samples, a list of nests."""
        return self._parts("predict", samples, together)

    def _parts(self, kind: str, samples: int, together: int) -> Iterator[Turn]:
        turns = (
            Turn(first, last, partial(self.run_part, kind, start, stop))
            for start, stop, first, last in self._calls(samples, together)
        )
        return _filled(turns, together)

    @abstractmethod
    def train_samples(self, rows: Array) -> Any:
        """Train on samples that make whole batches, or one smaller batch."""

    @abstractmethod
    def run_part(self, kind: str, start: int, stop: int) -> Any:
        """Evaluate samples, or predict, likewise."""

    def _calls(self, samples: int, together: int) -> Iterator[tuple[int, int, int, int]]:
        """First sample, last sample, first and last step, for every call.

        The samples of a call make whole batches; the last, smaller batch is a call of its own.
        """
        size, done = self.data.batch_size, 0
        full = samples // size
        while done < full:
            count = min(together or self.steps_a_call, full - done)
            start = time.perf_counter()
            yield done * size, (done + count) * size, done, done + count
            done += count
            if not together:
                seconds = time.perf_counter() - start
                self.steps_a_call = max(self.steps_a_call, _next_steps(count, seconds))
        if done * size < samples:
            yield done * size, samples, done, done + 1


def _filled(turns: Iterator[Turn], together: int) -> Iterator[Turn]:
    """The turns, where the last, smaller batch joins one that has room for it."""
    open_turn: Turn | None = None
    for turn in turns:
        if open_turn is not None:
            yield Turn(open_turn.first, turn.last, partial(_one_by_one, open_turn, turn))
            open_turn = None
        elif turn.last - turn.first < together:
            open_turn = turn
        else:
            yield turn
    if open_turn is not None:
        yield open_turn


def _one_by_one(first: Turn, second: Turn) -> Any:
    """Both turns, as one: the outputs of both, or the logs of the second."""
    found, last = first.run(), second.run()
    return found + last if isinstance(found, list) else last


class EagerRunner(Runner):
    """Runs the steps one by one: with NumPy, operation by operation; or compiled, if it can be."""

    def __init__(self, trainer: Trainer, data: Data) -> None:
        super().__init__(trainer, data)
        self.steps_a_call = 1

    def train_step(self, order: Array, number: int) -> Any:
        """One step of an epoch, counted from 0."""
        size = self.data.batch_size
        return self.train_samples(order[number * size : (number + 1) * size])

    def train_samples(self, rows: Array) -> Any:
        size = self.data.batch_size
        parts = [rows[at : at + size] for at in range(0, len(rows), size)]
        return [self._run("train", each) for each in parts][-1]

    def run_part(self, kind: str, start: int, stop: int) -> Any:
        size = self.data.batch_size
        parts = [slice(at, min(at + size, stop)) for at in range(start, stop, size)]
        found = [self._run(kind, each) for each in parts]
        return found if kind == "predict" else found[-1]

    def _run(self, kind: str, rows: Any) -> Any:
        batch = self.data.mapped(lambda each: each[rows])
        return run_batch(self.trainer, kind, batch.packed)

    def _calls(self, samples: int, together: int) -> Iterator[tuple[int, int, int, int]]:
        return super()._calls(samples, together or 1)


class CompiledRunner(Runner):
    """Runs many steps in each native call."""

    def __init__(self, trainer: Trainer, data: Data) -> None:
        super().__init__(trainer, data)
        self._steps: dict[Any, tuple[AnyProgram, Returned]] = {}
        self.looks_again = False  # at which layers are frozen, before each pass

    def training_program(self) -> AnyProgram:
        """The compiled training step."""
        return self.program("train")

    def program(self, kind: str) -> AnyProgram:
        """The compiled step of a kind: `train`, `test` or `predict`."""
        return self._step(kind, min(self.data.batch_size, self.data.samples))[0]

    def _calls(self, samples: int, together: int) -> Iterator[tuple[int, int, int, int]]:
        if self.looks_again:
            self._steps.clear()
        return super()._calls(samples, together)

    def _step(self, kind: str, rows: int) -> tuple[AnyProgram, Returned]:
        if kind in self.trainer.runs_in_python:
            raise LeftToPython
        key = (kind, rows if kind in self.trainer.sized_steps else None)
        if key not in self._steps:
            data, gathers = self.data, kind == "train"
            made = step_program(
                self.trainer, kind, data.packed, data.arrays, gathers=gathers, rows=rows
            )
            if kind in self.trainer.sized_steps:
                key = (kind, rows)
            self._steps[key] = cast("tuple[AnyProgram, Returned]", made)  # texts go elsewhere
        return self._steps[key]

    def train_samples(self, rows: Array) -> Any:
        size = min(self.data.batch_size, len(rows))
        try:
            program, returned = self._step("train", size)
        except LeftToPython:
            return EagerRunner(self.trainer, self.data).train_samples(rows)
        outputs = program.run([*self.data.arrays, rows], steps=len(rows) // size)
        return returned.packed(outputs)

    def run_part(self, kind: str, start: int, stop: int) -> Any:
        size = min(self.data.batch_size, stop - start)
        try:
            program, returned = self._step(kind, size)
        except LeftToPython:
            return EagerRunner(self.trainer, self.data).run_part(kind, start, stop)
        if kind == "predict" and not _all_stepped(program):
            return [self._run(program, returned, at, at + size) for at in range(start, stop, size)]
        found = self._run(program, returned, start, stop)
        return [found] if kind == "predict" else found

    def _run(self, program: AnyProgram, returned: Returned, start: int, stop: int) -> Any:
        parts = [each[start:stop] for each in self.data.arrays]
        size = min(self.data.batch_size, stop - start)
        return returned.packed(program.run(parts, steps=(stop - start) // size))


class StreamRunner:
    """Runs the steps over batches that come one by one."""

    def __init__(self, trainer: Trainer, stream: Stream) -> None:
        self.trainer = trainer
        self.stream = stream
        self.check = BatchCheck(trainer)

    def turns(self, kind: str, limit: int | None, *, together: int = 1) -> Iterator[Turn]:
        """A turn for each batch, or for so many of them; 0 leaves that to the runner.

        Of a data set of `geartrain.data` a native call may take several batches: so many that they
        are made and used in some 50 ms. What other sources give is used before more is asked for.
        """
        groups = not together and kind != "predict" and self.stream.is_pipeline
        batches, done, size = self.stream.epoch(limit), 0, max(together, 1)
        start = time.perf_counter()
        while group := list(islice(batches, size)):
            yield Turn(done, done + len(group), partial(self._run, kind, group))
            done += len(group)
            if groups:
                now = time.perf_counter()
                size, start = _next_steps(len(group), now - start), now

    def _run(self, kind: str, batches: list[Batch]) -> Any:
        for each in batches:
            self.check(kind, each)
        if kind == "predict":
            return [run_batch(self.trainer, kind, each) for each in batches]
        found: Any = None
        for _, alike in groupby(batches, _shapes_of):
            found = run_batches(self.trainer, kind, list(alike))
        return found


def _shapes_of(batch: Batch) -> list[Any]:
    return [None if each is None else each.shape for each in flatten(batch)]


def run_batches(trainer: Trainer, kind: str, batches: list[Batch]) -> Any:
    """A step on each of several batches of the same shapes; gives the last one's logs."""
    if len(batches) > 1 and not trainer.must_run_eagerly(kind):
        columns = zip(*(flatten(each) for each in batches), strict=True)
        joined = [None if each[0] is None else np.concatenate(each) for each in columns]
        arrays = [each for each in joined if each is not None]
        try:
            return run_joined(trainer, kind, batches[0], arrays, len(batches))
        except LeftToPython:
            pass
    return [run_batch(trainer, kind, each) for each in batches][-1]


def run_joined(trainer: Trainer, kind: str, batch: Batch, arrays: list[Array], steps: int) -> Any:
    """So many steps in one native call, on the batches that arrays hold one after another."""
    rows = len(arrays[0]) // steps
    program, returned = step_program(trainer, kind, batch, arrays, gathers=False, rows=rows)
    return returned.packed(program.run(arrays, steps=steps))


def run_batch(trainer: Trainer, kind: str, batch: Batch) -> Any:
    """One step on one batch of arrays."""
    if trainer.must_run_eagerly(kind):
        return run_eagerly(trainer, kind, batch)
    arrays = [each for each in flatten(batch) if each is not None]
    try:
        rows = len(arrays[0]) if arrays else 0
        program, returned = step_program(trainer, kind, batch, arrays, gathers=False, rows=rows)
    except LeftToPython:
        return run_eagerly(trainer, kind, batch)
    return returned.packed(program.run(arrays))


def run_eagerly(trainer: Trainer, kind: str, batch: Batch) -> Any:
    """One step on one batch, operation by operation."""
    found = run_step(trainer, kind, in_floats(map_nest(skipping_none(Tensor), batch)))
    if kind != "predict" and is_result_of_metrics(trainer, found):
        return None
    return map_nest(lambda each: each.numpy() if isinstance(each, Tensor) else each, found)


def sample_order(samples: int, *, shuffle: bool | str, batch_size: int = 1) -> Array:
    """In which order an epoch takes its samples.

    Args:
        samples: how many there are.
        shuffle: whether the order is random; "batch" keeps batches together.
        batch_size: how many samples such a batch has; the last, smaller one stays the last.
    """
    if not shuffle:
        return np.arange(samples)
    if shuffle != "batch":
        return next_generator().permutation(samples)
    full = samples // batch_size
    starts = next_generator().permutation(full) * batch_size
    within = (starts[:, np.newaxis] + np.arange(batch_size)).reshape(-1)
    return np.concatenate([within, np.arange(full * batch_size, samples)])


def _all_stepped(program: AnyProgram) -> bool:
    """Whether each output has a part for every step."""
    shapes = [each.shape for each in program.graph.outputs]
    return all(bool(shape) and shape[0] == Dim(BATCH.name) for shape in shapes)


def _next_steps(count: int, seconds: float) -> int:
    """How many steps the next call should hold; it grows fourfold at most."""
    wanted = int(CALL_SECONDS * count / max(seconds, 1e-9))
    return max(1, min(wanted, 4 * count))
