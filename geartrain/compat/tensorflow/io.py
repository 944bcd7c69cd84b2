"""`tf.io`: files as texts, and texts as numbers."""

from __future__ import annotations

import base64
import os
import shutil
import zlib
from collections.abc import Iterator
from glob import glob
from pathlib import Path
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.compat.tensorflow.dtypes import as_dtype
from geartrain.compat.tensorflow.parsing import (
    FixedLenFeature,
    FixedLenSequenceFeature,
    RaggedFeature,
    SparseFeature,
    VarLenFeature,
    parse_example,
    parse_single_example,
    parse_single_sequence_example,
)
from geartrain.compat.tensorflow.pictures import (
    decode_bmp,
    decode_gif,
    decode_image,
    decode_jpeg,
    decode_png,
    encode_jpeg,
    encode_png,
)
from geartrain.compat.tensorflow.tensor_proto import parse_tensor, serialize_tensor
from geartrain.compat.tensorflow.texts import as_texts, of_each, scalar
from geartrain.data.tfrecord import TFRecordWriter
from geartrain.errors import unknown_name
from geartrain.tensor import Tensor
from geartrain.tensor.text_tensor import TextTensor

__all__ = [
    "FixedLenFeature", "FixedLenSequenceFeature", "RaggedFeature", "SparseFeature",
    "TFRecordOptions", "TFRecordWriter", "VarLenFeature", "decode_base64", "decode_bmp",
    "decode_compressed", "decode_csv", "decode_gif", "decode_image", "decode_jpeg", "decode_png",
    "decode_raw", "encode_base64", "encode_jpeg", "encode_png", "gfile", "is_jpeg",
    "matching_files", "parse_example", "parse_single_example", "parse_single_sequence_example",
    "parse_tensor", "read_file", "serialize_tensor", "write_file",
]  # fmt: skip


def _path(filename: Any) -> Path:
    if isinstance(filename, str | os.PathLike):
        return Path(filename)
    return Path(as_texts(filename).numpy().decode())


def read_file(filename: Any, name: str | None = None) -> TextTensor:
    """The bytes of a file, as one text."""
    return scalar(_path(filename).read_bytes())


def write_file(filename: Any, contents: Any, name: str | None = None) -> None:
    """Write a text into a file; folders that are missing are made."""
    path = _path(filename)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_texts(contents).numpy())


def matching_files(pattern: Any, name: str | None = None) -> TextTensor:
    """The paths that fit a pattern (or several), in order."""
    patterns = as_texts(pattern).numpy()
    several = [patterns] if isinstance(patterns, bytes) else patterns.tolist()
    return as_texts(sorted(path for each in several for path in glob(each.decode())) or
                    np.empty(0, object))  # fmt: skip


