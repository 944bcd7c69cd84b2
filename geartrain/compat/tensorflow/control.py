"""TensorFlow's names for choices and loops on tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geartrain import ops
from geartrain.compat.tensorflow.tensor_array import TensorArray
from geartrain.errors import explain
from geartrain.ops.recording import recorded
from geartrain.tensor import Tensor
from geartrain.tensor.nest import flatten, map_nest, pack_like

__all__ = [
    "case", "cond", "foldl", "foldr", "map_fn", "scan", "switch_case",
    "vectorized_map", "while_loop",
]  # fmt: skip


# A model makes the whole loop again; what its function closes over must have numbers.
_scanned, _mapped, _looped = recorded(ops.scan), recorded(ops.map), recorded(ops.while_loop)


def cond(
    pred: Any,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    name: str | None = None,
) -> Any:
    """What one of two functions gives: the first, if the condition holds."""
    return ops.cond(pred, true_fn or (lambda: None), false_fn or (lambda: None))


def case(
    pred_fn_pairs: Any,
    default: Callable[[], Any] | None = None,
    exclusive: bool = False,
    strict: bool = False,
    name: str = "case",
) -> Any:
    """What the function of the first condition that holds gives; else what `default` gives.

    Raises:
        ValueError: `exclusive`, and more than one of the conditions holds.
    """
    if exclusive:
        _only_one_holds([condition for condition, _ in pred_fn_pairs])
    (condition, function), *others = pred_fn_pairs
    if not others:
        return function() if default is None else ops.cond(condition, function, default)
    return ops.cond(condition, function, lambda: case(others, default))


def _only_one_holds(conditions: list[Any]) -> None:
    """Conditions that are not known yet are not looked at."""
    values = [ops.convert_to_tensor(each) for each in conditions]
    holding = [at for at, each in enumerate(values) if not each.is_symbolic and bool(each)]
    if len(holding) > 1:
        raise ValueError(_exclusive_message(holding))


def switch_case(
    branch_index: Any,
    branch_fns: Any,
    default: Callable[[], Any] | None = None,
    name: str = "switch_case",
) -> Any:
    """What the function of a number gives; the last, or `default`, for a number that is none."""
    known = dict(enumerate(branch_fns)) if not isinstance(branch_fns, dict) else branch_fns
    pairs = [(ops.equal(branch_index, key), function) for key, function in known.items()]
    return case(pairs, default or list(known.values())[-1])


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    maximum_iterations: Any = None,
    name: str | None = None,
) -> Any:
    """Values that `body` makes of themselves as long as `cond` of them holds."""
    most = None if maximum_iterations is None else int(maximum_iterations)
    if any(isinstance(each, TensorArray) for each in flatten(loop_vars)):
        from geartrain.compat.tensorflow.autograph.running import looped  # seldom asked for

        return looped(cond, body, loop_vars, most)
    return _looped(cond, body, loop_vars, most)


def map_fn(
    fn: Callable[[Any], Any],
    elems: Any,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: str | None = None,
    fn_output_signature: Any = None,
) -> Any:
    """What a function makes of each part along the first axis, one above the other."""
    return _mapped(fn, elems)


def vectorized_map(
    fn: Callable[[Any], Any], elems: Any, fallback_to_while_loop: bool = True, warn: bool = True
) -> Any:
    """The same; all parts may be computed at once."""
    return ops.vectorized_map(fn, elems)


def scan(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """All the values that a function makes, of the one before and each part in turn."""
    parts, start = _begun(elems, initializer, reverse)

    def turn(before: Any, part: Any) -> tuple[Any, Any]:
        found = fn(before, part)
        return found, found

    _, rows = _scanned(turn, start, parts, reverse=reverse)
    if initializer is not None:
        return rows
    ends = [(rest, first) if reverse else (first, rest) for first, rest in
            zip(flatten(map_nest(_row, start)), flatten(rows), strict=True)]  # fmt: skip
    return pack_like(rows, [ops.concatenate(pair, 0) for pair in ends])


def _row(x: Any) -> Tensor:
    return ops.expand_dims(x, 0)


def _begun(elems: Any, initializer: Any, reverse: bool) -> tuple[Any, Any]:
    """The parts, and the value to begin with: without one, it is the first part."""
    if initializer is not None:
        return elems, initializer
    tensors = map_nest(ops.convert_to_tensor, elems)
    if reverse:
        return map_nest(lambda x: x[:-1], tensors), map_nest(lambda x: x[-1], tensors)
    return map_nest(lambda x: x[1:], tensors), map_nest(lambda x: x[0], tensors)


def foldl(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """The last of the values that a function makes, of the one before and each part in turn."""
    return _folded(fn, elems, initializer, reverse=False)


def foldr(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """The same from the last part to the first."""
    return _folded(fn, elems, initializer, reverse=True)


def _folded(fn: Callable[[Any, Any], Any], elems: Any, initializer: Any, *, reverse: bool) -> Any:
    parts, start = _begun(elems, initializer, reverse)
    last, _ = _scanned(lambda before, part: (fn(before, part), None), start, parts, reverse=reverse)
    return last


def _exclusive_message(holding: list[int]) -> str:
    return explain(
        "Of exclusive conditions at most one may hold",
        given=f"tf.case(..., exclusive=True), where numbers {holding} hold",
        expected="one, or none",
        remedy="exclusive=False, which takes the first that holds",
    )
