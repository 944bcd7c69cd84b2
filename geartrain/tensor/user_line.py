"""Where in the user's code an operation was asked for: the nearest line outside this package."""

from __future__ import annotations

import linecache
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType

PACKAGE = str(Path(__file__).resolve().parents[1]) + os.sep
BELOW = tuple(
    room + os.sep for room in ("tensor", "primitives", "autodiff", "ops", "numpy", "compiler")
)
OWNERS = ("layers", "losses", "metrics", "models", "optimizers")  # rooms of objects with names
OWNERS_FOLDERS = tuple(PACKAGE + room + os.sep for room in OWNERS)
OWNERS_METHODS = ("__call__", "update_state", "apply")


@dataclass(frozen=True)
class Line:
    """A line of a file."""

    file: str
    number: int

    @property
    def text(self) -> str:
        """What stands there; empty where the source is not at hand."""
        return linecache.getline(self.file, self.number).strip()

    def quoted(self) -> str:
        """The place and the text: "train.py:12, `y = ops.log(x)`"."""
        return f"{self}, `{self.text}`" if self.text else str(self)

    def __str__(self) -> str:
        return f"{os.path.basename(self.file)}:{self.number}"  # noqa: PTH119  (asked of each node)


def user_line() -> Line:
    """The line that called into Geartrain."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame = frame.f_back
    return Line(frame.f_code.co_filename, frame.f_lineno)


def library_line() -> Line | None:
    """The nearest line of a room above the operations, such as a layer's, on the way there."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and is_ours(frame):
        file = frame.f_code.co_filename
        if not file.removeprefix(PACKAGE).startswith(BELOW):
            return Line(file, frame.f_lineno)
        frame = frame.f_back
    return None


def library_owner() -> str:
    """The layer, loss, metric or optimizer that is at work: "Dense 'dense_1'"; else empty."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if is_of_owner(frame.f_code):
            return owner_in(frame)
        frame = frame.f_back
    return ""


def is_of_owner(code: CodeType) -> bool:
    """Whether this is code of a layer, loss, metric or optimizer by which it is called."""
    return code.co_name in OWNERS_METHODS and code.co_filename.startswith(OWNERS_FOLDERS)


def owner_in(frame: FrameType) -> str:
    """The object whose method a frame is of, in words."""
    owner = frame.f_locals.get("self")
    name = getattr(owner, "name", None)
    return f"{type(owner).__name__} '{name}'" if name else type(owner).__name__


def levels_to_user() -> int:
    """The `stacklevel` with which a warning of the caller's points at the user's line."""
    frame, levels = sys._getframe(1), 1
    while frame.f_back is not None and is_ours(frame):
        frame, levels = frame.f_back, levels + 1
    return levels


def is_ours(frame: FrameType) -> bool:
    """Whether a frame is in this package."""
    return frame.f_code.co_filename.startswith(PACKAGE)
