"""`tensorboard` where it is not installed: loading it in a notebook says so, and the cell goes on.

    %load_ext tensorboard
    %tensorboard --logdir logs         a note: pip install tensorboard

The logs themselves are written: the callback `TensorBoard` needs no package.
"""

from __future__ import annotations

import sys
from typing import Any


def load_ipython_extension(ipython: Any) -> None:
    """What `%load_ext tensorboard` calls."""
    ipython.register_magic_function(tensorboard, "line", "tensorboard")


def tensorboard(line: str) -> None:
    """Say what it takes to look at the logs."""
    note = f"%tensorboard {line}: left out; `pip install tensorboard` brings it"
    print(f"[geartrain] {note}", file=sys.stderr, flush=True)
