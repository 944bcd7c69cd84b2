"""Texts as lists of word numbers: what IMDB and Reuters share, with Keras's words for it.

Words are numbered by frequency from 1. `index_from` makes room for 0, the padding, `start_char`,
with which each text begins, and `oov_char`, in place of words that are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geartrain.errors import explain

Array = np.ndarray[Any, Any]
Texts = Sequence[Sequence[int]] | Array


@dataclass(frozen=True)
class Words:
    """Which words of a text count, and as which numbers.

    Attributes:
        num_words: numbers from this one on are left out; None: from the largest one on.
        skip_top: numbers below this one are left out.
        start_char: the first number of each text; None: none.
        oov_char: stands for what is left out; None drops it.
        index_from: added to each number.
    """

    num_words: int | None
    skip_top: int
    start_char: int | None
    oov_char: int | None
    index_from: int | None

    def shifted(self, texts: Texts) -> list[list[int]]:
        """The texts with their first numbers, and room below the words."""
        by = self.index_from or 0
        if self.start_char is None:
            return [[word + by for word in text] for text in texts]
        return [[self.start_char, *(word + by for word in text)] for text in texts]

    def chosen(self, texts: list[list[int]]) -> list[list[int]]:
        """The texts with the words that count."""
        least, most = self.skip_top, self.num_words or max(max(text) for text in texts)
        if self.oov_char is None:
            return [[word for word in text if least <= word < most] for text in texts]
        other = self.oov_char
        return [[w if least <= w < most else other for w in text] for text in texts]


def shuffled(random: np.random.RandomState, texts: Array, labels: Array) -> tuple[Array, Array]:
    """Texts and labels in a random order."""
    order = np.arange(len(texts))
    random.shuffle(order)
    return texts[order], labels[order]


def shorter_than(maxlen: int, texts: list[Any], labels: Any) -> tuple[list[Any], list[Any]]:
    """The texts of fewer words, and their labels.

    Raises:
        ValueError: there are none.
    """
    pairs = [pair for pair in zip(texts, labels, strict=True) if len(pair[0]) < maxlen]
    if not pairs:
        raise ValueError(_length_message(maxlen))
    kept, of_them = zip(*pairs, strict=True)
    return list(kept), list(of_them)


def as_array(texts: list[list[int]]) -> Array:
    """Texts as an array of lists."""
    return np.array(texts, dtype="object")


def _length_message(maxlen: int) -> str:
    return explain(
        "No text is as short as this",
        given=f"maxlen={maxlen}",
        expected="a length that some texts are below, their first number counted",
        remedy="maxlen=None, and utils.pad_sequences(x, maxlen=100) afterwards",
    )
