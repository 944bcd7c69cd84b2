"""What rewritten code calls where it chooses and repeats.

    ag__.if_stmt(x > 0, then__, else__, ag__.State(get__, set__, ("y",), None))

If the condition has a value, this is Python's own `if`. If it is a tensor that is being traced,
both ways are written down, and the values of the names chosen between; a loop becomes one node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.compat.tensorflow.autograph.calls import LazyRange
from geartrain.compat.tensorflow.autograph.jumps import VALUE
from geartrain.compat.tensorflow.autograph.state import (
    CannotStage,
    State,
    Undefined,
    are_equal,
    as_tensor,
    fitted,
    is_numbers,
    is_traced,
    is_unknown,
    known_by,
    number_leaves,
    same_leaves,
    with_numbers,
)
from geartrain.compat.tensorflow.debugging import Assert
from geartrain.compat.tensorflow.tensor_array import TensorArray
from geartrain.graph import Tracer
from geartrain.graph.inner import specs_of, trace_inner
from geartrain.ops.control import both_ways
from geartrain.tensor import Tensor, current_interpreter
from geartrain.tensor.nest import pack_like

UNROLLED = 16  # turns over a tensor with numbers: a longer loop becomes one node, if it can


# -- choices ---------------------------------------------------------------------------------------


def if_stmt(
    test: Any,
    then: Callable[[], None],
    otherwise: Callable[[], None],
    state: State,
) -> None:
    """`if test: then() else: otherwise()`."""
    if not is_traced(test):
        (then if test else otherwise)()
        return
    state.require_numbers()
    before = state.get()

    def after(way: Callable[[], None]) -> tuple[Any, ...]:
        state.set(before)
        way()
        return state.get()

    ways = both_ways(_one(test), lambda: after(then), lambda: after(otherwise))
    pairs = zip(state.names, *ways, strict=True)
    state.set(tuple(_merged(_one(test), name, first, second) for name, first, second in pairs))


def if_exp(test: Any, then: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
    """`then() if test else otherwise()`."""
    if not is_traced(test):
        return then() if test else otherwise()
    return _merged(_one(test), "the value", *both_ways(_one(test), then, otherwise))


def all_of(*parts: Callable[[], Any]) -> Any:
    """`a and b and c`: the first that does not hold, or the last."""
    first = parts[0]()
    if len(parts) == 1:
        return first
    if not is_traced(first):
        return first and all_of(*parts[1:])
    return if_exp(first, lambda: _bool(all_of(*parts[1:])), lambda: False)


def any_of(*parts: Callable[[], Any]) -> Any:
    """`a or b or c`: the first that holds, or the last."""
    first = parts[0]()
    if len(parts) == 1:
        return first
    if not is_traced(first):
        return first or any_of(*parts[1:])
    return if_exp(first, lambda: True, lambda: _bool(any_of(*parts[1:])))


def not_(x: Any) -> Any:
    """`not x`."""
    return ops.logical_not(_one(x)) if is_traced(x) else not x


def assert_stmt(test: Any, said: Callable[[], Any] | None) -> None:
    """`assert test, said()`."""
    if is_traced(test):
        Assert(_one(test), [] if said is None else [said()])
    elif not test:
        raise AssertionError(*([] if said is None else [said()]))


def returned(value: Any) -> Any:
    """What a function returns, which may have come by no `return`."""
    return None if isinstance(value, Undefined) else value


def _one(test: Tensor) -> Tensor:
    """A condition: a single bool.

    Raises:
        CannotStage: it has several elements, of which Python could not say whether they hold.
    """
    if tuple(test.shape) not in {(), (1,), (1, 1)}:
        raise CannotStage(f"a condition of shape {tuple(test.shape)}")
    return ops.cast(ops.reshape(test, ()), "bool")


def _bool(x: Any) -> Any:
    return _one(x) if is_traced(x) else bool(x)


def _merged(test: Tensor, name: str, first: Any, second: Any) -> Any:
    """The value of a name after a choice.

    What is returned where nothing was returned yet does not matter: a flag says that it is not to
    be looked at.
    """
    if isinstance(first, Undefined) or isinstance(second, Undefined):
        if name == VALUE:
            return second if isinstance(first, Undefined) else first
        return first if isinstance(first, Undefined) else second
    pairs = same_leaves(first, second, name)
    return pack_like(first, [_chosen(test, name, a, b) for a, b in pairs])


def _chosen(test: Tensor, name: str, a: Any, b: Any) -> Any:
    if are_equal(a, b):
        return a
    if isinstance(a, TensorArray) and isinstance(b, TensorArray):
        return _array_chosen(test, name, a, b)
    if not (is_numbers(a) and is_numbers(b)):
        raise CannotStage(f"{name!r} is {a!r} in one way, {b!r} in the other")
    one, other = _side_by_side(a, b)
    if one.dtype != other.dtype or tuple(one.shape) != tuple(other.shape):
        ways = [f"{x.dtype} {tuple(x.shape)}" for x in (one, other)]
        raise CannotStage(f"{name!r} is {ways[0]} in one way, {ways[1]} in the other")
    return ops.where(test, one, other)


def _array_chosen(test: Tensor, name: str, a: TensorArray, b: TensorArray) -> TensorArray:
    shape = b.element_shape if a.element_shape is None else a.element_shape
    one, other = (each.as_one(shape or ()).buffer for each in (a, b))
    return a.with_buffer(_chosen(test, name, one, other))


def _side_by_side(a: Any, b: Any) -> tuple[Tensor, Tensor]:
    """Two numbers as tensors; one of Python takes the dtype of a tensor."""
    if isinstance(a, Tensor) and not isinstance(b, Tensor):
        return a, fitted(b, a, "a value") if np.ndim(b) == 0 == a.ndim else as_tensor(b)
    if isinstance(b, Tensor) and not isinstance(a, Tensor):
        return (fitted(a, b, "a value") if np.ndim(a) == 0 == b.ndim else as_tensor(a)), b
    return as_tensor(a), as_tensor(b)


# -- loops -----------------------------------------------------------------------------------------


def while_stmt(
    test: Callable[[], Any], turn: Callable[[], None], state: State, limit: int | None = None
) -> None:
    """`while test(): turn()`, `limit` times at most."""
    while limit is None or limit > 0:
        goes_on = test()
        if is_traced(goes_on):
            _Loop(turn, state).run(test, limit)
            break
        if not goes_on:
            break
        turn()
        limit = None if limit is None else limit - 1


def looped(
    test: Callable[..., Any], body: Callable[..., Any], values: Any, limit: int | None
) -> Any:
    """`values = body(*values)` while `test(*values)` holds; arrays may be among the values."""
    held = [tuple(values)]

    def turn() -> None:
        found = body(*held[0])
        held[0] = tuple(found) if isinstance(found, list | tuple) else (found,)

    def hold(values: tuple[Any, ...]) -> None:
        held[0] = tuple(values)

    names = tuple(f"value {number}" for number in range(len(held[0])))
    while_stmt(lambda: test(*held[0]), turn, State(lambda: held[0], hold, names, None), limit)
    return type(values)(held[0])


def for_stmt(
    items: Iterable[Any],
    test: Callable[[], Any] | None,
    turn: Callable[[Any], None],
    state: State,
) -> None:
    """`for item in items: turn(item)`, while `test()` holds."""
    if isinstance(items, LazyRange) or is_traced(items):
        return _over(items, test, turn, state)
    if hasattr(items, "element_spec"):
        raise CannotStage("a loop over a Dataset")
    if isinstance(items, Tensor) and items.ndim and items.shape[0] > UNROLLED:
        before = state.get()
        try:
            return _over(items, test, turn, state)
        except (CannotStage, ValueError, TypeError):
            state.set(before)
    for item in items:
        goes_on = True if test is None else test()
        if is_traced(goes_on):
            if_stmt(goes_on, lambda item=item: turn(item), lambda: None, state)  # type: ignore[misc]
        elif goes_on:
            turn(item)
        else:
            break
    return None


def _over(
    items: Any,
    test: Callable[[], Any] | None,
    turn: Callable[[Any], None],
    state: State,
) -> None:
    """A loop over a tensor, or over a range whose end is one, as one node."""
    if test is None and isinstance(items, Tensor) and isinstance(items.shape[0], int):
        return _Loop(turn, state).over(items)
    place: list[Any] = [items.start if isinstance(items, LazyRange) else as_tensor(0)]
    most = None if isinstance(items, LazyRange) else items.shape[0]
    limit = as_tensor(most if most is not None else 0)

    def goes_on() -> Any:
        there = items.has(place[0]) if isinstance(items, LazyRange) else ops.less(place[0], limit)
        return there if test is None else all_of(lambda: there, test)

    def one() -> None:
        at = place[0]
        turn(at if isinstance(items, LazyRange) else ops.take(items, at, axis=0))
        place[0] = ops.add(at, items.step if isinstance(items, LazyRange) else 1)

    def set_all(values: tuple[Any, ...]) -> None:
        place[0] = values[0]
        state.set(values[1:])

    def get_all() -> tuple[Any, ...]:
        return (place[0], *state.get())

    whole = State(get_all, set_all, ("the place", *state.names), state.changed)
    return _Loop(one, whole).run(goes_on, most if isinstance(most, int) else None)


class _Loop:
    """A loop that is written down as one node."""

    def __init__(self, turn: Callable[..., None], state: State) -> None:
        state.require_numbers()
        self.turn, self.state = turn, state
        self.form: tuple[Any, ...] = ()

    def run(self, test: Callable[[], Any], limit: int | None) -> None:
        """Turn after turn, while `test()` holds."""
        start = self._start(())

        def goes_on(*numbers: Tensor) -> Any:
            self.state.set(with_numbers(self.form, numbers[1:]))
            return test()

        def following(*numbers: Tensor) -> tuple[Any, ...]:
            return (numbers[0], *self._after(numbers[1:]))

        never_empty = (as_tensor(0), *start)
        found = ops.while_loop(goes_on, following, never_empty, limit)
        self.state.set(with_numbers(self.form, found[1:]))

    def over(self, items: Tensor) -> None:
        """A turn for each part along the first axis."""
        start = self._start((items[0],))

        def following(numbers: tuple[Any, ...], item: Tensor) -> tuple[Any, None]:
            return self._after(numbers, item), None

        found, _ = ops.scan(following, start, items)
        self.state.set(with_numbers(self.form, found))

    def _start(self, arguments: tuple[Any, ...]) -> tuple[Tensor, ...]:
        """The numbers that the loop begins with; names without a value begin with zeros."""
        values = self.state.get()
        if any(map(is_unknown, values)):
            values = self._defined(values, arguments)
        self.form = values
        return tuple(map(as_tensor, number_leaves(values)))

    def _after(self, numbers: Sequence[Any], *arguments: Any) -> tuple[Tensor, ...]:
        """The numbers after a turn that began with these."""
        self.state.set(with_numbers(self.form, numbers))
        self.turn(*arguments)
        found: list[Tensor] = []
        likes = iter(numbers)
        for name, before, after in zip(self.state.names, self.form, self.state.get(), strict=True):
            for old, new in same_leaves(before, after, name):
                if is_numbers(old):
                    found.append(fitted(new, next(likes), name))
                elif not are_equal(old, new):
                    raise CannotStage(f"{name!r} is {old!r} before a turn of a loop, {new!r} after")
        return tuple(found)

    def _defined(self, values: tuple[Any, ...], arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        """Zeros for what gets a shape in a turn only: one turn is traced, and thrown away."""
        tracer = current_interpreter()
        if not isinstance(tracer, Tracer):
            raise CannotStage("names without a value outside of a traced function")
        found: list[tuple[Any, ...]] = []

        def turn(*given: Tensor) -> list[Tensor]:
            self.state.set(with_numbers(values, given))
            self.turn(*arguments)
            found.append(self.state.get())
            return []

        numbers = [as_tensor(each) for each in number_leaves(values)]
        trace_inner(turn, specs_of(numbers), tracer, carried=0, assigns=True)
        self.state.set(values)
        pairs = zip(values, found[0], strict=True)
        return tuple(known_by(old, new) if is_unknown(old) else old for old, new in pairs)
