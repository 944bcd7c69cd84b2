"""The engine: reverse-mode differentiation over primitives.

Here live the tape (`tape`) and the functions made of it (`functions`). Derivatives of single
operations do not: each stands in its primitive's block, in `geartrain.primitives`.

Start reading at `tape.py`.
"""

from geartrain.autodiff.functions import grad, jacobian, value_and_grad, vjp
from geartrain.autodiff.tape import GradientTape

__all__ = ["GradientTape", "grad", "jacobian", "value_and_grad", "vjp"]
