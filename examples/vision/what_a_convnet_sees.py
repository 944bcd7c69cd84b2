"""What a convnet sees: its activations, what its filters look for, and where it looked (Grad-CAM).

Grad-CAM weighs the maps of the last convolution by how much the class depends on each: Selvaraju
and others, "Grad-CAM: Visual Explanations from Deep Networks" (2017), section 3.

Run it as `python what_a_convnet_sees.py [folder] [--quick]`; it saves pictures in the folder.
"""

import sys
from pathlib import Path

import numpy as np

import geartrain
from geartrain import GradientTape, Model, jit, layers, ops
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
x = layers.MaxPooling2D(2)(second)
third = layers.Conv2D(32, 3, padding="same", activation="relu", name="third")(x)
outputs = layers.Dense(10)(layers.Flatten()(third))
model = Model(inputs, outputs)
loss = geartrain.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile("adam", loss, metrics=["accuracy"])
model.fit(images, labels, epochs=1 if quick else 3, batch_size=64, verbose=2)

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
answers = Model(inputs, [second, third])


@jit
def step(picture, filters):
    """A step up the mean of one map for each picture."""
    with GradientTape() as tape:
        tape.watch(picture)
        answer = ops.mean(answers(picture)[1], axis=(1, 2))  # (pictures, 32)
        value = ops.sum(answer * filters)
    gradient = tape.gradient(value, picture)
    size = ops.sqrt(ops.mean(gradient**2, axis=(1, 2, 3), keepdims=True))
    return ops.clip(picture + 0.1 * gradient / (size + 1e-6), 0, 1), value


filters = np.eye(32, dtype="float32")[:12]
picture = np.random.default_rng(0).uniform(0.4, 0.6, (12, 28, 28, 1)).astype("float32")
start = None
for _ in range(5 if quick else 80):
    picture, value = step(picture, filters)
    start = float(value) if start is None else start
print(f"twelve filters answer {start:.2f} to noise, {float(value):.2f} to pictures made for them")
gallery = Gallery("what twelve filters of the third layer look for", columns=6)
for number, each in enumerate(np.asarray(picture)):
    gallery.add(each, f"filter {number}")
gallery.save(folder / "filters.svg")

# 3. Grad-CAM: where the network looked when it decided.
both = Model(inputs, [third, outputs])


def where_it_looked(picture):
    """The maps of the last convolution, each by its weight for the class that was found."""
    maps_of_picture = both(picture)[0]
    after = Model(third, outputs)
    with GradientTape() as tape:
        tape.watch(maps_of_picture)
        scores = after(maps_of_picture)[0]
        best = int(ops.argmax(scores))
        score = scores[best]
    weights = ops.mean(tape.gradient(score, maps_of_picture), axis=(1, 2), keepdims=True)
    return best, ops.relu(ops.sum(weights * maps_of_picture, axis=-1))[0].numpy()


gallery = Gallery("digits, and where the network looked", columns=6)
looked = [(at, *where_it_looked(test_images[at : at + 1])) for at in range(6)]
for at, read, _ in looked:
    gallery.add(test_images[at], f"{test_labels[at]}, reads {read}")
for _, _, heat in looked:
    gallery.add(heat, heat=True)
gallery.save(folder / "grad_cam.svg")
