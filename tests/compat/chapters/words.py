"""Chapter 6: words as numbers, embeddings, recurrent layers, a generator of a series."""

import numpy as np
from keras import layers, models, optimizers
from keras.preprocessing.sequence import pad_sequences
from keras.preprocessing.text import Tokenizer

texts = ["the cat sat", "a dog ran", "a good film", "a bad film"] * 5
labels = np.array([0, 0, 1, 1] * 5)
tokenizer = Tokenizer(num_words=50)
tokenizer.fit_on_texts(texts)
data = pad_sequences(tokenizer.texts_to_sequences(texts), maxlen=6)
assert data.shape == (20, 6)
assert tokenizer.texts_to_matrix(texts, mode="binary").shape == (20, 50)

model = models.Sequential()
model.add(layers.Embedding(50, 8, input_length=6))
model.add(layers.Flatten())
model.add(layers.Dense(1, activation="sigmoid"))
embedding_matrix = np.random.random((50, 8))
model.layers[0].set_weights([embedding_matrix])
model.layers[0].trainable = False
model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["acc"])
model.fit(data, labels, epochs=1, batch_size=10, validation_data=(data, labels), verbose=0)
np.testing.assert_allclose(model.layers[0].get_weights()[0], embedding_matrix, rtol=1e-6)
model.save_weights("pre_trained_glove_model.h5")
before = model.predict(data, verbose=0)
model.layers[-1].set_weights([np.zeros((48, 1)), np.zeros(1)])
model.load_weights("pre_trained_glove_model.h5")
assert np.array_equal(model.predict(data, verbose=0), before)

stack = models.Sequential()
stack.add(layers.Embedding(50, 4))
stack.add(layers.Bidirectional(layers.SimpleRNN(3, return_sequences=True)))
stack.add(layers.CuDNNGRU(3))
assert stack.output_shape == (None, 3)
convolutional = models.Sequential()
convolutional.add(layers.Conv1D(4, 5, activation="relu", input_shape=(None, 3)))
convolutional.add(layers.MaxPooling1D(3))
convolutional.add(layers.GRU(4, dropout=0.1, recurrent_dropout=0.5))
assert convolutional.output_shape == (None, 4)


def generator(data, lookback, delay, batch_size=8, step=2):
    while 1:
        rows = np.random.randint(lookback, len(data) - delay - 1, size=batch_size)
        samples = np.array([data[range(row - lookback, row, step)] for row in rows])
        yield samples, data[rows + delay][:, 1]


float_data = np.random.random((100, 3))
model = models.Sequential()
model.add(layers.Flatten(input_shape=(5, 3)))
model.add(layers.Dense(1))
model.compile(optimizer=optimizers.RMSprop(), loss="mae")
history = model.fit_generator(
    generator(float_data, 10, 2),
    steps_per_epoch=3,
    epochs=2,
    validation_data=generator(float_data, 10, 2),
    validation_steps=2,
    verbose=0,
)
assert len(history.history["val_loss"]) == 2
