"""CTC against its definition: all the ways to lay labels out in time, counted one by one."""

import itertools

import numpy as np
import pytest

from geartrain import naive, ops
from geartrain.autodiff import grad
from geartrain.tensor import Tensor


def path_of(row, blank):
    """Repetitions merged, blanks taken away."""
    return tuple(c for c, _ in itertools.groupby(row) if c != blank)


def path_probabilities(logits, blank):
    """The probability of every path, from all rows of classes."""
    shares = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    found = {}
    for row in itertools.product(range(logits.shape[1]), repeat=logits.shape[0]):
        probability = np.prod([shares[t, c] for t, c in enumerate(row)])
        path = path_of(row, blank)
        found[path] = found.get(path, 0) + probability
    return found


def logits(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


@pytest.mark.parametrize("blank", [0, 2])
def test_the_loss_counts_every_way(blank):
    x = logits(4, 5, 3)
    a, b = (c for c in range(3) if c != blank)
    labels = np.array([[a, b, 0], [a, a, 0], [b, 0, 0], [0, 0, 0]])
    counts, moments = np.array([2, 2, 1, 0]), np.array([5, 4, 3, 5])
    found = ops.ctc_loss(labels, x, counts, moments, blank).numpy()
    for sample, loss in enumerate(found):
        probabilities = path_probabilities(x[sample, : moments[sample]], blank)
        path = tuple(labels[sample, : counts[sample]])
        np.testing.assert_allclose(loss, -np.log(probabilities[path]), rtol=1e-10)


def test_the_loss_has_no_way_where_moments_are_too_few():
    x = Tensor(logits(1, 3, 3))
    given = np.array([[1, 1, 2]]), np.array([3]), np.array([3])

    def loss(x):
        return ops.ctc_loss(given[0], x, *given[1:])

    assert float(loss(x)[0]) > 1e4
    assert np.all(np.isfinite(grad(lambda x: ops.sum(loss(x)))(x).numpy()))


def test_moments_beyond_the_length_do_not_count():
    x = logits(1, 6, 4)
    other = x.copy()
    other[:, 4:] = 7.0
    given = np.array([2]), np.array([4])
    first, second = (ops.ctc_loss([[1, 3]], each, *given) for each in (x, other))
    np.testing.assert_array_equal(first.numpy(), second.numpy())


def test_greedy_decoding_by_hand():
    best = [[1, 1, 0, 1, 2, 2], [0, 2, 2, 2, 0, 1]]
    x = np.eye(3)[best] * 5
    labels, scores = ops.ctc_decode(x, np.array([6, 5]))
    np.testing.assert_array_equal(
        labels.numpy(), [[[1, 1, 2, -1, -1, -1], [2, -1, -1, -1, -1, -1]]]
    )
    np.testing.assert_allclose(scores.numpy(), [[-30], [-25]])
    labels, _ = ops.ctc_decode(x, np.array([6, 5]), merge_repeated=False)
    np.testing.assert_array_equal(labels.numpy()[0, 0], [1, 1, 1, 2, 2, -1])
    labels, _ = ops.ctc_decode(x, np.array([6, 5]), mask_index=None)
    np.testing.assert_array_equal(labels.numpy()[0, 0], [1, 0, 1, -1, -1, -1])


@pytest.mark.parametrize("blank", [0, 1, 2])
def test_a_wide_beam_finds_the_likeliest_paths(blank):
    x, lengths = logits(2, 5, 3, seed=blank), np.array([5, 3])
    labels, scores = ops.ctc_decode(
        x, lengths, "beam_search", beam_width=1000, top_paths=4, mask_index=blank
    )
    assert labels.shape == (4, 2, 5)
    for sample in range(2):
        exact = path_probabilities(x[sample, : lengths[sample]], blank)
        best = sorted(exact, key=exact.get, reverse=True)[:4]
        for number, path in enumerate(best):
            padded = [*path, *[-1] * (5 - len(path))]
            np.testing.assert_array_equal(labels.numpy()[number, sample], padded)
            np.testing.assert_allclose(
                scores.numpy()[sample, number], np.log(exact[path]), rtol=1e-10
            )


def test_a_narrow_beam_is_the_same_search_in_loops():
    for seed in range(20):
        x = logits(1, 7, 3, seed=seed) * 0.3

        def decode(x=x):
            return ops.ctc_decode(x, np.array([7]), "beam_search", beam_width=2, top_paths=2)

        eager, looped = decode(), naive(decode)()
        np.testing.assert_array_equal(eager[0].numpy(), looped[0].numpy())
        np.testing.assert_allclose(eager[1].numpy(), looped[1].numpy(), rtol=1e-10)


def test_what_does_not_fit_is_named():
    x, one = logits(2, 5, 3), np.array([1, 1])
    with pytest.raises(ValueError, match=r"target \(batch, labels\)"):
        ops.ctc_loss([1, 2], x, one, one)
    with pytest.raises(ValueError, match="strategy='beam_search'"):
        ops.ctc_decode(x, one, strategy="beam")
    with pytest.raises(ValueError, match="beam_width=5"):
        ops.ctc_decode(x, one, "beam_search", beam_width=2, top_paths=5)
