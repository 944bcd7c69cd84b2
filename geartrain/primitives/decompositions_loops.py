"""The loops of the direct methods, for one matrix: Cholesky, substitution, elimination, QR.

Every function fills its last arguments from its first. A block names the one that defines it and
those that this one calls; `decompositions_family` puts the loops over a batch around them.
"""

from __future__ import annotations

from typing import Any

from geartrain.primitives.scalar_math import Number, conjugate, copysign, imag, log, real, sqrt
from geartrain.tensor import Array


def cholesky_of_one(x: Array, out: Array) -> None:
    """Row by row (Cholesky-Banachiewicz): out[i, j] is what the columns before j leave of x."""
    for i in range(x.shape[0]):
        for j in range(x.shape[0]):
            out[i, j] = 0
        for j in range(i + 1):
            total = (x[i, j] + conjugate(x[j, i])) / 2
            for k in range(j):
                total = total - out[i, k] * conjugate(out[j, k])
            out[i, j] = sqrt(real(total)) if i == j else total / out[j, j]


def substitute(a: Array, b: Array, out: Array, lower: bool) -> None:
    """Each unknown from the ones before it: from the top of a lower triangle, else the bottom."""
    n = a.shape[0]
    for step in range(n):
        i = step if lower else n - 1 - step
        for j in range(b.shape[1]):
            total = b[i, j]
            for k in range(i) if lower else range(i + 1, n):
                total = total - a[i, k] * out[k, j]
            out[i, j] = total / a[i, i]


def eliminate(x: Array, factors: Array, pivots: Any, permutation: Any) -> None:
    """Gaussian elimination: in each column the largest element goes to the diagonal."""
    m, n = x.shape[0], x.shape[1]
    for i in range(m):
        permutation[i] = i
        for j in range(n):
            factors[i, j] = x[i, j]
    for k in range(min(m, n)):
        best = largest_below(factors, k)
        pivots[k] = best
        permutation[k], permutation[best] = permutation[best], permutation[k]
        for j in range(n):
            factors[k, j], factors[best, j] = factors[best, j], factors[k, j]
        for i in range(k + 1, m):
            if factors[k, k] != 0:
                factors[i, k] = factors[i, k] / factors[k, k]
            for j in range(k + 1, n):
                factors[i, j] = factors[i, j] - factors[i, k] * factors[k, j]


def largest_below(x: Array, k: int) -> int:
    """The row, from k down, with the largest element of column k, by LAPACK's |re| + |im|."""
    best = k
    for i in range(k + 1, x.shape[0]):
        size = abs(real(x[i, k])) + abs(imag(x[i, k]))
        best = i if size > abs(real(x[best, k])) + abs(imag(x[best, k])) else best
    return best


def solve_one(a: Array, b: Array, out: Array) -> None:
    """Eliminate, then substitute forwards and backwards."""
    n = a.shape[0]
    factors, pivots, permutation = a.copy(), list(range(n)), list(range(n))
    eliminate(a, factors, pivots, permutation)
    for j in range(b.shape[1]):
        for i in range(n):
            total = b[permutation[i], j]
            for k in range(i):
                total = total - factors[i, k] * out[k, j]
            out[i, j] = total
    substitute(factors, out.copy(), out, False)


def determinant(x: Array, out: Array) -> None:
    """The product of the pivots; every exchange of two rows turns the sign."""
    n = x.shape[0]
    factors, pivots = x.copy(), list(range(n))
    eliminate(x, factors, pivots, list(range(n)))
    total = 1
    for k in range(n):
        total = total * (factors[k, k] if pivots[k] == k else -factors[k, k])
    out[()] = total


def sign_and_log(x: Array, sign: Array, log_size: Array) -> None:
    """As the determinant, but with the sizes of the pivots as a sum of logarithms."""
    n = x.shape[0]
    factors, pivots = x.copy(), list(range(n))
    eliminate(x, factors, pivots, list(range(n)))
    direction, total = 1, 0
    for k in range(n):
        size = abs(factors[k, k])
        turned = factors[k, k] if pivots[k] == k else -factors[k, k]
        direction = direction * (turned / size if size > 0 else 0)
        total = total + log(size)
    sign[()] = direction
    log_size[()] = total


def minors(x: Array, out: Array) -> None:
    """out[i, j] is the determinant of x without row i and column j, with a chessboard of signs."""
    n = x.shape[0]
    for i in range(n):
        for j in range(n):
            minor = x[: n - 1, : n - 1].copy()
            for row in range(n - 1):
                for column in range(n - 1):
                    minor[row, column] = x[row + (row >= i), column + (column >= j)]
            determinant(minor, out[i, j, ...])
            if (i + j) % 2 == 1:
                out[i, j] = -out[i, j]


def householder(x: Array, q: Array, r: Array) -> None:
    """Every column is reflected onto its axis; q is the product of the reflections.

    Source: Golub and Van Loan, *Matrix Computations*, section 5.2; the signs are LAPACK's.
    """
    work, taus = x.copy(), []
    for k in range(min(x.shape[0], x.shape[1])):
        taus.append(make_reflection(work, k))
        reflect(work, work, k, conjugate(taus[k]), k + 1)
    for i in range(r.shape[0]):
        for j in range(r.shape[1]):
            r[i, j] = work[i, j] if j >= i else 0
    for i in range(q.shape[0]):
        for j in range(q.shape[1]):
            q[i, j] = 1 if i == j else 0
    for k in range(len(taus) - 1, -1, -1):
        reflect(q, work, k, taus[k], 0)


def make_reflection(work: Array, k: int) -> Number:
    """The reflection 1 - tau v v* that takes column k to its diagonal; v is left below that."""
    rest = 0
    for i in range(k + 1, work.shape[0]):
        rest = rest + abs(work[i, k]) ** 2
    head = work[k, k]
    if rest == 0 and imag(head) == 0:
        return 0
    length = -copysign(sqrt(abs(head) ** 2 + rest), real(head))
    for i in range(k + 1, work.shape[0]):
        work[i, k] = work[i, k] / (head - length)
    work[k, k] = length
    return (length - head) / length


def reflect(target: Array, work: Array, k: int, tau: Number, first: int) -> None:
    """Reflect the columns from `first` on; v is 1 at k and lies in column k of `work` below."""
    for j in range(first, target.shape[1]):
        along = target[k, j]
        for i in range(k + 1, target.shape[0]):
            along = along + conjugate(work[i, k]) * target[i, j]
        target[k, j] = target[k, j] - tau * along
        for i in range(k + 1, target.shape[0]):
            target[i, j] = target[i, j] - work[i, k] * tau * along
