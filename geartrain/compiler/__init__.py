"""From a graph to machine code, one step a file.

    simplify  ->  lower  ->  fuse  ->  schedule  ->  plan_memory  ->  emit  ->  machine code

`loops.py` holds the language between the steps, in a page; `kernels.py` what fusion makes of it.
`program.py` puts the steps together and runs the result; `step.py` is the door for `fit`.
Nothing here knows of layers or of Keras.

Start reading at `loops.py`, then `program.py`.
"""

from geartrain.compiler.program import Program, compile_graph
from geartrain.compiler.step import compile_steps, jit

__all__ = ["Program", "compile_graph", "compile_steps", "jit"]
