"""Kernels: a user's loops, in the loop language, as an operation like any other.

    @geartrain.kernel
    def scaled_relu(x, y):
        z = np.zeros(x.shape)
        for i in range(x.shape[0]):
            z[i] = max(x[i], 0) * y[i]
        return z

`language.py` says what the language allows and how an error is reported, `normal.py` brings a
function into normal form (a map or a reduction), `derivative.py` differentiates that, `kernel.py`
makes an operation of it that runs as plain Python, eagerly, traced and compiled.

Start reading at `language.py`, which has the grammar in a page.
"""

from geartrain.kernels.kernel import Kernel, kernel
from geartrain.kernels.language import LoopError

__all__ = ["Kernel", "LoopError", "kernel"]
