"""The third edition: Keras 3 style, `keras.ops`, `keras.random`, loops without state."""

import numpy as np
import pytest

import geartrain as keras
from geartrain import layers, ops
from geartrain.compat import tensorflow as tf

RNG = np.random.default_rng(0)
X = RNG.normal(size=(96, 12)).astype("float32")
Y = RNG.integers(0, 3, 96)
X[np.arange(96), Y] += 3


class SimpleDense(keras.Layer):
    def __init__(self, units, activation=None):
        super().__init__()
        self.units, self.activation = units, activation

    def build(self, input_shape):
        _, input_dim = input_shape
        self.W = self.add_weight(shape=(input_dim, self.units), initializer="random_normal")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")

    def call(self, inputs):
        y = ops.matmul(inputs, self.W) + self.b
        return y if self.activation is None else self.activation(y)


def test_a_layer_of_ops():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([SimpleDense(16, ops.relu), SimpleDense(3, ops.softmax)])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(X, Y, epochs=20, batch_size=16, verbose=0)
    assert model.evaluate(X, Y, verbose=0)[1] > 0.8


def test_the_tape_and_variables():
    input_var = keras.Variable(0.0)
    with tf.GradientTape() as tape:
        result = 2 * input_var + 3
    assert float(tape.gradient(result, input_var)) == 2
    v = keras.Variable(initializer=np.zeros((2, 2)))
    v.assign(np.ones((2, 2)))
    v.assign_add(np.ones((2, 2)))
    assert v.numpy().tolist() == [[2, 2], [2, 2]]


def model_and_optimizer():
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((12,)),
            layers.Dense(16, activation="relu"),
            layers.Dropout(0.1),
            layers.Dense(3, activation="softmax"),
        ]
    )
    optimizer = keras.optimizers.Adam(0.02)
    optimizer.build(model.trainable_variables)
    return model, optimizer


@pytest.mark.parametrize("decorate", [lambda f: f, keras.jit], ids=["eager", "jit"])
def test_a_loop_without_state(decorate):
    model, optimizer = model_and_optimizer()
    loss_fn = keras.losses.SparseCategoricalCrossentropy()
    metric = keras.metrics.SparseCategoricalAccuracy()

    def compute_loss_and_updates(trainable_variables, non_trainable_variables, x, y):
        outputs, non_trainable_variables = model.stateless_call(
            trainable_variables, non_trainable_variables, x, training=True
        )
        loss = loss_fn(y, outputs)
        return loss, (outputs, non_trainable_variables)

    grad_fn = keras.value_and_grad(compute_loss_and_updates, has_aux=True)

    @decorate
    def train_step(state, x, y):
        trainable, non_trainable, optimizer_variables, metric_variables = state
        (loss, (outputs, non_trainable)), grads = grad_fn(trainable, non_trainable, x, y)
        trainable, optimizer_variables = optimizer.stateless_apply(
            optimizer_variables, grads, trainable
        )
        metric_variables = metric.stateless_update_state(metric_variables, y, outputs)
        return loss, (trainable, non_trainable, optimizer_variables, metric_variables)

    state = (
        [each.value for each in model.trainable_variables],
        [each.value for each in model.non_trainable_variables],
        [each.value for each in optimizer.variables],
        [each.value for each in metric.variables],
    )
    dataset = tf.data.Dataset.from_tensor_slices((X, Y)).batch(32)
    losses = []
    for _ in range(8):
        state = (*state[:3], [ops.zeros_like(each) for each in state[3]])
        for x, y in dataset:
            loss, state = train_step(state, x, y)
        losses.append(float(loss))
    assert losses[-1] < losses[0]
    assert float(metric.stateless_result(state[3])) > 0.8
    for variable, value in zip(model.trainable_variables, state[0], strict=True):
        variable.assign(value)
    assert model(X[:2]).shape == (2, 3)


