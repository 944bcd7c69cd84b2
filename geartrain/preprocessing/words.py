"""Texts cut into words, and words as numbers without a vocabulary."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'


def text_to_word_sequence(
    input_text: str, filters: str = FILTERS, lower: bool = True, split: str = " "
) -> list[str]:
    """The words of a text.

    Args:
        input_text: the text.
        filters: characters that separate words as well.
        lower: whether the words are in small letters.
        split: what stands between words.

    >>> text_to_word_sequence("The cat, the mat!")
    ['the', 'cat', 'the', 'mat']
    """
    text = input_text.lower() if lower else input_text
    table: dict[int, str] = dict.fromkeys(map(ord, filters), split)
    text = text.translate(table)
    return [word for word in text.split(split) if word]


def hashing_trick(
    text: str,
    n: int,
    hash_function: str | Callable[[str], int] | None = None,
    filters: str = FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable[[str], list[str]] | None = None,
) -> list[int]:
    """A number from 1 to n - 1 for each word, of its hash; different words may share one.

    Args:
        text: the text.
        n: one more than the largest number.
        hash_function: of a word: None is Python's `hash`, which differs from process to process;
            "md5" always gives the same.
        filters: as of `text_to_word_sequence`.
        lower: likewise.
        split: likewise.
        analyzer: cuts the text instead.

    >>> hashing_trick("the cat the mat", 50, "md5")[0] == hashing_trick("the", 50, "md5")[0]
    True
    """
    known: dict[Any, Callable[[str], int]] = {None: hash, "md5": _md5}
    function: Any = known.get(hash_function, hash_function)
    words = analyzer(text) if analyzer else text_to_word_sequence(text, filters, lower, split)
    return [function(word) % (n - 1) + 1 for word in words]


def _md5(word: str) -> int:
    return int(hashlib.md5(word.encode(), usedforsecurity=False).hexdigest(), 16)


def one_hot(
    input_text: str,
    n: int,
    filters: str = FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable[[str], list[str]] | None = None,
    **kwargs: Any,
) -> list[int]:
    """`hashing_trick` with Python's `hash`.

    >>> len(one_hot("the cat sat", 20))
    3
    """
    n = kwargs.pop("num_words", n)
    return hashing_trick(input_text, n, hash, filters, lower, split, analyzer)
