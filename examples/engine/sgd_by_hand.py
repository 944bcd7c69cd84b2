"""Mini-batch stochastic gradient descent by hand: draw a batch, measure, go downhill, repeat.

Run it as `python sgd_by_hand.py [folder]`; it saves a picture there.
"""

import sys
from pathlib import Path

import numpy as np
from picture import TONES, Chart, range_of

from geartrain import GradientTape, Variable, ops

if "--help" in sys.argv:
    sys.exit(print(__doc__))
folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

rng = np.random.default_rng(0)
x = rng.uniform(-1, 1, (512, 1)).astype("float32")
y = 3 * x - 1 + 0.3 * rng.standard_normal((512, 1)).astype("float32")

W, b = Variable([[0.0]], name="W"), Variable([0.0], name="b")
step, batch_size = 0.1, 32

chart = Chart("a line finds its points", (-1, 1), range_of(y))
chart.dots(zip(x[:, 0], y[:, 0], strict=True), TONES[0], radius=2, opacity=0.4)


def draw_line(tone, name):
    ends = np.array([[-1.0], [1.0]], "float32")
    heights = ops.matmul(ends, W) + b
    chart.line(zip(ends[:, 0], heights.numpy()[:, 0], strict=True), tone, name=name)


draw_line(TONES[1], "at the start")
for epoch in range(4):
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]  # 1. draw a batch of samples and targets
        with GradientTape() as tape:
            predictions = ops.matmul(x[rows], W) + b  # 2. run the model on it
            loss = ops.mean(ops.square(y[rows] - predictions))  # 3. how far off is it?
        by_w, by_b = tape.gradient(loss, [W, b])  # 4. the loss's gradient by the parameters
        W.assign_sub(step * by_w)  # 5. a step against it: W -= step * gradient
        b.assign_sub(step * by_b)
        if epoch == 0 and start == 3 * batch_size:
            draw_line(TONES[4], "after 4 batches")
    print(f"epoch {epoch + 1}: y = {W.numpy()[0, 0]:.3f} x + {b.numpy()[0]:.3f}, loss {loss:.3f}")

draw_line(TONES[2], "after 4 epochs")
chart.save(folder / "sgd_by_hand.svg")
