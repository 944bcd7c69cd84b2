"""`vectorize`: a Python function of single elements, as a function of whole tensors."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.ops.core import convert_to_tensor
from geartrain.ops.joining import stack
from geartrain.ops.shaping import broadcast_to, reshape
from geartrain.tensor import Shape, Tensor, broadcast_shapes

Signature = tuple[list[tuple[str, ...]], list[tuple[str, ...]]]


def vectorized(
    function: Callable[..., Any], excluded: frozenset[Any], signature: str | None
) -> Callable[..., Any]:
    """The function of tensors that `ops.vectorize` returns."""
    core = None if signature is None else parse_signature(signature)

    def on_tensors(*args: Any, **kwargs: Any) -> Any:
        positions = [number for number in range(len(args)) if number not in excluded]
        names = [name for name in kwargs if name not in excluded]
        given = [args[number] for number in positions] + [kwargs[name] for name in names]
        ranks = [len(each) for each in core[0]] if core is not None else [0] * len(given)

        def call(parts: Sequence[Tensor]) -> Any:
            found = dict(zip([*positions, *names], parts, strict=True))
            plain = [found.get(number, each) for number, each in enumerate(args)]
            return function(
                *plain, **{name: found.get(name, each) for name, each in kwargs.items()}
            )

        return _on_every_place(call, [convert_to_tensor(each) for each in given], ranks)

    return on_tensors


def parse_signature(signature: str) -> Signature:
    """The names of the axes in "(m,n),(n)->(m)": those of the arguments, those of the results.

    >>> parse_signature("(m,n),(n)->(m)")
    ([('m', 'n'), ('n',)], [('m',)])
    """
    sides = signature.replace(" ", "").split("->")
    if len(sides) != 2 or not all(
        re.fullmatch(r"\([\w,]*\)(,\([\w,]*\))*", side) for side in sides
    ):
        raise ValueError(_signature_message(signature))
    found = [
        [
            tuple(name for name in group.split(",") if name)
            for group in re.findall(r"\((.*?)\)", side)
        ]
        for side in sides
    ]
    return found[0], found[1]


def _on_every_place(
    call: Callable[[Sequence[Tensor]], Any], tensors: Sequence[Tensor], ranks: Sequence[int]
) -> Any:
    """Call for every place of the axes before those that one call takes, and stack the results."""
    outer: Shape = ()
    for tensor, rank in zip(tensors, ranks, strict=True):
        outer = broadcast_shapes(outer, tensor.shape[: tensor.ndim - rank], operation="vectorize")
    wide = [
        broadcast_to(tensor, (*outer, *tensor.shape[tensor.ndim - rank :]))
        for tensor, rank in zip(tensors, ranks, strict=True)
    ]
    places = itertools.product(*(range(int(str(size))) for size in outer))
    rows = [call([each[place] if place else each for each in wide]) for place in places]
    if rows and isinstance(rows[0], tuple):
        return tuple(_gathered(list(column), outer) for column in zip(*rows, strict=True))
    return _gathered(rows, outer)


def _gathered(rows: list[Any], outer: Shape) -> Tensor:
    stacked = stack(rows)
    return reshape(stacked, (*outer, *stacked.shape[1:]))


def _signature_message(signature: str) -> str:
    return explain(
        "vectorize cannot read this signature",
        given=repr(signature),
        expected="the axes of each argument and result in parentheses, with -> between",
        remedy="signature='(m,n),(n)->(m)'",
    )
