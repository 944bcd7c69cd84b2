"""What IPython and Jupyter need besides the door: magics whose packages are not installed.

%load_ext tensorboard                      a note: pip install tensorboard
%tensorboard --logdir logs
"""

from __future__ import annotations

import sys
from typing import Any

from geartrain.compat.door.colab import is_there


def prepare(ipython: Any) -> None:
    """Let cells that load TensorBoard go by where it is not installed."""
    if ipython is None or is_there("tensorboard"):
        return
    ipython.extension_manager.loaded.add("tensorboard")
    ipython.register_magic_function(tensorboard, "line", "tensorboard")


def tensorboard(line: str) -> None:
    """Say what it takes to look at the logs."""
    note = f"%tensorboard {line}: left out; `pip install tensorboard` brings it"
    print(f"[geartrain] {note}", file=sys.stderr, flush=True)
