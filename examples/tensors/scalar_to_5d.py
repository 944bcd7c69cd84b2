"""What a tensor is: numbers along axes. Its rank is how many axes it has.

Run it as `python scalar_to_5d.py [folder]`; it saves a picture of each rank there.
"""

import sys
from pathlib import Path

import numpy as np

from geartrain import explain, ops

if "--help" in sys.argv:
    sys.exit(print(__doc__))
folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

tensors = {
    "scalar": ops.convert_to_tensor(12),
    "vector": ops.convert_to_tensor([12, 3, 6, 14, 7]),
    "matrix": ops.convert_to_tensor([[5, 78, 2, 34, 0], [6, 79, 3, 35, 1], [7, 80, 4, 36, 2]]),
    "rank_3": ops.convert_to_tensor(np.arange(3 * 3 * 5).reshape(3, 3, 5)),
    "rank_4": ops.convert_to_tensor(np.arange(2 * 3 * 3 * 4).reshape(2, 3, 3, 4)),
    "rank_5": ops.convert_to_tensor(np.arange(2 * 2 * 3 * 3 * 4).reshape(2, 2, 3, 3, 4)),
}

for name, tensor in tensors.items():
    print(f"{name}: ndim {tensor.ndim}, shape {tensor.shape}, dtype {tensor.dtype}")
    explain.picture(tensor).save(folder / f"{name}.svg")

print(tensors["matrix"])
