"""CSV files, read in blocks: the first rows say of which dtype each column is.

int64, if all of them are whole numbers; float32, if they are numbers; else texts
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from geartrain.data.columns import Columns
from geartrain.data.elements import Block
from geartrain.data.files import opened
from geartrain.data.spec import TensorSpec, read_dtype
from geartrain.data.stage import Table
from geartrain.errors import explain
from geartrain.tensor import Array
from geartrain.tensor.text_tensor import STRING, text_array

ROWS_READ = 2048
MISSING = ("", "na", "nan", "null", "none", "n/a", "#n/a")


class CsvFiles(Table):
    """The rows of CSV files, one file after another.

    Args:
        paths: of the files, with the same columns.
        columns: those wanted; see `Columns`.
        label: the target.
        names: the columns' names; None reads them from the first line of each file.
        dtypes: of some columns, by name; of the others the first rows say it.
        separator: what stands between cells.
        encoding: of the files.
        skips: whether the first line of each file holds names; None: it does unless `names` says.

    Raises:
        ValueError: a file is empty.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        columns: Any,
        label: str | None,
        *,
        names: Sequence[str] | None = None,
        dtypes: Mapping[str, Any] | None = None,
        separator: str = ",",
        encoding: str = "utf-8",
        skips: bool | None = None,
    ) -> None:
        super().__init__()
        self.paths, self.separator, self.encoding = list(paths), separator, encoding
        self.skips = names is None if skips is None else skips
        head = list(islice(self._lines(self.paths[0]), ROWS_READ + 1))
        if len(head) <= int(self.skips):
            raise ValueError(_empty_message(self.paths[0]))
        self.names = [each.strip() for each in head[0]] if names is None else list(names)
        self.columns = Columns(self.names, columns, label)
        self.dtypes = self._dtypes(head[int(self.skips) :], dtypes or {})

    def _lines(self, path: Path) -> Iterator[list[str]]:
        encoding = "utf-8-sig" if self.encoding.lower() in ("utf-8", "utf8") else self.encoding
        with opened(path, None) as raw, io.TextIOWrapper(raw, encoding, newline="") as file:
            try:
                for row in csv.reader(file, delimiter=self.separator):
                    if row:
                        yield row
            except UnicodeDecodeError as error:
                raise ValueError(_encoding_message(path, error)) from None

    def _dtypes(self, rows: list[list[str]], given: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for name in self.columns.wanted:
            place = self.names.index(name)
            cells = [row[place] for row in rows if place < len(row)]
            found[name] = read_dtype(given[name]) if name in given else guessed(cells)
        return found

    def _find_spec(self) -> Any:
        return self.columns.element(lambda name: TensorSpec((), self.dtypes[name]))

    def blocks(self, wanted: int) -> Iterator[Block]:
        for path in self.paths:
            lines = islice(self._lines(path), int(self.skips), None)
            first = 1 + int(self.skips)
            while rows := list(islice(lines, max(wanted, ROWS_READ))):
                yield self._block(path, first, rows)
                first += len(rows)

    def _block(self, path: Path, first: int, rows: list[list[str]]) -> Block:
        for number, row in enumerate(rows):
            if len(row) != len(self.names):
                raise ValueError(_length_message(path, first + number, row, self.names))
        table = list(zip(*rows, strict=True))

        def get(name: str) -> Array:
            cells = table[self.names.index(name)]
            try:
                return converted(cells, self.dtypes[name])
            except ValueError:
                raise ValueError(
                    _cell_message(path, first, name, cells, self.dtypes[name])
                ) from None

        return self.columns.element(get)


def guessed(cells: Sequence[str]) -> Any:
    """The dtype of which the cells of a column seem to be.

    >>> guessed(["1", "2"]), guessed(["1", "", "2.5"]), guessed(["1", "a"])
    (dtype('int64'), dtype('float32'), string)
    """
    for dtype in (np.dtype("int64"), np.dtype("float32")):
        try:
            converted(cells, dtype)
        except ValueError:
            continue
        return dtype
    return STRING


def converted(cells: Sequence[str], dtype: Any) -> Array:
    """The cells as an array; for floats a missing one is NaN."""
    if dtype == STRING:
        return text_array(np.array(cells, object))
    if dtype.kind == "f":
        return np.array(["nan" if each.strip().lower() in MISSING else each for each in cells],
                        np.float64).astype(dtype)  # fmt: skip
    if dtype.kind == "b":
        return np.array([_truth(each) for each in cells])
    return np.array(cells).astype(np.int64).astype(dtype)


def _truth(cell: str) -> bool:
    word = cell.strip().lower()
    if word not in ("true", "false", "0", "1"):
        raise ValueError(word)
    return word in ("true", "1")


def _fits(cell: str, dtype: Any) -> bool:
    try:
        converted([cell], dtype)
    except ValueError:
        return False
    return True


def _encoding_message(path: Path, error: UnicodeDecodeError) -> str:
    return explain(
        "This CSV file has another encoding",
        given=f"{path}, with the byte {error.object[error.start : error.start + 1]!r}",
        expected=f"text in {error.encoding} (set by encoding)",
        remedy="encoding='latin-1'",
    )


def _empty_message(path: Path) -> str:
    return explain(
        "This CSV file has no rows",
        given=f"{path}",
        expected="a line of names, and lines of cells",
        remedy="names=['a', 'b'], if the first line holds cells",
    )


def _length_message(path: Path, line: int, row: list[str], names: Sequence[str]) -> str:
    return explain(
        f"Row {line} of {path.name} has not one cell for each column",
        given=f"{len(row)} cells: {', '.join(row)[:60]}",
        expected=f"{len(names)} cells: {', '.join(names)[:60]}",
        remedy="separator=';', if cells are separated so",
    )


def _cell_message(path: Path, first: int, name: str, cells: Sequence[str], dtype: Any) -> str:
    place = next(number for number, each in enumerate(cells) if not _fits(each, dtype))
    return explain(
        f"A cell of column {name!r} is not what the column's first rows are",
        given=f"{cells[place]!r}, in row {first + place} of {path.name}",
        expected=f"{dtype.name} (set by dtypes, or by the first {ROWS_READ} rows)",
        remedy=f"dtypes={{'{name}': 'string'}}; 'float32', which takes missing ones as NaN",
    )
