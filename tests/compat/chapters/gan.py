"""Chapter 8: two networks against each other; `trainable` is what it was at `compile`."""

import keras
import numpy as np
from keras import layers

generator_input = keras.Input(shape=(4,))
x = layers.Dense(8)(generator_input)
x = layers.LeakyReLU()(x)
x = layers.Reshape((2, 2, 2))(x)
x = layers.Conv2DTranspose(2, 4, strides=2, padding="same")(x)
generator = keras.models.Model(generator_input, x)

discriminator_input = layers.Input(shape=(4, 4, 2))
x = layers.Flatten()(discriminator_input)
x = layers.Dense(1, activation="sigmoid")(x)
discriminator = keras.models.Model(discriminator_input, x)
optimizer = keras.optimizers.RMSprop(lr=0.0008, clipvalue=1.0, decay=1e-8)
discriminator.compile(optimizer=optimizer, loss="binary_crossentropy")

discriminator.trainable = False
gan_input = keras.Input(shape=(4,))
gan = keras.models.Model(gan_input, discriminator(generator(gan_input)))
gan.compile(
    optimizer=keras.optimizers.RMSprop(lr=0.0004, clipvalue=1.0, decay=1e-8),
    loss="binary_crossentropy",
)
for _ in range(2):
    noise = np.random.normal(size=(6, 4))
    combined_images = np.concatenate([generator.predict(noise, verbose=0), np.ones((6, 4, 4, 2))])
    labels = np.concatenate([np.ones((6, 1)), np.zeros((6, 1))])
    before = discriminator.get_weights()[0]
    d_loss = discriminator.train_on_batch(combined_images, labels)
    between = discriminator.get_weights()[0]
    a_loss = gan.train_on_batch(noise, np.zeros((6, 1)))
    assert not np.array_equal(before, between)
    assert np.array_equal(between, discriminator.get_weights()[0])
gan.save_weights("gan.h5")
gan.load_weights("gan.h5")
