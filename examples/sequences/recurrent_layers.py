"""Memory: recurrent layers add two marked numbers of a long series, or do not remember them.

The task is the "adding problem" of Hochreiter and Schmidhuber (Long short-term memory, 1997).
Run it as `python recurrent_layers.py [folder] [--quick]`; it saves a picture in the folder.
"""

import sys
from pathlib import Path

import numpy as np

import geartrain
from geartrain import Sequential, layers
from geartrain.drawing.chart import TONES, Chart

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
STEPS = 12 if quick else 40
SAMPLES, EPOCHS = (256, 1) if quick else (6000, 16)


def series(count, seed):
    """Random numbers with a mark at two of them, and the sum of those two."""
    rng = np.random.default_rng(seed)
    numbers = rng.uniform(size=(count, STEPS)).astype("float32")
    marks = np.zeros((count, STEPS), "float32")
    for at, row in enumerate(marks):
        row[[rng.integers(STEPS // 2), rng.integers(STEPS // 2, STEPS)]] = 1
        marks[at] = row
    return np.stack([numbers, marks], -1), (numbers * marks).sum(1)


x, y = series(SAMPLES, 0)
held_x, held_y = series(max(SAMPLES // 6, 64), 1)
naive = np.mean((held_y - 1.0) ** 2)
print(f"{STEPS} steps; always to say 1 has an error of {naive:.4f}")

NETWORKS = {
    "SimpleRNN": [layers.SimpleRNN(32)],
    "LSTM": [layers.LSTM(32)],
    "GRU": [layers.GRU(32)],
    "Bidirectional LSTM": [layers.Bidirectional(layers.LSTM(16))],
    "two GRUs": [layers.GRU(24, return_sequences=True), layers.GRU(24)],
}
chart = Chart("adding two marked numbers", (1, max(EPOCHS, 2)), (0, 0.2), ("epoch", "error"))
errors = {}
for (name, recurrent), tone in zip(NETWORKS.items(), TONES, strict=True):
    geartrain.utils.set_random_seed(0)
    model = Sequential([geartrain.Input((STEPS, 2)), *recurrent, layers.Dense(1)])
    model.compile(geartrain.optimizers.Adam(0.01, clipnorm=1.0), "mse")
    history = model.fit(
        x, y, batch_size=64, epochs=EPOCHS, validation_data=(held_x, held_y), verbose=0
    )
    curve = history.history["val_loss"]
    errors[name] = min(curve)
    print(f"{name:19} {model.count_params():6} weights, error {curve[-1]:.4f}")
    chart.line(
        list(zip(range(1, EPOCHS + 1), curve, strict=True)) * (2 if quick else 1), tone, name=name
    )
assert quick or min(errors["LSTM"], errors["GRU"]) < naive / 4
chart.save(folder / "recurrent_layers.svg")
