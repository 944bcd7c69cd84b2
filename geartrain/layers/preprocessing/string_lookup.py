"""`StringLookup`: texts as numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.layers.preprocessing.fingerprint import hasher
from geartrain.layers.preprocessing.index_lookup import IndexLookup, checked_salt
from geartrain.layers.preprocessing.texts import as_texts
from geartrain.ops import convert_to_tensor
from geartrain.tensor import Array


class StringLookup(IndexLookup):
    """Texts as their numbers in a vocabulary, which is given or learned.

    It takes texts of Python and NumPy, and `layers.Input(..., dtype="string")`; in a model it runs
    on the host, before the compiled step.

    Args:
        max_tokens: how many tokens there are at most, the special ones included; None: all.
        num_oov_indices: how many numbers there are for texts that are not in the vocabulary: with
            several, a fingerprint chooses.
        mask_token: the text that means "nothing here": number 0; None: there is none.
        oov_token: what stands for an unknown text.
        vocabulary: texts in order, or the path of a file with a text on each line; None: `adapt`
            learns it.
        idf_weights: for "tf_idf": the weight of each text, where the vocabulary is given.
        invert: whether it goes the other way: from numbers to texts (`bytes`, as in Keras).
        output_mode: "int": numbers; "one_hot": a vector for each text; "multi_hot", "count",
            "tf_idf": one for each row: which texts are in it, how often, how often times weight.
        pad_to_max_tokens: whether vectors have max_tokens places, however many tokens there are.
        sparse: False: there are no sparse tensors.
        encoding: of texts that are given as bytes.
        name: None numbers the class's name.
        salt: one or two whole numbers that change what the fingerprint chooses.
        **kwargs: those of `Layer`.

    Input shape:
        Any.

    Output shape:
        For "int" the same; for "one_hot" with an axis more; else the last axis becomes the tokens.

    Raises:
        ValueError: arguments that do not go together.

    >>> from geartrain import layers
    >>> layer = layers.StringLookup()
    >>> layer.adapt([["a", "c", "d"], ["d", "z", "b"]])
    >>> layer.get_vocabulary()
    ['[UNK]', 'd', 'z', 'c', 'b', 'a']
    >>> layer(["a", "unknown"]).numpy().tolist()
    [5, 0]
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: str | None = None,
        oov_token: str = "[UNK]",  # noqa: S107
        vocabulary: Any = None,
        idf_weights: Any = None,
        invert: bool = False,
        output_mode: str = "int",
        pad_to_max_tokens: bool = False,
        sparse: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        salt: Any = None,
        **kwargs: Any,
    ) -> None:
        self.encoding = encoding
        kwargs.pop("vocabulary_dtype", None)
        kwargs.pop("oov_method", None)
        self._fingerprint = hasher(checked_salt("StringLookup", salt))
        super().__init__(
            max_tokens,
            num_oov_indices,
            mask_token,
            oov_token,
            "string",
            vocabulary,
            idf_weights,
            invert,
            output_mode,
            sparse,
            pad_to_max_tokens,
            name,
            salt=salt,
            **kwargs,
        )

    def _tokens_in(self, data: Any) -> Array:
        return as_texts(data, self.encoding, f"StringLookup '{self.name}'")

    def _token(self, word: Any) -> str:
        return str(as_texts(word, self.encoding, "The vocabulary of StringLookup").item())

    def _bucket(self, token: str) -> int:
        return self._fingerprint(token.encode(self.encoding)) % self.num_oov_indices

    def _tokens_of(self, inputs: Any) -> Array:
        numbers = convert_to_tensor(inputs).numpy().astype(np.int64)
        words = [str(each).encode(self.encoding) for each in self.get_vocabulary()]
        texts = np.array([*words, str(self.oov_token).encode(self.encoding)], object)
        is_known = (numbers >= 0) & (numbers < len(words))
        return np.asarray(texts[np.where(is_known, numbers, len(words))])

    def get_config(self) -> dict[str, Any]:
        config = {**super().get_config(), "encoding": self.encoding}
        config.pop("vocabulary_dtype")
        return config
