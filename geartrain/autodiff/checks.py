"""What may be differentiated, and by what: the checks of a tape's arguments, and their messages."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.tensor import Shape, Tensor, Variable, format_shape
from geartrain.tensor.dtypes import is_differentiable
from geartrain.tensor.nest import flatten
from geartrain.tensor.user_line import levels_to_user

Source = Tensor | Variable


class UnconnectedGradients(StrEnum):
    """What a source gets that the target does not depend on: None, or zeros of its shape."""

    NONE = "none"
    ZERO = "zero"


def tensors_only(what: str, nest: Any) -> list[Any]:
    """The leaves of a nest, all of them tensors or variables.

    Raises:
        TypeError: one of them is something else.
    """
    leaves = flatten(nest)
    for each in leaves:
        if not isinstance(each, Tensor | Variable):
            raise TypeError(_kind_message(what, each))
    return leaves


def check_targets(targets: Sequence[Any]) -> None:
    """Raise unless every target is a tensor: reading a variable anew is on no tape."""
    for each in targets:
        if isinstance(each, Variable):
            raise TypeError(_variable_message(each))


def warn_of_whole_numbers(what: str, leaves: Sequence[Source]) -> None:
    """Say so, once a call, where a derivative is asked for that does not exist."""
    for each in leaves:
        if not is_differentiable(each.dtype):
            warnings.warn(_whole_message(what, each), stacklevel=levels_to_user())
            return


def start_gradients(targets: Sequence[Tensor], given: Any) -> list[Tensor | None]:
    """One derivative for each target to start from; None stands for ones.

    Raises:
        ValueError: their number differs from the targets', or a shape from its target's.
    """
    if given is None:
        return [None] * len(targets)
    leaves = flatten(given)
    if len(leaves) != len(targets):
        raise ValueError(_number_message(len(leaves), len(targets)))
    return [_like(each, target) for each, target in zip(leaves, targets, strict=True)]


def _like(given: Any, target: Tensor) -> Tensor | None:
    if given is None:
        return None
    value = given.value if isinstance(given, Variable) else given
    tensor = value if isinstance(value, Tensor) else Tensor(np.asarray(value, target.dtype))
    if tensor.shape != target.shape:
        raise ValueError(_shape_message(tensor.shape, target.shape))
    return tensor


def check_unconnected(unconnected_gradients: str) -> None:
    """Raise unless it is one of the two ways for unconnected sources."""
    if unconnected_gradients not in ("none", "zero"):
        raise ValueError(
            explain(
                "gradient() knows two ways for unconnected sources",
                given=f"unconnected_gradients={unconnected_gradients!r}",
                expected="'none' or 'zero'",
                remedy="tape.gradient(y, x, unconnected_gradients='zero')",
            )
        )


def static_shape(what: str, shape: Shape) -> tuple[int, ...]:
    """The shape in numbers; an error where a size is symbolic."""
    sizes = tuple(size for size in shape if isinstance(size, int))
    if len(sizes) != len(shape):
        raise ValueError(
            explain(
                f"{what} takes one walk for each element, so it must know how many there are",
                given=f"a target of shape {format_shape(shape)}, of symbolic size",
                expected="a target whose sizes are numbers",
                remedy="call it outside of the compiled function",
            )
        )
    return sizes


def check_batch(target: Tensor, source: Source) -> None:
    """Raise unless target and source have the same first axis."""
    if target.shape and source.shape and target.shape[0] == source.shape[0]:
        return
    raise ValueError(
        explain(
            "batch_jacobian needs one batch",
            given=f"target {format_shape(target.shape)}, source {format_shape(source.shape)}",
            expected="first axes of one size: the samples",
            axis="axis 0",
            remedy="tape.jacobian(target, source)",
        )
    )


def used_message() -> str:
    """What a tape says that is asked a second time."""
    return explain(
        "This tape has been used",
        given="a second call of gradient()",
        expected="one call, as GradientTape(persistent=False) set",
        remedy="with GradientTape(persistent=True) as tape:",
    )


def recording_message() -> str:
    """What a tape says that is entered while it records."""
    return explain(
        "This tape is recording already",
        given="`with tape:` inside of `with tape:`",
        expected="one `with` at a time for each tape; other tapes may be nested",
        remedy="with GradientTape() as inner:",
    )


def stopped_message() -> str:
    """What a tape says that should stop recording and does not record."""
    return explain(
        "This tape is not recording",
        given="tape.stop_recording() outside of `with tape:`, or after gradient()",
        expected="a tape that records, which is stopped for a while",
        remedy="with tape, tape.stop_recording():",
    )


def _kind_message(what: str, given: Any) -> str:
    return explain(
        f"{what} takes tensors and variables",
        given=f"{given!r:.60}, a {type(given).__name__}",
        expected="tensors, variables, or lists, tuples and dicts of them",
        remedy="x = ops.convert_to_tensor(x), before it is used",
    )


def _variable_message(variable: Variable) -> str:
    return explain(
        "A variable is where derivatives go to, not where they come from",
        given=f"the variable '{variable.path}' as a target",
        expected="a tensor that was computed while the tape was on",
        remedy=f"with GradientTape() as tape: y = {variable.name} * 1.0",
    )


def _whole_message(what: str, each: Source) -> str:
    return explain(
        f"{what} of whole numbers has no derivative, and gives None",
        given=f"{each.dtype.name}{format_shape(each.shape)}",
        expected="a floating-point dtype",
        remedy="x = ops.cast(x, 'float32'), before the tape is on",
    )


def _number_message(given: int, wanted: int) -> str:
    return explain(
        "gradient() needs one output gradient for each target",
        given=f"{given} output_gradients",
        expected=f"{wanted}, as there are targets",
        remedy="tape.gradient([a, b], x, output_gradients=[by_a, by_b])",
    )


def _shape_message(given: Shape, wanted: Shape) -> str:
    return explain(
        "An output gradient has the shape of its target",
        given=f"shape {format_shape(given)}",
        expected=f"shape {format_shape(wanted)}, the target's",
        remedy=f"output_gradients=ops.broadcast_to(by_y, {format_shape(wanted)})",
    )
