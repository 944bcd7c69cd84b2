"""Reshaping keeps the elements in order; transposing moves them.

Run it as `python reshape.py [folder]`; it saves pictures there.
"""

import sys
from pathlib import Path

from geartrain import explain, ops

if "--help" in sys.argv:
    sys.exit(print(__doc__))
folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

x = ops.convert_to_tensor([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]])
print(x.reshape(6, 1))
explain.reshape(x, (2, 3)).save(folder / "reshape.svg")
explain.transpose(x).save(folder / "transpose.svg")
print("the same shape, other numbers:", x.reshape(2, 3), x.T, "\n")

# What a Dense layer needs of the digits: a row of 784 numbers each.
explain.reshape((60000, 28, 28), (60000, 28 * 28))
explain.reshape((60000, 28, 28), (-1, 784))
print()

# Three axes: of two pages with three rows of four, four pages with two rows of three.
explain.transpose((2, 3, 4), (2, 0, 1)).save(folder / "transpose_3d.svg")
