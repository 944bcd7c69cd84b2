"""The words for steps that cannot be taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.tensor import Variable, format_shape


def no_gradient(variables: Sequence[Variable]) -> str:
    """No variable has a gradient."""
    return explain(
        "No gradients provided for any variable: there is nothing to train",
        given=f"{len(variables)} variables, none of which the loss depends on",
        expected="a loss computed from at least one trainable variable",
        remedy="compute the loss from the model's output, under the GradientTape",
    )


def missing_gradients(variables: Sequence[Variable]) -> str:
    """Some variables have none."""
    return explain(
        "Gradients do not exist for some variables, which stay as they are",
        given=f"None for {', '.join(each.path for each in variables)}",
        expected="a gradient for each variable that is to be trained",
        remedy="use these variables in call(), or do not train them: layer.trainable = False",
    )


def no_pairs() -> str:
    """There are no pairs at all."""
    return explain(
        "apply_gradients was given nothing",
        given="no pairs",
        expected="pairs of a gradient and its variable",
        remedy="optimizer.apply_gradients(zip(gradients, model.trainable_variables))",
    )


def scheduled(optimizer: Any, rate: Any) -> str:
    """A number is to take the place of a schedule."""
    kind = type(optimizer._learning_rate).__name__
    return explain(
        f"The learning rate of {type(optimizer).__name__} '{optimizer.name}' is not settable",
        given=f"learning_rate = {rate!r}",
        expected=f"nothing: its {kind}, given when it was made, says what the rate is",
        remedy=f"{type(optimizer).__name__}(learning_rate=0.001), whose rate is a number",
    )


def unbuilt(optimizer: Any, what: str, then: str) -> str:
    """The optimizer does not know the variables yet."""
    return explain(
        f"{what} needs variables, or an optimizer that must already be built",
        given=f"{type(optimizer).__name__} '{optimizer.name}', which has seen no variables yet",
        expected="the variables to train",
        remedy=f"optimizer.build(model.trainable_variables)\n{then}",
    )


def uneven(gradients: Sequence[Any], variables: Sequence[Variable]) -> str:
    """The numbers of gradients and variables differ."""
    return explain(
        "Gradients and variables do not pair",
        given=f"{len(gradients)} gradients",
        expected=f"{len(variables)}, one (or None) for each variable: "
        + ", ".join(each.path for each in variables),
        remedy="optimizer.apply(tape.gradient(loss, variables), variables)",
    )


def unknown_variable(optimizer: Any, variable: Variable) -> str:
    """A variable is not one of those that the optimizer was built with."""
    known = optimizer._trainable_variables
    return explain(
        f"Unknown variable for {type(optimizer).__name__} '{optimizer.name}'",
        given=f"{variable.path} {format_shape(variable.shape)}",
        expected=f"one of the {len(known)} variables that it was built with: "
        + ", ".join(each.path for each in known[:8])
        + ("..." if len(known) > 8 else ""),
        remedy=f"a new optimizer for new variables: {type(optimizer).__name__}(...)",
    )


def no_update_step(optimizer: Any) -> str:
    """A subclass does not say how variables change."""
    kind = type(optimizer).__name__
    return explain(
        f"{kind} does not say how a variable changes",
        given=f"class {kind} without update_step",
        expected="a method that changes one variable by its gradient",
        remedy="def update_step(self, gradient, variable, learning_rate):\n"
        "    self.assign_sub(variable, learning_rate * gradient)",
    )


def values(optimizer: Any, own: int, trained: int) -> str:
    """There are more or fewer values than variables."""
    return explain(
        "stateless_apply takes values that correspond 1:1 to the variables",
        given=f"{own} values for optimizer_variables, {trained} for trainable_variables",
        expected=f"{len(optimizer.variables)} and {len(optimizer._trainable_variables)}, as "
        f"{type(optimizer).__name__} '{optimizer.name}' was built",
        remedy="optimizer.stateless_apply([each.value for each in optimizer.variables], "
        "gradients, [each.value for each in model.trainable_variables])",
    )
