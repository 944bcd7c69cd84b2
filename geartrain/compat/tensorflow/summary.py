"""`tf.summary`: event files for TensorBoard, written by hand.

writer = tf.summary.create_file_writer("logs")
with writer.as_default():
    tf.summary.scalar("loss", 0.5, step=1)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from geartrain.callbacks.event_files import EventWriter
from geartrain.errors import explain

__all__ = [
    "FileWriter", "create_file_writer", "experimental", "flush", "histogram", "image", "scalar",
]  # fmt: skip

_writers: list[FileWriter] = []


class FileWriter:
    """Writes events into a folder.

    Args:
        logdir: the folder; it is made if it is not there.
        suffix: the end of the file's name.
    """

    def __init__(self, logdir: Any, suffix: str = ".v2") -> None:
        self._events = EventWriter(logdir, suffix)
        self._step: int | None = None

    @contextmanager
    def as_default(self, step: Any = None) -> Iterator[FileWriter]:
        """What is written inside goes to this writer; `step` is taken where none is named."""
        before, self._step = self._step, None if step is None else int(step)
        _writers.append(self)
        try:
            yield self
        finally:
            _writers.pop()
            self._step = before
            self.flush()

    def set_as_default(self, step: Any = None) -> None:
        """What is written from now on goes to this writer."""
        self._step = None if step is None else int(step)
        _writers[:] = [self]

    def write(self, kind: str, name: str, value: Any, step: Any, **options: Any) -> bool:
        """Write one event of a kind: "scalar", "histogram" or "image".

        Raises:
            ValueError: no step is known.
        """
        at = self._step if step is None else int(step)
        if at is None:
            raise ValueError(_step_message(name))
        getattr(self._events, kind)(name, value, at, **options)
        return True

    def write_raw(self, content: bytes, step: Any) -> bool:
        """Write a serialized summary.

        Raises:
            ValueError: no step is known.
        """
        at = self._step if step is None else int(step)
        if at is None:
            raise ValueError(_step_message("write_raw_pb"))
        self._events.summary(content, at)
        return True

    def flush(self) -> None:
        """Have everything that was written in the file."""
        self._events.flush()

    def close(self) -> None:
        """Close the file."""
        self._events.close()


def create_file_writer(
    logdir: Any,
    max_queue: Any = None,
    flush_millis: Any = None,
    filename_suffix: Any = None,
    name: str | None = None,
    experimental_trackable: bool = False,
) -> FileWriter:
    """A writer of events into a folder."""
    return FileWriter(logdir, ".v2" if filename_suffix is None else filename_suffix)


def _write(kind: str, name: str, value: Any, step: Any, **options: Any) -> bool:
    return bool(_writers) and _writers[-1].write(kind, name, value, step, **options)


def scalar(name: str, data: Any, step: Any = None, description: str | None = None) -> bool:
    """Write a number; False where no writer is on."""
    return _write("scalar", name, float(np.asarray(data)), step)


def histogram(
    name: str, data: Any, step: Any = None, buckets: Any = None, description: str | None = None
) -> bool:
    """Write how the elements of a tensor are spread; False where no writer is on."""
    options = {} if buckets is None else {"bins": int(buckets)}
    return _write("histogram", name, np.asarray(data), step, **options)


def image(
    name: str, data: Any, step: Any = None, max_outputs: int = 3, description: str | None = None
) -> bool:
    """Write the first images of a batch, colours from 0 to 1 or 255; False if no writer is on."""
    pixels = np.asarray(data)
    if pixels.dtype.kind == "f":
        pixels = np.clip(pixels * 255 + 0.5, 0, 255).astype(np.uint8)
    shown = pixels[:max_outputs]
    tags = [name] if len(shown) == 1 else [f"{name}/{at}" for at in range(len(shown))]
    written = [_write("image", tag, each, step) for tag, each in zip(tags, shown, strict=True)]
    return all(written)


def flush(writer: FileWriter | None = None, name: str | None = None) -> None:
    """Have everything that was written in the file."""
    for each in [writer] if writer is not None else _writers:
        each.flush()


class experimental:  # noqa: N801  (a namespace)
    """What plug-ins of TensorBoard write."""

    @staticmethod
    def write_raw_pb(tensor: Any, step: Any = None, name: str | None = None) -> bool:
        """Write a serialized `Summary`; False where no writer is on."""
        content = tensor if isinstance(tensor, bytes) else np.asarray(tensor).item()
        return bool(_writers) and _writers[-1].write_raw(content, step)

    @staticmethod
    @contextmanager
    def summary_scope(
        name: str, default_name: str = "summary", values: Any = None
    ) -> Iterator[tuple[str, str]]:
        """The name of what is written inside, and the scope of that name."""
        yield name or default_name, f"{name or default_name}/"


def _step_message(name: str) -> str:
    return explain(
        "An event belongs to a step",
        given=f"tf.summary of {name!r} without step=",
        expected="a whole number, here or in writer.as_default(step=...)",
        remedy=f"tf.summary.scalar({name!r}, value, step=epoch)",
    )
