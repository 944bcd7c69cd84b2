"""`google.colab.files`: no browser stands between the notebook and its files."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def upload(target_dir: str = "") -> dict[str, bytes]:
    """Nothing is uploaded: a note says where the notebook looks for its files."""
    _say(f"files.upload(): put the files into {Path(target_dir or os.curdir).resolve()}")
    return {}


def download(filename: str) -> None:
    """Nothing is downloaded: a note says where the file is.

    Raises:
        FileNotFoundError: there is none.
    """
    if not Path(filename).exists():
        raise FileNotFoundError(f"Cannot find file: {filename}")
    _say(f"files.download(): the file is {Path(filename).resolve()}")


def view(filepath: str) -> None:
    """Nothing is shown: a note says where the file is."""
    _say(f"files.view(): the file is {Path(filepath).resolve()}")


def _say(note: str) -> None:
    print(f"[geartrain] {note}", file=sys.stderr, flush=True)
