"""Helpers that users call: `to_categorical`, `get_file`, `set_random_seed`.

Start reading at `categorical.py`.
"""

from geartrain.utils.categorical import to_categorical
from geartrain.utils.file import get_file

__all__ = ["get_file", "set_random_seed", "to_categorical"]


def set_random_seed(seed: int) -> None:
    """Start everything random from `seed`: initial weights, and the order of the samples."""
    from geartrain.random import set_random_seed as start_from

    start_from(seed)
