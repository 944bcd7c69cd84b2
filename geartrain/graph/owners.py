"""Who asked for an operation that is being traced: a layer, or the derivative of one.

Dense 'dense_1'                          in the layer's `call`
gradient of Dense 'dense_1'              where the tape steps back over what it computed
gradient of train.py:12                  the same without a layer
"""

from __future__ import annotations

import sys
from functools import lru_cache
from types import FrameType
from typing import Any

from geartrain.autodiff.tape import GradientTape
from geartrain.graph.graph import Node
from geartrain.tensor import Tensor
from geartrain.tensor.user_line import OWNERS_METHODS, PACKAGE, Line, is_of_owner, owner_in

_STEP_BACK = GradientTape._step_back.__code__
NOTABLE = frozenset((*OWNERS_METHODS, _STEP_BACK.co_name))  # all other names are passed by


def origin() -> tuple[str, str]:
    """The user's line that asked for the operation that is traced now, and its owner.

    The owner is empty where only the user's line tells. The stack is gone through once, as this is
    asked for each node.
    """
    frame: FrameType = sys._getframe(1)
    above: FrameType | None = frame
    line, owner, forward = "", "", None
    while above is not None:
        frame, code = above, above.f_code
        if not line and not _is_ours(code.co_filename):
            line = _line(code.co_filename, frame.f_lineno)
        if code.co_name in NOTABLE:
            if code is _STEP_BACK:
                forward = _node(frame.f_locals["record"][3])
                break
            if not owner and is_of_owner(code):
                owner = owner_in(frame)
        above = frame.f_back
    line = line or _line_above(frame)
    if forward is not None:
        owner = f"gradient of {forward.owner or forward.line}"
    return line, owner


def _line_above(frame: FrameType) -> str:
    """The user's line above a frame of ours; that of the outermost frame, if there is none."""
    while frame.f_back is not None and _is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    return _line(frame.f_code.co_filename, frame.f_lineno)


@lru_cache(maxsize=4096)
def _is_ours(file: str) -> bool:
    return file.startswith(PACKAGE)


@lru_cache(maxsize=4096)
def _line(file: str, number: int) -> str:
    return str(Line(file, number))


def _node(output: Any) -> Node | None:
    first = output[0] if isinstance(output, tuple) else output
    value = first.value if isinstance(first, Tensor) else None
    return value if isinstance(value, Node) else None
