"""Texts as numbers, by words: `Tokenizer` and what it is made of.

Keras 3 has `layers.TextVectorization` for this; these are the names that the first edition of the
book uses.
"""

from geartrain.preprocessing.tokenizer import Tokenizer, tokenizer_from_json
from geartrain.preprocessing.words import hashing_trick, one_hot, text_to_word_sequence

__all__ = [
    "Tokenizer",
    "hashing_trick",
    "one_hot",
    "text_to_word_sequence",
    "tokenizer_from_json",
]
