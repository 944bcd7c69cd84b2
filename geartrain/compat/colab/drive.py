"""`google.colab.drive`: there is no Drive to mount."""

from __future__ import annotations

import sys


def mount(
    mountpoint: str, force_remount: bool = False, timeout_ms: int = 120_000, readonly: bool = False
) -> None:
    """Nothing is mounted: a note says so. What the notebook then looks for may be there already."""
    note = f"drive.mount(): there is no Drive here; {mountpoint} is what this machine has there"
    print(f"[geartrain] {note}", file=sys.stderr, flush=True)


def flush_and_unmount(timeout_ms: int = 120_000) -> None:
    """Nothing was mounted."""
