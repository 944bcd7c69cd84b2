"""Run a script or a notebook written for Keras or TensorFlow, on Geartrain."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `geartrain run`."""
    parser.add_argument("file", type=Path, help="a .py or .ipynb file")
    parser.add_argument("--max-epochs", type=_count, help="the most epochs of each fit")
    parser.add_argument("--max-steps", type=_count, help="the most steps of each epoch")
    parser.add_argument("--keep-going", action="store_true", help="go on behind a cell that failed")
    parser.add_argument("--shell", action="store_true", help="run lines such as !ls as well")
    parser.add_argument("--figures", type=Path, metavar="FOLDER", help="save figures there")
    parser.epilog = "what stands behind -- is for the script"


def run(options: argparse.Namespace) -> int:
    """Run the file."""
    from geartrain.compat.scripts import Options, run_file

    chosen = Options(
        max_epochs=options.max_epochs,
        max_steps=options.max_steps,
        keep_going=options.keep_going,
        shell=options.shell,
        figures=options.figures,
        arguments=options.rest,
    )
    try:
        return run_file(options.file, chosen)
    except (FileNotFoundError, ValueError, ImportError) as error:
        print(error, file=sys.stderr)
        return 2


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("a whole number from 1")
    return number
