"""Texts as rows of zeros and ones, for the scripts beside it: a one for every word that they have.

Run it as `python many_hot.py`; it shows three short texts.
"""

import numpy as np


def many_hot(texts, words):
    """A row for each text, (texts, words): 1 for every word that it has, 0 for all others.

    Args:
        texts: lists of the numbers of words, of any lengths.
        words: how many words there are.
    """
    rows = np.zeros((len(texts), words), "float32")
    for row, text in zip(rows, texts, strict=True):
        row[np.asarray(text)] = 1.0
    return rows


if __name__ == "__main__":
    texts = [[1, 4, 2], [0], [5, 5, 3, 1]]
    for text, row in zip(texts, many_hot(texts, 6), strict=True):
        print(text, "->", row)
