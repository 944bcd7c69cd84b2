"""`debug_nans`: where NaN and infinity come from, in the user's own words.

    with geartrain.debug_nans():
        y = ops.log(x)                   FloatingPointError: log gave -inf at train.py:12, `y = ...`

An observer looks at every operation as it is carried out, forward and backward. While it is on
duty, compiled functions run operation by operation, so that the line can be named.
"""

from __future__ import annotations

import math
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from geartrain.drawing.facts import facts, short
from geartrain.errors import explain
from geartrain.primitives.families import Elementwise
from geartrain.tensor import Array, Tensor, Variable, format_shape
from geartrain.tensor.dtypes import is_differentiable
from geartrain.tensor.interpreter import current_observers, start_observing, stop_observing
from geartrain.tensor.quiet import unwarned
from geartrain.tensor.user_line import Line, library_line, library_owner, user_line

REMEDIES = {
    "log": "ops.log(ops.maximum(x, 1e-7))",
    "log2": "ops.log2(ops.maximum(x, 1e-7))",
    "log10": "ops.log10(ops.maximum(x, 1e-7))",
    "log1p": "ops.log1p(ops.maximum(x, -1 + 1e-7))",
    "sqrt": "ops.sqrt(ops.maximum(x, 1e-7))",
    "rsqrt": "ops.rsqrt(ops.maximum(x, 1e-7))",
    "divide": "ops.divide_no_nan(x, y)",
    "power": "ops.power(ops.maximum(x, 1e-7), y)",
    "exp": "ops.exp(ops.minimum(x, 80.0))",
    "arccos": "ops.arccos(ops.clip(x, -1 + 1e-7, 1 - 1e-7))",
    "arcsin": "ops.arcsin(ops.clip(x, -1 + 1e-7, 1 - 1e-7))",
    "arctanh": "ops.arctanh(ops.clip(x, -1 + 1e-7, 1 - 1e-7))",
}
BROUGHT = "x = ops.nan_to_num(x), or leave out the samples that hold NaN"
GREW = "a smaller learning rate, or inputs divided by their largest"


@dataclass(frozen=True)
class Origin:
    """An operation that was carried out, and the line that asked for it."""

    operation: str
    line: Line | None = None
    inside: Line | None = None  # where a layer or a loss of ours asked for it in between
    owner: str = ""  # the layer, loss, metric or optimizer at work

    def place(self) -> str:
        """The user's line, and the line of ours that it led to."""
        line = self.line.quoted() if self.line else ""
        if self.inside is None:
            return line
        return f"{line}, through {Path(self.inside.file).parent.name}/{self.inside}"

    def by(self) -> str:
        """In words, "in Dense 'dense_1'" after a space, or nothing."""
        return f" in {self.owner}" if self.owner else ""

    def __str__(self) -> str:
        return self.operation + (f"{self.by()} ({self.place()})" if self.line else "")


@dataclass
class Finding:
    """The first number of an operation's output that should not be there."""

    origin: Origin
    operands: Sequence[Array]
    output: Array
    index: tuple[int, ...]
    origins: Origins
    forward: list[Origin] = field(default_factory=list)  # the backward passes that it is in

    @property
    def number(self) -> str:
        """NaN, inf or -inf."""
        return short(self.output[self.index].item() if self.index else self.output.item())

    def where(self) -> str:
        """The operation and the line, and what it is the derivative of."""
        passes = "".join(f" in the backward pass of {each}" for each in self.forward)
        asked = ", asked for" if passes else ""
        what = f"{self.origin.operation} gave {self.number}"
        return f"{what}{passes or self.origin.by()}{asked} at {self.origin.place()}"

    def given(self) -> str:
        """The operands' dtypes, shapes and ranges."""
        parts = [
            f"{each.dtype.name}{format_shape(each.shape)}, {facts(each).sentence()}"
            for each in self.operands
        ]
        return "\n".join(parts) or "no operands"

    def element(self) -> str:
        """Which element it is, and what the operands are there."""
        found = facts(self.output)
        counts = f"{found.nans:,} NaN, {found.infinities:,} infinite"
        at = f"element {list(self.index)}" if self.index else "the one number"
        there = [each for each in self.operands if each.shape == self.output.shape]
        numbers = " and ".join(short(each[self.index].item()) for each in there)
        beside = f", where its operands are {numbers}" if there else ""
        return f"{at} is {self.number}{beside}; of {found.size:,}: {counts}"

    def remedy(self) -> str:
        """What to change, as far as the operation tells."""
        if any(np.isnan(each).any() for each in self.operands if is_differentiable(each.dtype)):
            return BROUGHT
        name = (self.forward or [self.origin])[0].operation
        return REMEDIES.get(name, GREW)


