"""`tf.strings`: what prepares texts for a network.

Texts are bytes in UTF-8; `unit="UTF8_CHAR"` counts letters in place of bytes. Patterns are those of
Python's `re`, with the classes in double brackets (`[[:punct:]]`) that TensorFlow's have.
"""

from __future__ import annotations

import codecs
import re
import string as ascii_text
from collections.abc import Sequence
from functools import partial
from typing import Any, cast

import numpy as np

from geartrain import ops
from geartrain.compat.tensorflow.dtypes import as_dtype
from geartrain.compat.tensorflow.texts import RaggedTexts, as_texts, changed, of_each
from geartrain.compat.tensorflow.texts import of_pieces as _of_pieces
from geartrain.errors import explain
from geartrain.tensor import Tensor
from geartrain.tensor.text_tensor import TextTensor

__all__ = [
    "as_string", "bytes_split", "format", "join", "length", "lower", "ngrams", "reduce_join",
    "regex_full_match", "regex_replace", "split", "strip", "substr", "to_hash_bucket_fast",
    "to_number", "unicode_decode", "unicode_split", "upper",
]  # fmt: skip

REPLACEMENT = 0xFFFD  # what stands for bytes that are none of the encoding

POSIX = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r"\t ",
    "digit": "0-9",
    "lower": "a-z",
    "punct": re.escape(ascii_text.punctuation),
    "space": r"\t\n\v\f\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}


def lower(input: Any, encoding: str = "", name: str | None = None) -> TextTensor:
    """Texts in small letters: those of ASCII, or with `encoding="utf-8"` all."""
    return of_each(lambda text: text.decode().lower() if encoding else text.lower(), input)


def upper(input: Any, encoding: str = "", name: str | None = None) -> TextTensor:
    """Texts in capitals: those of ASCII, or with `encoding="utf-8"` all."""
    return of_each(lambda text: text.decode().upper() if encoding else text.upper(), input)


def strip(input: Any, name: str | None = None) -> TextTensor:
    """Texts without white space at both ends."""
    return of_each(bytes.strip, input)


def regex_replace(
    input: Any, pattern: Any, rewrite: Any, replace_global: bool = True, name: str | None = None
) -> TextTensor:
    r"""Texts with what a pattern fits replaced; `\1` in `rewrite` is its first group.

    >>> regex_replace(["a, b!", "c"], "[[:punct:]]", "").numpy().tolist()
    [b'a b', b'c']
    """
    fits, count = _pattern(pattern), 0 if replace_global else 1
    new = _text(rewrite)
    if any(int(number) > fits.groups for number in re.findall(r"\\(\d)", new)):
        return as_texts(input)  # as TensorFlow does where a group is asked for that is not there
    new = new.replace(r"\0", r"\g<0>")
    return of_each(lambda text: fits.sub(new, text.decode(errors="surrogateescape"), count), input)


def regex_full_match(input: Any, pattern: Any, name: str | None = None) -> Tensor:
    """Whether a pattern fits the whole of each text."""
    fits = _pattern(pattern)
    return _numbers(lambda text: fits.fullmatch(text.decode()) is not None, input, bool)


def _pattern(pattern: Any) -> re.Pattern[str]:
    return re.compile(re.sub(r"\[:(\w+):\]", lambda found: POSIX[found[1]], _text(pattern)))


def _text(given: Any) -> str:
    text: str = as_texts(given).numpy().decode()
    return text


def split(input: Any, sep: Any = None, maxsplit: int = -1, name: str | None = None) -> Any:
    """The parts of each text between separators, or white space: rows of different lengths.

    >>> split("the cat sat").numpy().tolist(), split(["a b", "c"]).to_list()
    ([b'the', b'cat', b'sat'], [[b'a', b'b'], [b'c']])
    """
    between = None if sep is None or not _text(sep) else _text(sep).encode()
    return _rows(lambda text: text.split(between, maxsplit), input)


