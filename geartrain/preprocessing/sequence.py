"""Series of different lengths."""

from geartrain.utils.sequences import pad_sequences

__all__ = ["pad_sequences"]
