"""Tracebacks that show the user's lines: the frames of this library are left out of them.

    File "train.py", line 12, in <module>     <- stays
    File ".../geartrain/training/..."         <- goes, and nine more
    File "train.py", line 7, in call          <- stays: a layer of the user's own

Layers and the methods of models that users call hand on what is raised below them through
`filtered`. Where nothing is raised it costs nothing. `config.disable_traceback_filtering()` keeps
every frame.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import Any, TypeVar

from geartrain.defaults import DEFAULTS

HERE = os.path.dirname(__file__) + os.sep  # noqa: PTH120  (text is what frames have)
C = TypeVar("C", bound=type)
E = TypeVar("E", bound=BaseException)


def filtered(error: E) -> E:
    """The error, without the frames of this library in its traceback."""
    if DEFAULTS.traceback_filtering:
        error.__traceback__ = _of_others(error.__traceback__)
    return error


def _of_others(frames: TracebackType | None) -> TracebackType | None:
    """The frames whose files are not the library's, as a chain of their own."""
    kept = []
    while frames is not None:
        if not frames.tb_frame.f_code.co_filename.startswith(HERE):
            kept.append(frames)
        frames = frames.tb_next
    chain = None
    for each in reversed(kept):
        chain = TracebackType(chain, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return chain


def filtering(*names: str) -> Callable[[C], C]:
    """A decorator of classes: errors of these methods come without the library's frames."""

    def decorated(cls: C) -> C:
        for name in names:
            setattr(cls, name, _handing_on(vars(cls)[name]))
        return cls

    return decorated


def _handing_on(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except Exception as error:
            raise filtered(error)  # noqa: B904  (the same error, with its own cause)

    return call
