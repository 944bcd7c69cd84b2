"""Control flow: choosing and repeating computations, on numbers that are there.

Eagerly these are Python's own `if`, `while` and `for`, so that a tape sees every operation. A
function that is traced has no numbers yet: a loop over a known number of places is written down
place by place; a condition or a number of turns that depends on numbers is not.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.ops.core import cast, convert_to_tensor, whole_number
from geartrain.ops.joining import concatenate, stack
from geartrain.ops.shaping import cut_out, flip, static_size
from geartrain.tensor import Tensor, Variable, normalize_axis
from geartrain.tensor.nest import flatten, map_nest, pack_like

__all__ = [
    "associative_scan",
    "cond",
    "fori_loop",
    "map",
    "scan",
    "switch",
    "vectorize",
    "vectorized_map",
    "while_loop",
]


def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """What `true_fn()` gives where `pred` is true, else what `false_fn()` gives."""
    return true_fn() if _truth("cond", pred) else false_fn()


def switch(index: Any, branches: Sequence[Callable[..., Any]], *operands: Any) -> Any:
    """What the branch of this number gives for the operands; the nearest, if there is none."""
    number = _known("switch", index)
    return branches[builtins.min(builtins.max(number, 0), len(branches) - 1)](*operands)


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    maximum_iterations: int | None = None,
) -> Any:
    """`loop_vars = body(*loop_vars)`, again and again while `cond(*loop_vars)` is true.

    Args:
        cond: takes the loop's variables and gives a bool.
        body: takes the loop's variables and gives their next values, in the same nest.
        loop_vars: a tuple or list of tensors or nests of them, or a single one.
        maximum_iterations: how often at most.
    """
    single = not isinstance(loop_vars, list | tuple)
    values = map_nest(_tensor, (loop_vars,) if single else tuple(loop_vars))
    turns = 0
    while (maximum_iterations is None or turns < maximum_iterations) and _truth(
        "while_loop", cond(*values)
    ):
        found = body(*values)
        values = tuple(found) if isinstance(found, list | tuple) else (found,)
        turns += 1
    return values[0] if single else type(loop_vars)(values)


def fori_loop(lower: Any, upper: Any, body_fun: Callable[[Any, Any], Any], init_val: Any) -> Any:
    """`value = body_fun(i, value)` for every i from `lower` to before `upper`."""
    value = init_val
    for number in range(_known("fori_loop", lower), _known("fori_loop", upper)):
        value = body_fun(Tensor(np.asarray(number, np.int32)), value)
    return value


def scan(
    f: Callable[[Any, Any], tuple[Any, Any]],
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int = 1,
) -> tuple[Any, Any]:
    """`carry, y = f(carry, x)` for every x along the first axis; the last carry and all ys.

    Args:
        f: takes what is carried and one x, and gives what is carried on and one y.
        init: what is carried in first.
        xs: a tensor or a nest of them, all with the same first axis; None if f needs none.
        length: how many turns, where `xs` is None.
        reverse: whether it goes from the last x to the first.
        unroll: taken for the sake of Keras's users; it changes no number.

    >>> from geartrain import ops
    >>> total, sums = scan(lambda t, x: (t + x, t + x), 0.0, ops.array([1., 2., 3.]))
    >>> float(total), sums.numpy().tolist()
    (6.0, [1.0, 3.0, 6.0])
    """
    parts = map_nest(_tensor, xs) if xs is not None else None
    count = _scan_length(parts, length)
    carry = map_nest(_tensor, init)
    rows: list[Any] = []
    order = range(count - 1, -1, -1) if reverse else range(count)
    for place in order:
        carry, y = f(carry, None if parts is None else _row(parts, place))
        rows.append(y)
    if reverse:
        rows.reverse()
    return carry, _stacked(rows)


def _row(parts: Any, place: int) -> Any:
    return map_nest(lambda each: each[place], parts)


def _scan_length(parts: Any, length: int | None) -> int:
    counts = {static_size(each.shape[0], "scan") for each in flatten(parts) if each is not None}
    if length is not None:
        counts.add(whole_number(length))
    if len(counts) != 1:
        raise ValueError(_scan_message(counts))
    return counts.pop()


def _stacked(rows: list[Any]) -> Any:
    """Rows of nests as a nest of stacked tensors; None stays None."""
    if not rows or rows[0] is None:
        return None
    columns = zip(*map_rows(rows), strict=True)
    return pack_like(rows[0], [None if c[0] is None else stack(list(c)) for c in columns])


def map_rows(rows: list[Any]) -> list[list[Any]]:
    """The leaves of each row, as tensors."""
    return [[None if each is None else _tensor(each) for each in flatten(row)] for row in rows]


def map(f: Callable[[Any], Any], xs: Any) -> Any:
    """What `f` gives for every x along the first axis, stacked."""
    return scan(lambda carry, x: (carry, f(x)), (), xs)[1]


def vectorized_map(function: Callable[[Any], Any], elements: Any) -> Any:
    """What `function` gives for every element along the first axis, stacked; see `map`."""
    return map(function, elements)


def vectorize(
    pyfunc: Callable[..., Any], *, excluded: Any = None, signature: str | None = None
) -> Callable[..., Any]:
    """A function of numbers as one of tensors, which are broadcast, as NumPy's `vectorize`.

    Args:
        pyfunc: takes one element of each argument, or of `signature` the axes that it names.
        excluded: numbers or names of arguments that are given to it whole.
        signature: such as "(n),(n)->()": the axes that one call takes and gives.
    """
    from geartrain.ops.vectorize import vectorized  # which is built of this file

    return vectorized(pyfunc, frozenset(excluded or ()), signature)


def associative_scan(
    f: Callable[[Any, Any], Any], elems: Any, reverse: bool = False, axis: int = 0
) -> Any:
    """The elements up to each place combined by an associative `f`, in a logarithm of rounds.

    Args:
        f: combines two nests of tensors, many places of the axis at once.
        elems: a tensor, or a nest of tensors with the same size along the axis.
        reverse: whether it goes from the last place to the first.
        axis: along which axis.

    Source: Blelloch, "Prefix sums and their applications" (1990).
    """
    leaves = [_tensor(each) for each in flatten(elems)]
    axes = [normalize_axis(axis, each.ndim) for each in leaves]
    if reverse:
        leaves = [flip(each, at) for each, at in zip(leaves, axes, strict=True)]

    def combine(first: list[Tensor], second: list[Tensor]) -> list[Tensor]:
        return [_tensor(x) for x in flatten(f(pack_like(elems, first), pack_like(elems, second)))]

    found = _prefixes(combine, leaves, axes)
    if reverse:
        found = [flip(each, at) for each, at in zip(found, axes, strict=True)]
    return pack_like(elems, found)


Leaves = list[Tensor]


def _prefixes(
    combine: Callable[[Leaves, Leaves], Leaves], leaves: Leaves, axes: Sequence[int]
) -> Leaves:
    """Neighbours are combined, the half as many results scanned, and the places between filled."""
    size = static_size(leaves[0].shape[axes[0]], "associative_scan")
    if size < 2:
        return leaves
    pairs = size // 2
    even = _every_second(leaves, axes, 0, pairs)
    odd = _prefixes(combine, combine(even, _every_second(leaves, axes, 1, pairs)), axes)
    later = (size - 1) // 2
    between = combine(_first(odd, axes, later), _every_second(leaves, axes, 2, later))
    start = _first(leaves, axes, 1)
    whole = zip(start, between, odd, axes, strict=True)
    return [_interleaved(concatenate([a, b], at), c, at) for a, b, c, at in whole]


def _every_second(leaves: Leaves, axes: Sequence[int], start: int, count: int) -> Leaves:
    key = slice(start, start + 2 * count, 2) if count else slice(0, 0)
    return [each[(slice(None),) * at + (key,)] for each, at in zip(leaves, axes, strict=True)]


def _first(leaves: Leaves, axes: Sequence[int], count: int) -> Leaves:
    return [cut_out(each, at, 0, count) for each, at in zip(leaves, axes, strict=True)]


def _interleaved(even: Tensor, odd: Tensor, axis: int) -> Tensor:
    """Two tensors, place by place in turn; the first may be longer by one place."""
    count = static_size(odd.shape[axis], "associative_scan")
    paired = stack([cut_out(even, axis, 0, count), odd], axis + 1)
    shape = (*odd.shape[:axis], 2 * count, *odd.shape[axis + 1 :])
    joined = paired.reshape(shape)
    rest = static_size(even.shape[axis], "associative_scan")
    return concatenate([joined, cut_out(even, axis, count, rest)], axis) if rest > count else joined


def _tensor(x: Any) -> Tensor:
    return x.value if isinstance(x, Variable) else convert_to_tensor(x)


def _truth(operation: str, pred: Any) -> bool:
    tensor = _tensor(pred)
    if tensor.is_symbolic:
        raise TypeError(_symbolic_message(operation))
    return bool(cast(tensor, "bool"))


def _known(operation: str, number: Any) -> int:
    if isinstance(number, Tensor) and number.is_symbolic:
        raise TypeError(_symbolic_message(operation))
    return whole_number(number)


def _symbolic_message(operation: str) -> str:
    return explain(
        f"{operation} needs numbers that are there",
        given="a symbolic tensor: the function is being traced, and its numbers come later",
        expected="a number or a tensor with numbers",
        remedy="ops.where(condition, a, b), which computes both; or run_eagerly=True",
    )


def _scan_message(counts: set[int]) -> str:
    return explain(
        "scan must know how many turns to take",
        given=f"first axes of sizes {sorted(counts)}" if counts else "neither xs nor length",
        expected="one size for the first axis of every x, and length, if given, the same",
        axis="axis 0",
        remedy="ops.scan(f, init, xs), or ops.scan(f, init, length=10)",
    )
