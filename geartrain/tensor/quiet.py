"""NumPy without warnings: overflow gives infinity and 0/0 NaN, as IEEE 754 has it.

    before = silence()
    try: ...
    finally: restore(before)

`numpy.errstate` takes longer than adding two small arrays. It sets one context variable, so we
set that ourselves where this NumPy has it under the name we know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np


def _ways() -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    """How to silence NumPy, and how to undo it."""
    try:
        config: Any = import_module("numpy._core._ufunc_config")
        variable, ignoring = config._extobj_contextvar, config._make_extobj(all="ignore")
    except (ImportError, AttributeError, TypeError):
        return partial(np.seterr, all="ignore"), lambda before: np.seterr(**before)
    return partial(variable.set, ignoring), variable.reset


silence, restore = _ways()


@contextmanager
def unwarned() -> Iterator[None]:
    """A context in which NumPy's arithmetic warns of nothing."""
    before = silence()
    try:
        yield
    finally:
        restore(before)
