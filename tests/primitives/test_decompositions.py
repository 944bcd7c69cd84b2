"""The loops of the decompositions, on matrices that are singular, repeated, or of odd scale."""

import numpy as np
import pytest

from geartrain import naive, primitives
from geartrain.tensor import Tensor

SPECIAL = {
    "zeros": np.zeros((3, 3)),
    "identity": np.eye(4),
    "ones": np.ones((4, 4)),
    "jordan block": np.array([[0.0, 1.0], [0.0, 0.0]]),
    "quarter turn": np.array([[0.0, -1.0], [1.0, 0.0]]),
    "permutation": np.eye(5)[[1, 2, 3, 4, 0]],
    "repeated": np.diag([1.0, 1.0, 2.0]),
    "triangle": np.tri(4),
    "small": np.eye(3)[[1, 2, 0]] * 1e-5,
    "large": np.ones((3, 3)) * 1e10,
    "graded": np.diag([1e10, 1.0, 1e-10]),
    "complex": np.array([[1, 2j, 0], [1j, 1, 3], [0, 1 - 1j, 2]]),
    "tall of rank 1": np.outer([1.0, 2.0, 3.0], [1.0, 1.0]),
    "wide of rank 2": np.vstack([np.arange(5.0), np.ones(5), np.arange(5.0) + 1]),
    "tall zeros": np.zeros((4, 2)),
}


def looped(primitive, x, **parameters):
    return [each.numpy() for each in naive(primitive)(Tensor(x), **parameters)]


def adjoint(x):
    return x.conj().swapaxes(-1, -2)


@pytest.mark.parametrize("name", SPECIAL)
def test_loops_of_any_matrices(name):
    x = SPECIAL[name]
    near = 1e-12 * max(np.abs(x).max(), 1e-12)
    u, s, vh = looped(primitives.svd, x, full_matrices=True)
    k = len(s)
    np.testing.assert_allclose((u[:, :k] * s) @ vh[:k], x, atol=near)
    for vectors in (u, adjoint(vh)):
        np.testing.assert_allclose(adjoint(vectors) @ vectors, np.eye(len(vectors)), atol=1e-12)
    np.testing.assert_allclose(s, np.linalg.svd(x, compute_uv=False), atol=near)
    q, r = looped(primitives.qr, x, mode="complete")
    np.testing.assert_allclose(q @ r, x, atol=near)
    factors, _, order = looped(primitives.lu, x)
    low = np.tril(factors[:, :k], -1) + np.eye(len(x), k)
    np.testing.assert_allclose(low @ np.triu(factors[:k]), x[order], atol=near)


@pytest.mark.parametrize("name", [name for name, x in SPECIAL.items() if len(x) == x.shape[1]])
def test_loops_of_square_matrices(name):
    x = SPECIAL[name]
    near = 1e-11 * max(np.abs(x).max(), 1e-12)
    w, v = looped(primitives.eigh, x)
    np.testing.assert_allclose((v * w) @ adjoint(v), (x + adjoint(x)) / 2, atol=near)
    np.testing.assert_allclose(adjoint(v) @ v, np.eye(len(v)), atol=1e-12)
    w, v = looped(primitives.eig, x)
    np.testing.assert_allclose(x @ v, v * w, atol=near)
    np.testing.assert_allclose(np.linalg.norm(v, axis=0), np.ones(len(v)), rtol=1e-12)
