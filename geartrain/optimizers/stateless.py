"""A step as a function of values: what it makes of them, with no variable changed.

The variables take the values, the step is taken, and they get back what they had. So it runs
eagerly and in a function that is traced, and every optimizer has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from geartrain.optimizers import messages
from geartrain.tensor import Tensor, Variable

if TYPE_CHECKING:
    from geartrain.optimizers.optimizer import Optimizer


def apply(
    optimizer: Optimizer,
    optimizer_variables: Sequence[Any],
    grads: Sequence[Any],
    trainable_variables: Sequence[Any],
) -> tuple[list[Tensor], list[Tensor]]:
    """See `Optimizer.stateless_apply`."""
    own, trained = optimizer.variables, optimizer._trainable_variables
    given = len(optimizer_variables), len(trainable_variables)
    if given != (len(own), len(trained)):
        raise ValueError(messages.values(optimizer, *given))
    holders = [*trained, *own]
    with _holding(holders, [*trainable_variables, *optimizer_variables]):
        optimizer.apply(grads, trained)
        after = [each.value for each in holders]
    return after[: len(trained)], after[len(trained) :]


@contextmanager
def _holding(variables: Sequence[Variable], values: Sequence[Any]) -> Iterator[None]:
    """Give variables other values for a while."""
    before = [each.value for each in variables]
    try:
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
        yield
    finally:
        for variable, value in zip(variables, before, strict=True):
            variable.assign(value)
