"""Running the steps over data: compiled, many steps a native call, or eagerly, one by one.

A native call holds so many steps that it takes some 50 ms: the progress bar moves, and the cost
of a call vanishes. How many that are is measured as training goes on; it changes no number.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from geartrain.primitives import Spec
from geartrain.random import next_generator
from geartrain.tensor import Array, Dim, Tensor
from geartrain.training.data import Data
from geartrain.training.steps import (
    predict_on_samples,
    test_on_samples,
    train_on_rows,
    train_on_samples,
)

if TYPE_CHECKING:
    from geartrain.compiler import AnyProgram
    from geartrain.training.trainer import Trainer

CALL_SECONDS = 0.05
FIRST_STEPS = 4
BATCH, ROWS = Dim("batch"), Dim("rows")


class Runner(ABC):
    """Runs one kind of step over data, telling a reporter after each call how far it is."""

    def __init__(self, trainer: Trainer, data: Data) -> None:
        self.trainer = trainer
        self.data = data
        self.steps_a_call = FIRST_STEPS

    @abstractmethod
    def train(self, order: Array, *, single: bool) -> Iterator[int]:
        """Train on the samples in this order; gives the number of steps done so far."""

    @abstractmethod
    def test(self) -> Iterator[int]:
        """Evaluate all samples; gives the number of steps done so far."""

    @abstractmethod
    def predict(self) -> Iterator[Array]:
        """The outputs for all samples, in parts."""


class EagerRunner(Runner):
    """Runs every step with NumPy, operation by operation."""

    def train(self, order: Array, *, single: bool) -> Iterator[int]:
        for number in range(self.data.steps):
            self.train_step(order, number)
            yield number + 1

    def train_step(self, order: Array, number: int) -> None:
        """One step of an epoch, counted from 0."""
        size = self.data.batch_size
        rows = order[number * size : (number + 1) * size]
        x, y = (Tensor(each[rows]) for each in self._arrays())
        train_on_samples(self.trainer, x, y)

    def test(self) -> Iterator[int]:
        size = self.data.batch_size
        parts = zip(*(_cut(each, size) for each in self._arrays()), strict=True)
        for number, (x, y) in enumerate(parts, 1):
            test_on_samples(self.trainer, Tensor(x), Tensor(y))
            yield number

    def predict(self) -> Iterator[Array]:
        for x in _cut(self.data.x, self.data.batch_size):
            yield predict_on_samples(self.trainer, Tensor(x)).numpy()

    def _arrays(self) -> list[Array]:
        return [each for each in (self.data.x, self.data.y) if each is not None]


class CompiledRunner(Runner):
    """Runs many steps in each native call."""

    def training_program(self) -> AnyProgram:
        """The compiled training step."""
        return self._program("train", train_on_rows)

    def train(self, order: Array, *, single: bool) -> Iterator[int]:
        for start, stop, done in self._calls(single=single):
            self.train_samples(order[start:stop])
            yield done

    def train_samples(self, rows: Array) -> None:
        """Train on samples that make whole batches, or one smaller batch, in one native call."""
        whole = [each for each in (self.data.x, self.data.y) if each is not None]
        size = min(self.data.batch_size, len(rows))
        self.training_program().run([*whole, rows], steps=len(rows) // size)

    def test(self) -> Iterator[int]:
        program = self._program("test", test_on_samples)
        arrays = [each for each in (self.data.x, self.data.y) if each is not None]
        for start, stop, done in self._calls():
            size = min(self.data.batch_size, stop - start)
            parts = [each[start:stop] for each in arrays]
            program.run(parts, steps=(stop - start) // size)
            yield done

    def predict(self) -> Iterator[Array]:
        program = self._program("predict", predict_on_samples)
        for start, stop, _ in self._calls():
            size = min(self.data.batch_size, stop - start)
            yield program.run([self.data.x[start:stop]], steps=(stop - start) // size)[0]

    def _calls(self, *, single: bool = False) -> Iterator[tuple[int, int, int]]:
        """First sample, last sample and steps done, for every native call.

        The samples of a call make whole batches; the last, smaller batch is a call of its own.
        """
        size, done = self.data.batch_size, 0
        full = self.data.samples // size
        while done < full:
            count = 1 if single else min(self.steps_a_call, full - done)
            start = time.perf_counter()
            yield done * size, (done + count) * size, done + count
            done += count
            if not single:
                seconds = time.perf_counter() - start
                self.steps_a_call = max(self.steps_a_call, _next_steps(count, seconds))
        if done * size < self.data.samples:
            yield done * size, self.data.samples, done + 1

    def program(self, kind: str) -> AnyProgram:
        """The compiled step of a kind: `train`, `test` or `predict`."""
        steps: dict[str, Callable[..., Any]] = {
            "train": train_on_rows,
            "test": test_on_samples,
            "predict": predict_on_samples,
        }
        return self._program(kind, steps[kind])

    def _program(self, kind: str, step: Callable[..., Any]) -> AnyProgram:
        """The compiled step for data of this kind, from the trainer's if it is there."""
        arrays = [each for each in (self.data.x, self.data.y) if each is not None]
        key = (kind, tuple((each.shape[1:], each.dtype.str) for each in arrays))
        if key not in self.trainer.programs:
            self.trainer.programs[key] = self._compile(kind, step, arrays)
        return self.trainer.programs[key]

    def _compile(self, kind: str, step: Callable[..., Any], arrays: Sequence[Array]) -> AnyProgram:
        from geartrain.compiler import compile_steps  # LLVM, only when something is compiled

        gathers = kind == "train"
        first = ROWS if gathers else BATCH
        specs = [Spec((first, *each.shape[1:]), each.dtype) for each in arrays]
        labels = ["x", "y"][: len(specs)]
        if gathers:
            specs, labels = [*specs, Spec((BATCH,), np.dtype("int64"))], [*labels, "rows"]
        stepped = [spec.shape[0] == BATCH for spec in specs]

        def traced(*inputs: Tensor) -> Any:
            return step(self.trainer, *inputs)

        return compile_steps(traced, specs, stepped=stepped, name=kind, labels=labels)


def sample_order(samples: int, *, shuffle: bool) -> Array:
    """In which order an epoch takes its samples."""
    if shuffle:
        return next_generator().permutation(samples)
    return np.arange(samples)


def _next_steps(count: int, seconds: float) -> int:
    """How many steps the next call should hold; it grows fourfold at most."""
    wanted = int(CALL_SECONDS * count / max(seconds, 1e-9))
    return max(1, min(wanted, 4 * count))


def _cut(array: Array, size: int) -> Iterator[Array]:
    for start in range(0, len(array), size):
        yield array[start : start + size]
