"""The second edition, chapters 10 and 11: series of numbers, texts, transformers."""

import re
import string

import numpy as np
import pytest

import geartrain as keras
from geartrain import layers
from geartrain.compat import tensorflow as tf

RNG = np.random.default_rng(0)
WORDS = "the a film was good bad fine dull long short story plot and but very not i loved"
WORDS = WORDS.split()


def texts(count, seed=0):
    rng = np.random.default_rng(seed)
    rows = [" ".join(rng.choice(WORDS, rng.integers(3, 9))) for _ in range(count)]
    return rows, np.array([int("good" in each or "loved" in each) for each in rows])


def dataset_of(count, seed=0, batch_size=16):
    return tf.data.Dataset.from_tensor_slices(texts(count, seed)).batch(batch_size)


def test_bags_of_bigrams_with_weights():
    train_ds, val_ds = dataset_of(48), dataset_of(16, 1)
    for inputs, targets in train_ds:
        assert inputs.dtype == tf.string
        assert targets.dtype == tf.int64
        assert isinstance(inputs[0].numpy(), bytes)
        break
    for mode in ("multi_hot", "count", "tf_idf"):
        text_vectorization = layers.TextVectorization(ngrams=2, max_tokens=60, output_mode=mode)
        text_only_train_ds = train_ds.map(lambda x, y: x)
        text_vectorization.adapt(text_only_train_ds)
        vectorized = train_ds.map(
            lambda x, y, layer=text_vectorization: (layer(x), y), num_parallel_calls=4
        )
        held_out = val_ds.map(lambda x, y, layer=text_vectorization: (layer(x), y))
        inputs = keras.Input(shape=(60,))
        x = layers.Dense(8, activation="relu")(inputs)
        x = layers.Dropout(0.5)(x)
        model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))
        model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
        model.fit(vectorized.cache(), validation_data=held_out.cache(), epochs=1, verbose=0)
    raw = keras.Input(shape=(1,), dtype="string")
    inference_model = keras.Model(raw, model(text_vectorization(raw)))
    raw_text_data = tf.convert_to_tensor([["That was an excellent movie, I loved it."]])
    predictions = inference_model(raw_text_data)
    assert 0 <= float(predictions[0] * 100) <= 100


def custom_standardization_fn(string_tensor):
    lowercase_string = tf.strings.lower(string_tensor)
    return tf.strings.regex_replace(lowercase_string, f"[{re.escape(string.punctuation)}]", "")


def custom_split_fn(string_tensor):
    return tf.strings.split(string_tensor)


def test_text_functions_of_ones_own():
    text_vectorization = layers.TextVectorization(
        output_mode="int", standardize=custom_standardization_fn, split=custom_split_fn
    )
    text_vectorization.adapt(
        ["I write, erase, rewrite", "Erase again, and then", "A poppy blooms."]
    )
    vocabulary = text_vectorization.get_vocabulary()
    encoded = text_vectorization("I write, rewrite, and still rewrite again")
    inverse_vocab = dict(enumerate(vocabulary))
    decoded = " ".join(inverse_vocab[int(i)] for i in encoded)
    assert decoded == "i write rewrite and [UNK] rewrite again"


def test_one_hot_words_into_a_recurrent_network():
    max_tokens = 20
    inputs = keras.Input(shape=(None,), dtype="int64")
    embedded = tf.one_hot(inputs, depth=max_tokens)
    x = layers.Bidirectional(layers.LSTM(4))(embedded)
    outputs = layers.Dense(1, activation="sigmoid")(x)
    model = keras.Model(inputs, outputs)
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    numbers = RNG.integers(0, max_tokens, (16, 6))
    model.fit(numbers, RNG.integers(0, 2, 16), epochs=1, verbose=0)
    again = keras.Model.from_config(model.get_config())
    again.set_weights(model.get_weights())
    np.testing.assert_array_equal(
        again.predict(numbers, verbose=0), model.predict(numbers, verbose=0)
    )


def test_pretrained_embeddings():
    vectors = {word: RNG.normal(size=5) for word in WORDS}
    layer = layers.TextVectorization(max_tokens=30, output_mode="int", output_sequence_length=6)
    layer.adapt(texts(48)[0])
    vocabulary = layer.get_vocabulary()
    word_index = dict(zip(vocabulary, range(len(vocabulary)), strict=True))
    embedding_matrix = np.zeros((30, 5))
    for word, i in word_index.items():
        vector = vectors.get(word)
        if vector is not None:
            embedding_matrix[i] = vector
    embedding_layer = layers.Embedding(
        30,
        5,
        embeddings_initializer=keras.initializers.Constant(embedding_matrix),
        trainable=False,
        mask_zero=True,
    )
    inputs = keras.Input(shape=(None,), dtype="int64")
    x = layers.Bidirectional(layers.LSTM(4))(embedding_layer(inputs))
    model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(layers.Dropout(0.5)(x)))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy")
    dataset = dataset_of(32).map(lambda x, y: (layer(x), y))
    model.fit(dataset, epochs=1, verbose=0)
    np.testing.assert_allclose(embedding_layer.get_weights()[0], embedding_matrix, rtol=1e-6)


