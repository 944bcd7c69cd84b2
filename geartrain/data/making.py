"""`Making`: the part of `Dataset` that says where elements come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geartrain.data import files, mixing, records, sources
from geartrain.data.arguments import whole
from geartrain.data.arrow import KEPT_BYTES, ArrowTable, ParquetFiles, open_table, pyarrow
from geartrain.data.counting import Zip
from geartrain.data.csv import CsvFiles
from geartrain.data.idx import map_idx
from geartrain.data.pipeline import Pipeline
from geartrain.data.shuffling import Shuffle
from geartrain.data.signature import Signature
from geartrain.data.spec import read_dtype
from geartrain.errors import explain
from geartrain.tensor.nest import map_nest

if TYPE_CHECKING:
    from geartrain.data.dataset import Dataset


def _made(stage: Any) -> Dataset:
    from geartrain.data.dataset import Dataset

    return Dataset(stage)


class Making(Pipeline):
    """The functions that begin a pipeline."""

    @staticmethod
    def from_tensor_slices(tensors: Any, name: str | None = None) -> Dataset:
        """Rows of arrays: element n is row n of each.

        Args:
            tensors: an array, or a tuple or dict of arrays of one length. They are not copied.
            name: for those who read it.

        Raises:
            ValueError: they differ in length, or have no axis.

        >>> from geartrain.data import Dataset
        >>> [each.numpy().tolist() for each in Dataset.from_tensor_slices([[1, 2], [3, 4]])]
        [[1, 2], [3, 4]]
        """
        return _made(sources.Slices(tensors))

    @staticmethod
    def from_tensors(tensors: Any, name: str | None = None) -> Dataset:
        """One element.

        Args:
            tensors: a nest of arrays.
            name: for those who read it.
        """
        return _made(sources.Whole(tensors))

    @staticmethod
    def range(*args: Any, output_type: Any = "int64", name: str | None = None) -> Dataset:
        """Whole numbers, as Python's `range` gives them: `range(stop)`, `range(start, stop, step)`.

        Args:
            *args: stop; or start and stop; or these and the distance.
            output_type: the dtype.
            name: for those who read it.
        """
        if not 1 <= len(args) <= 3:
            raise ValueError(_range_message(len(args)))
        numbers = [whole("range", each) for each in args]
        return _made(sources.Range(range(*numbers), read_dtype(output_type)))

    @staticmethod
    def counter(
        start: Any = 0, step: Any = 1, dtype: Any = "int64", name: str | None = None
    ) -> Dataset:
        """Numbers without an end: start, start + step, ..."""
        first, distance = whole("start", start), whole("step", step)
        return _made(sources.Counter(first, distance, read_dtype(dtype)))

    @staticmethod
    def random(
        seed: int | None = None,
        rerandomize_each_iteration: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """Random whole numbers from 0 to 2**32 - 1, int64, without an end.

        Args:
            seed: None takes the global seed's next.
            rerandomize_each_iteration: whether each pass gives others.
            name: for those who read it.
        """
        return _made(sources.Random(seed, anew=bool(rerandomize_each_iteration)))

    @staticmethod
    def from_generator(
        generator: Callable[..., Any],
        output_types: Any = None,
        output_shapes: Any = None,
        args: Sequence[Any] | None = None,
        output_signature: Any = None,
        name: str | None = None,
    ) -> Dataset:
        """What a generator of yours gives.

        Args:
            generator: a function that gives an iterator; called again for each pass.
            output_types: dtypes, in the form of an element; the older way to say what it gives.
            output_shapes: shapes, in that form.
            args: arguments for the function.
            output_signature: `TensorSpec`s in the form of an element. What the generator gives is
                checked against it. Without it elements are taken as they come.
            name: for those who read it.

        Raises:
            TypeError: the generator is no function, or its elements are not of the signature.
            ValueError: an element is of another shape.

        >>> from geartrain.data import Dataset, TensorSpec
        >>> dataset = Dataset.from_generator(
        ...     lambda: ([n] * n for n in (1, 2)), output_signature=TensorSpec((None,), "int32"))
        >>> [each.numpy().tolist() for each in dataset]
        [[1], [2, 2]]
        """
        if not callable(generator):
            raise TypeError(_generator_message(generator))
        if output_signature is not None and (output_types or output_shapes) is not None:
            raise TypeError(_twice_message())
        signature = None
        if output_signature is not None:
            signature = Signature(output_signature)
        elif output_types is not None:
            signature = Signature.of_types(output_types, output_shapes)
        return _made(sources.Generated(generator, tuple(args or ()), signature))

    @staticmethod
    def list_files(
        file_pattern: Any,
        shuffle: bool | None = None,
        seed: int | None = None,
        name: str | None = None,
    ) -> Dataset:
        """The names of files, as texts.

        Args:
            file_pattern: a name or a pattern with `*` and `?`, or several.
            shuffle: whether each pass has an order of its own, which it has unless this is False;
                else they are sorted.
            seed: of the order.
            name: for those who read it.

        Raises:
            FileNotFoundError: no file fits.
        """
        stage = files.file_names(file_pattern)
        if shuffle is None or shuffle:
            return _made(Shuffle(stage, max(stage.size, 1), seed, anew=True))
        return _made(stage)

    @staticmethod
    def from_folder(directory: Any, classes: Sequence[str] | None = None) -> Dataset:
        """Files in sub-folders, a sub-folder a class: pairs of a path and the class's number.

        Args:
            directory: the folder.
            classes: the sub-folders in the order of their numbers; None sorts them by name.

        Raises:
            FileNotFoundError: there are none.
        """
        return _made(files.labelled_files(Path(directory), classes))

    @staticmethod
    def from_text_lines(filenames: Any, compression_type: str | None = None) -> Dataset:
        """The lines of text files, without their ends.

        Args:
            filenames: a path, a list of them, or a data set of them.
            compression_type: "", "GZIP", "ZLIB"; None as the names say.
        """
        return _made(files.Lines(files.paths_stage(filenames), compression_type))

    @staticmethod
    def from_csv(
        filenames: Any,
        columns: str | Sequence[str] | None = None,
        label: str | None = None,
        *,
        names: Sequence[str] | None = None,
        dtypes: Mapping[str, Any] | None = None,
        separator: str = ",",
        encoding: str = "utf-8",
    ) -> Dataset:
        """The rows of CSV files, read as they are needed.

        Args:
            filenames: a path or several; patterns with `*` and `?`.
            columns: the name of a column, whose values are the elements; or several, which make
                dicts; None takes all but the label.
            label: the column of the targets: elements are pairs, then.
            names: the columns' names, of files whose first line has none.
            dtypes: of some columns. The others' first rows say them: int64, float32 or texts.
            separator: what stands between cells.
            encoding: of the files.

        Raises:
            FileNotFoundError: no file fits.
            ValueError: there is no such column; when gone through: a cell that does not fit.
        """
        paths = [Path(each) for each in files.matching(filenames)]
        return _made(
            CsvFiles(
                paths,
                columns,
                label,
                names=names,
                dtypes=dtypes,
                separator=separator,
                encoding=encoding,
            )
        )

    @staticmethod
    def from_parquet(
        filenames: Any,
        columns: str | Sequence[str] | None = None,
        label: str | None = None,
        *,
        keep_bytes: int = KEPT_BYTES,
    ) -> Dataset:
        """The rows of Parquet files, read as they are needed.

        Args:
            filenames: a path or several; patterns with `*` and `?`.
            columns: as for `from_csv`. Lists of one length are further axes.
            label: the column of the targets.
            keep_bytes: rows that take no more in memory (256 MB) are kept by the first pass; 0
                reads the files in each pass.

        Raises:
            ImportError: PyArrow is not installed.
            FileNotFoundError: no file fits.
            ValueError: there is no such column; the files differ in schema.
        """
        paths = [Path(each) for each in files.matching(filenames)]
        return _made(ParquetFiles(paths, columns, label, keep_bytes))

    @staticmethod
    def from_arrow(
        table: Any, columns: str | Sequence[str] | None = None, label: str | None = None
    ) -> Dataset:
        """The rows of a table of Arrow.

        Args:
            table: of PyArrow; anything with `__arrow_c_stream__`, as tables of Polars and pandas;
                or the path of an Arrow file, which is mapped into memory.
            columns: as for `from_csv`.
            label: the column of the targets.

        Raises:
            ImportError: PyArrow is not installed.
        """
        if isinstance(table, str | Path):
            table = open_table(Path(table))
        elif not hasattr(table, "to_batches"):
            table = pyarrow().table(table)
        return _made(ArrowTable(table, columns, label))

    @staticmethod
    def from_idx(images: Any, labels: Any = None) -> Dataset:
        """The rows of idx files, as MNIST has them, read as they are needed.

        Args:
            images: the path of a file, gzipped or not.
            labels: the path of a file with as many rows.

        Raises:
            ValueError: they are no such files, or differ in length.
        """
        arrays = tuple(map_idx(Path(each)) for each in (images, labels) if each is not None)
        return _made(sources.Slices(arrays if labels is not None else arrays[0]))

    @staticmethod
    def zip(*args: Any, datasets: Any = None, name: str | None = None) -> Dataset:
        """Elements of several data sets side by side, until the first ends.

        Args:
            *args: data sets; or one tuple or dict of them.
            datasets: the same.
            name: for those who read it.

        Raises:
            TypeError: there is something else among them, or nothing.

        >>> from geartrain.data import Dataset
        >>> pairs = Dataset.zip(Dataset.range(3), Dataset.range(5, 9))
        >>> [(a.numpy().item(), b.numpy().item()) for a, b in pairs]
        [(0, 5), (1, 6), (2, 7)]
        """
        if not args and datasets is None:
            raise TypeError(_zip_message("nothing"))
        nest = datasets if datasets is not None else args[0] if len(args) == 1 else args
        if isinstance(nest, list):
            raise TypeError(_zip_message("a list"))
        return _made(Zip(map_nest(_stage_of, nest)))

    @staticmethod
    def choose_from_datasets(
        datasets: Sequence[Any], choice_dataset: Any, stop_on_empty_dataset: bool = True
    ) -> Dataset:
        """From which data set each element comes is a number of another one.

        Args:
            datasets: of elements of one kind.
            choice_dataset: of whole numbers.
            stop_on_empty_dataset: whether all ends with the first that has no more.
        """
        stages = [_stage_of(each) for each in _several("choose_from_datasets", datasets)]
        choices = _stage_of(choice_dataset)
        mixing.require_numbers(choices.spec)
        return _made(mixing.Choose(choices, stages, stops=stop_on_empty_dataset))

    @staticmethod
    def sample_from_datasets(
        datasets: Sequence[Any],
        weights: Any = None,
        seed: int | None = None,
        stop_on_empty_dataset: bool = False,
        rerandomize_each_iteration: bool | None = None,
    ) -> Dataset:
        """From which data set each element comes is drawn.

        Args:
            datasets: of elements of one kind.
            weights: how often each is to be drawn; None: all alike. Or a data set of weights.
            seed: None takes the global seed's next.
            stop_on_empty_dataset: whether all ends with the first that has no more.
            rerandomize_each_iteration: whether each pass draws anew.
        """
        stages = [_stage_of(each) for each in _several("sample_from_datasets", datasets)]
        given = getattr(weights, "stage", weights)
        if given is weights and weights is not None and len(weights) != len(stages):
            raise ValueError(_weights_message(len(weights), len(stages)))
        stops, anew = stop_on_empty_dataset, rerandomize_each_iteration is not False
        return _made(mixing.Sample(stages, given, seed, stops=stops, anew=anew))

    @staticmethod
    def load(
        path: Any,
        element_spec: Any = None,
        compression: str | None = None,
        reader_func: Callable[..., Any] | None = None,
        wait: bool = False,
    ) -> Dataset:
        """What `save` has written.

        Args:
            path: of the folder.
            element_spec: what the elements are like: the file knows it.
            compression: of the file: it knows it.
            reader_func: makes a data set of a data set of data sets, one for each file.
            wait: taken for the sake of TensorFlow's users.

        Raises:
            FileNotFoundError: there is nothing.
        """
        file = Path(path) / records.NAME
        if not file.is_file():
            raise FileNotFoundError(_load_message(file))
        stage = records.Recorded(file)
        if reader_func is None:
            return _made(stage)
        from geartrain.data.windows import Listed

        made: Dataset = reader_func(_made(Listed([stage])))
        return made


def _stage_of(given: Any) -> Any:
    stage = getattr(given, "stage", None)
    if stage is None:
        raise TypeError(_zip_message(type(given).__name__))
    return stage


def _several(where: str, datasets: Any) -> Any:
    if not datasets:
        raise ValueError(_none_message(where))
    return datasets


def _generator_message(given: Any) -> str:
    return explain(
        "from_generator takes a function, as it is called again for each pass",
        given=f"{type(given).__name__}",
        expected="a function that gives a generator or another iterator",
        remedy="Dataset.from_generator(lambda: samples, output_signature=...)",
    )


def _twice_message() -> str:
    return explain(
        "from_generator was told twice what the elements are like",
        given="output_signature, and output_types or output_shapes",
        expected="one of them",
        remedy="output_signature=data.TensorSpec((None,), 'int32')",
    )


def _range_message(given: int) -> str:
    return explain(
        "Dataset.range takes one to three numbers",
        given=f"{given} numbers",
        expected="stop; start and stop; or start, stop and step",
        remedy="Dataset.range(10)",
    )


def _zip_message(given: str) -> str:
    return explain(
        "Data sets are needed here",
        given=given,
        expected="Datasets, in tuples or dicts",
        remedy="Dataset.zip(Dataset.from_tensor_slices(x), Dataset.from_tensor_slices(y))",
    )


def _none_message(where: str) -> str:
    return explain(
        f"{where} needs data sets to choose from",
        given="none",
        expected="one or more",
        remedy=f"Dataset.{where}([first, second], ...)",
    )


def _weights_message(given: int, wanted: int) -> str:
    return explain(
        "sample_from_datasets needs a weight for each data set",
        given=f"{given} weights",
        expected=f"{wanted}, as there are so many data sets",
        remedy=f"weights={[1.0] * wanted}",
    )


def _load_message(file: Path) -> str:
    return explain(
        "There is no saved data set here",
        given=f"{file}, which does not exist",
        expected="a folder that Dataset.save has written",
        remedy=f"dataset.save('{file.parent}')",
    )
