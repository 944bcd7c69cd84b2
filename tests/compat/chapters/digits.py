"""Chapter 2: a network of two dense layers; the tensor product by hand."""

import numpy as np
from keras import layers, models
from keras.utils import to_categorical

train_images = np.random.randint(0, 255, (64, 28, 28)).astype("uint8")
train_labels = np.random.randint(0, 10, 64)

network = models.Sequential()
network.add(layers.Dense(32, activation="relu", input_shape=(28 * 28,)))
network.add(layers.Dense(10, activation="softmax"))
network.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])

x = train_images.reshape((64, 28 * 28)).astype("float32") / 255
history = network.fit(x, to_categorical(train_labels), epochs=2, batch_size=32, verbose=0)
test_loss, test_acc = network.evaluate(x, to_categorical(train_labels), verbose=0)
assert history.history["acc"] == history.history["accuracy"]
assert network.predict_classes(x).shape == (64,)
