"""Linear algebra, against NumPy, its own definitions, and finite differences."""

import numpy as np
import pytest

from geartrain import compiler, naive, ops, primitives
from geartrain.autodiff import grad
from geartrain.compiler.programs.compile import compile_graph
from geartrain.graph import trace
from geartrain.primitives import Spec
from geartrain.tensor import Dim, Tensor

BATCHES = [(), (2,), (2, 3), (0,)]
KINDS = ["float32", "float64", "complex64", "complex128"]


def matrices(*shape, dtype="float64", seed=0):
    """Random matrices, far from singular."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, shape) + 2 * np.eye(*shape[-2:])
    if np.dtype(dtype).kind == "c":
        x = x + 1j * rng.uniform(-1, 1, shape)
    return x.astype(dtype)


def adjoint(x):
    return x.conj().swapaxes(-1, -2)


def positive(*shape, **options):
    x = matrices(*shape, **options)
    return x @ adjoint(x) + np.eye(shape[-1]).astype(x.dtype)


def check(found, expected, dtype):
    narrow = np.dtype(dtype).name in ("float32", "complex64")
    tolerance = 3e-4 if narrow else 1e-10
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype", KINDS)
@pytest.mark.parametrize("batch", BATCHES)
def test_functions_of_square_matrices_are_numpys(batch, dtype):
    x = matrices(*batch, 4, 4, dtype=dtype)
    for name in ("det", "inv", "pinv"):
        found = getattr(ops, name)(x)
        assert found.dtype == x.dtype
        check(found.numpy(), getattr(np.linalg, name)(x), dtype)
    sign, log_size = ops.slogdet(x)
    expected = np.linalg.slogdet(x)
    check(sign.numpy(), expected.sign, dtype)
    check(log_size.numpy(), expected.logabsdet, dtype)
    check(ops.logdet(positive(*batch, 4, 4)), np.log(np.linalg.det(positive(*batch, 4, 4))), dtype)
    np.testing.assert_array_equal(ops.matrix_rank(x).numpy(), np.linalg.matrix_rank(x))


@pytest.mark.parametrize("dtype", KINDS)
@pytest.mark.parametrize("batch", BATCHES)
def test_cholesky_and_the_inverse_from_its_factor(batch, dtype):
    x = positive(*batch, 4, 4, dtype=dtype)
    lower, upper = ops.cholesky(x).numpy(), ops.cholesky(x, upper=True).numpy()
    check(lower @ adjoint(lower), x, dtype)
    check(adjoint(upper) @ upper, x, dtype)
    np.testing.assert_array_equal(np.triu(lower, 1), np.zeros_like(x))
    check(ops.cholesky_inverse(lower).numpy(), np.linalg.inv(x), dtype)
    check(ops.cholesky_inverse(upper, upper=True).numpy(), np.linalg.inv(x), dtype)


def test_only_the_symmetric_part_counts():
    x = positive(3, 3) + np.array([[0, 0.3, 0], [-0.3, 0, 0], [0, 0, 0]])
    np.testing.assert_allclose(ops.cholesky(x), np.linalg.cholesky((x + x.T) / 2))
    np.testing.assert_allclose(ops.eigh(x)[0], np.linalg.eigvalsh((x + x.T) / 2))


@pytest.mark.parametrize("dtype", KINDS)
@pytest.mark.parametrize("batch", BATCHES)
def test_eigenvectors_are_stretched_by_their_eigenvalues(batch, dtype):
    x = matrices(*batch, 4, 4, dtype=dtype)
    w, v = (each.numpy() for each in ops.eig(x))
    assert w.dtype.kind == v.dtype.kind == "c"
    check(x @ v, v * w[..., None, :], dtype)
    check(np.linalg.norm(v, axis=-2), np.ones(w.shape), dtype)
    w, v = (each.numpy() for each in ops.eigh(positive(*batch, 4, 4, dtype=dtype)))
    assert w.dtype.kind == "f"
    assert v.dtype == x.dtype
    check((v * w[..., None, :]) @ adjoint(v), positive(*batch, 4, 4, dtype=dtype), dtype)
    assert np.all(np.diff(w) >= 0)


@pytest.mark.parametrize("dtype", KINDS)
@pytest.mark.parametrize("shape", [(3, 3), (5, 3), (3, 5), (2, 4, 3), (0, 3, 2), (0, 2), (2, 0)])
def test_qr_and_svd_and_lu_give_the_matrix_back(shape, dtype):
    x = matrices(*shape, dtype=dtype)
    for mode in ("reduced", "complete"):
        for found, expected in zip(ops.qr(x, mode=mode), np.linalg.qr(x, mode=mode), strict=True):
            check(found.numpy(), expected, dtype)
    for full in (True, False):
        found = [each.numpy() for each in ops.svd(x, full_matrices=full)]
        expected = np.linalg.svd(x, full_matrices=full)
        assert [each.shape for each in found] == [each.shape for each in expected]
        k = found[1].shape[-1]
        check((found[0][..., :k] * found[1][..., None, :]) @ found[2][..., :k, :], x, dtype)
    check(ops.svd(x, compute_uv=False).numpy(), expected[1], dtype)
    factors, pivots = (each.numpy() for each in ops.lu_factor(x))
    assert pivots.dtype == np.int32
    check(multiplied(factors), exchanged(x, pivots), dtype)


def multiplied(factors):
    """L U, of the two triangles in one matrix."""
    m, n = factors.shape[-2:]
    k = min(m, n)
    low = np.tril(factors[..., :k], -1) + np.eye(m, k)
    return low @ np.triu(factors[..., :k, :])


def exchanged(x, pivots):
    out = np.array(x)
    for place in np.ndindex(x.shape[:-2]):
        for row, other in enumerate(pivots[place]):
            out[place][[row, other]] = out[place][[other, row]]
    return out


def test_lu_of_larger_and_of_singular_matrices():
    x = np.random.default_rng(0).standard_normal((2, 61, 61))
    factors, pivots = (each.numpy() for each in ops.lu_factor(x))
    np.testing.assert_allclose(multiplied(factors), exchanged(x, pivots), atol=1e-12)
    assert np.max(np.abs(np.tril(factors, -1))) <= 1  # by the choice of the pivots
    factors, _ = ops.lu_factor(np.zeros((3, 3)))
    np.testing.assert_array_equal(factors.numpy(), np.zeros((3, 3)))


@pytest.mark.parametrize("dtype", KINDS)
@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((3, 3), (3,)),
        ((3, 3), (3, 2)),
        ((2, 3, 3), (2, 3)),
        ((2, 3, 3), (2, 3, 4)),
        ((2, 3, 3), (3, 2)),
        ((3, 3), (4, 3, 2)),
        ((0, 3, 3), (0, 3, 1)),
        ((50, 50), (50, 2)),
    ],
)
def test_equations_are_solved(a, b, dtype):
    left = matrices(*a, dtype=dtype) + 3 * np.eye(a[-1]).astype(dtype)
    right = np.ones(b, dtype)
    is_vector = len(b) == 1 or b == a[:-1]

    def back(matrix, solution):
        return (matrix @ solution[..., None])[..., 0] if is_vector else matrix @ solution

    wanted = np.broadcast_to(right, back(left, ops.solve(left, right).numpy()).shape)
    check(back(left, ops.solve(left, right).numpy()), wanted, dtype)
    if len(a) < 3 and a[-1] > 3:
        left = left / 10 + 3 * np.eye(a[-1]).astype(dtype)
    check(back(np.triu(left), ops.solve_triangular(left, right).numpy()), wanted, dtype)
    lower = ops.solve_triangular(left, right, lower=True).numpy()
    check(back(np.tril(left), lower), wanted, dtype)


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4)])
def test_least_squares_are_numpys(shape):
    a = matrices(*shape)
    b = np.random.default_rng(1).uniform(size=(shape[0], 2))
    np.testing.assert_allclose(ops.lstsq(a, b), np.linalg.lstsq(a, b)[0], atol=1e-12)
    np.testing.assert_allclose(ops.lstsq(a, b[:, 0]), np.linalg.lstsq(a, b[:, 0])[0], atol=1e-12)
    cut = np.linalg.lstsq(a, b, rcond=0.5)[0]
    np.testing.assert_allclose(ops.lstsq(a, b, rcond=0.5), cut, atol=1e-12)


def test_what_counts_as_zero():
    x = np.diag([4.0, 1.0, 1e-9])
    np.testing.assert_allclose(ops.pinv(x, rcond=1e-3), np.diag([0.25, 1, 0]))
    np.testing.assert_allclose(ops.pinv(x), np.diag([0.25, 1, 1e9]))
    assert int(ops.matrix_rank(x)) == 3
    assert int(ops.matrix_rank(x, tol=1e-3)) == 2
    assert int(ops.matrix_rank(np.zeros((2, 3)))) == 0
    assert ops.matrix_rank([[1, 2], [2, 4]]).dtype == np.int32
    np.testing.assert_array_equal(ops.pinv(np.zeros((2, 3))), np.zeros((3, 2)))


MATRIX_ORDERS = [None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf]
VECTOR_ORDERS = [None, 0, 1, -1, 2, -2, 3, 2.5, np.inf, -np.inf]


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("dtype", KINDS)
def test_norms_are_numpys(dtype, keep):
    x = matrices(2, 3, 4, dtype=dtype)
    cases = [(order, axis) for order in MATRIX_ORDERS for axis in [(0, 1), (-1, 0), (1, 2)]]
    cases += [(order, axis) for order in VECTOR_ORDERS for axis in (0, 1, -1)]
    for order, axis in [*cases, (None, None)]:
        found = ops.norm(x, order, axis, keep).numpy()
        expected = np.linalg.norm(x, order, axis, keep)
        assert found.shape == expected.shape
        assert found.dtype == expected.dtype
        check(found, expected, dtype)
    assert float(ops.norm(x[0], 1)) == pytest.approx(np.linalg.norm(x[0], 1), rel=1e-5)


def test_integers_and_narrow_floats():
    whole = np.array([[4, 2], [2, 5]])
    for found in (ops.det(whole), ops.cholesky(whole), ops.norm(whole), *ops.qr(whole)):
        assert found.dtype == np.float32
    narrow = whole.astype("float16")
    for found in (ops.inv(narrow), ops.norm(narrow, "nuc"), *ops.eigh(narrow), *ops.svd(narrow)):
        assert found.dtype == np.float16
    np.testing.assert_allclose(ops.inv(narrow), np.linalg.inv(whole), rtol=2e-3)
    assert ops.eig(narrow)[0].dtype == np.complex64
    assert ops.solve(ops.cast(whole, "bfloat16"), [1.0, 2.0]).dtype == np.float32


def test_matrices_without_elements():
    none = np.zeros((0, 0))
    assert float(ops.det(none)) == 1
    assert float(ops.slogdet(none)[0]) == 1
    assert ops.inv(none).shape == ops.cholesky(none).shape == (0, 0)
    assert ops.eigh(none)[0].shape == ops.eig(none)[0].shape == (0,)
    assert ops.pinv(np.zeros((0, 3))).shape == (3, 0)
    assert int(ops.matrix_rank(none)) == 0


# -- derivatives of what is composed, and of complex matrices ------------------------------------


def slope_agrees(function, *inputs, step=1e-5):
    """The gradient of a real number, against the change of the number in a random direction."""
    rng = np.random.default_rng(3)
    directions = [rng.standard_normal(each.shape) for each in inputs]
    directions = [
        d + 1j * rng.standard_normal(d.shape) if x.dtype.kind == "c" else d
        for d, x in zip(directions, inputs, strict=True)
    ]

    def at(distance):
        moved = (x + distance * d for x, d in zip(inputs, directions, strict=True))
        return float(function(*map(Tensor, moved)))

    slopes = grad(function, tuple(range(len(inputs))))(*map(Tensor, inputs))
    pairs = zip(slopes, directions, strict=True)
    found = sum(np.sum(np.conj(slope.numpy()) * d).real for slope, d in pairs)
    expected = (at(step) - at(-step)) / (2 * step)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("order", MATRIX_ORDERS)
def test_the_derivative_of_matrix_norms(order):
    slope_agrees(lambda x: ops.sum(ops.norm(x, order, (0, 2))), matrices(3, 2, 3))


@pytest.mark.parametrize("order", [each for each in VECTOR_ORDERS if each != 0])
def test_the_derivative_of_vector_norms(order):
    slope_agrees(lambda x: ops.sum(ops.norm(x, order, -1)), matrices(3, 3))


@pytest.mark.parametrize(
    "function",
    [
        ops.inv,
        ops.det,
        ops.pinv,
        lambda x: ops.logdet(ops.matmul(x, ops.swapaxes(x, -1, -2))),
        lambda x: ops.lstsq(x[0], x[1]),
        ops.cholesky_inverse,
        lambda x: ops.cholesky_inverse(x, upper=True),
        lambda x: ops.svd(x)[0],
        lambda x: ops.svd(x, compute_uv=False),
        lambda x: ops.solve(x, ops.ones((2, 3))),
    ],
)
def test_the_derivative_of_compositions(function):
    slope_agrees(lambda x: ops.sum(ops.sin(function(x))), matrices(2, 3, 3))


def test_a_determinant_has_a_derivative_where_it_is_zero():
    x = np.array([[1.0, 2.0], [2.0, 4.0]])
    np.testing.assert_allclose(grad(ops.det)(Tensor(x)), [[4, -2], [-2, 1]], atol=1e-12)


def test_equal_eigenvalues_do_no_harm_where_their_vectors_do_not_matter():
    def energy(x):
        w, v = ops.eigh(x)
        return ops.sum(ops.matmul(v * ops.square(w), ops.swapaxes(v, -1, -2)) * x)

    slope = grad(energy)(Tensor(np.eye(3)))  # of the trace of x to the third
    np.testing.assert_allclose(slope, 3 * np.eye(3), atol=1e-12)
    values = grad(lambda x: ops.norm(x, "nuc"))(Tensor(np.eye(3)))
    np.testing.assert_allclose(values, np.eye(3), atol=1e-12)


def real_number(x):
    """A number that both parts of every element have a share in."""
    if x.dtype.kind != "c":
        return ops.sum(ops.sin(x))
    return ops.sum(ops.sin(ops.real(x)) + ops.cos(2 * ops.imag(x)))


def rebuilt(u, s, v):
    """u f(s) v*, which the angles of the vectors do not change."""
    scaled = u * primitives.complex_(ops.sin(s), ops.zeros_like(s))
    return ops.matmul(scaled, ops.conjugate(ops.swapaxes(v, -1, -2)))


def projected(q, count):
    """The projection onto the first columns."""
    kept = q[..., :count]
    return ops.matmul(kept, ops.conjugate(ops.swapaxes(kept, -1, -2)))


def hermitian(x):
    return ops.matmul(x, ops.conjugate(ops.swapaxes(x, -1, -2)))


@pytest.mark.parametrize(
    "function",
    [
        ops.det,
        ops.inv,
        ops.pinv,
        ops.cholesky_inverse,
        lambda x: ops.slogdet(x)[0],
        lambda x: ops.slogdet(x)[1],
        lambda x: ops.cholesky(hermitian(x)),
        lambda x: ops.solve(x, x[..., :2]),
        lambda x: ops.solve_triangular(x, x[..., :2]),
        lambda x: ops.lu_factor(x)[0],
        lambda x: ops.qr(x)[0],
        lambda x: ops.qr(x)[1],
        lambda x: ops.qr(x[..., :2])[0],
        lambda x: ops.qr(x[..., :2, :])[0],
        lambda x: ops.qr(x[..., :2, :])[1],
        lambda x: projected(ops.qr(x[..., :1], mode="complete")[0][..., 1:], 2),
        lambda x: ops.eigh(x)[0],
        lambda x: projected(ops.eigh(x)[1], 2),
        lambda x: ops.eig(x)[0],
        lambda x: ops.eig(x)[1],
        lambda x: ops.svd(x)[1],
        lambda x: ops.svd(x, compute_uv=False),
        lambda x: rebuilt(*ops.svd(x)[:2], ops.conjugate(ops.swapaxes(ops.svd(x)[2], -1, -2))),
        lambda x: projected(ops.svd(x[..., :2])[0], 2),
        ops.norm,
        lambda x: ops.norm(x, 1),
        lambda x: ops.norm(x, "nuc"),
    ],
)
def test_the_derivative_of_complex_matrices(function):
    x = matrices(3, 3, dtype="complex128", seed=5)
    slope_agrees(lambda each: real_number(function(each)), x)


# -- the other ways to run -----------------------------------------------------------------------

FUNCTIONS = [
    ops.det,
    ops.inv,
    ops.pinv,
    ops.logdet,
    lambda x: ops.cholesky(x + ops.full((3, 3), 0.1)),
    lambda x: ops.svd(x, compute_uv=False),
    lambda x: ops.qr(x)[1],
    lambda x: ops.lu_factor(x)[0],
    lambda x: ops.norm(x, 2, (-2, -1)),
    lambda x: ops.solve(x, ops.ones((3,))),
    lambda x: ops.real(ops.eig(x)[0]),
]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_and_their_gradients_run_in_three_ways(function):
    x = Tensor(matrices(2, 3, 3))

    def slope(x):
        return grad(lambda each: ops.sum(function(each)))(x)

    for each in (function, slope):
        expected = each(x).numpy()
        np.testing.assert_allclose(naive(each)(x).numpy(), expected, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(compiler.jit(each)(x).numpy(), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_symbolic_batch_goes_through_functions_and_gradients(function):
    batch = Dim("batch")

    def both(x):
        return function(x), grad(lambda each: ops.sum(function(each)))(x)

    graph = trace(both, [Spec((batch, 3, 3), np.dtype("float64"))])
    assert [each.shape[0] for each in graph.outputs] == [batch, batch]
    program = compile_graph(graph)
    for size in (2, 5):
        x = matrices(size, 3, 3)
        for found, expected in zip(program.run([x]), both(Tensor(x)), strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


# -- errors --------------------------------------------------------------------------------------

TALL = np.ones((3, 2))
SINGULAR = np.ones((2, 2))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ops.det(TALL), "det needs square matrices"),
        (lambda: ops.inv(TALL), "inv needs square matrices"),
        (lambda: ops.cholesky(TALL), "cholesky needs square matrices"),
        (lambda: ops.cholesky_inverse(TALL), "cholesky_inverse needs square matrices"),
        (lambda: ops.eigh(TALL), "axis -2 is 3, axis -1 is 2"),
        (lambda: ops.solve(TALL, [1.0, 2.0, 3.0]), "solve needs square matrices"),
        (lambda: ops.det([1.0]), "rank 2 at least"),
        (lambda: ops.inv([1.0]), "rank 2 at least"),
        (lambda: ops.pinv([1.0]), "rank 2 at least"),
        (lambda: ops.matrix_rank([1.0]), "rank 2 at least"),
        (lambda: ops.inv(SINGULAR), "matrices that have an inverse"),
        (lambda: ops.solve(SINGULAR, [1.0, 2.0]), "ops.lstsq"),
        (lambda: ops.solve_triangular(np.zeros((2, 2)), [1.0, 2.0]), "no zero on the diagonal"),
        (lambda: ops.cholesky(-np.eye(2)), "positive definite"),
        (lambda: ops.cholesky(np.full((2, 2), np.nan)), "positive definite"),
        (lambda: ops.eig(np.full((2, 2), np.nan)), "finite numbers"),
        (lambda: ops.svd(np.full((2, 2), np.nan)), "finite numbers"),
        (lambda: ops.solve(np.eye(2), np.ones((3, 2))), "as many rows as a has"),
        (lambda: ops.solve(np.eye(2), 1.0), "as many rows as a has"),
        (lambda: ops.solve(np.ones((2, 3, 3)), np.ones((4, 3, 1))), "solve cannot align"),
        (lambda: ops.lstsq(np.eye(2), np.ones(3)), "right side with as many rows"),
        (lambda: ops.lstsq(np.ones((1, 2, 2)), np.ones(2)), "ops.pinv"),
        (lambda: ops.qr(np.eye(2), mode="raw"), "mode='raw'"),
        (lambda: ops.norm(np.eye(2), "l2"), "ord='l2'"),
        (lambda: ops.norm(np.ones(2), "fro"), "norm of vectors"),
        (lambda: ops.norm(np.eye(2), 3), "ord=3"),
        (lambda: ops.norm(np.ones((2, 2, 2)), 2), "one axis, or two different ones"),
        (lambda: ops.norm(np.eye(2), axis=(0, 0)), "one axis, or two different ones"),
    ],
)
def test_bad_input_is_refused_with_a_remedy(call, words):
    with pytest.raises(ValueError, match="remedy:") as error:
        call()
    assert words in str(error.value)


def test_a_symbolic_matrix_is_refused_where_its_size_must_be_known():
    spec = Spec((Dim("batch"), 3), np.dtype("float32"))
    with pytest.raises(ValueError, match="must be numbers"):
        trace(lambda x: ops.qr(x)[0], [spec])
