"""DeepDream: a picture changed until a network finds more in it of what it knows.

The network knows discs, squares and triangles; the picture is of clouds. Small versions come first,
and what was lost by making them small is put back (Mordvintsev, Olah and Tyka, "Inceptionism: Going
Deeper into Neural Networks", 2015).

Run it as `python deep_dream.py [folder] [--quick]`; it saves pictures in the folder.
"""

import sys
from pathlib import Path

import numpy as np
from shapes import NAMES, convnet, shapes

import geartrain
from geartrain import GradientTape, Model, jit, ops
from geartrain.drawing.gallery import Gallery

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
geartrain.utils.set_random_seed(0)
SIZE = 48 if quick else 80
SCALES = (0.6, 1.0) if quick else (0.35, 0.6, 1.0)
STEPS = 3 if quick else 12

pictures, kinds, _ = shapes(200 if quick else 3000)
model = convnet()
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(pictures, kinds, epochs=1 if quick else 10, batch_size=32, verbose=2)
things = Model(model.inputs, model.get_layer("things").output)
votes = model.get_layer("kinds").kernel  # how much each map speaks for each kind, (maps, kinds)


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
def dream_step(picture, kind):
    """A step up the squares of what speaks for a kind, wherever in the picture it does."""
    with GradientTape() as tape:
        tape.watch(picture)
        found = ops.relu(ops.matmul(things(picture), votes))  # (1, height, width, kinds)
        value = ops.mean(ops.sum(found**2 * kind, axis=-1))
    gradient = tape.gradient(value, picture)
    gradient -= ops.mean(gradient, axis=(1, 2), keepdims=True)  # no step makes it all brighter
    size = ops.mean(ops.abs(gradient)) + 1e-8
    return ops.clip(picture + 0.01 * gradient / size, 0, 1), value


def resized(picture, size):
    return ops.image.resize(picture, (size, size), interpolation="bilinear").numpy()


def dream(original, number):
    """What the network makes of a picture when it looks for one kind of shape."""
    kind = np.eye(len(NAMES), dtype="float32")[number]
    sizes = [round(SIZE * scale) for scale in SCALES]
    picture, values = resized(original, sizes[0]), []
    for smaller, size in zip([sizes[0], *sizes], sizes, strict=False):
        lost = resized(original, size) - resized(resized(original, smaller), size)
        picture = np.clip(resized(picture, size) + lost, 0, 1)
        for _ in range(STEPS):
            picture, value = dream_step(picture, kind)
            values.append(float(value))
        picture = np.asarray(picture)
    print(f"{NAMES[number]:>8}: what speaks for it was {values[0]:.2f}, and is {values[-1]:.2f}")
    return picture[0]


original = clouds(SIZE)
gallery = Gallery(
    "clouds, and what a network sees in them when it looks for", columns=4, side=150, shades=16
)
gallery.add(original[0], "nothing")
for number, name in enumerate(NAMES):
    gallery.add(dream(original, number), f"{name}s")
gallery.save(folder / "deep_dream.svg")
