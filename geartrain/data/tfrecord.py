"""TFRecord files, TensorFlow's rows of bytes with checksums, and files of records of one length.

    with TFRecordWriter("digits.tfrecord") as writer:
        writer.write(example.SerializeToString())
    for record in TFRecordDataset("digits.tfrecord"): ...

What stands in a record is the writer's business; mostly it is an `Example` (`examples.py`).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Self

from geartrain.data.arguments import whole
from geartrain.data.dataset import Dataset
from geartrain.data.elements import Element
from geartrain.data.files import COMPRESSIONS, opened, paths_stage, read_paths, unpacking
from geartrain.data.lines import side_by_side
from geartrain.data.spec import TensorSpec
from geartrain.data.stage import Stage
from geartrain.errors import explain, unknown_name
from geartrain.serialization.checksums import crc32c, masked, record
from geartrain.tensor.text_tensor import TextTensor

HEAD, FOOT = 12, 4  # bytes around a record
CHUNK = 1 << 16


class TFRecordWriter:
    """Writes records into a file.

    Args:
        path: of the file, which is made anew.
        options: "", "GZIP" or "ZLIB"; or an object with such a `compression_type`.

    Raises:
        ValueError: there is no such compression.
    """

    def __init__(self, path: Any, options: Any = None) -> None:
        kind = getattr(options, "compression_type", options) or ""
        _require_compression(kind)
        level = getattr(options, "compression_level", None)
        self._packer = None
        if kind:
            bits = zlib.MAX_WBITS + (16 if kind == "GZIP" else 0)
            self._packer = zlib.compressobj(-1 if level is None else int(level), wbits=bits)
        self._file: IO[bytes] | None = read_paths(path)[0].open("wb")

    def write(self, record: Any) -> None:
        """Write one record: bytes, or a tensor of one text.

        Raises:
            TypeError: it is something else.
            ValueError: the file is closed.
        """
        if self._file is None:
            raise ValueError(_closed_message())
        framed = frame(record)
        self._file.write(framed if self._packer is None else self._packer.compress(framed))

    def flush(self) -> None:
        """Give all that was written to the system."""
        if self._file is not None:
            if self._packer is not None:
                self._file.write(self._packer.flush(zlib.Z_SYNC_FLUSH))
            self._file.flush()

    def close(self) -> None:
        """End the file; a second time does nothing."""
        if self._file is not None:
            if self._packer is not None:
                self._file.write(self._packer.flush())
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def frame(given: Any) -> bytes:
    """A record as it stands in a file.

    Raises:
        TypeError: it is no bytes.
    """
    data = given.numpy() if isinstance(given, TextTensor) else given
    if isinstance(data, str):
        data = data.encode()
    if not isinstance(data, bytes | bytearray | memoryview):
        raise TypeError(_record_message(given))
    return record(bytes(data))


def records_of(path: Path, compression: str | None) -> Iterator[bytes]:
    """The records of a file, checked.

    Raises:
        ValueError: it is no such file, or is damaged or cut off.
    """
    with unpacking(path), opened(path, compression or "") as file:
        place = 0
        while head := file.read(HEAD):
            _require_sum(path, place, head[:8], head[8:])
            length = struct.unpack("<Q", head[:8])[0]
            data = file.read(length + FOOT)
            _require_sum(path, place, data[:length], data[length:])
            yield data[:length]
            place += HEAD + length + FOOT


def _require_sum(path: Path, place: int, data: bytes, found: bytes) -> None:
    if len(found) < FOOT:
        raise ValueError(_damaged_message(path, place, "the file ends within a record"))
    if struct.pack("<I", masked(crc32c(data))) != found:
        raise ValueError(_damaged_message(path, place, "a checksum that does not fit"))


class FileRecords(Stage):
    """Texts that files hold, one file after another.

    Args:
        paths: a stage of the files' names.
        compression: "", "GZIP" or "ZLIB".
    """

    def __init__(self, paths: Stage, compression: str | None) -> None:
        super().__init__(paths)
        _require_compression(compression or "")
        self.compression = compression

    def _find_spec(self) -> Any:
        return TensorSpec((), "string")

    def elements(self) -> Iterator[Element]:
        for each in self.source.elements():
            for path in read_paths(each):
                yield from self.of_file(path)

    def of_file(self, path: Path) -> Iterator[bytes]:
        """The texts of one file."""
        return records_of(path, self.compression)


class FixedRecords(FileRecords):
    """The same, of records of one length without frames.

    Args:
        paths: a stage of the files' names.
        compression: "", "GZIP" or "ZLIB".
        length: of a record, in bytes.
        header: how many bytes stand before the first.
        footer: how many stand behind the last.
    """

    def __init__(
        self, paths: Stage, compression: str | None, length: int, header: int, footer: int
    ) -> None:
        super().__init__(paths, compression)
        self.length, self.header, self.footer = length, header, footer

    def of_file(self, path: Path) -> Iterator[bytes]:
        if not self.compression:
            self._require_whole(path, path.stat().st_size - self.header)
        with unpacking(path), opened(path, self.compression or "") as file:
            head, pending = file.read(self.header), b""
            while more := file.read(max(CHUNK, self.length)):
                pending += more
                count = max(len(pending) - self.footer, 0) // self.length
                for number in range(count):
                    yield pending[number * self.length : (number + 1) * self.length]
                pending = pending[count * self.length :]
            self._require_whole(path, len(pending) - self.header + len(head))

    def _require_whole(self, path: Path, size: int) -> None:
        """Whether records, and the bytes behind them, fill so many bytes."""
        if size < self.footer or (size - self.footer) % self.length:
            raise ValueError(_fixed_message(path, self, size))


class TFRecordDataset(Dataset):
    """The records of TFRecord files, as texts.

    Args:
        filenames: a path, a list of them, or a data set of them.
        compression_type: "", "GZIP" or "ZLIB"; None is "".
        buffer_size: taken for the sake of TensorFlow's users.
        num_parallel_reads: so many files are read at a time, records of each in turn; None reads
            one after another.
        name: for those who read it.

    Raises:
        ValueError: there is no such compression; when gone through: a file is damaged.
        FileNotFoundError: when gone through: there is no such file.
    """

    def __init__(
        self,
        filenames: Any,
        compression_type: str | None = None,
        buffer_size: int | None = None,
        num_parallel_reads: int | None = None,
        name: str | None = None,
    ) -> None:
        paths = paths_stage(filenames)
        super().__init__(side_by_side(paths, num_parallel_reads, FileRecords, compression_type))


class FixedLengthRecordDataset(Dataset):
    """Records of one length, as texts.

    Args:
        filenames: a path, a list of them, or a data set of them.
        record_bytes: the length.
        header_bytes: how many bytes of a file stand before the first record.
        footer_bytes: how many stand behind the last.
        buffer_size: taken for the sake of TensorFlow's users.
        compression_type: "", "GZIP" or "ZLIB"; None is "".
        num_parallel_reads: so many files are read at a time, records of each in turn.
        name: for those who read it.

    Raises:
        ValueError: there is no such compression; when gone through: a file holds no whole number of
            records.
    """

    def __init__(
        self,
        filenames: Any,
        record_bytes: Any,
        header_bytes: Any = None,
        footer_bytes: Any = None,
        buffer_size: int | None = None,
        compression_type: str | None = None,
        num_parallel_reads: int | None = None,
        name: str | None = None,
    ) -> None:
        sizes = (
            whole("record_bytes", record_bytes, least=1),
            whole("header_bytes", header_bytes or 0, least=0),
            whole("footer_bytes", footer_bytes or 0, least=0),
        )
        paths = paths_stage(filenames)
        super().__init__(
            side_by_side(paths, num_parallel_reads, FixedRecords, compression_type, *sizes)
        )


def _require_compression(kind: Any) -> None:
    if kind not in COMPRESSIONS:
        raise ValueError(
            unknown_name("compression", kind, COMPRESSIONS, remedy="compression_type={}")
        )


def _record_message(given: Any) -> str:
    return explain(
        "A record is a row of bytes",
        given=f"{type(given).__name__}",
        expected="bytes, or a tensor of one text",
        remedy="writer.write(example.SerializeToString())",
    )


def _closed_message() -> str:
    return explain(
        "Nothing can be written into a file that is closed",
        given="write after close",
        expected="an open TFRecordWriter",
        remedy="with TFRecordWriter(path) as writer: writer.write(...)",
    )


def _damaged_message(path: Path, place: int, given: str) -> str:
    return explain(
        "This is no TFRecord file, or it is damaged",
        given=f"{path}: {given}, in the record at byte {place}",
        expected="length, checksum, bytes and checksum, record by record",
        remedy="compression_type='GZIP', if the file is packed; or write it again",
    )


def _fixed_message(path: Path, sizes: FixedRecords, given: int) -> str:
    return explain(
        "This file holds no whole number of records",
        given=f"{path}: {given} bytes behind the first {sizes.header}",
        expected=f"records of {sizes.length}, then {sizes.footer}",
        remedy="record_bytes=..., header_bytes=..., footer_bytes=... as the file has them",
    )
