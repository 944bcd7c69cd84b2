"""The ground floor: what a tensor is.

Here live dtypes (`dtypes`), shapes with symbolic sizes and broadcasting (`shape`), the immutable
`Tensor`, the `Variable`, and the stack of interpreters that carry out operations (`interpreter`).
No operation lives here: those are in `geartrain.primitives`, above.

Start reading at `tensor.py`.
"""

from geartrain.tensor.dtypes import DType, as_dtype, is_floating, promote, scalar_dtype
from geartrain.tensor.interpreter import (
    Interpreter,
    Observer,
    at_once,
    current_interpreter,
    current_observers,
    interpreting,
)
from geartrain.tensor.scopes import device, name_scope
from geartrain.tensor.shape import (
    Dim,
    NoSize,
    Shape,
    Size,
    broadcast_shapes,
    format_shape,
    normalize_axes,
    normalize_axis,
)
from geartrain.tensor.stateless import StatelessScope
from geartrain.tensor.tensor import Array, NoNumbers, Symbol, SymbolicSize, Tensor
from geartrain.tensor.variable import Variable

__all__ = [
    "Array",
    "DType",
    "Dim",
    "Interpreter",
    "NoNumbers",
    "Observer",
    "Shape",
    "Size",
    "StatelessScope",
    "Symbol",
    "SymbolicSize",
    "Tensor",
    "Variable",
    "as_dtype",
    "broadcast_shapes",
    "current_interpreter",
    "current_observers",
    "device",
    "format_shape",
    "at_once",
    "interpreting",
    "is_floating",
    "name_scope",
    "normalize_axes",
    "normalize_axis",
    "promote",
    "scalar_dtype",
    "NoSize",
]
