"""`CsvDataset` and `make_csv_dataset` of `tf.data.experimental`: tables in TensorFlow's manner.

    CsvDataset("a.csv", [tf.float32, 0], header=True)    tuples of cells: a dtype must be there, a
                                                         number stands for a cell that is empty
    make_csv_dataset("a.csv", 32, label_name="price")    batches: a dict of columns, and the label

`Dataset.from_csv` of `geartrain.data` reads blocks, and is the quicker one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from geartrain.compat.tensorflow.dtypes import as_dtype
from geartrain.compat.tensorflow.texts import as_texts, is_text
from geartrain.data import Dataset
from geartrain.data.elements import read_leaf
from geartrain.data.files import matching, opened, paths_stage, read_paths
from geartrain.data.lines import side_by_side
from geartrain.data.spec import TensorSpec
from geartrain.data.stage import Stage
from geartrain.errors import explain
from geartrain.tensor.text_tensor import STRING

ROWS_SEEN = 100
WHOLE = (("int32", 2**31), ("int64", 2**63))
TRIED = ("int32", "int64", "float32", "float64", "string")


class Column:
    """What cells of a column become.

    Args:
        given: a dtype, where each row must have the cell; or what stands for a cell that is empty,
            a number, a text, or a list of one, whose dtype the column has.
    """

    def __init__(self, given: Any) -> None:
        self.default: Any = None
        if _is_dtype(given):
            self.dtype = as_dtype(given)
            return
        if isinstance(given, list | tuple) and not given:
            self.dtype = as_dtype("float32")
            return
        plain: Any = given[0] if isinstance(given, list | tuple) else given
        value = read_leaf(as_texts(plain) if is_text(plain) else plain).reshape(-1)
        if len(value):
            self.default = value[0]
        self.dtype = STRING if value.dtype.kind == "O" else value.dtype

    def read(self, cell: str, missing: str) -> Any:
        """A cell as a value.

        Raises:
            ValueError: it is empty and must not be, or is no number.
        """
        if cell in ("", missing):
            if self.default is None:
                raise ValueError("an empty cell")
            return self.default
        if self.dtype == STRING:
            return cell.encode()
        if self.dtype.kind == "f":
            return np.asarray(float(cell), self.dtype)
        return np.asarray(int(cell), self.dtype)


class CsvRows(Stage):
    """The rows of CSV files, as tuples of cells.

    Args:
        paths: a stage of the files' names.
        columns: what the cells become.
        places: which cells are taken; None: all.
        header: whether the first line of each file is passed over.
        dialect: how the cells stand: `delimiter`, `quoting`.
        missing: a text that counts as an empty cell.
        compression: "", "GZIP" or "ZLIB".
        encoding: of the files.
        lenient: whether rows that cannot be read are passed over.
    """

    def __init__(
        self,
        paths: Stage,
        columns: Sequence[Column],
        places: Sequence[int] | None,
        *,
        header: bool,
        dialect: dict[str, Any],
        missing: str,
        compression: str | None,
        encoding: str = "utf-8",
        lenient: bool = False,
    ) -> None:
        super().__init__(paths)
        self.columns, self.places, self.header = list(columns), places, header
        self.dialect, self.missing = dialect, missing
        self.compression, self.encoding = compression, encoding
        self.passed_over: tuple[type[Exception], ...] = (ValueError,) if lenient else ()

    def _find_spec(self) -> Any:
        return tuple(TensorSpec((), each.dtype) for each in self.columns)

    def elements(self) -> Iterator[Any]:
        for each in self.source.elements():
            for path in read_paths(each):
                lines = lines_of(path, self.compression, self.encoding, self.dialect)
                for number, row in enumerate(islice(lines, int(self.header), None), 1):
                    yield from self._rows(path, number + int(self.header), row)

    def _rows(self, path: Path, line: int, row: list[str]) -> Iterator[tuple[Any, ...]]:
        """The row; none, if it cannot be read and is to be passed over."""
        try:
            found = self._row(path, line, row)
        except self.passed_over:
            return
        yield found

    def _row(self, path: Path, line: int, row: list[str]) -> tuple[Any, ...]:
        cells = row if self.places is None else [row[at] for at in self.places if at < len(row)]
        if len(cells) != len(self.columns):
            where = f"Row {line} of {path.name}"
            raise ValueError(_row_message(where, len(cells), len(self.columns)))
        return tuple(
            self._cell(path, line, number, cell) for number, cell in enumerate(cells)
        )  # fmt: skip

    def _cell(self, path: Path, line: int, number: int, cell: str) -> Any:
        try:
            return self.columns[number].read(cell, self.missing)
        except (ValueError, OverflowError) as error:
            dtype = self.columns[number].dtype.name
            raise ValueError(_cell_message(path, line, cell, dtype, error)) from None


def lines_of(
    path: Path, compression: str | None, encoding: str, dialect: dict[str, Any]
) -> Iterator[list[str]]:
    """The rows of a file as cells; lines without any are passed over."""
    with opened(path, compression or "") as raw:
        file = io.TextIOWrapper(raw, encoding, newline="")
        yield from (row for row in csv.reader(file, **dialect) if row)


def _dialect(delimiter: str, use_quotes: bool) -> dict[str, Any]:
    return {
        "delimiter": delimiter,
        "quoting": csv.QUOTE_MINIMAL if use_quotes else csv.QUOTE_NONE,
    }


class CsvDataset(Dataset):
    """The rows of CSV files, as tuples of tensors.

    Args:
        filenames: a path, a list of them, or a data set of them.
        record_defaults: of each column: a dtype, where no cell may be empty, or what stands for an
            empty one.
        compression_type: "", "GZIP" or "ZLIB"; None is "".
        buffer_size: taken for the sake of TensorFlow's users.
        header: whether the first line of each file is passed over.
        field_delim: what stands between cells.
        use_quote_delim: whether cells in quotes may hold that.
        na_value: a text that counts as an empty cell.
        select_cols: the numbers of the columns that are taken, in order; None: all.
        exclude_cols: or of those that are not.

    Raises:
        ValueError: both are given, or are not in order; when gone through: a row is of another
            length, or a cell no number.
    """

    def __init__(
        self,
        filenames: Any,
        record_defaults: Sequence[Any],
        compression_type: str | None = None,
        buffer_size: int | None = None,
        header: bool = False,
        field_delim: str = ",",
        use_quote_delim: bool = True,
        na_value: str = "",
        select_cols: Sequence[int] | None = None,
        exclude_cols: Sequence[int] | None = None,
    ) -> None:
        if select_cols is not None and exclude_cols is not None:
            raise ValueError(_both_message())
        _require_order("select_cols", select_cols)
        _require_order("exclude_cols", exclude_cols)
        columns = [Column(each) for each in record_defaults]
        if exclude_cols is not None:
            count = len(columns) + len(exclude_cols)
            select_cols = [at for at in range(count) if at not in set(exclude_cols)]
        super().__init__(
            CsvRows(
                paths_stage(filenames),
                columns,
                select_cols,
                header=header,
                dialect=_dialect(field_delim, use_quote_delim),
                missing=na_value,
                compression=compression_type,
            )
        )


def make_csv_dataset(
    file_pattern: Any,
    batch_size: int,
    column_names: Sequence[str] | None = None,
    column_defaults: Sequence[Any] | None = None,
    label_name: str | None = None,
    select_columns: Sequence[Any] | None = None,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    header: bool = True,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: int | None = None,
    prefetch_buffer_size: int | None = None,
    num_parallel_reads: int | None = None,
    sloppy: bool = False,
    num_rows_for_inference: int | None = ROWS_SEEN,
    compression_type: str | None = None,
    ignore_errors: bool = False,
    encoding: str = "utf-8",
) -> Dataset:
    """Batches of the rows of CSV files: dicts of columns, with the label pairs.

    Args:
        file_pattern: paths, or patterns with `*` and `?`.
        batch_size: how many rows.
        column_names: of all columns; None reads them from the first line.
        column_defaults: of each column taken: a dtype, or what stands for an empty cell. None: the
            first rows say the dtypes, and 0 or "" stands for an empty cell.
        label_name: the column of the targets.
        select_columns: names or numbers of the columns that are taken.
        field_delim: what stands between cells.
        use_quote_delim: whether cells in quotes may hold that.
        na_value: a text that counts as an empty cell.
        header: whether the first line of each file holds names.
        num_epochs: how often; None has no end, and all batches are whole.
        shuffle: whether rows come in a random order.
        shuffle_buffer_size: as `Dataset.shuffle` has it.
        shuffle_seed: likewise.
        prefetch_buffer_size: as `Dataset.prefetch` has it; None: 2.
        num_parallel_reads: so many files are read at a time; None: one after another.
        sloppy: taken for the sake of TensorFlow's users: order is kept.
        num_rows_for_inference: how many rows say the dtypes; None: all.
        compression_type: "", "GZIP" or "ZLIB".
        ignore_errors: whether rows that cannot be read are passed over.
        encoding: of the files.

    Raises:
        FileNotFoundError: no file fits.
        ValueError: there is no such column.
    """
    files = [Path(each) for each in matching(file_pattern)]
    dialect = _dialect(field_delim, use_quote_delim)

    def rows(path: Path) -> Iterator[list[str]]:
        return lines_of(path, compression_type, encoding, dialect)

    names = list(column_names) if column_names is not None else _names(rows(files[0]), header)
    places = _places(names, select_columns)
    taken = [names[at] for at in places]
    if label_name is not None and label_name not in taken:
        raise ValueError(_label_message(label_name, taken))
    if column_defaults is None:
        seen = (row for path in files for row in islice(rows(path), int(header), None))
        column_defaults = guessed(seen, len(names), places, na_value, num_rows_for_inference)
    columns = [Column(each) for each in column_defaults]

    def read(paths: Stage) -> Stage:
        return CsvRows(
            paths, columns, places, header=header, dialect=dialect, missing=na_value,
            compression=compression_type, encoding=encoding, lenient=ignore_errors,
        )  # fmt: skip

    found = Dataset(side_by_side(paths_stage(files), num_parallel_reads, read))
    if shuffle:
        found = found.shuffle(shuffle_buffer_size, shuffle_seed)
    found = found.repeat(num_epochs).batch(batch_size, drop_remainder=num_epochs is None)
    found = found.map(lambda *cells: _named(taken, cells, label_name))
    return found.prefetch(2 if prefetch_buffer_size is None else prefetch_buffer_size)


def _named(names: list[str], cells: Sequence[Any], label: str | None) -> Any:
    found = dict(zip(names, cells, strict=True))
    return found if label is None else (found, found.pop(label))


def _names(rows: Iterator[list[str]], header: bool) -> list[str]:
    if not header:
        raise ValueError(_names_message())
    return next(rows)


def _places(names: list[str], chosen: Sequence[Any] | None) -> list[int]:
    if chosen is None:
        return list(range(len(names)))
    unknown = [x for x in chosen if x not in names and not (isinstance(x, int) and x < len(names))]
    if unknown:
        raise ValueError(_columns_message(unknown, names))
    return sorted(names.index(each) if isinstance(each, str) else int(each) for each in chosen)


def guessed(
    rows: Iterator[list[str]], width: int, places: Sequence[int], missing: str, count: int | None
) -> list[Any]:
    """What stands for empty cells of each column, of the dtype that all of its cells can have."""
    kinds = [0] * len(places)
    for line, row in enumerate(islice(rows, count), 1):
        if len(row) != width:
            raise ValueError(_row_message(f"Row {line} that was looked at", len(row), width))
        for number, place in enumerate(places):
            cell = row[place]
            while cell not in ("", missing) and not _fits(cell, TRIED[kinds[number]]):
                kinds[number] += 1
    return [b"" if TRIED[k] == "string" else np.zeros((), TRIED[k]) for k in kinds]


def _fits(cell: str, dtype: str) -> bool:
    if dtype == "string":
        return True
    try:
        if dtype.startswith("int"):
            limit = dict(WHOLE)[dtype]
            return -limit <= int(cell) < limit
        return abs(float(cell)) <= float(np.finfo(dtype).max)
    except ValueError:
        return False


def _is_dtype(given: Any) -> bool:
    if isinstance(given, type | np.dtype) or given is STRING:
        return True
    return hasattr(given, "name") and not hasattr(given, "shape")


def _require_order(name: str, places: Sequence[int] | None) -> None:
    given = list(places or ())
    if any(at < 0 for at in given) or sorted(set(given)) != given:
        raise ValueError(_order_message(name, given))


def _row_message(where: str, given: int, wanted: int) -> str:
    return explain(
        f"{where} has another number of cells",
        given=f"{given} cells",
        expected=f"{wanted}, one for each column",
        remedy="field_delim=';', if cells are separated so; ignore_errors=True passes rows over",
    )


def _cell_message(path: Path, line: int, cell: str, dtype: str, error: Exception) -> str:
    return explain(
        f"A cell in row {line} of {path.name} cannot be read",
        given=f"{cell!r}: {error}",
        expected=f"{dtype} (set by the defaults of the columns)",
        remedy="0 in place of the dtype stands for empty cells; tf.string takes any cell",
    )


def _both_message() -> str:
    return explain(
        "CsvDataset was told twice which columns it takes",
        given="select_cols and exclude_cols",
        expected="one of them",
        remedy="select_cols=[0, 2]",
    )


def _order_message(name: str, given: list[int]) -> str:
    return explain(
        f"{name} holds numbers of columns",
        given=f"{name}={given}",
        expected="numbers from 0, in order, each once",
        remedy=f"{name}={sorted({max(at, 0) for at in given})}",
    )


def _label_message(label: str, names: list[str]) -> str:
    return explain(
        "There is no column of this name for the label",
        given=f"label_name={label!r}",
        expected=f"one of: {', '.join(names)}",
        remedy=f"label_name={names[-1]!r}",
    )


def _names_message() -> str:
    return explain(
        "The columns have no names",
        given="header=False, and no column_names",
        expected="a first line of names, or column_names",
        remedy="column_names=['a', 'b']",
    )


def _columns_message(unknown: list[Any], names: list[str]) -> str:
    return explain(
        "There are no such columns",
        given=f"select_columns with {unknown}",
        expected=f"names or numbers of: {', '.join(names)}",
        remedy=f"select_columns={names[:2]}",
    )
