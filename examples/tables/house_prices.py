"""What is a house worth? Few samples, and so k-fold validation: every house is held out once.

The houses are Boston's, where they can be had, else made by a formula; so with `--quick`.
Run it as `python house_prices.py [folder] [--quick]`; it saves a picture in the folder.
"""

import sys
from pathlib import Path

import numpy as np

import geartrain
from geartrain import Sequential, layers
from geartrain.datasets import DataUnavailable, boston_housing
from geartrain.drawing.chart import TONES, Chart, range_of

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
FOLDS, EPOCHS = (2, 5) if quick else (4, 200)
geartrain.utils.set_random_seed(0)


def made_houses(count, seed):
    """Houses of 13 features on scales of their own, and prices in thousands of dollars."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(count, 13))
    rooms, poverty, distance = x[:, 5], x[:, 12], x[:, 7]
    price = 22 + 4 * rooms - 5 * poverty - 2 * distance * poverty + rng.normal(0, 1.5, count)
    scale = 10.0 ** rng.integers(-1, 3, 13) if seed == 0 else 1.0
    return x * scale, price.clip(5, 50)


def load_houses():
    """Training and test houses: features, and prices in thousands of dollars."""
    if not quick:
        try:
            return boston_housing.load_data()
        except DataUnavailable:
            print("Boston's houses cannot be had here: these are made up.")
    x, y = made_houses(506, 0)
    return (x[:404], y[:404]), (x[404:], y[404:])


def network(features):
    model = Sequential(
        [
            geartrain.Input((features,)),
            layers.Dense(64, activation="relu"),
            layers.Dense(64, activation="relu"),
            layers.Dense(1),
        ]
    )
    model.compile("rmsprop", "mse", metrics=["mae"])
    return model


(x, y), (x_test, y_test) = load_houses()
mean, deviation = x.mean(0), x.std(0)  # of the training houses alone
x, x_test = (x - mean) / deviation, (x_test - mean) / deviation
print(f"{len(x)} houses of {x.shape[1]} features; a typical price is {np.median(y):.1f}")

# Each fold is held out once, while a new network learns from the others.
folds = np.array_split(np.random.default_rng(0).permutation(len(x)), FOLDS)
curves = []
for number, fold in enumerate(folds, start=1):
    rest = np.setdiff1d(np.arange(len(x)), fold)
    history = network(x.shape[1]).fit(
        x[rest],
        y[rest],
        epochs=EPOCHS,
        batch_size=16,
        validation_data=(x[fold], y[fold]),
        verbose=0,
    )
    curves.append(history.history["val_mae"])
    print(f"fold {number}: off by {curves[-1][-1]:.2f} thousand at the end")
average = np.mean(curves, axis=0)
smooth = np.array([average[max(at - 9, 0) : at + 1].mean() for at in range(EPOCHS)])
best = int(smooth.argmin()) + 1
print(f"on the average of all folds, {best} epochs are best: off by {average[best - 1]:.2f}")

model = network(x.shape[1])
model.fit(x, y, epochs=best, batch_size=16, verbose=0)
_, off = model.evaluate(x_test, y_test, verbose=0)
always = np.abs(y_test - np.median(y)).mean()
print(f"the test houses: off by {off:.2f} thousand; always the same price: {always:.2f}")
assert quick or off < always / 2

epochs = range(1, EPOCHS + 1)
chart = Chart(
    "house prices", (1, EPOCHS), range_of(average[EPOCHS // 10 :]), ("epoch", "off by, thousands")
)
chart.line(list(zip(epochs, average, strict=True)), TONES[0], name="mean of the folds")
chart.line(list(zip(epochs, smooth, strict=True)), TONES[1], name="smoothed")
chart.dots([(best, smooth[best - 1])], TONES[4], name="best")
chart.save(folder / "house_prices.svg")
