"""A variational autoencoder: digits as points of a plane, and every point of it as a digit.

Source: Kingma and Welling, "Auto-Encoding Variational Bayes" (2013), appendix B (the divergence).

Run it as `python vae.py [folder] [--quick]`; it saves pictures in the folder.
"""

import sys
from pathlib import Path

import numpy as np

import geartrain
from geartrain import GradientTape, Model, Sequential, layers, ops, random
from geartrain.datasets import mnist
from geartrain.drawing.chart import Chart
from geartrain.drawing.gallery import Gallery

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
geartrain.utils.set_random_seed(0)
DIMENSIONS = 2


def encoder():
    """A digit to the mean and the logarithm of the variance of where it may lie."""
    inputs = layers.Input((28, 28, 1))
    x = layers.Conv2D(16, 3, strides=2, padding="same", activation="relu")(inputs)
    x = layers.Conv2D(32, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.Dense(32, activation="relu")(layers.Flatten()(x))
    return Model(inputs, [layers.Dense(DIMENSIONS)(x), layers.Dense(DIMENSIONS)(x)])


def decoder():
    """A point of the plane to a digit."""
    return Sequential(
        [
            layers.Input((DIMENSIONS,)),
            layers.Dense(7 * 7 * 32, activation="relu"),
            layers.Reshape((7, 7, 32)),
            layers.Conv2DTranspose(32, 3, strides=2, padding="same", activation="relu"),
            layers.Conv2DTranspose(16, 3, strides=2, padding="same", activation="relu"),
            layers.Conv2D(1, 3, padding="same", activation="sigmoid"),
        ]
    )


class VAE(Model):
    """Both, and a training step of its own."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.decoder = encoder(), decoder()
        self.seed_generator = random.SeedGenerator(0)

    def call(self, images):
        mean, log_variance = self.encoder(images)
        noise = random.normal(ops.shape(mean), seed=self.seed_generator)
        return mean, log_variance, self.decoder(mean + ops.exp(log_variance / 2) * noise)

    def train_step(self, images):
        with GradientTape() as tape:
            mean, log_variance, found = self(images)
            crossentropy = geartrain.losses.binary_crossentropy(images, found)  # (batch, 28, 28)
            picture = ops.mean(ops.sum(crossentropy, axis=(1, 2)))
            spread = 1 + log_variance - mean**2 - ops.exp(log_variance)
            divergence = ops.mean(-ops.sum(spread, axis=1) / 2)
            loss = picture + divergence
        weights = self.trainable_variables
        self.optimizer.apply(tape.gradient(loss, weights), weights)
        return {"loss": loss, "picture": picture, "divergence": divergence}


(images, labels), _ = mnist.load_data()
count = 640 if quick else 20_000
images, labels = images[:count, ..., None].astype("float32") / 255, labels[:count]
vae = VAE()
vae.compile("adam")
vae.fit(images, epochs=1 if quick else 10, batch_size=128, verbose=2)

points = vae.encoder.predict(images[:1000], verbose=0)[0]
chart = Chart("where 1,000 digits lie", (-4, 4), (-4, 4))
for digit, tone in ((0, "#2f6fde"), (1, "#e07b1f"), (4, "#3a9a4a"), (8, "#8a55c6")):
    chart.dots(points[labels[:1000] == digit], tone, name=str(digit))
chart.save(folder / "vae_plane.svg")

side = 4 if quick else 12
steps = np.linspace(-1.6, 1.6, side)
plane = np.array([(x, -y) for y in steps for x in steps], "float32")
digits = vae.decoder.predict(plane, verbose=0)
sheet = digits.reshape(side, side, 28, 28).transpose(0, 2, 1, 3).reshape(side * 28, side * 28)
gallery = Gallery("the plane, read as digits", columns=1, side=420, shades=8)
gallery.add(sheet)
gallery.save(folder / "vae.svg")
