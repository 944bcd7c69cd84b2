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
    def apply(self, primitive: Any, inputs: tuple[Tensor, ...], parameters: dict[str, Any]) -> Any:
        """Carry out one primitive on tensors: a tensor, or a tuple where it gives several."""

    def read(self, variable: Variable) -> Tensor:
        """The variable's value as a tensor."""
        return variable.snapshot()

    def assign(self, variable: Variable, value: Tensor) -> None:
        """Make `value` (of the variable's shape and dtype) the variable's value."""
        variable.overwrite(value.shared())


class Observer(Protocol):
    """Is told of every operation carried out and every variable read while it is on duty."""

    def observe(
        self, primitive: Any, inputs: tuple[Tensor, ...], parameters: dict[str, Any], output: Any
    ) -> None:
        """A primitive was carried out; `output` is a tuple where it gives several tensors."""

    def observe_read(self, variable: Variable, value: Tensor) -> None:
        """A variable was read."""


class Duty(threading.local):
    """Who is on duty in a thread.

    Two attributes are for the short ways of running an operation: `eager` is the observers where no
    interpreter but the default one is on duty, else None; `quiet` says that there is neither.

    `only_shapes` says that a function is called for the shapes of what it gives, and never run.

    Three are for variables: `path`, the names of what a new one is made in; `autocast`, the dtype
    in which floats are read; `stateless`, who holds their values instead of themselves.
    """

    def __init__(self) -> None:
        self.interpreters: list[Interpreter] = []
        self.observers: list[Observer] = []
        self.only_shapes = False
        self.path: tuple[str, ...] = ()
        self.autocast: Any = None
        self.stateless: Any = None
        self.changed()

    def changed(self) -> None:
        """Say anew what `eager` and `quiet` are."""
        self.eager: list[Observer] | None = None if self.interpreters else self.observers
        self.quiet = not (self.interpreters or self.observers)


duty = Duty()


@contextmanager
def for_shapes() -> Iterator[None]:
    """Know that what is traced will never run: sizes that are not known may be any."""
    before, duty.only_shapes = duty.only_shapes, True
    try:
        yield
    finally:
        duty.only_shapes = before


_default: list[Interpreter] = []


def set_default_interpreter(interpreter: Interpreter) -> None:
    """Name the interpreter that is on duty where no other is (the eager one)."""
    _default[:] = [interpreter]


def current_interpreter() -> Interpreter:
    """The interpreter on duty in this thread."""
    return duty.interpreters[-1] if duty.interpreters else _default[0]


def current_observers() -> list[Observer]:
    """The observers on duty in this thread, the outermost first."""
    return duty.observers


@contextmanager
def interpreting(interpreter: Interpreter) -> Iterator[None]:
    """Put `interpreter` on duty in this thread, and no observer of those outside."""
    outside = duty.observers
    duty.interpreters.append(interpreter)
    duty.observers = []
    duty.changed()
    try:
        yield
    finally:
        duty.interpreters.pop()
        duty.observers = outside
        duty.changed()


@contextmanager
def at_once() -> Iterator[None]:
    """Run operations as they stand, unobserved, even inside of a function that is being traced."""
    outside = duty.interpreters, duty.observers
    duty.interpreters, duty.observers = [], []
    duty.changed()
    try:
        yield
    finally:
        duty.interpreters, duty.observers = outside
        duty.changed()


def start_observing(observer: Observer) -> None:
    """Tell `observer` of everything from now on."""
    duty.observers = [*duty.observers, observer]
    duty.changed()


def stop_observing(observer: Observer) -> None:
    """Tell `observer` nothing any more."""
    duty.observers = [each for each in duty.observers if each is not observer]
    duty.changed()
