"""`EinsumDense`: a dense layer over any axes, by Einstein's convention."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from geartrain import activations, initializers
from geartrain.errors import explain
from geartrain.layers.configuration import configured, rules_of
from geartrain.layers.einsum_layout import EinsumLayout, split_equation
from geartrain.layers.multiplying import Multiplying
from geartrain.layers.told_specs import spec_of_built_rank
from geartrain.ops import einsum, multiply, reshape
from geartrain.tensor import Array, Shape, Tensor, Variable, format_shape

if TYPE_CHECKING:
    from geartrain.layers.whole_weights import WholeWeights


@configured(
    also=("activity_regularizer",),
    if_given=("lora_rank", "lora_alpha", "gptq_unpacked_column_size"),
    kept_as={"output_shape": "partial_output_shape"},
)
class EinsumDense(Multiplying):
    """output = activation(einsum(equation, input, kernel) + bias).

    Args:
        equation: such as "abc,cd->abd": the input's axes, the kernel's, the output's. `...` at
            one end stands for any number of axes.
        output_shape: of one sample, without the batch; None in it is the input's size.
        activation: a name or a function; None is the identity.
        bias_axes: the output's axes along which the bias differs; None is no bias.
        kernel_initializer, bias_initializer: names or objects of `geartrain.initializers`.
        kernel_regularizer, bias_regularizer: penalties on the weights, added to the loss.
        kernel_constraint, bias_constraint: put in force after each step.
        lora_rank, lora_alpha: two small matrices train instead of the kernel; see `LowRank`.
        gptq_unpacked_column_size: how many columns a kernel of packed numbers has.
        quantization_config: how `quantize` makes whole numbers; see `geartrain.quantizers`.
        **kwargs: those of `Layer`.

    Raises:
        ValueError: the equation, the output's shape and the input do not fit each other.

    >>> from geartrain import layers, ops
    >>> layers.EinsumDense("abc,cd->abd", (None, 5), bias_axes="d")(ops.ones((2, 3, 4))).shape
    (2, 3, 5)
    """

    quantizes_itself = True
    zero_name = "zero_point"

    def __init__(
        self,
        equation: str,
        output_shape: int | Sequence[int | None],
        activation: Any = None,
        bias_axes: str | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        gptq_unpacked_column_size: int | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(lora_rank, lora_alpha, quantization_config, **kwargs)
        self.gptq_unpacked_column_size = gptq_unpacked_column_size
        self.equation = equation
        single = isinstance(output_shape, int)
        self.partial_output_shape = (output_shape,) if single else tuple(output_shape)  # type: ignore[arg-type]
        self.activation = activations.get(activation)
        self.bias_axes = bias_axes
        self.keep_rules(**rules_of(locals()))
        self.kernel_initializer: Any
        self.layout: EinsumLayout
        self.bias: Variable | None = None

    def build(self, input_shape: Shape) -> None:
        names, weight, output = split_equation(self.equation)
        sizes = _sizes(self, names, output, input_shape)
        shape = [sizes[each] for each in weight]
        joined = [size for each, size in zip(weight, shape, strict=True) if each in names]
        start = _Scaled(initializers.get(self.kernel_initializer), math.prod(joined))
        self.layout = EinsumLayout(self.equation, len(input_shape), tuple(shape))
        self.add_adapted(shape, initializer=start)
        if self.bias_axes:
            letters = output.replace("...", "")
            first = min(letters.index(each) for each in self.bias_axes)
            own = letters[first:]
            shape = [sizes[each] if each in self.bias_axes else 1 for each in own]
            behind = sum(1 for _ in output.partition("...")[2]) if "..." in output else 0
            if "..." in output and behind < len(own):
                raise ValueError(_equation_message(self, input_shape))
            self.bias = self.add_ruled("bias", shape)
        self.finish_build()

    @property
    def kernel(self) -> Any:
        """The kernel, with what is added at low rank; whole numbers, if it is quantized."""
        return self.adapted_weight()

    def contract(self, x: Any, weight: Any) -> Tensor:
        return einsum(self.equation, x, weight)

    def contract_back(self, upstream: Tensor, weight: Tensor) -> Tensor:
        return einsum(self.layout.back, upstream, weight)

    @property
    def sums_whole_numbers(self) -> bool:
        return not self.packs  # whose scales are not those of whole sums

    def summed_axes(self) -> tuple[int, ...]:
        return self.layout.input_axes

    @property
    def packs(self) -> bool:
        """Whether the kernel is kept as a matrix of numbers of four bits."""
        return self.quantization_mode == "int4"

    def told_spec(self) -> Any:
        return spec_of_built_rank(self)

    def whole_weights(self) -> list[WholeWeights]:
        from geartrain.layers.einsum_weights import EinsumWeights, WholeWeights  # for few layers

        if self.packs:
            shape, block = self.layout.matrix_shape, self.block_size
            return [WholeWeights(self, "kernel", shape, 0, 4, block, attribute="_kernel")]
        return [EinsumWeights(self, "kernel", self.adapted_shape, 0, 8, attribute="_kernel")]

    def as_stored(self, name: str, weight: Any) -> Any:
        return weight.reshape(self.layout.matrix_shape) if self.packs else weight

    def as_declared(self, whole: Any) -> Any:
        return reshape(whole, self.adapted_shape) if self.packs else whole

    def own_floats(self, name: str, dtype: Any) -> Any:
        return self.as_declared(super().own_floats(name, dtype))

    def matrix_sizes(self) -> tuple[int, int]:
        if self.layout.batched:
            raise ValueError(_batched_message(self))
        columns = self.layout.matrix_shape[1]
        setattr(self, f"{self.quantization_mode}_unpacked_column_size", columns)
        return self.layout.matrix_shape

    def as_matrix(self, kernel: Array) -> Array:
        return kernel.transpose(self.layout.rows_first).reshape(self.layout.matrix_shape)

    def of_matrix(self, matrix: Tensor) -> Tensor:
        return self.layout.kernel_of_matrix(matrix)

    def rows_of(self, inputs: Array) -> Array:
        turned = inputs.transpose(self.layout.rows_last)
        return turned.reshape(-1, self.layout.matrix_shape[0])

    def scale_of_outputs(self, input_scale: Tensor) -> Tensor:
        return multiply(self.layout.input_to_output(input_scale), self.whole_of["kernel"].scale)


class _Scaled:
    """An initializer's numbers for a kernel of which some axes are summed over, in any order.

    What they are scaled by is a matrix's: as many inputs as the summed axes have places.
    """

    def __init__(self, initializer: Any, inputs: int) -> None:
        self.initializer = initializer
        self.inputs = inputs

    def __call__(self, shape: Shape, dtype: Any = None) -> Any:
        if not isinstance(self.initializer, initializers.VarianceScaling):
            return self.initializer(shape, dtype=dtype)
        outputs = math.prod(int(str(size)) for size in shape) // self.inputs
        return reshape(self.initializer((self.inputs, outputs), dtype=dtype), shape)


def _sizes(layer: EinsumDense, names: str, output: str, input_shape: Shape) -> dict[str, Any]:
    """The size of each letter: those of the input, then those that the output's shape adds."""
    sizes: dict[str, Any] = {}
    whole = (input_shape[0], *layer.partial_output_shape)
    for letters, shape in ((names, input_shape), (output, whole)):
        before, dots, behind = letters.partition("...")
        if (not dots and len(before) != len(shape)) or len(before + behind) > len(shape) + 1:
            raise ValueError(_equation_message(layer, input_shape))
        sizes_behind = shape[len(shape) - len(behind) :] if behind else ()
        pairs = (*zip(before, shape, strict=False), *zip(behind, sizes_behind, strict=False))
        for letter, size in pairs:
            if size is not None:
                sizes.setdefault(letter, size)
    return sizes


def _equation_message(layer: EinsumDense, shape: Shape) -> str:
    return explain(
        f"EinsumDense '{layer.name}' cannot read its equation",
        given=f"equation={layer.equation!r}, output_shape={layer.partial_output_shape}, "
        f"bias_axes={layer.bias_axes!r}, input of shape {format_shape(shape)}",
        expected="a letter for each axis of the input and of the output (the batch included)",
        remedy='layers.EinsumDense("abc,cd->abd", output_shape=(None, 64), bias_axes="d")',
    )


def _batched_message(layer: EinsumDense) -> str:
    return explain(
        f"{layer.quantization_mode} needs kernels of which an axis is summed over or comes out",
        given=f"equation={layer.equation!r} of EinsumDense '{layer.name}', in which an axis of the "
        "kernel is the input's and the output's",
        expected="such as 'abc,cd->abd' (2D kernels) or 'abc,cde->abde' (3D kernels)",
        remedy="model.quantize(..., filters=lambda layer: layer.name != "
        f"'{layer.name}'), or mode 'int4'",
    )
