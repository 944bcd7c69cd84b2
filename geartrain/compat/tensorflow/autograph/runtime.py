"""The names that rewritten code finds under `ag__`."""

from __future__ import annotations

from geartrain.compat.tensorflow.autograph.calls import converted
from geartrain.compat.tensorflow.autograph.running import (
    all_of,
    any_of,
    assert_stmt,
    for_stmt,
    if_exp,
    if_stmt,
    not_,
    returned,
    while_stmt,
)
from geartrain.compat.tensorflow.autograph.state import State, Undefined

__all__ = [
    "State",
    "Undefined",
    "all_of",
    "any_of",
    "assert_stmt",
    "converted",
    "for_stmt",
    "if_exp",
    "if_stmt",
    "not_",
    "returned",
    "while_stmt",
]
