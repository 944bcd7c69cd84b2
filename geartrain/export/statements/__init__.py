"""The primitives in ONNX's operators, by family; importing the room enters them all."""

from geartrain.export.statements import elementwise, indexing, loops, movement, reductions, windows

__all__ = ["elementwise", "indexing", "loops", "movement", "reductions", "windows"]
