"""`HashedCrossing`: a number for what several features are together."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.layers.preprocessing.encoding import check_dense, check_mode, encoded
from geartrain.layers.preprocessing.fingerprint import MASK, combined, fingerprint64
from geartrain.layers.preprocessing.text_layer import TextLayer
from geartrain.layers.preprocessing.texts import as_array, is_text
from geartrain.tensor import Array, Tensor

START = 0xDECAFCAFFE  # what the first feature is combined with, in TensorFlow


class HashedCrossing(TextLayer):
    """The remainder of the fingerprint of several features together: of "Paris" and 1998.

    The numbers are those of Keras on TensorFlow.

    Args:
        num_bins: how many numbers there are.
        output_mode: "int": the number; "one_hot": as a vector.
        sparse: False: there are no sparse tensors.
        name: None numbers the class's name.
        dtype: None is int64 for "int", else float32.
        **kwargs: those of `Layer`.

    Input shape:
        Two or more of (), (batch,) or (batch, 1), of texts or whole numbers.

    Output shape:
        For "int" the same; for "one_hot" (batch, num_bins).

    Raises:
        ValueError: there are not two features, or they differ in shape, or there is no such mode.

    >>> from geartrain import layers
    >>> layer = layers.HashedCrossing(5)
    >>> layer((["A", "B", "A"], [101, 101, 102])).numpy().tolist()
    [1, 4, 3]
    """

    def __init__(
        self,
        num_bins: int,
        output_mode: str = "int",
        sparse: bool = False,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        default = "int64" if output_mode == "int" else "float32"
        super().__init__(name=name, dtype=dtype or default, **kwargs)
        check_mode("HashedCrossing", output_mode, ("int", "one_hot"))
        check_dense("HashedCrossing", sparse=sparse)
        self.num_bins, self.output_mode, self.sparse = num_bins, output_mode, sparse

    def call(self, inputs: Any) -> Tensor:
        if not isinstance(inputs, list | tuple) or len(inputs) < 2:
            raise ValueError(_several_message(inputs))
        features = [as_array(each, where="HashedCrossing") for each in inputs]
        _check_shapes(features)
        rows = zip(*(_parts(each) for each in features), strict=True)
        numbers = np.array([_crossed(row) % self.num_bins for row in rows], np.int64)
        found = Tensor(numbers.reshape(features[0].shape))
        return encoded(found, self.num_bins, self.output_mode, self.compute_dtype)

    def compute_output_shape(self, input_shape: Any) -> Any:
        shapes = list(input_shape.values()) if isinstance(input_shape, dict) else list(input_shape)
        first = tuple(shapes[0])
        if self.output_mode == "int":
            return first
        return (*(first[:1] or (1,)), self.num_bins)

    def get_config(self) -> dict[str, Any]:
        return {
            "num_bins": self.num_bins,
            "output_mode": self.output_mode,
            "sparse": self.sparse,
            "name": self.name,
            "dtype": self.compute_dtype,
        }


def _parts(feature: Array) -> list[int]:
    """The fingerprints of a feature's texts; whole numbers are their own."""
    if is_text(feature):
        return [fingerprint64(each.encode()) for each in feature.reshape(-1).tolist()]
    return [int(each) & MASK for each in feature.reshape(-1).tolist()]


def _crossed(parts: tuple[int, ...]) -> int:
    found = START
    for part in parts:
        found = combined(found, part)
    return found


def _check_shapes(features: list[Array]) -> None:
    shapes = [each.shape for each in features]
    fits = all(len(s) < 2 or (len(s) == 2 and s[1] == 1) for s in shapes)
    if not fits or len(set(shapes)) > 1:
        raise ValueError(_shapes_message(shapes))
    if any(not is_text(each) and each.dtype.kind not in "iu" for each in features):
        raise ValueError(_kinds_message([each.dtype.name for each in features]))


def _several_message(given: Any) -> str:
    count = len(given) if isinstance(given, list | tuple) else 1
    return explain(
        "HashedCrossing crosses features",
        given=f"{type(given).__name__} of {count}",
        expected="a list or tuple of two or more",
        remedy="layer((cities, years))",
    )


def _shapes_message(shapes: Any) -> str:
    return explain(
        "HashedCrossing needs features of one value for each sample",
        given=f"shapes {shapes}",
        expected="the same shape for all: (), (batch,) or (batch, 1)",
        remedy="feature.reshape(-1, 1)",
    )


def _kinds_message(names: Any) -> str:
    return explain(
        "HashedCrossing crosses texts and whole numbers",
        given=f"features of {', '.join(names)}",
        expected="texts or whole numbers",
        remedy="layers.Discretization(...)(feature), for others",
    )