class NotFinite(FloatingPointError):
    """NaN, or an infinity that came from finite numbers, where `debug_nans` looks."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding

    def in_backward_of(self, operation: str, output: Any) -> None:
        """Say that it happened in the derivative of an operation that gave this output."""
        outputs = output if isinstance(output, tuple) else (output,)
        origin = self.finding.origins.of(outputs[0])
        self.finding.forward.append(origin or Origin(operation))

    def __str__(self) -> str:
        found = self.finding
        return explain(
            found.where(),
            given=found.given(),
            expected="finite numbers from finite numbers, as debug_nans() set",
            axis=found.element(),
            remedy=found.remedy(),
        )


class Origins:
    """Where each tensor that is still alive came from."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[weakref.ref[Tensor], Origin]] = {}

    def keep(self, tensor: Tensor, origin: Origin) -> None:
        """Remember a tensor's origin for as long as the tensor lives."""
        key, known = id(tensor), self._known
        known[key] = weakref.ref(tensor, lambda _: known.pop(key, None)), origin

    def of(self, tensor: Tensor) -> Origin | None:
        """The origin of a tensor, if it was seen."""
        found = self._known.get(id(tensor))
        return found[1] if found is not None else None

    def __len__(self) -> int:
        return len(self._known)


class Detector:
    """The observer: it raises at the first number that should not be there."""

    def __init__(self) -> None:
        self.origins = Origins()

    def observe(
        self, primitive: Any, inputs: tuple[Tensor, ...], parameters: Mapping[str, Any], output: Any
    ) -> None:
        origin = Origin(primitive.name, user_line(), library_line(), library_owner())
        operands = [each.array for each in inputs if not each.is_symbolic]
        for each in output if isinstance(output, tuple) else (output,):
            if each.is_symbolic or not is_differentiable(each.dtype):
                continue
            self.origins.keep(each, origin)
            with unwarned():
                bad = bad_places(primitive, operands, parameters, each.array)
            if bad.any():
                index = tuple(int(at) for at in np.unravel_index(bad.argmax(), bad.shape))
                raise NotFinite(Finding(origin, operands, each.array, index, self.origins))

    def observe_read(self, variable: Variable, value: Tensor) -> None:
        """A variable's numbers came from operations, which were looked at."""


def bad_places(
    primitive: Any, operands: Sequence[Array], parameters: Mapping[str, Any], output: Array
) -> Array:
    """Where an output is NaN, or infinite although what it was made of is finite.

    An element of an element-wise operation is made of the operands' elements at its own place, of
    another operation of all of them. An infinity that is asked for by name (a fill, the identity
    of an empty maximum) is no accident.
    """
    bad = np.isnan(output)
    infinite = np.isinf(output)
    if not infinite.any() or not _computes(operands, parameters):
        return bad
    floats = [each for each in operands if is_differentiable(each.dtype)]
    for each in floats:
        finite = np.isfinite(each)
        infinite = infinite & (finite if isinstance(primitive, Elementwise) else finite.all())
    return np.asarray(bad | infinite)


def _computes(operands: Sequence[Array], parameters: Mapping[str, Any]) -> bool:
    """Whether an operation has numbers to compute with, and is given no infinity by name."""
    named = any(isinstance(each, float) and math.isinf(each) for each in parameters.values())
    return any(each.size for each in operands) and not named


class debug_nans:  # noqa: N801  (a switch, written as functions are)
    """Raise a `FloatingPointError` where NaN or infinity comes about, naming the operation.

    The message has the operation, the user's line, the first bad element and the ranges of the
    operands; in a backward pass also the forward operation and its line. NaN always counts,
    infinity only where it came from finite numbers. While it is on, `jit` and `fit` run operation
    by operation with NumPy. It holds for the thread that calls it.

    Args:
        enabled: False turns it off.

    >>> from geartrain import debug_nans, ops
    >>> with debug_nans():                             # on until the end of the block
    ...     ops.log(ops.convert_to_tensor([1.0]))
    <Tensor shape=(1,), dtype=float32, [0.]>
    >>> switch = debug_nans()                          # on from here
    >>> switch = debug_nans(False)                     # off from here
    """

    def __init__(self, enabled: bool = True) -> None:
        self._before = list(_detectors())
        for each in self._before:
            stop_observing(each)
        if enabled:
            start_observing(Detector())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for each in _detectors():
            stop_observing(each)
        for each in self._before:
            start_observing(each)


def is_debugging_nans() -> bool:
    """Whether `debug_nans` is on in this thread."""
    return bool(_detectors())


def _detectors() -> list[Detector]:
    return [each for each in current_observers() if isinstance(each, Detector)]
