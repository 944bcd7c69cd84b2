"""`TextLineDataset`: the lines of text files; and files read side by side."""

from __future__ import annotations

from typing import Any

from geartrain.data.arguments import whole
from geartrain.data.calling import Call
from geartrain.data.dataset import OPEN_AT_A_TIME, Dataset
from geartrain.data.files import Lines, paths_stage
from geartrain.data.mapping import Interleave
from geartrain.data.sources import Whole
from geartrain.data.stage import Stage


class TextLineDataset(Dataset):
    """The lines of text files, without their ends.

    Args:
        filenames: a path, a list of them, or a data set of them.
        compression_type: "", "GZIP", "ZLIB"; None as the names say.
        buffer_size: taken for the sake of TensorFlow's users.
        num_parallel_reads: so many files are read at a time, lines of each in turn; None reads one
            after another.
        name: for those who read it.
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
        super().__init__(side_by_side(paths, num_parallel_reads, Lines, compression_type))


def side_by_side(paths: Stage, readers: Any, kind: Any, *arguments: Any) -> Stage:
    """A stage of files' records: one file after another, or several at a time, each in turn.

    Args:
        paths: a stage of the files' names.
        readers: how many files at a time; None: one after another; AUTOTUNE: 4.
        kind: makes the stage of a stage of names, and
        *arguments: these.
    """
    if readers is None or int(readers) == 1:
        made: Stage = kind(paths, *arguments)
        return made

    def of_file(path: Any) -> Dataset:
        return Dataset(kind(Whole(path), *arguments))

    cycle = OPEN_AT_A_TIME if int(readers) < 0 else whole("num_parallel_reads", readers, least=1)
    return Interleave(paths, Call("interleave", of_file), cycle, 1, in_threads=True)
