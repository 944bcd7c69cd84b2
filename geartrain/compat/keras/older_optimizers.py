"""Optimizers that take Keras 2's arguments: what `habits` puts into their classes.

RMSprop(lr=0.001, decay=1e-6)   ->   the rate of step t is 0.001 / (1 + 1e-6 t)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from typing import Any
from weakref import ref

from geartrain import optimizers
from geartrain.autodiff import GradientTape
from geartrain.compat.keras.backend.derivatives import gradients
from geartrain.compat.keras.renamed import warn_once
from geartrain.errors import explain
from geartrain.ops import add, cast, divide, multiply
from geartrain.optimizers.optimizer import Optimizer
from geartrain.tensor import Array, Variable

Patch = tuple[Any, str, Any]
DECAY = "_decay"
OWNER = "_compiled_for"  # the attribute that keeps which model it was given to


def optimizer_patches() -> Iterator[Patch]:
    """`decay=` that does what it did, and `lr`."""
    yield Optimizer, "__init__", _taking_decay(Optimizer.__init__)
    yield Optimizer, "_get_current_learning_rate", _decayed(Optimizer._get_current_learning_rate)
    yield Optimizer, "lr", property(lr, set_lr)
    yield Optimizer, "minimize", minimize
    yield Optimizer, "apply_gradients", _leaving_alone(Optimizer.apply_gradients)
    yield Optimizer, "get_weights", get_weights
    yield Optimizer, "set_weights", set_weights
    yield Optimizer, "get_gradients", get_gradients
    yield Optimizer, "get_updates", get_updates
    for cls in _with_epsilon():
        yield cls, "__init__", _older(cls.__init__)  # type: ignore[misc]
    yield Optimizer, "decay", property(lambda self: vars(self).get(DECAY, 0.0))


def _taking_decay(init: Callable[..., None]) -> Callable[..., None]:
    @wraps(init)
    def __init__(self: Any, *args: Any, decay: float = 0.0, **kwargs: Any) -> None:  # noqa: N807
        vars(self)[DECAY] = float(decay)
        init(self, *args, **kwargs)

    return __init__


def _decayed(rate_of: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The rate, divided by 1 + decay * steps."""

    @wraps(rate_of)
    def current(self: Any) -> Any:
        rate, decay = rate_of(self), vars(self).get(DECAY, 0.0)
        if not decay:
            return rate
        return divide(rate, add(multiply(cast(self._iterations, "float32"), decay), 1.0))

    return current


def lr(self: Any) -> Any:
    """The learning rate as it was given, without the decay: a variable that can be set."""
    return self._learning_rate


def set_lr(self: Any, rate: Any) -> None:
    """Set the learning rate."""
    self.learning_rate = rate


def get_weights(self: Any) -> list[Array]:
    """The numbers of the state: how many steps were taken, means of gradients, ..."""
    return [each.numpy() for each in _state(self)]


def set_weights(self: Any, weights: Any) -> None:
    """Set the state.

    Raises:
        ValueError: there are more arrays, or fewer.
    """
    for variable, value in zip(_state(self), weights, strict=True):
        variable.assign(value)


def _state(optimizer: Any) -> list[Any]:
    """The variables, that of the rate not among them."""
    rate = optimizer._learning_rate
    return [each for each in optimizer.variables if each is not rate]


def get_gradients(self: Any, loss: Any, params: Any) -> list[Any]:
    """The derivatives of a symbolic loss by variables: `keras.backend.gradients`."""
    return gradients(loss, params)


def for_model(optimizer: Any, model: Any) -> Any:
    """The optimizer that a model is compiled with: one that another model has is shared.

    `GAN.compile(adam); discriminator.compile(adam)`: each has its own means of gradients, and
    both have one learning rate, and count their steps together.
    """
    if not isinstance(optimizer, Optimizer):
        return optimizer
    owner = vars(optimizer).get(OWNER)
    if owner is not None and (owner() is not model or not _knows(optimizer, model)):
        optimizer = _sibling(optimizer)
    vars(optimizer)[OWNER] = ref(model)
    return optimizer


