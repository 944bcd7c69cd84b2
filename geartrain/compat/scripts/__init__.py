"""Running scripts and notebooks that were written for Keras or TensorFlow, as they stand.

Here live the running of files (`running`), the cells of a notebook (`notebook`), the lines in them
that are for the notebook and not for Python (`magics`), what is shown (`showing`), and the cutting
short of loops for those who only try a script (`shorter`).

Start reading at `running.py`.
"""

from geartrain.compat.scripts.running import Options, run_file

__all__ = ["Options", "run_file"]
