"""Reading the command line, and handing over to the command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from geartrain import __version__
from geartrain.cli import doctor, mnist, run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit code."""
    parser = argparse.ArgumentParser(
        prog="geartrain", description="Deep learning that can be seen through."
    )
    parser.add_argument("--version", action="version", version=f"geartrain {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")
    for command in (mnist, doctor, run):
        name = command.__name__.rpartition(".")[2]
        about = (command.__doc__ or "").partition("\n")[0]
        each = commands.add_parser(name, help=about, description=about)
        command.add_arguments(each)
        each.set_defaults(run=command.run)
    given = list(sys.argv[1:] if arguments is None else arguments)
    end = given.index("--") if "--" in given else len(given)
    options = parser.parse_args(given[:end])
    options.rest = given[end + 1 :]
    code: int = options.run(options)
    return code
