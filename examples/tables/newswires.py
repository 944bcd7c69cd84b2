"""What is a newswire about? One class of many, and which ones a network takes for each other.

The newswires are Reuters', where they can be had, else made of words of eight topics; so with
`--quick`. Run it as `python newswires.py [folder] [--quick]`; it saves a picture in the folder.
"""

import sys
from pathlib import Path

import numpy as np
from many_hot import many_hot

import geartrain
from geartrain import Sequential, layers
from geartrain.datasets import DataUnavailable, reuters
from geartrain.drawing.chart import TONES, Chart, range_of
from geartrain.utils import to_categorical

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
WORDS, EPOCHS = (500, 3) if quick else (10000, 12)
TOPICS = ["money", "grain", "oil", "metals", "trade", "ships", "coffee", "jobs"]
geartrain.utils.set_random_seed(0)


def made_newswires(count, seed):
    """Newswires of 60 words: six are of the topic or a neighbour's, the others are anybody's."""
    rng = np.random.default_rng(seed)
    rank = np.arange(1, len(TOPICS) + 1)
    topics = rng.choice(len(TOPICS), count, p=(1 / rank) / (1 / rank).sum())
    anybodys = rng.integers(300, WORDS, (count, 54))
    own = topics[:, None] * 30 + rng.integers(0, 90, (count, 6))  # neighbours share words
    return list(np.hstack([anybodys, own])), topics


def load_newswires():
    """Training and test newswires, each a list of word numbers, with the number of its topic."""
    if not quick:
        try:
            return reuters.load_data(num_words=WORDS)
        except DataUnavailable:
            print("Reuters' newswires cannot be had here: these are made up.")
    return made_newswires(800 if quick else 8000, 0), made_newswires(200 if quick else 2000, 1)


(train, train_topics), (test, test_topics) = load_newswires()
x, x_test = many_hot(train, WORDS), many_hot(test, WORDS)
classes = int(max(train_topics)) + 1
print(f"{len(x)} newswires of {classes} topics to learn from, {len(x_test)} to be tested on")


def network(units):
    model = Sequential(
        [
            geartrain.Input((WORDS,)),
            layers.Dense(64, activation="relu"),
            layers.Dense(units, activation="relu"),
            layers.Dense(classes, activation="softmax"),
        ]
    )
    model.compile("rmsprop", "categorical_crossentropy", metrics=["accuracy"])
    return model


# A layer must not be narrower than what has to pass: with 2 units, topics are lost on the way.
y, y_test = to_categorical(train_topics, classes), to_categorical(test_topics, classes)
curves, models = {}, {}
for units in (64, 2):
    geartrain.utils.set_random_seed(0)
    models[units] = network(units)
    curves[units] = (
        models[units]
        .fit(
            x,
            y,
            epochs=EPOCHS,
            batch_size=128,
            validation_data=(x_test, y_test),
            verbose=0,
        )
        .history["val_accuracy"]
    )
    print(f"with {units:2} units in the middle, {curves[units][-1]:.1%} of the tests are right")

# Which topics are taken for each other?
said = models[64].predict(x_test, verbose=0).argmax(-1)
table = np.zeros((classes, classes), int)
np.add.at(table, (np.asarray(test_topics), said), 1)
np.fill_diagonal(table, 0)
names = TOPICS if classes == len(TOPICS) else [f"topic {at}" for at in range(classes)]
for place in np.argsort(-table, axis=None)[:3]:
    topic, taken_for = np.unravel_index(place, table.shape)
    print(f"{names[topic]} was taken for {names[taken_for]} {table[topic, taken_for]} times")
always = np.bincount(test_topics).max() / len(test_topics)
print(f"always to say the most frequent topic would be right {always:.1%} of the time")
assert quick or curves[64][-1] > always

epochs = range(1, EPOCHS + 1)
chart = Chart("newswires", (1, EPOCHS), range_of(*curves.values()), ("epoch", "accuracy"))
for (units, values), tone in zip(curves.items(), TONES, strict=False):
    chart.line(list(zip(epochs, values, strict=True)), tone, name=f"{units} units")
chart.save(folder / "newswires.svg")
