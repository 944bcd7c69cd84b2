"""Names that Keras keeps for what it did before its third version: `legacy.saving`.

Start reading at `saving.py`.
"""

from geartrain.legacy import saving

__all__ = ["saving"]
