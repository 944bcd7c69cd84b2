"""One step of a convolution: a window of the picture, times the kernel, gives one number.

explain.convolution_step(image, kernel, at=(0, 2))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from geartrain.drawing.cells import Box, Index, Look, table
from geartrain.drawing.facts import factor, short
from geartrain.drawing.svg import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    Drawing,
    column_of,
    framed,
    row_of,
    words,
)
from geartrain.errors import explain
from geartrain.tensor import Array, Tensor, Variable, format_shape

MOST = 12  # rows and columns that are drawn
TERMS = 9  # products that are written out


def convolution_step(image: Any, kernel: Any, at: tuple[int, int] = (0, 0)) -> Drawing:
    """Draw how one element of a convolution without padding comes about.

    `y[i, j] = sum over (r, c) of image[i + r, j + c] * kernel[r, c]`, as layers compute it.

    Args:
        image: `(height, width)`, up to 12 x 12.
        kernel: `(rows, columns)`, no larger than the image.
        at: the row and the column of the element.

    Raises:
        ValueError: the image or the kernel is no such matrix.
        IndexError: there is no such element.
    """
    pixels, weights = (_matrix(each) for each in (image, kernel))
    _check(pixels, weights)
    windows = sliding_window_view(pixels, weights.shape)
    output = np.einsum("ijrc,rc->ij", windows, weights)
    row, column = at
    if not (0 <= row < output.shape[0] and 0 <= column < output.shape[1]):
        raise IndexError(_place_message(at, output))
    title = f"convolution step at {tuple(at)}: {short(output[row, column])}"
    in_window = _window(at, weights.shape)
    parts = [
        _named("image", pixels, BLUE, in_window),
        _sign("·"),
        _named("kernel", weights, GREEN, lambda _: True),
        _sign("="),
        _named("output", output, GREY, lambda index: index == (row, column)),
    ]
    steps = row_of(parts, title, gap=12, centred=True)
    return framed(column_of([steps, words(_terms(windows[row, column], weights))], title, gap=8))


def _matrix(value: Any) -> Array:
    array = value.numpy() if isinstance(value, Tensor | Variable) else np.asarray(value)
    return np.asarray(array, np.float64)


def _check(pixels: Array, weights: Array) -> None:
    fits = (
        pixels.ndim == weights.ndim == 2
        and weights.size > 0
        and max(pixels.shape) <= MOST
        and all(w <= p for w, p in zip(weights.shape, pixels.shape, strict=True))
    )
    if not fits:
        raise ValueError(_shapes_message(pixels, weights))


def _window(at: tuple[int, int], size: tuple[int, ...]) -> Callable[[Index], bool]:
    def is_inside(index: Index) -> bool:
        return all(0 <= i - a < n for i, a, n in zip(index, at, size, strict=True))

    return is_inside


def _named(name: str, numbers: Array, tone: str, is_lit: Callable[[Index], bool]) -> Drawing:
    sheet = table(numbers.shape, _look(numbers, tone, is_lit), name, most=MOST)
    head = words(f"{name} {format_shape(numbers.shape)}", bold=True)
    return column_of([head, sheet], name, gap=4)


def _look(numbers: Array, tone: str, is_lit: Callable[[Index], bool]) -> Look:
    def look(index: Index) -> Box:
        lit = is_lit(index)
        return Box(short(numbers[index]), ORANGE if lit else tone, 0.45 if lit else 0.1)

    return look


def _sign(sign: str) -> Drawing:
    sheet = Drawing(14, 24, sign)
    sheet.text(7, 18, sign, size=18, anchor="middle")
    return sheet


def _terms(window: Array, weights: Array) -> str:
    pairs = list(zip(window.ravel().tolist(), weights.ravel().tolist(), strict=True))
    written = " + ".join(f"{short(x)}·{factor(w)}" for x, w in pairs[:TERMS])
    more = " + ..." if len(pairs) > TERMS else ""
    return f"{written}{more} = {short(float((window * weights).sum()))}"


def _shapes_message(pixels: Array, weights: Array) -> str:
    return explain(
        "convolution_step needs two small matrices",
        given=f"an image of shape {format_shape(pixels.shape)} "
        f"and a kernel of shape {format_shape(weights.shape)}",
        expected=f"an image of at most ({MOST}, {MOST}), and a kernel no larger than it",
        remedy="convolution_step(image[:6, :6], kernel)",
    )


def _place_message(at: tuple[int, int], output: Array) -> str:
    return explain(
        "The output has no such element",
        given=f"at={tuple(at)}",
        expected=f"a place in an output of shape {format_shape(output.shape)}",
        remedy="at=(0, 0)",
    )
