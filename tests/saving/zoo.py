"""Forty models over all families of layers, built by one program with Keras's or our module.

    for name, build in ZOO.items():
        model, given = build(keras), inputs_of(name)

Every builder takes the module (`keras` or `geartrain`) and gives a model that is built; what it is
called with is in `INPUTS`, made of the name alone. Weights are set by `fill`, from the shapes.
"""

import zlib

import numpy as np

ZOO, INPUTS, COMPILED = {}, {}, {}


def model(*shapes, kind="normal", high=10, compiled=None):
    """Enter a builder, with the shapes of a batch of its inputs."""

    def enter(build):
        name = build.__name__
        ZOO[name], INPUTS[name] = build, (shapes, kind, high)
        COMPILED[name] = compiled
        return build

    return enter


def inputs_of(name):
    """The inputs of a model of the zoo, always the same."""
    shapes, kind, high = INPUTS[name]
    generator = np.random.default_rng(zlib.crc32(name.encode()))
    if kind == "words":
        texts = np.array(["a cat sat", "the dog", "a bird sang on"])
        return texts[: shapes[0][0]]
    made = [
        generator.integers(0, high, shape).astype("int32")
        if kind == "whole"
        else generator.standard_normal(shape).astype("float32")
        for shape in shapes
    ]
    return made[0] if len(made) == 1 else made


def fill(model):
    """Give a model's weights numbers that depend on nothing but their places and shapes."""
    for layer in model.layers:
        if type(layer).__name__ != "Normalization":  # it has its numbers of its data
            layer.set_weights(_numbers(layer))
    return model


def _numbers(layer):
    generator = np.random.default_rng(7)
    numbers = []
    for weight in layer.get_weights():
        drawn = generator.standard_normal(weight.shape) * 0.3
        if weight.ndim == 1:
            drawn = np.abs(drawn) + 0.5  # a variance is positive
        if weight.dtype.kind not in "fV":
            drawn = weight
        numbers.append(np.asarray(drawn).astype(weight.dtype))
    return numbers


@model((3, 8), compiled=("adam", "mse"))
def stack(k):
    return k.Sequential([
        k.layers.Input((8,)),
        k.layers.Dense(6, activation="relu"),
        k.layers.Dropout(0.3),
        k.layers.Dense(3, activation="softmax"),
    ])  # fmt: skip


@model((3, 8), compiled=("sgd", "categorical_crossentropy"))
def ruled(k):
    return k.Sequential([
        k.layers.Input((8,)),
        k.layers.Dense(6, kernel_regularizer=k.regularizers.L1L2(0.1, 0.2),
                       bias_constraint="non_neg",
                       kernel_initializer=k.initializers.HeNormal(seed=3),
                       activity_regularizer="l2"),
        k.layers.Dense(3, kernel_constraint=k.constraints.MaxNorm(2.0, axis=1), use_bias=False),
    ])  # fmt: skip


@model((2, 12, 12, 3), compiled=("rmsprop", "sparse_categorical_crossentropy"))
def convnet(k):
    return k.Sequential([
        k.layers.Input((12, 12, 3)),
        k.layers.Conv2D(4, 3, activation="relu"),
        k.layers.MaxPooling2D(2),
        k.layers.Conv2D(5, (3, 2), strides=1, padding="same", dilation_rate=2),
        k.layers.BatchNormalization(),
        k.layers.Activation("relu"),
        k.layers.Flatten(),
        k.layers.Dense(3),
    ])  # fmt: skip


@model((2, 12, 12, 3))
def residual(k):
    inputs = k.layers.Input((12, 12, 3), name="image")
    x = k.layers.Conv2D(4, 3, padding="same")(inputs)
    for size in (4, 6):
        beside = k.layers.Conv2D(size, 1)(x)
        x = k.layers.SeparableConv2D(size, 3, padding="same", activation="relu")(x)
        x = k.layers.Add()([x, beside])
    x = k.layers.GlobalAveragePooling2D()(x)
    return k.Model(inputs, k.layers.Dense(2, name="head")(x), name="residual")


@model((2, 6, 6, 2))
def decoder(k):
    inputs = k.layers.Input((6, 6, 2))
    x = k.layers.Conv2DTranspose(3, 3, strides=2, padding="same")(inputs)
    x = k.layers.UpSampling2D(2)(x)
    x = k.layers.ZeroPadding2D(1)(x)
    x = k.layers.Cropping2D(((1, 2), (0, 1)))(x)
    return k.Model(inputs, k.layers.DepthwiseConv2D(3, depth_multiplier=2)(x))


