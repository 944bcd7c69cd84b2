"""The loops of the iterative methods, for one matrix: Jacobi's rotations and the QR algorithm.

A rotation takes columns p and q to `c p - s* q` and `s p + c q`, with c real and s complex if the
matrix is. "Nothing is left to do" where a number is lost beside those it would be added to.

Sources: Golub and Van Loan, *Matrix Computations*, section 7.5 (the QR algorithm), 8.5 (Jacobi)
and 8.6 (one-sided Jacobi for singular values).
"""

from __future__ import annotations

from geartrain.primitives.scalar_math import (
    Number,
    conjugate,
    copysign,
    imag,
    inf,
    nextafter,
    real,
    sqrt,
)
from geartrain.tensor import Array


def jacobi(x: Array, w: Array, v: Array) -> None:
    """Rotate off-diagonal elements to zero until nothing is left to do."""
    n, work, scale = x.shape[0], x.copy(), 0
    for i in range(n):
        for j in range(n):
            work[i, j] = (x[i, j] + conjugate(x[j, i])) / 2
            scale = scale + abs(work[i, j])
            v[i, j] = 1 if i == j else 0
    for _ in range(40):
        for p in range(n):
            for q in range(p + 1, n):
                if scale + abs(work[p, q]) != scale:
                    c, s = rotation(real(work[p, p]), real(work[q, q]), work[p, q])
                    rotate_columns(work, p, q, c, s)
                    rotate_columns(work.T, p, q, c, conjugate(s))
                    rotate_columns(v, p, q, c, s)
    for i in range(n):
        w[i] = real(work[i, i])
    order_columns(w, v, v[:0], 1)


def rotation(first: Number, second: Number, shared: Number) -> tuple[Number, Number]:
    """The c and s that make [[first, shared], [shared*, second]] diagonal, by the smaller angle."""
    size = abs(shared)
    ratio = (second - first) / (2 * size)
    tangent = copysign(1, ratio) / (abs(ratio) + sqrt(1 + ratio * ratio))
    c = 1 / sqrt(1 + tangent * tangent)
    return c, tangent * c * (shared / size)


def rotate_columns(x: Array, p: int, q: int, c: Number, s: Number) -> None:
    """Turn columns p and q."""
    for i in range(x.shape[0]):
        first, second = x[i, p], x[i, q]
        x[i, p] = c * first - conjugate(s) * second
        x[i, q] = s * first + c * second


def order_columns(keys: Array, x: Array, y: Array, direction: int) -> None:
    """Sort keys upwards (direction 1) or downwards (-1); columns of x and y go with them."""
    for i in range(keys.shape[0]):
        best = i
        for j in range(i + 1, keys.shape[0]):
            if direction * keys[j] < direction * keys[best]:
                best = j
        keys[i], keys[best] = keys[best], keys[i]
        for columns in (x, y):
            for k in range(columns.shape[0]):
                columns[k, i], columns[k, best] = columns[k, best], columns[k, i]


def singular(x: Array, u: Array, s: Array, vh: Array) -> None:
    """Rotate the columns until they are orthogonal: then they are u times s, and v the rotation."""
    if x.shape[0] >= x.shape[1]:
        singular_of_tall(x, u, s, vh.T)
    else:
        singular_of_tall(conjugate(x.T), vh.T, s, u)
    for i in range(vh.shape[0]):
        for j in range(vh.shape[1]):
            vh[i, j] = conjugate(vh[i, j])


def singular_of_tall(x: Array, u: Array, s: Array, v: Array) -> None:
    """x = u s v*, for a matrix that has no more columns than rows."""
    m, n, work = x.shape[0], x.shape[1], x.copy()
    orthogonalize(work, v)
    for j in range(n):
        s[j] = length_of(work, j)
    order_columns(s, work, v, -1)
    for j in range(u.shape[1]):
        if j >= n or s[0] + s[j] / 64 == s[0]:  # a value of nothing but rounding has no vector
            complete(u, j)
        else:
            for i in range(m):
                u[i, j] = work[i, j] / s[j]


def orthogonalize(work: Array, v: Array) -> None:
    """Rotate the columns of `work` until each is orthogonal to the others; v gathers the turns."""
    n = work.shape[1]
    for i in range(n):
        for j in range(n):
            v[i, j] = 1 if i == j else 0
    for _ in range(40):
        for p in range(n):
            for q in range(p + 1, n):
                first, second, shared = 0, 0, 0
                for i in range(work.shape[0]):
                    first = first + abs(work[i, p]) ** 2
                    second = second + abs(work[i, q]) ** 2
                    shared = shared + conjugate(work[i, p]) * work[i, q]
                size = sqrt(first) * sqrt(second)
                if size + abs(shared) / 8 != size:
                    c, s = rotation(first, second, shared)
                    rotate_columns(work, p, q, c, s)
                    rotate_columns(v, p, q, c, s)


def length_of(x: Array, j: int) -> Number:
    """The length of column j."""
    total = 0
    for i in range(x.shape[0]):
        total = total + abs(x[i, j]) ** 2
    return sqrt(total)


def complete(u: Array, j: int) -> None:
    """Make column j of length 1 and orthogonal to those before: what is longest of a unit vector.

    Each unit vector loses its part along the columns before (Gram-Schmidt, done twice).
    """
    m, best = u.shape[0], 0
    left = [1.0 - sum(abs(u[i, k]) ** 2 for k in range(j)) for i in range(m)]
    for i in range(m):
        best = i if left[i] > left[best] else best
    for i in range(m):
        u[i, j] = 1 if i == best else 0
    for _ in range(2):
        for k in range(j):
            along = 0
            for i in range(m):
                along = along + conjugate(u[i, k]) * u[i, j]
            for i in range(m):
                u[i, j] = u[i, j] - along * u[i, k]
    length = length_of(u, j)
    for i in range(m):
        u[i, j] = u[i, j] / length


