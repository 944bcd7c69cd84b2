"""From a graph to machine code, one step a file.

    simplify -> partition -> lower -> fuse -> schedule -> plan_memory -> emit -> machine code

`loops.py` holds the language between the steps, in a page; `kernels.py` what fusion makes of it.
`passes.py` puts the steps together; `compile.py` asks the cache first, which `kept.py` fills.
`program.py` runs the result, `hosted.py` runs what has host calls as well; `step.py` is the door
for `fit`, `jit.py` for any function.
Nothing here knows of layers or of Keras.

Start reading at `loops.py`, then `program.py`.
"""

from geartrain.compiler.compile import AnyProgram, compile_graph
from geartrain.compiler.jit import jit
from geartrain.compiler.program import Program
from geartrain.compiler.step import compile_step, compile_steps

__all__ = ["AnyProgram", "Program", "compile_graph", "compile_step", "compile_steps", "jit"]
