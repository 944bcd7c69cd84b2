"""`rnn`: a step repeated over time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from geartrain import ops

__all__ = ["rnn"]

StepFunction = Callable[[Any, list[Any]], tuple[Any, Any]]


def rnn(
    step_function: StepFunction,
    inputs: Any,
    initial_states: Sequence[Any],
    go_backwards: bool = False,
    mask: Any = None,
    constants: Sequence[Any] | None = None,
    unroll: bool = False,
    input_length: int | None = None,
    time_major: bool = False,
    zero_output_for_mask: bool = False,
    return_all_outputs: bool = True,
) -> tuple[Any, Any, list[Any]]:
    """Repeat a step over the second axis.

    Args:
        step_function: of the input of a step and the states; gives an output and new states.
        inputs: (samples, time, ...).
        initial_states: the first states.
        go_backwards: whether to begin with the last step; the outputs come in that order.
        mask: (samples, time): where it is False, states stay and the output before is repeated.
        constants: further states that never change.
        unroll: taken for the sake of Keras's users: the compiler decides.
        input_length: taken likewise.
        time_major: whether time is the first axis.
        zero_output_for_mask: whether outputs of masked steps are 0 instead.
        return_all_outputs: whether the outputs have all steps; else the last alone.

    Returns:
        The last output, all outputs (samples, time, ...), and the last states.
    """
    swap: Callable[[Any], Any] = (lambda x: x) if time_major else _swapped
    series = swap(ops.convert_to_tensor(inputs))
    shown = None if mask is None else swap(ops.cast(mask, "bool"))
    if go_backwards:
        series = ops.flip(series, 0)
        shown = None if shown is None else ops.flip(shown, 0)
    fixed = list(constants or ())
    states = [ops.convert_to_tensor(each) for each in initial_states]
    first, _ = step_function(series[0], [*states, *fixed])
    nothing = ops.zeros_like(first)

    def turn(carry: Any, entry: Any) -> tuple[Any, Any]:
        before, kept = carry
        x, seen = entry if shown is not None else (entry, None)
        output, new = step_function(x, [*kept, *fixed])
        new = list(new)[: len(kept)]
        if seen is not None:
            output = _where(seen, output, nothing if zero_output_for_mask else before)
            new = [_where(seen, each, old) for each, old in zip(new, kept, strict=True)]
        return (output, new), output

    entries = series if shown is None else (series, shown)
    (last, states), outputs = ops.scan(turn, (nothing, states), entries)
    outputs = outputs if return_all_outputs else ops.expand_dims(last, 0)
    return last, swap(outputs), list(states)


def _swapped(x: Any) -> Any:
    """Samples and time in the opposite order."""
    return ops.transpose(x, (1, 0, *range(2, len(x.shape))))


def _where(seen: Any, new: Any, old: Any) -> Any:
    for _ in range(len(new.shape) - len(seen.shape)):
        seen = ops.expand_dims(seen, -1)
    return ops.where(seen, new, old)
