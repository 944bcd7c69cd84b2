"""Operations as geometry: what they do to the points of a plane.

Run it as `python geometry.py [folder]`; it saves pictures there.
"""

import math
import sys
from pathlib import Path

from geartrain import explain, ops

if "--help" in sys.argv:
    sys.exit(print(__doc__))
folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

a, b = ops.convert_to_tensor([2.0, 0.5]), ops.convert_to_tensor([0.5, 1.5])
print("vectors are added by putting one where the other ends:", a + b)
explain.vector_addition(a, b).save(folder / "vector_addition.svg")

angle = math.radians(30)
rotation = [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
scaling = [[1.5, 0.0], [0.0, 0.5]]
shear = [[1.0, 1.0], [0.0, 1.0]]
for name, matrix in {"rotation": rotation, "scaling": scaling, "shear": shear}.items():
    print(f"{name} takes (1, 1) to", ops.dot(matrix, [1.0, 1.0]))
    explain.affine_transform(matrix).save(folder / f"{name}.svg")
explain.affine_transform(rotation, offset=(1.0, 0.5)).save(folder / "affine.svg")

# Affine transforms one after the other are one affine transform: layers need something between.
both = ops.dot(shear, ops.dot(rotation, [1.0, 1.0]))
print("two at once:", both, "is", ops.dot(ops.dot(shear, rotation), [1.0, 1.0]))
explain.relu_folding(rotation, offset=(0.2, 0.1)).save(folder / "relu.svg")

# A step of a convolution: a window of the picture times the kernel.
image = [[0, 0, 9, 9, 9], [0, 0, 9, 9, 9], [0, 0, 9, 9, 9], [0, 0, 9, 9, 9]]
edges = [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]
explain.convolution_step(image, edges, at=(0, 1)).save(folder / "convolution.svg")
