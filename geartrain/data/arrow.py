"""Tables of Arrow and Parquet, read in blocks. PyArrow reads them: the extra `tables`.

A column of numbers is an axis; lists of one length (`fixed_size_list`, tensors) are further axes;
texts are texts. What a table holds need not fit in memory: a block is read when it is its turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from geartrain.data.columns import Columns
from geartrain.data.elements import (
    Block,
    Element,
    one_after_another,
    rows_between,
    rows_of,
)
from geartrain.data.spec import TensorSpec
from geartrain.data.stage import Stage, is_looking_ahead
from geartrain.errors import explain
from geartrain.tensor import Array
from geartrain.tensor.nest import flatten
from geartrain.tensor.text_tensor import text_array

ROWS_READ = 4096
KEPT_BYTES = 256 << 20


def pyarrow(name: str = "pyarrow") -> Any:
    """A module of PyArrow.

    Raises:
        ImportError: it is not installed.
    """
    try:
        return import_module(name)
    except ImportError:
        raise ImportError(
            explain(
                "Tables of Arrow and Parquet need PyArrow",
                given="an environment without it",
                expected="the package pyarrow",
                remedy="pip install pyarrow",
            )
        ) from None


class ArrowTable(Stage):
    """The rows of a table in memory.

    Args:
        table: of PyArrow.
        columns: those wanted; see `Columns`.
        label: the target.
    """

    def __init__(self, table: Any, columns: Any, label: str | None) -> None:
        super().__init__()
        self.schema = table.schema
        self.columns = Columns(table.schema.names, columns, label)
        self.table = table

    @property
    def size(self) -> int:
        rows: int = self.table.num_rows
        return rows

    @property
    def in_blocks(self) -> bool:
        return all(_is_rectangular(self.schema.field(each).type) for each in self.columns.wanted)

    def _find_spec(self) -> Any:
        return self.columns.element(lambda each: _spec_of(self.schema.field(each).type))

    def _batches(self, rows: int) -> Iterator[Any]:
        chosen = self.table.select(self.columns.wanted)
        return iter(chosen.to_batches(max_chunksize=rows))

    def blocks(self, wanted: int) -> Iterator[Block]:
        for batch in self._batches(max(wanted, ROWS_READ)):
            if batch.num_rows:
                yield self.columns.element(lambda name: column(name, batch[name]))  # noqa: B023

    def elements(self) -> Iterator[Element]:
        if self.in_blocks:
            for block in self.blocks(ROWS_READ):
                yield from rows_of(block)
            return
        for batch in self._batches(ROWS_READ):
            parts = {name: _cells(name, batch[name]) for name in self.columns.wanted}
            for row in range(batch.num_rows):
                yield self.columns.element(lambda name: parts[name][row])  # noqa: B023


class ParquetFiles(ArrowTable):
    """The rows of Parquet files, one file after another.

    Args:
        paths: of the files, of one schema.
        columns: those wanted; see `Columns`.
        label: the target.
        keep_bytes: rows that take no more are kept in memory by the first pass, as reading them
            again takes about as long as a small network takes to learn from them.

    Raises:
        ValueError: the files differ in schema.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        columns: Any,
        label: str | None,
        keep_bytes: int = KEPT_BYTES,
    ) -> None:
        Stage.__init__(self)
        self.paths, self.keep_bytes = list(paths), keep_bytes
        self._kept: tuple[Any, Block] | None = None  # with what told the files from others
        parquet = pyarrow("pyarrow.parquet")
        metadata = []
        for path in self.paths:
            with _reading(path):
                metadata.append(parquet.read_metadata(path))
        self.schema = metadata[0].schema.to_arrow_schema()
        self.columns = Columns(self.schema.names, columns, label)
        self.row_count: int = sum(each.num_rows for each in metadata)
        for path, each in zip(self.paths, metadata, strict=True):
            _check_schema(path, each.schema.to_arrow_schema(), self.schema, self.columns.wanted)

    @property
    def size(self) -> int:
        return self.row_count

    def held(self) -> Block | None:
        return None if self._kept is None or self._kept[0] != self._marks() else self._kept[1]

    def _marks(self) -> Any:
        """What changes when somebody writes the files anew."""
        found = [each.stat() for each in self.paths]
        return [(each.st_mtime_ns, each.st_size, each.st_ino) for each in found]

    def blocks(self, wanted: int) -> Iterator[Block]:
        whole = self.held()
        if whole is not None:
            for start in range(0, self.row_count, wanted):
                yield rows_between(whole, start, min(start + wanted, self.row_count))
            return
        marks, size = self._marks(), 0
        kept: list[Block] = []
        for block in super().blocks(wanted):
            size += _bytes_of(block)
            kept = [*kept, block] if size <= self.keep_bytes else []
            yield block
        if kept and size <= self.keep_bytes and not is_looking_ahead():
            self._kept = marks, one_after_another(kept)

    def _batches(self, rows: int) -> Iterator[Any]:
        parquet = pyarrow("pyarrow.parquet")
        for path in self.paths:
            with _reading(path), parquet.ParquetFile(path) as file:
                yield from file.iter_batches(
                    batch_size=min(rows, ROWS_READ), columns=self.columns.wanted
                )


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Inside, what is wrong with a file is an error that names it."""
    try:
        yield
    except (pyarrow().ArrowInvalid, pyarrow().ArrowNotImplementedError) as error:
        raise ValueError(_parquet_message(path, error)) from None
    except OSError as error:
        if not path.is_file():
            raise
        raise ValueError(_parquet_message(path, error)) from None


def _bytes_of(block: Block) -> int:
    """The memory that a block takes; of a text the reference counts, and some bytes."""
    return sum(
        each.nbytes if each.dtype != object else 64 * each.size
        for each in flatten(block)
        if each is not None
    )


def open_table(path: Path) -> Any:
    """A table of a file that Arrow has written (.arrow, .feather), mapped rather than read.

    Raises:
        ValueError: it is no such file.
    """
    ipc, arrow = pyarrow("pyarrow.ipc"), pyarrow()
    source = arrow.memory_map(str(path))
    try:
        return ipc.open_file(source).read_all()
    except arrow.ArrowInvalid:
        source.seek(0)
    try:
        return ipc.open_stream(source).read_all()
    except arrow.ArrowInvalid as error:
        raise ValueError(_file_message(path, str(error))) from None


def column(name: str, values: Any) -> Array:
    """The values of a column: an axis, and those of lists of one length.

    Raises:
        ValueError: a value is missing.
        TypeError: there is no dtype for them.
    """
    arrow = pyarrow()
    kind = values.type
    if arrow.types.is_dictionary(kind):
        return column(name, values.dictionary_decode())
    if values.null_count and not arrow.types.is_floating(kind) and not _is_text(kind):
        raise ValueError(_null_message(name, values))
    if isinstance(kind, arrow.BaseExtensionType) and hasattr(values, "to_numpy_ndarray"):
        found: Array = values.to_numpy_ndarray()
        return found
    if arrow.types.is_fixed_size_list(kind):
        inner = column(name, values.flatten())
        return inner.reshape(len(values), kind.list_size, *inner.shape[1:])
    if _is_text(kind):
        return text_array(np.array(["" if each is None else each for each in values.to_pylist()],
                                   object))  # fmt: skip
    if not _is_number(kind):
        raise TypeError(_kind_message(name, kind))
    numbers: Array = values.to_numpy(zero_copy_only=False)
    return numbers


def _cells(name: str, values: Any) -> Any:
    """A value for each row, of lists of different lengths as well."""
    arrow = pyarrow()
    if not arrow.types.is_list(values.type) and not arrow.types.is_large_list(values.type):
        return column(name, values)
    if values.null_count:
        raise ValueError(_null_message(name, values))
    ends = values.offsets.to_numpy() - values.offsets[0].as_py()
    inner = column(name, values.flatten())
    return [inner[start:stop] for start, stop in pairwise(ends)]


def _is_text(kind: Any) -> bool:
    types = pyarrow().types
    checks = (types.is_string, types.is_large_string, types.is_binary, types.is_large_binary)
    return any(check(kind) for check in checks)


def _is_number(kind: Any) -> bool:
    types = pyarrow().types
    return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind))


def _is_rectangular(kind: Any) -> bool:
    types = pyarrow().types
    return not (types.is_list(kind) or types.is_large_list(kind))


def _spec_of(kind: Any) -> TensorSpec:
    arrow = pyarrow()
    if arrow.types.is_dictionary(kind):
        return _spec_of(kind.value_type)
    if isinstance(kind, arrow.FixedShapeTensorType):
        return TensorSpec(tuple(kind.shape), kind.value_type.to_pandas_dtype())
    if arrow.types.is_fixed_size_list(kind):
        inner = _spec_of(kind.value_type)
        return TensorSpec((kind.list_size, *inner.shape), inner.dtype)
    if not _is_rectangular(kind):
        inner = _spec_of(kind.value_type)
        return TensorSpec((None, *inner.shape), inner.dtype)
    if _is_text(kind):
        return TensorSpec((), "string")
    return TensorSpec((), np.dtype(kind.to_pandas_dtype()))


def _check_schema(path: Path, schema: Any, wanted: Any, names: Sequence[str]) -> None:
    for name in names:
        if name not in schema.names or schema.field(name).type != wanted.field(name).type:
            raise ValueError(_schema_message(path, name, wanted))


def _null_message(name: str, values: Any) -> str:
    return explain(
        f"Column {name!r} lacks values",
        given=f"{values.null_count} of {len(values)} values missing, of type {values.type}",
        expected="a value in each row: only floats (NaN) and texts ('') may be missing",
        remedy=f"table['{name}'].fill_null(0), before it is written",
    )


def _kind_message(name: str, kind: Any) -> str:
    return explain(
        f"Column {name!r} has a type that no tensor has",
        given=f"{kind}",
        expected="numbers, bools, texts, or lists of them",
        remedy="columns=[...], without it; or cast it before it is written",
    )


def _schema_message(path: Path, name: str, wanted: Any) -> str:
    return explain(
        "These Parquet files do not belong together",
        given=f"{path}, where column {name!r} is missing or has another type",
        expected=f"{wanted.field(name).type} (set by the first file)",
        remedy="Dataset.from_parquet(first).concatenate(Dataset.from_parquet(second).map(...))",
    )


def _parquet_message(path: Path, error: Exception) -> str:
    return explain(
        "This Parquet file cannot be read",
        given=f"{path} ({error})",
        expected="a whole file in Parquet's format",
        remedy="write it again; Dataset.from_arrow(path), for a file of Arrow's",
    )


def _file_message(path: Path, reason: str) -> str:
    return explain(
        "This is no file of Arrow",
        given=f"{path} ({reason})",
        expected="a table in Arrow's file or stream format (.arrow, .feather)",
        remedy="Dataset.from_parquet(path), for a Parquet file",
    )
