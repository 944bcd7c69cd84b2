"""`custom_gradient`: a function that brings its own derivative.

    @custom_gradient
    def log1pexp(x):
        e = ops.exp(x)

        def grad(upstream):
            return upstream * (1 - 1 / (1 + e))

        return ops.log(1 + e), grad

What the function computes on the way (`e`) is recorded as ever, so that a derivative of the
derivative finds the way from `grad` back to x; but from the outputs every way leads through `grad`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from geartrain.autodiff.composite import Composite, name_of
from geartrain.errors import explain
from geartrain.tensor import Tensor, Variable, format_shape
from geartrain.tensor.interpreter import start_observing, stop_observing
from geartrain.tensor.nest import flatten, map_nest


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function whose derivative is the one that it gives itself.

    Args:
        f: gives `(outputs, grad_fn)`; it takes tensors, nests of them, or anything else. Variables
            among its arguments are read first. `grad_fn(*upstream)` takes one derivative for each
            output and gives one for each argument (for each leaf, where arguments are nests; the
            keyword arguments' leaves come last and may be left out), or None. Where it must be
            given a keyword `upstream`, as Keras has it for PyTorch, it is called as
            `grad_fn(*args, upstream=...)`. If f reads trainable variables that are no arguments,
            `grad_fn` must take `variables=` and give a pair: the derivatives by the arguments, and
            those by the variables.

    Returns:
        A function that gives `f`'s outputs.

    Raises:
        TypeError: f gives no such pair, or reads variables that its `grad_fn` does not take.
        ValueError: `grad_fn` gives another number of derivatives, or one of another shape.

    >>> from geartrain import grad, ops
    >>> @custom_gradient
    ... def reversed_gradient(x):
    ...     return x, lambda upstream: -upstream
    >>> float(grad(lambda x: reversed_gradient(x) * 2.0)(3.0))
    -2.0
    """
    return _with_rule(f, _Rule)


def cheaper_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """`custom_gradient` for a rule that is the function's own derivative, only cheaper.

    A loop that is traced as one operation differentiates what the function does instead.
    """
    return _with_rule(f, _CheaperRule)


def _with_rule(f: Callable[..., Any], kind: type[_Rule]) -> Callable[..., Any]:
    @wraps(f)
    def run(*args: Any, **kwargs: Any) -> Any:
        args, kwargs = map_nest(_read, args), map_nest(_read, kwargs)
        reads = _Reads()
        start_observing(reads)
        try:
            result = f(*args, **kwargs)
        finally:
            stop_observing(reads)
        if not (isinstance(result, tuple) and len(result) == 2 and callable(result[1])):
            raise TypeError(_pair_message(name_of(f), result))
        rule = kind(name_of(f), result[1], args, kwargs, reads.values)
        return rule.tell(rule.inputs, result[0])

    return run


class _Reads:
    """Sees which trainable variables a function reads."""

    def __init__(self) -> None:
        self.values: dict[Variable, Tensor] = {}

    def observe(self, primitive: Any, inputs: Any, parameters: Any, output: Any) -> None:
        """Operations are none of its business."""

    def observe_read(self, variable: Variable, value: Tensor) -> None:
        if variable.trainable:
            self.values.setdefault(variable, value)