def decode_raw(
    input_bytes: Any,
    out_type: Any,
    little_endian: bool = True,
    fixed_length: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Bytes as the numbers that they are in memory."""
    dtype = as_dtype(out_type).newbyteorder("<" if little_endian else ">")
    texts = as_texts(input_bytes)
    rows = [texts.numpy()] if not texts.ndim else texts.numpy().reshape(-1).tolist()
    if fixed_length is not None:
        rows = [each[:fixed_length].ljust(fixed_length, b"\0") for each in rows]
    numbers = np.stack([np.frombuffer(each, dtype) for each in rows])
    return ops.convert_to_tensor(numbers.reshape(*texts.array.shape, -1).astype(as_dtype(out_type)))


class TFRecordOptions:
    """How a `TFRecordWriter` packs.

    Args:
        compression_type: "", "GZIP" or "ZLIB"; None is "".
        compression_level: from 0 to 9; None and -1 leave it to zlib.
        **others: the other words of zlib's, which TensorFlow takes: nothing depends on them.
    """

    def __init__(
        self,
        compression_type: str | None = None,
        flush_mode: Any = None,
        input_buffer_size: int | None = None,
        output_buffer_size: int | None = None,
        window_bits: int | None = None,
        compression_level: int | None = None,
        compression_method: int | None = None,
        mem_level: int | None = None,
        compression_strategy: int | None = None,
    ) -> None:
        self.compression_type = compression_type or ""
        self.compression_level = compression_level


def decode_compressed(
    bytes: Any, compression_type: str = "", name: str | None = None
) -> TextTensor:
    """Texts unpacked: compression_type is "", "GZIP" or "ZLIB"."""
    bits = {"GZIP": zlib.MAX_WBITS + 16, "ZLIB": zlib.MAX_WBITS}
    if compression_type not in ("", *bits):
        raise ValueError(
            unknown_name("compression", compression_type, ["", *bits], remedy="compression_type={}")
        )
    if not compression_type:
        return as_texts(bytes)
    return of_each(lambda each: zlib.decompress(each, bits[compression_type]), bytes)


def encode_base64(input: Any, pad: bool = False, name: str | None = None) -> TextTensor:
    """Texts in letters that addresses may hold."""
    found = of_each(base64.urlsafe_b64encode, input)
    return found if pad else of_each(lambda each: each.rstrip(b"="), found)


def decode_base64(input: Any, name: str | None = None) -> TextTensor:
    """What `encode_base64` was given."""
    return of_each(lambda each: base64.urlsafe_b64decode(each + b"=" * (-len(each) % 4)), input)


def is_jpeg(contents: Any, name: str | None = None) -> Tensor:
    """Whether bytes are a JPEG picture, as their first three say."""
    return ops.convert_to_tensor(as_texts(contents).numpy()[:3] == b"\xff\xd8\xff")


def decode_csv(
    records: Any,
    record_defaults: Any,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    select_cols: Any = None,
    name: str | None = None,
) -> list[Any]:
    """The columns of lines of a table; the defaults say their dtypes."""
    import csv

    lines = as_texts(records)
    plain = [lines.numpy()] if not lines.ndim else lines.numpy().reshape(-1).tolist()
    quoting: Any = csv.QUOTE_MINIMAL if use_quote_delim else csv.QUOTE_NONE
    rows = [*csv.reader([each.decode() for each in plain], delimiter=field_delim, quoting=quoting)]
    kept = rows if select_cols is None else [[row[at] for at in select_cols] for row in rows]
    columns = zip(*kept, strict=True)
    return [
        _column(each, default, na_value, lines.shape)
        for each, default in zip(columns, record_defaults, strict=True)
    ]


def _column(cells: tuple[str, ...], default: Any, missing: str, shape: Any) -> Any:
    value = default[0] if isinstance(default, list | tuple) and default else default
    plain = value.numpy() if hasattr(value, "numpy") else value
    if isinstance(plain, str | bytes) or plain is as_dtype("string"):
        return as_texts(list(cells)).reshape(shape)
    kind = np.asarray(plain).dtype if not isinstance(plain, type | np.dtype) else as_dtype(plain)
    number = float if kind.kind == "f" else int
    numbers = [number(plain if cell in ("", missing) else cell) for cell in cells]
    return ops.convert_to_tensor(np.reshape(numbers, shape).astype(_narrow(kind)))


def _narrow(dtype: Any) -> str:
    """Python's numbers are float32 and int32."""
    return "float32" if dtype.kind == "f" else "int32" if dtype == np.int64 else dtype.name


class gfile:  # noqa: N801  (a namespace)
    """Files and folders by their names."""

    GFile = open

    @staticmethod
    def get_registered_schemes() -> list[str]:
        """How paths may begin: with nothing, or `file://`."""
        return ["", "file"]

    @staticmethod
    def exists(path: Any) -> bool:
        """Whether there is such a file or folder."""
        return _path(path).exists()

    @staticmethod
    def isdir(path: Any) -> bool:
        """Whether this is a folder."""
        return _path(path).is_dir()

    @staticmethod
    def glob(pattern: Any) -> list[str]:
        """The paths that fit a pattern, or several."""
        patterns = [pattern] if isinstance(pattern, str | os.PathLike) else pattern
        return [path for each in patterns for path in glob(os.fspath(each))]

    @staticmethod
    def listdir(path: Any) -> list[str]:
        """The names in a folder."""
        return sorted(each.name for each in _path(path).iterdir())

    @staticmethod
    def makedirs(path: Any) -> None:
        """Make a folder, and those above it that are missing."""
        _path(path).mkdir(parents=True, exist_ok=True)

    mkdir = makedirs

    @staticmethod
    def copy(src: Any, dst: Any, overwrite: bool = False) -> None:
        """Copy a file."""
        if _path(dst).exists() and not overwrite:
            raise FileExistsError(f"{dst} is there already: overwrite=True replaces it")
        shutil.copyfile(src, dst)

    @staticmethod
    def rename(src: Any, dst: Any, overwrite: bool = False) -> None:
        """Give a file another name."""
        if _path(dst).exists() and not overwrite:
            raise FileExistsError(f"{dst} is there already: overwrite=True replaces it")
        _path(src).replace(dst)

    @staticmethod
    def remove(path: Any) -> None:
        """Delete a file."""
        _path(path).unlink()

    @staticmethod
    def rmtree(path: Any) -> None:
        """Delete a folder with all that is in it."""
        shutil.rmtree(path)

    @staticmethod
    def walk(top: Any) -> Iterator[Any]:
        """The folders under one, and what is in them."""
        return os.walk(top)