class TransformerEncoder(layers.Layer):
    def __init__(self, embed_dim, dense_dim, num_heads, **kwargs):
        super().__init__(**kwargs)
        self.embed_dim, self.dense_dim, self.num_heads = embed_dim, dense_dim, num_heads
        self.attention = layers.MultiHeadAttention(num_heads=num_heads, key_dim=embed_dim)
        self.dense_proj = keras.Sequential(
            [layers.Dense(dense_dim, activation="relu"), layers.Dense(embed_dim)]
        )
        self.layernorm_1 = layers.LayerNormalization()
        self.layernorm_2 = layers.LayerNormalization()

    def call(self, inputs, mask=None):
        if mask is not None:
            mask = mask[:, tf.newaxis, :]
        attention_output = self.attention(inputs, inputs, attention_mask=mask)
        proj_input = self.layernorm_1(inputs + attention_output)
        proj_output = self.dense_proj(proj_input)
        return self.layernorm_2(proj_input + proj_output)

    def get_config(self):
        config = super().get_config()
        config.update(
            {"embed_dim": self.embed_dim, "num_heads": self.num_heads, "dense_dim": self.dense_dim}
        )
        return config


class PositionalEmbedding(layers.Layer):
    def __init__(self, sequence_length, input_dim, output_dim, **kwargs):
        super().__init__(**kwargs)
        self.token_embeddings = layers.Embedding(input_dim=input_dim, output_dim=output_dim)
        self.position_embeddings = layers.Embedding(
            input_dim=sequence_length, output_dim=output_dim
        )
        self.sequence_length, self.input_dim, self.output_dim = (
            sequence_length,
            input_dim,
            output_dim,
        )

    def call(self, inputs):
        length = tf.shape(inputs)[-1]
        positions = tf.range(start=0, limit=length, delta=1)
        embedded_tokens = self.token_embeddings(inputs)
        embedded_positions = self.position_embeddings(positions)
        return embedded_tokens + embedded_positions

    def compute_mask(self, inputs, mask=None):
        return tf.math.not_equal(inputs, 0)

    def get_config(self):
        config = super().get_config()
        config.update(
            {
                "output_dim": self.output_dim,
                "sequence_length": self.sequence_length,
                "input_dim": self.input_dim,
            }
        )
        return config


@pytest.mark.filterwarnings("ignore:TransformerEncoder .* was given a series with a mask")
def test_a_transformer_encoder(tmp_path):
    vocab_size, sequence_length = 30, 8
    layer = layers.TextVectorization(
        max_tokens=vocab_size, output_mode="int", output_sequence_length=sequence_length
    )
    layer.adapt(texts(64)[0])
    inputs = keras.Input(shape=(None,), dtype="int64")
    x = PositionalEmbedding(sequence_length, vocab_size, 8)(inputs)
    x = TransformerEncoder(8, 16, 2)(x)
    x = layers.GlobalMaxPooling1D()(x)
    x = layers.Dropout(0.5)(x)
    model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    dataset = dataset_of(48).map(lambda x, y: (layer(x), y))
    callbacks = [
        keras.callbacks.ModelCheckpoint(str(tmp_path / "encoder.keras"), save_best_only=True)
    ]
    model.fit(dataset, validation_data=dataset, epochs=1, callbacks=callbacks, verbose=0)
    again = keras.models.load_model(
        str(tmp_path / "encoder.keras"),
        custom_objects={
            "TransformerEncoder": TransformerEncoder,
            "PositionalEmbedding": PositionalEmbedding,
        },
    )
    assert again.evaluate(dataset, verbose=0)[0] > 0
    longer = np.ones((2, 5), "int64")
    assert model(longer).shape == (2, 1)


