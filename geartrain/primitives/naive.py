"""The naive way to run: every primitive by its loops, one scalar at a time.

    naive(ops.matmul)(x, y)          # the three loops of a matrix product, in plain Python

The loops are the text that `Primitive.loops` gives. They are compiled by CPython once, under a
file name of their own, so that a debugger can step through them.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable
from functools import cache
from typing import Any, ParamSpec, TypeVar

import numpy as np

from geartrain.primitives.primitive import Bundle, Primitive, spec_of
from geartrain.primitives.scalar_math import NAMESPACE
from geartrain.tensor import Interpreter, Tensor, interpreting
from geartrain.tensor.quiet import unwarned

__all__ = [
    "naive",
]

P = ParamSpec("P")
R = TypeVar("R")


class Naive(Interpreter):
    """Carries primitives out by their loops."""

    def apply(
        self, primitive: Primitive, inputs: tuple[Tensor, ...], parameters: dict[str, Any]
    ) -> Any:
        specs = [spec_of(each) for each in inputs]
        expected = primitive.infer(*specs, **parameters)
        parts = expected.parts if isinstance(expected, Bundle) else (expected,)
        outs = [np.empty([int(str(size)) for size in each.shape], each.dtype) for each in parts]
        loops = compiled_loops(primitive.loops(*specs, **parameters))
        with unwarned():
            loops(*(each.numpy() for each in inputs), *outs)
        tensors = tuple(map(Tensor, outs))
        return tensors if isinstance(expected, Bundle) else tensors[0]


@cache
def compiled_loops(source: str) -> Callable[..., None]:
    """The function that a text of loops defines."""
    name = source.partition("(")[0].removeprefix("def ")
    file = f"<{name} {len(linecache.cache)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    namespace = dict(NAMESPACE)
    exec(compile(source, file, "exec"), namespace)  # noqa: S102  (a primitive's own text)
    function: Callable[..., None] = namespace[name]
    return function


def naive(function: Callable[P, R]) -> Callable[P, R]:
    """The same function, with every operation in it run as plain loops."""

    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with interpreting(Naive()):
            return function(*args, **kwargs)

    return run
