"""Style transfer: a picture with the shapes of one and the texture of another.

What a layer finds where is the content; how often it finds things together, wherever that is, is
the style: the products of its maps (Gatys, Ecker and Bethge, "A Neural Algorithm of Artistic
Style", 2015). The network has learned shapes; the two pictures are generated as well.

Run it as `python style_transfer.py [folder] [--quick]`; it saves pictures in the folder.
"""

import sys
from pathlib import Path

import numpy as np
from shapes import NAMES, shapes

import geartrain
from geartrain import Model, Sequential, Variable, layers, ops, optimizers
from geartrain.autodiff import GradientTape
from geartrain.drawing.gallery import Gallery

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
geartrain.utils.set_random_seed(0)
SIZE = 32 if quick else 96
STEPS = 4 if quick else 300

pictures, kinds, _ = shapes(200 if quick else 3000)
model = Sequential(
    [
        layers.Input((None, None, 3)),
        layers.Conv2D(16, 3, padding="same", activation="relu", name="style_1"),
        layers.MaxPooling2D(2),
        layers.Conv2D(32, 3, padding="same", activation="relu", name="style_2"),
        layers.MaxPooling2D(2),
        layers.Conv2D(32, 3, padding="same", activation="relu", name="content"),
        layers.GlobalMaxPooling2D(),
        layers.Dense(len(NAMES), activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(pictures, kinds, epochs=1 if quick else 8, batch_size=32, verbose=2)
looking = Model(
    model.inputs, [model.get_layer(name).output for name in ("style_1", "style_2", "content")]
)


def waves(size):
    """The style: bent stripes of three colours."""
    y, x = np.mgrid[:size, :size] / 10
    bent = np.sin(3 * x + 2 * np.sin(y)), np.sin(3 * y + x), np.cos(2 * x - 2 * y)
    return (np.stack(bent, axis=-1)[None] * 0.4 + 0.5).astype("float32")


def products(maps):
    """How often two maps find something together, (channels, channels)."""
    rows = ops.reshape(maps, (-1, maps.shape[-1]))  # (places, channels)
    return ops.matmul(ops.transpose(rows), rows) / rows.shape[0]


content, style = shapes(1, SIZE, seed=5, noise=0.02)[0], waves(SIZE)
wanted_content = looking(content)[2]
wanted_styles = [products(maps) for maps in looking(style)[:2]]
picture = Variable(content, name="picture")
optimizer = optimizers.Adam(0.02)


@geartrain.jit
def step():
    with GradientTape() as tape:
        *styles, found = looking(picture.value)
        loss_of_content = ops.mean((found - wanted_content) ** 2)
        loss_of_style = sum(
            ops.mean((products(maps) - wanted) ** 2) / ops.mean(wanted**2)
            for maps, wanted in zip(styles, wanted_styles, strict=True)
        )
        loss = 0.3 * loss_of_content + loss_of_style
    optimizer.apply([tape.gradient(loss, picture)], [picture])
    picture.assign(ops.clip(picture, 0, 1))
    return loss_of_content, loss_of_style


optimizer.build([picture])
for number in range(STEPS):
    losses = [float(each) for each in step()]
    if number in (0, STEPS // 4, STEPS - 1):
        print(f"step {number + 1:3}: content {losses[0]:.4f}, style {losses[1]:.4f}")

gallery = Gallery("shapes of the first, texture of the second", columns=3, side=200)
for name, each in (("content", content), ("style", style), ("both", picture.numpy())):
    gallery.add(each[0], name)
gallery.save(folder / "style_transfer.svg")
