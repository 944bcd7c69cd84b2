"""`Calibratable`: layers whose kernel is rounded with a view to what they are given.

layer.quantize("gptq", config=config)     whole numbers beside the floats; it computes with floats
layer.calibrate(config, watched)          whole numbers alone, found for the inputs watched
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any, ClassVar

from geartrain import ops
from geartrain.layers.quantizable import WHOLE, Quantizable
from geartrain.tensor import Array, Tensor, Variable

if TYPE_CHECKING:  # loaded where a layer is quantized, which few are
    from geartrain.layers.calibrated_weights import CalibratedWeights, Watched

CALIBRATED = ("gptq", "awq")


class Calibratable(Quantizable):
    """A layer with a kernel that GPTQ and AWQ can round.

    Args:
        zero_name: what the zeros are called in paths.
    """

    modes: ClassVar[tuple[str, ...]] = (*WHOLE, "float8", *CALIBRATED)
    zero_name: ClassVar[str] = "kernel_zero"
    quantized_kernel: Variable

    # -- for subclasses --------------------------------------------------------------------------

    def matrix_sizes(self) -> tuple[int, int]:
        """How many rows (places that are summed over) and columns the kernel has as a matrix."""
        rows, columns = self.adapted_shape
        return rows, columns

    def as_matrix(self, kernel: Array) -> Array:
        """The kernel as a matrix: `(rows, columns)`."""
        return kernel

    def of_matrix(self, matrix: Tensor) -> Tensor:
        """The kernel of a matrix."""
        return matrix

    def rows_of(self, inputs: Array) -> Array:
        """Inputs in the order of the matrix's rows: `(samples, rows)`."""
        return inputs.reshape(-1, inputs.shape[-1])

    # -- weights ---------------------------------------------------------------------------------

    def add_adapted(self, shape: Any, **kwargs: Any) -> None:
        if self.quantization_mode in CALIBRATED:
            self.adapted_shape = tuple(shape)  # the whole numbers stand behind the bias
        else:
            super().add_adapted(shape, **kwargs)

    def finish_build(self) -> None:
        if self.quantization_mode in CALIBRATED:
            self._add_calibrated()
        super().finish_build()

    def begin_mode(self, mode: str, before: dict[str, Any]) -> None:
        if mode not in CALIBRATED:
            super().begin_mode(mode, before)
            return
        self._add_calibrated()
        self.calibrated_weights.fill(before[self.adapted])

    def _add_calibrated(self) -> None:
        from geartrain.layers.calibrated_weights import CalibratedWeights

        sizes = self.matrix_sizes()
        self._calibrated = _Held(CalibratedWeights(self, self.adapted, *sizes, self.zero_name))
        self.calibrated_weights.add()
        setattr(self, f"is_{self.quantization_mode}_calibrated", False)

    @property
    def calibrated_weights(self) -> CalibratedWeights:
        """The whole numbers, scales and zeros."""
        weights: CalibratedWeights = self._calibrated.weights
        return weights

    @property
    def computes_calibrated(self) -> bool:
        """Whether the whole numbers are computed with: else there are floats as well."""
        if self.quantization_mode not in CALIBRATED or "_calibrated" not in vars(self):
            return False
        done = getattr(self, f"is_{self.quantization_mode}_calibrated")
        return bool(done) or f"_{self.adapted}" not in vars(self)

    @property
    def whole_of(self) -> dict[str, Any]:
        if self.computes_calibrated:
            return {self.adapted: self.calibrated_weights}
        return super().whole_of

    def own_floats(self, name: str, dtype: Any) -> Any:
        if name in self.whole_of:
            return super().own_floats(name, dtype)
        return ops.cast(getattr(self, f"_{name}").value, dtype)

    def adapted_variable(self) -> Variable | None:
        if self.computes_calibrated:
            return self.quantized_kernel
        return super().adapted_variable()

    def calibrate(self, config: Any, watched: Watched) -> None:
        """Find the whole numbers for the inputs watched; the floats are gone then.

        Args:
            config: a `GPTQConfig` or an `AWQConfig`.
            watched: what is known of the inputs.
        """
        from geartrain.layers.calibrated_weights import calibrated

        floats: Variable = getattr(self, f"_{self.adapted}")
        matrix = self.as_matrix(floats.numpy().astype("float64"))
        self._locked = False
        self.calibrated_weights.take(calibrated(matrix, config, watched))
        self._weights = [each for each in self._weights if each is not floats]
        delattr(self, f"_{self.adapted}")
        setattr(self, f"is_{config.mode}_calibrated", True)
        self._locked = self.takes_no_state_later

    # -- files -----------------------------------------------------------------------------------

    def _own_without_pair(self) -> list[Variable]:
        """Files hold the bias and the whole numbers, as Keras reads them."""
        if self.quantization_mode not in CALIBRATED:
            return super()._own_without_pair()
        bias = getattr(self, "bias", None)
        return [*([] if bias is None else [bias]), *self.calibrated_weights.variables()]

    def load_own_variables(self, store: MutableMapping[str, Any]) -> None:
        super().load_own_variables(store)
        if self.quantization_mode in CALIBRATED:
            setattr(self, f"is_{self.quantization_mode}_calibrated", True)


class _Held:
    """The whole numbers; in an object, so that nobody looks for variables in it."""

    def __init__(self, weights: CalibratedWeights) -> None:
        self.weights = weights