@model((2, 16, 3))
def sounds(k):
    inputs = k.layers.Input((16, 3))
    x = k.layers.Conv1D(4, 3, padding="causal", activation="tanh")(inputs)
    x = k.layers.MaxPooling1D(2)(x)
    x = k.layers.SeparableConv1D(5, 3)(x)
    x = k.layers.Conv1DTranspose(4, 3)(x)
    x = k.layers.AveragePooling1D(2)(x)
    x = k.layers.DepthwiseConv1D(2)(x)
    return k.Model(inputs, [k.layers.GlobalMaxPooling1D()(x), k.layers.GlobalAveragePooling1D()(x)])


@model((2, 5, 6, 6, 2))
def volumes(k):
    return k.Sequential([
        k.layers.Input((5, 6, 6, 2)),
        k.layers.Conv3D(3, 2),
        k.layers.AveragePooling3D((1, 2, 2)),
        k.layers.Conv3DTranspose(2, 2),
        k.layers.MaxPooling3D(2),
        k.layers.GlobalMaxPooling3D(),
    ])  # fmt: skip


@model((2, 7), kind="whole", compiled=("adam", "binary_crossentropy"))
def words(k):
    return k.Sequential([
        k.layers.Input((7,), dtype="int32"),
        k.layers.Embedding(10, 4),
        k.layers.LSTM(5, return_sequences=True),
        k.layers.GRU(3),
        k.layers.Dense(1, activation="sigmoid"),
    ])  # fmt: skip


@model((2, 7), kind="whole")
def masked_words(k):
    inputs = k.layers.Input((None,), dtype="int32")
    x = k.layers.Embedding(10, 4, mask_zero=True)(inputs)
    x = k.layers.Bidirectional(k.layers.LSTM(3, return_sequences=True), merge_mode="sum")(x)
    x = k.layers.Bidirectional(k.layers.GRU(2))(x)
    return k.Model(inputs, x)


@model((2, 6, 3))
def recurrent(k):
    inputs = k.layers.Input((6, 3))
    x = k.layers.SimpleRNN(4, return_sequences=True, go_backwards=True)(inputs)
    x, state = k.layers.GRU(3, return_state=True, return_sequences=True, reset_after=False)(x)
    y, hidden, cell = k.layers.LSTM(2, return_state=True)(x)
    return k.Model(inputs, {"y": y, "states": [state, hidden, cell]})


@model((2, 6, 3))
def cells(k):
    inputs = k.layers.Input((6, 3))
    x = k.layers.RNN(k.layers.LSTMCell(4), return_sequences=True)(inputs)
    x = k.layers.RNN([k.layers.GRUCell(3), k.layers.SimpleRNNCell(2)])(x)
    return k.Model(inputs, x)


@model((2, 4, 6, 6, 2))
def films(k):
    inputs = k.layers.Input((4, 6, 6, 2))
    x = k.layers.TimeDistributed(k.layers.Conv2D(3, 3))(inputs)
    x = k.layers.ConvLSTM2D(2, 2)(x)
    return k.Model(inputs, k.layers.Flatten()(x))


@model((2, 5, 8))
def transformer(k):
    inputs = k.layers.Input((5, 8))
    x = k.layers.MultiHeadAttention(2, 4, dropout=0.1)(inputs, inputs)
    x = k.layers.LayerNormalization(epsilon=1e-6)(x + inputs)
    y = k.layers.Dense(16, activation="gelu")(x)
    y = k.layers.Dense(8)(y)
    return k.Model(inputs, k.layers.LayerNormalization()(k.layers.Add()([x, y])))


@model((2, 5, 8), (2, 3, 8))
def attentions(k):
    query, value = k.layers.Input((5, 8)), k.layers.Input((3, 8))
    one = k.layers.Attention(use_scale=True)([query, value])
    two = k.layers.AdditiveAttention()([query, value])
    three = k.layers.GroupQueryAttention(4, 4, 2)(query, value)
    return k.Model([query, value], k.layers.Concatenate()([one, two, three]))


@model((2, 4, 8))
def norms(k):
    inputs = k.layers.Input((4, 8))
    x = k.layers.GroupNormalization(4)(inputs)
    x = k.layers.RMSNormalization()(x)
    x = k.layers.UnitNormalization()(x)
    x = k.layers.SpectralNormalization(k.layers.Dense(8))(x)
    return k.Model(inputs, k.layers.LayerNormalization(axis=[1, 2], center=False)(x))


@model((2, 6))
def regularized(k):
    return k.Sequential([
        k.layers.Input((6,)),
        k.layers.GaussianNoise(0.1),
        k.layers.GaussianDropout(0.1),
        k.layers.AlphaDropout(0.1),
        k.layers.ActivityRegularization(l1=0.1),
        k.layers.Dense(4),
        k.layers.Reshape((2, 2)),
        k.layers.SpatialDropout1D(0.5),
    ])  # fmt: skip


