"""What the lookup layers say when something does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.tensor import Array

SHOWN = 5


def max_tokens(kind: str, given: Any) -> str:
    """Too small a vocabulary."""
    return explain(
        f"{kind} needs room for tokens",
        given=f"max_tokens={given}",
        expected="a whole number above 1, or None, for as many as there are",
        remedy="max_tokens=None",
    )


def oov_indices(kind: str, given: Any) -> str:
    """Fewer than no places."""
    return explain(
        f"{kind} cannot have this many places for unknown tokens",
        given=f"num_oov_indices={given}",
        expected="a whole number from 0 on",
        remedy="num_oov_indices=1",
    )


def padding(kind: str) -> str:
    """Padding to no size."""
    return explain(
        f"{kind} does not know how far to pad",
        given="pad_to_max_tokens=True, max_tokens=None",
        expected="max_tokens",
        remedy="max_tokens=20000",
    )


def inverse(kind: str, mode: str) -> str:
    """Numbers of vectors."""
    return explain(
        f"{kind} goes back from numbers",
        given=f"invert=True, output_mode={mode!r}",
        expected="output_mode='int'",
        remedy="output_mode='int'",
    )


def needless_weights(kind: str, mode: str) -> str:
    """Weights that nothing uses."""
    return explain(
        f"{kind} has no use for weights of tokens",
        given=f"idf_weights, with output_mode={mode!r}",
        expected="output_mode='tf_idf'",
        remedy="output_mode='tf_idf'; or leave out idf_weights",
    )


def missing_weights(kind: str) -> str:
    """A vocabulary without weights."""
    return explain(
        f"{kind} multiplies counts with the weights of tokens",
        given="a vocabulary without idf_weights, with output_mode='tf_idf'",
        expected="idf_weights, a number for each token",
        remedy=f"layers.{kind}(output_mode='tf_idf').adapt(data), which learns both",
    )


def weights(kind: str, shape: Any, words: int) -> str:
    """Not one weight for each token."""
    return explain(
        f"{kind} needs a weight for each token",
        given=f"idf_weights of shape {tuple(shape)}",
        expected=f"shape ({words},) (set by the vocabulary)",
        remedy="idf_weights=[1.0] * len(vocabulary)",
    )


def no_file(kind: str, path: Any) -> str:
    """A file that is not there."""
    return explain(
        f"{kind} cannot read its vocabulary",
        given=f"vocabulary={str(path)!r}, and there is no such file",
        expected="the path of a text file with a token on each line, or a list of tokens",
        remedy="vocabulary=['the', 'cat']",
    )


def empty(kind: str) -> str:
    """No token."""
    return explain(
        f"{kind} needs a token",
        given="an empty vocabulary",
        expected="one token or more",
        remedy="layer.adapt(data), which learns them",
    )


def repeated(kind: str, tokens: Sequence[Any]) -> str:
    """A token that is there twice."""
    return explain(
        f"{kind} gives each token one number",
        given=f"repeated tokens: {list(tokens)[:SHOWN]}",
        expected="each token once",
        remedy="vocabulary=list(dict.fromkeys(vocabulary))",
    )


def misplaced(kind: str, token: Any, specials: Sequence[Any]) -> str:
    """A special token among the others."""
    return explain(
        f"{kind} has a reserved token at another place than the front",
        given=f"{token!r} in the vocabulary",
        expected=f"no special tokens, or all of them in front: {list(specials)}",
        remedy=f"[token for token in vocabulary if token != {token!r}]",
    )


def too_many(kind: str, size: int, most: int) -> str:
    """More tokens than there is room for."""
    return explain(
        f"{kind} has no room for these tokens",
        given=f"{size} tokens, the special ones included",
        expected=f"{most} at most (set by max_tokens)",
        remedy=f"max_tokens={size}",
    )


def unadapted(kind: str, name: str) -> str:
    """No vocabulary yet."""
    return explain(
        f"{kind} '{name}' has no vocabulary yet",
        given="a call before adapt(...)",
        expected="a vocabulary, given or learned",
        remedy="layer.adapt(data)",
    )


def given_already(kind: str, name: str) -> str:
    """Learning what was given."""
    return explain(
        f"{kind} '{name}' does not learn a vocabulary that it was given",
        given="adapt(...) of a layer with vocabulary=",
        expected="a layer without vocabulary=, or no adapt(...)",
        remedy=f"layers.{kind}() and adapt, or set_vocabulary([...])",
    )


def unknown(kind: str, tokens: Array) -> str:
    """A token that has no place."""
    return explain(
        f"{kind} has no place for tokens that are not in its vocabulary",
        given=f"{sorted(set(tokens.tolist()), key=str)[:SHOWN]}, with num_oov_indices=0",
        expected="tokens of the vocabulary",
        remedy="num_oov_indices=1",
    )
