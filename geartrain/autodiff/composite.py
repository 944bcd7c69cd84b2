"""Operations that a tape takes as one: what they do inside is their own affair.

    y = f(x)                     recorded:   y = <f>(x)        and not the operations inside f
    tape.gradient(y, x)          backwards:  f's own rule

`custom_gradient` and `checkpoint` are made of it. Such an operation is carried out by calling
Python, and then told to the observers as if it were a primitive; the tape needs no more of a
primitive than its name and its gradient.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from geartrain.tensor import Tensor, Variable, current_observers
from geartrain.tensor.dtypes import is_differentiable
from geartrain.tensor.nest import flatten, pack_like


class Composite(ABC):
    """An operation of several tensors that gives several, with a gradient of its own."""

    selective: ClassVar[bool] = False
    replaceable: ClassVar[bool] = False  # by the operations inside: they have the same derivative

    def __init__(self, name: str) -> None:
        self.name = name

    @abstractmethod
    def gradient(
        self, cotangent: tuple[Tensor, ...], inputs: tuple[Tensor, ...], output: tuple[Tensor, ...]
    ) -> Sequence[Tensor | None]:
        """The derivative by each input, given those by the outputs."""

    def tell(self, inputs: Sequence[Tensor], outputs: Any) -> Any:
        """Tell the observers that it was carried out; gives its outputs, as tensors of its own.

        They are new tensors, so that a tape finds this operation behind them and not those inside,
        and so that a function may give back what it was given.
        """
        leaves = [each.value if isinstance(each, Variable) else each for each in flatten(outputs)]
        fresh = [Tensor(each.value) if isinstance(each, Tensor) else each for each in leaves]
        tensors = tuple(each for each in fresh if isinstance(each, Tensor))
        for observer in current_observers():
            observer.observe(self, tuple(inputs), {}, tensors)
        return pack_like(outputs, fresh)


def floating(tensors: Sequence[Tensor]) -> list[Tensor]:
    """Those through which derivatives go."""
    return [each for each in tensors if is_differentiable(each.dtype)]


def name_of(function: Any) -> str:
    """What a function is called."""
    return str(getattr(function, "__name__", type(function).__name__))
