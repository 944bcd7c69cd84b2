"""Which rate, how many layers, how wide? A search at random, with the losers stopped early.

Half of the networks are stopped after each round, and the others go on twice as long: successive
halving (Jamieson and Talwalkar, Non-stochastic best arm identification, 2016). Run it as
`python hyper_parameters.py [folder] [--quick]`; it saves a picture in the folder.
"""

import sys
from pathlib import Path

import numpy as np

import geartrain
from geartrain import Sequential, layers, optimizers
from geartrain.drawing.chart import TONES, Chart

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
NETWORKS, EPOCHS, SAMPLES = (2, 1, 200) if quick else (16, 2, 2000)
rng = np.random.default_rng(0)


def spirals(count):
    """Points on two arms of a spiral, and which arm each is on."""
    arm = rng.integers(0, 2, count)
    turn = rng.uniform(0.5, 2.5, count) * np.pi
    angle, noise = turn + np.pi * arm, rng.normal(0, 0.25, (count, 2))
    points = (turn[:, None] * np.stack([np.cos(angle), np.sin(angle)], -1) + noise) / 8
    return points.astype("float32"), arm.astype("float32")


x, y = spirals(SAMPLES)
x_held, y_held = spirals(SAMPLES // 2)
x_test, y_test = spirals(SAMPLES // 2)


def drawn():
    """Hyper-parameters drawn at random: of the rate, the exponent, as its scale is what counts."""
    return {
        "rate": float(10 ** rng.uniform(-4.5, -0.5)),
        "depth": int(rng.integers(1, 4)),
        "units": int(rng.choice([4, 16, 64])),
        "activation": str(rng.choice(["relu", "tanh"])),
        "dropout": float(rng.choice([0.0, 0.2])),
    }


def network(rate, depth, units, activation, dropout):
    model = Sequential([geartrain.Input((2,))])
    for _ in range(depth):
        model.add(layers.Dense(units, activation=activation))
        if dropout:
            model.add(layers.Dropout(dropout))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile(optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"])
    return model


geartrain.utils.set_random_seed(0)
tried = [
    {"chosen": chosen, "model": network(**chosen)} for chosen in (drawn() for _ in range(NETWORKS))
]
going, epochs = list(tried), EPOCHS
while going:
    for each in going:
        each["model"].fit(x, y, epochs=epochs, batch_size=64, verbose=0)
        each["loss"], each["accuracy"] = each["model"].evaluate(x_held, y_held, verbose=0)
    going.sort(key=lambda each: each["loss"])
    best = going[0]
    print(
        f"{len(going):2} networks, {epochs:2} epochs more: the best has a loss of "
        f"{best['loss']:.3f}, the last {going[-1]['loss']:.3f}"
    )
    going, epochs = going[: len(going) // 2], epochs * 2

print("chosen:", ", ".join(f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
                           for name, value in best["chosen"].items()))  # fmt: skip
_, accuracy = best["model"].evaluate(x_test, y_test, verbose=0)
print(f"of points that no choice has seen, it gets {accuracy:.1%} right")
assert quick or accuracy > 0.8

places = [
    (np.log10(each["chosen"]["rate"]), each["loss"], each["chosen"]["depth"]) for each in tried
]
most = max(loss for _, loss, _ in places)
chart = Chart("where to look for a rate", (-4.5, -0.5), (0, most), ("log10 of the rate", "loss"))
for depth, tone in zip((1, 2, 3), TONES, strict=False):
    points = [(rate, loss) for rate, loss, own in places if own == depth]
    chart.dots(points, tone, name=f"{depth} hidden layer{'s' * (depth > 1)}", radius=4)
chart.save(folder / "hyper_parameters.svg")
