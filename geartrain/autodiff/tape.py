"""`GradientTape`: reverse-mode differentiation of whatever runs while the tape is on.

    with GradientTape() as tape:            recorded:   y = multiply(x, x)
        y = x * x                           backwards:  dx = multiply(dy, x) + multiply(dy, x)
    dx = tape.gradient(y, x)

The tape records which primitive made which tensor from which. `gradient` walks the record from
its end: the derivative by an output, times each primitive's own derivative, gives those by its
inputs, and derivatives that reach one tensor on several ways are added (the chain rule). The walk
itself runs primitives, so it can be taped, traced and compiled like anything else.

Source: Griewank and Walther, *Evaluating Derivatives*, 2nd edition, chapter 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from types import TracebackType
from typing import Any, Self

import numpy as np

from geartrain import primitives
from geartrain.errors import explain
from geartrain.primitives.primitive import Primitive, bind
from geartrain.tensor import Tensor, Variable, is_floating
from geartrain.tensor.interpreter import start_observing, stop_observing

Source = Tensor | Variable


@dataclass(frozen=True)
class _Record:
    """One primitive that was carried out."""

    primitive: Primitive
    inputs: tuple[Tensor, ...]
    parameters: Mapping[str, Any]
    output: Tensor


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

    def __enter__(self) -> Self:
        start_observing(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        stop_observing(self)

    def watch(self, source: Any) -> None:
        """Record what is computed from a tensor or a variable (or a nest of them)."""
        for each in flatten(source):
            if isinstance(each, Variable):
                self._wanted.add(each)
            else:
                self._watched[id(each)] = each

    def watched_variables(self) -> tuple[Variable, ...]:
        """The variables that were watched and read, in the order of their first reading."""
        return tuple(self._variables)

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """What runs inside is not recorded."""
        stop_observing(self)
        try:
            yield
        finally:
            start_observing(self)

    def reset(self) -> None:
        """Forget everything that was recorded."""
        self._records.clear()
        self._watched.clear()
        self._variables.clear()
        self._used = False

    # -- recording: the observer's side ----------------------------------------------------------

    def observe(
        self,
        primitive: Primitive,
        inputs: tuple[Tensor, ...],
        parameters: dict[str, Any],
        output: Tensor,
    ) -> None:
        """Record a primitive, if anything watched goes into it and a derivative can come out."""
        if not is_floating(output.dtype):
            return
        if any(id(each) in self._watched for each in inputs):
            self._records.append(_Record(primitive, inputs, parameters, output))
            self._watched[id(output)] = output

    def observe_read(self, variable: Variable, value: Tensor) -> None:
        """Watch what was read from a variable."""
        trainable = self.watch_accessed_variables and variable.trainable
        if (trainable or variable in self._wanted) and is_floating(variable.dtype):
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

        Args:
            target: a tensor, or a nest of tensors, computed while the tape was on.
            sources: a tensor or variable, or a nest (list, tuple, dict) of them.
            output_gradients: the derivatives by `target` to start from; ones if None.
            unconnected_gradients: "none" or "zero": what a source gets that `target` does not
                depend on.

        Returns:
            Tensors in the nest of `sources`, each of its source's shape.

        Raises:
            RuntimeError: a tape that is not persistent is asked a second time.
            ValueError: `unconnected_gradients` is neither "none" nor "zero".
        """
        self._check_use(unconnected_gradients)
        reached = self._walk_back(flatten(target), output_gradients)
        found = [self._derivative(each, reached) for each in flatten(sources)]
        if unconnected_gradients == "zero":
            pairs = zip(found, flatten(sources), strict=True)
            found = [_zeros_like(source) if each is None else each for each, source in pairs]
        if not self.persistent:
            self.reset()
            self._used = True
        return pack_like(sources, found)

    def jacobian(self, target: Tensor, source: Source) -> Tensor:
        """The derivative of every element of `target` by every element of `source`.

        Returns a tensor of shape `(*target.shape, *source.shape)`, one walk for each element.
        """
        count = 1
        for size in target.shape:
            count *= int(str(size))
        rows = []
        for number in range(count):
            reached = self._walk_back([target], [_unit(target, number)])
            row = self._derivative(source, reached)
            rows.append((row if row is not None else _zeros_like(source)).numpy())
        stacked = np.stack(rows).reshape(target.numpy().shape + rows[0].shape)
        return Tensor(stacked)

    def _check_use(self, unconnected_gradients: str) -> None:
        if self._used:
            raise RuntimeError(
                explain(
                    "This tape has been used",
                    given="a second call of gradient()",
                    expected="one call, as GradientTape(persistent=False) set",
                    remedy="with GradientTape(persistent=True) as tape:",
                )
            )
        if unconnected_gradients not in ("none", "zero"):
            raise ValueError(
                explain(
                    "gradient() knows two ways for unconnected sources",
                    given=f"unconnected_gradients={unconnected_gradients!r}",
                    expected="'none' or 'zero'",
                    remedy="tape.gradient(y, x, unconnected_gradients='zero')",
                )
            )

    def _walk_back(self, targets: Sequence[Tensor], starts: Any) -> dict[int, Tensor]:
        """The derivative by every tensor that was reached, by its identity."""
        reached: dict[int, Tensor] = {}
        given = flatten(starts) if starts is not None else [None] * len(targets)
        for target, start in zip(targets, given, strict=True):
            _add_into(reached, target, start if start is not None else _ones_like(target))
        for record in reversed(self._records):
            cotangent = reached.get(id(record.output))
            if cotangent is not None:
                self._step_back(record, cotangent, reached)
        return reached

    def _step_back(self, record: _Record, cotangent: Tensor, reached: dict[int, Tensor]) -> None:
        derivatives = record.primitive.gradient(
            cotangent, record.inputs, record.output, **record.parameters
        )
        for each, derivative in zip(record.inputs, derivatives, strict=True):
            if derivative is not None and id(each) in self._watched:
                _add_into(reached, each, derivative)

    def _derivative(self, source: Source, reached: Mapping[int, Tensor]) -> Tensor | None:
        """The derivative by a source: of a variable, the sum over its readings."""
        reads = self._variables.get(source, []) if isinstance(source, Variable) else [source]
        found = [reached[id(each)] for each in dict.fromkeys(reads) if id(each) in reached]
        return reduce(primitives.add, found) if found else None


