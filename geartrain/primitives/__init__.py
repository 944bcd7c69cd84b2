"""The gears: every primitive operation, one block each.

A block holds five facts: its shape and dtype rule, its NumPy evaluation, its loops (which are
both the naive twin and the compiler's input), its gradient rule, and its cost and samples for the
test of all primitives. Blocks lie in files by family: `elementwise` and `functions`, `comparison`,
`reduction`, `contraction`, `movement`, `indexing`. Primitives neither broadcast nor convert: that
is for `geartrain.ops`, above. Nothing here knows of layers.

Start reading at `primitive.py`, then `contraction.py`.
"""

from geartrain.primitives.comparison import (
    equal,
    greater,
    greater_equal,
    is_nan,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    not_equal,
)
from geartrain.primitives.contraction import contract
from geartrain.primitives.elementwise import (
    abs_,
    add,
    divide,
    exp,
    floor,
    log,
    maximum,
    minimum,
    multiply,
    negative,
    power,
    sign,
    subtract,
)
from geartrain.primitives.functions import (
    cast,
    relu,
    rsqrt,
    select,
    sigmoid,
    sqrt,
    square,
    stop_gradient,
    tanh,
)
from geartrain.primitives.indexing import fill, iota, scatter_rows, size, take
from geartrain.primitives.movement import broadcast_to, reshape, transpose
from geartrain.primitives.naive import naive
from geartrain.primitives.primitive import PRIMITIVES, Cost, Primitive, Sample, Spec, bind, spec_of
from geartrain.primitives.reduction import max_, min_, prod, sum_

__all__ = [
    "PRIMITIVES",
    "Cost",
    "Primitive",
    "Sample",
    "Spec",
    "abs_",
    "add",
    "bind",
    "broadcast_to",
    "cast",
    "contract",
    "divide",
    "equal",
    "exp",
    "fill",
    "floor",
    "greater",
    "greater_equal",
    "iota",
    "is_nan",
    "less",
    "less_equal",
    "log",
    "logical_and",
    "logical_not",
    "logical_or",
    "max_",
    "maximum",
    "min_",
    "minimum",
    "multiply",
    "naive",
    "negative",
    "not_equal",
    "power",
    "prod",
    "relu",
    "reshape",
    "rsqrt",
    "scatter_rows",
    "select",
    "sigmoid",
    "sign",
    "size",
    "spec_of",
    "sqrt",
    "square",
    "stop_gradient",
    "subtract",
    "sum_",
    "take",
    "tanh",
    "transpose",
]
