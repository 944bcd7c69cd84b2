"""Functions: `jit`, signatures of calls, and why a function was traced again.

Start reading at `jit.py`.
"""
