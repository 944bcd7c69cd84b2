"""Chapters 3 and 4: reviews, newswires, prices with k-fold validation; regularized networks."""

import numpy as np
from keras import layers, losses, metrics, models, optimizers, regularizers
from keras.utils.np_utils import to_categorical

x = np.random.randint(0, 2, (60, 20)).astype("float32")
y = np.random.randint(0, 2, 60).astype("float32")

model = models.Sequential()
model.add(
    layers.Dense(
        8,
        kernel_regularizer=regularizers.l1_l2(l1=0.001, l2=0.001),
        activation="relu",
        input_shape=(20,),
    )
)
model.add(layers.Dropout(0.5))
model.add(layers.Dense(1, activation="sigmoid"))
model.compile(
    optimizer=optimizers.RMSprop(lr=0.001),
    loss=losses.binary_crossentropy,
    metrics=[metrics.binary_accuracy],
)
history = model.fit(x, y, epochs=2, batch_size=20, validation_data=(x, y), verbose=0)
assert set(history.history) == {
    "loss",
    "binary_accuracy",
    "val_loss",
    "val_binary_accuracy",
}
model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=1, batch_size=20, validation_split=0.25, verbose=0)
assert len(history.history["val_acc"]) == 1

news = models.Sequential([layers.Dense(46, activation="softmax", input_shape=(20,))])
news.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["acc"])
targets = to_categorical(np.random.randint(0, 46, 60), 46)
assert "acc" in news.fit(x, targets, epochs=1, batch_size=20, verbose=0).history


def build_model():
    model = models.Sequential()
    model.add(layers.Dense(4, activation="relu", input_shape=(x.shape[1],)))
    model.add(layers.Dense(1))
    model.compile(optimizer="rmsprop", loss="mse", metrics=["mae"])
    return model


all_scores = []
num_val_samples = len(x) // 3
for i in range(3):
    val = slice(i * num_val_samples, (i + 1) * num_val_samples)
    rest = np.concatenate([x[: val.start], x[val.stop :]])
    rest_y = np.concatenate([y[: val.start], y[val.stop :]])
    model = build_model()
    history = model.fit(
        rest, rest_y, validation_data=(x[val], y[val]), epochs=1, batch_size=8, verbose=0
    )
    all_scores.append(history.history["val_mean_absolute_error"])
assert np.array(all_scores).shape == (3, 1)
