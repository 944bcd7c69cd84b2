"""The engine by hand: a line is fitted to points by following the gradient downhill."""

import numpy as np

from geartrain import GradientTape, Variable, ops

rng = np.random.default_rng(0)
x = rng.uniform(-1, 1, (100, 1)).astype("float32")
y = 3 * x + 2 + 0.1 * rng.standard_normal((100, 1)).astype("float32")

slope, offset = Variable([[0.0]]), Variable([0.0])
for step in range(101):
    with GradientTape() as tape:
        loss = ops.mean(ops.square(ops.matmul(x, slope) + offset - y))
    d_slope, d_offset = tape.gradient(loss, [slope, offset])
    slope.assign(slope - 0.3 * d_slope)
    offset.assign(offset - 0.3 * d_offset)
    if step % 25 == 0:
        print(
            f"step {step:3}: loss {float(loss):.4f}, y = {slope.numpy()[0, 0]:.3f} x + "
            f"{offset.numpy()[0]:.3f}"
        )
