"""`WholeWeights`: a weight of a layer as whole numbers of eight or four bits, with their scales.

eight bits            weight ~ q / scale                  a scale for all that is summed over
four bits             weight ~ q / scale                  likewise, two numbers in a byte
four bits, in groups  weight ~ (q - zero) * scale         a scale and a zero for each group
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.quantizers import (
    AbsMaxQuantizer,
    abs_max_quantize_grouped_with_zero_point,
    pack_int4,
    unpack_int4,
)
from geartrain.tensor import Tensor, Variable

RANGES = {8: (-127, 127), 4: (-8, 7)}


@dataclass
class WholeWeights:
    """One weight, `name`, of a layer, which has its numbers, scales and zeros as variables.

    Args:
        layer: the layer.
        name: the weight's.
        shape: of the whole numbers, not packed.
        over: the axis that is summed over: a scale holds for all of it, or for each block of it.
        bits: 8 or 4.
        block: how many places of that axis have a scale in common; None: all.
        packed: the axis along which numbers of four bits are packed.
        attribute: that keeps the numbers.
        zero_dtype: of the zeros.
        index: whether the layer keeps to which block each place belongs, as `g_idx`.
    """

    layer: Any
    name: str
    shape: tuple[int, ...]
    over: int
    bits: int
    block: int | None = None
    packed: int = -1
    attribute: str = ""
    zero_dtype: str = "int8"
    index: bool = True

    @property
    def blocks(self) -> int | None:
        """How many blocks there are; None: all places have one scale."""
        return None if self.block is None else -(-self.shape[self.over] // self.block)

    @property
    def scale_shape(self) -> tuple[int, ...]:
        """The shape of the scales, and of the zeros."""
        sizes = list(self.shape)
        if self.blocks is None:
            del sizes[self.over]
        else:
            sizes[self.over] = self.blocks
        return tuple(sizes)

    @property
    def stored_shape(self) -> tuple[int, ...]:
        """The shape in which the numbers are kept."""
        sizes = list(self.shape)
        if self.bits == 4:
            sizes[self.packed] = -(-sizes[self.packed] // 2)
        return tuple(sizes)

    def add(self) -> None:
        """Make the layer's variables: zeros, with scales of 1."""
        layer, name = self.layer, self.name
        setattr(layer, self.attribute, self._variable(name, self.stored_shape, "int8"))
        setattr(
            layer,
            f"{name}_scale",
            self._variable(f"{name}_scale", self.scale_shape, layer.variable_dtype, "ones"),
        )
        if self.blocks is None:
            return
        zero = self._variable(f"{name}_zero", self.scale_shape, self.zero_dtype)
        setattr(layer, f"{name}_zero", zero)
        if self.index:
            layer.g_idx = self._variable("g_idx", (self.shape[self.over],), "float32")
            layer.g_idx.assign(self._places().astype("float32"))

    def _variable(self, name: str, shape: Any, dtype: Any, start: str = "zeros") -> Variable:
        made: Variable = self.layer.add_weight(
            shape=shape, initializer=start, dtype=dtype, trainable=False, autocast=False, name=name
        )
        return made

    def fill(self, weight: Any, quantizer: Callable[..., Any] | None = None) -> None:
        """Take the numbers of a weight of floats."""
        whole, scale, zero = self.quantized(np.asarray(weight), quantizer)
        stored = whole if self.bits == 8 else pack_int4(whole, axis=self.packed)[0]
        self.stored.assign(np.asarray(stored))
        self.scale.assign(np.asarray(scale))
        if zero is not None:
            self.zero.assign(np.asarray(zero))

    def quantized(self, weight: Any, quantizer: Callable[..., Any] | None) -> tuple[Any, Any, Any]:
        """Whole numbers, their scales, and their zeros (None without blocks)."""
        if self.block is not None:
            turned = self.over != 0
            matrix = weight.T if turned else weight
            found = abs_max_quantize_grouped_with_zero_point(matrix, self.block, to_numpy=True)
            arrays = [np.asarray(each) for each in found]
            return tuple(each.T if turned else each for each in arrays)  # type: ignore[return-value]
        own = AbsMaxQuantizer(axis=self.over, value_range=RANGES[self.bits])
        whole, scale = (quantizer or own)(weight, to_numpy=True)
        return np.asarray(whole), np.asarray(scale).reshape(self.scale_shape), None

    @property
    def stored(self) -> Variable:
        """The numbers, packed if they have four bits."""
        found: Variable = getattr(self.layer, self.attribute)
        return found

    @property
    def scale(self) -> Variable:
        """The scales."""
        found: Variable = getattr(self.layer, f"{self.name}_scale")
        return found

    @property
    def zero(self) -> Variable:
        """The zeros of blocks."""
        found: Variable = getattr(self.layer, f"{self.name}_zero")
        return found

    def variables(self) -> list[Variable]:
        """Numbers, scales and zeros."""
        own = [self.stored, self.scale]
        return own if self.blocks is None else [*own, self.zero]

    def whole(self) -> Any:
        """The whole numbers, not packed."""
        if self.bits == 8:
            return self.stored.value
        return unpack_int4(self.stored.value, self.shape[self.packed], axis=self.packed)

    def floats(self, dtype: Any) -> Tensor:
        """The weight as floats."""
        return self.as_floats(self.whole(), self.scale.value, dtype)

    def rows(self, places: Tensor, dtype: Any) -> Tensor:
        """The rows of the weight at these places, as floats; scales are along its last axis."""
        stored = ops.take(self.stored.value, places, axis=0)
        if self.bits == 4:
            stored = unpack_int4(stored, self.shape[-1], axis=-1)
        scale = ops.take(self.scale.value, places, axis=0)
        zero = None if self.block is None else ops.take(self.zero.value, places, axis=0)
        return self.as_floats(stored, scale, dtype, zero, axis=-1)

    def as_floats(
        self, whole: Tensor, scale: Any, dtype: Any, zero: Any = None, axis: int | None = None
    ) -> Tensor:
        """Whole numbers of this weight, with their scales, as floats."""
        axis = self.over if axis is None else axis
        numbers, scale = ops.cast(whole, dtype), ops.cast(scale, dtype)
        if self.block is None:
            return ops.divide(numbers, ops.expand_dims(scale, axis))
        zero = ops.cast(self.zero.value if zero is None else zero, dtype)
        at = self._places()
        by_place = (ops.take(each, at, axis=axis) for each in (zero, scale))
        zero, scale = by_place
        return ops.multiply(ops.subtract(numbers, zero), scale)

    def _places(self) -> Any:
        """To which block each place of the axis belongs."""
        return np.arange(self.shape[self.over], dtype="int32") // (self.block or 1)
