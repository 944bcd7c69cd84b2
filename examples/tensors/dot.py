"""The dot product, for every rank: which axis meets which.

Run it as `python dot.py [folder]`; it saves pictures there.
"""

import sys
from pathlib import Path

import numpy as np

from geartrain import explain, ops

if "--help" in sys.argv:
    sys.exit(print(__doc__))
folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

# Two vectors of one length give a number.
x, y = ops.convert_to_tensor([1.0, 2.0, 3.0]), ops.convert_to_tensor([4.0, 5.0, 6.0])
explain.dot(x, y)
print(ops.dot(x, y), "\n")

# Two matrices: rows of the first meet columns of the second. The order matters.
a = ops.convert_to_tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
b = ops.convert_to_tensor([[1.0, 0.0], [0.0, 1.0], [2.0, -1.0]])
explain.dot(a, b).save(folder / "dot.svg")
print(ops.dot(a, b))
print("the other way round:", ops.dot(b, a).shape, "\n")

# Higher ranks by the same rule: the last axis meets the last but one.
explain.dot((2, 3, 4), (5, 4, 6)).save(folder / "dot_3d.svg")
print(ops.dot(np.ones((2, 3, 4)), np.ones((5, 4, 6))).shape, "\n")

# What does not fit is shown, and what to do about it.
explain.dot((2, 3), (2, 5)).save(folder / "dot_misfit.svg")
