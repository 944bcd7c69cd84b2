"""`Tokenizer`: words numbered by how often they occur, and texts as rows of such numbers."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from geartrain.errors import explain, unknown_name
from geartrain.preprocessing.words import FILTERS, text_to_word_sequence
from geartrain.tensor import Array
from geartrain.tensor.user_line import levels_to_user

MODES = ("binary", "count", "freq", "tfidf")
Text = str | Sequence[str]


class Tokenizer:
    """Numbers words: 1 is the most frequent one of the texts that it was fitted on.

    Args:
        num_words: only numbers below it are used; None uses all.
        filters: characters that separate words as well.
        lower: whether capitals count as small letters.
        split: what stands between words.
        char_level: whether characters are numbered instead.
        oov_token: the word that stands for unknown ones, with the number 1; None leaves them out.
        analyzer: cuts a text into words instead.
        **kwargs: `nb_words`, an older name of `num_words`.

    Attributes:
        word_index: the number of each word.
        index_word: the word of each number.
        word_counts: how often each word occurred, in the order of their first occurrence.
        word_docs: in how many texts.
        document_count: of how many texts.

    Raises:
        TypeError: an argument is not known.

    >>> tokenizer = Tokenizer()
    >>> tokenizer.fit_on_texts(["the cat sat on the mat", "the dog"])
    >>> tokenizer.texts_to_sequences(["the dog sat"])
    [[1, 6, 3]]
    """

    def __init__(
        self,
        num_words: int | None = None,
        filters: str = FILTERS,
        lower: bool = True,
        split: str = " ",
        char_level: bool = False,
        oov_token: str | None = None,
        analyzer: Callable[[str], list[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        if "nb_words" in kwargs:
            num_words = kwargs.pop("nb_words")
            message = "Tokenizer: `nb_words` is called `num_words` now"
            warnings.warn(message, stacklevel=levels_to_user())
        self.document_count = kwargs.pop("document_count", 0)
        if kwargs:
            raise TypeError(f"Tokenizer does not know the arguments {', '.join(kwargs)}")
        self.num_words, self.oov_token, self.analyzer = num_words, oov_token, analyzer
        self.filters, self.lower, self.split = filters, lower, split
        self.char_level = char_level
        self.word_counts: dict[str, int] = {}
        self.word_docs: Counter[str] = Counter()
        self.index_docs: Counter[int] = Counter()
        self.word_index: dict[str, int] = {}
        self.index_word: dict[int, str] = {}

    def _words(self, text: Text) -> Sequence[str]:
        if self.char_level or not isinstance(text, str):
            if not self.lower:
                return text
            return text.lower() if isinstance(text, str) else [each.lower() for each in text]
        if self.analyzer is not None:
            return self.analyzer(text)
        return text_to_word_sequence(text, self.filters, self.lower, self.split)

    # -- fitting ---------------------------------------------------------------------------------

    def fit_on_texts(self, texts: Iterable[Text]) -> None:
        """Count words, and number them anew.

        Args:
            texts: the texts; one that is a list of words is taken as it is.
        """
        for text in texts:
            self.document_count += 1
            words = self._words(text)
            for word in words:
                self.word_counts[word] = self.word_counts.get(word, 0) + 1
            self.word_docs.update(set(words))
        by_count = sorted(self.word_counts.items(), key=lambda pair: pair[1], reverse=True)
        first = [] if self.oov_token is None else [self.oov_token]
        names = [*first, *(word for word, _ in by_count)]
        self.word_index = dict(zip(names, range(1, len(names) + 1), strict=True))
        self.index_word = {number: word for word, number in self.word_index.items()}
        for word, count in self.word_docs.items():
            self.index_docs[self.word_index[word]] = count

    def fit_on_sequences(self, sequences: Iterable[Sequence[int]]) -> None:
        """Count in how many rows each number is, for `sequences_to_matrix`."""
        for sequence in sequences:
            self.document_count += 1
            self.index_docs.update(set(sequence))

    # -- texts and rows of numbers ---------------------------------------------------------------

    def texts_to_sequences(self, texts: Iterable[Text]) -> list[list[int]]:
        """The numbers of the words of each text."""
        return list(self.texts_to_sequences_generator(texts))

    def texts_to_sequences_generator(self, texts: Iterable[Text]) -> Iterator[list[int]]:
        """The same one by one."""
        for text in texts:
            numbers = (self._number(word) for word in self._words(text))
            yield [each for each in numbers if each is not None]

    def _number(self, word: str) -> int | None:
        number = self.word_index.get(word)
        unknown = self.word_index.get(self.oov_token or "") if self.oov_token else None
        if number is None or (self.num_words and number >= self.num_words):
            return unknown
        return number

    def sequences_to_texts(self, sequences: Iterable[Sequence[int]]) -> list[str]:
        """The words of each row of numbers, with spaces between them."""
        return list(self.sequences_to_texts_generator(sequences))

    def sequences_to_texts_generator(self, sequences: Iterable[Sequence[int]]) -> Iterator[str]:
        """The same one by one."""
        for sequence in sequences:
            words = (self._word(number) for number in sequence)
            yield " ".join(each for each in words if each is not None)

    def _word(self, number: int) -> str | None:
        word = self.index_word.get(number)
        if word is None or (self.num_words and number >= self.num_words):
            return self.oov_token
        return word

    # -- matrices --------------------------------------------------------------------------------

    def texts_to_matrix(self, texts: Iterable[Text], mode: str = "binary") -> Array:
        """A row for each text, a column for each word: `sequences_to_matrix`."""
        return self.sequences_to_matrix(self.texts_to_sequences(texts), mode)

    def sequences_to_matrix(
        self, sequences: Sequence[Sequence[int]], mode: str = "binary"
    ) -> Array:
        """A row for each row of numbers, a column for each number.

        Args:
            sequences: rows of numbers.
            mode: what stands there: "binary", whether the number occurs; "count", how often;
                "freq", which share of the row it is; "tfidf", (1 + log count) *
                log(1 + texts / (1 + texts with it)) (Salton and Buckley 1988).

        Raises:
            ValueError: there is no such mode; nobody knows how many columns there are, or in how
                many texts a number is.
        """
        if not self.num_words and not self.word_index:
            raise ValueError(_unfitted_message("how many words there are"))
        if mode == "tfidf" and not self.document_count:
            raise ValueError(_unfitted_message("in how many texts a word is"))
        if mode not in MODES:
            raise ValueError(unknown_name("mode", mode, MODES, remedy="mode={}"))
        columns = self.num_words or len(self.word_index) + 1
        found = np.zeros((len(sequences), columns))
        for row, sequence in zip(found, sequences, strict=True):
            counts = Counter(each for each in sequence if each < columns)
            for number, count in counts.items():
                row[number] = self._entry(mode, number, count, len(sequence))
        return found

    def _entry(self, mode: str, number: int, count: int, length: int) -> float:
        if mode == "binary":
            return 1.0
        if mode == "count":
            return float(count)
        if mode == "freq":
            return count / length
        rarity = np.log(1 + self.document_count / (1 + self.index_docs.get(number, 0)))
        return float((1 + np.log(count)) * rarity)

    # -- configs ---------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """What it was made with, and what it counted, as plain data."""
        names = ("word_counts", "word_docs", "index_docs", "index_word", "word_index")
        return {
            "num_words": self.num_words,
            "filters": self.filters,
            "lower": self.lower,
            "split": self.split,
            "char_level": self.char_level,
            "oov_token": self.oov_token,
            "document_count": self.document_count,
            **{name: json.dumps(getattr(self, name)) for name in names},
        }

    def to_json(self, **kwargs: Any) -> str:
        """The same as text, for `tokenizer_from_json`."""
        return json.dumps({"class_name": "Tokenizer", "config": self.get_config()}, **kwargs)


def tokenizer_from_json(json_string: str) -> Tokenizer:
    """The tokenizer of what `to_json` gave.

    >>> tokenizer = Tokenizer(num_words=3)
    >>> tokenizer.fit_on_texts(["a b a"])
    >>> tokenizer_from_json(tokenizer.to_json()).word_index
    {'a': 1, 'b': 2}
    """
    config = json.loads(json_string)["config"]
    kept = {name: json.loads(config.pop(name)) for name in ("word_counts", "word_index")}
    docs = Counter(json.loads(config.pop("word_docs")))
    by_index = Counter({int(k): v for k, v in json.loads(config.pop("index_docs")).items()})
    words = {int(k): v for k, v in json.loads(config.pop("index_word")).items()}
    made = Tokenizer(**config)
    vars(made).update(kept, word_docs=docs, index_docs=by_index, index_word=words)
    return made


def _unfitted_message(what: str) -> str:
    return explain(
        f"The tokenizer does not know {what}",
        given="a Tokenizer that was fitted on nothing",
        expected="fit_on_texts(texts) before, or Tokenizer(num_words=...)",
        remedy="tokenizer.fit_on_texts(texts)",
    )
