"""Distributions: their moments, and their distribution functions (Kolmogorov and Smirnov).

The seeds are fixed, so that a test always says the same. Its bound is what one sample in a
thousand would pass.
"""

import math

import mpmath
import numpy as np
import pytest

import geartrain.random as gr
from geartrain import ops
from geartrain.random.continuous import WITHIN, _truncated_quantile
from geartrain.tensor import Tensor, as_dtype

COUNT = 200_000
ROOT = math.sqrt(2)
PLACES = np.linspace(0.005, 0.995, 100)


def normal_below(x):
    return (1 + math.erf(x / ROOT)) / 2


def truncated_below(x):
    return (normal_below(x) - normal_below(-2)) / (normal_below(2) - normal_below(-2))


def gamma_below(alpha):
    return lambda x: float(mpmath.gammainc(alpha, 0, x, regularized=True))


def beta_below(alpha, beta):
    return lambda x: float(mpmath.betainc(alpha, beta, 0, x, regularized=True))


CONTINUOUS = {
    "uniform": (lambda **kw: gr.uniform((COUNT,), **kw), lambda x: x),
    "uniform from -3 to 5": (lambda **kw: gr.uniform((COUNT,), -3, 5, **kw), lambda x: (x + 3) / 8),
    "normal": (lambda **kw: gr.normal((COUNT,), **kw), normal_below),
    "normal placed": (
        lambda **kw: gr.normal((COUNT,), 1, 2, **kw),
        lambda x: normal_below(x / 2 - 0.5),
    ),
    "truncated": (lambda **kw: gr.truncated_normal((COUNT,), **kw), truncated_below),
    "truncated placed": (
        lambda **kw: gr.truncated_normal((COUNT,), 3, 0.5, **kw),
        lambda x: truncated_below(2 * (x - 3)),
    ),
    **{
        f"gamma {alpha}": (lambda a=alpha, **kw: gr.gamma((COUNT,), a, **kw), gamma_below(alpha))
        for alpha in (0.1, 0.7, 1.0, 4.5, 300.0)
    },
    **{
        f"beta {a} {b}": (lambda a=a, b=b, **kw: gr.beta((COUNT,), a, b, **kw), beta_below(a, b))
        for a, b in [(0.3, 0.4), (1, 1), (2, 5), (40, 0.8)]
    },
}


def largest_distance(sample, below):
    """Between the sample's distribution function and the true one, at a hundred places."""
    ordered = np.sort(sample)
    places = np.quantile(ordered, PLACES)
    shares = np.searchsorted(ordered, places, "right") / len(ordered)
    return max(abs(share - below(float(x))) for share, x in zip(shares, places, strict=True))


def bound(count):
    return 1.95 / math.sqrt(count)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", CONTINUOUS)
def test_the_distribution_function(name, dtype):
    draw, below = CONTINUOUS[name]
    sample = draw(dtype=dtype, seed=1).numpy()
    assert sample.dtype == dtype
    assert largest_distance(sample.astype(float), below) < bound(COUNT)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("name", CONTINUOUS)
def test_half_precision(name, dtype):
    """The numbers are those of float32, rounded."""
    draw, _ = CONTINUOUS[name]
    half, full = draw(dtype=dtype, seed=1).numpy(), draw(dtype="float32", seed=1).numpy()
    assert half.dtype == as_dtype(dtype)
    step = {"float16": 2.0**-10, "bfloat16": 2.0**-7}[dtype]
    np.testing.assert_allclose(half.astype("float32"), full, rtol=step, atol=1e-7)


def test_the_distances_see_a_wrong_distribution():
    sample = gr.normal((COUNT,), seed=1).numpy()
    assert largest_distance(sample * 1.03, normal_below) > bound(COUNT)
    assert largest_distance(sample + 0.02, normal_below) > bound(COUNT)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_tail_of_the_normal_distribution(dtype):
    """As many beyond 3, 4 and 4.5 standard deviations as there should be."""
    sample = np.abs(gr.normal((2_000_000,), dtype=dtype, seed=2).numpy())
    for limit in (3, 4, 4.5):
        expected = sample.size * math.erfc(limit / ROOT)
        assert abs(np.count_nonzero(sample > limit) - expected) < 3.3 * math.sqrt(expected)


