"""Praise or not: a network of three dense layers reads which words a film review has.

The reviews are IMDB's, where they can be had, else made of two kinds of words; so with `--quick`.
Run it as `python film_reviews.py [folder] [--quick]`; it saves a picture in the folder.
"""

import sys
from pathlib import Path

import numpy as np
from many_hot import many_hot

import geartrain
from geartrain import Sequential, layers
from geartrain.datasets import DataUnavailable, imdb
from geartrain.drawing.chart import TONES, Chart, range_of

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
WORDS, EPOCHS = (400, 3) if quick else (10000, 12)
geartrain.utils.set_random_seed(0)


def made_reviews(count, seed):
    """Reviews of 40 words each: mostly of no meaning, some of praise, some of blame."""
    rng = np.random.default_rng(seed)
    good = rng.integers(0, 2, count)
    rank = np.arange(1, WORDS)
    meaningless = rng.choice(rank, (count, 36), p=(1 / rank) / (1 / rank).sum())
    praise, blame = rng.integers(100, 150, (count, 4)), rng.integers(150, 200, (count, 4))
    mostly = rng.random((count, 4)) < 0.75
    meaning = np.where(mostly == good[:, None], praise, blame)
    return list(np.hstack([meaningless, meaning])), good


def load_reviews():
    """Training and test reviews, each a list of word numbers, with 1 for praise."""
    if not quick:
        try:
            return imdb.load_data(num_words=WORDS)
        except DataUnavailable:
            print("IMDB's reviews cannot be had here: these are made up.")
    return made_reviews(600 if quick else 20000, 0), made_reviews(200 if quick else 5000, 1)


def network():
    model = Sequential(
        [
            geartrain.Input((WORDS,)),
            layers.Dense(16, activation="relu"),
            layers.Dense(16, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("rmsprop", "binary_crossentropy", metrics=["accuracy"])
    return model


(train, train_good), (test, test_good) = load_reviews()
x, x_test = many_hot(train, WORDS), many_hot(test, WORDS)
y, y_test = (np.asarray(each, "float32") for each in (train_good, test_good))
print(f"{len(x)} reviews to learn from, {len(x_test)} to be tested on")

# How long to train? A part that is held out tells: its loss falls, then rises again.
held = len(x) // 3
history = (
    network()
    .fit(
        x[held:],
        y[held:],
        epochs=EPOCHS,
        batch_size=128 if quick else 512,
        validation_data=(x[:held], y[:held]),
        verbose=0,
    )
    .history
)
best = int(np.argmin(history["val_loss"])) + 1
print(f"the held-out reviews are read best after {best} epochs of {EPOCHS}")

# A new network learns from all reviews for as long.
model = network()
model.fit(x, y, epochs=best, batch_size=128 if quick else 512, verbose=0)
loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"of the test reviews it reads {accuracy:.1%} right")
sure = model.predict(x_test[:5], verbose=0)[:, 0]
print("how sure it is of praise in the first five:", np.round(sure, 2))

epochs = range(1, EPOCHS + 1)
losses = [history["loss"], history["val_loss"]]
chart = Chart("film reviews", (1, EPOCHS), range_of(*losses), ("epoch", "loss"))
for name, values, tone in zip(("seen", "held out"), losses, TONES, strict=False):
    chart.line(list(zip(epochs, values, strict=True)), tone, name=name)
chart.dots([(best, min(history["val_loss"]))], TONES[1], name="best")
chart.save(folder / "film_reviews.svg")
