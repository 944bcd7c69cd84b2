"""`IndexLookup`: what `StringLookup` and `IntegerLookup` share: tokens as numbers, and back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from geartrain import ops
from geartrain.defaults import floatx
from geartrain.errors import explain
from geartrain.layers.preprocessing import lookup_messages as messages
from geartrain.layers.preprocessing.encoding import (
    MODES,
    check_dense,
    check_mode,
    encoded,
    encoded_shape,
)
from geartrain.layers.preprocessing.text_layer import TextLayer
from geartrain.layers.preprocessing.texts import batches_of, mapped
from geartrain.layers.preprocessing.vocabulary import Counts, Vocabulary
from geartrain.tensor import Array, Tensor

VOCABULARY_FILE = "vocabulary.txt"
NO_PLACE = -1  # the number of what gets no place in a vector


class IndexLookup(TextLayer):
    """Tokens as their numbers in a vocabulary."""

    token_dtype: ClassVar[str]

    def __init__(
        self,
        max_tokens: int | None,
        num_oov_indices: int,
        mask_token: Any,
        oov_token: Any,
        vocabulary_dtype: str,
        vocabulary: Any = None,
        idf_weights: Any = None,
        invert: bool = False,
        output_mode: str = "int",
        sparse: bool = False,
        pad_to_max_tokens: bool = False,
        name: str | None = None,
        oov_method: str = "floormod",
        salt: Any = None,
        **kwargs: Any,
    ) -> None:
        known_size = kwargs.pop("vocabulary_size", None)
        if kwargs.get("dtype") in ("string", "int64"):
            kwargs.pop("dtype")  # of the tokens: the layer says so itself
        super().__init__(name=name, **kwargs)
        self.max_tokens, self.num_oov_indices = max_tokens, num_oov_indices
        self.mask_token, self.oov_token, self.invert = mask_token, oov_token, invert
        self.output_mode, self.sparse = output_mode, sparse
        self.pad_to_max_tokens, self.vocabulary_dtype = pad_to_max_tokens, vocabulary_dtype
        self.oov_method, self.salt = oov_method, salt
        self._check_arguments(vocabulary, idf_weights)
        self.input_vocabulary, self.input_idf_weights = vocabulary, idf_weights
        self._vocabulary, self._counts = Vocabulary(), Counts()
        self._known_size = known_size
        self.idf_weights: Any = None
        if vocabulary is not None:
            self.set_vocabulary(vocabulary, idf_weights)

    def _check_arguments(self, vocabulary: Any, idf_weights: Any) -> None:
        kind = type(self).__name__
        check_mode(kind, self.output_mode, (*MODES, "tf_idf"))
        check_dense(kind, sparse=self.sparse)
        if self.max_tokens is not None and self.max_tokens <= 1:
            raise ValueError(messages.max_tokens(kind, self.max_tokens))
        if self.num_oov_indices < 0:
            raise ValueError(messages.oov_indices(kind, self.num_oov_indices))
        if self.pad_to_max_tokens and self.max_tokens is None:
            raise ValueError(messages.padding(kind))
        if self.invert and self.output_mode != "int":
            raise ValueError(messages.inverse(kind, self.output_mode))
        if self.output_mode != "tf_idf" and idf_weights is not None:
            raise ValueError(messages.needless_weights(kind, self.output_mode))
        if self.output_mode == "tf_idf" and vocabulary is not None and idf_weights is None:
            raise ValueError(messages.missing_weights(kind))

    # -- tokens, which subclasses know ---------------------------------------------------------

    def _tokens_in(self, data: Any) -> Array:
        """The tokens of what is given, as an array of Python objects."""
        raise NotImplementedError

    def _token(self, word: Any) -> Any:
        """A token of what stands for one: a line of a file, an element of a list."""
        raise NotImplementedError

    def _bucket(self, token: Any) -> int:
        """Which of the places of [UNK] a token gets that is not in the vocabulary."""
        raise NotImplementedError

    # -- the vocabulary ------------------------------------------------------------------------

    @property
    def _specials(self) -> list[Any]:
        """The tokens at the front: for numbers that of the mask, then those of [UNK]."""
        has_mask = self.mask_token is not None and self.output_mode == "int"
        return [self.mask_token] * has_mask + [self.oov_token] * self.num_oov_indices

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[Any]:
        """The tokens in order: token n has the number n.

        Args:
            include_special_tokens: whether those of the mask and of [UNK] are among them.
        """
        return [*(self._specials if include_special_tokens else []), *self._vocabulary.tokens]

    def vocabulary_size(self) -> int:
        """How many numbers there are, those of the special tokens included."""
        return len(self._specials) + len(self._vocabulary)

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Take these tokens, in this order, in place of those before.

        Args:
            vocabulary: tokens, with or without the special ones in front; or the path of a text
                file with a token on each line.
            idf_weights: for "tf_idf": a weight for each token. Without the special tokens [UNK]
                gets their mean.

        Raises:
            ValueError: a token is there twice, a special one is not in front, there are none or
                too many, there is no such file, or weights are missing.
        """
        kind = type(self).__name__
        if self.output_mode != "tf_idf" and idf_weights is not None:
            raise ValueError(messages.needless_weights(kind, self.output_mode))
        if self.output_mode == "tf_idf" and idf_weights is None:
            raise ValueError(messages.missing_weights(kind))
        words = self._words(vocabulary)
        specials = self._specials
        has_specials = bool(specials) and words[: len(specials)] == specials
        found = Vocabulary(words[len(specials) :] if has_specials else words)
        self._check_vocabulary(found, len(words))
        weights = None if idf_weights is None else self._front_weights(idf_weights, len(words))
        self._vocabulary, self._known_size = found, None
        self.idf_weights = weights

    def _words(self, vocabulary: Any) -> list[Any]:
        if isinstance(vocabulary, str | os.PathLike):
            path = Path(vocabulary)
            if not path.is_file():
                raise ValueError(messages.no_file(type(self).__name__, vocabulary))
            encoding = getattr(self, "encoding", "utf-8")
            vocabulary = path.read_text(encoding=encoding).rstrip("\n").split("\n")
        elif isinstance(vocabulary, Tensor):
            vocabulary = vocabulary.numpy()
        if isinstance(vocabulary, np.ndarray):
            vocabulary = vocabulary.reshape(-1).tolist()
        return [self._token(word) for word in vocabulary]

    def _check_vocabulary(self, found: Vocabulary, given: int) -> None:
        kind = type(self).__name__
        if not given:
            raise ValueError(messages.empty(kind))
        if found.repeated:
            raise ValueError(messages.repeated(kind, found.repeated))
        misplaced = self.mask_token is not None and self.mask_token in found.numbers
        if misplaced or (self.invert and self.oov_token in found.numbers):
            token = self.mask_token if misplaced else self.oov_token
            raise ValueError(messages.misplaced(kind, token, self._specials))
        size = len(self._specials) + len(found)
        if self.max_tokens is not None and size > self.max_tokens:
            raise ValueError(messages.too_many(kind, size, self.max_tokens))

    def _front_weights(self, given: Any, words: int) -> Any:
        """The weight of every number, those of the special tokens in front."""
        weights = np.asarray(ops.convert_to_tensor(given).numpy(), np.float32)
        if weights.shape != (words,):
            raise ValueError(messages.weights(type(self).__name__, weights.shape, words))
        return _Weights(weights)

    @property
    def _weights_in_order(self) -> Array:
        weights: Array = self.idf_weights.numbers
        missing = self.vocabulary_size() - len(weights)
        rest = np.full(missing, weights.mean() if len(weights) else 1.0, np.float32)
        return np.concatenate([rest, weights])

    # -- learning ------------------------------------------------------------------------------

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Learn the vocabulary of data, the most frequent tokens first, in place of that before.

        Args:
            data: tokens: a list, an array, or anything that gives batches of them.
            steps: how many batches to take; None takes all.
        """
        self.reset_state()
        for batch in batches_of(data, steps):
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Take more data into account."""
        tokens = self._tokens_in(data)
        rows = tokens.reshape(-1, 1) if tokens.ndim < 2 else tokens.reshape(len(tokens), -1)
        self.count_rows(rows.tolist())

    def count_rows(self, rows: Sequence[Sequence[Any]]) -> None:
        """Take rows of tokens into account, of any lengths.

        Raises:
            ValueError: the layer was given its vocabulary.
        """
        if self.input_vocabulary is not None:
            raise ValueError(messages.given_already(type(self).__name__, self.name))
        self._counts.add(rows, by_row=self.output_mode == "tf_idf")

    def finalize_state(self) -> None:
        """Make the vocabulary of the data so far."""
        if not self._counts.tokens:
            return
        skipped = {self.mask_token, self.oov_token} - {None}
        most = None if self.max_tokens is None else self.max_tokens - len(self._specials)
        tokens = self._counts.in_order(skipped, most)
        self._vocabulary, self._known_size = Vocabulary(tokens), None
        if self.output_mode == "tf_idf":
            self.idf_weights = _Weights(self._counts.rarity(tokens))
        self._counts = Counts()

    def reset_state(self) -> None:
        """Forget the data so far; the vocabulary stays until another is learned."""
        self._counts = Counts()

    # -- computing -----------------------------------------------------------------------------

    def call(self, inputs: Any) -> Any:
        if not len(self._vocabulary) and self.input_vocabulary is None:
            raise RuntimeError(messages.unadapted(type(self).__name__, self.name))
        return self._tokens_of(inputs) if self.invert else self._encoded(self._numbers_of(inputs))

    def _numbers_of(self, inputs: Any) -> Tensor:
        """The number of every token."""
        return Tensor(self.look_up(self._tokens_in(inputs)))

    def look_up(self, tokens: Array) -> Array:
        """The numbers of an array of tokens."""
        numbers, first = self._vocabulary.numbers, len(self._specials)
        known = np.fromiter(
            (numbers.get(token, -1) for token in tokens.reshape(-1).tolist()), np.int64, tokens.size
        ).reshape(tokens.shape)
        found = np.asarray(known + first)
        is_mask = np.zeros(tokens.shape, bool)
        if self.mask_token is not None:
            is_mask = np.asarray(tokens == self.mask_token)
            found[is_mask] = 0 if self.output_mode == "int" else NO_PLACE
        unknown = (known < 0) & ~is_mask
        if unknown.any():
            found[unknown] = self._places_of_unknown(tokens[unknown])
        return found

    def _places_of_unknown(self, tokens: Array) -> Array:
        if not self.num_oov_indices:
            raise ValueError(messages.unknown(type(self).__name__, tokens))
        first = len(self._specials) - self.num_oov_indices
        if self.num_oov_indices == 1:
            return np.full(tokens.shape, first, np.int64)
        return mapped(self._bucket, tokens) + first

    def _depth(self) -> int | None:
        if self.pad_to_max_tokens:
            return self.max_tokens
        return self.vocabulary_size() if len(self._vocabulary) else self._known_size

    def _encoded(self, numbers: Tensor) -> Tensor:
        depth = self._depth() or 0
        if self.output_mode != "tf_idf":
            return encoded(numbers, depth, self.output_mode, "int64")
        return self.weighted(encoded(numbers, depth, "count", "float32"))

    def weighted(self, counts: Tensor) -> Tensor:
        """Counts times the weights of the tokens."""
        weights = self._weights_in_order
        rest = np.zeros((self._depth() or 0) - len(weights), np.float32)
        return ops.multiply(counts, np.concatenate([weights, rest]))

    def _tokens_of(self, inputs: Any) -> Any:
        raise NotImplementedError

    def compute_output_shape(self, input_shape: Any) -> Any:
        mode = "count" if self.output_mode == "tf_idf" else self.output_mode
        return encoded_shape(input_shape, self._depth(), mode)

    def given_dtype(self) -> str:
        """The dtype of the numbers, or of the vectors, where a model is made of them."""
        return "int64" if self.output_mode == "int" else floatx()

    # -- files ---------------------------------------------------------------------------------

    @property
    def compute_dtype(self) -> str:
        """The dtype of the tokens."""
        return self.vocabulary_dtype

    @property
    def variable_dtype(self) -> str:
        """The dtype of the tokens."""
        return self.vocabulary_dtype

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "invert": self.invert,
            "max_tokens": self.max_tokens,
            "num_oov_indices": self.num_oov_indices,
            "oov_token": self.oov_token,
            "mask_token": self.mask_token,
            "output_mode": self.output_mode,
            "sparse": self.sparse,
            "pad_to_max_tokens": self.pad_to_max_tokens,
            "vocabulary_dtype": self.vocabulary_dtype,
            "idf_weights": plain_list(self.input_idf_weights),
            "vocabulary": plain_list(self.input_vocabulary),
            "vocabulary_size": self._depth_for_config(),
            "oov_method": self.oov_method,
            "salt": self.salt,
        }

    def _depth_for_config(self) -> int | None:
        return self.vocabulary_size() if len(self._vocabulary) else self._known_size

    def save_assets(self, dir_path: str | os.PathLike[str]) -> None:
        """Write the vocabulary into a folder, unless the config has it."""
        if plain_list(self.input_vocabulary) is not None or not len(self._vocabulary):
            return
        text = "\n".join(str(token) for token in self.get_vocabulary())
        Path(dir_path, VOCABULARY_FILE).write_text(text, encoding="utf-8", newline="")

    def load_assets(self, dir_path: str | os.PathLike[str]) -> None:
        """Read what `save_assets` wrote."""
        path = Path(dir_path, VOCABULARY_FILE)
        if plain_list(self.input_vocabulary) is not None or not path.is_file():
            return
        with path.open(encoding="utf-8", newline="") as file:
            words = file.read().split("\n")
        specials = [str(each) for each in self._specials]
        words = words[len(specials) :] if words[: len(specials)] == specials else words
        self._vocabulary = Vocabulary(self._token(word) for word in words)

    def save_own_variables(self, store: Any) -> None:
        """Write the weights of the tokens, for "tf_idf"."""
        if self.output_mode == "tf_idf" and self.idf_weights is not None:
            store["idf_weights"] = self._weights_in_order

    def load_own_variables(self, store: Any) -> None:
        """Read what `save_own_variables` wrote."""
        if self.output_mode == "tf_idf" and "idf_weights" in store:
            self.idf_weights = _Weights(np.asarray(store["idf_weights"], np.float32))


