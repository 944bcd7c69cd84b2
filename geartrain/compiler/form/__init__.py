"""The loop form: the language between the graph and machine code.

`loops.py` defines it, in a page; `kernels.py` is what fusion makes of it. Start reading there.
"""
