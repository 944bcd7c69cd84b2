"""`tf.metrics`: those of Keras, with its shorter names."""

from __future__ import annotations

from typing import Any

import geartrain.metrics as room
from geartrain.compat.keras import metrics as older


def __getattr__(name: str) -> Any:
    return getattr(room, name) if hasattr(room, name) else getattr(older, name)


def __dir__() -> list[str]:
    return sorted({*dir(room), *older.__all__})
