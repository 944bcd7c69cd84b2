"""Chapter 8: a variational autoencoder whose last layer closes over its encoder."""

import keras
import numpy as np
from keras import backend as K
from keras import layers
from keras.models import Model

input_img = keras.Input(shape=(4, 4, 1))
x = layers.Flatten()(input_img)
x = layers.Dense(8, activation="relu")(x)
z_mean = layers.Dense(2)(x)
z_log_var = layers.Dense(2)(x)


def sampling(args):
    z_mean, z_log_var = args
    epsilon = K.random_normal(shape=(K.shape(z_mean)[0], 2), mean=0.0, stddev=1.0)
    return z_mean + K.exp(z_log_var) * epsilon


z = layers.Lambda(sampling)([z_mean, z_log_var])
decoder_input = layers.Input(K.int_shape(z)[1:])
x = layers.Dense(16, activation="sigmoid")(decoder_input)
decoder = Model(decoder_input, layers.Reshape((4, 4, 1))(x))
z_decoded = decoder(z)


class CustomVariationalLayer(keras.layers.Layer):
    def vae_loss(self, x, z_decoded):
        x = K.flatten(x)
        z_decoded = K.flatten(z_decoded)
        xent_loss = keras.metrics.binary_crossentropy(x, z_decoded)
        kl_loss = -5e-4 * K.mean(1 + z_log_var - K.square(z_mean) - K.exp(z_log_var), axis=-1)
        return K.mean(xent_loss + kl_loss)

    def call(self, inputs):
        x, z_decoded = inputs
        self.add_loss(self.vae_loss(x, z_decoded), inputs=inputs)
        return x


y = CustomVariationalLayer()([input_img, z_decoded])
vae = Model(input_img, y)
vae.compile(optimizer="rmsprop", loss=None)
images = np.random.random((32, 4, 4, 1))
history = vae.fit(
    x=images, y=None, epochs=2, batch_size=16, validation_data=(images, None), verbose=0
)
assert all(0.5 < each < 1 for each in history.history["val_loss"])
assert decoder.predict(np.zeros((3, 2)), verbose=0).shape == (3, 4, 4, 1)
