"""Texts: what is given as text, as a NumPy array of `str`.

"a"   [["a"], [b"b"]]   np.array(["a"])   a pandas column      ->   an array of str
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.tensor import Array, Tensor, Variable

TEXT_KINDS = "USOT"


def is_text(array: Array) -> bool:
    """Whether an array holds texts, as NumPy has them."""
    return array.dtype.kind in TEXT_KINDS


def as_array(given: Any, encoding: str = "utf-8", where: str = "This layer") -> Array:
    """Texts as an array of `str` objects; numbers as the array that they are.

    Raises:
        TypeError: a tensor that is being traced, or something that is neither text nor number.
        ValueError: lists of different lengths.
    """
    if isinstance(given, Tensor | Variable):
        tensor = given.value if isinstance(given, Variable) else given
        if tensor.is_symbolic:
            raise TypeError(_traced_message(where))
        given = tensor.array
    try:
        array = np.asarray(given)
    except ValueError:
        raise ValueError(_ragged_message(where)) from None
    if not is_text(array):
        return array
    return _decoded(array, encoding, where)


def as_texts(given: Any, encoding: str = "utf-8", where: str = "This layer") -> Array:
    """The same, where nothing but texts will do.

    Raises:
        TypeError: they are numbers.
    """
    array = as_array(given, encoding, where)
    if not is_text(array) and array.size:
        raise TypeError(_numbers_message(where, array))
    return array.astype(object)


def as_traced(given: Any) -> list[Tensor]:
    """What is given to a layer while it is traced, as tensors, in order."""
    leaves = given if isinstance(given, list | tuple) else [given]
    found = [each.value if isinstance(each, Variable) else each for each in leaves]
    return [each if isinstance(each, Tensor) else Tensor(as_array(each)) for each in found]


def _decoded(array: Array, encoding: str, where: str) -> Array:
    texts = np.empty(array.shape, object)
    texts.reshape(-1)[:] = [_text(each, encoding, where) for each in array.reshape(-1).tolist()]
    return texts


def _text(element: Any, encoding: str, where: str) -> str:
    if isinstance(element, str):
        return element
    if isinstance(element, bytes):
        return element.decode(encoding)
    raise TypeError(_element_message(where, element))


def batches_of(data: Any, steps: int | None = None) -> Iterator[Any]:
    """What `adapt` was given, batch by batch: an array is one, anything that iterates gives them.

    Of pairs and triples, as `fit` takes them, the first counts.
    """
    if is_whole(data):
        yield data
        return
    for number, batch in enumerate(data):
        if steps is not None and number >= steps:
            return
        yield batch[0] if isinstance(batch, tuple) else batch


def is_whole(data: Any) -> bool:
    """Whether this is data itself, and nothing that gives data."""
    kinds = (str, bytes, list, tuple, np.ndarray, Tensor, Variable)
    if isinstance(data, kinds) or not isinstance(data, Iterable) or isinstance(data, Mapping):
        return True
    return hasattr(data, "__array__") or hasattr(data, "__dlpack__")


def mapped(function: Callable[[Any], int], array: Array) -> Array:
    """A function's whole numbers for every element; each different element is asked for once."""
    elements = array.reshape(-1).tolist()
    found = {each: function(each) for each in set(elements)}
    numbers = np.fromiter((found[each] for each in elements), np.int64, len(elements))
    return numbers.reshape(array.shape)


def _traced_message(where: str) -> str:
    return explain(
        f"{where} works on texts, which a compiled model has not",
        given="a tensor that is being traced, inside a model or a jitted function",
        expected="texts: a str, a list of them, or a NumPy array, outside of the compiled part",
        remedy="x = layer(texts) first, then model.fit(x, y)",
    )


def _ragged_message(where: str) -> str:
    return explain(
        f"{where} takes texts in a regular form",
        given="lists of different lengths",
        expected="lists of one length on each level",
        remedy="one text each, joined by spaces, for TextVectorization; or pad with ''",
    )


def _numbers_message(where: str, array: Array) -> str:
    return explain(
        f"{where} takes texts",
        given=f"numbers of dtype {array.dtype}",
        expected="str or bytes, in lists or a NumPy array",
        remedy="layers.IntegerLookup, for whole numbers; or numbers.astype(str)",
    )


def _element_message(where: str, element: Any) -> str:
    return explain(
        f"{where} found something that is no text",
        given=f"{element!r} ({type(element).__name__}) among texts",
        expected="str or bytes",
        remedy="column.fillna(''), for what is missing in a table",
    )
