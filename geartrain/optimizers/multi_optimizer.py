"""`MultiOptimizer`: different optimizers for different variables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Self

from geartrain.errors import explain
from geartrain.ops import add, convert_to_tensor, divide
from geartrain.optimizers.optimizer import Optimizer
from geartrain.optimizers.optimizer_map import OptimizerMap
from geartrain.serialization import deserialize_keras_object, serialize_keras_object
from geartrain.tensor import Variable


class MultiOptimizer(Optimizer):
    """Hands each variable and its gradient to the optimizer that a table or a function names.

    Args:
        optimizer_map: an `OptimizerMap`, or a function that gives the optimizer of a variable.
        loss_scale_factor: see `Optimizer`; it takes the place of the optimizers' own.
        name: None numbers the class's name.

    >>> from geartrain import Variable, optimizers
    >>> first, second = Variable(1.0, name="first"), Variable(1.0, name="second")
    >>> table = optimizers.OptimizerMap(optimizers.SGD(0.1), {"second": optimizers.SGD(0.5)})
    >>> optimizers.MultiOptimizer(table).apply([1.0, 1.0], [first, second])
    >>> round(float(first.value), 4), round(float(second.value), 4)
    (0.9, 0.5)
    """

    def __init__(
        self,
        optimizer_map: OptimizerMap | Callable[[Variable], Optimizer],
        loss_scale_factor: float | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(learning_rate=0.0, name=name, loss_scale_factor=loss_scale_factor)
        self._optimizer_map = optimizer_map
        self._inner_optimizers: list[Optimizer] = []
        self._followed: list[Optimizer] = []  # the one of each variable that is trained
        if isinstance(optimizer_map, OptimizerMap):
            for each in [*optimizer_map.values(), optimizer_map.default_optimizer]:
                self._hold(each)

    def _hold(self, optimizer: Optimizer) -> None:
        if all(each is not optimizer for each in self._inner_optimizers):
            optimizer.loss_scale_factor = None  # the gradients that it gets have been divided
            self._inner_optimizers.append(optimizer)

    @property
    def optimizers(self) -> list[Optimizer]:
        """The optimizers at work; those of a function are known after `build`."""
        return list(self._inner_optimizers)

    def _optimizer_of(self, variable: Variable) -> Optimizer:
        if isinstance(self._optimizer_map, OptimizerMap):
            found: Optimizer = self._optimizer_map[variable.path]
            return found
        return self._optimizer_map(variable)

    def build(self, var_list: Iterable[Variable]) -> None:
        """Find the optimizer of each variable, and let it make its state, once."""
        if self.built:
            return
        given = list(var_list)
        for variable in given:
            optimizer = self._optimizer_of(variable)
            self._hold(optimizer)
            self._followed.append(optimizer)
        super().build(given)
        for optimizer in self._inner_optimizers:
            optimizer.build([each for each in given if self._follows(each, optimizer)])

    def _follows(self, variable: Variable, optimizer: Optimizer) -> bool:
        return self._followed[self._get_variable_index(variable)] is optimizer

    @property
    def variables(self) -> list[Variable]:
        """Its own, then those of each optimizer."""
        return [*self._variables, *(v for each in self._inner_optimizers for v in each.variables)]

    @property
    def learning_rate(self) -> Any:
        """There is none: each of the `optimizers` has its own.

        Raises:
            AttributeError: always.
        """
        raise AttributeError(_rate_message())

    @learning_rate.setter
    def learning_rate(self, rate: Any) -> None:
        raise AttributeError(_rate_message())

    @property
    def rate_version(self) -> Any:
        """See `Optimizer.rate_version`."""
        return tuple(each.rate_version for each in self._inner_optimizers)

    def apply(
        self, grads: Iterable[Any], trainable_variables: Iterable[Variable] | None = None
    ) -> None:
        """One step: every optimizer changes its variables.

        Args:
            grads: a gradient, or None, for each variable.
            trainable_variables: None are those that the optimizer was built with.

        Raises:
            ValueError: see `Optimizer.apply`.
        """
        gradients = list(grads)
        if not gradients:
            return
        variables = self._targets(gradients, trainable_variables)
        self._check_variables_are_known(variables)
        scale = self.loss_scale_factor
        if scale is not None:
            gradients = [
                None if each is None else divide(convert_to_tensor(each), scale)
                for each in gradients
            ]
        pairs = list(zip(gradients, variables, strict=True))
        for optimizer in self._inner_optimizers:
            own = [(g, v) for g, v in pairs if self._follows(v, optimizer)]
            if own:
                optimizer.apply([g for g, _ in own], [v for _, v in own])
        self._iterations.assign(add(self._iterations, 1))

    def exclude_from_weight_decay(
        self,
        var_list: Iterable[Variable] | None = None,
        var_names: Iterable[str] | None = None,
    ) -> None:
        """Let variables keep their length: see `Optimizer.exclude_from_weight_decay`."""
        variables, names = list(var_list or ()), list(var_names or ())
        for optimizer in self._inner_optimizers:
            optimizer.exclude_from_weight_decay(variables, names)

    def finalize_variable_values(self, var_list: Iterable[Variable]) -> None:
        """Give the weights their final values, as each optimizer does."""
        given = list(var_list)
        for optimizer in self._inner_optimizers:
            optimizer.finalize_variable_values([v for v in given if self._follows(v, optimizer)])

    def get_config(self) -> dict[str, Any]:
        """The arguments to make such an optimizer with."""
        return {
            "optimizer_map": serialize_keras_object(self._optimizer_map),
            "loss_scale_factor": self.loss_scale_factor,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Self:
        """An optimizer of what `get_config` gave."""
        table = config["optimizer_map"]
        if isinstance(table, dict):
            table = deserialize_keras_object(table, custom_objects=custom_objects)
        return cls(**{**config, "optimizer_map": table})


def _rate_message() -> str:
    return explain(
        "The learning rate of a MultiOptimizer cannot be accessed or set: it has none of its own",
        given="optimizer.learning_rate",
        expected="the learning rate of one of its optimizers",
        remedy="[each.learning_rate for each in optimizer.optimizers]",
    )
