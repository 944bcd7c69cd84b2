"""`TextVectorization`: texts as rows of numbers, or as vectors."""

from __future__ import annotations

import os
from typing import Any

from geartrain.errors import explain, unknown_name
from geartrain.layers.preprocessing.index_lookup import plain_list
from geartrain.layers.preprocessing.splitting import (
    TABLES,
    Rows,
    grams,
    joined,
    padded,
    split_rows,
    standardized,
)
from geartrain.layers.preprocessing.string_lookup import StringLookup
from geartrain.layers.preprocessing.text_layer import TextLayer
from geartrain.layers.preprocessing.texts import as_texts, batches_of
from geartrain.ops import pad, reshape
from geartrain.tensor import Array, Tensor

MODES = ("int", "one_hot", "multi_hot", "count", "tf_idf")
SPLITS = ("whitespace", "character")
MASK = ""


class TextVectorization(TextLayer):
    """Texts as rows of the numbers of their words, or as vectors that count words.

    A text is lowered and loses its punctuation, is split into words, and each word gets its number
    in a vocabulary, which is given or learned. It takes texts of Python and NumPy, and
    `layers.Input((1,), dtype="string")`; in a model it runs on the host, before the compiled step.

    Args:
        max_tokens: how many tokens there are at most, the special ones included; None: all.
        standardize: "lower_and_strip_punctuation", "lower", "strip_punctuation", None, or a
            function of a NumPy array of texts.
        split: "whitespace", "character", None, or a function that gives a list of tokens for each
            text of an array.
        ngrams: None; 2 for single words and pairs, and so on; (2,) for pairs alone.
        output_mode: "int": a row of numbers for each text; "multi_hot", "count", "tf_idf": which
            words are in it, how often, how often times weight.
        output_sequence_length: how long the rows of "int" are; None: as the longest.
        pad_to_max_tokens: whether vectors have max_tokens places, however many tokens there are.
        vocabulary: tokens in order, or the path of a file with one on each line.
        idf_weights: for "tf_idf": the weight of each token, where the vocabulary is given.
        sparse: False: there are no sparse tensors.
        ragged: False: there are no ragged tensors.
        encoding: of texts that are given as bytes.
        name: None numbers the class's name.
        **kwargs: those of `Layer`.

    Input shape:
        (batch,) or (batch, 1); () for a single text.

    Output shape:
        (batch, words) for "int", where 0 fills up and 1 is an unknown word; else (batch, tokens).

    Raises:
        ValueError: arguments that do not go together.

    >>> from geartrain import layers
    >>> layer = layers.TextVectorization(output_sequence_length=4)
    >>> layer.adapt(["foo bar", "bar baz", "baz bada boom"])
    >>> layer(["foo qux bar", "qux baz"]).numpy().tolist()
    [[4, 1, 3, 0], [1, 2, 0, 0]]
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        standardize: Any = "lower_and_strip_punctuation",
        split: Any = "whitespace",
        ngrams: Any = None,
        output_mode: str = "int",
        output_sequence_length: int | None = None,
        pad_to_max_tokens: bool = False,
        vocabulary: Any = None,
        idf_weights: Any = None,
        sparse: bool = False,
        ragged: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        known_size = kwargs.pop("vocabulary_size", None)
        if kwargs.get("dtype") == "string":
            kwargs.pop("dtype")
        super().__init__(name=name, **kwargs)
        _check_names(standardize, split, output_mode)
        _check_length(output_sequence_length, output_mode, ragged=ragged)
        self._grams = _checked_grams(ngrams)
        self._max_tokens, self._standardize, self._split = max_tokens, standardize, split
        self._ngrams, self._output_mode = ngrams, output_mode
        self._output_sequence_length, self._ragged = output_sequence_length, ragged
        self._encoding = encoding
        self._lookup_layer = StringLookup(
            max_tokens,
            mask_token=MASK,
            vocabulary=vocabulary,
            idf_weights=idf_weights,
            output_mode=output_mode,
            pad_to_max_tokens=pad_to_max_tokens,
            sparse=sparse,
            encoding=encoding,
            vocabulary_size=known_size,
        )

    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> None:
        """Learn the vocabulary of texts, the most frequent words first, in place of that before.

        Args:
            data: texts: a list, an array, or anything that gives batches of them.
            batch_size: taken for the sake of Keras's users: nothing depends on it.
            steps: how many batches to take; None takes all.
        """
        self.reset_state()
        for batch in batches_of(data, steps):
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Take more texts into account."""
        texts = self._texts_in(data)
        self._lookup_layer.count_rows(self._rows(texts.reshape(-1)))

    def finalize_state(self) -> None:
        """Make the vocabulary of the texts so far."""
        self._lookup_layer.finalize_state()

    def reset_state(self) -> None:
        """Forget texts and vocabulary, if the vocabulary was learned."""
        self._lookup_layer.reset_state()

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[str]:
        """The tokens in order: token n has the number n.

        Args:
            include_special_tokens: whether "" and "[UNK]" are among them.
        """
        return self._lookup_layer.get_vocabulary(include_special_tokens)

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Take these tokens, in this order; see `StringLookup.set_vocabulary`."""
        self._lookup_layer.set_vocabulary(vocabulary, idf_weights=idf_weights)

    def vocabulary_size(self) -> int:
        """How many numbers there are, those of the special tokens included."""
        return self._lookup_layer.vocabulary_size()

    # -- computing -----------------------------------------------------------------------------

    def call(self, inputs: Any) -> Tensor:
        texts = self._texts_in(inputs)
        flat = texts.reshape(-1)
        if self._output_mode != "int":
            vectors = self._vectors(self._rows(flat))
            return vectors if texts.ndim else vectors[0]
        if self._split is None and self._grams is None:
            return self._single(texts)
        rows = padded(self._rows(flat), self._output_sequence_length, MASK)
        numbers: Tensor = self._lookup_layer(rows)
        return numbers if texts.ndim else numbers[0]

    def _texts_in(self, inputs: Any) -> Array:
        texts = as_texts(inputs, self._encoding, f"TextVectorization '{self.name}'")
        if texts.ndim > 2 or (texts.ndim == 2 and texts.shape[1] != 1 and self._split is not None):
            raise ValueError(_shape_message(texts.shape))
        return texts

    def _rows(self, texts: Array) -> Rows:
        """The tokens of each text."""
        ready = standardized(texts, self._standardize)
        rows = [[text] for text in ready.tolist()]
        if self._split is not None:
            rows = split_rows(ready, self._split)
        return rows if self._grams is None else [joined(row, self._grams) for row in rows]

    def _vectors(self, rows: Rows) -> Tensor:
        # In rows of one length "" fills up, which has no place in a vector.
        found: Tensor = self._lookup_layer(padded(rows, None, MASK))
        return found

    def _single(self, texts: Array) -> Tensor:
        """Texts that are tokens."""
        numbers: Tensor = self._lookup_layer(standardized(texts, self._standardize))
        length = self._output_sequence_length
        if length is None:
            return numbers
        column = reshape(numbers, (-1, 1))[:, :length]
        return pad(column, ((0, 0), (0, max(length - 1, 0))))

    def compute_output_shape(self, input_shape: Any) -> Any:
        batch = tuple(input_shape)[:1]
        if self._output_mode == "int":
            return (*batch, self._output_sequence_length)
        return (*batch, self._lookup_layer._depth())

    def given_dtype(self) -> str:
        """The dtype of the numbers, or of the vectors."""
        return self._lookup_layer.given_dtype()

    @property
    def compute_dtype(self) -> str:
        """Texts."""
        return "string"

    @property
    def variable_dtype(self) -> str:
        """Texts."""
        return "string"

    # -- files ---------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        lookup = self._lookup_layer
        return {
            **super().get_config(),
            "max_tokens": lookup.max_tokens,
            "standardize": self._standardize,
            "split": self._split,
            "ngrams": self._ngrams,
            "output_mode": self._output_mode,
            "output_sequence_length": self._output_sequence_length,
            "pad_to_max_tokens": lookup.pad_to_max_tokens,
            "sparse": lookup.sparse,
            "ragged": self._ragged,
            "vocabulary": plain_list(lookup.input_vocabulary),
            "idf_weights": plain_list(lookup.input_idf_weights),
            "encoding": self._encoding,
            "vocabulary_size": self.vocabulary_size(),
        }

    def save_assets(self, dir_path: str | os.PathLike[str]) -> None:
        """Write the vocabulary into a folder, unless the config has it."""
        self._lookup_layer.save_assets(dir_path)

    def load_assets(self, dir_path: str | os.PathLike[str]) -> None:
        """Read what `save_assets` wrote."""
        self._lookup_layer.load_assets(dir_path)

    def save_own_variables(self, store: Any) -> None:
        """Write the weights of the tokens, for "tf_idf"."""
        self._lookup_layer.save_own_variables(store)

    def load_own_variables(self, store: Any) -> None:
        """Read what `save_own_variables` wrote."""
        self._lookup_layer.load_own_variables(store)


def _check_names(standardize: Any, split: Any, mode: Any) -> None:
    for name, given, known in (
        ("standardize", standardize, tuple(TABLES)),
        ("split", split, SPLITS),
    ):
        if given is not None and not callable(given) and given not in known:
            remedy = f"layers.TextVectorization({name}={{}})"
            raise ValueError(unknown_name(name, given, known, remedy=remedy))
    if mode not in MODES:
        remedy = "layers.TextVectorization(output_mode={})"
        raise ValueError(unknown_name("output mode", mode, MODES, remedy=remedy))


def _check_length(length: Any, mode: str, *, ragged: bool) -> None:
    if ragged:
        raise ValueError(_ragged_message())
    known = length is None or (isinstance(length, int) and length >= 0)
    if not known or (length is not None and mode != "int"):
        raise ValueError(_length_message(length, mode))


def _checked_grams(ngrams: Any) -> tuple[int, ...] | None:
    try:
        return grams(ngrams)
    except ValueError:
        raise ValueError(_grams_message(ngrams)) from None


def _ragged_message() -> str:
    return explain(
        "TextVectorization gives rows of one length",
        given="ragged=True",
        expected="ragged=False: there are no ragged tensors; 0 fills up what is shorter",
        remedy="ragged=False, and layers.Embedding(..., mask_zero=True) after it",
    )


def _length_message(length: Any, mode: str) -> str:
    return explain(
        "TextVectorization has rows of numbers of a length, and vectors of the vocabulary's size",
        given=f"output_sequence_length={length}, output_mode={mode!r}",
        expected="a whole number with output_mode='int', or no output_sequence_length",
        remedy="output_mode='int'",
    )


def _grams_message(ngrams: Any) -> str:
    return explain(
        "TextVectorization joins a number of words",
        given=f"ngrams={ngrams!r}",
        expected="None, a whole number, or a tuple of whole numbers",
        remedy="ngrams=2",
    )


def _shape_message(shape: Any) -> str:
    return explain(
        "TextVectorization takes one text for each sample",
        given=f"texts of shape {tuple(shape)}",
        expected="(batch,) or (batch, 1)",
        remedy="[' '.join(row) for row in texts]",
    )
