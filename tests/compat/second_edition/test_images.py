"""The second edition, chapters 8, 9 and 12: images, what convnets see, and what they make."""

import numpy as np
import pytest

import geartrain as keras
from geartrain import layers
from geartrain.compat import tensorflow as tf

RNG = np.random.default_rng(0)


def test_files_become_batches(tmp_path):
    for name in ("cat", "dog"):
        for at in range(6):
            pixels = RNG.integers(0, 255, (20, 24, 3), dtype="uint8")
            tf.io.write_file(str(tmp_path / name / f"{name}.{at}.jpg"), tf.io.encode_jpeg(pixels))

    def read(path, label):
        image = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
        return tf.image.resize(image, (18, 18)) / 255.0, label

    paths = sorted(str(each) for each in tmp_path.rglob("*.jpg"))
    labels = [int("dog" in each) for each in paths]
    dataset = tf.data.Dataset.from_tensor_slices((paths, labels))
    dataset = dataset.map(read, num_parallel_calls=tf.data.AUTOTUNE).batch(4).prefetch(2)
    for images, batch_labels in dataset:
        assert (images.shape, batch_labels.shape) == ((4, 18, 18, 3), (4,))
        assert 0 <= float(tf.reduce_min(images)) <= float(tf.reduce_max(images)) <= 1


