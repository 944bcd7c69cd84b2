"""Broadcasting: two tensors of different shapes, element by element.

Run it as `python broadcasting.py [folder]`; it saves pictures there.
"""

import sys
from pathlib import Path

import numpy as np

from geartrain import explain, ops

if "--help" in sys.argv:
    sys.exit(print(__doc__))
folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

# The book's two steps: axes are added to the smaller tensor, then it is repeated along them.
x = ops.convert_to_tensor(np.arange(64 * 3 * 32 * 10.0).reshape(64, 3, 32, 10))
y = ops.convert_to_tensor(np.full((32, 10), 2.0))
explain.broadcast(x, y).save(folder / "broadcast_4d.svg")
print("maximum of the two:", ops.maximum(x, y).shape, "\n")

# A matrix and a vector: the vector is added to every row.
matrix = ops.convert_to_tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
vector = ops.convert_to_tensor([10.0, 20.0, 30.0])
explain.broadcast(matrix, vector).save(folder / "broadcast.svg")
print(matrix + vector, "\n")

# A column and a row: both are repeated.
column, row = ops.convert_to_tensor([[0], [10], [20]]), ops.convert_to_tensor([[1, 2, 3, 4]])
explain.broadcast(column, row).save(folder / "broadcast_both.svg")
print(column + row, "\n")

# What does not fit is shown, and what to do about it.
per_row = ops.convert_to_tensor([100.0, 200.0])
explain.broadcast(matrix, per_row).save(folder / "broadcast_misfit.svg")
print(matrix + per_row[:, None])