@model((2, 6))
def activations(k):
    inputs = k.layers.Input((6,))
    found = [
        k.layers.ReLU(max_value=2.0, negative_slope=0.1)(inputs),
        k.layers.LeakyReLU(0.2)(inputs),
        k.layers.PReLU()(inputs),
        k.layers.ELU(0.5)(inputs),
        k.layers.Softmax()(inputs),
        k.layers.Activation(k.activations.silu)(inputs),
        k.layers.Dense(3, activation=k.activations.mish)(inputs),
    ]
    return k.Model(inputs, found)


@model((2, 6), (2, 6))
def merged(k):
    a, b = k.layers.Input((6,), name="a"), k.layers.Input((6,), name="b")
    names = ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"]
    found = [getattr(k.layers, name)()([a, b]) for name in names]
    return k.Model([a, b], [*found, k.layers.Dot(axes=1, normalize=True)([a, b])])


@model((2, 4, 6))
def shaped(k):
    inputs = k.layers.Input((4, 6))
    x = k.layers.Permute((2, 1))(inputs)
    x = k.layers.Reshape((3, -1))(x)
    x = k.layers.Flatten()(x)
    x = k.layers.RepeatVector(3)(x)
    x = k.layers.Cropping1D((1, 0))(x)
    x = k.layers.ZeroPadding1D(2)(x)
    return k.Model(inputs, k.layers.UpSampling1D(2)(x))


@model((2, 4, 6))
def sums(k):
    inputs = k.layers.Input((4, 6))
    x = k.layers.EinsumDense("abc,cd->abd", output_shape=(None, 5), bias_axes="d")(inputs)
    return k.Model(inputs, k.layers.Identity()(k.layers.Masking(0.0)(x)))


@model((2, 6))
def operations(k):
    inputs = k.layers.Input((6,))
    x = k.ops.relu(inputs * 2 - 1) / 3 + abs(inputs)
    x = k.ops.concatenate([x, x[:, 1:3]], axis=-1)
    y = k.ops.mean(k.ops.reshape(x, (-1, 2, 4)), axis=1, keepdims=True)
    y = k.ops.squeeze(y, axis=1) ** 2
    z = k.ops.where(y > 0.5, y, k.ops.sigmoid(y))
    return k.Model(inputs, [k.ops.softmax(z), k.ops.max(x, axis=-1), k.ops.split(x, 2, axis=1)[1]])


@model((2, 6))
def more_operations(k):
    inputs = k.layers.Input((6,))
    x = k.ops.expand_dims(inputs, -1) @ np.ones((1, 3), "float32")
    x = k.ops.transpose(x, (0, 2, 1))
    y = k.ops.einsum("abc,cd->abd", x, np.eye(6, 2, dtype="float32"))
    z = k.ops.stack([k.ops.exp(-inputs), k.ops.clip(inputs, -1, 1)], axis=1)
    one = k.ops.one_hot(k.ops.argmax(inputs, axis=-1), 6)
    return k.Model(inputs, {"y": k.ops.gelu(y), "z": k.ops.sum(z, axis=-1), "one": one})


@model((2, 6))
def shared(k):
    inputs = k.layers.Input((6,))
    layer = k.layers.Dense(6, activation="tanh", name="again")
    return k.Model(inputs, layer(layer(k.layers.Dense(6)(layer(inputs)))))


@model((2, 6), (2, 6))
def twins(k):
    half = k.Sequential([k.layers.Input((6,)), k.layers.Dense(4), k.layers.ReLU()], name="half")
    a, b = k.layers.Input((6,)), k.layers.Input((6,))
    return k.Model([a, b], k.layers.Dot(axes=-1)([half(a), half(b)]))


@model((2, 6), compiled=("adam", "mse"))
def nested(k):
    inner_in = k.layers.Input((6,))
    inner = k.Model(inner_in, [k.layers.Dense(3)(inner_in), k.layers.Dense(2)(inner_in)], name="in")
    inputs = k.layers.Input((6,))
    three, two = inner(inputs)
    deeper = k.Sequential([k.layers.Input((3,)), k.layers.Dense(2), k.layers.BatchNormalization()])
    outer = k.Model(inputs, k.layers.Add()([deeper(three), two]), name="out")
    last = k.layers.Input((6,))
    return k.Model(last, k.layers.Dense(1)(outer(last)))


