"""Over-fitting and its remedies: a smaller network, weights kept small, dropout.

600 digits are few: a large network learns them by heart, and reads new ones no better for it.

Run it as `python overfitting.py [folder] [--quick]`; it saves pictures in the folder.
"""

import sys
from pathlib import Path

import geartrain
from geartrain import Sequential, layers, regularizers
from geartrain.datasets import mnist
from geartrain.drawing.chart import TONES, Chart

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
epochs = 3 if quick else 100
few = 600

(images, labels), (held, held_labels) = mnist.load_data()
images, labels = images[:few].reshape(-1, 784).astype("float32") / 255, labels[:few]
held, held_labels = held[:2000].reshape(-1, 784).astype("float32") / 255, held_labels[:2000]


def network(units=256, penalty=0.0, dropout=0.0):
    """Two wide layers, and what may hold them back."""
    kept_small = regularizers.L2(penalty) if penalty else None
    hidden = []
    for _ in range(2):
        hidden.append(layers.Dense(units, activation="relu", kernel_regularizer=kept_small))
        if dropout:
            hidden.append(layers.Dropout(dropout))
    return Sequential([layers.Input((784,)), *hidden, layers.Dense(10, activation="softmax")])


def train(name, **kwargs):
    """The loss on new digits after each epoch, without penalties."""
    geartrain.utils.set_random_seed(1)
    model = network(**kwargs)
    crossentropy = geartrain.metrics.SparseCategoricalCrossentropy(name="crossentropy")
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy", crossentropy])
    seen = model.fit(
        images,
        labels,
        epochs=epochs,
        batch_size=64,
        validation_data=(held, held_labels),
        verbose=0,
    ).history
    losses = seen["val_crossentropy"]
    best = losses.index(min(losses)) + 1
    print(
        f"{name:>22}: {seen['accuracy'][-1]:.1%} of the seen, {seen['val_accuracy'][-1]:.1%} of "
        f"new digits; best at epoch {best}, loss {min(losses):.3f}, at the end {losses[-1]:.3f}"
    )
    return losses


curves = {
    "large": train("large"),
    "small": train("small", units=16),
    "weights kept small": train("weights kept small", penalty=0.005),
    "dropout": train("dropout", dropout=0.5),
}
chart = Chart("the loss on digits it has not seen", (1, epochs), (0.4, 1.2), ("epoch", "loss"))
for (name, losses), tone in zip(curves.items(), TONES, strict=False):
    chart.line(enumerate(losses, 1), tone, name=name)
chart.save(folder / "overfitting.svg")
