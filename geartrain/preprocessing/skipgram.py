"""Pairs of words that stand near each other, and pairs that do not: word2vec's samples.

Source: Mikolov et al., "Distributed representations of words and phrases and their
compositionality" (2013), sections 2.2 and 2.3.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain.tensor import Array

EULER = 0.577  # the Euler-Mascheroni constant, in the harmonic numbers' expansion


def make_sampling_table(size: int, sampling_factor: float = 1e-5) -> Array:
    """How likely the word of each rank is kept, if frequencies follow Zipf's law.

    min(1, sqrt(t / f)), where the frequency of a rank is taken to be f = 1 / (rank (log rank +
    0.577) + 1/2 - 1 / (12 rank)).

    Args:
        size: how many ranks.
        sampling_factor: t; a larger one keeps more of the frequent words.

    >>> make_sampling_table(3).round(5).tolist()
    [0.00315, 0.00315, 0.00548]
    """
    rank = np.arange(size, dtype="float64")
    rank[0] = 1
    one_by_frequency = rank * (np.log(rank) + EULER) + 0.5 - 1.0 / (12.0 * rank)
    return np.asarray(np.minimum(1.0, np.sqrt(sampling_factor * one_by_frequency)))


def skipgrams(
    sequence: Sequence[int],
    vocabulary_size: int,
    window_size: int = 4,
    negative_samples: float = 1.0,
    shuffle: bool = True,
    categorical: bool = False,
    sampling_table: Any = None,
    seed: int | None = None,
) -> tuple[list[list[int]], list[Any]]:
    """Pairs of words of a row within a window (label 1), and random pairs (label 0).

    Args:
        sequence: the numbers of words; 0 is no word.
        vocabulary_size: random words are below it.
        window_size: how far apart the words of a pair may be.
        negative_samples: how many random pairs there are for each other one.
        shuffle: whether the pairs are shuffled.
        categorical: whether labels are [0, 1] and [1, 0] instead of 1 and 0.
        sampling_table: how likely each word is kept as the middle of a window.
        seed: of the shuffling.

    Returns:
        The pairs and their labels.

    >>> skipgrams([1, 2], 10, negative_samples=0, shuffle=False)
    ([[1, 2], [2, 1]], [1, 1])
    """
    pairs = [
        [word, sequence[other]]
        for at, word in enumerate(sequence)
        if word and _is_kept(word, sampling_table)
        for other in range(max(0, at - window_size), min(len(sequence), at + window_size + 1))
        if other != at and sequence[other]
    ]
    true, false = ([0, 1], [1, 0]) if categorical else (1, 0)
    labels: list[Any] = [true] * len(pairs)
    if negative_samples > 0:
        count = int(len(pairs) * negative_samples)
        words = [pair[0] for pair in pairs]
        random.shuffle(words)
        pairs += [
            [words[n % len(words)], random.randint(1, vocabulary_size - 1)]  # noqa: S311
            for n in range(count)
        ]
        labels += [false] * count
    if shuffle:
        order = random.Random(random.randint(0, 10**7) if seed is None else seed)  # noqa: S311
        both = list(zip(pairs, labels, strict=True))
        order.shuffle(both)
        pairs, labels = [pair for pair, _ in both], [label for _, label in both]
    return pairs, labels


def _is_kept(word: int, sampling_table: Any) -> bool:
    return sampling_table is None or bool(sampling_table[word] >= random.random())  # noqa: S311
