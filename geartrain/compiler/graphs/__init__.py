"""Graphs before fusion: less to do, and what machine code cannot do set apart.

`simplify.py` rewrites a graph to one that gives the same; `partition.py` cuts it at host calls;
`fingerprint.py` is the text by which an earlier program is found. Start reading at `simplify.py`.
"""
