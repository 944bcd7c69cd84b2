"""`TextLineDataset`: the lines of text files."""

from __future__ import annotations

from typing import Any

from geartrain.data.dataset import Dataset


class TextLineDataset(Dataset):
    """The lines of text files, without their ends.

    Args:
        filenames: a path, a list of them, or a data set of them.
        compression_type: "", "GZIP", "ZLIB"; None as the names say.
        buffer_size: taken for the sake of TensorFlow's users.
        num_parallel_reads: likewise.
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
        super().__init__(Dataset.from_text_lines(filenames, compression_type).stage)
