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
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import numpy as np

from geartrain.data.example_values import KINDS, READERS, parts_of, read_fields
from geartrain.data.messages import (
    Message,
    MessageMap,
    Named,
    Record,
    Values,
    kind_message,
    shown,
    within,
)
from geartrain.errors import explain
from geartrain.serialization.wire import BYTES, field, varint

NUMBERS = {name: number for number, name in KINDS.items()}


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
        return (f"value: {shown(each)}" for each in self._value)


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
        return (f"value: {shown(np.float32(each))}" for each in self._value)


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
                    raise TypeError(kind_message(kind, each, LISTS[kind]))
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
            yield from within(self._kind, self._lists[self._kind])


class Features(MessageMap):
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
            yield from within("feature", each)


class FeatureLists(MessageMap):
    """Lists of features by their names, in `feature_list`."""

    NAME = "feature_list"

    def __init__(self, *, feature_list: Any = None) -> None:
        super().__init__(FeatureList, feature_list)

    @property
    def feature_list(self) -> Named:
        """The lists; one that is not there is made when it is asked for."""
        return self._named


class Example(Record):
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


class SequenceExample(Record):
    """Features of the whole, and lists of features, one for each step."""

    PARTS: ClassVar = {1: ("context", Features), 2: ("feature_lists", FeatureLists)}
    context: Features
    feature_lists: FeatureLists

    def __init__(
        self, *, context: Features | None = None, feature_lists: FeatureLists | None = None
    ) -> None:
        super().__init__(context=context, feature_lists=feature_lists)


def _value_message(name: str, given: Any, expected: str, remedy: str) -> str:
    return explain(
        f"This cannot stand in a {name}",
        given=f"{given!r:.60} ({type(given).__name__})",
        expected=expected,
        remedy=remedy,
    )