class _Rule(Composite):
    """A call of such a function, and the derivative that it gave."""

    def __init__(
        self,
        name: str,
        grad_fn: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        reads: dict[Variable, Tensor],
    ) -> None:
        super().__init__(name)
        self.grad_fn, self.args, self.reads = grad_fn, args, reads
        self.leaves = [*flatten(args), *flatten(kwargs)]
        self.least = len(flatten(args))
        self.by_upstream, takes_variables = _ways_to_call(grad_fn)
        if reads and not takes_variables:
            raise TypeError(_variables_message(name, list(reads)))

    @property
    def inputs(self) -> list[Tensor]:
        """The tensors among the arguments, then the values of the variables that it reads."""
        return [*self._tensors(), *self.reads.values()]

    def gradient(
        self, cotangent: tuple[Tensor, ...], inputs: tuple[Tensor, ...], output: tuple[Tensor, ...]
    ) -> list[Tensor | None]:
        found = self._call(cotangent)
        found, by_variables = self._split(found) if self.reads else (found, [])
        given = flatten(found)
        if len(given) not in (self.least, len(self.leaves)):
            raise ValueError(_count_message(self.name, len(given), self.least))
        given += [None] * (len(self.leaves) - len(given))
        pairs = zip(given, self.leaves, strict=True)
        chosen = [each for each, leaf in pairs if isinstance(leaf, Tensor)]
        return [
            self._fitting(each, of)
            for each, of in zip([*chosen, *by_variables], inputs, strict=True)
        ]

    def _tensors(self) -> list[Tensor]:
        return [each for each in self.leaves if isinstance(each, Tensor)]

    def _call(self, upstream: tuple[Tensor, ...]) -> Any:
        extra = {"variables": list(self.reads)} if self.reads else {}
        if self.by_upstream:
            whole = upstream[0] if len(upstream) == 1 else upstream
            return self.grad_fn(*self.args, upstream=whole, **extra)
        return self.grad_fn(*upstream, **extra)

    def _split(self, found: Any) -> tuple[Any, list[Any]]:
        """The derivatives by the arguments, and those by the variables."""
        if not (isinstance(found, tuple) and len(found) == 2):
            raise ValueError(_count_message(self.name, 1, self.least, len(self.reads)))
        by_variables = flatten(found[1])
        if len(by_variables) != len(self.reads):
            count = len(by_variables)
            raise ValueError(_count_message(self.name, count, self.least, len(self.reads)))
        return found[0], by_variables

    def _fitting(self, derivative: Any, of: Tensor) -> Tensor | None:
        if derivative is None:
            return None
        value = derivative.value if isinstance(derivative, Variable) else derivative
        tensor = value if isinstance(value, Tensor) else Tensor(np.asarray(value, of.dtype))
        if tensor.shape != of.shape:
            raise ValueError(_shape_message(self.name, tensor, of))
        return tensor


class _CheaperRule(_Rule):
    """A rule that gives what the operations inside give."""

    replaceable = True


def _read(leaf: Any) -> Any:
    return leaf.value if isinstance(leaf, Variable) else leaf


def _ways_to_call(grad_fn: Callable[..., Any]) -> tuple[bool, bool]:
    """Whether it must be given `upstream=`, and whether it takes `variables=`."""
    known: Sequence[inspect.Parameter]
    try:
        known = list(inspect.signature(grad_fn).parameters.values())
    except (TypeError, ValueError):  # a function of C
        return False, False
    by_upstream = any(
        each.name == "upstream" and each.kind is each.KEYWORD_ONLY and each.default is each.empty
        for each in known
    )
    return by_upstream, any(
        each.name == "variables" or each.kind is each.VAR_KEYWORD for each in known
    )


def _pair_message(name: str, result: Any) -> str:
    return explain(
        f"A function with a custom gradient gives a pair, and {name} does not",
        given=f"{result!r:.60}",
        expected="(outputs, grad_fn), as @custom_gradient set",
        remedy="return y, lambda upstream: upstream * slope",
    )


def _variables_message(name: str, variables: Sequence[Variable]) -> str:
    return explain(
        f"{name} reads trainable variables, and its grad_fn gives no derivative by them",
        given=", ".join(each.path for each in variables),
        expected="a grad_fn that takes variables= (set by @custom_gradient), or variables given "
        "as arguments",
        remedy="def grad(upstream, variables=None): return by_x, [by_variable]",
    )


def _count_message(name: str, given: int, wanted: int, variables: int | None = None) -> str:
    beside = "" if variables is None else f" in a pair with a list of {variables} by the variables"
    return explain(
        f"The grad_fn of {name} must give a derivative for every argument",
        given=f"{given} derivatives",
        expected=f"{wanted}, one for each leaf of {name}'s arguments{beside}",
        remedy="return by_x, None        # None where there is none",
    )


def _shape_message(name: str, given: Tensor, wanted: Tensor) -> str:
    return explain(
        f"A derivative that the grad_fn of {name} gives has another shape than its argument",
        given=f"shape {format_shape(given.shape)}",
        expected=f"shape {format_shape(wanted.shape)}, the argument's",
        remedy="return ops.sum(by_x, axis=...)        # over the axes that were broadcast",
    )
