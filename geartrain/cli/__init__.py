"""The command line: `python -m geartrain ...`, and `geartrain ...` where it is installed.

Start reading at `main.py`; each command has a file of its own.
"""

from geartrain.cli.main import main

__all__ = ["main"]
