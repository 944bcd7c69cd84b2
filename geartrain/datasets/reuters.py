"""Reuters: 11,228 newswires, each a list of word numbers, of 46 topics.

    (x_train, y_train), (x_test, y_test) = reuters.load_data(num_words=10000)

Source: the Reuters-21578 collection, as Keras has parsed and numbered it.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from geartrain.datasets.npz import read_npz
from geartrain.datasets.places import GOOGLE, Source
from geartrain.datasets.sample import Split
from geartrain.datasets.word_lists import Words, as_array, shorter_than, shuffled

NEWSWIRES = Source(
    "Reuters' newswires",
    "reuters.npz",
    (f"{GOOGLE}reuters.npz",),
    "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916",
)
WORD_INDEX = Source(
    "Reuters' word index",
    "reuters_word_index.json",
    (f"{GOOGLE}reuters_word_index.json",),
    "4d44cc38712099c9e383dc6e5f11a921",
)
TOPICS = (
    "cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade reserves "
    "ship cotton carcass crude nat-gas cpi money-fx interest gnp meal-feed alum oilseed gold tin "
    "strategic-metal livestock retail ipi iron-steel rubber heat jobs lei bop zinc orange pet-chem "
    "dlr gas silver wpi hog lead"
)


def load_data(
    path: Any = "reuters.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int | None = 3,
) -> Split:
    """Load the newswires as `(x_train, y_train), (x_test, y_test)`, in a random order.

    Args:
        path: the file's name in the cache; or a path with a folder.
        num_words: only the most frequent words: numbers below this one.
        skip_top: without the most frequent words: numbers from this one on.
        maxlen: only newswires with fewer words.
        test_split: the share of newswires that are kept for testing.
        seed: of the order.
        start_char: the number that each newswire begins with.
        oov_char: the number in place of words that are left out; None drops them.
        index_from: is added to the words' numbers.

    Returns:
        Arrays of lists of numbers, and arrays of topics, from 0 to 45.

    Raises:
        DataUnavailable: the file is not on this machine, and no mirror gave it.
        ValueError: it is another file, or no newswire is shorter than `maxlen`.
    """
    texts, labels = read_npz(NEWSWIRES.find(path), ("x", "y"))
    words = Words(num_words, skip_top, start_char, oov_char, index_from)
    texts, labels = shuffled(np.random.RandomState(seed), texts, labels)
    lists: Any = words.shifted(texts)
    if maxlen:
        lists, labels = shorter_than(maxlen, lists, labels)  # type: ignore[assignment]
    lists = words.chosen(lists)
    cut = int(len(lists) * (1 - test_split))
    x_train, y_train = as_array(lists[:cut]), np.array(labels[:cut])
    return (x_train, y_train), (as_array(lists[cut:]), np.array(labels[cut:]))


def get_word_index(path: Any = "reuters_word_index.json") -> dict[str, int]:
    """The number of each word, without what `index_from` adds.

    Args:
        path: the file's name in the cache; or a path with a folder.

    Raises:
        DataUnavailable: the file is not on this machine, and no mirror gave it.
    """
    found: dict[str, int] = json.loads(WORD_INDEX.find(path).read_text(encoding="utf-8"))
    return found


def get_label_names() -> tuple[str, ...]:
    """The names of the topics, by number.

    >>> get_label_names()[3], len(get_label_names())
    ('earn', 46)
    """
    return tuple(TOPICS.split())
