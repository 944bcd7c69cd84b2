"""Layout: where a program finds its memory.

Every compiled function gets one pointer, its *context*: a row of 64-bit slots.

    slot 0            how many steps to take
    slot 1, 2, ...    the symbolic sizes, in the order of their names
    then              the address of each buffer
    then              the address of the workers' panels, and the bytes that each worker has
    then              what else a program is given (`extra` slots)
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geartrain.compiler.form.buffers import Buffer
from geartrain.tensor import Dim
from geartrain.tensor.shape import size_value


@dataclass(frozen=True)
class Layout:
    """Which slot of the context holds what."""

    symbols: tuple[str, ...]
    buffers: tuple[Buffer, ...]
    extra: int = 0

    @classmethod
    def of(cls, buffers: Sequence[Buffer]) -> Layout:
        """The layout of the context of a program with these buffers."""
        sizes = (size for buffer in buffers for size in buffer.spec.shape)
        names = sorted({size.name for size in sizes if isinstance(size, Dim)})
        return cls(tuple(names), tuple(buffers))

    def symbol(self, name: str) -> int:
        """The slot of a symbolic size."""
        return 1 + self.symbols.index(name)

    def buffer(self, buffer: Buffer) -> int:
        """The slot of a buffer's address."""
        return 1 + len(self.symbols) + self.buffers.index(buffer)

    @property
    def panels(self) -> int:
        """The slot of the panels' address; the next one has the bytes of each."""
        return 1 + len(self.symbols) + len(self.buffers)

    @property
    def count(self) -> int:
        """The number of slots."""
        return self.panels + 2 + self.extra


def size_bytes(buffer: Buffer, sizes: Mapping[str, int]) -> int:
    """How many bytes one step of a buffer takes."""
    counts = (size_value(size, dict(sizes)) for size in buffer.spec.shape)
    return math.prod(counts) * buffer.spec.dtype.itemsize
