"""Control flow: choosing and repeating computations.

Eagerly these are Python's own `if`, `while` and `for`, so that a tape sees every operation. A
function that is traced has no numbers yet: of a condition both ways are written down and chosen
between, and a loop becomes one node, with the graph of a turn inside (`geartrain.graph.scan`,
`geartrain.graph.control`). Loops of a few turns are written down turn by turn.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.graph import Node, Tracer, traced_scan, traced_while
from geartrain.ops.comparison import choose, less, less_equal, logical_and, logical_not
from geartrain.ops.core import cast, convert_to_tensor, whole_number
from geartrain.ops.elementwise import add, subtract
from geartrain.ops.joining import concatenate, stack
from geartrain.ops.shaping import cut_out, flip, reshape, static_size
from geartrain.tensor import (
    NoSize,
    Tensor,
    Variable,
    current_interpreter,
    format_shape,
    normalize_axis,
)
from geartrain.tensor.interpreter import duty
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
    if _is_symbolic(pred):
        return _either(pred, true_fn, false_fn)
    return true_fn() if bool(cast(_tensor(pred), "bool")) else false_fn()


def _either(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """Both ways written down, and their results chosen between."""
    first, second = both_ways(pred, true_fn, false_fn)
    ways = [_shape_text(each) for each in (first, second)]
    if ways[0] != ways[1]:
        if duty.only_shapes:
            return first  # of sizes that were only guessed
        raise ValueError(_ways_message(*ways))
    leaves = zip(flatten(first), flatten(second), strict=True)
    return pack_like(first, [None if a is None else choose(pred, a, b) for a, b in leaves])


def both_ways(
    pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]
) -> tuple[Any, Any]:
    """What both ways give; what they assign to variables is chosen between already."""
    tracer = _tracer_of(pred)
    before = dict(tracer.updates)
    holds = cast(pred, "bool")
    with tracer.under(holds):
        first = true_fn()
    by_first = _changed(tracer, before)
    with tracer.under(logical_not(holds)):
        second = false_fn()
    by_second = _changed(tracer, before)
    for variable in {**by_first, **by_second}:
        old = variable.value
        new = (by_first.get(variable, old), by_second.get(variable, old))
        variable.assign(choose(pred, *new))
    return first, second


def _shape_text(nest: Any) -> str:
    """The shapes in a nest; one is chosen, so that they do not broadcast."""
    leaves = [None if each is None else _tensor(each).shape for each in flatten(nest)]
    shapes = (None if each is None else _Quoted(format_shape(each)) for each in leaves)
    return repr(pack_like(nest, list(shapes)))


class _Quoted(str):
    """A text that stands in a nest as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _ways_message(first: str, second: str) -> str:
    return explain(
        "cond cannot choose between results of different shapes in a compiled function",
        given=f"{first} where true, {second} where false",
        expected="the same nest of tensors, each of one shape",
        remedy="ops.broadcast_to, ops.pad or ops.reshape in one of the two functions",
    )


def _changed(tracer: Tracer, before: dict[Variable, Node]) -> dict[Variable, Tensor]:
    """What variables were given since `before`, which is then as it was."""
    found = {
        variable: Tensor(node)
        for variable, node in tracer.updates.items()
        if before.get(variable) is not node
    }
    tracer.updates = dict(before)
    return found


def switch(index: Any, branches: Sequence[Callable[..., Any]], *operands: Any) -> Any:
    """What the branch of this number gives for the operands; the nearest, if there is none."""
    if _is_symbolic(index):
        return _any_of(index, branches, operands)
    number = whole_number(index)
    return branches[builtins.min(builtins.max(number, 0), len(branches) - 1)](*operands)


