"""`Example`: features by their names, the message that TFRecord files mostly hold.

    Example          features = 1: Features
    Features         feature = 1: pairs of a name (1) and a Feature (2)
    Feature          one of bytes_list = 1, float_list = 2, int64_list = 3: value = 1, several
    SequenceExample  context = 1: Features, feature_lists = 2: FeatureLists
    FeatureLists     feature_list = 1: pairs of a name (1) and a FeatureList (2)
    FeatureList      feature = 1: Feature, several

Classes, attributes and methods are those that protocol buffers make of TensorFlow's
`example.proto` and `feature.proto`; `wire.py` says how a message is written. What reads many of
them (`parse_example`) asks `example_values.py` for arrays, and makes no message.
"""

from __future__ import annotations

import struct
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, MutableSequence
from typing import Any, ClassVar, Self

import numpy as np

from geartrain.data.example_values import KINDS, READERS, pairs_of, parts_of, read_fields
from geartrain.errors import explain
from geartrain.serialization.wire import BYTES, field, varint
from geartrain.tensor import Array

NUMBERS = {name: number for number, name in KINDS.items()}


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


def _within(name: str, message: Message) -> Iterator[str]:
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


class _List(Message):
    """A row of values of one kind, in `value`."""

    KIND: ClassVar[str]

    def __init__(self, *, value: Iterable[Any] | None = None) -> None:
        self._value = Values(self.checked)
        if value is not None:
            self._value.extend(getattr(value, "array", value))

    @staticmethod
    @abstractmethod
    def checked(value: Any) -> Any:
        """A value as it is kept."""

    @property
    def value(self) -> Values:
        """The values."""
        return self._value

    def Clear(self) -> None:
        del self._value[:]

    def MergeFromString(self, serialized: bytes) -> int:
        found = READERS[self.KIND](serialized)
        self._value.extend(found if isinstance(found, list) else found.tolist())
        return len(serialized)

    def lines(self) -> Iterator[str]:
        return (f"value: {_shown(each)}" for each in self._value)


class BytesList(_List):
    r"""Texts, or anything else as bytes.

    >>> BytesList(value=[b"ab"]).SerializeToString()
    b'\n\x02ab'
    """

    KIND = "bytes_list"

    @staticmethod
    def checked(value: Any) -> bytes:
        plain = value.numpy() if hasattr(value, "numpy") else value
        if not isinstance(plain, bytes | bytearray):
            raise TypeError(_value_message("bytes_list", value, "bytes", "text.encode()"))
        return bytes(plain)

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:
        return b"".join(field(1, BYTES, each) for each in self._value)


class FloatList(_List):
    """Floats, kept as float32.

    >>> list(FloatList.FromString(FloatList(value=[0.5, 2]).SerializeToString()).value)
    [0.5, 2.0]
    """

    KIND = "float_list"

    @staticmethod
    def checked(value: Any) -> float:
        if isinstance(value, str | bytes):
            raise TypeError(_value_message("float_list", value, "floats", "float(x)"))
        found: float = struct.unpack("<f", struct.pack("<f", float(value)))[0]
        return found

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:
        packed = np.asarray(self._value, "<f4").tobytes()
        return field(1, BYTES, packed) if packed else b""

    def lines(self) -> Iterator[str]:
        return (f"value: {_shown(np.float32(each))}" for each in self._value)


class Int64List(_List):
    r"""Whole numbers of 64 bits.

    >>> Int64List(value=[3, 300]).SerializeToString()
    b'\n\x03\x03\xac\x02'
    """

    KIND = "int64_list"

    @staticmethod
    def checked(value: Any) -> int:
        try:
            found = value.__index__()
        except (AttributeError, TypeError):
            raise TypeError(_value_message("int64_list", value, "ints", "int(x)")) from None
        if not -(1 << 63) <= found < 1 << 63:
            raise ValueError(_value_message("int64_list", value, "ints of 64 bits", "float_list"))
        return int(found)

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:
        packed = b"".join(map(varint, self._value))
        return field(1, BYTES, packed) if packed else b""


LISTS: dict[str, type[_List]] = {each.KIND: each for each in (BytesList, FloatList, Int64List)}


