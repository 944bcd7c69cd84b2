"""The second edition, chapter 7: functional and subclassed models, metrics, callbacks, loops."""

import numpy as np
import pytest

import geartrain as keras
from geartrain import layers
from geartrain.compat import tensorflow as tf
from geartrain.compat.keras.older_models import model_patches

RNG = np.random.default_rng(0)
X = RNG.normal(size=(96, 16)).astype("float32")
Y = RNG.integers(0, 4, 96)
X[np.arange(96), Y] += 3


def a_model():
    inputs = keras.Input(shape=(16,))
    features = layers.Dense(32, activation="relu")(inputs)
    features = layers.Dropout(0.1)(features)
    return keras.Model(inputs, layers.Dense(4, activation="softmax")(features))


def test_several_inputs_and_outputs():
    vocabulary_size, num_tags, num_departments = 50, 10, 4
    title = keras.Input(shape=(vocabulary_size,), name="title")
    text_body = keras.Input(shape=(vocabulary_size,), name="text_body")
    tags = keras.Input(shape=(num_tags,), name="tags")
    features = layers.Concatenate()([title, text_body, tags])
    features = layers.Dense(16, activation="relu")(features)
    priority = layers.Dense(1, activation="sigmoid", name="priority")(features)
    department = layers.Dense(num_departments, activation="softmax", name="department")(features)
    model = keras.Model(inputs=[title, text_body, tags], outputs=[priority, department])
    n = 64
    data = {
        "title": np.random.default_rng(0).integers(0, 2, (n, vocabulary_size)),
        "text_body": np.random.default_rng(1).integers(0, 2, (n, vocabulary_size)),
        "tags": np.random.default_rng(2).integers(0, 2, (n, num_tags)),
    }
    targets = {
        "priority": np.random.default_rng(3).random((n, 1)),
        "department": np.random.default_rng(4).integers(0, 2, (n, num_departments)),
    }
    model.compile(
        optimizer="rmsprop",
        loss={"priority": "mean_squared_error", "department": "categorical_crossentropy"},
        metrics={"priority": ["mean_absolute_error"], "department": ["accuracy"]},
    )
    model.fit(data, targets, epochs=1, verbose=0)
    model.evaluate(data, targets, verbose=0)
    priority_preds, department_preds = model.predict(data, verbose=0)
    assert priority_preds.shape == (n, 1)
    assert department_preds.shape == (n, 4)
    features = model.layers[4].output
    difficulty = layers.Dense(3, activation="softmax", name="difficulty")(features)
    longer = keras.Model([title, text_body, tags], [priority, department, difficulty])
    assert len(longer.outputs) == 3


class CustomerTicketModel(keras.Model):
    def __init__(self, num_departments):
        super().__init__()
        self.concat_layer = layers.Concatenate()
        self.mixing_layer = layers.Dense(16, activation="relu")
        self.priority_scorer = layers.Dense(1, activation="sigmoid")
        self.department_classifier = layers.Dense(num_departments, activation="softmax")

    def call(self, inputs):
        features = self.concat_layer([inputs["title"], inputs["tags"]])
        features = self.mixing_layer(features)
        return self.priority_scorer(features), self.department_classifier(features)


def test_a_subclassed_model():
    model = CustomerTicketModel(num_departments=4)
    title, tags = RNG.normal(size=(32, 8)), RNG.normal(size=(32, 3))
    priority, department = model({"title": title, "tags": tags})
    assert (priority.shape, department.shape) == ((32, 1), (32, 4))
    model.compile(
        optimizer="rmsprop",
        loss=["mean_squared_error", "categorical_crossentropy"],
        metrics=[["mean_absolute_error"], ["accuracy"]],
    )
    targets = [RNG.random((32, 1)), np.eye(4)[RNG.integers(0, 4, 32)]]
    model.fit({"title": title, "tags": tags}, targets, epochs=1, verbose=0)


class RootMeanSquaredError(keras.metrics.Metric):
    def __init__(self, name="rmse", **kwargs):
        super().__init__(name=name, **kwargs)
        self.mse_sum = self.add_weight(name="mse_sum", initializer="zeros")
        self.total_samples = self.add_weight(
            name="total_samples", initializer="zeros", dtype="int32"
        )

    def update_state(self, y_true, y_pred, sample_weight=None):
        y_true = tf.one_hot(y_true, depth=tf.shape(y_pred)[1])
        mse = tf.reduce_sum(tf.square(y_true - y_pred))
        self.mse_sum.assign_add(mse)
        num_samples = tf.shape(y_pred)[0]
        self.total_samples.assign_add(num_samples)

    def result(self):
        return tf.sqrt(self.mse_sum / tf.cast(self.total_samples, tf.float32))

    def reset_state(self):
        self.mse_sum.assign(0.0)
        self.total_samples.assign(0)


def test_a_metric_of_ones_own():
    model = a_model()
    model.compile(
        optimizer="rmsprop",
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy", RootMeanSquaredError()],
    )
    model.fit(X, Y, epochs=1, batch_size=40, verbose=0)
    found = model.evaluate(X, Y, batch_size=40, verbose=0, return_dict=True)
    errors = np.eye(4)[Y] - model.predict(X, verbose=0)
    assert found["rmse"] == pytest.approx(np.sqrt((errors**2).sum() / 96), rel=1e-5)


class LossHistory(keras.callbacks.Callback):
    def on_train_begin(self, logs):
        self.per_batch_losses = []

    def on_batch_end(self, batch, logs):
        self.per_batch_losses.append(logs.get("loss"))

    def on_epoch_end(self, epoch, logs):
        self.epochs = epoch + 1
        self.per_batch_losses = []