class _Weights:
    """The weights of tokens, as a layer holds them without looking through them."""

    def __init__(self, numbers: Array) -> None:
        self.numbers = numbers

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array(self.numbers, dtype=dtype)

    def __len__(self) -> int:
        return len(self.numbers)


def plain_list(given: Any) -> Any:
    """What a config holds of tokens or weights: a list; None of a file, whose content is saved."""
    if given is None or isinstance(given, str | os.PathLike):
        return None
    array = given.numpy() if isinstance(given, Tensor) else given
    words = array.tolist() if isinstance(array, np.ndarray) else list(array)
    return [each.decode("utf-8") if isinstance(each, bytes) else each for each in words]


def checked_salt(kind: str, salt: Any) -> tuple[int, int] | None:
    """A salt as two numbers.

    Raises:
        ValueError: it is neither a whole number nor two of them.
    """
    if salt is None:
        return None
    if isinstance(salt, int | np.integer):
        return int(salt), int(salt)
    if isinstance(salt, list | tuple) and len(salt) == 2:
        return int(salt[0]), int(salt[1])
    raise ValueError(
        explain(
            f"{kind} cannot use this salt",
            given=f"salt={salt!r}",
            expected="a whole number, two of them, or None",
            remedy="salt=(133, 137)",
        )
    )
