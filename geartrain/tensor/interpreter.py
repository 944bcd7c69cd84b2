"""Who carries out an operation: the stack of interpreters.

Every operation ends in one call, `primitives.bind`, which asks the interpreter on duty to carry
it out. The eager one computes with NumPy at once, the naive one runs plain loops, a tracer writes
the operation down. Observers (a gradient tape) are told of everything that was carried out.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from geartrain.tensor.tensor import Tensor
    from geartrain.tensor.variable import Variable


class Interpreter(ABC):
    """Carries out primitives, and reads and writes variables on their way."""

    @abstractmethod
    def apply(
        self, primitive: Any, inputs: tuple[Tensor, ...], parameters: dict[str, Any]
    ) -> Tensor:
        """Carry out one primitive on tensors."""

    def read(self, variable: Variable) -> Tensor:
        """The variable's value as a tensor."""
        return variable.snapshot()

    def assign(self, variable: Variable, value: Tensor) -> None:
        """Make `value` (of the variable's shape and dtype) the variable's value."""
        variable.overwrite(value.numpy())


class Observer(Protocol):
    """Is told of every operation carried out and every variable read while it is on duty."""

    def observe(
        self, primitive: Any, inputs: tuple[Tensor, ...], parameters: dict[str, Any], output: Tensor
    ) -> None:
        """A primitive was carried out."""

    def observe_read(self, variable: Variable, value: Tensor) -> None:
        """A variable was read."""


class _Duty(threading.local):
    def __init__(self) -> None:
        self.interpreters: list[Interpreter] = []
        self.observers: list[Observer] = []


_duty = _Duty()
_default: list[Interpreter] = []


def set_default_interpreter(interpreter: Interpreter) -> None:
    """Name the interpreter that is on duty where no other is (the eager one)."""
    _default[:] = [interpreter]


def current_interpreter() -> Interpreter:
    """The interpreter on duty in this thread."""
    return _duty.interpreters[-1] if _duty.interpreters else _default[0]


def current_observers() -> list[Observer]:
    """The observers on duty in this thread, the outermost first."""
    return _duty.observers


@contextmanager
def interpreting(interpreter: Interpreter) -> Iterator[None]:
    """Put `interpreter` on duty in this thread, and no observer of those outside."""
    outside = _duty.observers
    _duty.interpreters.append(interpreter)
    _duty.observers = []
    try:
        yield
    finally:
        _duty.interpreters.pop()
        _duty.observers = outside


def start_observing(observer: Observer) -> None:
    """Tell `observer` of everything from now on."""
    _duty.observers.append(observer)


def stop_observing(observer: Observer) -> None:
    """Tell `observer` nothing any more."""
    _duty.observers = [each for each in _duty.observers if each is not observer]
