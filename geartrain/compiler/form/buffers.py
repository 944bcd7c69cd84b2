"""Buffers: memory for values, and parts of it that change from turn to turn of a loop.

xs    input float32(200, batch, 32)      in turn t:  part t of xs
h     scratch float32(2, batch, 32)      in turn t:  reads part t % 2, writes part (t + 1) % 2
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from geartrain.graph import Node
from geartrain.primitives.primitive import Spec
from geartrain.tensor import Shape, Variable


class Kind(Enum):
    """Whose memory a buffer is."""

    INPUT = "input"
    OUTPUT = "output"
    VARIABLE = "variable"
    CONSTANT = "constant"
    SCRATCH = "scratch"


@dataclass(frozen=True)
class Place:
    """Which part of a buffer: number `(turn + shift) % modulo`, in parts of shape `unit`.

    `level` names the loop whose turn counts, 0 for the outermost; None where there is no turn in
    it. Without `modulo`, the number is not wrapped around.
    """

    unit: Shape
    level: int | None = None
    shift: int = 0
    modulo: int | None = None


@dataclass(frozen=True, eq=False)
class Buffer:
    """Memory for one value. A stepped one is a row of such, one for each step of a call.

    `scope` says how many loops stand around what it belongs to. A part of another buffer names
    that (`whole`), and its place in it; `like` is the shape by which its elements lie apart, where
    that is not its own.
    """

    kind: Kind
    spec: Spec
    owner: Node | Variable | int
    stepped: bool = False
    scope: int = 0
    whole: Buffer | None = None
    place: Place | None = None
    like: Shape | None = None

    def part(self, spec: Spec, place: Place, like: Shape | None = None) -> Buffer:
        """A part of this buffer."""
        return Buffer(
            self.kind, spec, self.owner, scope=self.scope, whole=self, place=place, like=like
        )

    @property
    def root(self) -> Buffer:
        """The buffer that this one is a part of, or a part of a part; itself if it is none."""
        return self if self.whole is None else self.whole.root

    def __repr__(self) -> str:
        return f"{self.kind.value} {self.spec}"
