"""Elements put together into batches, and batches taken apart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from geartrain.data.cardinality import UNKNOWN, quotient
from geartrain.data.counting import regrouped
from geartrain.data.elements import (
    Element,
    one_after_another,
    rows_between,
    rows_in,
    rows_of,
    together,
)
from geartrain.data.spec import TensorSpec, batched, unbatched, with_shapes
from geartrain.data.stage import Stage
from geartrain.errors import explain
from geartrain.tensor import Array
from geartrain.tensor.nest import flatten, pack_like
from geartrain.tensor.text_tensor import text_array

KINDS = "biufVc"  # of dtypes: each can hold those before it; V is bfloat16


class Batch(Stage):
    """Elements along a new first axis, `number` at a time.

    Args:
        source: gives them.
        number: how many make a batch.
        whole: whether a last, smaller batch is left out.
    """

    def __init__(self, source: Stage, number: int, *, whole: bool) -> None:
        super().__init__(source)
        self.number, self.whole = number, whole

    @property
    def size(self) -> int:
        return quotient(self.source.size, self.number, up=not self.whole)

    def _find_spec(self) -> Any:
        return batched(self.source.spec, self.number if self.whole else None)

    @property
    def is_quick(self) -> bool:
        return self.source.in_blocks and self.source.is_quick

    def elements(self) -> Iterator[Element]:
        batches = self._of_blocks() if self.source.in_blocks else self._of_elements()
        for batch in batches:
            if not self.whole or rows_in(batch) == self.number:
                yield batch

    def _of_blocks(self) -> Iterator[Element]:
        return regrouped(self.source.blocks(self.number), self.number)

    def _of_elements(self) -> Iterator[Element]:
        elements = iter(self.source.elements())
        while part := list(islice(elements, self.number)):
            if self.whole and len(part) < self.number:
                return  # what is left need not be of one shape
            yield together(part)


class PaddedBatch(Batch):
    """The same, of elements of different shapes, which are filled up.

    Args:
        source: gives them.
        number: how many make a batch.
        whole: whether a last, smaller batch is left out.
        shapes: to which shapes, in the form of an element; None, or None in a shape, is as large
            as the batch needs.
        values: what fills up, in that form, or one for all; None is 0, and "" for texts.
    """

    def __init__(
        self, source: Stage, number: int, *, whole: bool, shapes: Any, values: Any
    ) -> None:
        super().__init__(source, number, whole=whole)
        self.shapes, self.values = shapes, values

    def _find_spec(self) -> Any:
        number = self.number if self.whole else None
        found = batched(self.source.spec, number)
        if self.shapes is None:
            return found
        shapes = in_form(found, self.shapes, "padded_shapes")
        pairs = zip(flatten(found), shapes, strict=True)
        leaves = [TensorSpec((number, *_sizes(s)), each.dtype) if s is not None else each
                  for each, s in pairs]  # fmt: skip
        return pack_like(found, leaves)

    def elements(self) -> Iterator[Element]:
        elements = iter(self.source.elements())
        while part := list(islice(elements, self.number)):
            if not self.whole or len(part) == self.number:
                yield self._padded(part)

    def _padded(self, elements: list[Element]) -> Element:
        first = elements[0]
        shapes = in_form(first, self.shapes, "padded_shapes")
        values = in_form(first, self.values, "padding_values")
        columns = zip(*(flatten(each) for each in elements), strict=True)
        leaves = [padded(*each) for each in zip(columns, shapes, values, strict=True)]
        return pack_like(first, leaves)


def in_form(element: Any, given: Any, name: str) -> list[Any]:
    """What is given for each leaf of an element.

    Raises:
        TypeError: it has another form.
        ValueError: it has another number of parts.
    """
    if given is None or not isinstance(element, tuple | dict) or _is_single(given):
        return [given] * len(flatten(element))
    if isinstance(element, dict) != isinstance(given, dict) or isinstance(given, list):
        raise TypeError(_form_message(name, element, given))
    if isinstance(element, dict):
        if set(given) != set(element):
            raise ValueError(_form_message(name, element, given))
        return [
            leaf for key in _in_order(element) for leaf in in_form(element[key], given[key], name)
        ]
    if len(given) != len(element):
        raise ValueError(_form_message(name, element, given))
    parts = zip(element, given, strict=True)
    return [leaf for each in parts for leaf in in_form(*each, name)]


def _in_order(element: dict[Any, Any]) -> list[Any]:
    """The keys of a dict in the order in which its leaves come."""
    return flatten({key: key for key in element})


def _is_single(given: Any) -> bool:
    return not isinstance(given, tuple | list | dict)


def _sizes(shape: Any) -> tuple[Any, ...]:
    """A shape, with None for sizes that the batch sets."""
    if isinstance(shape, int | np.integer):
        shape = (shape,)
    return tuple(None if each is None or int(each) < 0 else int(each) for each in shape)


def padded(arrays: tuple[Any, ...], shape: Any, value: Any) -> Any:
    """Arrays of one rank as one, the smaller ones filled up.

    Raises:
        ValueError: one is larger than the shape allows.
    """
    arrays = tuple(text_array(x) if isinstance(x, bytes) else np.asarray(x) for x in arrays)
    wanted = _sizes(shape) if shape is not None else (None,) * arrays[0].ndim
    if any(each.ndim != len(wanted) for each in arrays):
        raise ValueError(_rank_message(arrays, wanted))
    most = [max(each.shape[axis] for each in arrays) for axis in range(len(wanted))]
    sizes = tuple(m if w is None else w for m, w in zip(most, wanted, strict=True))
    if any(m > size for m, size in zip(most, sizes, strict=True)):
        raise ValueError(_large_message(most, sizes))
    found = np.full((len(arrays), *sizes), _filling(arrays[0], value), arrays[0].dtype)
    for number, each in enumerate(arrays):
        place: Any = (number, *(slice(size) for size in each.shape), ...)
        found[place] = each
    return found


def _filling(array: Array, value: Any) -> Any:
    """What fills up, if it can be that of this dtype."""
    if array.dtype.kind == "O":
        return b"" if value is None else text_array(getattr(value, "array", value)).item()
    if value is None:
        return 0
    plain = np.asarray(value)
    if KINDS.find(plain.dtype.kind) > KINDS.find(array.dtype.kind) or plain.dtype.kind in "OSU":
        raise TypeError(_value_message(array, value))
    if array.dtype.kind in "iu" and plain.astype(array.dtype) != plain:
        raise TypeError(_value_message(array, value))
    return plain


class Unbatch(Stage):
    """The rows of elements."""

    @property
    def size(self) -> int:
        rows = {each.shape[0] for each in _specs(self.source.spec) if each.shape}
        number = rows.pop() if len(rows) == 1 else None
        return UNKNOWN if number is None or self.source.size < 0 else self.source.size * number

    def _find_spec(self) -> Any:
        for each in _specs(self.source.spec):
            if each.shape == ():
                raise ValueError(_scalar_message())
        return unbatched(self.source.spec)

    def elements(self) -> Iterator[Element]:
        for batch in self.source.elements():
            require_rows(batch)
            yield from rows_of(batch)


class Rebatch(Stage):
    """Batches of another size, of batches."""

    def __init__(self, source: Stage, sizes: list[int], *, whole: bool) -> None:
        super().__init__(source)
        self.sizes, self.whole = sizes, whole

    def _find_spec(self) -> Any:
        size = self.sizes[0] if self.whole and len(set(self.sizes)) == 1 else None
        return with_shapes(self.source.spec, lambda sizes: sizes and (size, *sizes[1:]))

    def elements(self) -> Iterator[Element]:
        pending: list[Element] = []
        turn = 0
        for batch in self.source.elements():
            require_rows(batch)
            pending.append(batch)
            while sum(map(rows_in, pending)) >= self.sizes[turn]:
                joined, size = one_after_another(pending), self.sizes[turn]
                yield rows_between(joined, 0, size)
                rest = rows_between(joined, size, rows_in(joined))
                pending = [rest] if rows_in(rest) else []
                turn = (turn + 1) % len(self.sizes)
        if pending and not self.whole:
            yield one_after_another(pending)


def require_rows(batch: Element) -> None:
    """Whether the parts of an element have rows, as many each.

    Raises:
        ValueError: they have not.
    """
    shapes = [np.shape(each) for each in flatten(batch) if each is not None]
    if () in shapes:
        raise ValueError(_scalar_message())
    if len({shape[0] for shape in shapes}) > 1:
        raise ValueError(_rows_message(shapes))


def _specs(spec: Any) -> list[TensorSpec]:
    return [each for each in flatten(spec) if isinstance(each, TensorSpec)]


def _form_message(name: str, element: Any, given: Any) -> str:
    return explain(
        f"padded_batch needs {name} in the form of an element",
        given=f"{name}={given!r}",
        expected=f"a {type(element).__name__} of {len(element)}, as the elements are",
        remedy=f"{name}=None, for as large as needed and filled with 0",
    )


def _rank_message(arrays: Any, wanted: Any) -> str:
    return explain(
        "padded_batch needs elements of one rank",
        given=f"shapes {', '.join(str(each.shape) for each in arrays[:4])}",
        expected=f"{len(wanted)} axes (set by padded_shapes, or by the first element)",
        remedy="padded_shapes=[None], for elements with one axis",
    )


def _large_message(most: Any, sizes: Any) -> str:
    return explain(
        "padded_batch was given an element that is larger than its shape",
        given=f"elements up to {tuple(most)}",
        expected=f"at most {sizes} (set by padded_shapes)",
        remedy="padded_shapes=None, for as large as the batch needs; or x[:length] in map",
    )


def _scalar_message() -> str:
    return explain(
        "unbatch and rebatch take the rows of batches",
        given="elements without an axis",
        expected="elements with at least one axis, which counts the rows",
        remedy="dataset.batch(32) before, or leave unbatch() out",
    )


def _rows_message(shapes: list[Any]) -> str:
    return explain(
        "unbatch and rebatch take the rows of batches",
        given=f"an element with parts of shapes {', '.join(map(str, shapes))}",
        expected="as many rows in each part",
        axis="axis 0",
        remedy="dataset.map(lambda x, y: (x[:n], y[:n])), if they belong together in that order",
    )


def _value_message(array: Array, value: Any) -> str:
    return explain(
        "padded_batch cannot fill up with this value",
        given=f"padding_values={value!r:.60}",
        expected=f"a value of dtype {array.dtype}, as the elements are",
        remedy=f"padding_values=np.{array.dtype}(0), or x cast to the value's dtype in map",
    )
