"""Segmentation: which pixels are the thing? A network that goes down to small maps and up again.

Each map on the way up is joined by the one of its size from the way down (Ronneberger, Fischer and
Brox, "U-Net: Convolutional Networks for Biomedical Image Segmentation", 2015).

Run it as `python segmentation.py [folder] [--quick]`; it saves pictures in the folder.
"""

import sys
from pathlib import Path

import numpy as np
from shapes import shapes

import geartrain
from geartrain import Model, layers
from geartrain.drawing.gallery import Gallery

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
geartrain.utils.set_random_seed(0)
SIZE, NOISE = 32, 0.3
pictures, _, masks = shapes(96 if quick else 2000, SIZE, seed=1, noise=NOISE)
new_pictures, _, new_masks = shapes(48 if quick else 300, SIZE, seed=2, noise=NOISE)


def looked(x, filters):
    """Two convolutions."""
    for _ in range(2):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.Activation("relu")(x)
    return x


inputs = layers.Input((SIZE, SIZE, 3))
fine = looked(inputs, 16)
middle = looked(layers.MaxPooling2D(2)(fine), 32)
coarse = looked(layers.MaxPooling2D(2)(middle), 48)
up = layers.Concatenate()([layers.Conv2DTranspose(32, 2, strides=2)(coarse), middle])
up = layers.Concatenate()([layers.Conv2DTranspose(16, 2, strides=2)(looked(up, 32)), fine])
outputs = layers.Conv2D(1, 1, activation="sigmoid")(looked(up, 16))
model = Model(inputs, outputs)

overlap = geartrain.metrics.BinaryIoU(target_class_ids=[1], threshold=0.5, name="overlap")
model.compile("adam", "binary_crossentropy", metrics=[overlap])
model.fit(
    pictures,
    masks,
    epochs=1 if quick else 8,
    batch_size=32,
    validation_data=(new_pictures, new_masks),
    verbose=2,
)
found = model.predict(new_pictures, verbose=0)
_, share = model.evaluate(new_pictures, new_masks, verbose=0)
light = new_pictures.mean(-1, keepdims=True) > new_pictures.mean((1, 2, 3), keepdims=True)
both, either = np.sum(light * new_masks), np.sum((light + new_masks) > 0)
print(f"overlap with the true shapes: {share:.1%}; by brightness alone: {both / either:.1%}")

gallery = Gallery("pictures, true masks, masks found", columns=6)
for rows in (new_pictures, new_masks, found):
    for each in rows[:6]:
        gallery.add(each)
gallery.save(folder / "segmentation.svg")
