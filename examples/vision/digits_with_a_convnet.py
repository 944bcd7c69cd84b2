"""Handwritten digits with a convnet: windows that look for strokes, wherever they are.

Run it as `python digits_with_a_convnet.py [folder] [--quick]`; it saves pictures in the folder.
"""

import sys
from pathlib import Path

import numpy as np

import geartrain
from geartrain import Sequential, layers
from geartrain.datasets import mnist
from geartrain.drawing.gallery import Gallery

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
geartrain.utils.set_random_seed(0)

(images, labels), (test_images, test_labels) = mnist.load_data()
images = images[..., None].astype("float32") / 255  # (60000, 28, 28, 1)
test_images = test_images[..., None].astype("float32") / 255
if quick:
    images, labels = images[:640], labels[:640]
    test_images, test_labels = test_images[:500], test_labels[:500]

model = Sequential(
    [
        layers.Input((28, 28, 1)),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
model.summary()
model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(images, labels, epochs=1 if quick else 5, batch_size=64, verbose=2)
_, accuracy = model.evaluate(test_images, test_labels, verbose=0)
print(f"{accuracy:.2%} of the test digits are read right")

found = model.predict(test_images, verbose=0)
wrong = np.flatnonzero(found.argmax(1) != test_labels)
surest = wrong[np.argsort(-found[wrong].max(1))][:12]
gallery = Gallery("the mistakes that it is surest of: what they are, what it reads", columns=6)
for at in surest:
    read = found[at].argmax()
    gallery.add(test_images[at], f"{test_labels[at]}, reads {read} ({found[at, read]:.0%})")
gallery.save(folder / "digits_with_a_convnet.svg")
