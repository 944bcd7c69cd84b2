"""Fusion: the nodes of a graph become kernels.

`lower.py` reads a primitive's loops, `fuse.py` joins them; the other files know what a family of
operations needs to be joined. Start reading at `fuse.py`.
"""