class TransformerDecoder(layers.Layer):
    def __init__(self, embed_dim, dense_dim, num_heads, **kwargs):
        super().__init__(**kwargs)
        self.attention_1 = layers.MultiHeadAttention(num_heads=num_heads, key_dim=embed_dim)
        self.attention_2 = layers.MultiHeadAttention(num_heads=num_heads, key_dim=embed_dim)
        self.dense_proj = keras.Sequential(
            [layers.Dense(dense_dim, activation="relu"), layers.Dense(embed_dim)]
        )
        self.layernorm_1 = layers.LayerNormalization()
        self.layernorm_2 = layers.LayerNormalization()
        self.layernorm_3 = layers.LayerNormalization()
        self.supports_masking = True

    def get_causal_attention_mask(self, inputs):
        input_shape = tf.shape(inputs)
        batch_size, sequence_length = input_shape[0], input_shape[1]
        i = tf.range(sequence_length)[:, tf.newaxis]
        j = tf.range(sequence_length)
        mask = tf.cast(i >= j, dtype="int32")
        mask = tf.reshape(mask, (1, input_shape[1], input_shape[1]))
        mult = tf.concat(
            [tf.expand_dims(batch_size, -1), tf.constant([1, 1], dtype=tf.int32)], axis=0
        )
        return tf.tile(mask, mult)

    def call(self, inputs, encoder_outputs, mask=None):
        causal_mask = self.get_causal_attention_mask(inputs)
        padding_mask = None
        if mask is not None:
            mask = mask[0] if isinstance(mask, list | tuple) else mask
            padding_mask = tf.cast(mask[:, tf.newaxis, :], dtype="int32")
            padding_mask = tf.minimum(padding_mask, causal_mask)
        attention_output_1 = self.attention_1(
            query=inputs, value=inputs, key=inputs, attention_mask=causal_mask
        )
        attention_output_1 = self.layernorm_1(inputs + attention_output_1)
        attention_output_2 = self.attention_2(
            query=attention_output_1,
            value=encoder_outputs,
            key=encoder_outputs,
            attention_mask=padding_mask,
        )
        attention_output_2 = self.layernorm_2(attention_output_1 + attention_output_2)
        return self.layernorm_3(attention_output_2 + self.dense_proj(attention_output_2))


def translations(count=40):
    english = texts(count)[0]
    return [(each, f"[start] {' '.join(reversed(each.split()))} [end]") for each in english]


def spanish_standardization(input_string):
    lowercase = tf.strings.lower(input_string)
    return tf.strings.regex_replace(lowercase, f"[{re.escape('!?.,')}]", "")


def pairs_dataset(sequence_length=6, vocab_size=30):
    pairs = translations()
    source = layers.TextVectorization(
        max_tokens=vocab_size, output_mode="int", output_sequence_length=sequence_length
    )
    target = layers.TextVectorization(
        max_tokens=vocab_size,
        output_mode="int",
        output_sequence_length=sequence_length + 1,
        standardize=spanish_standardization,
    )
    source.adapt([pair[0] for pair in pairs])
    target.adapt([pair[1] for pair in pairs])

    def format_dataset(eng, spa):
        eng, spa = source(eng), target(spa)
        return ({"english": eng, "spanish": spa[:, :-1]}, spa[:, 1:])

    eng_texts, spa_texts = zip(*pairs, strict=True)
    dataset = tf.data.Dataset.from_tensor_slices((list(eng_texts), list(spa_texts)))
    dataset = dataset.batch(10).map(format_dataset, num_parallel_calls=4)
    return dataset.shuffle(2048).prefetch(16).cache(), source, target


