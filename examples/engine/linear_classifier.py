"""A linear classifier from nothing but tensors and a tape: a line between two clouds.

Run it as `python linear_classifier.py [folder]`; it saves a picture there.
"""

import sys
from pathlib import Path

import numpy as np
from picture import TONES, Chart, range_of

from geartrain import GradientTape, Variable, ops

if "--help" in sys.argv:
    sys.exit(print(__doc__))
folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

# Two clouds of a thousand points, of one shape, at different places.
rng = np.random.default_rng(0)
spread = [[1.0, 0.5], [0.5, 1.0]]
clouds = [rng.multivariate_normal(mean, spread, 1000) for mean in ((0, 3), (3, 0))]
inputs = np.vstack(clouds).astype("float32")  # (2000, 2)
targets = np.repeat([[0.0], [1.0]], 1000, axis=0).astype("float32")  # (2000, 1)

W = Variable(rng.uniform(-1, 1, (2, 1)).astype("float32"), name="W")
b = Variable(np.zeros(1, "float32"), name="b")


def model(inputs):
    return ops.matmul(inputs, W) + b


def training_step(inputs, targets, step=0.1):
    with GradientTape() as tape:
        loss = ops.mean(ops.square(targets - model(inputs)))
    by_w, by_b = tape.gradient(loss, [W, b])
    W.assign_sub(step * by_w)
    b.assign_sub(step * by_b)
    return loss


for number in range(41):
    loss = training_step(inputs, targets)
    if number % 10 == 0:
        print(f"step {number:2}: loss {loss:.4f}")

predictions = model(inputs).numpy()
right = np.mean((predictions > 0.5) == (targets > 0.5))
print(f"{right:.1%} of the points are on the right side of the line")
assert right > 0.98

# The line between them: w1 * x + w2 * y + b = 0.5.
(w1, w2), offset = W.numpy()[:, 0], b.numpy()[0]
x = np.array([-1.5, 4.5])
chart = Chart("two clouds and a line between", range_of(inputs[:, 0]), range_of(inputs[:, 1]))
for cloud, tone, name in zip(clouds, TONES, ("0", "1"), strict=False):
    chart.dots(cloud[::4], tone, name=f"targets {name}", radius=2, opacity=0.6)
chart.line(zip(x, (0.5 - offset - w1 * x) / w2, strict=True), TONES[4], name="model = 0.5")
chart.save(folder / "linear_classifier.svg")
