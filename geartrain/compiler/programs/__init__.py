"""Programs: what is compiled, kept and run.

`compile.py` asks the cache and then `passes.py`, which puts the compiler's steps together;
`program.py` runs the result. Start reading at `compile.py`.
"""