def _any_of(index: Any, branches: Sequence[Callable[..., Any]], operands: Sequence[Any]) -> Any:
    if len(branches) == 1:
        return branches[0](*operands)
    rest = subtract(index, 1)
    return cond(
        less_equal(index, 0),
        lambda: branches[0](*operands),
        lambda: _any_of(rest, branches[1:], operands),
    )


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    maximum_iterations: Any = None,
) -> Any:
    """`loop_vars = body(*loop_vars)`, again and again while `cond(*loop_vars)` is true.

    Args:
        cond: takes the loop's variables and gives a bool.
        body: takes the loop's variables and gives their next values, in the same nest.
        loop_vars: a tuple or list of tensors or nests of them, or a single one.
        maximum_iterations: how often at most; a number, or a tensor of one.
    """
    single = not isinstance(loop_vars, list | tuple)
    values = map_nest(_tensor, (loop_vars,) if single else tuple(loop_vars))
    if _is_symbolic(maximum_iterations):
        values = _counted(cond, body, values, maximum_iterations)
        return values[0] if single else type(loop_vars)(values)
    if isinstance(maximum_iterations, Tensor | Variable):
        maximum_iterations = whole_number(maximum_iterations)
    turns = 0
    while maximum_iterations is None or turns < maximum_iterations:
        goes_on = _tensor(cond(*values))
        if goes_on.is_symbolic:
            left = None if maximum_iterations is None else maximum_iterations - turns
            values = _written_down(_tracer_of(goes_on), cond, body, values, left)
            break
        if not bool(cast(goes_on, "bool")):
            break
        found = body(*values)
        values = tuple(found) if isinstance(found, list | tuple) else (found,)
        turns += 1
    return values[0] if single else type(loop_vars)(values)


def _counted(
    cond: Callable[..., Any], body: Callable[..., Any], values: Any, limit: Any
) -> tuple[Any, ...]:
    """A loop of a traced function that goes on at most as often as a tensor says."""

    def goes_on(turn: Tensor, *rest: Any) -> Tensor:
        return logical_and(less(turn, limit), cast(_tensor(cond(*rest)), "bool"))

    def go(turn: Tensor, *rest: Any) -> tuple[Any, ...]:
        found = body(*rest)
        return (add(turn, 1), *(found if isinstance(found, list | tuple) else (found,)))

    start = (cast(0, "int32"), *values)
    found: tuple[Any, ...] = while_loop(goes_on, go, start)
    return found[1:]


def _written_down(
    tracer: Tracer,
    cond: Callable[..., Any],
    body: Callable[..., Any],
    values: Any,
    limit: int | None,
) -> Any:
    """A loop of a traced function, from where its condition depends on numbers."""

    def condition(*leaves: Tensor) -> list[Tensor]:
        return [_tensor(cond(*pack_like(values, leaves)))]

    def turn(*leaves: Tensor) -> list[Tensor]:
        return [_tensor(each) for each in flatten(body(*pack_like(values, leaves)))]

    found = traced_while(tracer, condition, turn, flatten(values), limit)
    return pack_like(values, found)


