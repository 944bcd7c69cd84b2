"""What the elements of a data set are like: `TensorSpec`, in the form of an element.

(images, labels)   ->   (TensorSpec((None, 28, 28), uint8), TensorSpec((None,), int64))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.tensor import as_dtype
from geartrain.tensor.nest import flatten, map_nest, pack_like
from geartrain.tensor.text_tensor import STRING, is_text

Sizes = tuple[int | None, ...] | None


class TensorSpec:
    """A shape and a dtype.

    Args:
        shape: sizes, None where any will do; None for any rank.
        dtype: of the numbers; "string" for texts.
        name: for those who read it.

    >>> TensorSpec((None, 3), "float32")
    TensorSpec(shape=(None, 3), dtype=float32)
    """

    __slots__ = ("_dtype", "_name", "_shape")

    def __init__(self, shape: Any, dtype: Any = "float32", name: str | None = None) -> None:
        self._shape = read_sizes(shape)
        self._dtype = read_dtype(dtype)
        self._name = name

    @property
    def shape(self) -> Any:
        """The sizes, None where any will do; None for any rank."""
        return self._shape

    @property
    def dtype(self) -> Any:
        """The dtype of the elements."""
        return self._dtype

    @property
    def name(self) -> str | None:
        """The name, if there is one."""
        return self._name

    @classmethod
    def from_tensor(cls, tensor: Any, name: str | None = None) -> TensorSpec:
        """The spec that one tensor has."""
        return cls(tensor.shape, tensor.dtype, name)

    from_spec = from_tensor

    def is_compatible_with(self, other: Any) -> bool:
        """Whether a tensor, or another spec, is of this dtype and may be of this shape."""
        return self.dtype == read_dtype(other.dtype) and fits(read_sizes(other.shape), self.shape)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TensorSpec):
            return NotImplemented
        return self.shape == other.shape and bool(self.dtype == other.dtype)

    def __hash__(self) -> int:
        return hash((self.shape, self.dtype.name))

    def __repr__(self) -> str:
        named = f", name={self.name!r}" if self.name else ""
        return f"TensorSpec(shape={self.shape}, dtype={self.dtype.name}{named})"


class DatasetSpec:
    """Elements that are data sets themselves, as `window` gives them.

    Args:
        element_spec: what their elements are like.
    """

    def __init__(self, element_spec: Any, dataset_shape: Any = ()) -> None:
        self.element_spec = element_spec
        self.dataset_shape = tuple(dataset_shape)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DatasetSpec):
            return NotImplemented
        return bool(self.element_spec == other.element_spec)

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        return f"DatasetSpec({self.element_spec})"


def read_sizes(shape: Any) -> Sizes:
    """A shape of any library's as sizes; None where any will do.

    Raises:
        TypeError: it is no shape.
    """
    if shape is None or getattr(shape, "rank", 0) is None:
        return None
    if isinstance(shape, int | np.integer):
        return (int(shape),)
    return tuple(None if _is_unknown(each) else int(each) for each in shape)


def _is_unknown(size: Any) -> bool:
    return size is None or (isinstance(size, int | np.integer) and size == -1)


def read_dtype(dtype: Any) -> Any:
    """A dtype of NumPy's, or that of texts, for what scripts call it."""
    dtype = getattr(dtype, "as_numpy_dtype", dtype)
    if dtype in (str, bytes, object) or getattr(dtype, "name", dtype) in (
        "string",
        "str",
        "object",
    ):
        return STRING
    if isinstance(dtype, np.dtype) and dtype.kind in "USO":
        return STRING
    return as_dtype(dtype)


def fits(sizes: Sizes, wanted: Sizes) -> bool:
    """Whether a shape is one of those that `wanted` stands for.

    >>> fits((3, 4), (None, 4)), fits((3,), (None, 4)), fits((3,), None)
    (True, False, True)
    """
    if wanted is None or sizes is None:
        return True
    if len(sizes) != len(wanted):
        return False
    pairs = zip(sizes, wanted, strict=True)
    return all(a is None or b is None or a == b for a, b in pairs)


def blank(spec: Any) -> Any:
    """An element of a kind: zeros, and empty texts; 1 for sizes that are not known.

    Raises:
        ValueError: there are data sets in it.
    """
    return map_nest(_blank_leaf, spec)


def _blank_leaf(spec: Any) -> Any:
    if spec is None:
        return None
    if not isinstance(spec, TensorSpec):
        raise ValueError(f"no element can be made for {spec}")
    sizes = tuple(1 if size is None else size for size in spec.shape or ())
    return np.full(sizes, b"", object) if spec.dtype == STRING else np.zeros(sizes, spec.dtype)


def spec_of(element: Any) -> Any:
    """The specs of what an element holds, in its form."""
    return map_nest(_leaf_spec, element)


def _leaf_spec(leaf: Any) -> Any:
    if leaf is None:
        return None
    if hasattr(leaf, "elements"):  # a stage
        return DatasetSpec(leaf.spec)
    array = np.asarray(leaf)
    return TensorSpec(array.shape, STRING if is_text(array) else array.dtype)


def with_shapes(spec: Any, change: Callable[[Sizes], Sizes]) -> Any:
    """The specs with other shapes."""

    def changed(leaf: Any) -> Any:
        if not isinstance(leaf, TensorSpec):
            return leaf
        return TensorSpec(change(leaf.shape), leaf.dtype)

    return map_nest(changed, spec)


def batched(spec: Any, size: int | None) -> Any:
    """The specs of `size` elements together."""
    return with_shapes(spec, lambda sizes: None if sizes is None else (size, *sizes))


def unbatched(spec: Any) -> Any:
    """The specs of the rows of an element."""
    return with_shapes(spec, lambda sizes: None if sizes is None else sizes[1:])


def common(first: Any, second: Any) -> Any:
    """Specs that stand for the elements of both: None where sizes differ.

    Raises:
        TypeError: they differ in form, or in a dtype.
    """
    one, other = flatten(first), flatten(second)
    if repr(map_nest(lambda _: 0, first)) != repr(map_nest(lambda _: 0, second)):
        raise TypeError(_common_message(first, second))
    return pack_like(first, [_common(*each) for each in zip(one, other, strict=True)])


def _common(first: Any, second: Any) -> Any:
    if not isinstance(first, TensorSpec) or not isinstance(second, TensorSpec):
        return first
    if first.dtype != second.dtype:
        raise TypeError(_common_message(first, second))
    return TensorSpec(_common_sizes(first.shape, second.shape), first.dtype)


def _common_sizes(first: Sizes, second: Sizes) -> Sizes:
    if first is None or second is None or len(first) != len(second):
        return None
    return tuple(a if a == b else None for a, b in zip(first, second, strict=True))


def _common_message(first: Any, second: Any) -> str:
    return explain(
        "The elements of these data sets are of different kinds",
        given=f"{first}\nand {second}",
        expected="elements of one form, and the same dtypes in it",
        remedy="dataset.map(lambda x: ops.cast(x, 'float32'))",
    )