def _add_into(reached: dict[int, Tensor], tensor: Tensor, derivative: Tensor) -> None:
    before = reached.get(id(tensor))
    reached[id(tensor)] = derivative if before is None else primitives.add(before, derivative)


def _filled(like: Source, number: float) -> Tensor:
    return bind(primitives.fill, shape=like.shape, value=number, dtype=like.dtype)


def _ones_like(like: Source) -> Tensor:
    return _filled(like, 1.0)


def _zeros_like(like: Source) -> Tensor:
    return _filled(like, 0.0)


def _unit(like: Tensor, number: int) -> Tensor:
    unit = np.zeros_like(like.numpy())
    unit.reshape(-1)[number] = 1
    return Tensor(unit)


def flatten(nest: Any) -> list[Any]:
    """The leaves of a nest of lists, tuples and dicts, in order."""
    if isinstance(nest, dict):
        return [leaf for key in nest for leaf in flatten(nest[key])]
    if isinstance(nest, list | tuple):
        return [leaf for each in nest for leaf in flatten(each)]
    return [nest]


def pack_like(nest: Any, leaves: Sequence[Any]) -> Any:
    """The leaves in the form of a nest."""
    remaining = iter(leaves)

    def pack(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: pack(each) for key, each in part.items()}
        if isinstance(part, list | tuple):
            return type(part)(pack(each) for each in part)
        return next(remaining)

    return pack(nest)
