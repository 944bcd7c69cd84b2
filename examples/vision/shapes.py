"""For the scripts beside it: pictures of a disc, a square or a triangle, and a net that knows them.

Run it as `python shapes.py [folder]`; it saves a picture there.
"""

import sys
from pathlib import Path

import numpy as np

from geartrain import Sequential, layers
from geartrain.drawing.gallery import Gallery

NAMES = ("disc", "square", "triangle")


def shapes(count, size=32, seed=0, noise=0.15):
    """Pictures (count, size, size, 3) of 0 ... 1, what is on them, and where it is: 0 or 1."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size].astype("float32")
    kinds = rng.integers(0, len(NAMES), count)
    pictures = np.empty((count, size, size, 3), "float32")
    masks = np.empty((count, size, size, 1), "float32")
    for at, kind in enumerate(kinds):
        radius = rng.uniform(size * 0.18, size * 0.32)
        row, column = rng.uniform(radius, size - radius, 2)
        inside = covers(kind, (x - column) / radius, (y - row) / radius)
        ground, colour = rng.uniform(0, 0.6, 3), rng.uniform(0.4, 1, 3)
        pictures[at] = np.where(inside[..., None], colour, ground)
        masks[at, ..., 0] = inside
    pictures += rng.normal(scale=noise, size=pictures.shape)
    return np.clip(pictures, 0, 1).astype("float32"), kinds, masks


def covers(kind, x, y):
    """Which pixels a shape covers, whose radius is 1."""
    if kind == 0:
        return x**2 + y**2 < 1
    if kind == 1:
        return np.maximum(abs(x), abs(y)) < 0.85
    return (y < 0.75) & (y > 2 * abs(x) - 1)


def convnet(*before, size=None):
    """A network that says which shape it sees; `size=None`: on pictures of any size.

    A window of its last convolution covers 18 pixels: about a whole shape.
    """
    return Sequential(
        [
            layers.Input((size, size, 3)),
            *before,
            layers.Conv2D(16, 3, padding="same", activation="relu", name="strokes"),
            layers.MaxPooling2D(2),
            layers.Conv2D(32, 3, padding="same", activation="relu", name="corners"),
            layers.MaxPooling2D(2),
            layers.Conv2D(32, 3, padding="same", activation="relu", name="things"),
            layers.GlobalMaxPooling2D(),
            layers.Dense(len(NAMES), activation="softmax", name="kinds"),
        ]
    )


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    pictures, kinds, masks = shapes(6)
    gallery = Gallery("shapes, and where they are", columns=6)
    for picture, kind in zip(pictures, kinds, strict=True):
        gallery.add(picture, NAMES[kind])
    for mask in masks:
        gallery.add(mask)
    gallery.save(folder / "shapes.svg")
