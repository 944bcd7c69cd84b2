"""Object code: what LLVM makes of IR, before it is put into memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class ObjectCode:
    """An object file's bytes, and the names of the functions that can be called in it."""

    image: bytes
    exports: tuple[str, ...]

    def to_bytes(self) -> bytes:
        """As a payload of the cache."""
        return "\n".join(self.exports).encode() + b"\0" + self.image

    @classmethod
    def from_bytes(cls, payload: bytes) -> ObjectCode:
        """The same back."""
        names, _, image = payload.partition(b"\0")
        return cls(image, tuple(names.decode().split("\n")))


class Library(Protocol):
    """Linked code: the addresses of its functions, valid while this object lives."""

    @property
    def addresses(self) -> Mapping[str, int]:
        """Where each function begins."""
