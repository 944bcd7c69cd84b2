"""What layers of Keras and of Geartrain compute from the same weights and inputs.

A line of `LAYERS` makes a layer (`L` is the framework's `layers`), and gives its inputs: `f(...)`
are floats of a shape, `i(n, ...)` whole numbers below n, `b(...)` truths. What follows a bar goes
into the call.
"""

import re

import numpy as np

SEED = 20261121

LAYERS = """
Activation('relu') : f(2, 3)
ActivityRegularization(0.1, 0.2) : f(2, 3)
AdaptiveAveragePooling1D(3) : f(2, 7, 3)
AdaptiveAveragePooling1D(2, data_format='channels_first') : f(2, 3, 7)
AdaptiveAveragePooling2D((2, 3)) : f(2, 5, 7, 3)
AdaptiveAveragePooling3D(2) : f(2, 5, 4, 3, 2)
AdaptiveMaxPooling1D(3) : f(2, 7, 3)
AdaptiveMaxPooling2D(2, data_format='channels_first') : f(2, 3, 5, 7)
AdaptiveMaxPooling2D((4, 3)) : f(2, 5, 7, 3)
AdaptiveMaxPooling3D((1, 2, 3)) : f(2, 5, 4, 3, 2)
Add() : [f(2, 3), f(2, 3), f(2, 3)]
Add() : [f(2, 4, 3), f(2, 3)]
AdditiveAttention() : [f(2, 3, 4), f(2, 5, 4)]
AdditiveAttention() : [f(2, 3, 4), f(2, 5, 4)] | mask=[b(2, 3), b(2, 5)], return_attention_scores=True
AdditiveAttention(use_scale=False) : [f(2, 3, 4), f(2, 5, 4), f(2, 5, 4)]
AdditiveAttention(use_scale=False, dropout=0.3) : [f(2, 3, 4), f(2, 3, 4)] | use_causal_mask=True
AlphaDropout(0.5) : f(2, 3)
AlphaDropout(0.5) : f(2, 3) | training=False
Attention() : [f(2, 3, 4), f(2, 5, 4)]
Attention() : [f(2, 3, 4), f(2, 5, 6), f(2, 5, 4)]
Attention() : [f(2, 3, 4), f(2, 5, 4)] | mask=[b(2, 3), b(2, 5)], return_attention_scores=True
Attention() : [f(2, 3, 4), f(2, 5, 4)] | mask=[None, b(2, 5)], use_causal_mask=True
Attention() : [f(2, 5, 4), f(2, 5, 4)] | use_causal_mask=True, return_attention_scores=True
Attention(use_scale=True) : [f(2, 3, 4), f(2, 5, 4)]
Attention(use_scale=True, score_mode='concat') : [f(2, 3, 4), f(2, 5, 4)]
Attention(score_mode='concat', dropout=0.5) : [f(2, 3, 4), f(2, 5, 4)] | mask=[b(2, 3), None]
Average() : [f(2, 3), f(2, 3), f(2, 3)]
AveragePooling1D(2) : f(2, 7, 3)
AveragePooling1D(3, strides=2, padding='same') : f(2, 7, 3)
AveragePooling2D(2, data_format='channels_first') : f(2, 3, 6, 6)
AveragePooling2D((2, 3), strides=(2, 1), padding='same') : f(2, 7, 6, 3)
AveragePooling3D(2) : f(2, 4, 4, 5, 2)
AveragePooling3D((1, 2, 2), 1, 'same', data_format='channels_first') : f(2, 2, 4, 4, 5)
BatchNormalization() : f(4, 5, 3)
BatchNormalization() : f(4, 5, 3) | training=True
BatchNormalization(axis=1, epsilon=0.1) : f(4, 3, 5) | training=True
BatchNormalization(center=False, scale=False) : f(6, 3) | training=True
BatchNormalization() : f(4, 5, 3) | mask=b(4, 5), training=True
BatchNormalization(axis=2, momentum=0.5) : f(4, 5, 3, 2) | training=True
BatchNormalization(trainable=False) : f(4, 3) | training=True
BatchNormalization(scale=False, momentum=0.0) : f(4, 5, 6, 3) | training=True
BatchNormalization(renorm=True) : f(4, 5, 3) | training=True
BatchNormalization(renorm=True, scale=False, renorm_momentum=0.5) : f(4, 5, 3) | training=True
BatchNormalization(renorm=True, renorm_clipping={'rmax': 1.1, 'rmin': 0.9, 'dmax': 0.1}) : f(4, 3) | training=True
BatchNormalization(renorm=True) : f(4, 3)
Bidirectional(L.GRU(3), merge_mode=None) : f(2, 5, 4)
Bidirectional(L.GRU(3, return_sequences=True), merge_mode='sum') : f(2, 5, 4)
Bidirectional(L.LSTM(3)) : f(2, 5, 4)
Bidirectional(L.LSTM(3, return_sequences=True)) : f(2, 5, 4)
Bidirectional(L.LSTM(3, return_sequences=True, return_state=True)) : f(2, 5, 4)
Bidirectional(L.SimpleRNN(3), merge_mode='ave') : f(2, 5, 4)
Bidirectional(L.LSTM(3), 'mul', backward_layer=L.GRU(3, go_backwards=True)) : f(2, 5, 4)
Bidirectional(L.GRU(3, return_sequences=True), merge_mode=None) : f(2, 5, 4)
Bidirectional(L.GRU(3, return_state=True), merge_mode=None) : f(2, 5, 4)
Bidirectional(L.LSTM(3, return_sequences=True)) : f(2, 5, 4) | mask=b(2, 5)
Bidirectional(L.LSTM(3)) : f(2, 5, 4) | initial_state=[f(2, 3), f(2, 3), f(2, 3), f(2, 3)]
Bidirectional(L.RNN(L.LSTMCell(3), return_sequences=True)) : f(2, 5, 4)
Concatenate() : [f(2, 3), f(2, 4)]
Concatenate(axis=1) : [f(2, 3, 4), f(2, 2, 4)]
Concatenate(axis=-2) : [f(2, 3, 4), f(2, 2, 4)]
Conv1D(4, 3) : f(2, 8, 3)
Conv1D(4, 3, padding='causal', dilation_rate=2) : f(2, 8, 3)
Conv1D(4, 3, padding='same', strides=2, activation='relu') : f(2, 8, 3)
Conv1D(4, 3, padding='causal', data_format='channels_first') : f(2, 3, 8)
Conv1D(4, 3, groups=1, padding='valid', dilation_rate=3, use_bias=False) : f(2, 9, 3)
Conv1D(6, 2, strides=3, groups=3) : f(2, 8, 3)
Conv1DTranspose(4, 3) : f(2, 5, 3)
Conv1DTranspose(4, 3, strides=2, padding='same') : f(2, 5, 3)
Conv1DTranspose(4, 3, strides=3) : f(2, 5, 3)
Conv1DTranspose(4, 2, dilation_rate=2) : f(2, 5, 3)
Conv1DTranspose(4, 3, strides=2, output_padding=1, data_format='channels_first') : f(2, 3, 5)
Conv2D(4, 3) : f(2, 7, 6, 3)
Conv2D(4, (2, 3), strides=(2, 1), padding='same', use_bias=False) : f(2, 7, 6, 3)
Conv2D(4, 3, data_format='channels_first', activation='tanh') : f(2, 3, 7, 6)
Conv2D(4, 3, dilation_rate=2) : f(2, 7, 6, 3)
Conv2D(6, 3, groups=3) : f(2, 7, 6, 3)
Conv2D(4, (1, 3), padding='same', dilation_rate=(1, 2), activation='sigmoid') : f(2, 5, 6, 3)
Conv2DTranspose(4, 3) : f(2, 5, 4, 3)
Conv2DTranspose(4, 3, data_format='channels_first') : f(2, 3, 5, 4)
Conv2DTranspose(4, 3, strides=2, padding='same', activation='relu') : f(2, 5, 4, 3)
Conv2DTranspose(4, 4, strides=2, padding='same', output_padding=1) : f(2, 5, 4, 3)
Conv2DTranspose(4, (2, 3), strides=(2, 1), use_bias=False) : f(2, 5, 4, 3)
Conv3D(2, 2) : f(2, 4, 5, 4, 3)
Conv3D(2, 3, padding='same', strides=2) : f(2, 4, 5, 4, 3)
Conv3D(4, 2, groups=2, data_format='channels_first') : f(2, 2, 3, 4, 3)
Conv3DTranspose(2, 3, strides=2, padding='same') : f(2, 3, 4, 3, 2)
Conv3DTranspose(2, 2, strides=(1, 2, 1)) : f(2, 3, 4, 3, 2)
ConvLSTM1D(4, 3) : f(2, 3, 7, 2)
ConvLSTM1D(4, 2, data_format='channels_first', return_state=True) : f(2, 3, 2, 7)
ConvLSTM2D(2, 3) : f(2, 3, 5, 6, 2)
ConvLSTM2D(2, 3, dilation_rate=2, unit_forget_bias=False) : f(2, 3, 7, 6, 2)
ConvLSTM2D(2, (2, 3), return_sequences=True, go_backwards=True, use_bias=False) : f(2, 3, 5, 6, 2)
ConvLSTM2D(2, 2, padding='same', data_format='channels_first', dropout=0.2) : f(2, 3, 2, 4, 5)
ConvLSTM2D(2, 2, return_sequences=True) : f(2, 4, 3, 3, 1) | initial_state=[f(2, 2, 2, 2), f(2, 2, 2, 2)]
ConvLSTM3D(2, 2, activation='relu', recurrent_activation='tanh') : f(2, 2, 3, 3, 3, 2)
ConvLSTM3D(1, 2, return_sequences=True, padding='same') : f(2, 2, 3, 2, 3, 2)
Cropping1D(1) : f(2, 6, 3)
Cropping1D((1, 2)) : f(2, 6, 3)
Cropping2D(((1, 2), (0, 1))) : f(2, 6, 5, 3)
Cropping2D((1, 2), data_format='channels_first') : f(2, 3, 6, 5)
Cropping2D(1) : f(2, 5, 4, 3)
Cropping3D(1) : f(2, 4, 5, 4, 3)
Cropping3D(((1, 0), (0, 1), (1, 1)), data_format='channels_first') : f(2, 3, 4, 5, 4)
Dense(4, activation='softmax') : f(2, 3)
Dense(4, use_bias=False) : f(2, 5, 3)
Dense(4, 'relu', activity_regularizer='l2') : f(2, 2, 2, 3)
DepthwiseConv1D(3, padding='same') : f(2, 8, 3)
DepthwiseConv1D(3, strides=2, depth_multiplier=2) : f(2, 8, 3)
DepthwiseConv2D(3, data_format='channels_first') : f(2, 3, 6, 6)
DepthwiseConv2D(3, depth_multiplier=2, activation='relu') : f(2, 6, 6, 3)
DepthwiseConv2D((3, 2), padding='same', dilation_rate=2) : f(2, 6, 6, 3)
DepthwiseConv2D(3, strides=2, padding='same', use_bias=False) : f(2, 6, 6, 3)
Dot(axes=(2, 1)) : [f(2, 3, 4), f(2, 4, 5)]
Dot(axes=1) : [f(2, 3), f(2, 3)]
Dot(axes=1, normalize=True) : [f(2, 3), f(2, 3)]
Dot(axes=-1) : [f(2, 3, 4), f(2, 5, 4)]
Dot(axes=(1, 2), normalize=True) : [f(2, 4, 3), f(2, 5, 4)]
Dropout(0.5) : f(2, 3)
Dropout(0.5) : f(2, 3) | training=False
ELU() : f(2, 7)
ELU(alpha=0.5) : f(2, 7)
EinsumDense('...x,xy->...y', output_shape=4, bias_axes='y') : f(2, 5, 3)
EinsumDense('ab,bc->ac', output_shape=4, bias_axes='c') : f(2, 3)
EinsumDense('abc,cd->abd', output_shape=(None, 4), bias_axes='d', activation='relu') : f(2, 5, 3)
EinsumDense('abc,cde->abde', output_shape=(None, 2, 4), bias_axes='de') : f(2, 5, 3)
EinsumDense('abc,bd->adc', output_shape=(4, None), bias_axes='d') : f(2, 5, 3)
EinsumDense('ab...,bc->ac...', output_shape=4) : f(2, 3, 5)
EinsumDense('abc,cde->abde', output_shape=(None, 2, 4), bias_axes='e') : f(2, 5, 3)
Embedding(10, 4) : i(10, 2, 5)
Embedding(10, 4, mask_zero=True) : i(10, 2, 5)
Embedding(10, 4, weights=[0.1 * __import__('numpy').ones((10, 4), 'float32')]) : i(10, 2)
Flatten() : f(2, 3, 4)
Flatten(data_format='channels_first') : f(2, 3, 4, 5)
Flatten() : f(3,)
Flatten() : f(2, 3)
GRU(4) : f(2, 6, 3)
GRU(4, activation='relu', recurrent_activation='tanh', use_bias=False) : f(2, 6, 3)
GRU(4, reset_after=False) : f(2, 6, 3)
GRU(4, return_sequences=True, return_state=True) : f(2, 6, 3)
GRU(4, return_sequences=True, go_backwards=True) : f(2, 6, 3) | mask=b(2, 6)
GRU(4, return_sequences=True) : f(2, 6, 3) | mask=b(2, 6), initial_state=f(2, 4)
GRU(4, reset_after=False, use_bias=False, return_state=True) : f(2, 6, 3)
GRU(4, unroll=True, dropout=0.1, recurrent_dropout=0.2) : f(2, 6, 3)
GRU(4, return_sequences=True, zero_output_for_mask=True) : f(2, 6, 3) | mask=b(2, 6)
GRUCell(4) : f(2, 3) | states=[f(2, 4)]
GRUCell(4, reset_after=False) : f(2, 3) | states=[f(2, 4)]
GaussianDropout(0.4) : f(2, 3)
GaussianNoise(0.5) : f(2, 3)
GlobalAveragePooling1D() : f(2, 5, 3)
GlobalAveragePooling1D() : f(2, 5, 3) | mask=b(2, 5)
GlobalAveragePooling1D(data_format='channels_first', keepdims=True) : f(2, 3, 5)
GlobalAveragePooling2D(keepdims=True) : f(2, 4, 5, 3)
GlobalAveragePooling3D(data_format='channels_first') : f(2, 3, 4, 3, 3)
GlobalMaxPooling1D() : f(2, 5, 3)
GlobalMaxPooling1D(keepdims=True) : f(2, 5, 3)
GlobalMaxPooling2D(data_format='channels_first') : f(2, 3, 4, 5)
GlobalMaxPooling3D() : f(2, 4, 3, 3, 2)
GroupNormalization(2) : f(2, 5, 4)
GroupNormalization(-1, epsilon=0.01) : f(2, 3, 5, 4)
GroupNormalization(3, axis=1) : f(2, 6, 2, 3)
GroupNormalization(1, center=False) : f(2, 4)
GroupNormalization(2, axis=-2, scale=False) : f(2, 5, 4, 3)
GroupQueryAttention(4, 6, 2) : f(2, 5, 8), f(2, 7, 8)
GroupQueryAttention(4, 4, 1) : f(2, 5, 8), f(2, 5, 8) | use_causal_mask=True
GroupQueryAttention(3, 4, 2) : f(2, 5, 8), f(2, 7, 8) | key=f(2, 7, 8), attention_mask=b(2, 5, 7)
GroupQueryAttention(3, 4, 4, use_bias=False) : f(2, 5, 8), f(2, 7, 8) | value_mask=b(2, 7), key_mask=b(2, 7)
GroupQueryAttention(3, 4, 2, use_gate=True) : f(2, 5, 8), f(2, 7, 8) | return_attention_scores=True
GroupQueryAttention(3, 4, 2, sliding_window=2) : f(2, 5, 8), f(2, 5, 8) | return_attention_scores=True
Identity() : f(2, 3)
LSTM(4) : f(2, 6, 3)
LSTM(4) : f(2, 6, 3) | mask=b(2, 6)
LSTM(4) : f(2, 6, 3) | initial_state=[f(2, 4), f(2, 4)]
LSTM(4, go_backwards=True) : f(2, 6, 3)
LSTM(4, return_sequences=True) : f(2, 6, 3) | mask=b(2, 6)
LSTM(4, return_sequences=True, go_backwards=True) : f(2, 6, 3)
LSTM(4, return_state=True, use_bias=False) : f(2, 6, 3)
LSTM(4, unroll=True, return_sequences=True) : f(2, 6, 3) | mask=b(2, 6)
LSTM(4, 'relu', 'tanh', unit_forget_bias=False) : f(2, 6, 3)
LSTM(4, return_sequences=True, return_state=True, go_backwards=True) : f(2, 6, 3) | mask=b(2, 6)
LSTMCell(4) : f(2, 3) | states=[f(2, 4), f(2, 4)]
Lambda(lambda x: x * 2) : f(2, 3)
Lambda(lambda x, k: x * k, arguments={'k': 3.0}) : f(2, 3)
LayerNormalization() : f(2, 5, 3)
LayerNormalization(axis=(1, 2), epsilon=0.1) : f(2, 5, 3)
LayerNormalization(axis=1) : f(2, 5, 3)
LayerNormalization(center=False) : f(2, 5, 3)
LayerNormalization(scale=False) : f(2, 5, 3)
LayerNormalization(axis=[2, 1]) : f(2, 5, 3)
LayerNormalization(axis=-2, center=False, scale=False) : f(2, 5, 3)
LeakyReLU() : f(2, 3)
LeakyReLU(0.1) : f(2, 7)
Masking(0.5) : f(2, 7, 3)
MaxPooling1D(2) : f(2, 7, 3)
MaxPooling1D(3, strides=1, padding='same', data_format='channels_first') : f(2, 3, 7)
MaxPooling2D((2, 3), strides=(2, 1), padding='same') : f(2, 7, 6, 3)
MaxPooling2D(2) : f(2, 7, 6, 3)
MaxPooling2D(2, data_format='channels_first') : f(2, 3, 7, 6)
MaxPooling3D(2, padding='same') : f(2, 4, 5, 4, 2)
MaxPooling3D((1, 2, 3), strides=2) : f(2, 4, 5, 4, 2)
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
MultiHeadAttention(2, 4, use_gate=True) : f(2, 5, 6), f(2, 7, 6)
MultiHeadAttention(2, 4, 4, sliding_window=2) : f(2, 5, 6), f(2, 5, 6) | return_attention_scores=True
MultiHeadAttention(2, 4, sliding_window=3) : f(2, 5, 6), f(2, 5, 6) | use_causal_mask=True
MultiHeadAttention(2, 4, output_shape=(3, 2)) : f(2, 5, 6), f(2, 7, 6)
MultiHeadAttention(2, 4, dropout=0.5) : f(2, 5, 6), f(2, 7, 6) | key_mask=b(2, 7), use_causal_mask=True
Multiply() : [f(2, 3), f(2, 3), f(2, 3)]
PReLU() : f(2, 3, 4)
PReLU(shared_axes=[1]) : f(2, 3, 4)
PReLU(alpha_initializer='ones', shared_axes=(1, 2)) : f(2, 3, 4, 5)
Permute((2, 1)) : f(2, 3, 4)
Permute((3, 1, 2)) : f(2, 3, 4, 5)
RMSNormalization() : f(2, 3, 4)
RMSNormalization(axis=[1, 2], epsilon=0.1) : f(2, 3, 4)
RNN(L.LSTMCell(4), return_sequences=True) : f(2, 6, 3)
RNN(L.GRUCell(4), True, zero_output_for_mask=True) : f(2, 6, 3) | mask=b(2, 6)
RNN([L.LSTMCell(3), L.GRUCell(4)]) : f(2, 6, 3)
RNN([L.LSTMCell(3), L.GRUCell(4)], return_sequences=True, return_state=True) : f(2, 6, 3) | mask=b(2, 6)
RNN(L.StackedRNNCells([L.SimpleRNNCell(3), L.SimpleRNNCell(2)]), go_backwards=True) : f(2, 6, 3)
RNN(L.SimpleRNNCell(4), return_state=True, unroll=True) : f(2, 6, 3)
ReLU() : f(2, 3)
ReLU(max_value=0.5, negative_slope=0.1, threshold=0.2) : f(2, 9)
ReLU(negative_slope=0.3) : f(2, 9)
ReLU(max_value=0.4, threshold=0.1) : f(2, 9)
RepeatVector(4) : f(2, 3)
Rescaling(1 / 255, offset=-1) : i(255, 2, 3)
Reshape((3, -1)) : f(2, 6, 2)
Reshape((-1,)) : f(2, 3, 4)
Reshape(()) : f(2, 1)
ReversibleEmbedding(10, 4) : i(10, 2, 5)
ReversibleEmbedding(10, 4) : f(2, 5, 4) | reverse=True
ReversibleEmbedding(10, 4, tie_weights=False, logit_soft_cap=0.5) : f(2, 5, 4) | reverse=True
SeparableConv1D(4, 3, padding='same') : f(2, 8, 3)
SeparableConv2D(4, 3, data_format='channels_first') : f(2, 3, 6, 6)
SeparableConv2D(4, 3, 2, 'same', depth_multiplier=2, activation='relu') : f(2, 7, 6, 3)
SimpleRNN(4) : f(2, 6, 3)
SimpleRNN(4) : f(2, 6, 3) | mask=b(2, 6)
SimpleRNN(4, 'relu', return_sequences=True, return_state=True, go_backwards=True) : f(2, 6, 3)
SimpleRNN(4, use_bias=False) : f(2, 6, 3) | initial_state=f(2, 4)
SimpleRNN(4, unroll=True, return_sequences=True, go_backwards=True) : f(2, 6, 3)
SimpleRNNCell(4) : f(2, 3) | states=[f(2, 4)]
Softmax() : f(2, 5)
Softmax() : f(2, 5) | mask=b(2, 5)
Softmax(axis=(1, 2)) : f(2, 3, 4)
SpatialDropout1D(0.5) : f(2, 5, 3)
SpatialDropout2D(0.5) : f(2, 5, 4, 3)
SpatialDropout3D(0.5) : f(2, 5, 4, 3, 2)
SpectralNormalization(L.Dense(3)) : f(2, 4)
SpectralNormalization(L.Dense(3), power_iterations=3) : f(2, 4) | training=True
SpectralNormalization(L.Conv2D(3, 2)) : f(2, 5, 5, 2) | training=True
StackedRNNCells([L.LSTMCell(3), L.GRUCell(4)]) : f(2, 3) | states=[[f(2, 3), f(2, 3)], [f(2, 4)]]
StackedRNNCells([L.SimpleRNNCell(3)]) : f(2, 3) | states=[[f(2, 3)]]
Subtract() : [f(2, 3), f(2, 3)]
TimeDistributed(L.Conv2D(4, 3)) : f(2, 4, 6, 5, 3)
TimeDistributed(L.Dense(4)) : f(2, 5, 3)
TimeDistributed(L.LSTM(4)) : f(2, 5, 4, 3)
TimeDistributed(L.BatchNormalization()) : f(2, 5, 3)
UnitNormalization() : f(2, 3, 4)
UnitNormalization(axis=(1, 2)) : f(2, 3, 4)
UpSampling1D(3) : f(2, 4, 3)
UpSampling2D((2, 3)) : f(2, 4, 3, 2)
UpSampling2D(2, data_format='channels_first') : f(2, 3, 4, 5)
UpSampling2D(2, interpolation='bilinear') : f(2, 4, 3, 2)
UpSampling2D((2, 3), interpolation='bicubic') : f(2, 4, 3, 2)
UpSampling2D(2, interpolation='lanczos3') : f(2, 4, 3, 2)
UpSampling2D(2, data_format='channels_first', interpolation='lanczos5') : f(2, 2, 6, 6)
UpSampling3D((2, 1, 2)) : f(2, 3, 2, 2, 2)
UpSampling3D(2, data_format='channels_first') : f(2, 3, 2, 2, 2)
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
        "names": [unnumbered("/".join(each.path.split("/")[1:]) or each.name) for each in weights],
        "trainable": len(layer.trainable_weights),
        "weights": [list(shape) for shape in shapes],
        "output_shape": output_shape(layer, args, kwargs),
    }, [*leaves(outputs), *moved]


def unnumbered(path):
    """A path without the numbers of layers, which count all that were made before."""
    return re.sub(r"_\d+/", "/", path)


def output_shape(layer, args, kwargs):
    """What the layer says that it would give for a batch of any size."""
    name = type(layer).__name__
    if "Cell" in name or "MultiHead" in name or "Grouped" in name or kwargs:
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
