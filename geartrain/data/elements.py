"""Elements: nests (tuples, dicts) of arrays inside of a pipeline, of tensors outside.

    {"x": [[1, 2], [3, 4]], "y": "a"}   ->   {"x": int32 (2, 2), "y": a text}

Lists are arrays, as in `tf.data`. Rows of many elements together are a block: the same nest, with
one more axis in front.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

import geartrain.ops  # noqa: F401  (the operators of tensors: elements are computed with)
from geartrain.errors import explain
from geartrain.tensor import Array, Tensor, Variable
from geartrain.tensor.dtypes import native
from geartrain.tensor.nest import flatten, map_nest, pack_like
from geartrain.tensor.text_tensor import TextTensor, is_text, text_array

Element = Any  # a nest of arrays
Block = Any  # the same, of several elements, along a first axis


def read_element(given: Any) -> Element:
    """What a user gives as an element, or a function of the user's: a nest of arrays.

    Raises:
        TypeError: something in it is neither numbers nor texts.
        ValueError: lists of different lengths.
    """
    if isinstance(given, tuple):
        parts = [read_element(each) for each in given]
        return type(given)(*parts) if hasattr(given, "_fields") else tuple(parts)
    if isinstance(given, dict):
        return type(given)((key, read_element(each)) for key, each in given.items())
    return read_leaf(given)


def read_leaf(given: Any) -> Any:
    """An array of anything that holds numbers or texts; a data set's stage; None."""
    if isinstance(given, np.ndarray) and given.dtype.kind in "biufc":
        return given
    if isinstance(given, Tensor):
        return given.array
    if given is None:
        return None
    if isinstance(given, Variable):
        return given.numpy()
    stage = getattr(given, "stage", None)
    return _as_array(given) if stage is None else stage


def _as_array(given: Any) -> Array:
    if hasattr(given, "detach"):  # a tensor of PyTorch, which may have a gradient
        given = given.detach().cpu()
    if isinstance(given, list) and _holds_tensors(given):
        given = [read_leaf(each) for each in given]
    try:
        array = np.asarray(given)
    except ValueError:
        raise ValueError(_ragged_message(given)) from None
    if is_text(array):
        return text_array(given if isinstance(given, str | bytes | list) else array)
    if array.dtype.kind in "OMmV" and array.dtype.name != "bfloat16":
        raise TypeError(_kind_message(given, array))
    return native(array) if _has_dtype(given) else _narrow(array)


def _holds_tensors(given: Any) -> bool:
    if isinstance(given, list):
        return any(map(_holds_tensors, given))
    return isinstance(given, Tensor | Variable)


def _has_dtype(given: Any) -> bool:
    """Whether what is given says itself of which dtype it is, as Python's numbers do not."""
    while isinstance(given, list | tuple) and len(given):
        given = given[0]
    return hasattr(given, "dtype")


def _narrow(array: Array) -> Array:
    """Python's numbers in 32 bits, where they have room there."""
    if array.dtype == np.float64:
        return array.astype(np.float32)
    if array.dtype == np.int64 and (
        not array.size or (array.min() >= -(2**31) and array.max() < 2**31)
    ):
        return array.astype(np.int32)
    return array


def as_tensors(element: Element) -> Any:
    """The element with tensors in place of arrays, as users see it."""
    if type(element) is np.ndarray:
        return _as_tensor(element)
    if type(element) is tuple:
        return tuple([as_tensors(each) for each in element])
    return map_nest(_as_tensor, element)


def _as_tensor(leaf: Any) -> Any:
    if isinstance(leaf, np.ndarray | np.generic) and leaf.dtype.kind in "biufcV":
        return Tensor(np.asarray(leaf))
    if leaf is None:
        return None
    if hasattr(leaf, "elements"):
        from geartrain.data.dataset import Dataset  # it stands on this file

        return Dataset(leaf)
    return TextTensor(leaf)


def as_arrays(element: Element) -> Any:
    """The element as NumPy has it: its own memory, `bytes` for a single text."""
    return map_nest(_own_array, element)


