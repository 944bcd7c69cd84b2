"""Patterns in time: a convnet over one axis finds a short motif in a noisy series, wherever it is.

Run it as `python convnet_1d.py [folder] [--quick]`; it saves pictures in the folder.
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
geartrain.utils.set_random_seed(0)
STEPS, WIDTH = 128, 24

# Three motifs: a wave, a saw, and a bump; one of them is somewhere in each series.
t = np.linspace(0, 1, WIDTH)
MOTIFS = {
    "wave": np.sin(6 * np.pi * t),
    "saw": 2 * ((3 * t) % 1) - 1,
    "bump": 2 * np.exp(-(((t - 0.5) / 0.2) ** 2)) - 0.5,
}


def series(count, seed):
    """Noise with a motif in it, (count, STEPS, 1); which motif it is, and where it begins."""
    rng = np.random.default_rng(seed)
    x = rng.normal(scale=0.6, size=(count, STEPS)).astype("float32")
    y = rng.integers(0, len(MOTIFS), count)
    motifs = list(MOTIFS.values())
    starts = rng.integers(0, STEPS - WIDTH, count)
    for row, kind, start in zip(x, y, starts, strict=True):
        row[start : start + WIDTH] += motifs[kind]
    return x[..., None], y, starts


x, y, starts = series(300 if quick else 3000, 0)
held_x, held_y, _ = series(100 if quick else 600, 1)


def train(name, network):
    model = Sequential(
        [geartrain.Input((STEPS, 1)), *network, layers.Dense(3, activation="softmax")]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(
        x, y, epochs=2 if quick else 12, batch_size=32, validation_data=(held_x, held_y), verbose=0
    )
    curve = history.history["val_accuracy"]
    print(f"{name:18} {model.count_params():6} weights: {curve[-1]:.1%} of new series are right")
    return curve


curves = {
    "dense": train("a dense network", [layers.Flatten(), layers.Dense(32, activation="relu")]),
    "convnet": train(
        "a convnet",
        [
            layers.Conv1D(16, 7, activation="relu"),
            layers.MaxPooling1D(2),
            layers.Conv1D(32, 7, activation="relu"),
            layers.GlobalMaxPooling1D(),
        ],
    ),
}
assert quick or curves["convnet"][-1] > 0.9 > curves["dense"][-1]

chart = Chart("a series of each kind, and the motif in it", (0, STEPS), (-3, 15), ("step", "value"))
for kind, (name, motif) in enumerate(MOTIFS.items()):
    row = np.argmax(y == kind)
    above = 6 * (2 - kind)  # one above the other
    chart.line(enumerate(x[row, :, 0] + above), TONES[kind], name=name, width=1)
    chart.line(enumerate(motif + above, starts[row]), TONES[kind], width=4)
chart.save(folder / "convnet_1d_series.svg")
epochs = range(1, len(curves["dense"]) + 1)
chart = Chart("right answers for new series", (1, max(epochs)), (0.2, 1), ("epoch", "accuracy"))
for (name, curve), tone in zip(curves.items(), TONES, strict=False):
    chart.line(zip(epochs, curve, strict=True), tone, name=name)
chart.save(folder / "convnet_1d.svg")