def test_callbacks(tmp_path):
    model = a_model()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = LossHistory()
    callbacks = [
        history,
        keras.callbacks.EarlyStopping(monitor="val_accuracy", patience=2),
        keras.callbacks.ModelCheckpoint(
            filepath=str(tmp_path / "checkpoint.keras"), monitor="val_loss", save_best_only=True
        ),
    ]
    model.fit(X, Y, epochs=3, callbacks=callbacks, validation_data=(X, Y), verbose=0)
    assert history.epochs
    again = keras.models.load_model(str(tmp_path / "checkpoint.keras"))
    assert again.predict(X[:2], verbose=0).shape == (2, 4)


@pytest.mark.parametrize("decorate", [lambda f: f, tf.function], ids=["eager", "tf.function"])
def test_loops_written_by_hand(decorate):
    keras.utils.set_random_seed(0)
    model = a_model()
    loss_fn = keras.losses.SparseCategoricalCrossentropy()
    optimizer = keras.optimizers.RMSprop(0.01)
    metrics = [keras.metrics.SparseCategoricalAccuracy()]
    loss_tracking_metric = keras.metrics.Mean()

    @decorate
    def train_step(inputs, targets):
        with tf.GradientTape() as tape:
            predictions = model(inputs, training=True)
            loss = loss_fn(targets, predictions)
        gradients = tape.gradient(loss, model.trainable_weights)
        optimizer.apply_gradients(zip(gradients, model.trainable_weights, strict=True))
        logs = {}
        for metric in metrics:
            metric.update_state(targets, predictions)
            logs[metric.name] = metric.result()
        loss_tracking_metric.update_state(loss)
        logs["loss"] = loss_tracking_metric.result()
        return logs

    @decorate
    def test_step(inputs, targets):
        predictions = model(inputs, training=False)
        loss = loss_fn(targets, predictions)
        for metric in metrics:
            metric.update_state(targets, predictions)
        return loss

    dataset = tf.data.Dataset.from_tensor_slices((X, Y)).batch(32)
    for _ in range(8):
        for metric in [*metrics, loss_tracking_metric]:
            metric.reset_state()
        for inputs_batch, targets_batch in dataset:
            logs = train_step(inputs_batch, targets_batch)
    assert float(logs["sparse_categorical_accuracy"]) > 0.8
    for inputs_batch, targets_batch in dataset:
        assert float(test_step(inputs_batch, targets_batch)) < 1


class CustomModel(keras.Model):
    """A step of one's own, with a loss that is kept in a metric."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.loss_fn = keras.losses.SparseCategoricalCrossentropy()
        self.loss_tracker = keras.metrics.Mean(name="loss")

    def train_step(self, data):
        inputs, targets = data
        with tf.GradientTape() as tape:
            predictions = self(inputs, training=True)
            loss = self.loss_fn(targets, predictions)
        gradients = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_weights, strict=True))
        self.loss_tracker.update_state(loss)
        return {"loss": self.loss_tracker.result()}

    @property
    def metrics(self):
        return [self.loss_tracker]


def test_a_train_step_of_ones_own():
    inputs = keras.Input(shape=(16,))
    outputs = layers.Dense(4, activation="softmax")(layers.Dense(32, activation="relu")(inputs))
    model = CustomModel(inputs, outputs)
    model.compile(optimizer=keras.optimizers.RMSprop(0.01))
    history = model.fit(X, Y, epochs=6, verbose=0).history["loss"]
    assert history[-1] < history[0] / 2


class CompiledModel(keras.Model):
    """A step of one's own with what `compile` was given."""

    def train_step(self, data):
        inputs, targets = data
        with tf.GradientTape() as tape:
            predictions = self(inputs, training=True)
            loss = self.compiled_loss(targets, predictions)
        gradients = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_weights, strict=True))
        self.compiled_metrics.update_state(targets, predictions)
        return {m.name: m.result() for m in self.metrics}


def test_a_train_step_with_what_compile_was_given(monkeypatch):
    older = ("compiled_loss", "compiled_metrics")
    for owner, name, value in model_patches():
        if name in older:
            monkeypatch.setattr(owner, name, value, raising=False)
    inputs = keras.Input(shape=(16,))
    outputs = layers.Dense(4, activation="softmax")(inputs)
    model = CompiledModel(inputs, outputs)
    model.compile(
        optimizer=keras.optimizers.RMSprop(0.05),
        loss=keras.losses.SparseCategoricalCrossentropy(),
        metrics=[keras.metrics.SparseCategoricalAccuracy()],
    )
    logs = model.fit(X, Y, epochs=6, verbose=0).history
    assert logs["loss"][-1] < logs["loss"][0]
    assert logs["sparse_categorical_accuracy"][-1] > logs["sparse_categorical_accuracy"][0]


def test_mixed_precision_and_a_strategy():
    keras.mixed_precision.set_global_policy("mixed_float16")
    try:
        strategy = tf.distribute.MirroredStrategy()
        assert strategy.num_replicas_in_sync == 1
        with strategy.scope():
            model = a_model()
            model.compile("adam", "sparse_categorical_crossentropy")
        assert model.layers[1].compute_dtype == "float16"
        model.fit(X, Y, epochs=1, verbose=0)
    finally:
        keras.mixed_precision.set_global_policy("float32")


def test_a_search_for_hyperparameters():
    def build_model(units, optimizer):
        model = keras.Sequential(
            [layers.Dense(units, activation="relu"), layers.Dense(4, activation="softmax")]
        )
        model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    found = {}
    for units in (8, 16):
        for optimizer in ("rmsprop", "adam"):
            model = build_model(units, optimizer)
            history = model.fit(X, Y, epochs=2, validation_split=0.25, verbose=0)
            found[units, optimizer] = max(history.history["val_accuracy"])
    assert len(found) == 4