def fori_loop(lower: Any, upper: Any, body_fun: Callable[[Any, Any], Any], init_val: Any) -> Any:
    """`value = body_fun(i, value)` for every i from `lower` to before `upper`."""
    if _is_symbolic(lower) or _is_symbolic(upper):
        start = (cast(lower, "int32"), map_nest(_tensor, init_val))
        return while_loop(
            lambda i, _: less(i, upper), lambda i, value: (add(i, 1), body_fun(i, value)), start
        )[1]
    numbers = np.arange(whole_number(lower), whole_number(upper), dtype=np.int32)
    if _is_one_node(len(numbers), init_val):
        return scan(lambda value, i: (body_fun(i, value), None), init_val, Tensor(numbers))[0]
    value = init_val
    for number in numbers:
        value = body_fun(Tensor(np.asarray(number)), value)
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
        unroll: whether (True), or from how many turns on, a traced loop is one node; up to there
            it is written down turn by turn. It changes no number.

    >>> from geartrain import ops
    >>> total, sums = scan(lambda t, x: (t + x, t + x), 0.0, ops.array([1., 2., 3.]))
    >>> float(total), sums.numpy().tolist()
    (6.0, [1.0, 3.0, 6.0])
    """
    if not isinstance(unroll, int) or unroll < 0:
        raise ValueError(_unroll_message(unroll))
    parts = map_nest(_tensor, xs) if xs is not None else None
    count = _scan_length(parts, length)
    carry = map_nest(_tensor, init)
    known = isinstance(count, int)
    if not known or (unroll is not True and count > unroll and _is_one_node(count, (carry, parts))):
        found = _as_one_node(f, carry, parts, count, reverse)
        if found is not None:
            return found
        count = static_size(count, "scan")
    rows: list[Any] = []
    order = range(count - 1, -1, -1) if reverse else range(count)
    for place in order:
        carry, y = f(carry, None if parts is None else _row(parts, place))
        rows.append(y)
    if reverse:
        rows.reverse()
    return carry, _stacked(rows)


WRITTEN_DOWN = 4  # turns: with fewer, what the turns have in common is worth more than a loop


class _OtherForm(Exception):
    """What a turn carries on is another nest than what it was given."""


def _is_one_node(count: int, values: Any) -> bool:
    """Whether a loop of so many turns is traced, and long enough to be one node."""
    traced = isinstance(current_interpreter(), Tracer) or any(
        _is_symbolic(x) for x in flatten(values)
    )
    return traced and count > WRITTEN_DOWN


def _as_one_node(
    f: Callable[[Any, Any], tuple[Any, Any]], carry: Any, parts: Any, count: Any, reverse: bool
) -> tuple[Any, Any] | None:
    """What `scan` gives, by one node; None if its turns cannot be one graph."""
    states, sequences = flatten(carry), [] if parts is None else flatten(parts)
    form: list[Any] = []

    def turn(*leaves: Tensor) -> list[Tensor]:
        x = None if parts is None else pack_like(parts, leaves[len(states) :])
        following, y = f(pack_like(carry, leaves), x)
        form[:] = [following, y]
        kept = [_tensor(each) for each in flatten(following)]
        if len(kept) != len(states):
            raise _OtherForm
        return [*kept, *(_tensor(each) for each in flatten(y) if each is not None)]

    turn.__name__ = getattr(f, "__name__", "turn")
    tracer = _tracer_of(next((x for x in (*states, *sequences) if _is_symbolic(x)), None))
    try:
        found = traced_scan(tracer, turn, states, sequences, length=count, reverse=reverse)
    except _OtherForm:
        return None
    if found is None:
        return None
    stacked = iter(found[len(states) :])
    ys = map_nest(lambda each: None if each is None else next(stacked), form[1])
    return pack_like(form[0], found), ys


def _row(parts: Any, place: int) -> Any:
    return map_nest(lambda each: each[place], parts)


def _scan_length(parts: Any, length: int | None) -> Any:
    given = [each for each in flatten(parts) if each is not None]
    if not all(each.ndim for each in given):
        raise ValueError(_rank_message())
    sizes = [each.shape[0] for each in given]
    if not getattr(current_interpreter(), "any_length", False):
        sizes = [static_size(each, "scan") for each in sizes]
    counts = set(sizes)
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
    from geartrain.ops.vectorized import vectorized  # which is built of this file

    if not callable(pyfunc):
        raise ValueError(_vectorize_message(pyfunc))
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
    if any(each.stands_for_any for each in leaves):
        raise NoSize("a scan of symbolic tensors is written down as one operation")
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
    sizes = odd.value.shape
    count = static_size(sizes[axis], "associative_scan")
    paired = stack([cut_out(even, axis, 0, count), odd], axis + 1)
    joined = reshape(paired, (*sizes[:axis], 2 * count, *sizes[axis + 1 :]))
    rest = static_size(even.shape[axis], "associative_scan")
    return concatenate([joined, cut_out(even, axis, count, rest)], axis) if rest > count else joined


def _tensor(x: Any) -> Tensor:
    return x.value if isinstance(x, Variable) else convert_to_tensor(x)


def _is_symbolic(x: Any) -> bool:
    return isinstance(x, Tensor) and x.is_symbolic


def _tracer_of(x: Any) -> Tracer:
    """Who traces the function that a symbolic tensor belongs to."""
    on_duty = current_interpreter()
    tracer = on_duty if isinstance(on_duty, Tracer) else x.value.interpreter
    if not isinstance(tracer, Tracer):
        raise TypeError("a symbolic tensor of no traced function")
    return tracer


def _scan_message(counts: set[int]) -> str:
    return explain(
        "scan must know how many turns to take",
        given=f"first axes of sizes {sorted(counts)}" if counts else "neither xs nor length",
        expected="one size for the first axis of every x, and length, if given, the same",
        axis="axis 0",
        remedy="ops.scan(f, init, xs), or ops.scan(f, init, length=10)",
    )


def _unroll_message(unroll: object) -> str:
    return explain(
        "scan cannot be unrolled so",
        given=f"unroll={unroll!r}",
        expected="True, False, or a number of turns",
        remedy="unroll=1",
    )


def _vectorize_message(given: object) -> str:
    return explain(
        "vectorize takes a function",
        given=repr(given),
        expected="what can be called with one element of each argument",
        remedy="ops.vectorize(lambda x, y: x * y)",
    )


def _rank_message() -> str:
    return explain(
        "A single number has no axis to go along",
        given="xs with a tensor of rank 0",
        expected="tensors whose first axis is gone through",
        remedy="ops.map(f, xs[None]), or f(xs)",
    )
