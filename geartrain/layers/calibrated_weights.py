"""`CalibratedWeights`: a kernel as GPTQ and AWQ keep it: whole numbers from 0, scales and zeros.

    kernel ~ (q - zero) * scale / factors        q: (columns, rows), scale, zero: (columns, groups)

Two numbers of four bits are in a byte; factors are AWQ's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geartrain import ops
from geartrain.quantizers import pack_int4, unpack_int4
from geartrain.quantizers.steps import steps_of
from geartrain.tensor import Array, Tensor, Variable

if TYPE_CHECKING:
    from geartrain.quantizers.steps import Rounded


@dataclass
class CalibratedWeights:
    """The kernel of a layer, which has its numbers, scales, zeros and places as variables.

    Args:
        layer: whose policy says the bits and the groups.
        name: the kernel's.
        rows, columns: of the kernel as a matrix: what is summed over, and the rest.
        zero_name: the name of the zeros in paths.
    """

    layer: Any
    name: str
    rows: int
    columns: int
    zero_name: str

    def __post_init__(self) -> None:
        policy = self.layer.own_policy()
        self.bits, self.group_size = policy.weight_bits, policy.group_size
        self.scales_rows = policy.quantization_mode == "awq"

    @property
    def groups(self) -> int:
        """How many groups of rows there are."""
        return 1 if self.group_size == -1 else -(-self.rows // self.group_size)

    def add(self) -> None:
        """Make the layer's variables: zeros, with scales of 1."""
        layer, name = self.layer, self.name
        sizes = self.columns, self.groups
        kept = -(-self.columns // 2) if self.bits == 4 else self.columns
        layer.quantized_kernel = self._variable(name, (kept, self.rows), "uint8")
        layer.kernel_scale = self._variable(f"{name}_scale", sizes, layer.variable_dtype, "ones")
        layer.kernel_zero = self._variable(self.zero_name, sizes, "uint8")
        if self.scales_rows:
            layer.awq_scales = self._variable("awq_scales", (self.rows,), "float32", "ones")
        layer.g_idx = self._variable("g_idx", (self.rows,), "float32")

    def _variable(self, name: str, shape: Any, dtype: Any, start: str = "zeros") -> Variable:
        made: Variable = self.layer.add_weight(
            shape=shape, initializer=start, dtype=dtype, trainable=False, autocast=False, name=name
        )
        return made

    def fill(self, weight: Any, quantizer: Any = None) -> None:
        """Take the numbers of a kernel of floats, each rounded by itself."""
        from geartrain.quantizers.steps import Rounded  # for few layers

        matrix = self.layer.as_matrix(np.asarray(weight, "float64"))
        steps = steps_of(matrix, self.bits, self.group_size)
        self.take(Rounded(steps.rounded(matrix), steps))

    def take(self, found: Rounded) -> None:
        """Take what was found."""
        layer = self.layer
        whole = found.whole.astype("uint8")
        kept = pack_int4(whole, axis=0, dtype="uint8")[0] if self.bits == 4 else whole
        layer.quantized_kernel.assign(np.asarray(kept))
        layer.kernel_scale.assign(found.steps.scale)
        layer.kernel_zero.assign(found.steps.zero.astype("uint8"))
        layer.g_idx.assign(found.steps.places.astype("float32"))
        if self.scales_rows:
            layer.awq_scales.assign(np.ones(self.rows) if found.factors is None else found.factors)

    def variables(self) -> list[Variable]:
        """What is kept, in the order of files."""
        layer = self.layer
        factors = [layer.awq_scales] if self.scales_rows else []
        kept = [layer.quantized_kernel, layer.kernel_scale, layer.kernel_zero]
        return [*kept, *factors, layer.g_idx]

    def whole(self) -> Any:
        """The whole numbers, not packed."""
        stored = self.layer.quantized_kernel.value
        if self.bits != 4:
            return stored
        return unpack_int4(stored, self.columns, axis=0, dtype="uint8")

    def floats(self, dtype: Any) -> Tensor:
        """The kernel as floats."""
        layer = self.layer
        places = ops.cast(layer.g_idx.value, "int32")
        scale, zero = (
            ops.take(ops.cast(each.value, dtype), places, axis=1)
            for each in (layer.kernel_scale, layer.kernel_zero)
        )
        found = ops.multiply(ops.subtract(ops.cast(self.whole(), dtype), zero), scale)
        if self.scales_rows:
            found = ops.divide(found, ops.cast(layer.awq_scales.value, dtype))
        kernel: Tensor = layer.of_matrix(ops.transpose(found))
        return kernel


class Watched:
    """What is known of the inputs of a layer: their products with each other, and their sizes.

    Args:
        rows: how many numbers an input has.
    """

    def __init__(self, rows: int) -> None:
        self.count = 0
        self.products, self.sizes = np.zeros((rows, rows)), np.zeros(rows)

    def add(self, inputs: Array) -> None:
        """Inputs, `(samples, rows)`."""
        x = inputs.astype("float64")
        self.count += len(x)
        self.products += x.T @ x
        self.sizes += np.abs(x).sum(axis=0)

    @property
    def magnitudes(self) -> Array:
        """The mean of the sizes."""
        return self.sizes / max(self.count, 1)


def calibrated(matrix: Array, config: Any, watched: Watched) -> Rounded:
    """A matrix as whole numbers, as a `GPTQConfig` or an `AWQConfig` says."""
    from geartrain.quantizers.awq import awq  # for few layers
    from geartrain.quantizers.gptq import gptq

    bits, size = config.weight_bits, config.group_size
    if config.mode == "awq":
        points = config.num_grid_points
        return awq(matrix, watched.products, watched.magnitudes, bits, size, points)
    steps = steps_of(matrix, bits, size, config.symmetric, config.per_channel)
    damping, ordered = config.hessian_damping, config.activation_order
    return gptq(matrix, watched.products, steps, damping, ordered)
