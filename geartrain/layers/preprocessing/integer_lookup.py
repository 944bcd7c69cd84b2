"""`IntegerLookup`: any whole numbers as numbers from 0 on."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain import ops
from geartrain.errors import explain, unknown_name
from geartrain.layers.preprocessing.encoding import rank_among
from geartrain.layers.preprocessing.fingerprint import hasher
from geartrain.layers.preprocessing.index_lookup import NO_PLACE, IndexLookup, checked_salt
from geartrain.layers.preprocessing.texts import as_array
from geartrain.ops import convert_to_tensor
from geartrain.tensor import Array, Tensor

METHODS = ("floormod", "farmhash")


class IntegerLookup(IndexLookup):
    """Whole numbers as their places in a vocabulary, which is given or learned.

    It can be part of a compiled model, but for `oov_method="farmhash"` with several places.

    Args:
        max_tokens: how many tokens there are at most, the special ones included; None: all.
        num_oov_indices: how many places there are for numbers that are not in the vocabulary.
        mask_token: the number that means "nothing here": place 0; None: there is none.
        oov_token: what stands for an unknown number.
        vocabulary: whole numbers in order, or the path of a file with one on each line; None:
            `adapt` learns it.
        vocabulary_dtype: "int64".
        idf_weights: for "tf_idf": the weight of each token, where the vocabulary is given.
        invert: whether it goes the other way.
        output_mode: "int": places; "one_hot": a vector for each number; "multi_hot", "count",
            "tf_idf": one for each row: which are in it, how often, how often times weight.
        sparse: False: there are no sparse tensors.
        pad_to_max_tokens: whether vectors have max_tokens places, however many tokens there are.
        oov_method: which of several places an unknown number gets: "floormod": its remainder;
            "farmhash": its fingerprint's.
        salt: for "farmhash": one or two whole numbers that change what it chooses.
        name: None numbers the class's name.
        **kwargs: those of `Layer`.

    Input shape:
        Any.

    Output shape:
        For "int" the same; for "one_hot" with an axis more; else the last axis becomes the tokens.

    Raises:
        ValueError: arguments that do not go together.

    >>> from geartrain import layers
    >>> layers.IntegerLookup(vocabulary=[12, 36, 1138])([[12, 1138], [42, 36]]).numpy().tolist()
    [[1, 3], [0, 2]]
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: int | None = None,
        oov_token: int = -1,
        vocabulary: Any = None,
        vocabulary_dtype: str = "int64",
        idf_weights: Any = None,
        invert: bool = False,
        output_mode: str = "int",
        sparse: bool = False,
        pad_to_max_tokens: bool = False,
        oov_method: str = "floormod",
        salt: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        _check(vocabulary_dtype, oov_method, salt, mask_token)
        self._fingerprint = hasher(checked_salt("IntegerLookup", salt))
        super().__init__(
            max_tokens,
            num_oov_indices,
            mask_token,
            oov_token,
            vocabulary_dtype,
            vocabulary,
            idf_weights,
            invert,
            output_mode,
            sparse,
            pad_to_max_tokens,
            name,
            oov_method,
            salt,
            **kwargs,
        )

    def _tokens_in(self, data: Any) -> Array:
        array = as_array(data, where=f"IntegerLookup '{self.name}'")
        if array.dtype.kind not in "iufb":
            raise TypeError(_numbers_message(array))
        return array.astype(np.int64)

    def _token(self, word: Any) -> int:
        return int(word)

    def _bucket(self, token: int) -> int:
        if self.oov_method == "floormod":
            return token % self.num_oov_indices
        return self._fingerprint(str(token).encode()) % self.num_oov_indices

    def _numbers_of(self, inputs: Any) -> Tensor:
        if isinstance(inputs, Tensor) and inputs.is_symbolic:
            return self._searched(ops.cast(inputs, "int64"))
        return super()._numbers_of(inputs)

    def traced(self, inputs: Any) -> Any:
        """Numbers are looked up by operations that compile; only fingerprints are not."""
        by_fingerprint = self.num_oov_indices > 1 and self.oov_method != "floormod"
        is_unread = not len(self._vocabulary)  # it comes of a file, when the model stands
        if is_unread or (by_fingerprint and not self.invert):
            return super().traced(inputs)
        return self.call(inputs)

    def _searched(self, x: Tensor) -> Tensor:
        """The same with operations that can be compiled."""
        tokens = np.array(self._vocabulary.tokens, np.int64)
        order = np.argsort(tokens)
        at = ops.maximum(ops.subtract(rank_among(tokens[order], x), 1), 0)
        places = order.astype(np.int64) + len(self._specials)
        is_known = ops.equal(ops.take(tokens[order], at), x)
        found = ops.where(is_known, ops.take(places, at), self._unknown_places(x))
        if self.mask_token is None:
            return ops.cast(found, "int64")
        mask = 0 if self.output_mode == "int" else NO_PLACE
        return ops.cast(ops.where(ops.equal(x, self.mask_token), mask, found), "int64")

    def _unknown_places(self, x: Tensor) -> Any:
        count = self.num_oov_indices
        first = len(self._specials) - count
        if not count:
            return NO_PLACE
        return ops.mod(x, count) + first if count > 1 else first

    def _tokens_of(self, inputs: Any) -> Tensor:
        places = ops.cast(convert_to_tensor(inputs), "int64")
        tokens = np.array([*self.get_vocabulary(), self.oov_token], np.int64)
        last = len(tokens) - 1
        is_known = ops.logical_and(ops.greater_equal(places, 0), ops.less(places, last))
        return ops.take(tokens, ops.where(is_known, places, last))


def _check(dtype: Any, method: Any, salt: Any, mask_token: Any) -> None:
    if dtype != "int64":
        raise ValueError(_dtype_message(dtype))
    if method not in METHODS:
        remedy = "layers.IntegerLookup(..., oov_method={})"
        raise ValueError(unknown_name("method", method, METHODS, remedy=remedy))
    if salt is not None and method != "farmhash":
        raise ValueError(_salt_message(salt))
    if mask_token is not None and int(mask_token) != mask_token:
        raise TypeError(_mask_message(mask_token))


def _numbers_message(array: Array) -> str:
    return explain(
        "IntegerLookup takes whole numbers",
        given=f"an array of dtype {array.dtype}",
        expected="whole numbers",
        remedy="layers.StringLookup, for texts",
    )


def _dtype_message(dtype: Any) -> str:
    return explain(
        "IntegerLookup has tokens of 64 bits",
        given=f"vocabulary_dtype={dtype!r}",
        expected="'int64'",
        remedy="vocabulary_dtype='int64'; or layers.StringLookup, for texts",
    )


def _salt_message(salt: Any) -> str:
    return explain(
        "IntegerLookup salts fingerprints",
        given=f"salt={salt!r}, oov_method='floormod'",
        expected="oov_method='farmhash'",
        remedy="oov_method='farmhash'",
    )


def _mask_message(token: Any) -> str:
    return explain(
        "IntegerLookup has whole numbers as tokens",
        given=f"mask_token={token!r}",
        expected="a whole number, or None",
        remedy="mask_token=0",
    )
