"""Products whose sums are wider than their factors: `sums`, a parameter of dot products.

    contract(x, y, lhs="ik", rhs="kj", out="ij", sums="int32")      x, y int8; the result int32

Processors have instructions that multiply narrow numbers and add up the products in wide ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from geartrain.errors import explain
from geartrain.primitives.functions import cast
from geartrain.primitives.primitive import Cotangents, Spec
from geartrain.tensor import Array, DType, Tensor, as_dtype

WIDENED = {
    "int32": frozenset(["int8", "uint8"]),
    "float32": frozenset(["bfloat16", "float16"]),
}


def summed_dtype(mixed: Callable[[Spec, Spec], str], x: Spec, y: Spec, sums: str | None) -> DType:
    """The dtype of a product of x and y; `mixed` is the message where their dtypes differ."""
    if sums is None:
        if x.dtype != y.dtype:
            raise TypeError(mixed(x, y))
        return x.dtype
    names = {x.dtype.name, y.dtype.name}
    if not names <= WIDENED.get(sums, frozenset()) or (sums == "float32" and len(names) > 1):
        raise TypeError(_sums_message(x, y, sums))
    return as_dtype(sums)


def in_sums(arrays: Sequence[Array], sums: str | None) -> Sequence[Array]:
    """The factors in the dtype of their sums."""
    return arrays if sums is None else [each.astype(as_dtype(sums)) for each in arrays]


def product_text(first: str, second: str, sums: str | None) -> str:
    """A product in the loop language."""
    return f"{first} * {second}" if sums is None else f"{sums}({first}) * {sums}({second})"


def widened(inputs: tuple[Tensor, ...], sums: str | None) -> tuple[Tensor, ...]:
    """The factors in the dtype of their sums, as tensors."""
    return inputs if sums is None else tuple(cast(each, dtype=as_dtype(sums)) for each in inputs)


def narrowed(found: Cotangents, inputs: tuple[Tensor, ...], sums: str | None) -> Cotangents:
    """Derivatives in the dtypes of what they are by."""
    if sums is None:
        return found
    return tuple(
        None if each is None else cast(each, dtype=factor.dtype)
        for each, factor in zip(found, inputs, strict=True)
    )


def _sums_message(x: Spec, y: Spec, sums: str) -> str:
    return explain(
        "A dot product has no such sums",
        given=f"x {x}, y {y}, sums={sums!r}",
        expected="sums='int32' of int8 or uint8, sums='float32' of bfloat16 or float16, or none",
        remedy=f"ops.matmul(ops.cast(x, {sums!r}), ops.cast(y, {sums!r}))",
    )
