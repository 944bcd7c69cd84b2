"""`tf.losses`: those of Keras."""

from __future__ import annotations

from typing import Any

import geartrain.losses as room


def __getattr__(name: str) -> Any:
    return getattr(room, name)


def __dir__() -> list[str]:
    return dir(room)
