"""What this namespace can do: the array API standard's inspection functions."""

from __future__ import annotations

from typing import Any

from geartrain.numpy.dtypes import KINDS
from geartrain.tensor import as_dtype
from geartrain.tensor.dtypes import NAMES

# What the standard knows; float16 and bfloat16 are ours beyond it.
STANDARD = [name for name in NAMES if name not in ("bfloat16", "float16")]


class Info:
    """The answers of `__array_namespace_info__()`."""

    def capabilities(self) -> dict[str, Any]:
        """What is there of what the standard leaves open."""
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 15}

    def default_device(self) -> str:
        """The device on which tensors are made."""
        return "cpu"

    def default_dtypes(self, *, device: Any = None) -> dict[str, Any]:
        """The dtypes that numbers get if none is asked for."""
        return {
            "real floating": as_dtype("float32"),
            "complex floating": as_dtype("complex64"),
            "integral": as_dtype("int32"),
            "indexing": as_dtype("int32"),
        }

    def dtypes(self, *, device: Any = None, kind: Any = None) -> dict[str, Any]:
        """The dtypes there are, of one kind or of several."""
        kinds = (kind,) if isinstance(kind, str) else kind
        wanted = "biufc" if kinds is None else "".join(KINDS[each] for each in kinds)
        return {name: as_dtype(name) for name in STANDARD if as_dtype(name).kind in wanted}

    def devices(self) -> list[str]:
        """The devices there are."""
        return ["cpu"]


def __array_namespace_info__() -> Info:  # noqa: N807  (the standard's name)
    """What this namespace can do."""
    return Info()
