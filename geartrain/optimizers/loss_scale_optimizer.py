"""`LossScaleOptimizer`: a scale of the loss that follows what 16-bit gradients can hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any, Self

import numpy as np

from geartrain.errors import explain
from geartrain.initializers import Constant
from geartrain.ops import (
    add,
    cond,
    convert_to_tensor,
    divide,
    equal,
    isfinite,
    logical_and,
    multiply,
)
from geartrain.ops import all as holds_everywhere
from geartrain.optimizers.optimizer import Optimizer
from geartrain.serialization import deserialize_keras_object, serialize_keras_object
from geartrain.tensor import Tensor, Variable


class LossScaleOptimizer(Optimizer):
    """loss * s is differentiated, the gradients / s go to another optimizer.

    A step with an infinite gradient or NaN is left out, and halves s; after
    `dynamic_growth_steps` good steps in a row s is doubled.

    Args:
        inner_optimizer: the optimizer that changes the variables.
        initial_scale: what s starts with; it falls quickly, so it may be large.
        dynamic_growth_steps: after how many good steps s grows.
        name: None numbers the class's name.
        **kwargs: none: arguments of `Optimizer` belong to `inner_optimizer`.

    Raises:
        ValueError: an argument of `Optimizer` is given.

    Source: Micikevicius et al., "Mixed precision training" (2018), section 3.2.

    >>> from geartrain import Variable, optimizers
    >>> weight = Variable(1.0)
    >>> optimizer = optimizers.LossScaleOptimizer(optimizers.SGD(0.5), initial_scale=8.0)
    >>> optimizer.apply([8.0], [weight])
    >>> optimizer.apply([float("inf")], [weight])
    >>> float(weight.value), float(optimizer.scale_loss(1.0))
    (0.5, 4.0)
    """

    def __init__(
        self,
        inner_optimizer: Any,
        initial_scale: float = 2.0**15,
        dynamic_growth_steps: int = 2000,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        further = {key: value for key, value in kwargs.items() if value is not None}
        if further:
            raise ValueError(_further_message(further))
        if not isinstance(inner_optimizer, Optimizer):
            inner_optimizer = _optimizer_of(inner_optimizer)
        super().__init__(learning_rate=0.0, name=name)
        self.inner_optimizer = inner_optimizer
        self.initial_scale = initial_scale
        self.dynamic_growth_steps = dynamic_growth_steps
        # A loss is scaled before the first step builds the optimizer, and traced into that step.
        self.step_counter = self.add_variable((), dtype="int32", name="step_counter")
        start = Constant(initial_scale)
        self.dynamic_scale = self.add_variable((), start, "float32", name="dynamic_scale")
        self._untrack_variable(self.step_counter)
        self._untrack_variable(self.dynamic_scale)

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the scale and the count of good steps, and the state of the other optimizer."""
        if self.built:
            return
        given = list(variables)
        self._track_variable(self.step_counter)
        self._track_variable(self.dynamic_scale)
        self.inner_optimizer.build(given)
        super().build(given)

    @property
    def variables(self) -> list[Variable]:
        """Its own, then those of the other optimizer."""
        return [*self._variables, *self.inner_optimizer.variables]

    @property
    def learning_rate(self) -> Any:
        """The learning rate of the other optimizer; assigning a number changes it."""
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, rate: Any) -> None:
        self.inner_optimizer.learning_rate = rate

    @property
    def rate_version(self) -> Any:
        """See `Optimizer.rate_version`."""
        return self.inner_optimizer.rate_version

    @property
    def iterations(self) -> Any:
        """How many steps changed the variables so far."""
        return self.inner_optimizer.iterations

    def apply(
        self, grads: Iterable[Any], trainable_variables: Iterable[Variable] | None = None
    ) -> None:
        """One step, if every gradient is finite.

        Args:
            grads: a gradient of the scaled loss, or None, for each variable.
            trainable_variables: None are those that the optimizer was built with.

        Raises:
            ValueError: see `Optimizer.apply`.
        """
        gradients = [None if each is None else convert_to_tensor(each) for each in grads]
        if not gradients:
            return
        variables = self._targets(gradients, trainable_variables)
        scale = self.dynamic_scale.value

        def go() -> None:
            unscaled = [None if each is None else divide(each, scale) for each in gradients]
            self.inner_optimizer.apply(unscaled, variables)
            self._count_good_step(scale)

        def stay() -> None:
            self.step_counter.assign(np.int32(0))
            self.dynamic_scale.assign(multiply(scale, 0.5))

        cond(self.check_finite(gradients), go, stay)

    def _count_good_step(self, scale: Tensor) -> None:
        count = add(self.step_counter, 1)

        def grow() -> None:
            self.step_counter.assign(np.int32(0))
            self.dynamic_scale.assign(multiply(scale, 2.0))

        def keep() -> None:
            self.step_counter.assign(count)

        cond(equal(count, self.dynamic_growth_steps), grow, keep)

    def check_finite(self, grads: Sequence[Any]) -> Any:
        """Whether no gradient has an infinity or NaN in it."""
        found = [holds_everywhere(isfinite(each)) for each in grads if each is not None]
        return reduce(logical_and, found, convert_to_tensor(True))

    def scale_loss(self, loss: Any) -> Any:
        """The loss to differentiate: times the scale."""
        return multiply(loss, self.dynamic_scale)

    def exclude_from_weight_decay(
        self,
        var_list: Iterable[Variable] | None = None,
        var_names: Iterable[str] | None = None,
    ) -> None:
        """Let variables keep their length: see `Optimizer.exclude_from_weight_decay`."""
        self.inner_optimizer.exclude_from_weight_decay(var_list, var_names)

    def finalize_variable_values(self, var_list: Iterable[Variable]) -> None:
        """Give the weights their final values, as the other optimizer does."""
        self.inner_optimizer.finalize_variable_values(var_list)

    def get_config(self) -> dict[str, Any]:
        """The arguments to make such an optimizer with."""
        return {
            "name": self.name,
            "inner_optimizer": serialize_keras_object(self.inner_optimizer),
            "initial_scale": self.initial_scale,
            "dynamic_growth_steps": self.dynamic_growth_steps,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Self:
        """An optimizer of what `get_config` gave."""
        inner = config["inner_optimizer"]
        if isinstance(inner, dict):
            inner = deserialize_keras_object(inner, custom_objects=custom_objects)
        return cls(**{**config, "inner_optimizer": inner})


def _optimizer_of(identifier: Any) -> Optimizer:
    """The optimizer that a config or a name means."""
    from geartrain.optimizers import get  # whose table has this class in it

    found: Optimizer = get(identifier)
    return found


def _further_message(further: dict[str, Any]) -> str:
    name = next(iter(further))
    return explain(
        f"LossScaleOptimizer does not support `{name}`",
        given=", ".join(f"{key}={value!r}" for key, value in further.items()),
        expected=f"inner_optimizer, initial_scale, dynamic_growth_steps and name; {name} belongs "
        "to the inner_optimizer",
        remedy=f"LossScaleOptimizer(optimizers.Adam({name}=...))",
    )