def test_moments_of_the_normal_distribution():
    z = gr.normal((1_000_000,), dtype="float64", seed=3).numpy()
    for power, moment, variance in [(1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)]:
        assert abs(np.mean(z**power) - moment) < 3.3 * math.sqrt(variance / z.size)


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "bfloat16"])
@pytest.mark.parametrize(("low", "high"), [(0, 1), (1, 2), (-1, 0), (1000, 1001), (3, 3)])
def test_uniform_numbers_stay_below_the_upper_bound(low, high, dtype):
    sample = gr.uniform((COUNT,), low, high, dtype=dtype, seed=4).numpy().astype(float)
    assert sample.min() >= low
    assert sample.max() < high or low == high
    assert sample.max() <= high


@pytest.mark.parametrize(("dtype", "rtol"), [("float32", 4e-7), ("float64", 2e-15)])
def test_the_quantile_of_the_truncated_normal_distribution(dtype, rtol):
    s = np.linspace(-1, 1, 2001)[1:-1].astype(dtype)
    z = _truncated_quantile(Tensor(s), np.dtype(dtype)).numpy()
    exact = [float(mpmath.sqrt(2) * mpmath.erfinv(float(each) * WITHIN)) for each in s]
    np.testing.assert_allclose(z, exact, rtol=rtol, atol=1e-15)


def test_truncated_numbers_stay_within_two_standard_deviations():
    for dtype in ("float16", "bfloat16", "float32", "float64"):
        sample = gr.truncated_normal((COUNT,), 0, 1, dtype=dtype, seed=5).numpy().astype(float)
        assert 1.99 < np.abs(sample).max() <= 2


