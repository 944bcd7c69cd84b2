"""IMDB: 50,000 film reviews, each a list of word numbers, and whether they praise the film.

    (x_train, y_train), (x_test, y_test) = imdb.load_data(num_words=10000)

Source: Maas et al., "Learning word vectors for sentiment analysis" (2011); the file is Keras's.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from geartrain.datasets.npz import read_npz
from geartrain.datasets.places import GOOGLE, Source
from geartrain.datasets.sample import Split
from geartrain.datasets.word_lists import Words, as_array, shorter_than, shuffled
from geartrain.errors import explain

REVIEWS = Source(
    "IMDB's reviews",
    "imdb.npz",
    (f"{GOOGLE}imdb.npz",),
    "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
)
WORD_INDEX = Source(
    "IMDB's word index",
    "imdb_word_index.json",
    (f"{GOOGLE}imdb_word_index.json",),
    "bfafd718b763782e994055a2d397834f",
)


def load_data(
    path: Any = "imdb.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int | None = 3,
    **kwargs: Any,
) -> Split:
    """Load the reviews as `(x_train, y_train), (x_test, y_test)`, in a random order.

    Args:
        path: the file's name in the cache; or a path with a folder.
        num_words: only the most frequent words: numbers below this one.
        skip_top: without the most frequent words: numbers from this one on.
        maxlen: only reviews with fewer words.
        seed: of the order.
        start_char: the number that each review begins with.
        oov_char: the number in place of words that are left out; None drops them.
        index_from: is added to the words' numbers.
        **kwargs: none: `nb_words` was the older name of `num_words`.

    Returns:
        Arrays of lists of numbers, and arrays of 0 (bad) and 1 (good).

    Raises:
        DataUnavailable: the file is not on this machine, and no mirror gave it.
        ValueError: it is another file, or no review is shorter than `maxlen`.
        TypeError: an argument that does not exist.
    """
    num_words = kwargs.pop("nb_words", num_words)
    if kwargs:
        raise TypeError(_arguments_message(kwargs))
    x_train, y_train, x_test, y_test = read_npz(
        REVIEWS.find(path), ("x_train", "y_train", "x_test", "y_test")
    )
    words = Words(num_words, skip_top, start_char, oov_char, index_from)
    random = np.random.RandomState(seed)
    train, train_labels = shuffled(random, x_train, y_train)
    test, test_labels = shuffled(random, x_test, y_test)
    parts = [(words.shifted(train), train_labels), (words.shifted(test), test_labels)]
    if maxlen:
        parts = [shorter_than(maxlen, *each) for each in parts]  # type: ignore[misc]
    texts = words.chosen(parts[0][0] + parts[1][0])
    cut = len(parts[0][0])
    labels = np.concatenate([parts[0][1], parts[1][1]])
    return (as_array(texts[:cut]), labels[:cut]), (as_array(texts[cut:]), labels[cut:])


def get_word_index(path: Any = "imdb_word_index.json") -> dict[str, int]:
    """The number of each word, without what `index_from` adds.

    Args:
        path: the file's name in the cache; or a path with a folder.

    Raises:
        DataUnavailable: the file is not on this machine, and no mirror gave it.
    """
    found: dict[str, int] = json.loads(WORD_INDEX.find(path).read_text(encoding="utf-8"))
    return found


def _arguments_message(given: dict[str, Any]) -> str:
    return explain(
        "load_data does not know these arguments",
        given=", ".join(given),
        expected="path, num_words, skip_top, maxlen, seed, start_char, oov_char, index_from",
        remedy="imdb.load_data(num_words=10000)",
    )