class CustomModel(keras.Model):
    """A step with what `compile` was given, in the words of Keras 3."""

    def train_step(self, data):
        inputs, targets = data
        with tf.GradientTape() as tape:
            predictions = self(inputs, training=True)
            loss = self.compute_loss(y=targets, y_pred=predictions)
        gradients = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply(gradients, self.trainable_weights)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            else:
                metric.update_state(targets, predictions)
        return {m.name: m.result() for m in self.metrics}


def test_a_step_in_the_words_of_keras_3():
    inputs = keras.Input((12,))
    model = CustomModel(inputs, layers.Dense(3, activation="softmax")(inputs))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    logs = model.fit(X, Y, epochs=2, verbose=0).history
    assert set(logs) == {"loss", "accuracy"}


class PositionalEmbedding(keras.Layer):
    def __init__(self, sequence_length, input_dim, output_dim):
        super().__init__()
        self.token_embeddings = layers.Embedding(input_dim, output_dim)
        self.position_embeddings = layers.Embedding(sequence_length, output_dim)

    def call(self, inputs, reverse=False):
        if reverse:
            token_embeddings = self.token_embeddings.embeddings
            return ops.matmul(inputs, ops.transpose(token_embeddings))
        positions = ops.cumsum(ops.ones_like(inputs), axis=-1) - 1
        return self.token_embeddings(inputs) + self.position_embeddings(positions)


class TransformerDecoder(keras.Layer):
    def __init__(self, hidden_dim, intermediate_dim, num_heads):
        super().__init__()
        key_dim = hidden_dim // num_heads
        self.self_attention = layers.MultiHeadAttention(num_heads, key_dim, dropout=0.1)
        self.self_attention_layernorm = layers.LayerNormalization()
        self.feed_forward_1 = layers.Dense(intermediate_dim, activation="relu")
        self.feed_forward_2 = layers.Dense(hidden_dim)
        self.feed_forward_layernorm = layers.LayerNormalization()
        self.dropout = layers.Dropout(0.1)

    def call(self, inputs):
        residual = x = inputs
        x = self.self_attention(query=x, key=x, value=x, use_causal_mask=True)
        x = self.dropout(x)
        x = self.self_attention_layernorm(x + residual)
        residual = x
        x = self.feed_forward_2(self.feed_forward_1(x))
        x = self.dropout(x)
        return self.feed_forward_layernorm(x + residual)


def mini_gpt(vocab_size=20, length=8, hidden_dim=16):
    inputs = keras.Input(shape=(None,), dtype="int32", name="inputs")
    embedding = PositionalEmbedding(length, vocab_size, hidden_dim)
    x = layers.LayerNormalization()(embedding(inputs))
    for _ in range(2):
        x = TransformerDecoder(hidden_dim, 32, 2)(x)
    return keras.Model(inputs, embedding(x, reverse=True))


class WarmupSchedule(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self):
        self.rate, self.warmup_steps = 2e-3, 10.0

    def __call__(self, step):
        step = ops.cast(step, dtype="float32")
        scale = ops.minimum(step / self.warmup_steps, 1.0)
        return self.rate * scale


