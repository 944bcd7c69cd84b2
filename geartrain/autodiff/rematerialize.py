"""`checkpoint`: a function that is computed again where its derivative is needed.

    y = checkpoint(block)(x)     forward:    block runs, and the tape keeps x and y alone
    tape.gradient(y, x)          backwards:  block runs again, on a tape of its own

So the memory of what lies inside is needed for one block at a time, for the price of a second run.
In a compiled function the compiler is free to find that both runs are the same and keep one.

Source: Chen, Xu, Zhang and Guestrin, "Training deep nets with sublinear memory cost" (2016).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any

import numpy as np

from geartrain.autodiff.composite import Composite, floating, name_of
from geartrain.autodiff.tape import GradientTape
from geartrain.primitives.primitive import EAGER
from geartrain.tensor import (
    Interpreter,
    Symbol,
    Tensor,
    Variable,
    current_interpreter,
    current_observers,
    interpreting,
)
from geartrain.tensor.interpreter import Observer, start_observing, stop_observing
from geartrain.tensor.nest import flatten


def checkpoint(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function that gives what `f` gives, and whose inside a tape does not keep.

    Args:
        f: takes and gives tensors and nests of them. It may use tensors and variables from
            outside, and assign variables: its second run reads what the first one read, and what
            it assigns is dropped.

    >>> from geartrain import grad, ops
    >>> float(grad(checkpoint(lambda x: ops.exp(x) * x))(0.0))
    1.0
    """

    @wraps(f)
    def run(*args: Any, **kwargs: Any) -> Any:
        watching = [each for each in current_observers() if isinstance(each, _WATCHING)]
        if not watching:
            return f(*args, **kwargs)
        taken = _Taken(watching)
        with _observed_by(taken, instead_of=watching):
            outputs = f(*args, **kwargs)
        for variable, value in taken.reads.items():
            for each in watching:
                each.observe_read(variable, value)
        rerun = _Rerun(f, args, kwargs, taken.reads)
        return rerun.tell(taken.inputs(args, kwargs), outputs)

    return run


class _Taken:
    """What a function takes from outside: tensors that are watched there, and variables."""

    def __init__(self, watching: Sequence[GradientTape | _Taken]) -> None:
        self.watching = watching
        self.tensors: dict[int, Tensor] = {}
        self.reads: dict[Variable, Tensor] = {}

    def observe(
        self, primitive: Any, inputs: tuple[Tensor, ...], parameters: Any, output: Any
    ) -> None:
        for each in inputs:
            if self.watches(each):
                self.tensors[id(each)] = each

    def observe_read(self, variable: Variable, value: Tensor) -> None:
        self.reads.setdefault(variable, value)

    def watches(self, tensor: Tensor) -> bool:
        """Whether a tape outside records what is computed from a tensor."""
        return any(each.watches(tensor) for each in self.watching)

    def inputs(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Tensor]:
        """Every watched tensor that went in, each once."""
        given = [*flatten(args), *flatten(kwargs), *self.reads.values()]
        watched = [each for each in given if isinstance(each, Tensor) and self.watches(each)]
        return list({**{id(each): each for each in watched}, **self.tensors}.values())


_WATCHING = (GradientTape, _Taken)


class _Rerun(Composite):
    """A call of a function, to be made again."""

    def __init__(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        reads: dict[Variable, Tensor],
    ) -> None:
        super().__init__(name_of(function))
        self.function, self.args, self.kwargs, self.reads = function, args, kwargs, reads

    def gradient(
        self, cotangent: tuple[Tensor, ...], inputs: tuple[Tensor, ...], output: tuple[Tensor, ...]
    ) -> list[Tensor | None]:
        tape = GradientTape(watch_accessed_variables=False)
        with _replaying(self.reads), tape:
            tape.watch(floating(inputs))
            again = self.function(*self.args, **self.kwargs)
        tensors = [each for each in flatten(again) if isinstance(each, Tensor)]
        kept = [number for number, each in enumerate(output) if floating([each])]
        targets, starts = ([part[number] for number in kept] for part in (tensors, cotangent))
        found: list[Tensor | None] = tape.gradient(targets, list(inputs), starts)
        return found


class _Replay(Interpreter):
    """Carries operations out as who is on duty does, with the variables as they were."""

    def __init__(self, outside: Interpreter, reads: dict[Variable, Tensor]) -> None:
        self.outside = outside
        self.values = dict(reads)

    def apply(self, primitive: Any, inputs: tuple[Tensor, ...], parameters: dict[str, Any]) -> Any:
        if self.outside is EAGER:
            for each in inputs:
                if isinstance(each.value, Symbol):
                    return each.value.interpreter.apply(primitive, inputs, parameters)
        return self.outside.apply(primitive, inputs, parameters)

    def read(self, variable: Variable) -> Tensor:
        known = self.values.get(variable)
        return known if known is not None else self.outside.read(variable)

    def assign(self, variable: Variable, value: Tensor) -> None:
        # A tensor of its own: no derivative goes through an assignment.
        symbolic = isinstance(value.value, Symbol)
        numbers = value.value if symbolic else np.asarray(value.value, variable.dtype)
        self.values[variable] = Tensor(numbers)


@contextmanager
def _replaying(reads: dict[Variable, Tensor]) -> Iterator[None]:
    """Variables are as they were; the observers outside see what is done."""
    outside = current_observers()
    with interpreting(_Replay(current_interpreter(), reads)):
        for each in outside:
            start_observing(each)
        yield


@contextmanager
def _observed_by(observer: Observer, *, instead_of: Sequence[Observer]) -> Iterator[None]:
    """Put one observer on duty in the place of others."""
    for each in instead_of:
        stop_observing(each)
    start_observing(observer)
    try:
        yield
    finally:
        stop_observing(observer)
        for each in instead_of:
            start_observing(each)
