"""`Multiplying`: layers that contract their input with a kernel, of floats or of few bits."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.autodiff import custom_gradient
from geartrain.layers.calibratable import Calibratable
from geartrain.tensor import Tensor


class Multiplying(Calibratable):
    """output = activation(contraction(input, kernel) + bias)."""

    bias: Any
    activation: Any

    def contract(self, x: Any, weight: Any) -> Tensor:
        """The products of input and kernel, summed."""
        raise NotImplementedError

    def contract_back(self, upstream: Tensor, weight: Tensor) -> Tensor:
        """The derivative by the input."""
        raise NotImplementedError

    @property
    def sums_whole_numbers(self) -> bool:
        """Whether the scales stand outside of the sums, so that whole numbers are summed."""
        return True

    def summed_axes(self) -> tuple[int, ...]:
        """The axes of the input that are summed over, from behind."""
        return (-1,)

    def scale_of_outputs(self, input_scale: Tensor) -> Tensor:
        """What the sums of whole numbers are divided by to be the sums of floats."""
        raise NotImplementedError

    def call(self, inputs: Tensor, training: bool | None = None) -> Tensor:
        self.check_input(inputs)
        if self.quantization_mode is not None:
            return self.quantized_call(inputs, training=training)
        return self.finished(self.contract(inputs, self.adapted_weight()))

    def check_input(self, inputs: Tensor) -> None:
        """Refuse what does not fit the kernel."""

    def finished(self, sums: Tensor) -> Tensor:
        """activation(sums + bias)."""
        if self.bias is None:
            return self.activation(sums)  # type: ignore[no-any-return]
        bias = self.bias.value
        if self.float8 is not None:  # as hardware for eight bits adds it
            bias = ops.cast(ops.cast(bias, "bfloat16"), sums.dtype)
        return self.activation(ops.add(sums, bias))  # type: ignore[no-any-return]

    def quantized_call(self, inputs: Tensor, training: bool | None = None) -> Tensor:
        """What `call` computes with weights of few bits."""
        if self.float8 is not None:
            sums = self._float8_sums(inputs, bool(training))
        else:
            sums = self._whole_sums(inputs)
        if self.lora_enabled:
            first, second = self.lora_pair
            beside = ops.matmul(self.contract(inputs, first), second)
            sums = ops.add(sums, ops.multiply(beside, self.lora_factor))
        return self.finished(sums)

    def _float8_sums(self, inputs: Tensor, training: bool) -> Tensor:
        own = self.float8
        x = own.rounded("inputs", inputs, training)  # type: ignore[union-attr]
        kernel = own.rounded("kernel", getattr(self, f"_{self.adapted}"), training)  # type: ignore[union-attr]
        return own.rounding_derivatives(self.contract(x, kernel))  # type: ignore[union-attr]

    def _whole_sums(self, inputs: Tensor) -> Tensor:
        from geartrain.quantizers import AbsMaxQuantizer  # for few layers

        quantizer = self.input_quantizer()
        dtype = self.compute_dtype
        floats = self.own_floats(self.adapted, dtype)
        if quantizer is None:
            return self.contract(inputs, floats)

        def back(upstream: Tensor) -> Tensor:
            return self.contract_back(upstream, floats)

        @custom_gradient
        def whole_sums(x: Tensor) -> Any:
            own_way = not isinstance(quantizer, AbsMaxQuantizer)
            numbers, scale = quantizer(x) if own_way else quantizer(x, axis=self.summed_axes())
            if not self.sums_whole_numbers:
                known = ops.divide(ops.cast(numbers, dtype), ops.cast(scale, dtype))
                return self.contract(known, floats), back
            sums = ops.cast(self.contract(numbers, self.adapted_value()), dtype)
            found = ops.divide(sums, ops.cast(self.scale_of_outputs(scale), dtype))
            return found, back

        result: Tensor = whole_sums(inputs)
        return result
