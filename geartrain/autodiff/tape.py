"""`GradientTape`: reverse-mode differentiation of whatever runs while the tape is on.

    with GradientTape() as tape:            recorded:   y = multiply(x, x)
        y = x * x                           backwards:  dx = multiply(dy, x) + multiply(dy, x)
    dx = tape.gradient(y, x)

The tape records which primitive made which tensor from which. `gradient` walks the record from
its end: the derivative by an output, times each primitive's own derivative, gives those by its
inputs, and derivatives that reach one tensor on several ways are added (the chain rule). The walk
itself runs primitives, so it can be taped, traced and compiled like anything else. It is a loop,
not a recursion: its time and memory grow linearly with the record.

Source: Griewank and Walther, *Evaluating Derivatives*, 2nd edition, chapter 3.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import reduce
from types import TracebackType
from typing import Any, Self

import numpy as np

from geartrain import primitives
from geartrain.autodiff import checks
from geartrain.autodiff.checks import Source
from geartrain.autodiff.not_finite import NotFinite
from geartrain.primitives.primitive import Primitive, bind
from geartrain.tensor import Shape, Tensor, Variable
from geartrain.tensor.dtypes import DIFFERENTIABLE_KINDS, is_differentiable
from geartrain.tensor.interpreter import start_observing, stop_observing
from geartrain.tensor.nest import flatten, pack_like

# One primitive that was carried out: it, its inputs, its parameters, its output (a tensor, or a
# tuple of them). A plain tuple: making one is on the way of every operation.
_Record = tuple[Primitive, tuple[Tensor, ...], Mapping[str, Any], Any]


class GradientTape:
    """Records operations, to differentiate them.

    Args:
        persistent: whether `gradient` may be called more than once.
        watch_accessed_variables: whether trainable variables are watched as soon as they are read.

    >>> from geartrain import GradientTape, Variable
    >>> x = Variable(3.0)
    >>> with GradientTape() as tape:
    ...     y = x * x
    >>> float(tape.gradient(y, x))
    6.0
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self.persistent = persistent
        self.watch_accessed_variables = watch_accessed_variables
        self._records: list[_Record] = []
        self._watched: dict[int, Tensor] = {}
        self._variables: dict[Variable, list[Tensor]] = {}
        self._wanted: set[Variable] = set()
        self._used = False
        self._recording = False

    def __enter__(self) -> Self:
        if self._recording:
            raise RuntimeError(checks.recording_message())
        self._used = False
        self._record(True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._record(False)

    def _record(self, on: bool) -> None:
        if on != self._recording:
            (start_observing if on else stop_observing)(self)
            self._recording = on

    def watch(self, source: Any) -> None:
        """Record what is computed from a tensor or a variable (or a nest of them).

        Raises:
            TypeError: there is something else in the nest.
        """
        leaves = checks.tensors_only("watch()", source)
        checks.warn_of_whole_numbers("A watched tensor", leaves)
        for each in leaves:
            if isinstance(each, Variable):
                self._wanted.add(each)
            else:
                self._watched[id(each)] = each

    def watches(self, tensor: Tensor) -> bool:
        """Whether what is computed from a tensor is recorded."""
        return id(tensor) in self._watched

    def watched_variables(self) -> tuple[Variable, ...]:
        """The variables that were watched and read, in the order of their first reading."""
        return tuple(self._variables)

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """What runs inside is not recorded."""
        if not self._recording:
            raise RuntimeError(checks.stopped_message())
        self._record(False)
        try:
            yield
        finally:
            self._record(True)

    def reset(self) -> None:
        """Forget everything that was recorded."""
        self._forget()
        self._used = False

    def _forget(self) -> None:
        self._records.clear()
        self._watched.clear()
        self._variables.clear()

    # -- recording: the observer's side ----------------------------------------------------------

    def observe(
        self,
        primitive: Primitive,
        inputs: tuple[Tensor, ...],
        parameters: dict[str, Any],
        output: Any,
    ) -> None:
        """Record a primitive, if anything watched goes into it and a derivative can come out."""
        watched = self._watched
        for each in inputs:
            if id(each) in watched:
                break
        else:
            return
        if type(output) is Tensor:
            if output._value.dtype.kind in DIFFERENTIABLE_KINDS:
                self._records.append((primitive, inputs, parameters, output))
                watched[id(output)] = output
            return
        floating = [each for each in output if is_differentiable(each.dtype)]
        if floating:
            self._records.append((primitive, inputs, parameters, output))
            watched.update((id(each), each) for each in floating)

    def observe_read(self, variable: Variable, value: Tensor) -> None:
        """Watch what was read from a variable."""
        trainable = self.watch_accessed_variables and variable.trainable
        if (trainable or variable in self._wanted) and is_differentiable(variable.dtype):
            self._variables.setdefault(variable, []).append(value)
            self._watched[id(value)] = value

    # -- differentiating -------------------------------------------------------------------------

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: str = "none",
    ) -> Any:
        """The derivative of `target` (the sum of it, if it is no scalar) by each source.

        Asked inside its `with`, a tape that is not persistent stops recording; a persistent one
        records its own walk, too, so that the derivative can be differentiated.

        Args:
            target: a tensor, or a nest of tensors, computed while the tape was on.
            sources: a tensor or variable, or a nest (list, tuple, dict) of them.
            output_gradients: the derivatives by `target` to start from; ones if None.
            unconnected_gradients: "none" or "zero" (or `UnconnectedGradients`): what a source
                gets that `target` does not depend on.

        Returns:
            Tensors in the nest of `sources`, each of its source's shape.

        Raises:
            RuntimeError: a tape that is not persistent is asked a second time.
            TypeError: a target or a source is no tensor.
            ValueError: `unconnected_gradients` is neither "none" nor "zero", or the output
                gradients do not fit the targets.
        """
        targets = checks.tensors_only("gradient()", target)
        starts = checks.start_gradients(targets, output_gradients)
        leaves = self._begin(targets, sources, unconnected_gradients)
        found = self._derivatives(
            targets, starts, leaves, unconnected_gradients, keep=self.persistent
        )
        self._spend()
        return pack_like(sources, found)

    def jacobian(
        self,
        target: Tensor,
        sources: Any,
        unconnected_gradients: str = "none",
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """The derivative of every element of `target` by every element of each source.

        Returns:
            Tensors of shape `(*target.shape, *source.shape)` in the nest of `sources`; one walk
            for each element of `target`. `parallel_iterations` and `experimental_use_pfor` are
            taken for the sake of TensorFlow's users; they change no number.
        """
        leaves = self._begin(flatten(target), sources, unconnected_gradients)
        shape = checks.static_shape("jacobian()", target.shape)
        starts = [_unit(shape, number, target) for number in range(math.prod(shape))]
        found = self._rows(target, starts, leaves, unconnected_gradients)
        shaped = [
            None if rows is None else _reshaped(rows, (*target.shape, *rows.shape[1:]))
            for rows in found
        ]
        self._spend()
        return pack_like(sources, shaped)

    def batch_jacobian(
        self,
        target: Tensor,
        source: Source,
        unconnected_gradients: str = "none",
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """The jacobian of each sample: `target[b]` depends on `source[b]` alone.

        Returns:
            A tensor of shape `(batch, *target.shape[1:], *source.shape[1:])`; one walk for each
            element of a sample's target.

        Raises:
            ValueError: the first axes of `target` and `source` differ.
        """
        checks.check_batch(target, source)
        leaves = self._begin([target], source, unconnected_gradients)
        inner = checks.static_shape("batch_jacobian()", target.shape[1:])
        starts = [
            primitives.broadcast_to(_unit(inner, number, target), shape=target.shape)
            for number in range(math.prod(inner))
        ]
        (rows,) = self._rows(target, starts, leaves, unconnected_gradients)
        self._spend()
        if rows is None:
            return None
        front = primitives.transpose(rows, perm=(1, 0, *range(2, len(rows.shape))))
        return _reshaped(front, (target.shape[0], *inner, *source.shape[1:]))

    def _begin(self, targets: Sequence[Any], sources: Any, unconnected: str) -> list[Source]:
        """Check that the tape can be asked, and give the sources of a nest."""
        if self._used:
            raise RuntimeError(checks.used_message())
        checks.check_targets(targets)
        checks.check_unconnected(unconnected)
        leaves = checks.tensors_only("gradient()", sources)
        checks.warn_of_whole_numbers("A target", targets)
        checks.warn_of_whole_numbers("A source", leaves)
        if not self.persistent:
            self._record(False)
            self._used = True
        return leaves

    def _spend(self) -> None:
        """Let go of the record, unless it may be asked again."""
        if not self.persistent:
            self._forget()

    def _rows(
        self, target: Tensor, starts: Sequence[Tensor], leaves: Sequence[Source], unconnected: str
    ) -> list[Tensor | None]:
        """For each source, the derivatives from every start, one after the other."""
        found = [self._derivatives([target], [start], leaves, unconnected) for start in starts]
        return [
            _stacked([row[number] for row in found], leaf) for number, leaf in enumerate(leaves)
        ]

    def _derivatives(
        self,
        targets: Sequence[Tensor],
        starts: Sequence[Tensor | None],
        leaves: Sequence[Source],
        unconnected: str,
        *,
        keep: bool = True,
    ) -> list[Tensor | None]:
        asked = {id(tensor) for leaf in leaves for tensor in self._readings(leaf)}
        reached = self._walk_back(targets, starts, asked, keep)
        found = [self._derivative(each, reached) for each in leaves]
        if unconnected == "none":
            return found
        pairs = zip(found, leaves, strict=True)
        return [_filled(leaf, 0.0) if each is None else each for each, leaf in pairs]

    def _walk_back(
        self,
        targets: Sequence[Tensor],
        starts: Sequence[Tensor | None],
        asked: set[int],
        keep: bool,
    ) -> dict[int, Tensor]:
        """The derivative by every tensor that is asked for, by its identity.

        The derivative by an output is let go once it has been passed on, and so is the record of
        a walk that is the last: memory falls as it goes on.
        """
        reached: dict[int, Tensor] = {}
        for target, start in zip(targets, starts, strict=True):
            first = start if start is not None else _filled(target, 1.0)
            key = id(target)
            reached[key] = primitives.add(reached[key], first) if key in reached else first
        for record in self._backwards(keep):
            output = record[3]
            try:
                if type(output) is tuple:
                    self._step_back_from_several(record, reached, asked)
                elif (key := id(output)) in reached:
                    cotangent = reached[key] if key in asked else reached.pop(key)
                    self._step_back(record, cotangent, reached)
            except NotFinite as error:
                error.in_backward_of(record[0].name, output)
                raise
        return reached

    def _backwards(self, keep: bool) -> Iterator[_Record]:
        """The records from the last to the first; they are forgotten if they need not be kept."""
        if keep:
            yield from reversed(self._records)
            return
        records, watched = self._records, self._watched
        while records:
            record = records.pop()
            yield record
            output = record[3]
            if type(output) is Tensor:
                watched.pop(id(output), None)
            else:
                for each in output:
                    watched.pop(id(each), None)

    def _step_back_from_several(
        self, record: _Record, reached: dict[int, Tensor], asked: set[int]
    ) -> None:
        outputs = record[3]
        if any(id(each) in reached for each in outputs):
            cotangents = tuple(
                reached[id(each)] if id(each) in reached else _filled(each, 0.0) for each in outputs
            )
            for each in outputs:
                if id(each) not in asked:
                    reached.pop(id(each), None)
            self._step_back(record, cotangents, reached)

    def _step_back(self, record: _Record, cotangent: Any, reached: dict[int, Tensor]) -> None:
        """Add what a record's inputs get from the derivative by its output."""
        primitive, inputs, parameters, output = record
        watched = self._watched
        if primitive.selective:
            first, second = inputs
            wanted = (id(first) in watched, id(second) in watched)
            parameters = {**parameters, "wanted": wanted} if parameters else {"wanted": wanted}
        if type(output) is Tensor and output._value.dtype.kind == "c":
            derivatives = _complex_derivatives(record, parameters, cotangent)
        else:
            derivatives = primitive.gradient(cotangent, inputs, output, **parameters)
        for each, derivative in zip(inputs, derivatives):  # noqa: B905  (twice as slow if strict)
            key = id(each)
            if derivative is not None and key in watched:
                before = reached.get(key)
                reached[key] = derivative if before is None else primitives.add(before, derivative)

    def _readings(self, source: Source) -> list[Tensor]:
        """The tensors that stand for a source: of a variable, what was read from it."""
        return self._variables.get(source, []) if isinstance(source, Variable) else [source]

    def _derivative(self, source: Source, reached: Mapping[int, Tensor]) -> Tensor | None:
        """The derivative by a source: of a variable, the sum over its readings."""
        reads = dict.fromkeys(self._readings(source))
        found = [reached[id(each)] for each in reads if id(each) in reached]
        return reduce(primitives.add, found) if found else None


def _complex_derivatives(
    record: _Record, parameters: Mapping[str, Any], cotangent: Tensor
) -> tuple[Tensor | None, ...]:
    """The derivatives by a record's inputs, where its output is complex.

    The derivative by a complex z = x + iy is kept as d/dx + i d/dy. Of a holomorphic f that is the
    cotangent times the conjugate of f'(z), where primitives give the cotangent times f'(z).
    """
    primitive, inputs, _, output = record
    if any(each.dtype.kind != "c" for each in inputs):
        return primitive.gradient(cotangent, inputs, output, **parameters)
    turned = primitives.conjugate(cotangent)
    found = primitive.gradient(turned, inputs, output, **parameters)
    return tuple(None if each is None else primitives.conjugate(each) for each in found)


def _filled(like: Source, number: float) -> Tensor:
    filled: Tensor = bind(primitives.fill, shape=like.shape, value=number, dtype=like.dtype)
    return filled


def _unit(shape: tuple[int, ...], number: int, like: Tensor) -> Tensor:
    """One at one place, zeros elsewhere."""
    unit = np.zeros(shape, like.dtype)
    unit.reshape(-1)[number] = 1
    return Tensor(unit)


def _reshaped(tensor: Tensor, shape: Shape) -> Tensor:
    reshaped: Tensor = primitives.reshape(tensor, shape=shape)
    return reshaped


def _stacked(rows: Sequence[Tensor | None], source: Source) -> Tensor | None:
    """The rows one after the other; a source that nothing depends on has none."""
    if all(row is None for row in rows):
        return None
    whole = [_filled(source, 0.0) if row is None else row for row in rows]
    stacked: Tensor = primitives.concatenate(
        *(_reshaped(row, (1, *source.shape)) for row in whole), axis=0
    )
    return stacked
