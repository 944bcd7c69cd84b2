"""From a graph to machine code, one step a file.

    simplify -> partition -> lower -> fuse -> schedule -> plan_memory -> emit -> machine code

Its rooms, each of which imports from those below it only:

    functions      `jit`: any function, compiled once for each signature
    reports        what a compiled function does, kernel by kernel
    programs       all passes put together, the cache, and what runs the result
    graphs         a graph with less to do, cut at host calls
    emission       kernels as LLVM IR
    planning       the order of kernels, and their memory
    fusion         nodes become kernels
    form           the loop form, the language between the steps
    instructions   LLVM IR as text, arithmetic, elementary functions

Nothing here knows of layers or of Keras.

Start reading at `form/loops.py`, then `programs/compile.py`.
"""

from geartrain.compiler.functions.jit import jit
from geartrain.compiler.programs.compile import AnyProgram, compile_graph
from geartrain.compiler.programs.program import Program
from geartrain.compiler.programs.step import compile_step, compile_steps

__all__ = ["AnyProgram", "Program", "compile_graph", "compile_step", "compile_steps", "jit"]
