"""What was learned of some things serves for others: features, and fine-tuning.

A convnet learns the digits 0 to 4 from many pictures. Of 5 to 9 there are five each. They are
learned from nothing, on the features of the first network, and by training its last layers a
little more.

Run it as `python fine_tuning.py [folder] [--quick]`; it saves pictures in the folder.
"""

import sys
from pathlib import Path

import numpy as np

import geartrain
from geartrain import Sequential, layers, optimizers
from geartrain.datasets import mnist
from geartrain.drawing.chart import TONES, Chart

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
epochs = 2 if quick else 40
geartrain.utils.set_random_seed(0)

(images, labels), (test_images, test_labels) = mnist.load_data()
images, test_images = (x[..., None].astype("float32") / 255 for x in (images, test_images))
many = np.flatnonzero(labels < 5)[: 500 if quick else 30_000]
few = np.concatenate([np.flatnonzero(labels == digit)[:5] for digit in range(5, 10)])
new = np.flatnonzero(test_labels >= 5)[: 300 if quick else 5_000]


def base():
    """The layers that look."""
    return Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(32, 3, activation="relu", name="last_look"),
            layers.Flatten(),
        ]
    )


def with_classes(looking):
    """A network that says which of five digits it sees."""
    return Sequential([layers.Input((28, 28, 1)), looking, layers.Dense(5, activation="softmax")])


def train(model, rate):
    """The share of new digits that are right after each epoch."""
    model.compile(optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    seen = model.fit(
        images[few],
        labels[few] - 5,
        epochs=epochs,
        batch_size=5,
        validation_data=(test_images[new], test_labels[new] - 5),
        verbose=0,
    )
    return seen.history["val_accuracy"]


looking = base()
first = with_classes(looking)
first.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
first.fit(images[many], labels[many], epochs=1 if quick else 3, batch_size=64, verbose=2)

curves = {"from nothing": train(with_classes(base()), 1e-3)}

looking.trainable = False  # its weights stay; only the dense layer on it learns
second = with_classes(looking)
curves["features"] = train(second, 1e-3)

looking.trainable = True
for layer in looking.layers:
    layer.trainable = layer.name == "last_look"
curves["fine-tuned"] = train(second, 1e-4)

for name, curve in curves.items():
    print(f"{name:>12}: {curve[-1]:.1%} of the new digits 5 to 9 are right, of 25 to learn from")
lines = [*curves["features"], *curves["fine-tuned"]]
chart = Chart(
    "digits 5 to 9, of 25 pictures", (1, len(lines)), (0.2, 1), ("epoch", "right in the test")
)
chart.line(enumerate(curves["from nothing"], 1), TONES[0], name="from nothing")
chart.line(enumerate(lines[:epochs], 1), TONES[1], name="features")
chart.line(enumerate(lines[epochs - 1 :], epochs), TONES[2], name="then fine-tuned")
chart.save(folder / "fine_tuning.svg")
