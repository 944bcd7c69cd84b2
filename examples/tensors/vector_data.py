"""Vector data: a row of features for each sample, `(samples, features)`.

Run it as `python vector_data.py [folder]`; it saves a picture there.
"""

import sys
from pathlib import Path

from geartrain import explain, ops

if "--help" in sys.argv:
    sys.exit(print(__doc__))
folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

people = ops.convert_to_tensor(
    [  # age in years, income in thousands, children
        [25.0, 31.5, 0.0],
        [38.0, 52.0, 2.0],
        [47.0, 61.0, 3.0],
        [61.0, 48.5, 1.0],
    ]
)
print("samples and features:", people.shape)
print("one sample:", people[1])
print("one feature of all samples:", people[:, 0])

# Features of one scale: every column minus its mean, by its largest distance from it.
centred = people - people.mean(axis=0)  # (4, 3) - (3,): the mean is repeated for each sample
scaled = centred / ops.max(ops.absolute(centred), axis=0)
print("on one scale:", scaled)

picture = explain.picture(scaled, axes=("samples", "features"))
print("saved", picture.save(folder / "vector_data.svg"))