def test_folders_become_batches(tmp_path):
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        for at in range(6):
            pixels = RNG.integers(0, 255, (30, 40, 3)).astype("uint8")
            keras.utils.save_img(str(tmp_path / name / f"{name}.{at}.jpg"), pixels)
    dataset = keras.utils.image_dataset_from_directory(
        tmp_path, image_size=(16, 16), batch_size=4, verbose=False
    )
    for data_batch, labels_batch in dataset:
        assert (data_batch.shape, labels_batch.shape) == ((4, 16, 16, 3), (4,))
    inputs = keras.Input(shape=(16, 16, 3))
    x = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomZoom(0.2)])(inputs)
    x = layers.Flatten()(layers.Rescaling(1.0 / 255)(x))
    model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))
    model.compile(loss="binary_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
    path = str(tmp_path / "best.keras")
    callbacks = [keras.callbacks.ModelCheckpoint(path, save_best_only=True, monitor="val_loss")]
    model.fit(dataset, epochs=1, validation_data=dataset, callbacks=callbacks, verbose=0)
    again = keras.models.load_model(path)
    both = [each.evaluate(dataset, verbose=0) for each in (again, model)]
    np.testing.assert_allclose(*both, rtol=1e-5)  # batches come in another order each time
    faces = keras.utils.image_dataset_from_directory(
        tmp_path, label_mode=None, image_size=(8, 8), batch_size=4, smart_resize=True, verbose=False
    )
    for images in faces.map(lambda x: x / 255.0):
        assert float(tf.reduce_max(images)) <= 1


def test_augmentation_and_a_xception_like_convnet():
    keras.utils.set_random_seed(0)
    data_augmentation = keras.Sequential(
        [layers.RandomFlip("horizontal"), layers.RandomRotation(0.1), layers.RandomZoom(0.2)]
    )
    inputs = keras.Input(shape=(24, 24, 3))
    x = data_augmentation(inputs)
    x = layers.Rescaling(1.0 / 255)(x)
    x = layers.Conv2D(filters=8, kernel_size=5, use_bias=False)(x)
    for size in [8, 12]:
        residual = x
        x = layers.BatchNormalization()(x)
        x = layers.Activation("relu")(x)
        x = layers.SeparableConv2D(size, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.Activation("relu")(x)
        x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
        residual = layers.Conv2D(size, 1, strides=2, padding="same", use_bias=False)(residual)
        x = layers.add([x, residual])
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.5)(x)
    model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))
    model.compile(loss="binary_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
    images = RNG.uniform(0, 255, (16, 24, 24, 3)).astype("float32")
    model.fit(images, RNG.integers(0, 2, 16), epochs=1, batch_size=8, verbose=0)
    augmented = data_augmentation(images[:9], training=True)
    assert augmented[0].numpy().astype("uint8").shape == (24, 24, 3)


def test_segmentation():
    inputs = keras.Input(shape=(16, 16, 3))
    x = layers.Rescaling(1.0 / 255)(inputs)
    x = layers.Conv2D(4, 3, strides=2, activation="relu", padding="same")(x)
    x = layers.Conv2D(8, 3, strides=2, activation="relu", padding="same")(x)
    x = layers.Conv2DTranspose(8, 3, activation="relu", padding="same")(x)
    x = layers.Conv2DTranspose(8, 3, activation="relu", padding="same", strides=2)(x)
    x = layers.Conv2DTranspose(4, 3, activation="relu", padding="same", strides=2)(x)
    model = keras.Model(inputs, layers.Conv2D(3, 3, activation="softmax", padding="same")(x))
    model.compile(optimizer="rmsprop", loss="sparse_categorical_crossentropy")
    images = RNG.uniform(0, 255, (8, 16, 16, 3))
    masks = RNG.integers(0, 3, (8, 16, 16, 1)).astype("uint8")
    model.fit(images, masks, epochs=1, batch_size=4, verbose=0)
    mask = np.argmax(model.predict(np.expand_dims(images[0], 0), verbose=0)[0], axis=-1)
    assert mask.shape == (16, 16)


def small_convnet():
    keras.utils.set_random_seed(1)
    inputs = keras.Input(shape=(20, 20, 3))
    x = layers.Conv2D(6, 3, activation="relu", name="block1")(inputs)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(8, 3, activation="relu", name="block2")(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(5, activation="softmax", name="predictions")(x))


def test_activations_of_layers_inside():
    model = small_convnet()
    outputs = [each.output for each in model.layers if isinstance(each, layers.Conv2D)]
    activation_model = keras.Model(inputs=model.input, outputs=outputs)
    first, second = activation_model.predict(RNG.uniform(size=(1, 20, 20, 3)), verbose=0)
    assert (first.shape, second.shape) == ((1, 18, 18, 6), (1, 7, 7, 8))


@pytest.mark.parametrize("decorate", [lambda f: f, tf.function], ids=["eager", "tf.function"])
def test_what_a_filter_responds_to(decorate):
    model = small_convnet()
    layer = model.get_layer(name="block2")
    feature_extractor = keras.Model(inputs=model.input, outputs=layer.output)

    def compute_loss(image, filter_index):
        activation = feature_extractor(image)
        filter_activation = activation[:, 2:-2, 2:-2, filter_index]
        return tf.reduce_mean(filter_activation)

    @decorate
    def gradient_ascent_step(image, filter_index, learning_rate):
        with tf.GradientTape() as tape:
            tape.watch(image)
            loss = compute_loss(image, filter_index)
        grads = tape.gradient(loss, image)
        grads = tf.math.l2_normalize(grads)
        image += learning_rate * grads
        return image

    image = tf.random.uniform(minval=0.4, maxval=0.6, shape=(1, 20, 20, 3))
    before = float(compute_loss(image, 2))
    for _ in range(5):
        image = gradient_ascent_step(image, 2, 10.0)
    assert float(compute_loss(image, 2)) > before
    assert image[0].numpy().shape == (20, 20, 3)


def test_grad_cam():
    model = small_convnet()
    last_conv_layer = model.get_layer("block2")
    last_conv_layer_model = keras.Model(model.inputs, last_conv_layer.output)
    classifier_input = keras.Input(shape=last_conv_layer.output.shape[1:])
    x = classifier_input
    for layer in model.layers[-2:]:
        x = model.get_layer(layer.name)(x)
    classifier_model = keras.Model(classifier_input, x)
    image = RNG.uniform(size=(1, 20, 20, 3)).astype("float32")
    with tf.GradientTape() as tape:
        last_conv_layer_output = last_conv_layer_model(image)
        tape.watch(last_conv_layer_output)
        preds = classifier_model(last_conv_layer_output)
        top_pred_index = tf.argmax(preds[0])
        top_class_channel = preds[:, top_pred_index]
    grads = tape.gradient(top_class_channel, last_conv_layer_output)
    pooled_grads = tf.reduce_mean(grads, axis=(0, 1, 2)).numpy()
    heatmap = last_conv_layer_output.numpy()[0] * pooled_grads
    heatmap = np.mean(heatmap, axis=-1)
    assert heatmap.shape == (7, 7)
    assert np.abs(heatmap).max() > 0
    np.testing.assert_allclose(preds, model(image), rtol=1e-5)


def test_deep_dream():
    model = small_convnet()
    outputs_dict = {name: model.get_layer(name).output for name in ("block1", "block2")}
    feature_extractor = keras.Model(inputs=model.inputs, outputs=outputs_dict)
    layer_settings = {"block1": 1.0, "block2": 1.5}

    def compute_loss(input_image):
        features = feature_extractor(input_image)
        loss = tf.zeros(shape=())
        for name in features:
            coeff = layer_settings[name]
            activation = features[name]
            loss += coeff * tf.reduce_mean(tf.square(activation[:, 2:-2, 2:-2, :]))
        return loss

    @tf.function
    def gradient_ascent_step(image, learning_rate):
        with tf.GradientTape() as tape:
            tape.watch(image)
            loss = compute_loss(image)
        grads = tape.gradient(loss, image)
        grads = tf.math.l2_normalize(grads)
        image += learning_rate * grads
        return loss, image

    original = tf.convert_to_tensor(RNG.uniform(-1, 1, (1, 20, 20, 3)).astype("float32"))
    img = tf.identity(original)
    losses = []
    for _ in range(4):
        loss, img = gradient_ascent_step(img, 1.0)
        losses.append(float(loss))
    assert losses[-1] > losses[0]
    upscaled = tf.image.resize(original, (28, 28))
    lost_detail = upscaled - tf.image.resize(tf.image.resize(original, (14, 14)), (28, 28))
    assert lost_detail.shape == (1, 28, 28, 3)
    pixels = tf.clip_by_value(img[0] * 127.5 + 127.5, 0, 255).numpy().astype("uint8")
    assert pixels.shape == (20, 20, 3)


def test_style_transfer():
    model = small_convnet()
    feature_extractor = keras.Model(
        inputs=model.inputs, outputs={each.name: each.output for each in model.layers[1:4]}
    )

    def content_loss(base_img, combination_img):
        return tf.reduce_sum(tf.square(combination_img - base_img))

    def gram_matrix(x):
        x = tf.transpose(x, (2, 0, 1))
        features = tf.reshape(x, (tf.shape(x)[0], -1))
        return tf.matmul(features, tf.transpose(features))

    def style_loss(style_img, combination_img):
        S, C = gram_matrix(style_img), gram_matrix(combination_img)
        return tf.reduce_sum(tf.square(S - C)) / (4.0 * (3**2) * ((20 * 20) ** 2))

    def total_variation_loss(x):
        a = tf.square(x[:, :19, :19, :] - x[:, 1:, :19, :])
        b = tf.square(x[:, :19, :19, :] - x[:, :19, 1:, :])
        return tf.reduce_sum(tf.pow(a + b, 1.25))

    def compute_loss(combination_image, base_image, style_reference_image):
        input_tensor = tf.concat([base_image, style_reference_image, combination_image], axis=0)
        features = feature_extractor(input_tensor)
        loss = tf.zeros(shape=())
        layer_features = features["block2"]
        loss = loss + 0.025 * content_loss(layer_features[0], layer_features[2])
        loss += style_loss(features["block1"][1], features["block1"][2])
        loss += 1e-6 * total_variation_loss(combination_image)
        return loss

    @tf.function
    def compute_loss_and_grads(combination_image, base_image, style_reference_image):
        with tf.GradientTape() as tape:
            loss = compute_loss(combination_image, base_image, style_reference_image)
        grads = tape.gradient(loss, combination_image)
        return loss, grads

    optimizer = keras.optimizers.SGD(
        keras.optimizers.schedules.ExponentialDecay(0.01, decay_steps=10, decay_rate=0.96)
    )
    base = RNG.uniform(size=(1, 20, 20, 3)).astype("float32")
    style = RNG.uniform(size=(1, 20, 20, 3)).astype("float32")
    combination_image = tf.Variable(RNG.uniform(size=(1, 20, 20, 3)).astype("float32"))
    losses = []
    for _ in range(5):
        loss, grads = compute_loss_and_grads(combination_image, base, style)
        optimizer.apply_gradients([(grads, combination_image)])
        losses.append(float(loss))
    assert losses[-1] < losses[0]


class Sampler(layers.Layer):
    def call(self, z_mean, z_log_var):
        batch_size = tf.shape(z_mean)[0]
        z_size = tf.shape(z_mean)[1]
        epsilon = tf.random.normal(shape=(batch_size, z_size))
        return z_mean + tf.exp(0.5 * z_log_var) * epsilon


class VAE(keras.Model):
    def __init__(self, encoder, decoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.decoder, self.sampler = encoder, decoder, Sampler()
        self.total_loss_tracker = keras.metrics.Mean(name="total_loss")
        self.kl_loss_tracker = keras.metrics.Mean(name="kl_loss")

    @property
    def metrics(self):
        return [self.total_loss_tracker, self.kl_loss_tracker]

    def train_step(self, data):
        with tf.GradientTape() as tape:
            z_mean, z_log_var = self.encoder(data)
            z = self.sampler(z_mean, z_log_var)
            reconstruction = self.decoder(z)
            reconstruction_loss = tf.reduce_mean(
                tf.reduce_sum(keras.losses.binary_crossentropy(data, reconstruction), axis=(1, 2))
            )
            kl_loss = -0.5 * (1 + z_log_var - tf.square(z_mean) - tf.exp(z_log_var))
            total_loss = reconstruction_loss + tf.reduce_mean(kl_loss)
        grads = tape.gradient(total_loss, self.trainable_weights)
        self.optimizer.apply_gradients(zip(grads, self.trainable_weights, strict=True))
        self.total_loss_tracker.update_state(total_loss)
        self.kl_loss_tracker.update_state(kl_loss)
        return {
            "total_loss": self.total_loss_tracker.result(),
            "kl_loss": self.kl_loss_tracker.result(),
        }


def test_a_variational_autoencoder():
    keras.utils.set_random_seed(0)
    encoder_inputs = keras.Input(shape=(12, 12, 1))
    x = layers.Conv2D(8, 3, activation="relu", strides=2, padding="same")(encoder_inputs)
    x = layers.Flatten()(x)
    x = layers.Dense(16, activation="relu")(x)
    encoder = keras.Model(
        encoder_inputs, [layers.Dense(2, name="z_mean")(x), layers.Dense(2, name="z_log_var")(x)]
    )
    latent_inputs = keras.Input(shape=(2,))
    x = layers.Dense(6 * 6 * 4, activation="relu")(latent_inputs)
    x = layers.Reshape((6, 6, 4))(x)
    x = layers.Conv2DTranspose(8, 3, activation="relu", strides=2, padding="same")(x)
    decoder = keras.Model(
        latent_inputs, layers.Conv2D(1, 3, activation="sigmoid", padding="same")(x)
    )
    digits = np.zeros((48, 12, 12, 1), "float32")
    digits[:, 3:9, 5:7] = 1
    vae = VAE(encoder, decoder)
    vae.compile(optimizer=keras.optimizers.Adam(0.01), run_eagerly=False)
    losses = vae.fit(digits, epochs=4, batch_size=20, verbose=0).history["total_loss"]
    assert losses[-1] < losses[0]
    assert vae.decoder.predict(np.array([[0.5, -0.5]]), verbose=0)[0].reshape(12, 12).shape


class GAN(keras.Model):
    def __init__(self, discriminator, generator, latent_dim):
        super().__init__()
        self.discriminator, self.generator, self.latent_dim = discriminator, generator, latent_dim
        self.d_loss_metric = keras.metrics.Mean(name="d_loss")
        self.g_loss_metric = keras.metrics.Mean(name="g_loss")

    def compile(self, d_optimizer, g_optimizer, loss_fn):
        super().compile()
        self.d_optimizer, self.g_optimizer, self.loss_fn = d_optimizer, g_optimizer, loss_fn

    @property
    def metrics(self):
        return [self.d_loss_metric, self.g_loss_metric]

    def train_step(self, real_images):
        batch_size = tf.shape(real_images)[0]
        random_latent_vectors = tf.random.normal(shape=(batch_size, self.latent_dim))
        generated_images = self.generator(random_latent_vectors)
        combined_images = tf.concat([generated_images, real_images], axis=0)
        labels = tf.concat([tf.ones((batch_size, 1)), tf.zeros((batch_size, 1))], axis=0)
        labels += 0.05 * tf.random.uniform(tf.shape(labels))
        with tf.GradientTape() as tape:
            predictions = self.discriminator(combined_images)
            d_loss = self.loss_fn(labels, predictions)
        grads = tape.gradient(d_loss, self.discriminator.trainable_weights)
        self.d_optimizer.apply_gradients(
            zip(grads, self.discriminator.trainable_weights, strict=True)
        )
        random_latent_vectors = tf.random.normal(shape=(batch_size, self.latent_dim))
        misleading_labels = tf.zeros((batch_size, 1))
        with tf.GradientTape() as tape:
            predictions = self.discriminator(self.generator(random_latent_vectors))
            g_loss = self.loss_fn(misleading_labels, predictions)
        grads = tape.gradient(g_loss, self.generator.trainable_weights)
        self.g_optimizer.apply_gradients(zip(grads, self.generator.trainable_weights, strict=True))
        self.d_loss_metric.update_state(d_loss)
        self.g_loss_metric.update_state(g_loss)
        return {"d_loss": self.d_loss_metric.result(), "g_loss": self.g_loss_metric.result()}


class GANMonitor(keras.callbacks.Callback):
    def __init__(self, num_img=3, latent_dim=8):
        self.num_img, self.latent_dim = num_img, latent_dim

    def on_epoch_end(self, epoch, logs=None):
        vectors = tf.random.normal(shape=(self.num_img, self.latent_dim))
        generated_images = self.model.generator(vectors)
        generated_images *= 255
        generated_images.numpy()
        self.images = [keras.utils.array_to_img(generated_images[i]) for i in range(self.num_img)]


def gan():
    discriminator = keras.Sequential(
        [
            keras.Input(shape=(8, 8, 3)),
            layers.Conv2D(8, kernel_size=4, strides=2, padding="same"),
            layers.LeakyReLU(alpha=0.2),
            layers.Flatten(),
            layers.Dropout(0.2),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    generator = keras.Sequential(
        [
            keras.Input(shape=(8,)),
            layers.Dense(4 * 4 * 8),
            layers.Reshape((4, 4, 8)),
            layers.Conv2DTranspose(8, kernel_size=4, strides=2, padding="same"),
            layers.LeakyReLU(alpha=0.2),
            layers.Conv2D(3, kernel_size=5, padding="same", activation="sigmoid"),
        ]
    )
    return GAN(discriminator, generator, latent_dim=8)


def test_an_adversarial_network():
    model = gan()
    model.compile(
        d_optimizer=keras.optimizers.Adam(learning_rate=0.0001),
        g_optimizer=keras.optimizers.Adam(learning_rate=0.0001),
        loss_fn=keras.losses.BinaryCrossentropy(),
    )
    images = RNG.uniform(size=(24, 8, 8, 3)).astype("float32")
    dataset = tf.data.Dataset.from_tensor_slices(images).batch(8)
    monitor = GANMonitor()
    found = model.fit(dataset, epochs=1, callbacks=[monitor], verbose=0)
    assert set(found.history) == {"d_loss", "g_loss"}
    assert monitor.images[0].size == (8, 8)