@pytest.mark.parametrize(
    ("low", "high", "dtype"),
    [
        *[(0, 6, "int32"), (-3, 4, "int8"), (0, 256, "uint8"), (-(2**31), 2**31, "int32")],
        *[(-(2**63), 2**63 - 1, "int64"), (0, 2**64 - 1, "uint64"), (2**62, 2**62 + 10, "int64")],
        *[(0, 2**32, "uint32"), (5, 5 + 2**32 + 1, "int64"), (-7, -6, "int16")],
    ],
)
def test_whole_numbers_are_even(low, high, dtype):
    sample = gr.randint((COUNT,), low, high, dtype=dtype, seed=6).numpy()
    assert sample.dtype == dtype
    offsets = np.array([int(each) - low for each in sample], object)
    assert 0 <= offsets.min() <= offsets.max() < high - low
    bins = min(high - low, 64)
    counts = np.bincount((offsets * bins // (high - low)).astype(int), minlength=bins)
    starts = [-(-number * (high - low) // bins) for number in range(bins + 1)]
    shares = np.diff(np.array(starts, object)).astype(float) / (high - low)
    assert chi_square(counts, shares) < chi_square_limit(bins - 1)


def chi_square(counts, shares):
    expected = shares * counts.sum()
    return float(np.sum((counts - expected) ** 2 / np.where(expected > 0, expected, 1)))


def chi_square_limit(freedom):
    """What one sample in a thousand passes (Wilson and Hilferty's formula)."""
    spread = 2 / (9 * max(freedom, 1))
    return freedom * (1 - spread + 3.09 * math.sqrt(spread)) ** 3 + 1e-9


def test_bounds_of_whole_numbers_may_be_tensors():
    high = np.array([[1], [10], [100]])
    sample = gr.randint((3, 5000), 0, high, seed=7).numpy()
    assert sample.max(axis=1).tolist() == [0, 9, 99]
    assert sample.min(axis=1).tolist() == [0, 0, 0]
    wide = gr.randint((2, 5000), np.array([[0], [-5]]), [[2**40], [0]], "int64", seed=7).numpy()
    assert 0 <= wide[0].min() < 2**30
    assert 2**40 - 2**30 < wide[0].max() < 2**40
    assert sorted(set(wide[1].tolist())) == [-5, -4, -3, -2, -1]


@pytest.mark.parametrize(
    ("count", "chance"),
    [
        *[(1, 0.3), (7, 0.5), (20, 0.9), (30, 0.33), (40, 0.25), (39, 0.25), (100, 0.5)],
        *[(1000, 0.004), (1000, 0.7), (10**6, 1e-6), (10**6, 0.2)],
    ],
)
def test_binomial_numbers(count, chance):
    sample = gr.binomial((COUNT,), count, chance, seed=8).numpy()
    assert sample.dtype == np.float32
    spread = math.sqrt(count * chance * (1 - chance))
    low = max(int(count * chance - 6 * spread - 6), 0)
    high = min(int(count * chance + 6 * spread + 6), count)
    width = max(int(spread / 4), 1)  # successes in a bin
    edges = np.arange(low, high + width, width)
    counts = np.histogram(sample, [*edges, edges[-1] + width])[0]
    assert counts.sum() == COUNT
    terms = np.array([log_chance(count, k, chance) for k in range(low, edges[-1] + width)])
    shares = np.add.reduceat(np.exp(terms), edges - low)
    likely = shares * COUNT > 5
    assert chi_square(counts[likely], shares[likely] / shares[likely].sum()) < chi_square_limit(
        likely.sum() - 1
    )
    assert counts[~likely].sum() < 5 * max((~likely).sum(), 1)


def log_chance(n, k, p):
    if k > n:
        return -math.inf
    ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return ways + k * math.log(p) + (n - k) * math.log1p(-p)


def test_binomial_numbers_at_the_edges():
    found = gr.binomial((5,), [0, 5, 5, 10**9, 10**9], [0.5, 0, 1, 0, 1], seed=1).numpy()
    assert found.tolist() == [0, 0, 5, 0, 10**9]
    assert gr.binomial((3,), 9, 0.5, dtype="int32", seed=1).numpy().dtype == np.int32


def test_classes_come_as_often_as_their_probabilities_say():
    logits = np.array([[0.1, -1.0, 2.0, -np.inf], [3.0, -np.inf, 3.0, -40.0]])
    sample = gr.categorical(logits, COUNT, seed=9).numpy()
    assert sample.shape == (2, COUNT)
    assert sample.dtype == np.int32
    for row, classes in zip(logits, sample, strict=True):
        shares = np.exp(row - row.max()) / np.exp(row - row.max()).sum()
        counts = np.bincount(classes, minlength=4)
        assert counts[np.isinf(row)].sum() == 0
        assert chi_square(counts, shares) < chi_square_limit(np.isfinite(row).sum() - 1)


@pytest.mark.parametrize("classes", [1, 2, 3, 5, 8, 1000])
def test_any_number_of_classes(classes):
    sample = gr.categorical(np.zeros((3, classes), "float32"), 40_000, dtype="int64", seed=1)
    counts = np.bincount(sample.numpy().reshape(-1), minlength=classes)
    assert sample.dtype == np.int64
    assert chi_square(counts, np.full(classes, 1 / classes)) < chi_square_limit(classes - 1)


def test_the_only_possible_class_is_always_chosen():
    for place in range(5):
        logits = np.full((1, 5), -np.inf, "float32")
        logits[0, place] = 700.0
        assert set(gr.categorical(logits, 1000, seed=1).numpy()[0].tolist()) == {place}


@pytest.mark.parametrize("rate", [0.01, 0.25, 0.5, 0.9])
@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "bfloat16"])
def test_dropout_keeps_the_expected_value(rate, dtype):
    x = ops.cast(np.full((400, 500), 3.0), dtype)
    y = gr.dropout(x, rate, seed=10)
    assert y.dtype == as_dtype(dtype)
    numbers = y.numpy().astype(float)
    share = np.mean(numbers == 0)
    assert abs(share - rate) < 3.3 * math.sqrt(rate * (1 - rate) / numbers.size)
    kept = numbers[numbers != 0]
    np.testing.assert_allclose(kept, 3 / (1 - rate), rtol=1e-2 if "16" in dtype else 1e-6)


def test_dropout_at_the_ends_of_the_rate():
    x = np.array([1.0, np.nan, 3.0], "float32")
    np.testing.assert_array_equal(gr.dropout(x, 0.0).numpy(), x)
    np.testing.assert_array_equal(gr.dropout(x, 1.0).numpy(), np.zeros(3))
    np.testing.assert_array_equal(
        gr.dropout(np.ones(5, "float32"), 1e-12, seed=0).numpy(), np.ones(5)
    )


@pytest.mark.parametrize("noise_shape", [(4, 1, 6), (None, 1, None), (1, 6), (6,), (1, 1, 1)])
def test_dropout_repeats_its_choices(noise_shape):
    x = np.ones((4, 5, 6), "float32")
    y = gr.dropout(x, 0.5, noise_shape=noise_shape, seed=3).numpy()
    full = (1,) * (3 - len(noise_shape)) + tuple(noise_shape)
    for axis, size in enumerate(full):
        if size == 1:
            np.testing.assert_array_equal(y, np.repeat(y.take([0], axis), x.shape[axis], axis))
    assert set(np.unique(y).tolist()) <= {0.0, 2.0}


def test_orders_are_equally_likely():
    generator = gr.SeedGenerator(1)
    orders = [tuple(gr.shuffle(np.arange(3), seed=generator).numpy()) for _ in range(1200)]
    counts = np.array([orders.count(each) for each in sorted(set(orders))])
    assert len(counts) == 6
    assert chi_square(counts, np.full(6, 1 / 6)) < chi_square_limit(5)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_slices_move_whole(axis):
    x = np.arange(60).reshape(5, 12)
    y = gr.shuffle(x, axis=axis, seed=2).numpy()
    moved, kept = np.moveaxis(y, axis, 0), np.moveaxis(x, axis, 0)
    assert moved.tolist() != kept.tolist()
    assert sorted(moved.tolist()) == kept.tolist()


def test_parameters_are_repeated_to_the_shape():
    mean = np.array([0.0, 100.0, -100.0], "float32")
    sample = gr.normal((1000, 3), mean, [1.0, 2.0, 3.0], seed=1).numpy()
    np.testing.assert_allclose(sample.mean(axis=0), mean, atol=0.4)
    np.testing.assert_allclose(sample.std(axis=0), [1, 2, 3], rtol=0.1)
    sample = gr.gamma((2, 4000), [[0.5], [50.0]], seed=1).numpy()
    np.testing.assert_allclose(sample.mean(axis=1), [0.5, 50], rtol=0.1)
    sample = gr.uniform((3, 2), mean[:2], mean[:2] + 1, seed=1).numpy()
    assert np.floor(sample).tolist() == [[0, 100]] * 3


@pytest.mark.parametrize("name", ["uniform", "normal", "truncated", "gamma 0.7", "beta 2 5"])
def test_successive_streams_are_independent(name):
    """No correlation of the numbers, nor of their squares, between streams and within one."""
    generator = gr.SeedGenerator(77)
    draw, _ = CONTINUOUS[name]
    streams = np.array([draw(seed=generator).numpy() for _ in range(6)], "float64")
    streams = np.concatenate([streams, streams**2, np.roll(streams, 1, axis=1)])
    correlations = np.corrcoef(streams)
    squares = np.arange(18) % 6
    others = squares[:, None] != squares[None, :]
    assert np.abs(correlations[others]).max() < 4.5 / math.sqrt(COUNT)
    own = np.abs(np.diagonal(correlations[:6, 12:]))
    assert own.max() < 4 / math.sqrt(COUNT)


@pytest.mark.parametrize("shape", [(), (0,), (3, 0), (2, 3, 4)])
def test_shapes(shape):
    for draw in (gr.uniform, gr.normal, gr.truncated_normal):
        assert draw(shape, seed=1).shape == shape
    assert gr.randint(shape, 0, 3, seed=1).shape == shape
    assert gr.gamma(shape, 0.5, seed=1).shape == shape
    assert gr.beta(shape, 0.5, 1.5, seed=1).shape == shape
    assert gr.binomial(shape, 5, 0.5, seed=1).shape == shape


def test_beta_of_tiny_parameters_is_0_or_1():
    sample = gr.beta((20_000,), 1e-4, 1e-4, seed=1).numpy()
    assert np.isfinite(sample).all()
    assert abs(np.mean(sample > 0.5) - 0.5) < 0.02
