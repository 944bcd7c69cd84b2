"""A text becomes tokens: standardized, split, and joined again to n-grams.

    "The cat, sat!"   ->   "the cat sat"   ->   ["the", "cat", "sat"]   ->   [..., "the cat", ...]

Only what ASCII has is lowered, taken out, or split at, as in Keras: "É" stays "É".
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from geartrain.layers.preprocessing.texts import as_texts
from geartrain.tensor import Array

LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
STRIP = dict.fromkeys(map(ord, string.punctuation))
TABLES = {
    "lower": LOWER,
    "strip_punctuation": STRIP,
    "lower_and_strip_punctuation": {**LOWER, **STRIP},
}
SPACES = re.compile(r"[ \t\n\r\f\v]+")
Rows = list[list[str]]


def standardized(texts: Array, how: Any) -> Array:
    """Texts lowered, and without punctuation, as `how` says: a name, a function, or None."""
    if how is None:
        return texts
    if callable(how):
        return as_texts(how(texts.astype(np.str_)), where="What `standardize` gave")
    table = TABLES[how]
    found = np.empty(texts.shape, object)
    found.reshape(-1)[:] = [text.translate(table) for text in texts.reshape(-1).tolist()]
    return found


def split_rows(texts: Array, how: Any) -> Rows:
    """The tokens of each text: `how` is "whitespace", "character" or a function of all texts."""
    if how == "whitespace":
        return [[part for part in SPACES.split(text) if part] for text in texts.tolist()]
    if how == "character":
        return [list(text) for text in texts.tolist()]
    return _rows_of(how(texts.astype(np.str_)))


def _rows_of(found: Any) -> Rows:
    rows = found.to_list() if hasattr(found, "to_list") else found
    return [as_texts(list(row), where="What `split` gave").tolist() for row in rows]


def grams(ngrams: Any) -> tuple[int, ...] | None:
    """How many tokens are joined: 2 means single ones and pairs.

    Raises:
        ValueError: it is neither a whole number nor several of them.
    """
    if ngrams is None:
        return None
    if isinstance(ngrams, int) and not isinstance(ngrams, bool):
        return tuple(range(1, ngrams + 1))
    if isinstance(ngrams, tuple | list) and all(isinstance(each, int) for each in ngrams):
        return tuple(ngrams)
    raise ValueError


def joined(row: Sequence[str], sizes: Iterable[int]) -> list[str]:
    """All runs of tokens of these lengths, those of one length together.

    >>> joined(["a", "b", "c"], (1, 2))
    ['a', 'b', 'c', 'a b', 'b c']
    """
    return [" ".join(row[at : at + size]) for size in sizes for at in range(len(row) - size + 1)]


def padded(rows: Sequence[Sequence[str]], length: int | None, fill: str = "") -> Array:
    """Rows of tokens as an array: as long as the longest, or of a given length."""
    longest = max(map(len, rows), default=0) if length is None else length
    found = np.full((len(rows), longest), fill, object)
    for number, row in enumerate(rows):
        kept = row[:longest]
        found[number, : len(kept)] = kept
    return found
