"""`Optimizer`: changes variables by their gradients."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

import numpy as np

from geartrain.ops import (
    add,
    cast,
    convert_to_tensor,
    divide,
    floor_divide,
    multiply,
    subtract,
)
from geartrain.optimizers import arguments, averages, clipping, gathering, messages, stateless
from geartrain.optimizers.schedules.schedule import LearningRateSchedule
from geartrain.optimizers.states import VariableHolder, takes_gradient_as_value
from geartrain.serialization import deserialize_keras_object, serialize_keras_object
from geartrain.tensor import Tensor, Variable, at_once

Rate = float | LearningRateSchedule | Callable[[], Any]


class Optimizer(VariableHolder):
    """Holds a learning rate, a count of steps, and whatever state each variable needs.

    A subclass makes state in `build(variables)`, with `add_optimizer_variables`, and changes one
    variable in `update_step(gradient, variable, learning_rate)`. What it calls there are
    operations on tensors, so that it compiles into the step.

    Args:
        learning_rate: how far a step goes: a number, a schedule, or a function without arguments
            that gives one; `lr` is its old name.
        weight_decay: the share of each weight, times the learning rate, that a step takes off.
        clipnorm: the greatest length of each gradient.
        clipvalue: the greatest size of each element of gradients.
        global_clipnorm: the greatest length of all gradients together.
        use_ema: whether a moving mean of the weights is kept.
        ema_momentum: how much of the mean is kept in a step.
        ema_overwrite_frequency: after how many steps, again and again, the weights become their
            means; None leaves that to the end of `fit`, or to `finalize_variable_values`.
        loss_scale_factor: the loss is multiplied by it and gradients are divided by it, against
            underflow of 16-bit floats.
        gradient_accumulation_steps: over how many steps gradients are gathered before the
            variables change, by their mean.
        name: None numbers the class's name.

    Raises:
        ValueError: an argument is out of range or unknown, or two ways to clip are given.
    """

    def __init__(
        self,
        learning_rate: Rate,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        rate = arguments.former_rate(self, learning_rate, kwargs)
        arguments.check_rate(self, rate)
        clips = {"clipnorm": clipnorm, "clipvalue": clipvalue, "global_clipnorm": global_clipnorm}
        arguments.check_clips(self, **clips)
        if use_ema:
            arguments.check_average(self, ema_momentum, ema_overwrite_frequency)
        arguments.check_accumulation(self, gradient_accumulation_steps)
        super().__init__(name)
        self.weight_decay = weight_decay
        self.clipnorm = clipnorm
        self.clipvalue = clipvalue
        self.global_clipnorm = global_clipnorm
        self.use_ema = use_ema
        self.ema_momentum = ema_momentum
        self.ema_overwrite_frequency = ema_overwrite_frequency
        self.loss_scale_factor = loss_scale_factor
        self.gradient_accumulation_steps = gradient_accumulation_steps
        self._excluded: list[Variable] = []
        self._excluded_names: list[str] = []
        self._iterations = self.add_variable((), dtype="int32", name="iteration")
        self._rate_version = 0
        self._learning_rate: Any = rate if callable(rate) else self._rate_variable(rate)

    # -- the learning rate and the count of steps ------------------------------------------------

    @property
    def iterations(self) -> Any:
        """How many steps changed the variables so far."""
        if not self.gradient_accumulation_steps:
            return self._iterations
        return floor_divide(self._iterations, self.gradient_accumulation_steps)

    @property
    def learning_rate(self) -> Any:
        """How far a step goes now; assigning a number changes it, between steps too.

        Raises:
            TypeError: a number is assigned, and a schedule says what the rate is.
        """
        return self._get_current_learning_rate()

    @learning_rate.setter
    def learning_rate(self, rate: Any) -> None:
        former = self._learning_rate
        if isinstance(rate, Variable) or callable(rate):
            self._untrack_variable(former)
            self._learning_rate = rate
            self._rate_version += 1
        elif isinstance(former, Variable):
            former.assign(np.asarray(rate, former.dtype) if np.isscalar(rate) else rate)
        else:
            raise TypeError(messages.scheduled(self, rate))

    @property
    def rate_version(self) -> Any:
        """Another one whenever something else says what the rate is: steps are compiled anew."""
        return self._rate_version

    def _rate_variable(self, rate: float) -> Variable:
        variable = Variable(float(rate), trainable=False, name="learning_rate")
        variable.path = f"{self.name}/learning_rate"
        self._track_variable(variable)
        return variable

    def _get_current_learning_rate(self) -> Any:
        rate = self._learning_rate
        if isinstance(rate, LearningRateSchedule):
            return rate(self._iterations)
        return rate() if callable(rate) else rate

    # -- building --------------------------------------------------------------------------------

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the state that the variables need, once.

        Args:
            variables: those to train; a step may be taken with part of them.
        """
        given = list(variables)
        if self.use_ema:
            self._model_variables_moving_average = self.add_optimizer_variables(given, "average")
        if self.gradient_accumulation_steps:
            self._accumulated_gradients = [
                self.add_variable_from_reference(each, "gradient_accumulator") for each in given
            ]
        super().build(given)

    def exclude_from_weight_decay(
        self,
        var_list: Iterable[Variable] | None = None,
        var_names: Iterable[str] | None = None,
    ) -> None:
        """Let variables keep their length: no share of them is taken off.

        Args:
            var_list: variables.
            var_names: regular expressions; a variable is left out whose name matches one.
        """
        self._excluded += list(var_list or ())
        self._excluded_names += list(var_names or ())

    def _use_weight_decay(self, variable: Variable) -> bool:
        if any(each is variable for each in self._excluded):
            return False
        return not any(re.search(each, variable.name) for each in self._excluded_names)

    # -- a step ----------------------------------------------------------------------------------

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Variable]]) -> Variable:
        """One step, for pairs of gradient and variable; returns the count of steps."""
        pairs = list(grads_and_vars)
        if not pairs:
            raise ValueError(messages.no_pairs())
        self.apply([gradient for gradient, _ in pairs], [variable for _, variable in pairs])
        return self._iterations

    def apply(
        self, grads: Iterable[Any], trainable_variables: Iterable[Variable] | None = None
    ) -> None:
        """One step: every variable follows its gradient; those without one stay.

        Args:
            grads: a gradient, or None, for each variable.
            trainable_variables: None are those that the optimizer was built with.

        Raises:
            ValueError: no variable has a gradient; a variable is not one of those that the
                optimizer was built with; the numbers of gradients and variables differ.
        """
        gradients = list(grads)
        if not gradients:
            return
        variables = self._targets(gradients, trainable_variables)
        self._check_variables_are_known(variables)
        gradients, variables = self._with_gradients(gradients, variables)
        if self.loss_scale_factor is not None:
            gradients = [divide(each, self.loss_scale_factor) for each in gradients]
        if gradients:
            self._apply(gradients, variables)
        self._iterations.assign(add(self._iterations, 1))

    def _apply(self, gradients: list[Tensor], variables: list[Variable]) -> None:
        if self.gradient_accumulation_steps:
            gathering.gather(self, gradients, variables, self._update)
        else:
            self._update(gradients, variables)
        if self.use_ema:
            averages.move_averages(self)
        for variable in variables:
            bound = getattr(variable, "constraint", None)
            if bound is not None:
                variable.assign(bound(variable.value))

    def _update(self, gradients: Sequence[Tensor], variables: Sequence[Variable]) -> None:
        """Clip, take off the decay, and change the variables."""
        rate = self._get_current_learning_rate()
        clipped = self._clip_gradients(gradients)
        self._apply_weight_decay(variables, rate)
        self.update_variables(clipped, variables, rate)

    def update_variables(
        self, gradients: Sequence[Tensor], variables: Sequence[Variable], learning_rate: Any
    ) -> None:
        """Change each variable by its gradient."""
        for gradient, variable in zip(gradients, variables, strict=True):
            self.update_step(cast(gradient, variable.dtype), variable, learning_rate)

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Change one variable, and its state, by its gradient: a subclass says how."""
        raise NotImplementedError(messages.no_update_step(self))

    def _clip_gradients(self, grads: Sequence[Any]) -> list[Any]:
        if self.clipnorm and self.clipnorm > 0:
            return clipping.clip_by_norm(grads, self.clipnorm)
        if self.global_clipnorm and self.global_clipnorm > 0:
            return clipping.clip_by_global_norm(grads, self.global_clipnorm)
        if self.clipvalue and self.clipvalue > 0:
            return clipping.clip_by_value(grads, self.clipvalue)
        return list(grads)

    def decay_of(self, variable: Variable) -> float | None:
        """What share of a variable, times the learning rate, a step takes off."""
        return self.weight_decay if self._use_weight_decay(variable) else None

    def _apply_weight_decay(self, variables: Sequence[Variable], rate: Any) -> None:
        for variable in variables:
            decay = self.decay_of(variable)
            if decay:
                share = multiply(cast(rate, variable.dtype), decay)
                variable.assign(subtract(variable, multiply(variable, share)))

    # -- which variables, and which gradients ----------------------------------------------------

    def _targets(
        self, gradients: Sequence[Any], given: Iterable[Variable] | None
    ) -> list[Variable]:
        """The variables that the gradients are of."""
        if given is None and not self.built:
            raise ValueError(messages.unbuilt(self, "apply", "optimizer.apply(gradients)"))
        variables = self._trainable_variables if given is None else list(given)
        if len(variables) != len(gradients):
            raise ValueError(messages.uneven(gradients, variables))
        if not self.built:
            with at_once():  # also where the step is being traced: its state is made once
                self.build(variables)
            self.built = True
        return variables

    def _check_variables_are_known(self, variables: Iterable[Variable]) -> None:
        for variable in variables:
            if id(variable) not in self._trainable_variables_indices:
                raise ValueError(messages.unknown_variable(self, variable))

    def _with_gradients(
        self, gradients: Sequence[Any], variables: Sequence[Variable]
    ) -> tuple[list[Tensor], list[Variable]]:
        """The pairs in which there is a gradient that is one: others are its variable's value."""
        found = [
            (convert_to_tensor(gradient), variable)
            for gradient, variable in zip(gradients, variables, strict=True)
            if gradient is not None
        ]
        if not found:
            raise ValueError(messages.no_gradient(variables))
        if len(found) < len(variables):
            missing = [v for g, v in zip(gradients, variables, strict=True) if g is None]
            warnings.warn(messages.missing_gradients(missing), stacklevel=4)
        for gradient, variable in found:
            if takes_gradient_as_value(variable):
                gathering.overwrite(self, variable, gradient)
        rest = [pair for pair in found if not takes_gradient_as_value(pair[1])]
        return [gradient for gradient, _ in rest], [variable for _, variable in rest]

    # -- what follows, and steps of other kinds -------------------------------------------------

    def finalize_variable_values(self, var_list: Iterable[Variable]) -> None:
        """Give the weights their final values: their means, if `use_ema`.

        Raises:
            ValueError: the variables are not those that the optimizer was built with.
        """
        if self.use_ema:
            averages.take_averages(list(var_list), self._model_variables_moving_average)

    def scale_loss(self, loss: Any) -> Any:
        """The loss to differentiate: times `loss_scale_factor`."""
        return loss if self.loss_scale_factor is None else loss * self.loss_scale_factor

    def stateless_apply(
        self,
        optimizer_variables: Sequence[Any],
        grads: Sequence[Any],
        trainable_variables: Sequence[Any],
    ) -> tuple[list[Tensor], list[Tensor]]:
        """What a step makes of these values; no variable changes.

        Args:
            optimizer_variables: a value for each of `variables`.
            grads: a gradient for each variable to train.
            trainable_variables: a value for each of them.

        Returns:
            The values of the trained variables, and of the optimizer's, after the step.

        Raises:
            ValueError: the optimizer is not built, or there are more or fewer values.
        """
        if not self.built:
            raise ValueError(messages.unbuilt(self, "stateless_apply", "..."))
        return stateless.apply(self, optimizer_variables, grads, trainable_variables)

    # -- configs ---------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """The arguments to make such an optimizer with."""
        rate = self._learning_rate
        fixed = isinstance(rate, Variable)
        return {
            "name": self.name,
            "learning_rate": float(rate.numpy()) if fixed else serialize_keras_object(rate),
            "weight_decay": self.weight_decay,
            "clipnorm": self.clipnorm,
            "global_clipnorm": self.global_clipnorm,
            "clipvalue": self.clipvalue,
            "use_ema": self.use_ema,
            "ema_momentum": self.ema_momentum,
            "ema_overwrite_frequency": self.ema_overwrite_frequency,
            "loss_scale_factor": self.loss_scale_factor,
            "gradient_accumulation_steps": self.gradient_accumulation_steps,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Self:
        """An optimizer of what `get_config` gave."""
        given = dict(config)
        if isinstance(given.get("learning_rate"), dict):
            given["learning_rate"] = deserialize_keras_object(
                given["learning_rate"], custom_objects=custom_objects
            )
        return cls(**given)
