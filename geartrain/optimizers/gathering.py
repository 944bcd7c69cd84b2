"""Gradients gathered over several steps, before the variables change by their mean.

    step 1: total = g1        step 2: total = g1 + g2        step 3: change by (g1 + g2 + g3) / 3

Batches that do not fit into memory at once are trained on so, in parts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from geartrain.ops import add, cast, cond, divide, equal, maximum, mod, where, zeros_like
from geartrain.tensor import Tensor, Variable

if TYPE_CHECKING:
    from geartrain.optimizers.optimizer import Optimizer


def is_turn(steps: Tensor | Variable, length: int) -> Tensor:
    """Whether the step that follows so many is the last of a round of that length."""
    return equal(mod(add(steps, 1), length), 0)


def gather(
    optimizer: Optimizer,
    gradients: Sequence[Tensor],
    variables: Sequence[Variable],
    update: Callable[[Sequence[Tensor], Sequence[Variable]], None],
) -> None:
    """Add the gradients to those before; in the last step of a round update by their mean."""
    gathered = [_total_of(optimizer, each) for each in variables]
    sums = [
        add(total, cast(gradient, total.dtype))
        for total, gradient in zip(gathered, gradients, strict=True)
    ]

    def change() -> None:
        update([divide(each, _steps(optimizer)) for each in sums], variables)
        for total in gathered:
            total.assign(zeros_like(total))

    def wait() -> None:
        for total, value in zip(gathered, sums, strict=True):
            total.assign(value)

    cond(is_turn(optimizer._iterations, _steps(optimizer)), change, wait)


def overwrite(optimizer: Optimizer, variable: Variable, gradient: Tensor) -> None:
    """Give a variable its gradient as its value; of those gathered, the greatest."""
    gradient = cast(gradient, variable.dtype)
    if not optimizer.gradient_accumulation_steps:
        variable.assign(gradient)
        return
    turn = is_turn(optimizer._iterations, _steps(optimizer))
    total = _total_of(optimizer, variable)
    greatest = maximum(gradient, total)
    variable.assign(where(turn, greatest, variable))
    total.assign(where(turn, zeros_like(greatest), greatest))


def _steps(optimizer: Optimizer) -> int:
    return optimizer.gradient_accumulation_steps or 1


def _total_of(optimizer: Optimizer, variable: Variable) -> Variable:
    total: Variable = optimizer._accumulated_gradients[optimizer._get_variable_index(variable)]
    return total
