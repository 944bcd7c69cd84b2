"""Messages as protocol buffers have them: what all have in common, and the forms of their parts.

    Message        written, read, compared and shown
    Values         a row of plain values
    MessageMap     messages by their names
    Record         parts of fixed names

`examples.py` has the messages themselves; `wire.py` says how one is written.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, MutableSequence
from typing import Any, ClassVar, Self

import numpy as np

from geartrain.data.example_values import pairs_of, read_fields
from geartrain.errors import explain
from geartrain.serialization.wire import BYTES, field
from geartrain.tensor import Array

__all__ = ["Message", "MessageMap", "Named", "Record", "Values", "kind_message", "shown", "within"]


class Message(ABC):
    """What all messages have: they are written, read, compared and shown."""

    @abstractmethod
    def SerializeToString(self, deterministic: bool | None = None) -> bytes:
        """The message as bytes."""

    @abstractmethod
    def MergeFromString(self, serialized: bytes) -> int:
        """Add what the bytes hold; gives how many they are."""

    @abstractmethod
    def Clear(self) -> None:
        """Leave nothing."""

    @abstractmethod
    def lines(self) -> Iterator[str]:
        """The message as lines of text."""

    def ParseFromString(self, serialized: bytes) -> int:
        """Become what the bytes hold; gives how many they are.

        Raises:
            ValueError: they are no such message.
        """
        self.Clear()
        return self.MergeFromString(bytes(serialized))

    @classmethod
    def FromString(cls, s: bytes) -> Self:
        """The message that bytes hold."""
        made = cls()
        made.ParseFromString(s)
        return made

    def CopyFrom(self, other: Self) -> None:
        """Become a copy of another one."""
        self.ParseFromString(other.SerializeToString())

    def MergeFrom(self, other: Self) -> None:
        """Add what another one holds."""
        self.MergeFromString(other.SerializeToString())

    def ByteSize(self) -> int:
        """How many bytes it is written as."""
        return len(self.SerializeToString())

    def IsInitialized(self) -> bool:
        """Whether it can be written, which it always can."""
        return True

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and str(self) == str(other)

    __hash__ = None  # type: ignore[assignment]  # it can be changed

    def __repr__(self) -> str:
        return "".join(f"{line}\n" for line in self.lines())


def within(name: str, message: Message) -> Iterator[str]:
    """The lines of a message inside of another one."""
    yield f"{name} {{"
    yield from (f"  {line}" for line in message.lines())
    yield "}"


class Values(MutableSequence[Any]):
    """A row of values, each checked; `changed` is called whenever it was."""

    def __init__(self, check: Callable[[Any], Any]) -> None:
        self._values: list[Any] = []
        self._check = check
        self.changed: Callable[[], None] = lambda: None

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, key: Any) -> Any:
        return self._values[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        several = isinstance(key, slice)
        self._values[key] = [*map(self._check, value)] if several else self._check(value)
        self.changed()

    def __delitem__(self, key: Any) -> None:
        del self._values[key]

    def insert(self, index: int, value: Any) -> None:
        """Put a value before another one."""
        self._values.insert(index, self._check(value))
        self.changed()

    def extend(self, values: Iterable[Any]) -> None:
        """Put values at the end."""
        self._values.extend([self._check(each) for each in values])
        self.changed()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array(self._values, dtype)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, list | tuple | Values) and self._values == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self._values)


class Named(dict[str, Any]):
    """Messages by their names; one that is asked for and is not there is made.

    Args:
        kind: of the messages.
    """

    def __init__(self, kind: type[Message]) -> None:
        super().__init__()
        self._kind = kind

    def __missing__(self, name: str) -> Any:
        return self.setdefault(name, self._kind())

    def __setitem__(self, name: str, value: Any) -> None:
        raise ValueError(_assign_message(name))

    def keep(self, given: Any) -> None:
        """Take copies of messages."""
        for name, each in dict(given or {}).items():
            if not isinstance(each, self._kind):
                raise TypeError(kind_message(name, each, self._kind))
            self[name].CopyFrom(each)


class MessageMap(Message):
    """Messages by their names."""

    NAME: ClassVar[str]

    def __init__(self, kind: type[Message], given: Any) -> None:
        self._named = Named(kind)
        self._named.keep(given)

    def Clear(self) -> None:
        self._named.clear()

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:
        names = sorted(self._named) if deterministic else list(self._named)
        return b"".join(
            field(1, BYTES, field(1, BYTES, name.encode())
                  + field(2, BYTES, self._named[name].SerializeToString()))
            for name in names
        )  # fmt: skip

    def MergeFromString(self, serialized: bytes) -> int:
        for name, content in pairs_of(serialized):
            self._named[name].ParseFromString(content)
        return len(serialized)

    def lines(self) -> Iterator[str]:
        for name in sorted(self._named):
            yield f"{self.NAME} {{"
            yield f"  key: {shown(name.encode())}"
            yield from (f"  {line}" for line in within("value", self._named[name]))
            yield "}"


class Record(Message):
    """Parts of fixed names."""

    PARTS: ClassVar[dict[int, tuple[str, type[Message]]]]

    def __init__(self, **given: Any) -> None:
        for name, kind in self.PARTS.values():
            part = kind()
            if given.get(name) is not None:
                part.CopyFrom(given[name])
            setattr(self, name, part)

    def _part(self, number: int) -> Message:
        found: Message = getattr(self, self.PARTS[number][0])
        return found

    def HasField(self, field_name: str) -> bool:
        """Whether a part holds anything."""
        return bool(getattr(self, field_name).ByteSize())

    def Clear(self) -> None:
        for number in self.PARTS:
            self._part(number).Clear()

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:
        parts = {at: self._part(at).SerializeToString(deterministic) for at in self.PARTS}
        return b"".join(field(number, BYTES, each) for number, each in parts.items() if each)

    def MergeFromString(self, serialized: bytes) -> int:
        for number, kind, content in read_fields(serialized):
            if number in self.PARTS and kind == BYTES:
                self._part(number).MergeFromString(content)
        return len(serialized)

    def lines(self) -> Iterator[str]:
        for number, (name, _) in self.PARTS.items():
            if self._part(number).ByteSize():
                yield from within(name, self._part(number))


def shown(value: Any) -> str:
    """A value as protocol buffers show it."""
    if isinstance(value, np.float32):
        short = f"{value:.6g}"
        return short if np.float32(short) == value else f"{value:.9g}"
    if not isinstance(value, bytes):
        return str(value)
    plain = {10: "\\n", 13: "\\r", 9: "\\t", 34: '\\"', 39: "\\'", 92: "\\\\"}
    return '"' + "".join(
        plain.get(each) or (chr(each) if 32 <= each < 127 else f"\\{each:03o}") for each in value
    ) + '"'  # fmt: skip


def _assign_message(name: str) -> str:
    return explain(
        "A message within a message cannot be assigned",
        given=f"feature[{name!r}] = ...",
        expected="values put into the message that is there",
        remedy=f"feature[{name!r}].int64_list.value.append(1); feature[{name!r}].CopyFrom(other)",
    )


def kind_message(name: str, given: Any, kind: type) -> str:
    """What is said when another kind of message is given."""
    return explain(
        f"{name!r} needs another kind of message",
        given=f"{type(given).__name__}",
        expected=f"{kind.__name__}",
        remedy=f"{{{name!r}: {kind.__name__}(...)}}",
    )
