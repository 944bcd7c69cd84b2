"""Crossentropies: how far given probabilities are from the true ones."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.ops.core import promoted
from geartrain.ops.elementwise import add, clip, divide, multiply, negative, subtract
from geartrain.ops.functions import log
from geartrain.ops.indexing import one_hot
from geartrain.ops.nn.activations import softplus
from geartrain.ops.nn.probabilities import log_softmax
from geartrain.ops.reductions import sum
from geartrain.ops.shaping import squeeze
from geartrain.tensor import Shape, Tensor, format_shape

__all__ = ["binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"]

EPSILON = 1e-7  # Keras's: probabilities are kept this far from 0 and 1 before a logarithm


def categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """-sum(target * log(output)) along an axis; the output is made to add up to 1 first.

    Args:
        target: probabilities (one-hot, for instance), of the output's shape.
        output: probabilities, or logits.
        from_logits: whether the outputs are logits.
        axis: along which the classes lie.
    """
    wanted, given = promoted(target, output, floating=True)
    if wanted.shape != given.shape:
        raise ValueError(_target_message("categorical_crossentropy", wanted, given))
    if from_logits:
        logarithms = log_softmax(given, axis)
    else:
        whole = divide(given, sum(given, axis, keepdims=True))
        logarithms = log(clip(whole, EPSILON, 1.0 - EPSILON))
    return negative(sum(multiply(wanted, logarithms), axis))


def sparse_categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """-log(output[class]) along an axis: the crossentropy of classes given by their numbers."""
    (given,) = promoted(output, floating=True)
    (numbers,) = promoted(target)
    if numbers.ndim == given.ndim and numbers.shape[-1] == 1:
        numbers = squeeze(numbers, -1)
    if given.ndim < 1 or not _agree(numbers.shape, given.shape[:-1]):
        raise ValueError(_target_message("sparse_categorical_crossentropy", numbers, given))
    classes = one_hot(numbers, int(str(given.shape[axis])), axis, given.dtype)
    if from_logits:
        logarithms = log_softmax(given, axis)
    else:
        whole = divide(given, sum(given, axis, keepdims=True))
        logarithms = log(clip(whole, EPSILON, 1.0 - EPSILON))
    return negative(sum(multiply(classes, logarithms), axis))


def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Tensor:
    """-(target * log(output) + (1 - target) * log(1 - output)), element by element."""
    wanted, given = promoted(target, output, floating=True)
    if wanted.shape != given.shape:
        raise ValueError(_target_message("binary_crossentropy", wanted, given))
    if from_logits:
        # -t log s(x) - (1 - t) log(1 - s(x)), where log s(x) = x - softplus(x)
        return subtract(softplus(given), multiply(given, wanted))
    kept = clip(given, EPSILON, 1.0 - EPSILON)
    yes = multiply(wanted, log(kept))
    no = multiply(subtract(1.0, wanted), log(subtract(1.0, kept)))
    return negative(add(yes, no))


def _agree(first: Shape, second: Shape) -> bool:
    """Whether two shapes are the same, as far as their sizes are numbers."""
    return len(first) == len(second) and all(
        a == b or not isinstance(a, int) or not isinstance(b, int)
        for a, b in zip(first, second, strict=True)
    )


def _target_message(name: str, target: Tensor, output: Tensor) -> str:
    return explain(
        f"{name} cannot compare these",
        given=f"target {format_shape(target.shape)}, output {format_shape(output.shape)}",
        expected="a target of the output's shape"
        if not name.startswith("sparse")
        else "a class number for each output: its shape without the last axis",
        remedy="one-hot targets with categorical_crossentropy, class numbers with the sparse one",
    )