@pytest.mark.filterwarnings("ignore:TransformerEncoder .* was given a series with a mask")
def test_a_transformer_that_translates():
    dataset, source, target = pairs_dataset()
    encoder_inputs = keras.Input(shape=(None,), dtype="int64", name="english")
    x = PositionalEmbedding(6, 30, 8)(encoder_inputs)
    encoder_outputs = TransformerEncoder(8, 16, 2)(x)
    decoder_inputs = keras.Input(shape=(None,), dtype="int64", name="spanish")
    x = PositionalEmbedding(6, 30, 8)(decoder_inputs)
    x = TransformerDecoder(8, 16, 2)(x, encoder_outputs)
    x = layers.Dropout(0.5)(x)
    decoder_outputs = layers.Dense(30, activation="softmax")(x)
    transformer = keras.Model([encoder_inputs, decoder_inputs], decoder_outputs)
    transformer.compile(
        optimizer="rmsprop", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    transformer.fit(dataset, epochs=1, validation_data=dataset, verbose=0)

    spa_vocab = target.get_vocabulary()
    spa_index_lookup = dict(zip(range(len(spa_vocab)), spa_vocab, strict=True))
    tokenized_input_sentence = source([translations()[0][0]])
    decoded_sentence = "[start]"
    for i in range(3):
        tokenized_target_sentence = target([decoded_sentence])[:, :-1]
        predictions = transformer([tokenized_input_sentence, tokenized_target_sentence])
        sampled_token_index = np.argmax(predictions[0, i, :])
        decoded_sentence += " " + spa_index_lookup.get(int(sampled_token_index), "[UNK]")
    assert len(decoded_sentence.split()) >= 2


def test_recurrent_translation():
    dataset, *_ = pairs_dataset()
    source = keras.Input(shape=(None,), dtype="int64", name="english")
    x = layers.Embedding(30, 8, mask_zero=True)(source)
    encoded_source = layers.Bidirectional(layers.GRU(8), merge_mode="sum")(x)
    past_target = keras.Input(shape=(None,), dtype="int64", name="spanish")
    x = layers.Embedding(30, 8, mask_zero=True)(past_target)
    x = layers.GRU(8, return_sequences=True)(x, initial_state=encoded_source)
    x = layers.Dropout(0.5)(x)
    target_next_step = layers.Dense(30, activation="softmax")(x)
    model = keras.Model([source, past_target], target_next_step)
    model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(dataset, epochs=1, verbose=0)


def sample_next(predictions, temperature=1.0):
    predictions = np.asarray(predictions).astype("float64")
    predictions = np.log(predictions) / temperature
    exp_preds = np.exp(predictions)
    predictions = exp_preds / np.sum(exp_preds)
    return np.argmax(np.random.default_rng(0).multinomial(1, predictions * (1 - 1e-12), 1))


class TextGenerator(keras.callbacks.Callback):
    def __init__(self, prompt, generate_length, vectorize, temperatures=(1.0,)):
        self.prompt, self.generate_length = prompt, generate_length
        self.vectorize, self.temperatures = vectorize, temperatures
        self.words = dict(enumerate(vectorize.get_vocabulary()))
        self.sentences = []

    def on_epoch_end(self, epoch, logs=None):
        for temperature in self.temperatures:
            sentence = self.prompt
            for i in range(self.generate_length):
                tokenized_sentence = self.vectorize([sentence])
                predictions = self.model(tokenized_sentence)
                next_token = sample_next(predictions[0, i, :], temperature)
                sentence += " " + self.words.get(int(next_token), "[UNK]")
            self.sentences.append(sentence)


def test_text_generation():
    dataset = tf.data.Dataset.from_tensor_slices(texts(40)[0]).batch(8)
    dataset = dataset.map(lambda x: tf.strings.regex_replace(x, "<br />", " "))
    vectorize = layers.TextVectorization(max_tokens=30, output_mode="int", output_sequence_length=7)
    vectorize.adapt(dataset)

    def prepare_lm_dataset(text_batch):
        vectorized_sequences = vectorize(text_batch)
        return vectorized_sequences[:, :-1], vectorized_sequences[:, 1:]

    lm_dataset = dataset.map(prepare_lm_dataset, num_parallel_calls=4)
    inputs = keras.Input(shape=(None,), dtype="int64")
    x = PositionalEmbedding(7, 30, 8)(inputs)
    x = TransformerDecoder(8, 16, 2)(x, x)
    model = keras.Model(inputs, layers.Dense(30, activation="softmax")(x))
    model.compile(loss="sparse_categorical_crossentropy", optimizer="rmsprop")
    callback = TextGenerator("the film", 3, vectorize, temperatures=(0.2, 1.0))
    model.fit(lm_dataset, epochs=1, callbacks=[callback], verbose=0)
    assert len(callback.sentences) == 2


@pytest.mark.skipif(
    not hasattr(keras.utils, "timeseries_dataset_from_array"), reason="no such utility yet"
)
def test_temperatures():
    raw_data = RNG.normal(size=(400, 4)).cumsum(0).astype("float32")
    temperature = raw_data[:, 1]
    mean, std = raw_data[:200].mean(axis=0), raw_data[:200].std(axis=0)
    raw_data = (raw_data - mean) / std
    sequence_length, sampling_rate = 12, 2
    delay = sampling_rate * (sequence_length + 4 - 1)
    dataset = keras.utils.timeseries_dataset_from_array(
        raw_data[:-delay],
        targets=temperature[delay:],
        sampling_rate=sampling_rate,
        sequence_length=sequence_length,
        shuffle=True,
        batch_size=32,
        end_index=300,
    )
    for samples, targets in dataset:
        assert (samples.shape[1:], targets.ndim) == ((12, 4), 1)
        break

    def evaluate_naive_method(dataset):
        total_abs_err, samples_seen = 0.0, 0
        for samples, targets in dataset:
            preds = samples[:, -1, 1] * std[1] + mean[1]
            total_abs_err += np.sum(np.abs(preds - targets))
            samples_seen += samples.shape[0]
        return total_abs_err / samples_seen

    assert evaluate_naive_method(dataset) > 0
    inputs = keras.Input(shape=(sequence_length, raw_data.shape[-1]))
    x = layers.LSTM(4, recurrent_dropout=0.25)(inputs)
    x = layers.Dropout(0.5)(x)
    model = keras.Model(inputs, layers.Dense(1)(x))
    model.compile(optimizer="rmsprop", loss="mse", metrics=["mae"])
    model.fit(dataset, epochs=1, validation_data=dataset, verbose=0)
    assert len(model.evaluate(dataset, verbose=0)) == 2
