"""The book's loops on large arrays: compiled by Geartrain and by Numba, and what NumPy has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from workloads import book_loops, observe

Function = Callable[..., Any]
Arrays = dict[str, tuple[np.ndarray, ...]]

SIDE = 4096  # of the matrices: 64 MiB each
LENGTH = 2**24  # of the vectors: 64 MiB each
PRODUCT_SIDE = 1024  # of the matrices that are multiplied
TOLERANCE = 1e-3  # of a sum of up to 2**24 random products, in float32

NUMPY: dict[str, Function] = {
    "naive_relu": lambda x: np.maximum(x, 0),
    "naive_add": lambda x, y: x + y,
    "naive_add_matrix_and_vector": lambda x, y: x + y,
    "naive_vector_dot": lambda x, y: x @ y,
    "naive_matrix_vector_dot": lambda x, y: x @ y,
    "naive_matrix_dot": lambda x, y: x @ y,
}


def loops(library: str, options: dict[str, Any]) -> dict[str, float]:
    """Seconds of one call of each function, the best of many.

    Raises:
        ValueError: a function's result is not what NumPy gives.
    """
    functions = FUNCTIONS[library]()
    return {
        f"{name.removeprefix('naive_')}_s": _seconds(name, functions[name], arrays, options)
        for name, arrays in made_arrays(options.get("shrink", 1)).items()
    }


def _seconds(
    name: str, function: Function, arrays: tuple[np.ndarray, ...], options: dict[str, Any]
) -> float:
    expected = NUMPY[name](*arrays)
    if not np.allclose(np.asarray(function(*arrays)), expected, rtol=TOLERANCE):
        raise ValueError(f"{name} gives other numbers than NumPy")
    return observe.best_call_s(lambda: function(*arrays), seconds=options["seconds"])


def made_arrays(shrink: int = 1) -> Arrays:
    """Each function's arrays, in float32; every side is divided by `shrink`."""
    side, product_side, length = SIDE // shrink, PRODUCT_SIDE // shrink, LENGTH // shrink
    generator = np.random.default_rng(2)

    def made(*shape: int) -> np.ndarray:
        return generator.random(shape, dtype=np.float32) - np.float32(0.25)

    x, y = made(side, side), made(side, side)
    return {
        "naive_relu": (x,),
        "naive_add": (x, y),
        "naive_add_matrix_and_vector": (x, made(side)),
        "naive_vector_dot": (made(length), made(length)),
        "naive_matrix_vector_dot": (x, made(side)),
        "naive_matrix_dot": (made(product_side, product_side), made(product_side, product_side)),
    }


def _geartrain() -> dict[str, Function]:
    import geartrain

    return book_loops.decorate(geartrain.kernel)


def _numba() -> dict[str, Function]:
    import numba

    return book_loops.decorate(numba.njit)


FUNCTIONS: dict[str, Callable[[], dict[str, Function]]] = {
    "geartrain": _geartrain,
    "numba": _numba,
    "numpy": lambda: NUMPY,
}