@model((2, 4), (2, 5))
def by_name(k):
    a, b = k.layers.Input((4,), name="a"), k.layers.Input((5,), name="b")
    x = k.layers.Concatenate()([k.layers.Dense(3)(a), k.layers.Dense(3)(b)])
    return k.Model({"a": a, "b": b}, {"one": k.layers.Dense(1, name="one")(x), "all": x})


@model((2, 4))
def frozen(k):
    model = k.Sequential([
        k.layers.Input((4,)),
        k.layers.Dense(3, trainable=False),
        k.layers.BatchNormalization(),
        k.layers.Dense(2),
    ])  # fmt: skip
    model.layers[1].trainable = False
    return model


@model((2, 4))
def part(k):
    inputs = k.layers.Input((4,))
    middle = k.layers.Dense(3, name="middle")(inputs)
    whole = k.Model(inputs, k.layers.Dense(2)(middle))
    return k.Model(whole.input, whole.get_layer("middle").output)


@model((2, 6, 6, 3))
def pictures(k):
    return k.Sequential([
        k.layers.Input((6, 6, 3)),
        k.layers.Rescaling(1 / 255, offset=-0.5),
        k.layers.Resizing(8, 8),
        k.layers.CenterCrop(6, 6),
        k.layers.RandomFlip("horizontal", seed=1),
        k.layers.Conv2D(2, 3),
        k.layers.GlobalMaxPooling2D(),
    ])  # fmt: skip


@model((2, 6, 6, 3))
def augmented(k):
    return k.Sequential([
        k.layers.Input((6, 6, 3)),
        k.layers.RandomRotation(0.1),
        k.layers.RandomZoom(0.1),
        k.layers.RandomTranslation(0.1, 0.1),
        k.layers.RandomContrast(0.2),
        k.layers.GlobalAveragePooling2D(),
    ])  # fmt: skip


@model((3, 2))
def normalized(k):
    layer = k.layers.Normalization(axis=-1)
    layer.adapt(np.array([[1.0, 2.0], [3.0, 6.0], [5.0, 4.0]], "float32"))
    return k.Sequential([k.layers.Input((2,)), layer, k.layers.Dense(2)])


@model((3, 2))
def binned(k):
    layer = k.layers.Discretization(bin_boundaries=[-1.0, 0.0, 1.0])
    return k.Sequential([k.layers.Input((2,)), layer])


@model((3, 4), kind="whole", high=6)
def categories(k):
    inputs = k.layers.Input((4,), dtype="int32")
    x = k.layers.CategoryEncoding(6, output_mode="multi_hot")(inputs)
    return k.Model(inputs, k.layers.Dense(2)(x))


@model((3, 4), kind="whole", high=6)
def looked_up(k):
    inputs = k.layers.Input((4,), dtype="int64")
    x = k.layers.IntegerLookup(vocabulary=[2, 3, 5])(inputs)
    return k.Model(inputs, k.layers.Embedding(5, 2)(x))


@model((2, 5, 3))
def halves(k):
    """Of mixed precision."""
    inputs = k.layers.Input((5, 3))
    x = k.layers.Dense(4, dtype="mixed_bfloat16")(inputs)
    return k.Model(inputs, k.layers.Dense(2, dtype="float32")(x))


@model((2, 4))
def doubles(k):
    return k.Sequential([k.layers.Input((4,), dtype="float64"), k.layers.Dense(3, dtype="float64")])


@model((2, 6, 6, 2))
def channels_first(k):
    return k.Sequential([
        k.layers.Input((6, 6, 2)),
        k.layers.Permute((3, 1, 2)),
        k.layers.Conv2D(3, 3, data_format="channels_first", padding="valid", groups=1),
        k.layers.GlobalAveragePooling2D(data_format="channels_first"),
    ])  # fmt: skip


@model((2, 6, 6, 4))
def grouped(k):
    return k.Sequential([
        k.layers.Input((6, 6, 4)),
        k.layers.Conv2D(6, 3, groups=2, activation="elu"),
        k.layers.AdaptiveAveragePooling2D(2),
        k.layers.Flatten(),
    ])  # fmt: skip


@model((2, 8), compiled=("schedule", "huber"))
def scheduled(k):
    return k.Sequential([k.layers.Input((8,)), k.layers.Dense(1)])


@model((2, 5, 8))
def wide(k):
    """A block of depth, of layers with names of their own."""
    inputs = k.layers.Input((5, 8), name="start")
    x = inputs
    for at in range(3):
        y = k.layers.Dense(8, activation="swish", name=f"wide_{at}")(x)
        x = k.layers.LayerNormalization(name=f"norm_{at}")(k.layers.add([x, y]))
    x = k.layers.TimeDistributed(k.layers.Dense(3), name="each")(x)
    return k.Model(inputs, k.layers.concatenate([x, inputs]), name="wide")