def bytes_split(input: Any, name: str | None = None) -> Any:
    """The bytes of each text, one by one."""
    return _rows(lambda text: [text[at : at + 1] for at in range(len(text))], input)


def unicode_split(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = REPLACEMENT,
    name: str | None = None,
) -> Any:
    """The letters of each text, one by one."""
    handler = _replacing(errors, replacement_char)
    return _rows(lambda text: [*text.decode(input_encoding, handler)], input)


def _replacing(errors: str, replacement: int) -> str:
    """The name of what `bytes.decode` does with bytes that are none of the encoding."""
    if errors != "replace" or replacement == REPLACEMENT:
        return errors
    name = f"geartrain-replace-{replacement}"
    codecs.register_error(name, partial(_replaced, letter=chr(replacement)))
    return name


def _replaced(error: UnicodeError, letter: str) -> tuple[str, int]:
    """What stands for the bytes, and where reading goes on: as `codecs.register_error` asks."""
    return letter, cast("UnicodeDecodeError", error).end


def _rows(function: Any, texts: Any) -> Any:
    given = as_texts(texts)
    if not given.ndim:
        return as_texts(function(given.numpy()))
    return RaggedTexts([_rows(function, each) for each in given])


def unicode_decode(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = REPLACEMENT,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Any:
    """The numbers of the letters of a text, or a list of them for each of several."""
    given = as_texts(input)
    if given.ndim:
        rest = (input_encoding, errors, replacement_char, replace_control_characters)
        return [unicode_decode(each, *rest) for each in given]
    letters = given.numpy().decode(input_encoding, _replacing(errors, replacement_char))
    if replace_control_characters:
        letters = "".join(chr(replacement_char) if each < " " else each for each in letters)
    return ops.convert_to_tensor([*map(ord, letters)], "int32")


def join(inputs: Sequence[Any], separator: str = "", name: str | None = None) -> TextTensor:
    """Texts one behind the other, element by element."""
    return _of_pieces(inputs, separator.encode())


def reduce_join(
    inputs: Any,
    axis: Any = None,
    keepdims: bool = False,
    separator: str = "",
    name: str | None = None,
) -> TextTensor:
    """The texts along an axis one behind the other; None takes all."""
    if isinstance(inputs, RaggedTexts):
        return as_texts([reduce_join(each, separator=separator) for each in inputs])
    texts = as_texts(inputs)
    at = texts.ndim - 1 if axis is None else int(axis) % texts.ndim
    plain = np.moveaxis(texts.array, at, 0)
    pieces = [TextTensor(each) if isinstance(each, np.ndarray) else each for each in plain]
    found = _of_pieces(pieces, separator.encode())
    if axis is None and found.ndim:
        return reduce_join(found, None, keepdims, separator)
    return TextTensor(np.expand_dims(found.array, at)) if keepdims else found


def length(input: Any, unit: str = "BYTE", name: str | None = None) -> Tensor:
    """How long each text is, in bytes, or in letters (`unit="UTF8_CHAR"`)."""
    return _numbers(lambda text: len(text if unit == "BYTE" else text.decode()), input, np.int32)


def substr(
    input: Any, pos: Any, len: Any, unit: str = "BYTE", name: str | None = None
) -> TextTensor:
    """Part of each text: from a place on, so many bytes or letters; -1 counts from the end.

    Raises:
        ValueError: the place lies outside of a text.
    """
    texts = as_texts(input)
    places, counts = (np.broadcast_to(np.asarray(each), texts.array.shape) for each in (pos, len))
    rows = zip(
        texts.array.reshape(-1).tolist(),
        places.reshape(-1).tolist(),
        counts.reshape(-1).tolist(),
        strict=True,
    )
    parts = [_part(text, place, count, unit) for text, place, count in rows]
    return as_texts(parts).reshape(texts.shape)


def _part(text: bytes, place: int, count: int, unit: str) -> bytes:
    letters: Any = text if unit == "BYTE" else text.decode()
    size = letters.__len__()
    if not -size <= place <= size:
        raise ValueError(_place_message(text, place))
    start = place if place >= 0 else size + place
    found: Any = letters[start : start + count]
    return found if isinstance(found, bytes) else found.encode()


def to_number(input: Any, out_type: Any = "float32", name: str | None = None) -> Tensor:
    """The numbers that texts say."""
    dtype = as_dtype(out_type)
    return _numbers(float if dtype.kind == "f" else int, input, dtype)


def as_string(
    input: Any,
    precision: int = -1,
    scientific: bool = False,
    shortest: bool = False,
    width: int = -1,
    fill: str = "",
    name: str | None = None,
) -> TextTensor:
    """Numbers as texts: floats with six places, or `precision`."""
    numbers = ops.convert_to_numpy(input)
    if numbers.dtype.kind == "b":
        return of_each(bytes, changed(lambda x: b"true" if x else b"false", numbers))
    kind = "d" if numbers.dtype.kind in "iu" else "e" if scientific else "g" if shortest else "f"
    places = f".{precision}" if precision >= 0 and kind != "d" else ""
    wide = f"{fill}{width}" if width >= 0 else ""
    found = changed(lambda x: f"%{wide}{places}{kind}" % x, numbers)
    return as_texts(found)


def format(
    template: str,
    inputs: Any,
    placeholder: str = "{}",
    summarize: int = 3,
    name: str | None = None,
) -> TextTensor:
    """A text with the numbers of tensors in its places."""
    values = inputs if isinstance(inputs, list | tuple) else [inputs]
    first, *rest = template.split(placeholder)
    shown = [str(each.numpy() if hasattr(each, "numpy") else each) for each in values]
    return as_texts(first + "".join(a + b for a, b in zip(shown, rest, strict=True)))


def ngrams(
    data: Any,
    ngram_width: Any,
    separator: str = " ",
    pad_values: Any = None,
    padding_width: int | None = None,
    preserve_short_sequences: bool = False,
    name: str | None = None,
) -> Any:
    """All runs of so many neighbouring texts, joined; padded first, if `pad_values` is given."""
    if isinstance(data, RaggedTexts) or as_texts(data).ndim > 1:
        options = (ngram_width, separator, pad_values, padding_width, preserve_short_sequences)
        return RaggedTexts([ngrams(each, *options) for each in data])
    widths = ngram_width if isinstance(ngram_width, list | tuple) else [ngram_width]
    row = as_texts(data).array.tolist()
    found = []
    for width in widths:
        padded = _padded(row, width, pad_values, padding_width)
        if preserve_short_sequences and 0 < padded.__len__() < width:
            found.append(separator.encode().join(padded))
        starts = range(padded.__len__() - width + 1)
        found += [separator.encode().join(padded[at : at + width]) for at in starts]
    return as_texts(found or np.empty(0, object))


def _padded(row: list[bytes], width: int, values: Any, most: int | None) -> list[bytes]:
    if values is None:
        return row
    left, right = (values, values) if isinstance(values, str | bytes) else values
    count = width - 1 if most is None else min(width - 1, most)
    return [as_texts(left).numpy()] * count + row + [as_texts(right).numpy()] * count


def to_hash_bucket_fast(input: Any, num_buckets: int, name: str | None = None) -> Tensor:
    """A number below `num_buckets` for each text, always the same one for the same text."""
    from geartrain.layers.preprocessing.fingerprint import fingerprint64

    return _numbers(lambda text: fingerprint64(text) % num_buckets, input, np.int64)


def _numbers(function: Any, texts: Any, dtype: Any) -> Any:
    if isinstance(texts, RaggedTexts):
        return [_numbers(function, each, dtype) for each in texts]
    return ops.convert_to_tensor(changed(function, as_texts(texts), dtype))


def _place_message(text: bytes, place: int) -> str:
    return explain(
        "There is no such place in this text",
        given=f"pos={place} in {text!r:.60}",
        expected=f"a place between {-text.__len__()} and {text.__len__()}",
        remedy="tf.strings.substr(x, 0, 3)",
    )
