"""The engine: reverse-mode differentiation over primitives.

Here live the tape (`tape`, with its checks in `checks`), the functions made of it (`functions`:
gradients, jacobians, hessians; `directions`: their products with vectors), the operations that a
tape takes as one (`composite`: `custom` gradients, `rematerialize`), and `not_finite`, which finds
where NaN comes from. Derivatives of single operations do not: each stands in its primitive's
block, in `geartrain.primitives`.

Start reading at `tape.py`.
"""

from geartrain.rooms import loading_later

with loading_later(__name__):
    from geartrain.autodiff.checks import UnconnectedGradients
    from geartrain.autodiff.custom import cheaper_gradient, custom_gradient
    from geartrain.autodiff.directions import jvp, vjp
    from geartrain.autodiff.functions import grad, hessian, jacobian, value_and_grad
    from geartrain.autodiff.not_finite import NotFinite, debug_nans, is_debugging_nans
    from geartrain.autodiff.rematerialize import checkpoint
    from geartrain.autodiff.tape import GradientTape

__all__ = [
    "GradientTape",
    "UnconnectedGradients",
    "checkpoint",
    "cheaper_gradient",
    "custom_gradient",
    "NotFinite",
    "debug_nans",
    "grad",
    "hessian",
    "is_debugging_nans",
    "jacobian",
    "jvp",
    "value_and_grad",
    "vjp",
]
