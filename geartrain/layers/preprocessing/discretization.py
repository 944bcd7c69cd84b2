"""`Discretization`: numbers as the number of the range that they lie in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.errors import explain
from geartrain.layers.backend_names import AsksBackend
from geartrain.layers.layer import Layer
from geartrain.layers.preprocessing.encoding import (
    check_dense,
    check_mode,
    encoded,
    encoded_shape,
    rank_among,
)
from geartrain.layers.preprocessing.quantiles import boundaries_of, merged, summary_of
from geartrain.layers.preprocessing.texts import batches_of
from geartrain.tensor import Tensor


class Discretization(AsksBackend, Layer):
    """Which range a number lies in: below the first boundary (0), before the second (1), ...

    Args:
        bin_boundaries: rising numbers; each begins a range.
        num_bins: instead, how many ranges `adapt` is to find, with as many numbers in each.
        epsilon: how exactly it finds them: a summary keeps some 1 / epsilon numbers.
        output_mode: "int": the range's number; "one_hot": as a vector; "multi_hot": one vector for
            each row, with a 1 for each range that is in it; "count": with how often it is in it.
        sparse: False: there are no sparse tensors.
        dtype: None is float32. "int" always gives int32.
        name: None numbers the class's name.

    Input shape:
        (batch, ...).

    Output shape:
        The same, and for other modes than "int" an axis of the ranges.

    Raises:
        ValueError: both or none of bin_boundaries and num_bins are given, or there is no such
            mode, or the layer is called before `adapt`.

    >>> from geartrain import layers
    >>> layers.Discretization([0.0, 1.0, 2.0])([-1.5, 1.0, 3.4, 0.5]).numpy().tolist()
    [0, 2, 3, 1]
    """

    def __init__(
        self,
        bin_boundaries: Sequence[float] | None = None,
        num_bins: int | None = None,
        epsilon: float = 0.01,
        output_mode: str = "int",
        sparse: bool = False,
        dtype: Any = None,
        name: str | None = None,
    ) -> None:
        super().__init__(dtype=dtype, name=name)
        check_mode("Discretization", output_mode)
        check_dense("Discretization", sparse=sparse)
        if (bin_boundaries is None) == (num_bins is None) or (num_bins or 0) < 0:
            raise ValueError(_bins_message(bin_boundaries, num_bins))
        self.input_bin_boundaries = bin_boundaries
        self.bin_boundaries = None if bin_boundaries is None else list(bin_boundaries)
        self.num_bins, self.epsilon = num_bins, epsilon
        self.output_mode, self.sparse = output_mode, sparse
        if num_bins is not None:
            self.summary = np.zeros((2, 0), np.float32)

    @property
    def output_dtype(self) -> str:
        """The dtype of what the layer gives."""
        return "int32" if self.output_mode == "int" else self.compute_dtype

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Learn the boundaries of data, in place of those learned before.

        Args:
            data: an array, or anything that gives batches of arrays.
            steps: how many batches to take; None takes all.

        Raises:
            ValueError: the boundaries were given.
        """
        self._check_learning()
        self.reset_state()
        for batch in batches_of(data, steps):
            self.update_state(batch)
        self.finalize_state()

    def _check_learning(self) -> None:
        if self.input_bin_boundaries is not None:
            raise ValueError(_adapt_message())

    def update_state(self, data: Any) -> None:
        """Take more data into account."""
        self._check_learning()
        numbers = np.asarray(ops.convert_to_tensor(data).numpy(), np.float32)
        self.summary = merged(self.summary, summary_of(numbers, self.epsilon), self.epsilon)

    def finalize_state(self) -> None:
        """Find the boundaries of the data so far."""
        if self.input_bin_boundaries is None and self.num_bins:
            self.bin_boundaries = boundaries_of(self.summary, self.num_bins)

    def reset_state(self) -> None:
        """Forget the data, but not the boundaries."""
        if self.input_bin_boundaries is None:
            self.summary = np.zeros((2, 0), np.float32)

    def call(self, inputs: Tensor) -> Tensor:
        if self.bin_boundaries is None:
            raise ValueError(_unadapted_message(self))
        x = ops.convert_to_tensor(inputs)
        edges = np.asarray(self.bin_boundaries, np.float32)
        return encoded(rank_among(edges, x), edges.size + 1, self.output_mode, self.output_dtype)

    def compute_output_shape(self, input_shape: Any) -> Any:
        known = self.bin_boundaries
        depth = self.num_bins if known is None else len(known) + 1
        return encoded_shape(input_shape, depth, self.output_mode)

    def get_config(self) -> dict[str, Any]:
        edges = self.bin_boundaries
        return {
            "bin_boundaries": None if edges is None else [float(each) for each in edges],
            "num_bins": self.num_bins,
            "epsilon": self.epsilon,
            "output_mode": self.output_mode,
            "sparse": self.sparse,
            "name": self.name,
            "dtype": self.compute_dtype,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Discretization:
        """A layer of a config; of an adapted one it knows the boundaries."""
        own = dict(config)
        if own.get("bin_boundaries") is None or own.get("num_bins") is None:
            return cls(**own)
        edges = own.pop("bin_boundaries")
        layer = cls(**own)
        layer.bin_boundaries = edges
        return layer


def _bins_message(edges: Any, count: Any) -> str:
    return explain(
        "Discretization needs boundaries, or a number of ranges to find",
        given=f"bin_boundaries={edges!r}, num_bins={count!r}",
        expected="one of them",
        remedy="bin_boundaries=[0.0, 1.0]; or num_bins=4, and layer.adapt(x)",
    )


def _adapt_message() -> str:
    return explain(
        "Discretization does not learn what it was given",
        given="adapt(...) of a layer with bin_boundaries",
        expected="a layer with num_bins",
        remedy="layers.Discretization(num_bins=4)",
    )


def _unadapted_message(layer: Any) -> str:
    return explain(
        f"Discretization '{layer.name}' knows no boundaries yet",
        given="a call before adapt(...)",
        expected="boundaries, given or learned",
        remedy="layer.adapt(x)",
    )
