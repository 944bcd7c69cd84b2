"""The temperature a day from now, from the weather of the last days: dense and recurrent networks.

The weather is made up: seasons, days, and fronts that pass, so that pressure tells what comes.
Run it as `python temperature_forecasting.py [folder] [--quick]`; it saves pictures in the folder.
"""

import sys
from pathlib import Path

import numpy as np

import geartrain
from geartrain import Sequential, layers
from geartrain.drawing.chart import TONES, Chart, range_of

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
geartrain.utils.set_random_seed(0)
HOURS = 24 * (90 if quick else 730)


def weather(hours):
    """Temperature, pressure, wind and humidity for each hour."""
    rng = np.random.default_rng(0)
    hour = np.arange(hours)
    front = np.zeros(hours)  # what passes within some days, and comes with its pressure
    for at in range(1, hours):
        front[at] = 0.985 * front[at - 1] + rng.normal(scale=0.6)
    front = np.convolve(front, np.ones(12) / 12, mode="same")
    early = np.roll(front, -18)  # the pressure falls before it becomes cold
    season = -10 * np.cos(2 * np.pi * hour / (24 * 365))
    day = -4 * np.cos(2 * np.pi * (hour - 2) / 24)
    temperature = 10 + season + day + front + rng.normal(scale=0.3, size=hours)
    pressure = 1000 + 3 * early + rng.normal(scale=0.5, size=hours)
    wind = np.abs(np.gradient(early)) * 10 + rng.gamma(2, 1, hours)
    humidity = 70 - 1.5 * (day + front) + rng.normal(scale=3, size=hours)
    return np.stack([temperature, pressure, wind, humidity], 1).astype("float32")


raw = weather(HOURS)
train, held = HOURS // 2, HOURS * 3 // 4  # the first half, then a quarter to choose by, the rest
mean, std = raw[:train].mean(0), raw[:train].std(0)
data = (raw - mean) / std
PAST, EVERY, AHEAD = 5 * 24, 3, 24  # five days, each third hour, and one day ahead


def windows(start, stop, *, count):
    """Series of the past and the temperature a day after their end, from one part of the data."""
    last = stop - PAST - AHEAD
    starts = np.unique(np.linspace(start, last, count).astype(int))
    places = starts[:, None] + np.arange(0, PAST, EVERY)
    return data[places], raw[starts + PAST + AHEAD - 1, 0]


x, y = windows(0, train, count=400 if quick else 6000)
held_x, held_y = windows(train, held, count=100 if quick else 1500)
test_x, test_y = windows(held, HOURS, count=100 if quick else 1500)
now = test_x[:, -1, 0] * std[0] + mean[0]
naive = np.abs(now - test_y).mean()
print(f"{len(x)} series of {x.shape[1]} steps; 'as now' is wrong by {naive:.2f} degrees")

NETWORKS = {
    "dense": [layers.Flatten(), layers.Dense(16, activation="relu")],
    "convnet": [layers.Conv1D(16, 8, activation="relu"), layers.GlobalAveragePooling1D()],
    "GRU": [layers.GRU(24, recurrent_dropout=0.1), layers.Dropout(0.2)],
    "bidirectional LSTM": [layers.Bidirectional(layers.LSTM(16))],
}
curves, errors, predictions = {}, {}, {}
for name, network in NETWORKS.items():
    model = Sequential([geartrain.Input(x.shape[1:]), *network, layers.Dense(1)])
    model.compile(geartrain.optimizers.Adam(0.003), "mse", metrics=["mae"])
    target, held_target = ((each - mean[0]) / std[0] for each in (y, held_y))
    history = model.fit(
        x,
        target,
        epochs=1 if quick else 8,
        batch_size=64,
        validation_data=(held_x, held_target),
        verbose=0,
    )
    curves[name] = np.array(history.history["val_mae"]) * std[0]
    predictions[name] = model.predict(test_x, verbose=0)[:, 0] * std[0] + mean[0]
    errors[name] = np.abs(predictions[name] - test_y).mean()
    print(f"{name:19} is wrong by {errors[name]:.2f} degrees on days that it has never seen")
assert quick or min(errors["GRU"], errors["dense"]) < naive

chart = Chart("error on later days", (1, max(2, len(curves["GRU"]))), (0, 6), ("epoch", "degrees"))
for (name, curve), tone in zip(curves.items(), TONES, strict=False):
    chart.line([*enumerate(curve, 1), (len(curve), curve[-1])], tone, name=name)
chart.save(folder / "temperature_forecasting.svg")
shown = slice(0, 60)
chart = Chart("a day ahead", (0, 60), range_of(test_y[shown], now[shown]), ("sample", "degrees"))
chart.line(enumerate(test_y[shown]), TONES[0], name="what came")
chart.line(enumerate(predictions["GRU"][shown]), TONES[1], name="GRU")
chart.line(enumerate(now[shown]), TONES[2], name="as now", dashed=True)
chart.save(folder / "temperature_a_day_ahead.svg")
