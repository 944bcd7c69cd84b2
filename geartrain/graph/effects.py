"""Effects: what a compiled function does besides computing, such as printing.

    print("{}", x)          %2 = print %1 %always %0        (after the effect %1, if %always)
    check(x > 0)     ->     %4 = check %2 %always %3

Each takes the token that the one before it gives: so they stay in order, none is dropped, and no
two become one. Inside of `cond` an effect takes the condition as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.primitives.primitive import Cost, Cotangents, Primitive, Sample, Spec
from geartrain.tensor import Array, Tensor
from geartrain.tensor.dtypes import BOOL

Act = Callable[[Sequence[Array]], None]


class Effect(Primitive):
    """Hands the numbers of its values to a Python function; gives a token.

    The inputs are the token of the effect before, whether to act at all, and the values. It is no
    gear, and is not listed with them.
    """

    pure = False

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name  # type: ignore[misc]

    def infer(self, *inputs: Spec, **parameters: Any) -> Spec:
        return Spec((), BOOL)

    def evaluate(self, *inputs: Array, act: Act, **parameters: Any) -> Array:
        _, wanted, *values = inputs
        if np.all(wanted):
            act(values)
        return np.asarray(True)

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        raise NotImplementedError("an effect is Python's own")

    def gradient(
        self, cotangent: Any, inputs: tuple[Tensor, ...], output: Any, **parameters: Any
    ) -> Cotangents:
        return (None,) * len(inputs)

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        raise NotImplementedError("what a Python function does is not known")

    def samples(self) -> Iterator[Sample]:
        yield from ()


def all_of(conditions: Sequence[Tensor]) -> Tensor:
    """Whether all conditions hold."""
    always = Tensor(np.asarray(True))
    return reduce(primitives.logical_and, conditions) if conditions else always


def does_nothing(values: Sequence[Array]) -> None:
    """Of an effect that only keeps the order."""
