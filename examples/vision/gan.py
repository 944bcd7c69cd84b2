"""Two networks against each other: one draws digits, one tells drawn from real ones.

They learn a single digit, the 3, so that a few minutes are enough.

Sources: Goodfellow and others, "Generative Adversarial Nets" (2014), algorithm 1; Radford, Metz and
Chintala, "Unsupervised Representation Learning with Deep Convolutional GANs" (2015), section 3.

Run it as `python gan.py [folder] [--quick]`; it saves pictures in the folder.
"""

import sys
from pathlib import Path

import numpy as np

import geartrain
from geartrain import GradientTape, Model, Sequential, layers, losses, ops, optimizers, random
from geartrain.datasets import mnist
from geartrain.drawing.gallery import Gallery

if "--help" in sys.argv:
    sys.exit(print(__doc__))
quick = "--quick" in sys.argv
folder = Path(next((each for each in sys.argv[1:] if not each.startswith("-")), "."))
geartrain.utils.set_random_seed(0)
NUMBERS = 32  # of which a digit is drawn


def artist():
    return Sequential(
        [
            layers.Input((NUMBERS,)),
            layers.Dense(7 * 7 * 32),
            layers.LeakyReLU(0.2),
            layers.Reshape((7, 7, 32)),
            layers.Conv2DTranspose(32, 4, strides=2, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Conv2DTranspose(32, 4, strides=2, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Conv2D(1, 5, padding="same", activation="sigmoid"),
        ]
    )


def critic():
    return Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(32, 4, strides=2, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Conv2D(64, 4, strides=2, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Flatten(),
            layers.Dropout(0.2, seed=1),
            layers.Dense(1),
        ]
    )


class GAN(Model):
    """Both networks; a step trains the critic, then the artist."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.artist, self.critic = artist(), critic()
        self.seed_generator = random.SeedGenerator(0)
        self.loss_function = losses.BinaryCrossentropy(from_logits=True)

    def compile(self, critic_optimizer, artist_optimizer):
        super().compile()
        self.critic_optimizer, self.artist_optimizer = critic_optimizer, artist_optimizer
        critic_optimizer.build(self.critic.trainable_variables)
        artist_optimizer.build(self.artist.trainable_variables)

    def drawn(self, count):
        numbers = random.normal((count, NUMBERS), seed=self.seed_generator)
        return self.artist(numbers, training=True)

    def train_step(self, real):
        count = ops.shape(real)[0]
        drawn, ones = self.drawn(count), ops.ones((count, 1))
        with GradientTape() as tape:
            on_real = self.loss_function(ones * 0.9, self.critic(real, training=True))
            on_drawn = self.loss_function(ones * 0, self.critic(drawn, training=True))
            critic_loss = (on_real + on_drawn) / 2
        weights = self.critic.trainable_variables
        self.critic_optimizer.apply(tape.gradient(critic_loss, weights), weights)
        with GradientTape() as tape:
            judged = self.critic(self.drawn(count), training=True)
            artist_loss = self.loss_function(ones, judged)  # it wants them to be taken for real
        weights = self.artist.trainable_variables
        self.artist_optimizer.apply(tape.gradient(artist_loss, weights), weights)
        return {"critic": critic_loss, "artist": artist_loss}


(images, labels), _ = mnist.load_data()
images = images[labels == 3] if not quick else images[:512]
images = images[..., None].astype("float32") / 255
gan = GAN()
gan.compile(optimizers.Adam(2e-4, beta_1=0.5), optimizers.Adam(2e-4, beta_1=0.5))
numbers = np.random.default_rng(0).normal(size=(6, NUMBERS)).astype("float32")
gallery = Gallery("threes as people write them, and as the artist draws them", columns=6)
for picture in images[:6]:
    gallery.add(picture, "real")
done = 0
for epochs in (1,) if quick else (1, 5, 15, 30):
    seen = gan.fit(images, epochs=epochs, initial_epoch=done, batch_size=64, verbose=0).history
    done = epochs
    print(f"epoch {done:2}: critic {seen['critic'][-1]:.3f}, artist {seen['artist'][-1]:.3f}")
    for picture in gan.artist.predict(numbers, verbose=0):
        gallery.add(picture, f"epoch {done}")
    gallery.save(folder / "gan.svg")  # after each stage, to look at while it learns
