"""What layers of Keras and of Geartrain compute from the same weights and inputs.

A line of `LAYERS` makes a layer (`L` is the framework's `layers`), and gives its inputs: `f(...)`
are floats of a shape, `i(n, ...)` whole numbers below n, `b(...)` truths. What follows a bar goes
into the call.
"""

import numpy as np

SEED = 20261121

LAYERS = """
Activation('relu') : f(2, 3)
Add() : [f(2, 3), f(2, 3), f(2, 3)]
Add() : [f(2, 4, 3), f(2, 3)]
Average() : [f(2, 3), f(2, 3), f(2, 3)]
AveragePooling1D(2) : f(2, 7, 3)
AveragePooling1D(3, strides=2, padding='same') : f(2, 7, 3)
AveragePooling2D(2, data_format='channels_first') : f(2, 3, 6, 6)
AveragePooling2D((2, 3), strides=(2, 1), padding='same') : f(2, 7, 6, 3)
AveragePooling3D(2) : f(2, 4, 4, 5, 2)
BatchNormalization() : f(4, 5, 3)
BatchNormalization() : f(4, 5, 3) | training=True
BatchNormalization(axis=1, epsilon=0.1) : f(4, 3, 5) | training=True
BatchNormalization(center=False, scale=False) : f(6, 3) | training=True
Bidirectional(L.GRU(3), merge_mode=None) : f(2, 5, 4)
Bidirectional(L.GRU(3, return_sequences=True), merge_mode='sum') : f(2, 5, 4)
Bidirectional(L.LSTM(3)) : f(2, 5, 4)
Bidirectional(L.LSTM(3, return_sequences=True)) : f(2, 5, 4)
Bidirectional(L.LSTM(3, return_sequences=True, return_state=True)) : f(2, 5, 4)
Bidirectional(L.SimpleRNN(3), merge_mode='ave') : f(2, 5, 4)
Bidirectional(L.LSTM(3), 'mul', backward_layer=L.GRU(3, go_backwards=True)) : f(2, 5, 4)
Concatenate() : [f(2, 3), f(2, 4)]
Concatenate(axis=1) : [f(2, 3, 4), f(2, 2, 4)]
Conv1D(4, 3) : f(2, 8, 3)
Conv1D(4, 3, padding='causal', dilation_rate=2) : f(2, 8, 3)
Conv1D(4, 3, padding='same', strides=2, activation='relu') : f(2, 8, 3)
Conv1D(4, 3, padding='causal', data_format='channels_first') : f(2, 3, 8)
Conv1DTranspose(4, 3) : f(2, 5, 3)
Conv1DTranspose(4, 3, strides=2, padding='same') : f(2, 5, 3)
Conv2D(4, 3) : f(2, 7, 6, 3)
Conv2D(4, (2, 3), strides=(2, 1), padding='same', use_bias=False) : f(2, 7, 6, 3)
Conv2D(4, 3, data_format='channels_first', activation='tanh') : f(2, 3, 7, 6)
Conv2D(4, 3, dilation_rate=2) : f(2, 7, 6, 3)
Conv2D(6, 3, groups=3) : f(2, 7, 6, 3)
Conv2DTranspose(4, 3) : f(2, 5, 4, 3)
Conv2DTranspose(4, 3, data_format='channels_first') : f(2, 3, 5, 4)
Conv2DTranspose(4, 3, strides=2, padding='same', activation='relu') : f(2, 5, 4, 3)
Conv2DTranspose(4, 4, strides=2, padding='same', output_padding=1) : f(2, 5, 4, 3)
Conv3D(2, 2) : f(2, 4, 5, 4, 3)
Conv3D(2, 3, padding='same', strides=2) : f(2, 4, 5, 4, 3)
Conv3DTranspose(2, 3, strides=2, padding='same') : f(2, 3, 4, 3, 2)
Cropping1D(1) : f(2, 6, 3)
Cropping1D((1, 2)) : f(2, 6, 3)
Cropping2D(((1, 2), (0, 1))) : f(2, 6, 5, 3)
Cropping2D((1, 2), data_format='channels_first') : f(2, 3, 6, 5)
Cropping3D(1) : f(2, 4, 5, 4, 3)
Dense(4, activation='softmax') : f(2, 3)
Dense(4, use_bias=False) : f(2, 5, 3)
DepthwiseConv1D(3, padding='same') : f(2, 8, 3)
DepthwiseConv2D(3, data_format='channels_first') : f(2, 3, 6, 6)
DepthwiseConv2D(3, depth_multiplier=2, activation='relu') : f(2, 6, 6, 3)
Dot(axes=(2, 1)) : [f(2, 3, 4), f(2, 4, 5)]
Dot(axes=1) : [f(2, 3), f(2, 3)]
Dot(axes=1, normalize=True) : [f(2, 3), f(2, 3)]
Dropout(0.5) : f(2, 3)
Dropout(0.5) : f(2, 3) | training=False
EinsumDense('...x,xy->...y', output_shape=4, bias_axes='y') : f(2, 5, 3)
EinsumDense('ab,bc->ac', output_shape=4, bias_axes='c') : f(2, 3)
EinsumDense('abc,cd->abd', output_shape=(None, 4), bias_axes='d', activation='relu') : f(2, 5, 3)
EinsumDense('abc,cde->abde', output_shape=(None, 2, 4), bias_axes='de') : f(2, 5, 3)
EinsumDense('abc,bd->adc', output_shape=(4, None), bias_axes='d') : f(2, 5, 3)
Embedding(10, 4) : i(10, 2, 5)
Embedding(10, 4, mask_zero=True) : i(10, 2, 5)
Flatten() : f(2, 3, 4)
Flatten(data_format='channels_first') : f(2, 3, 4, 5)
GRU(4) : f(2, 6, 3)
GRU(4, activation='relu', recurrent_activation='tanh', use_bias=False) : f(2, 6, 3)
GRU(4, reset_after=False) : f(2, 6, 3)
GRU(4, return_sequences=True, return_state=True) : f(2, 6, 3)
GRU(4, return_sequences=True, go_backwards=True) : f(2, 6, 3) | mask=b(2, 6)
GRUCell(4) : f(2, 3) | states=[f(2, 4)]
GaussianNoise(0.5) : f(2, 3)
GlobalAveragePooling1D() : f(2, 5, 3)
GlobalAveragePooling2D(keepdims=True) : f(2, 4, 5, 3)
GlobalAveragePooling3D(data_format='channels_first') : f(2, 3, 4, 3, 3)
GlobalMaxPooling1D() : f(2, 5, 3)
GlobalMaxPooling2D(data_format='channels_first') : f(2, 3, 4, 5)
GlobalMaxPooling3D() : f(2, 4, 3, 3, 2)
Identity() : f(2, 3)
LSTM(4) : f(2, 6, 3)
LSTM(4) : f(2, 6, 3) | mask=b(2, 6)
LSTM(4) : f(2, 6, 3) | initial_state=[f(2, 4), f(2, 4)]
LSTM(4, go_backwards=True) : f(2, 6, 3)
LSTM(4, return_sequences=True) : f(2, 6, 3) | mask=b(2, 6)
LSTM(4, return_sequences=True, go_backwards=True) : f(2, 6, 3)
LSTM(4, return_state=True, use_bias=False) : f(2, 6, 3)
LSTMCell(4) : f(2, 3) | states=[f(2, 4), f(2, 4)]
Lambda(lambda x: x * 2) : f(2, 3)
LayerNormalization() : f(2, 5, 3)
LayerNormalization(axis=(1, 2), epsilon=0.1) : f(2, 5, 3)
LayerNormalization(axis=1) : f(2, 5, 3)
LayerNormalization(center=False) : f(2, 5, 3)
LayerNormalization(scale=False) : f(2, 5, 3)
LeakyReLU() : f(2, 3)
Masking(0.5) : f(2, 7, 3)
MaxPooling1D(2) : f(2, 7, 3)
MaxPooling2D((2, 3), strides=(2, 1), padding='same') : f(2, 7, 6, 3)
MaxPooling2D(2) : f(2, 7, 6, 3)
MaxPooling2D(2, data_format='channels_first') : f(2, 3, 7, 6)
MaxPooling3D(2, padding='same') : f(2, 4, 5, 4, 2)
Maximum() : [f(2, 3), f(2, 3)]
Minimum() : [f(2, 3), f(2, 3)]
MultiHeadAttention(2, 4) : f(2, 5, 6), f(2, 7, 6)
MultiHeadAttention(2, 4) : f(2, 5, 6), f(2, 7, 6) | attention_mask=b(2, 5, 7)
MultiHeadAttention(2, 4) : f(2, 5, 6), f(2, 5, 6) | use_causal_mask=True
MultiHeadAttention(2, 4) : f(2, 5, 6), f(2, 7, 3) | key=f(2, 7, 4)
MultiHeadAttention(2, 4) : f(2, 5, 6), f(2, 7, 6) | value_mask=b(2, 7), query_mask=b(2, 5)
MultiHeadAttention(2, 4, attention_axes=(1, 2)) : f(2, 3, 2, 6), f(2, 2, 4, 6)
MultiHeadAttention(2, 4, attention_axes=2) : f(2, 3, 4, 6), f(2, 3, 5, 6)
MultiHeadAttention(2, 4, 3) : f(2, 5, 6), f(2, 7, 6) | return_attention_scores=True
MultiHeadAttention(2, 4, output_shape=5) : f(2, 5, 6), f(2, 7, 6)
MultiHeadAttention(2, 4, use_bias=False) : f(2, 5, 6), f(2, 7, 6)
Multiply() : [f(2, 3), f(2, 3), f(2, 3)]
Permute((2, 1)) : f(2, 3, 4)
Permute((3, 1, 2)) : f(2, 3, 4, 5)
RNN(L.LSTMCell(4), return_sequences=True) : f(2, 6, 3)
RNN(L.GRUCell(4), True, zero_output_for_mask=True) : f(2, 6, 3) | mask=b(2, 6)
ReLU() : f(2, 3)
ReLU(max_value=0.5, negative_slope=0.1, threshold=0.2) : f(2, 9)
RepeatVector(4) : f(2, 3)
Rescaling(1 / 255, offset=-1) : i(255, 2, 3)
Reshape((3, -1)) : f(2, 6, 2)
SeparableConv1D(4, 3, padding='same') : f(2, 8, 3)
SeparableConv2D(4, 3, data_format='channels_first') : f(2, 3, 6, 6)
SeparableConv2D(4, 3, 2, 'same', depth_multiplier=2, activation='relu') : f(2, 7, 6, 3)
SimpleRNN(4) : f(2, 6, 3)
SimpleRNN(4) : f(2, 6, 3) | mask=b(2, 6)
SimpleRNN(4, 'relu', return_sequences=True, return_state=True, go_backwards=True) : f(2, 6, 3)
SimpleRNN(4, use_bias=False) : f(2, 6, 3) | initial_state=f(2, 4)
SimpleRNNCell(4) : f(2, 3) | states=[f(2, 4)]
Softmax() : f(2, 5)
Softmax() : f(2, 5) | mask=b(2, 5)
Softmax(axis=(1, 2)) : f(2, 3, 4)
SpatialDropout1D(0.5) : f(2, 5, 3)
SpatialDropout2D(0.5) : f(2, 5, 4, 3)
SpatialDropout3D(0.5) : f(2, 5, 4, 3, 2)
Subtract() : [f(2, 3), f(2, 3)]
TimeDistributed(L.Conv2D(4, 3)) : f(2, 4, 6, 5, 3)
TimeDistributed(L.Dense(4)) : f(2, 5, 3)
UpSampling1D(3) : f(2, 4, 3)
UpSampling2D((2, 3)) : f(2, 4, 3, 2)
UpSampling2D(2, data_format='channels_first') : f(2, 3, 4, 5)
UpSampling2D(2, interpolation='bilinear') : f(2, 4, 3, 2)
UpSampling3D((2, 1, 2)) : f(2, 3, 2, 2, 2)
ZeroPadding1D((1, 2)) : f(2, 4, 3)
ZeroPadding2D() : f(2, 4, 3, 2)
ZeroPadding2D(((1, 2), (0, 3)), data_format='channels_first') : f(2, 2, 4, 3)
ZeroPadding3D((1, 0, 2)) : f(2, 3, 4, 3, 2)
"""
CASES = [line for line in LAYERS.splitlines() if line]


