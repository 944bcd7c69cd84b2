"""The shapes and dtypes of what a function gives, found without numbers.

    (None, 28, 28)   ->   a symbol of shape (batch, 28, 28)   ->   (batch, 784)   ->   (None, 784)

Symbols run through the function first. What asks for a size as a number stops them; then numbers
stand in the places of unknown sizes, twice: what comes out alike is known, the rest is not.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count, islice, pairwise, product
from typing import Any

from geartrain.graph import trace
from geartrain.primitives.primitive import Spec, spec_of
from geartrain.random.seed import undrawn
from geartrain.symbolic.blueprint import plain_sizes
from geartrain.tensor import Dim, NoNumbers, NoSize, Tensor
from geartrain.tensor.interpreter import for_shapes
from geartrain.tensor.nest import flatten, map_nest, pack_like

PRIMES = (83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163)
DIVISIBLE = 60  # by all numbers up to 6
ATTEMPTS = 40  # ways of putting numbers in, where unknown sizes have to fit known ones
_fresh = count()


class Guesses(threading.local):
    """The numbers that stand for unknown sizes in a thread."""

    def __init__(self) -> None:
        self.primes: frozenset[int] = frozenset()
        self.hidden = False  # whether some are numbers that known sizes are, too


guesses = Guesses()


def is_guessed(size: Any) -> bool:
    """Whether a size is a number that stands for an unknown one, so that no weight may have it."""
    return isinstance(size, int) and any(size and size % each == 0 for each in guesses.primes)


def infer_specs(
    function: Callable[..., Any],
    specs: Sequence[Spec],
    told: Callable[[], Any] = lambda: None,
) -> Any:
    """The nest of specs of what a function of tensors gives.

    Args:
        function: called with a tensor for each spec, and a function that gives a size for a `Dim`.
        specs: of its tensors; symbolic sizes are unknown.
        told: asked where the function needs numbers: what somebody knows of it, or None.

    Raises:
        Exception: whatever the function raises, if no size of the unknown ones will do.
    """
    plain = [Spec(plain_sizes(each.shape), each.dtype) for each in specs]
    try:
        return _traced(function, plain, lambda size: Dim(size.name, size.scale))
    except Exception as error:
        found = told() if isinstance(error, NoNumbers | NoSize) else None
        if found is None:
            found = _by_numbers(function, plain)
        if found is None:
            raise
        return found


def _traced(
    function: Callable[..., Any], specs: Sequence[Spec], sizes: Callable[[Dim], Any]
) -> Any:
    found: list[Any] = []

    def through(*tensors: Tensor) -> list[Any]:
        found.append(function(tensors, sizes))
        return [each for each in flatten(found[0]) if isinstance(each, Tensor)]

    with undrawn(keep_weights=True), for_shapes():
        trace(through, specs)
    return map_nest(lambda each: spec_of(each) if isinstance(each, Tensor) else each, found[0])


def _by_numbers(function: Callable[..., Any], specs: Sequence[Spec]) -> Any:
    """The same with numbers for unknown sizes, or None where none will do."""
    names = list(dict.fromkeys(size.name for size in _sizes(specs) if isinstance(size, Dim)))
    for numbers in islice(_assignments(names, specs), ATTEMPTS):
        first = _attempt(function, specs, numbers)
        if first is None:
            continue
        others = {name: _other(number) for name, number in numbers.items()}
        second = _attempt(function, specs, others)
        if second is not None and len(flatten(first)) != len(flatten(second)):
            return None  # as many tensors as the unknown size says
        if second is not None:
            return _compared(first, second, numbers, others)
        with guessing(numbers.values()):
            return map_nest(_without_guesses, first)
    return None


def _sizes(specs: Sequence[Spec]) -> Iterator[Any]:
    return (size for each in specs for size in each.shape)


def _assignments(names: Sequence[str], specs: Sequence[Spec]) -> Iterator[dict[str, int]]:
    """Numbers for names: all different, all alike, then such as occur in the shapes."""
    if not names:
        return
    yield dict(zip(names, PRIMES[::2], strict=False))
    yield dict.fromkeys(names, PRIMES[0])
    yield {n: DIVISIBLE * prime for n, prime in zip(names, PRIMES[::2], strict=False)}
    known = sorted({size for size in _sizes(specs) if isinstance(size, int)} | {1})
    for numbers in product([PRIMES[0], *known], repeat=min(len(names), 4)):
        yield {**dict.fromkeys(names, PRIMES[0]), **dict(zip(names, numbers, strict=False))}


def _other(number: int) -> int:
    """Another number for an unknown size; one that a shape has stays."""
    for prime, following in pairwise(PRIMES):
        if number in (prime, DIVISIBLE * prime):
            return number // prime * following
    return number


def _attempt(
    function: Callable[..., Any], specs: Sequence[Spec], numbers: Mapping[str, int]
) -> Any:
    """What the function gives for these sizes; None if it refuses them."""
    if len(numbers) < len({s.name for s in _sizes(specs) if isinstance(s, Dim)}):
        return None

    def number(size: Dim) -> int:
        return size.scale * numbers[size.name]

    filled = [
        Spec(tuple(number(s) if isinstance(s, Dim) else s for s in each.shape), each.dtype)
        for each in specs
    ]
    try:
        with guessing(numbers.values()):
            return _traced(function, filled, number)
    except Exception:
        return None


def _prime_of(number: int) -> int:
    """The prime that a guess is made of; one more than the number, if it is no guess."""
    return next((p for p in PRIMES if number in (p, DIVISIBLE * p)), number + 1)


def require_no_hidden_guess() -> None:
    """Raise where weights would be made for sizes of which some are only guessed.

    Raises:
        ValueError: it is so; whoever guessed takes it as a refusal.
    """
    if guesses.hidden:
        raise ValueError("no weights are made for guessed sizes")


@contextmanager
def guessing(numbers: Collection[int]) -> Iterator[None]:
    """Know that these numbers stand for unknown sizes."""
    before = guesses.primes, guesses.hidden
    guesses.hidden = any(_prime_of(each) > each for each in numbers)
    guesses.primes = frozenset(p for p in PRIMES for each in numbers if each in (p, DIVISIBLE * p))
    try:
        yield
    finally:
        guesses.primes, guesses.hidden = before


def _compared(
    first: Any, second: Any, numbers: Mapping[str, int], others: Mapping[str, int]
) -> Any:
    """Specs whose sizes are unknown where two attempts gave different ones.

    What was a multiple of the number of one unknown size both times is that multiple of it.
    """

    def size(axis: int, a: Any, b: Any) -> Any:
        likely = sorted(numbers, key=lambda name: (name == "batch") != (axis == 0))
        for name in likely:
            number = numbers[name]
            scale = a // number
            if scale and (a, b) == (scale * number, scale * others[name]):
                return Dim(name, scale)
        return unknown_size(axis)

    leaves = []
    for a, b in zip(flatten(first), flatten(second), strict=True):
        if isinstance(a, Spec) and isinstance(b, Spec):
            pairs = zip(a.shape, b.shape, strict=True)
            sizes = tuple(x if x == y else size(at, x, y) for at, (x, y) in enumerate(pairs))
            leaves.append(Spec(sizes, a.dtype))
        else:
            leaves.append(a)
    return pack_like(first, leaves)


def _without_guesses(each: Any) -> Any:
    if not isinstance(each, Spec):
        return each
    sizes = (unknown_size(at) if is_guessed(size) else size for at, size in enumerate(each.shape))
    return Spec(tuple(sizes), each.dtype)


def unknown_size(axis: int) -> Dim:
    """A new size that is not known: on the first axis the batch's."""
    return Dim("batch") if axis == 0 else Dim(f"found{axis}_{next(_fresh)}")