def singular_values_of_one(x: Array, out: Array) -> None:
    """The lengths of the columns, once they are orthogonal."""
    work = x.copy() if x.shape[0] >= x.shape[1] else conjugate(x.T).copy()
    orthogonalize(work, work[: work.shape[1]].copy())
    for j in range(out.shape[0]):
        out[j] = length_of(work, j)
    order_columns(out, work, work[:0], -1)


def pseudo_inverse(x: Array, out: Array, rcond: float) -> None:
    """The sum of v_k u_k* / s_k over the singular values that count."""
    m, n = x.shape[0], x.shape[1]
    work = x.copy() if m >= n else conjugate(x.T).copy()
    turns = work[: work.shape[1]].copy()
    orthogonalize(work, turns)
    lengths = [length_of(work, k) for k in range(work.shape[1])]
    for i in range(n):
        for j in range(m):
            total = 0
            for k in range(len(lengths)):
                if lengths[k] > rcond * max(lengths):
                    if m >= n:
                        term = turns[i, k] * conjugate(work[j, k])
                    else:
                        term = work[i, k] * conjugate(turns[j, k])
                    total = total + term / (lengths[k] * lengths[k])
            out[i, j] = total


def eigen(x: Array, w: Array, v: Array) -> None:
    """Schur's triangle by the QR algorithm; its eigenvectors by substitution, turned back."""
    n, triangle, turns = x.shape[0], v.copy(), v.copy()
    for i in range(n):
        for j in range(n):
            triangle[i, j] = x[i, j]
            turns[i, j] = 1 if i == j else 0
    make_hessenberg(triangle, turns)
    make_triangular(triangle, turns)
    for j in range(n):
        w[j] = triangle[j, j]
        vector = eigenvector_of_triangle(triangle, j)
        for i in range(n):
            total = 0
            for k in range(j + 1):
                total = total + turns[i, k] * vector[k]
            v[i, j] = total
        make_real_and_unit(v, j)


def turn(x: Array, turns: Array, p: int, q: int, head: Number, below: Number) -> None:
    """Rotate rows p and q, and columns with them, such that (head, below) becomes (length, 0)."""
    length = sqrt(abs(head) ** 2 + abs(below) ** 2)
    if length > 0:
        c, s = abs(head) / length, -conjugate(below) / length
        s = s * head / abs(head) if abs(head) > 0 else s
        rotate_columns(x.T, p, q, c, conjugate(s))
        rotate_columns(x, p, q, c, s)
        rotate_columns(turns, p, q, c, s)


def make_hessenberg(x: Array, turns: Array) -> None:
    """Zeros below the first subdiagonal, column by column, from below."""
    for k in range(x.shape[0] - 2):
        for i in range(x.shape[0] - 1, k + 1, -1):
            turn(x, turns, i - 1, i, x[i - 1, k], x[i, k])


def make_triangular(x: Array, turns: Array) -> None:
    """Steps of the QR algorithm, each with a shift, until the subdiagonal is zero."""
    high, step = x.shape[0] - 1, 0
    while high > 0:
        low = high
        while low > 0 and not is_negligible(x, low):
            low = low - 1
        if low > 0:
            x[low, low - 1] = 0
        if low == high:
            high, step = high - 1, 0
            continue
        step = step + 1
        shift = x[high, high] + abs(x[high, high - 1]) if step % 10 == 0 else best_shift(x, high)
        turn(x, turns, low, low + 1, x[low, low] - shift, x[low + 1, low])
        for k in range(low + 1, high):
            turn(x, turns, k, k + 1, x[k, k - 1], x[k + 1, k - 1])


def is_negligible(x: Array, k: int) -> bool:
    """Whether the element left of the diagonal in row k is lost beside its neighbours."""
    size = abs(x[k - 1, k - 1]) + abs(x[k, k])
    return bool(size + abs(x[k, k - 1]) == size)


def best_shift(x: Array, k: int) -> Number:
    """Wilkinson's: the eigenvalue of the last 2 x 2 block that is nearer to its last element."""
    half = (x[k - 1, k - 1] - x[k, k]) / 2
    root = sqrt(half * half + x[k - 1, k] * x[k, k - 1])
    plus, minus = x[k, k] + half + root, x[k, k] + half - root
    return plus if abs(plus - x[k, k]) < abs(minus - x[k, k]) else minus


def eigenvector_of_triangle(x: Array, j: int) -> list[Number]:
    """The vector y with x y = x[j, j] y, which is 1 at j and 0 after it.

    Eigenvalues that are equal are taken to be as far apart as rounding may put them.
    """
    vector = [x[j, j] * 0 + 1 for _ in range(j + 1)]
    for i in range(j - 1, -1, -1):
        total, size = 0, abs(x[j, j])
        for k in range(i + 1, j + 1):
            total = total - x[i, k] * vector[k]
            size = size + abs(x[i, k])
        distance = x[i, i] - x[j, j]
        least = distance if distance != 0 else nextafter(size, inf) - size
        vector[i] = total / least if total != 0 else 0
    return vector


def make_real_and_unit(v: Array, j: int) -> None:
    """Scale column j to length 1, with its largest element real."""
    best = 0
    for i in range(v.shape[0]):
        best = i if abs(v[i, j]) > abs(v[best, j]) else best
    factor = conjugate(v[best, j]) / abs(v[best, j]) / length_of(v, j)
    for i in range(v.shape[0]):
        v[i, j] = v[i, j] * factor
    v[best, j] = real(v[best, j]) + 0 * imag(v[best, j])