def name_of(case):
    return case[: case.index("(")]


def arguments_of(case):
    """A case's three parts: what makes the layer, its inputs, and the rest of the call."""
    made, _, given = case.partition(" : ")
    inputs, _, named = given.partition(" | ")
    return made, inputs, named


def run(layers, case):
    """What a case's layer holds and gives: the weights, shapes, and the outputs."""
    draw = np.random.default_rng(SEED)
    words = {
        "L": layers,
        "f": lambda *shape: draw.standard_normal(shape).astype("float32"),
        "i": lambda limit, *shape: draw.integers(0, limit, shape).astype("int32"),
        "b": lambda *shape: draw.random(shape) < 0.7,
    }
    made, inputs, named = arguments_of(case)
    layer = eval(f"L.{made}", words)
    args, kwargs = eval(f"({inputs},)", words), eval(f"dict({named})", words)
    layer(*args, **kwargs)
    weights = layer.weights
    shapes = [tuple(each.shape) for each in weights]
    # Variances are not negative; others may be, but small ones keep what comes out in range.
    numbers = [np.abs(draw.standard_normal(shape)).astype("float32") * 0.4 for shape in shapes]
    layer.set_weights(numbers)
    outputs = layer(*args, **kwargs)
    moved = [np.asarray(each) for each in layer.get_weights() if "training=True" in case]
    return {
        "names": ["/".join(each.path.split("/")[1:]) or each.name for each in weights],
        "trainable": len(layer.trainable_weights),
        "weights": [list(shape) for shape in shapes],
        "output_shape": output_shape(layer, args, kwargs),
    }, [*leaves(outputs), *moved]


def output_shape(layer, args, kwargs):
    """What the layer says that it would give for a batch of any size."""
    if "Cell" in type(layer).__name__ or "MultiHead" in type(layer).__name__ or kwargs:
        return None
    shapes = [(None, *each.shape[1:]) for each in leaves(args)]
    return as_lists(layer.compute_output_shape(shapes if isinstance(args[0], list) else shapes[0]))


def as_lists(shape):
    return [as_lists(each) if isinstance(each, list | tuple) else each for each in shape]


def leaves(nest):
    """The arrays of a nest, in order."""
    if isinstance(nest, list | tuple):
        return [leaf for each in nest for leaf in leaves(each)]
    return [np.asarray(nest)]
