"""Layers: the parts that models are made of, one class a file.

A layer holds weights and a function of tensors. What training needs (losses, optimizers, `fit`)
lives above, in `geartrain.training`.

Start reading at `layer.py`, then `dense.py`.
"""

from geartrain.layers.activation import Activation
from geartrain.layers.average_pooling1d import AveragePooling1D
from geartrain.layers.average_pooling2d import AveragePooling2D
from geartrain.layers.average_pooling3d import AveragePooling3D
from geartrain.layers.batch_normalization import BatchNormalization
from geartrain.layers.conv1d import Conv1D
from geartrain.layers.conv2d import Conv2D
from geartrain.layers.conv3d import Conv3D
from geartrain.layers.dense import Dense
from geartrain.layers.dropout import Dropout
from geartrain.layers.einsum_dense import EinsumDense
from geartrain.layers.embedding import Embedding
from geartrain.layers.flatten import Flatten
from geartrain.layers.global_average_pooling1d import GlobalAveragePooling1D
from geartrain.layers.global_average_pooling2d import GlobalAveragePooling2D
from geartrain.layers.global_average_pooling3d import GlobalAveragePooling3D
from geartrain.layers.global_max_pooling1d import GlobalMaxPooling1D
from geartrain.layers.global_max_pooling2d import GlobalMaxPooling2D
from geartrain.layers.global_max_pooling3d import GlobalMaxPooling3D
from geartrain.layers.gru import GRU
from geartrain.layers.gru_cell import GRUCell
from geartrain.layers.input_layer import Input, InputLayer
from geartrain.layers.layer import Layer
from geartrain.layers.layer_normalization import LayerNormalization
from geartrain.layers.lstm import LSTM
from geartrain.layers.lstm_cell import LSTMCell
from geartrain.layers.max_pooling1d import MaxPooling1D
from geartrain.layers.max_pooling2d import MaxPooling2D
from geartrain.layers.max_pooling3d import MaxPooling3D
from geartrain.layers.multi_head_attention import MultiHeadAttention
from geartrain.layers.rnn import RNN
from geartrain.layers.simple_rnn import SimpleRNN
from geartrain.layers.simple_rnn_cell import SimpleRNNCell
from geartrain.layers.spatial_dropout import SpatialDropout1D, SpatialDropout2D, SpatialDropout3D

__all__ = [
    "Activation",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "BatchNormalization",
    "Conv1D",
    "Conv2D",
    "Conv3D",
    "Dense",
    "Dropout",
    "EinsumDense",
    "Embedding",
    "Flatten",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
    "GRU",
    "GRUCell",
    "InputLayer",
    "LayerNormalization",
    "LSTM",
    "LSTMCell",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "MultiHeadAttention",
    "RNN",
    "SimpleRNN",
    "SimpleRNNCell",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
    "Layer",
    "Input",
]