def _knows(optimizer: Any, model: Any) -> bool:
    """Whether an optimizer that is built has means for all that a model trains."""
    if not (optimizer.built and model.built):
        return True
    known = set(map(id, optimizer._trainable_variables))
    return all(id(each) in known for each in model.trainable_variables)


def _sibling(optimizer: Any) -> Any:
    """An optimizer alike, with the same variables for the rate and the count of steps."""
    made = type(optimizer).from_config(optimizer.get_config())
    vars(made)[DECAY] = vars(optimizer).get(DECAY, 0.0)
    made._untrack_variable(made._iterations)
    made._iterations = optimizer._iterations
    made._track_variable(made._iterations)
    if isinstance(optimizer._learning_rate, Variable):
        made.learning_rate = optimizer._learning_rate
        made._track_variable(made._learning_rate)
    return made


@dataclass(frozen=True)
class GradientStep:
    """An update of `K.function`: the step of an optimizer against symbolic gradients."""

    optimizer: Any
    variables: list[Any]
    wanted: list[Any]

    def carry_out(self, values: list[Any]) -> None:
        """Take the step."""
        self.optimizer.apply(values, self.variables)


def get_updates(
    self: Any, loss: Any = None, params: Any = None, *older: Any, constraints: Any = None
) -> list[GradientStep]:
    """What `K.function(..., updates=)` does at each call to train: a step against a loss.

    Args:
        self: the optimizer.
        loss: a symbolic tensor.
        params: the variables.
        *older: the loss, where `params, constraints` stand before it, as in Keras 2.0.
        constraints: taken where there are none: a variable has its own.

    Raises:
        ValueError: constraints are given.
    """
    if older:
        loss, params, constraints = older[0], loss, params
    if constraints:
        raise ValueError(_constraints_message(constraints))
    variables = list(params)
    self.build(variables)
    return [GradientStep(self, variables, gradients(loss, variables))]


def minimize(self: Any, loss: Any, var_list: Any, tape: Any = None, **kwargs: Any) -> Any:
    """One step against the derivatives of a loss.

    Args:
        self: the optimizer.
        loss: a function of nothing; or a tensor that `tape` has recorded.
        var_list: the variables, or a function that gives them.
        tape: the tape, for a tensor.
        **kwargs: taken: `name`.
    """
    if tape is None:
        with GradientTape() as tape:
            value = loss()
    else:
        value = loss
    variables = list(var_list() if callable(var_list) else var_list)
    return self.apply_gradients(zip(tape.gradient(value, variables), variables, strict=True))


def _leaving_alone(apply_gradients: Callable[..., Any]) -> Callable[..., Any]:
    """An `apply_gradients` that takes what was for several machines, and a name."""

    @wraps(apply_gradients)
    def call(self: Any, grads_and_vars: Any, *args: Any, **kwargs: Any) -> Any:
        return apply_gradients(self, grads_and_vars)

    return call


def _with_epsilon() -> Iterator[type]:
    """The classes of optimizers that take an epsilon."""
    public = (getattr(optimizers, name) for name in optimizers.__all__)
    bases = [base for each in public if isinstance(each, type) for base in each.__mro__]
    for base in dict.fromkeys(bases):
        init = vars(base).get("__init__")
        if issubclass(base, Optimizer) and init and "epsilon" in signature(init).parameters:
            yield base


def _older(init: Callable[..., None]) -> Callable[..., None]:
    """An `__init__` for which `epsilon=None` is the default, and that is told `schedule_decay`."""

    @wraps(init)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        if kwargs.get("epsilon", 0) is None:
            del kwargs["epsilon"]
        if kwargs.pop("schedule_decay", None) is not None:
            told = "Nadam: `schedule_decay` is left out; the momentum of step t warms by 0.96^t now"
            warn_once("Nadam", "schedule_decay", told)
        init(self, *args, **kwargs)

    return __init__


def _constraints_message(constraints: Any) -> str:
    return explain(
        "get_updates takes no constraints",
        given=f"constraints={constraints!r}",
        expected="variables that have their own",
        remedy="layers.Dense(4, kernel_constraint='max_norm')",
    )
