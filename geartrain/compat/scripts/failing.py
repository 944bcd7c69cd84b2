"""Where a script or a notebook failed, with the frames of the user's code and of what it called."""

from __future__ import annotations

import linecache
import traceback
from pathlib import Path
from types import TracebackType

HERE = str(Path(__file__).parent)
BY_HAND = {"jax": "JAX", "torch": "PyTorch", "flax": "JAX", "optax": "JAX"}
DOOR = str(Path(__file__).parents[1] / "door")


def remember_source(name: str, source: str) -> None:
    """Let tracebacks, and errors of ours, quote the lines of code that is in no file."""
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)


def without_runner(error: BaseException) -> TracebackType | None:
    """The traceback of an error from the user's code on."""
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename.startswith(HERE):
        frames = frames.tb_next
    return frames


def failure_text(error: BaseException, place: str) -> str:
    """What is printed: where it happened, then the traceback.

    Args:
        error: what was raised.
        place: the file, or the cell of a notebook.
    """
    frames = without_runner(error)
    line = frames.tb_lineno if frames is not None else getattr(error, "lineno", None)
    where = place if line is None else f"{place}, line {line}"
    told = traceback.TracebackException(type(error), error, frames)
    own = [each for each in told.stack if not each.filename.startswith(DOOR)]
    told.stack = traceback.StackSummary.from_list(own)
    return f"{where}: {type(error).__name__}\n{''.join(told.format())}{_advice(error)}"


def _advice(error: BaseException) -> str:
    """What to do about a library that is missing, and for which the door does not stand."""
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return ""
    library = BY_HAND.get(error.name.partition(".")[0])
    if library is None:
        return ""
    return (
        f"Geartrain stands for Keras and TensorFlow. What is written by hand for {library} needs "
        f"{library} itself; the same chapter's cells for TensorFlow run as they are.\n"
    )