class Feature(Message):
    """One of three lists: the one that was set last.

    >>> feature = Feature(int64_list=Int64List(value=[1, 2]))
    >>> feature.WhichOneof("kind"), list(feature.int64_list.value)
    ('int64_list', [1, 2])
    """

    def __init__(
        self,
        *,
        bytes_list: BytesList | None = None,
        float_list: FloatList | None = None,
        int64_list: Int64List | None = None,
    ) -> None:
        self._kind = ""
        self._lists: dict[str, _List] = {}
        given = {"bytes_list": bytes_list, "float_list": float_list, "int64_list": int64_list}
        for kind, each in given.items():
            if each is not None:
                if not isinstance(each, LISTS[kind]):
                    raise TypeError(_named_message(kind, each, LISTS[kind]))
                self._begin(kind).value.extend(each.value)

    def _begin(self, kind: str) -> _List:
        """The list of a kind, which is now the one."""
        found = self._lists.setdefault(kind, LISTS[kind]())
        if self._kind != kind:
            found.value.changed = lambda: self._set(kind)
            self._set(kind)
        return found

    def _set(self, kind: str) -> None:
        if self._kind != kind:
            for other in self._lists.keys() - {kind}:
                del self._lists[other]
            self._kind = kind

    def _list(self, kind: str) -> Any:
        found = self._lists.setdefault(kind, LISTS[kind]())
        found.value.changed = lambda: self._set(kind)
        return found

    @property
    def bytes_list(self) -> BytesList:
        """Bytes; empty, if the feature is none of these."""
        found: BytesList = self._list("bytes_list")
        return found

    @property
    def float_list(self) -> FloatList:
        """Floats; empty, if the feature is none of these."""
        found: FloatList = self._list("float_list")
        return found

    @property
    def int64_list(self) -> Int64List:
        """Whole numbers; empty, if the feature is none of these."""
        found: Int64List = self._list("int64_list")
        return found

    def WhichOneof(self, oneof_group: str) -> str | None:
        """Which of the lists is set; None: none is."""
        return self._kind or None

    def HasField(self, field_name: str) -> bool:
        """Whether this list is the one."""
        return field_name == self._kind

    def Clear(self) -> None:
        self._kind = ""
        self._lists.clear()

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:
        if not self._kind:
            return b""
        return field(NUMBERS[self._kind], BYTES, self._lists[self._kind].SerializeToString())

    def MergeFromString(self, serialized: bytes) -> int:
        for number, kind, content in read_fields(serialized):
            if number in KINDS and kind == BYTES:
                self._begin(KINDS[number]).MergeFromString(content)
        return len(serialized)

    def lines(self) -> Iterator[str]:
        if self._kind:
            yield from _within(self._kind, self._lists[self._kind])


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
                raise TypeError(_named_message(name, each, self._kind))
            self[name].CopyFrom(each)


class _Map(Message):
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
            yield f"  key: {_shown(name.encode())}"
            yield from (f"  {line}" for line in _within("value", self._named[name]))
            yield "}"


class Features(_Map):
    """Features by their names, in `feature`."""

    NAME = "feature"

    def __init__(self, *, feature: Any = None) -> None:
        super().__init__(Feature, feature)

    @property
    def feature(self) -> Named:
        """The features; one that is not there is made when it is asked for."""
        return self._named


class FeatureList(Message):
    """Features one after another, in `feature`."""

    def __init__(self, *, feature: Iterable[Feature] | None = None) -> None:
        self.feature: list[Feature] = []
        for each in feature or ():
            self.feature.append(Feature.FromString(each.SerializeToString()))

    def Clear(self) -> None:
        self.feature.clear()

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:
        return b"".join(field(1, BYTES, each.SerializeToString()) for each in self.feature)

    def MergeFromString(self, serialized: bytes) -> int:
        self.feature.extend(map(Feature.FromString, parts_of(serialized, 1)))
        return len(serialized)

    def lines(self) -> Iterator[str]:
        for each in self.feature:
            yield from _within("feature", each)


class FeatureLists(_Map):
    """Lists of features by their names, in `feature_list`."""

    NAME = "feature_list"

    def __init__(self, *, feature_list: Any = None) -> None:
        super().__init__(FeatureList, feature_list)

    @property
    def feature_list(self) -> Named:
        """The lists; one that is not there is made when it is asked for."""
        return self._named


class _Record(Message):
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
                yield from _within(name, self._part(number))


class Example(_Record):
    """Features by their names.

    >>> example = Example(features=Features(feature={
    ...     "label": Feature(int64_list=Int64List(value=[3]))}))
    >>> Example.FromString(example.SerializeToString()).features.feature["label"].int64_list.value
    [3]
    """

    PARTS: ClassVar = {1: ("features", Features)}
    features: Features

    def __init__(self, *, features: Features | None = None) -> None:
        super().__init__(features=features)


class SequenceExample(_Record):
    """Features of the whole, and lists of features, one for each step."""

    PARTS: ClassVar = {1: ("context", Features), 2: ("feature_lists", FeatureLists)}
    context: Features
    feature_lists: FeatureLists

    def __init__(
        self, *, context: Features | None = None, feature_lists: FeatureLists | None = None
    ) -> None:
        super().__init__(context=context, feature_lists=feature_lists)


def _shown(value: Any) -> str:
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


def _value_message(name: str, given: Any, expected: str, remedy: str) -> str:
    return explain(
        f"This cannot stand in a {name}",
        given=f"{given!r:.60} ({type(given).__name__})",
        expected=expected,
        remedy=remedy,
    )


def _assign_message(name: str) -> str:
    return explain(
        "A message within a message cannot be assigned",
        given=f"feature[{name!r}] = ...",
        expected="values put into the message that is there",
        remedy=f"feature[{name!r}].int64_list.value.append(1); feature[{name!r}].CopyFrom(other)",
    )


def _named_message(name: str, given: Any, kind: type) -> str:
    return explain(
        f"{name!r} needs another kind of message",
        given=f"{type(given).__name__}",
        expected=f"{kind.__name__}",
        remedy=f"{{{name!r}: {kind.__name__}(...)}}",
    )
