"""A vocabulary: tokens in order, and the number of each.

    mask token?  [UNK] ... [UNK]     the        cat       sat
    0            1                   2          3         4

What is not in it (out of vocabulary) gets one of the places of [UNK].
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from geartrain.tensor import Array


class Vocabulary:
    """Tokens, without the special ones, and a table of their numbers.

    Args:
        tokens: each once, in order.
    """

    def __init__(self, tokens: Iterable[Any] = ()) -> None:
        self.tokens = tuple(tokens)
        self.numbers = {token: number for number, token in enumerate(self.tokens)}

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def repeated(self) -> list[Any]:
        """The tokens that are in it more than once."""
        if len(self.numbers) == len(self.tokens):
            return []
        return [token for token, times in Counter(self.tokens).items() if times > 1]

    def __deepcopy__(self, memo: Any) -> Vocabulary:
        return self  # nothing in it ever changes


class Counts:
    """How often each token was seen, and in how many rows, in the data so far."""

    def __init__(self) -> None:
        self.tokens: Counter[Any] = Counter()
        self.rows_with: Counter[Any] = Counter()
        self.rows = 0

    def add(self, rows: Iterable[Sequence[Any]], *, by_row: bool) -> None:
        """Count rows of tokens; `by_row`: the rows that a token is in as well."""
        for row in rows:
            self.tokens.update(row)
            if by_row:
                self.rows_with.update(set(row))
                self.rows += 1

    def in_order(self, skipped: set[Any], most: int | None) -> list[Any]:
        """The tokens, the most frequent first; of equally frequent ones the greatest first."""
        found = sorted(self.tokens.items(), key=lambda item: (item[1], item[0]), reverse=True)
        return [token for token, _ in found if token not in skipped][:most]

    def rarity(self, tokens: Sequence[Any]) -> Array:
        """log(1 + rows / (1 + rows with the token)): the inverse document frequency.

        Source: Spärck Jones, "A statistical interpretation of term specificity" (1972).
        """
        with_it = np.array([self.rows_with[token] for token in tokens], np.float64)
        return np.log1p(self.rows / (1 + with_it)).astype(np.float32)
