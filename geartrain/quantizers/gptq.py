"""GPTQ: round row by row, and let the rows that follow make up for the error of each.

    H = sum of x xᵀ over the layer's inputs, + damping      the loss of rounding is tr(dᵀ H d)
    U = upper Cholesky factor of H⁻¹
    row i:   e = (w_i - rounded w_i) / U_ii                  w_j -= U_ij e   for all j > i

Source: Frantar et al., "GPTQ: accurate post-training quantization for generative pre-trained
transformers" (2022), section 3 and algorithm 1; the groups' scales are those of the weight as it
was, so that rows may be taken in any order.
"""

from __future__ import annotations

import numpy as np

from geartrain.quantizers.steps import Rounded, Steps
from geartrain.tensor import Array

BLOCK = 128  # rows whose errors are handed on together to those behind


def gptq(
    weight: Array,
    second_moments: Array,
    steps: Steps,
    damping: float = 0.01,
    activation_order: bool = False,
) -> Rounded:
    """A weight as whole numbers, whose products with the inputs are near the old ones.

    Args:
        weight: `(rows, columns)`.
        second_moments: H, the products of inputs with each other, summed: `(rows, rows)`.
        steps: the scales and zeros of the whole numbers.
        damping: what part of H's mean diagonal is added to the diagonal.
        activation_order: whether rows with the largest inputs come first.

    >>> from geartrain.quantizers.steps import steps_of
    >>> w = np.array([[0.4], [0.4], [3.0]])
    >>> alike = np.ones((3, 3)) + np.eye(3)  # inputs that are nearly the same
    >>> gptq(w, alike, steps_of(w, bits=2)).floats()[:, 0].tolist()  # 0.4 + 0.4 is nearly 1
    [0.0, 1.0, 3.0]
    """
    rows = len(weight)
    order = np.argsort(-np.diag(second_moments), kind="stable")
    order = order if activation_order else np.arange(rows)
    work = weight[order].astype("float64")
    upper = _upper_factor(second_moments[np.ix_(order, order)], damping)
    whole = np.zeros((rows, weight.shape[1]))
    for start in range(0, rows, BLOCK):
        block = slice(start, min(start + BLOCK, rows))
        errors = _round_block(work, whole, upper, block, steps, order)
        work[block.stop :] -= upper[block, block.stop :].T @ errors
    found = np.empty_like(whole)
    found[order] = whole
    return Rounded(found.T, steps)


def _round_block(
    work: Array, whole: Array, upper: Array, block: slice, steps: Steps, order: Array
) -> Array:
    """Round the rows of a block in place; their errors, for the rows behind."""
    errors = np.empty_like(work[block])
    for place, row in enumerate(range(block.start, block.stop)):
        scale, zero = steps.of_row(order[row])
        whole[row] = steps.whole(order[row], work[row])
        errors[place] = (work[row] - (whole[row] - zero) * scale) / upper[row, row]
        rest = slice(row + 1, block.stop)
        work[rest] -= np.outer(upper[row, rest], errors[place])
    return errors


def _upper_factor(second_moments: Array, damping: float) -> Array:
    """U with Uᵀ U = H⁻¹; an input that is always 0 has no say."""
    hessian = second_moments.astype("float64")
    diagonal = np.diag(hessian).copy()
    diagonal += np.where(diagonal == 0, 1, 0) + damping * np.mean(diagonal)
    np.fill_diagonal(hessian, diagonal)
    found: Array = np.linalg.cholesky(np.linalg.inv(hessian)).T
    return found