def test_a_small_language_model():
    keras.utils.set_random_seed(0)
    rows = np.tile(np.arange(9), (48, 1)) + RNG.integers(0, 10, (48, 1))
    dataset = tf.data.Dataset.from_tensor_slices(rows.astype("int32")).batch(16)
    dataset = dataset.map(lambda x: (x[:, :-1], x[:, 1:])).cache().prefetch(8)
    model = mini_gpt()
    model.compile(
        optimizer=keras.optimizers.Adam(WarmupSchedule()),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    logs = model.fit(dataset, epochs=4, verbose=0).history
    assert logs["loss"][-1] < logs["loss"][0]

    @keras.jit
    def generate_step(tokens):
        return model(tokens)

    prompt = [3, 4, 5]
    for at in range(3):
        padded = np.array([prompt + [0] * (8 - len(prompt))], "int32")
        logits = generate_step(padded)[0, len(prompt) - 1]
        values, places = ops.top_k(logits, k=5)
        chosen = keras.random.categorical(values[None] / 0.5, 1, seed=at)[0]
        prompt.append(int(ops.take(places, chosen)[0]))
    assert len(prompt) == 6


def test_lora_and_fewer_variables_to_train():
    model = mini_gpt()
    model(np.zeros((1, 4), "int32"))
    for layer in model.layers:
        layer.trainable = False
        if isinstance(layer, TransformerDecoder):
            layer.trainable = True
            layer.self_attention.trainable = False
            for each in (layer.feed_forward_1, layer.feed_forward_2):
                each.enable_lora(rank=2)
    trained = sum(int(np.prod(each.shape)) for each in model.trainable_variables)
    assert 0 < trained < model.count_params() / 4
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    tokens = RNG.integers(0, 20, (16, 8)).astype("int32")
    model.fit(tokens, tokens, epochs=1, verbose=0)


class DiffusionModel(keras.Model):
    """A denoiser: it is trained to say what noise was put on an image."""

    def __init__(self, image_size, **kwargs):
        super().__init__(**kwargs)
        self.image_size = image_size
        noisy = keras.Input((image_size, image_size, 1))
        rates = keras.Input((1, 1, 1))
        x = layers.Conv2D(8, 3, padding="same", activation="swish")(noisy)
        wide = layers.UpSampling2D(image_size, interpolation="nearest")(rates)
        x = layers.Concatenate()([x, wide])
        x = layers.Conv2D(8, 3, padding="same", activation="swish")(x)
        self.denoiser = keras.Model(
            [noisy, rates], layers.Conv2D(1, 1, kernel_initializer="zeros")(x)
        )
        self.seed_generator = keras.random.SeedGenerator(0)
        self.normalizer = layers.Normalization()

    def diffusion_schedule(self, diffusion_times):
        start_angle, end_angle = np.float32(np.arccos(0.95)), np.float32(np.arccos(0.02))
        angles = start_angle + (end_angle - start_angle) * diffusion_times
        return ops.cos(angles), ops.sin(angles)

    def call(self, images):
        images = self.normalizer(images)
        noises = keras.random.normal(ops.shape(images), seed=self.seed_generator)
        times = keras.random.uniform(
            (ops.shape(images)[0], 1, 1, 1), 0.0, 1.0, seed=self.seed_generator
        )
        signal_rates, noise_rates = self.diffusion_schedule(times)
        noisy_images = signal_rates * images + noise_rates * noises
        pred_noise_masks = self.denoiser([noisy_images, noise_rates**2])
        return pred_noise_masks, noises

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        predictions, targets = y_pred
        return ops.mean(ops.abs(predictions - targets))

    def generate(self, count, steps):
        x = keras.random.normal((count, self.image_size, self.image_size, 1), seed=1)
        for step in range(steps):
            time = ops.ones((count, 1, 1, 1)) * (1 - step / steps)
            signal_rates, noise_rates = self.diffusion_schedule(time)
            noise = self.denoiser([x, noise_rates**2])
            image = (x - noise_rates * noise) / signal_rates
            next_signal, next_noise = self.diffusion_schedule(time - 1 / steps)
            x = next_signal * image + next_noise * noise
        return image


def test_a_denoiser():
    images = np.zeros((32, 8, 8, 1), "float32")
    images[:, 2:6, 3:5] = 1
    model = DiffusionModel(8)
    model.normalizer.adapt(images)
    schedule = keras.optimizers.schedules.InverseTimeDecay(1e-2, decay_steps=10, decay_rate=0.5)
    model.compile(
        optimizer=keras.optimizers.AdamW(schedule, use_ema=True, ema_overwrite_frequency=4)
    )
    losses = model.fit(images, epochs=4, batch_size=16, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    assert np.isfinite(model.generate(2, 3).numpy()).all()


class VAE(keras.Model):
    def __init__(self, encoder, decoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.decoder = encoder, decoder
        self.seed_generator = keras.random.SeedGenerator()
        self.kl_loss_tracker = keras.metrics.Mean(name="kl_loss")

    def call(self, inputs):
        return self.encoder(inputs)

    def compute_loss(self, x, y, y_pred, sample_weight=None, training=True):
        z_mean, z_log_var = y_pred
        epsilon = keras.random.normal(ops.shape(z_mean), seed=self.seed_generator)
        z = z_mean + ops.exp(0.5 * z_log_var) * epsilon
        reconstruction = self.decoder(z)
        reconstruction_loss = ops.mean(
            ops.sum(keras.losses.binary_crossentropy(x, reconstruction), axis=(1, 2))
        )
        kl_loss = -0.5 * (1 + z_log_var - ops.square(z_mean) - ops.exp(z_log_var))
        self.kl_loss_tracker.update_state(kl_loss)
        return reconstruction_loss + ops.mean(kl_loss)


def test_a_variational_autoencoder():
    inputs = keras.Input((8, 8, 1))
    x = layers.Dense(16, activation="relu")(layers.Flatten()(inputs))
    encoder = keras.Model(inputs, [layers.Dense(2)(x), layers.Dense(2)(x)])
    latent = keras.Input((2,))
    x = layers.Reshape((8, 8, 1))(layers.Dense(64, activation="sigmoid")(latent))
    vae = VAE(encoder, keras.Model(latent, x))
    vae.compile(optimizer=keras.optimizers.Adam(0.01))
    images = np.zeros((32, 8, 8, 1), "float32")
    images[:, 2:6, 3:5] = 1
    losses = vae.fit(images, epochs=4, batch_size=12, verbose=0).history["loss"]
    assert losses[-1] < losses[0]


def test_a_unet_like_segmentation_with_functional_blocks():
    def block(x, filters, strides=1):
        x = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)(x)
        return layers.Activation("relu")(layers.BatchNormalization()(x))

    inputs = keras.Input((16, 16, 3))
    down = block(inputs, 4)
    bottom = block(down, 8, strides=2)
    up = layers.UpSampling2D(2)(block(bottom, 8))
    x = block(layers.Concatenate()([up, down]), 4)
    model = keras.Model(inputs, layers.Conv2D(3, 1, activation="softmax")(x))
    model.compile(
        "adam",
        keras.losses.SparseCategoricalCrossentropy(),
        metrics=[
            keras.metrics.IoU(3, target_class_ids=(1,), sparse_y_true=True, sparse_y_pred=False)
        ],
    )
    images = RNG.uniform(size=(8, 16, 16, 3)).astype("float32")
    model.fit(images, RNG.integers(0, 3, (8, 16, 16, 1)), epochs=1, batch_size=4, verbose=0)


def test_saving_a_model_of_registered_layers(tmp_path):
    @keras.saving.register_keras_serializable("third")
    class Scale(keras.Layer):
        def __init__(self, factor=2.0, **kwargs):
            super().__init__(**kwargs)
            self.factor = factor

        def call(self, x):
            return ops.multiply(x, self.factor)

        def get_config(self):
            return {**super().get_config(), "factor": self.factor}

    model = keras.Sequential([keras.Input((12,)), Scale(3.0), layers.Dense(3)])
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(X), model(X))
    model.save_weights(tmp_path / "model.weights.h5")
    again.load_weights(tmp_path / "model.weights.h5")


def test_a_pipeline_of_texts():
    rows = ["the film was good", "the film was bad", "a good story", "a bad story"] * 8
    labels = [1, 0, 1, 0] * 8
    dataset = tf.data.Dataset.from_tensor_slices((rows, labels)).shuffle(32, seed=0).batch(8)
    layer = layers.TextVectorization(
        max_tokens=20, split="whitespace", output_mode="multi_hot", pad_to_max_tokens=True
    )
    layer.adapt(dataset.map(lambda x, y: x))
    ready = dataset.map(lambda x, y: (layer(x), y), num_parallel_calls=2)
    model = keras.Sequential([keras.Input((20,)), layers.Dense(1, activation="sigmoid")])
    model.compile(keras.optimizers.Adam(0.1), "binary_crossentropy", metrics=["accuracy"])
    model.fit(ready, epochs=5, verbose=0)
    assert model.evaluate(ready, verbose=0)[1] == 1
