"""DeepDream: a picture changed until a network finds more in it of what it knows.

The network knows discs, squares and triangles; the picture is of clouds. Small versions come first,
and what was lost by making them small is put back (Mordvintsev, Olah and Tyka, "Inceptionism: Going
Deeper into Neural Networks", 2015).

Run it as `python deep_dream.py [folder] [--quick]`; it saves pictures in the folder.
"""

import sys
from pathlib import Path

import numpy as np
from shapes import NAMES, shapes

import geartrain
from geartrain import GradientTape, Model, Sequential, jit, layers, ops
from geartrain.drawing.gallery import Gallery

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
geartrain.utils.set_random_seed(0)
SIZE = 48 if quick else 128
SCALES = (0.6, 1.0) if quick else (0.5, 0.7, 1.0)
STEPS = 3 if quick else 30

pictures, kinds, _ = shapes(200 if quick else 3000)
model = Sequential(
    [
        layers.Input((None, None, 3)),
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(32, 3, padding="same", activation="relu", name="strokes"),
        layers.MaxPooling2D(2),
        layers.Conv2D(32, 3, padding="same", activation="relu", name="parts"),
        layers.GlobalMaxPooling2D(),
        layers.Dense(len(NAMES), activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(pictures, kinds, epochs=1 if quick else 8, batch_size=32, verbose=2)

looking = Model(model.inputs, [model.get_layer(name).output for name in ("strokes", "parts")])
SHARES = (0.3, 1.0)  # how much each of the two layers counts


def clouds(size, seed=4):
    """Noise of many sizes, coarse noise being the strongest."""
    rng = np.random.default_rng(seed)
    sky = np.zeros((size, size, 3), "float32")
    for cells in (3, 6, 12, 24):
        noise = rng.normal(size=(1, cells, cells, 3)).astype("float32")
        large = ops.image.resize(noise, (size, size), interpolation="bicubic")
        sky += large.numpy()[0] * (1.0 / cells)
    sky -= sky.min()
    return (sky / sky.max())[None]


@jit
def dream_step(picture):
    """A step up the squares of what the layers find."""
    with GradientTape() as tape:
        tape.watch(picture)
        found = looking(picture)
        value = sum(share * ops.mean(maps**2) for share, maps in zip(SHARES, found, strict=True))
    gradient = tape.gradient(value, picture)
    size = ops.mean(ops.abs(gradient)) + 1e-8
    return ops.clip(picture + 0.01 * gradient / size, 0, 1), value


def resized(picture, size):
    return ops.image.resize(picture, (size, size), interpolation="bilinear").numpy()


original = clouds(SIZE)
sizes = [round(SIZE * scale) for scale in SCALES]
picture = resized(original, sizes[0])
for at, size in enumerate(sizes):
    if at:
        lost = original if size == SIZE else resized(original, size)
        small = resized(resized(original, sizes[at - 1]), size)
        picture = np.clip(resized(picture, size) + (lost - small), 0, 1)
    for number in range(STEPS):
        picture, value = dream_step(picture)
        if number == 0:
            before = float(value)
    picture = np.asarray(picture)
    print(f"{size:3} pixels: the layers find {before:.3f}, then {float(value):.3f}")

gallery = Gallery("clouds, and what a network that knows shapes sees in them", columns=2, side=300)
gallery.add(original[0], "clouds")
gallery.add(picture[0], "after the dream")
gallery.save(folder / "deep_dream.svg")
