"""The code of a notebook, cell by cell."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geartrain.errors import explain


@dataclass(frozen=True)
class Cell:
    """A cell with code: its number among such, from 1, and what stands in it."""

    number: int
    source: str


def read_cells(path: Path) -> list[Cell]:
    """The cells with code of a notebook (format 3 or 4).

    Raises:
        ValueError: the file is no notebook.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        cells = found["cells"] if "cells" in found else found["worksheets"][0]["cells"]
        sources = [_source(each) for each in cells if each["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise ValueError(_no_notebook_message(path, error)) from error
    return [Cell(number, source) for number, source in enumerate(sources, start=1)]


def _source(cell: dict[str, Any]) -> str:
    given = cell["source"] if "source" in cell else cell["input"]
    return given if isinstance(given, str) else "".join(given)


def _no_notebook_message(path: Path, error: Exception) -> str:
    return explain(
        f"{path} is no notebook",
        given=f"{type(error).__name__}: {error}",
        expected="JSON with cells, as Jupyter writes it",
        remedy="python -m geartrain run script.py, if it is a script",
    )
