"""`EinsumWeights`: the kernel of an `EinsumDense` as whole numbers of eight bits."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.layers.whole_weights import WholeWeights
from geartrain.ops import cast, divide, reshape
from geartrain.quantizers import AbsMaxQuantizer
from geartrain.tensor import Tensor

__all__ = ["EinsumWeights", "WholeWeights"]


class EinsumWeights(WholeWeights):
    """A kernel of eight bits; its scales lie as the output's axes do."""

    @property
    def scale_shape(self) -> tuple[int, ...]:
        shape: tuple[int, ...] = self.layer.layout.scale_shape
        return shape

    def quantized(self, weight: Any, quantizer: Any) -> tuple[Any, Any, Any]:
        layout = self.layer.layout
        own = AbsMaxQuantizer(axis=layout.kernel_axes)
        whole, scale = (quantizer or own)(weight, to_numpy=True)
        kept = reshape(scale, layout.kept_shape)
        return np.asarray(whole), np.asarray(layout.kept_to_output(kept)), None

    def floats(self, dtype: Any) -> Tensor:
        scale = self.layer.layout.output_to_kernel(self.scale.value)
        return divide(cast(self.whole(), dtype), cast(scale, dtype))
