"""Event files, as TensorBoard reads them: records of bytes, each a protocol-buffer message.

    record    length (8 bytes), checksum of it (4), the message, checksum of that (4)
    Event     wall_time = 1, step = 2, file_version = 3, graph_def = 4, summary = 5
    Summary   value = 1: tag = 1, simple_value = 2, image = 4, histo = 5

Checksums are CRC-32C, turned and shifted ("masked"), so that a checksum of checksums differs.
Sources: TensorFlow's `record_writer.h`, `event.proto`, `summary.proto` and `graph.proto`; the wire
format of protocol buffers.
"""

from __future__ import annotations

import itertools
import os
import socket
import struct
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from geartrain.drawing.png import encode_png
from geartrain.serialization.checksums import record
from geartrain.serialization.wire import BYTES, EIGHT_BYTES, FOUR_BYTES, VARINT, field, varint
from geartrain.tensor import Array

BINS = 30
_numbers = itertools.count()


class EventWriter:
    """Writes an event file into a folder, which TensorBoard finds by the file's name.

    Args:
        folder: made if it is not there.
        suffix: the end of the file's name.
    """

    def __init__(self, folder: str | Path, suffix: str = ".v2") -> None:
        Path(folder).mkdir(parents=True, exist_ok=True)
        now, number = int(time.time()), next(_numbers)
        host = socket.gethostname()
        name = f"events.out.tfevents.{now:010d}.{host}.{os.getpid()}.{number}{suffix}"
        self.path = Path(folder) / name
        self._file = self.path.open("wb")
        self._write(field(3, BYTES, b"brain.Event:2"))
        self.flush()

    def scalar(self, tag: str, value: float, step: int) -> None:
        """A number at a step."""
        self._summary(tag, field(2, FOUR_BYTES, struct.pack("<f", value)), step)

    def histogram(self, tag: str, values: Array, step: int, bins: int = BINS) -> None:
        """How values are distributed."""
        self._summary(tag, field(5, BYTES, histogram_message(values, bins)), step)

    def image(self, tag: str, pixels: Array, step: int) -> None:
        """A picture of bytes, (rows, columns) or (rows, columns, 3)."""
        size = field(1, VARINT, varint(pixels.shape[0])) + field(2, VARINT, varint(pixels.shape[1]))
        space = field(3, VARINT, varint(3 if pixels.ndim > 2 else 1))
        message = size + space + field(4, BYTES, encode_png(pixels))
        self._summary(tag, field(4, BYTES, message), step)

    def graph(self, nodes: Iterable[tuple[str, str, Sequence[str]]]) -> None:
        """A graph: name, kind and inputs of each node."""
        definition = b"".join(field(1, BYTES, node_message(*each)) for each in nodes)
        versions = field(4, BYTES, field(1, VARINT, varint(22)))
        self._write(field(4, BYTES, definition + versions))

    def summary(self, content: bytes, step: int) -> None:
        """A summary as it stands, serialized by somebody else."""
        self._write(field(2, VARINT, varint(step)) + field(5, BYTES, content))

    def _summary(self, tag: str, value: bytes, step: int) -> None:
        entry = field(1, BYTES, tag.encode()) + value
        self.summary(field(1, BYTES, entry), step)

    def _write(self, content: bytes) -> None:
        event = field(1, EIGHT_BYTES, struct.pack("<d", time.time())) + content
        self._file.write(record(event))

    def flush(self) -> None:
        """Give everything to the system, so that readers see it."""
        self._file.flush()

    def close(self) -> None:
        """Write no more."""
        self._file.close()


# -- messages --------------------------------------------------------------------------------------


def histogram_message(values: Array, bins: int = BINS) -> bytes:
    """Extremes, number, sum, sum of squares, and how many values lie in each of some intervals."""
    numbers = np.asarray(values, np.float64).reshape(-1)
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        numbers = np.zeros(1)
    counts, edges = np.histogram(numbers, bins)
    parts = [numbers.min(), numbers.max(), len(numbers), numbers.sum(), np.square(numbers).sum()]
    plain = b"".join(
        field(place, EIGHT_BYTES, struct.pack("<d", each)) for place, each in enumerate(parts, 1)
    )
    limits = field(6, BYTES, np.asarray(edges[1:], "<f8").tobytes())
    return plain + limits + field(7, BYTES, np.asarray(counts, "<f8").tobytes())


def node_message(name: str, kind: str, inputs: Sequence[str]) -> bytes:
    """A node of a graph."""
    head = field(1, BYTES, name.encode()) + field(2, BYTES, kind.encode())
    return head + b"".join(field(3, BYTES, each.encode()) for each in inputs)
