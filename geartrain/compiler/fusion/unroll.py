"""Unroll: a reduction over the few taps of a window becomes a map.

    max[n,i,c] = max over p<2 of x[n, 2*i + p, c]
        ->  max[n,i,c] = maximum(x[n, 2*i, c], x[n, 2*i + 1, c])

A map joins others: the largest element and its tap come out of one kernel that loads each element
once, and what makes the elements may be written into it. The order of the sum is kept.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product

from geartrain.compiler.form.exprs import Axis, Expr, literal, loads_of, place
from geartrain.compiler.form.loops import Nest, apply, axes_of, substitute
from geartrain.compiler.fusion.contractions import find_contraction
from geartrain.tensor.dtypes import INT64

MOST_TERMS = 16
STEPS = {"sum": "add", "prod": "multiply", "max": "maximum", "min": "minimum"}


def unroll(nest: Nest) -> Nest:
    """The nest as a map, if it is a reduction over the taps of a small window."""
    if nest.op not in STEPS or not _is_small(nest.reduced) or not _slides(nest):
        return nest
    terms = list(_terms(nest))
    total = apply("add", literal(0, terms[0].dtype), terms[0]) if nest.op == "sum" else terms[0]
    for term in terms[1:]:
        total = apply(STEPS[nest.op], total, term)
    return Nest(nest.node, nest.axes, apply("cast", total, dtype=nest.node.dtype))


def _is_small(reduced: tuple[Axis, ...]) -> bool:
    sizes = [axis.extent for axis in reduced if isinstance(axis.extent, int)]
    return len(sizes) == len(reduced) and 0 < math.prod(sizes) <= MOST_TERMS


def _slides(nest: Nest) -> bool:
    """Whether windows go over a value whose last axis is the result's, which runs along lanes."""
    accesses = [each for each in loads_of(nest.body) if each.args]
    if not nest.axes or find_contraction(nest) is not None:
        return False
    lane = place(nest.axes[-1])
    return all(each.args[-1] is lane for each in accesses) and any(
        axes_of(index) & set(nest.reduced) and axes_of(index) & set(nest.axes)
        for each in accesses
        for index in each.args
    )


def _terms(nest: Nest) -> Iterator[Expr]:
    """What the reduction combines, in its order."""
    ranges = [range(int(str(axis.extent))) for axis in nest.reduced]
    for numbers in product(*ranges):
        places = (literal(number, INT64) for number in numbers)
        yield substitute(nest.body, dict(zip(nest.reduced, places, strict=True)))
