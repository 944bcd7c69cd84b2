"""Kernels: a user's loops, in the loop language, as an operation like any other.

    @geartrain.kernel
    def scaled_relu(x, y):
        z = np.zeros(x.shape)
        for i in range(x.shape[0]):
            z[i] = max(x[i], 0) * y[i]
        return z

`language.py` says what the language allows and how an error is reported. `normal.py` reads a
function into its normal form (`form.py`: maps and reductions), with the names that `elements.py`
and `values.py` write out. `fit.py` checks the arrays of a call against it, `derivative.py`
differentiates it, `primitive.py` and `kernel.py` make an operation of it that runs as plain Python,
eagerly, traced and compiled.

Start reading at `language.py`, which has the grammar in a page.
"""

from geartrain.kernels.kernel import Kernel, kernel
from geartrain.kernels.language import LoopError

__all__ = ["Kernel", "LoopError", "kernel"]
