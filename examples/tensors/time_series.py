"""Time series: features at each moment, `(samples, timesteps, features)`.

A year of a stock's prices: 250 days of trade, 390 minutes a day, and of each minute the price, the
highest and the lowest one. Run it as `python time_series.py [folder]`; it saves a picture there.
"""

import sys
from pathlib import Path

import numpy as np

from geartrain import explain, ops

if "--help" in sys.argv:
    sys.exit(print(__doc__))
folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

rng = np.random.default_rng(0)
price = rng.standard_normal((250, 390)).cumsum(axis=1).astype("float32")
spread = rng.uniform(0.5, 2.0, (250, 390)).astype("float32")
year = ops.convert_to_tensor(np.stack([price, price + spread, price - spread], axis=-1))

print("samples, timesteps, features:", year.shape)
print("one day:", year[0].shape)
print("the price of that day, minute by minute:", year[0, :, 0])
print("the first hour of every day:", year[:, :60].shape)
print("the last price of every day:", year[:, -1, 0])

axes = ("days", "minutes", "price, highest, lowest")
picture = explain.picture(year, kind="series", axes=axes)
print("saved", picture.save(folder / "time_series.svg"))