def _own_array(leaf: Any) -> Any:
    if isinstance(leaf, np.ndarray):
        if not leaf.ndim:
            return leaf[()]
        return leaf if leaf.flags.owndata and leaf.flags.writeable else leaf.copy()
    if hasattr(leaf, "elements"):
        return _as_tensor(leaf)
    return leaf


# -- blocks ----------------------------------------------------------------------------------------


def rows_in(block: Block) -> int:
    """How many elements a block holds."""
    return len(next(each for each in flatten(block) if each is not None))


def rows_of(block: Block) -> Iterator[Element]:
    """The elements of a block, one after another."""
    if isinstance(block, np.ndarray):
        yield from block
    elif type(block) is tuple and all(isinstance(each, np.ndarray) for each in block):
        yield from zip(*block, strict=True)
    else:
        for row in range(rows_in(block)):
            yield map_rows(lambda leaf: leaf[row], block)  # noqa: B023  (called at once)


def map_rows(function: Callable[[Array], Any], block: Block) -> Any:
    """A function of every array of a block; None stays None."""
    return map_nest(lambda leaf: None if leaf is None else function(leaf), block)


def rows_between(block: Block, start: int, stop: int) -> Block:
    """Some rows of a block, without a copy."""
    return map_rows(lambda leaf: leaf[start:stop], block)


def rows_at(block: Block, places: Array) -> Block:
    """The rows of these numbers."""
    return map_rows(lambda leaf: leaf.take(places, axis=0), block)


def one_after_another(blocks: Sequence[Block]) -> Block:
    """Blocks as one."""
    if len(blocks) == 1:
        return blocks[0]
    columns = zip(*(flatten(each) for each in blocks), strict=True)
    return pack_like(
        blocks[0], [None if each[0] is None else np.concatenate(each) for each in columns]
    )


def together(elements: Sequence[Element]) -> Block:
    """Elements as a block.

    Raises:
        ValueError: they differ in shape.
        TypeError: there are data sets among them.
    """
    if isinstance(elements[0], np.ndarray):
        return stacked(elements)
    if type(elements[0]) is tuple:
        return tuple([together(each) for each in zip(*elements, strict=True)])
    columns = zip(*(flatten(each) for each in elements), strict=True)
    return pack_like(elements[0], [stacked(each) for each in columns])


def stacked(leaves: Sequence[Any]) -> Any:
    """Arrays of one shape along a new first axis."""
    first = leaves[0]
    if first is None:
        return None
    if isinstance(first, bytes):
        found = np.empty(len(leaves), object)
        found[:] = leaves
        return found
    if hasattr(first, "elements"):
        raise TypeError(_nested_message())
    try:
        return np.stack(leaves)
    except ValueError:
        raise ValueError(_shapes_message(leaves)) from None


def _shapes_message(leaves: Sequence[Any]) -> str:
    shapes = [np.shape(each) for each in leaves]
    other = next(number for number, shape in enumerate(shapes) if shape != shapes[0])
    return explain(
        "batch needs elements of one shape",
        given=f"element {other} of the batch of shape {shapes[other]}",
        expected=f"shape {shapes[0]} (set by the first element of the batch)",
        remedy="padded_batch(...), which fills the shorter ones up; or resize them in map",
    )


def _nested_message() -> str:
    return explain(
        "batch cannot put data sets together",
        given="elements that are data sets, as window gives them",
        expected="elements of arrays",
        remedy="dataset.window(4).flat_map(lambda part: part.batch(4))",
    )


def _ragged_message(given: Any) -> str:
    return explain(
        "A list of lists of different lengths is no tensor",
        given=f"{str(given)[:60]}",
        expected="lists of one length on each level",
        remedy="utils.pad_sequences(lists), or a tuple, where the parts belong to different inputs",
    )


def _kind_message(given: Any, array: Array) -> str:
    return explain(
        "An element of a data set holds numbers and texts",
        given=f"{type(given).__name__} of dtype {array.dtype}",
        expected="arrays, tensors, numbers, texts; tuples and dicts of them",
        remedy="np.asarray(x, dtype='float32')",
    )
