"""Who asked for an operation that is being traced: a layer, or the derivative of one.

Dense 'dense_1'                          in the layer's `call`
gradient of Dense 'dense_1'              where the tape steps back over what it computed
gradient of train.py:12                  the same without a layer
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from geartrain.autodiff.tape import GradientTape
from geartrain.graph.graph import Node
from geartrain.tensor import Tensor
from geartrain.tensor.user_line import library_owner

_STEP_BACK = GradientTape._step_back.__code__


def owner_at_work() -> str:
    """The owner of the operation that is traced now; empty where only the user's line tells."""
    forward = _passed_back()
    if forward is not None:
        return f"gradient of {forward.owner or forward.line}"
    return library_owner()


def _passed_back() -> Node | None:
    """The traced value over which a tape steps back now."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        if frame.f_code is _STEP_BACK:
            return _node(frame.f_locals["record"][3])
        frame = frame.f_back
    return None


def _node(output: Any) -> Node | None:
    first = output[0] if isinstance(output, tuple) else output
    value = first.value if isinstance(first, Tensor) else None
    return value if isinstance(value, Node) else None
