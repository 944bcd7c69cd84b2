"""`KERAS_BACKEND` behind the door, where TensorFlow's way of writing is the one that runs."""

from __future__ import annotations

import os
import sys

STANDS_FOR = "tensorflow"


def settle_framework() -> None:
    """Make what a script set as Keras's backend the one that the door stands for, and say so.

    Keras reads the variable when it is imported; so does this. Cells that ask for it
    (`%%backend tensorflow`) are then those that run, and not those by hand for JAX or PyTorch.
    """
    asked = os.environ.get("KERAS_BACKEND", "")
    if asked in ("", STANDS_FOR):
        return
    os.environ["KERAS_BACKEND"] = STANDS_FOR
    note = (
        f"[geartrain] KERAS_BACKEND was {asked!r} and is {STANDS_FOR!r} now: Geartrain computes, "
        f"and what is written by hand for {STANDS_FOR!r} runs on it"
    )
    print(note, file=sys.stderr, flush=True)
