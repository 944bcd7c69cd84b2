"""Chapter 7: several inputs and outputs, callbacks, the graph of layers as a picture."""

import os

import keras
import numpy as np
from keras import Input, layers
from keras.models import Model, load_model
from keras.utils import plot_model

text_input = Input(shape=(None,), dtype="int32", name="text")
encoded_text = layers.GlobalAveragePooling1D()(layers.Embedding(50, 6)(text_input))
question_input = Input(shape=(None,), dtype="int32", name="question")
encoded_question = layers.GlobalAveragePooling1D()(layers.Embedding(50, 4)(question_input))
concatenated = layers.concatenate([encoded_text, encoded_question], axis=-1)
answer = layers.Dense(5, activation="softmax", name="answer")(concatenated)
age = layers.Dense(1, name="age")(concatenated)
model = Model([text_input, question_input], [answer, age])
model.compile(
    optimizer="rmsprop",
    loss={"answer": "categorical_crossentropy", "age": "mse"},
    loss_weights={"answer": 1.0, "age": 0.25},
    metrics={"answer": ["acc"]},
)
text = np.random.randint(1, 50, (10, 6))
question = np.random.randint(1, 50, (10, 3))
answers = keras.utils.to_categorical(np.random.randint(0, 5, 10), 5)
ages = np.random.random(10)


class ActivationLogger(keras.callbacks.Callback):
    def set_model(self, model):
        self.model = model
        outputs = [layer.output for layer in model.layers]
        self.activations_model = keras.models.Model(model.input, outputs)

    def on_epoch_end(self, epoch, logs=None):
        sample = [each[0:1] for each in self.validation_data[0].values()]
        self.seen = self.activations_model.predict(sample, verbose=0)


logger = ActivationLogger()
callbacks_list = [
    logger,
    keras.callbacks.EarlyStopping(monitor="answer_acc", patience=1),
    keras.callbacks.ModelCheckpoint(
        filepath="my_model.h5", monitor="val_loss", save_best_only=True
    ),
    keras.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.1, patience=10),
    keras.callbacks.TensorBoard(log_dir="my_log_dir", histogram_freq=1, embeddings_freq=1),
]
held_out = {"text": text, "question": question}
model.fit(
    {"text": text, "question": question},
    {"answer": answers, "age": ages},
    epochs=1,
    batch_size=5,
    callbacks=callbacks_list,
    validation_data=(held_out, {"answer": answers, "age": ages}),
    verbose=0,
)
assert len(logger.seen) == len(model.layers)
loaded = load_model("my_model.h5")
assert [each.name for each in loaded.input] == ["text", "question"]
assert os.listdir("my_log_dir")
plot_model(model, show_shapes=True, to_file="model.png")
assert os.path.getsize("model.png") > 1000
