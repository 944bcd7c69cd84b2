"""What a convnet sees: its activations, what its filters look for, and where it looked (Grad-CAM).

Grad-CAM weighs the maps of the last convolution by how much the class depends on each: Selvaraju
and others, "Grad-CAM: Visual Explanations from Deep Networks" (2017), section 3.

Run it as `python what_a_convnet_sees.py [folder] [--quick]`; it saves pictures in the folder.
"""

import sys
from pathlib import Path

import numpy as np

import geartrain
from geartrain import GradientTape, Model, jit, layers, ops, optimizers
from geartrain.datasets import mnist
from geartrain.drawing.gallery import Gallery

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
geartrain.utils.set_random_seed(0)

(images, labels), (test_images, test_labels) = mnist.load_data()
count = 640 if quick else 20_000
images, labels = images[:count, ..., None].astype("float32") / 255, labels[:count]
test_images = test_images[:100, ..., None].astype("float32") / 255

inputs = layers.Input((28, 28, 1))
first = layers.Conv2D(8, 5, padding="same", activation="relu", name="first")(inputs)
x = layers.MaxPooling2D(2)(first)
second = layers.Conv2D(16, 3, padding="same", activation="relu", name="second")(x)
third = layers.Conv2D(32, 3, padding="same", activation="relu", name="third")(second)
outputs = layers.Dense(10)(layers.GlobalAveragePooling2D()(third))
model = Model(inputs, outputs)
loss = geartrain.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(optimizers.Adam(0.003), loss, metrics=["accuracy"])
model.fit(images, labels, epochs=1 if quick else 5, batch_size=64, verbose=2)

# 1. Activations: each filter gives a map of where it found what it looks for.
digit = test_images[:1]
maps = Model(inputs, [first, second])
gallery = Gallery("a digit, and what eight filters of two layers make of it", columns=9, side=72)
for name, found in zip(("first", "second"), maps(digit), strict=True):
    gallery.add(digit[0], "the digit")
    for channel in range(8):
        gallery.add(found.numpy()[0, ..., channel], f"{name} {channel}", heat=True)
gallery.save(folder / "activations.svg")

# 2. Filters: the picture that a filter answers most to, found by going up its gradient.
answers = Model(inputs, third)


@jit
def step(picture):
    """A step up the mean of one map for each picture: of the first map for the first, and so on."""
    with GradientTape() as tape:
        tape.watch(picture)
        answer = ops.diagonal(ops.mean(answers(picture), axis=(1, 2)))  # (32 pictures,)
        value = ops.sum(answer)
    gradient = tape.gradient(value, picture)
    size = ops.sqrt(ops.mean(gradient**2, axis=(1, 2, 3), keepdims=True))
    return ops.clip(picture + 0.1 * gradient / (size + 1e-6), 0, 1), answer


picture = np.random.default_rng(0).uniform(0.4, 0.6, (32, 28, 28, 1)).astype("float32")
start = None
for _ in range(5 if quick else 80):
    picture, answer = step(picture)
    start = float(answer.numpy().mean()) if start is None else start
end = answer.numpy()
print(f"the filters answer {start:.2f} to noise, {end.mean():.2f} to pictures made for them")
gallery = Gallery("what the twelve liveliest filters of the third layer look for", columns=6)
for number in np.argsort(-end)[:12]:
    gallery.add(picture.numpy()[number], f"filter {number}")
gallery.save(folder / "filters.svg")

# 3. Grad-CAM: where the network looked when it decided.
decide = Model(third, outputs)
look = Model(inputs, third)


def where_it_looked(picture):
    """What it reads, and the maps of the last convolution, each by its weight for that answer."""
    found = look(picture)
    with GradientTape() as tape:
        tape.watch(found)
        scores = decide(found)[0]
        score = ops.max(scores)
    weights = ops.mean(tape.gradient(score, found), axis=(1, 2), keepdims=True)
    heat = ops.relu(ops.sum(weights * found, axis=-1, keepdims=True))  # (1, 14, 14, 1)
    large = ops.image.resize(heat, (28, 28), interpolation="bilinear").numpy()[0]
    return int(ops.argmax(scores)), large / (large.max() + 1e-8)


gallery = Gallery("digits, and where the network looked: red", columns=6)
for at in range(12):
    ink = test_images[at]  # (28, 28, 1)
    read, heat = where_it_looked(ink[None])
    coloured = np.concatenate([np.maximum(ink, heat), ink * (1 - heat), ink * (1 - heat)], -1)
    gallery.add(coloured, f"{test_labels[at]}, reads {read}")
gallery.save(folder / "grad_cam.svg")
