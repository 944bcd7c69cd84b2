"""Style transfer: a picture with the shapes of one and the texture of another.

What a layer finds where is the content; how often it finds things together, wherever that is, is
the style: the products of its maps (Gatys, Ecker and Bethge, "A Neural Algorithm of Artistic
Style", 2015). What is content, a network that has learned shapes says; of a texture, windows of
random numbers see enough (Ustyuzhaninov, Brendel, Gatys and Bethge, "Texture Synthesis Using
Shallow Convolutional Networks with Random Filters", 2016). Both pictures are generated.

Run it as `python style_transfer.py [folder] [--quick]`; it saves pictures in the folder.
"""

import sys
from pathlib import Path

import numpy as np
from shapes import convnet, shapes

import geartrain
from geartrain import GradientTape, Model, Variable, layers, ops, optimizers
from geartrain.drawing.gallery import Gallery

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
geartrain.utils.set_random_seed(1)
SIZE = 32 if quick else 96
STEPS = 4 if quick else 250

pictures, kinds, _ = shapes(200 if quick else 3000)
model = convnet()
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(pictures, kinds, epochs=1 if quick else 8, batch_size=32, verbose=2)
content_of = Model(model.inputs, model.get_layer("things").output)

images = layers.Input((None, None, 3))
windows = [layers.Conv2D(24, width, activation="relu") for width in (3, 7, 11)]
textures_of = Model(images, [window(images - 0.5) for window in windows])


def stripes(size):
    """The style: bent stripes of two colours."""
    y, x = np.mgrid[:size, :size]
    waves = np.sin((x + y + 6 * np.sin(x / 9) + 6 * np.sin(y / 13)) / 2.2)
    blue, yellow = np.array([0.15, 0.35, 0.8]), np.array([0.95, 0.75, 0.3])
    return np.where(waves[..., None] > 0, yellow, blue)[None].astype("float32")


def products(maps):
    """How often two maps find something together, (channels, channels)."""
    rows = ops.reshape(maps, (-1, maps.shape[-1]))  # (places, channels)
    return ops.matmul(ops.transpose(rows), rows) / rows.shape[0]


def apart(found, wanted):
    """The mean of the squared differences, as a part of the mean square."""
    return ops.mean((found - wanted) ** 2) / ops.mean(wanted**2)


content, style = shapes(1, SIZE, seed=5, noise=0)[0], stripes(SIZE)
wanted_content = content_of(content)
wanted_products = [products(maps) for maps in textures_of(style)]
picture = Variable(content, name="picture")
optimizer = optimizers.Adam(0.02)
optimizer.build([picture])


@geartrain.jit
def step():
    """Change the picture, so that its content and its style come nearer to what is wanted."""
    with GradientTape() as tape:
        loss_of_content = apart(content_of(picture.value), wanted_content)
        found = [products(maps) for maps in textures_of(picture.value)]
        loss_of_style = sum(apart(*pair) for pair in zip(found, wanted_products, strict=True))
        loss = loss_of_content + loss_of_style
    optimizer.apply([tape.gradient(loss, picture)], [picture])
    picture.assign(ops.clip(picture, 0, 1))
    return loss_of_content, loss_of_style


for number in range(STEPS):
    losses = [float(each) for each in step()]
    if number in (0, STEPS // 4, STEPS - 1):
        print(f"step {number + 1:3}: content {losses[0]:.3f}, style {losses[1]:.3f}")

gallery = Gallery("shapes of the first, texture of the second", columns=3, side=200, shades=16)
for name, each in (("content", content), ("style", style), ("both", picture.numpy())):
    gallery.add(each[0], name)
gallery.save(folder / "style_transfer.svg")
