"""A small set of pictures goes further when each is turned, shifted and coloured anew.

150 shapes are for training; the same network learns them as they are, and augmented.

Run it as `python augmentation.py [folder] [--quick]`; it saves pictures in the folder.
"""

import sys
from pathlib import Path

from shapes import NAMES, convnet, shapes

import geartrain
from geartrain import Sequential, layers
from geartrain.drawing.gallery import Gallery

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
epochs = 2 if quick else 60
pictures, kinds, _ = shapes(60 if quick else 150, seed=1)
new_pictures, new_kinds, _ = shapes(100 if quick else 1000, seed=2)

augmented = Sequential(
    [
        layers.RandomFlip("horizontal", seed=1),
        layers.RandomTranslation(0.15, 0.15, seed=2),
        layers.RandomZoom(0.2, seed=3),
        layers.RandomBrightness(0.3, value_range=(0, 1), seed=4),
    ]
)


def train(name, *before):
    """How many of the new pictures a convnet gets right."""
    geartrain.utils.set_random_seed(3)
    model = convnet(*before, size=32)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(pictures, kinds, epochs=epochs, batch_size=30, verbose=0)
    (_, seen), (_, new) = (
        model.evaluate(x, y, verbose=0) for x, y in ((pictures, kinds), (new_pictures, new_kinds))
    )
    print(f"{name:>12}: {seen:.1%} of the pictures it has seen, {new:.1%} of new ones")


train("as they are")
train("augmented", augmented)

gallery = Gallery("a picture, and what training sees of it", columns=6)
gallery.add(pictures[0], NAMES[kinds[0]])
for _ in range(11):
    gallery.add(augmented(pictures[:1], training=True).numpy()[0])
gallery.save(folder / "augmentation.svg")
