"""Emission: kernels become functions of LLVM IR, one family a file.

Start reading at `emit.py`, then `emit_rows.py` (maps) and `emit_contraction.py` (dot products).
"""
