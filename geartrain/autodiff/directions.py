"""Products of a jacobian J with vectors, without J: `vjp` gives w J, `jvp` gives J v."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.autodiff.checks import start_gradients
from geartrain.autodiff.functions import as_tensors, parted
from geartrain.autodiff.tape import GradientTape
from geartrain.errors import explain
from geartrain.primitives.primitive import bind
from geartrain.tensor import Tensor, Variable, format_shape
from geartrain.tensor.dtypes import is_differentiable
from geartrain.tensor.nest import flatten, map_nest, pack_like


def vjp(function: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """The value at `primals`, and the map from a derivative by it to those by the primals.

    Args:
        function: takes and gives tensors and nests of them; with `has_aux`, it gives
            `(value, aux)`.
        primals: its arguments.
        has_aux: whether there is such a pair.

    Returns:
        `(value, pull_back)`, with `has_aux` `(value, pull_back, aux)`. `pull_back` takes a nest
        like the value and gives a tuple of nests like the primals; it may be called many times.

    >>> from geartrain import ops
    >>> value, pull_back = vjp(lambda x, y: x * y, 2.0, 5.0)
    >>> float(value), [float(each) for each in pull_back(1.0)]
    (10.0, [5.0, 2.0])
    """
    sources = as_tensors("vjp", primals)
    tape = GradientTape(persistent=True)
    with tape:
        tape.watch(sources)
        found = function(*sources)
    value, aux = parted(found) if has_aux else (found, None)

    def pull_back(cotangent: Any) -> Any:
        targets, starts = _floating(flatten(value), start_gradients(flatten(value), cotangent))
        return tape.gradient(targets, sources, starts, unconnected_gradients="zero")

    return (value, pull_back, aux) if has_aux else (value, pull_back)


def jvp(fun: Callable[..., Any], primals: Any, tangents: Any, has_aux: bool = False) -> Any:
    """The value at `primals`, and how it changes in the direction `tangents`.

    It is what `vjp` gives, differentiated: w J is linear in w, and its derivative by w, times v,
    is J v.

    Args:
        fun: takes and gives tensors and nests of them; with `has_aux`, it gives `(value, aux)`.
        primals: a tuple or list of its arguments.
        tangents: a tuple or list of directions, in the same nests and of the same shapes.
        has_aux: whether there is such a pair.

    Returns:
        `(value, direction)`, with `has_aux` `(value, direction, aux)`; the direction is a nest
        like the value, zeros for whole numbers.

    Raises:
        TypeError: primals and tangents are no tuples or lists.
        ValueError: they differ in number or in shape.

    >>> from geartrain import ops
    >>> value, change = jvp(ops.sin, (0.1,), (0.2,))
    >>> print(f"{float(value):.6f}, {float(change):.6f}")
    0.099833, 0.199001

    Source: Townsend, "A new trick for calculating Jacobian vector products" (2017).
    """
    _check_pair(primals, tangents)
    points = [map_nest(_read, as_tensors("jvp", each)) for each in primals]
    directions = _matched(flatten(points), flatten(list(tangents)))
    with GradientTape(watch_accessed_variables=False) as outer:
        with GradientTape(watch_accessed_variables=False) as inner:
            inner.watch(points)
            found = fun(*points)
        value, aux = parted(found) if has_aux else (found, None)
        targets = [each for each in flatten(value) if _moves(each)]
        weights = [_zeros(each) for each in targets]
        outer.watch(weights)
        pulled = inner.gradient(targets, flatten(points), weights, unconnected_gradients="zero")
    changes = outer.gradient(pulled, weights, directions, unconnected_gradients="zero")
    change = _packed(value, iter(changes))
    return (value, change, aux) if has_aux else (value, change)


def _packed(value: Any, changes: Any) -> Any:
    """The changes in the nest of the value, zeros where it does not move."""
    leaves = [next(changes) if _moves(each) else _zeros(each) for each in flatten(value)]
    return pack_like(value, leaves)


def _floating(targets: Sequence[Any], starts: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """The targets that move, and their starts."""
    pairs = [pair for pair in zip(targets, starts, strict=True) if _moves(pair[0])]
    return [target for target, _ in pairs], [start for _, start in pairs]


def _moves(leaf: Any) -> bool:
    return isinstance(leaf, Tensor) and is_differentiable(leaf.dtype)


def _zeros(like: Any) -> Tensor:
    if not isinstance(like, Tensor):
        return Tensor(np.zeros(np.shape(like), np.asarray(like).dtype))
    zeros: Tensor = bind(primitives.fill, shape=like.shape, value=0.0, dtype=like.dtype)
    return zeros


def _read(leaf: Tensor | Variable) -> Tensor:
    return leaf.value if isinstance(leaf, Variable) else leaf


def _matched(points: Sequence[Tensor], tangents: Sequence[Any]) -> list[Tensor]:
    """The tangents as tensors of the points' dtypes and shapes."""
    if len(points) != len(tangents):
        raise ValueError(_number_message(len(tangents), len(points)))
    found = [
        _read(each) if isinstance(each, Tensor | Variable) else Tensor(np.asarray(each, of.dtype))
        for each, of in zip(tangents, points, strict=True)
    ]
    for each, of in zip(found, points, strict=True):
        if each.shape != of.shape or each.dtype != of.dtype:
            raise ValueError(_shape_message(each, of))
    return found


def _check_pair(primals: Any, tangents: Any) -> None:
    for name, given in (("primals", primals), ("tangents", tangents)):
        if not isinstance(given, list | tuple):
            raise TypeError(
                explain(
                    f"jvp takes its {name} as a tuple or list",
                    given=f"{given!r:.60}, a {type(given).__name__}",
                    expected="one for each argument of the function",
                    remedy="ops.jvp(f, (x,), (dx,))",
                )
            )
    if len(primals) != len(tangents):
        raise ValueError(_number_message(len(tangents), len(primals)))


def _number_message(given: int, wanted: int) -> str:
    return explain(
        "jvp needs one tangent for each primal",
        given=f"{given} tangents",
        expected=f"{wanted}, as there are primals",
        remedy="ops.jvp(f, (x, y), (dx, dy))",
    )


def _shape_message(given: Tensor, wanted: Tensor) -> str:
    return explain(
        "A tangent has the shape and dtype of its primal",
        given=f"{given.dtype.name}{format_shape(given.shape)}",
        expected=f"{wanted.dtype.name}{format_shape(wanted.shape)}, the primal's",
        remedy="dx = ops.cast(ops.broadcast_to(dx, ops.shape(x)), x.dtype)",
    )
