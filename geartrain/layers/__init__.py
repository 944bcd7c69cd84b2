"""Layers: the parts that models are made of, one class a file.

A layer holds weights and a function of tensors. What training needs (losses, optimizers, `fit`)
lives above, in `geartrain.training`.

Start reading at `layer.py`, then `dense.py`; `convolution.py`, `pooling.py`, `rnn.py` and
`merging.py` hold what their families share.
"""

from geartrain.layers import augmentation, preprocessing
from geartrain.rooms import loading_later

with loading_later(__name__):
    from geartrain.layers.activation import Activation
    from geartrain.layers.activity_regularization import ActivityRegularization
    from geartrain.layers.adaptive_average_pooling1d import AdaptiveAveragePooling1D
    from geartrain.layers.adaptive_average_pooling2d import AdaptiveAveragePooling2D
    from geartrain.layers.adaptive_average_pooling3d import AdaptiveAveragePooling3D
    from geartrain.layers.adaptive_max_pooling1d import AdaptiveMaxPooling1D
    from geartrain.layers.adaptive_max_pooling2d import AdaptiveMaxPooling2D
    from geartrain.layers.adaptive_max_pooling3d import AdaptiveMaxPooling3D
    from geartrain.layers.add import Add, add
    from geartrain.layers.additive_attention import AdditiveAttention
    from geartrain.layers.alpha_dropout import AlphaDropout
    from geartrain.layers.attention import Attention
    from geartrain.layers.augmentation import *
    from geartrain.layers.average import Average, average
    from geartrain.layers.average_pooling1d import AveragePooling1D
    from geartrain.layers.average_pooling2d import AveragePooling2D
    from geartrain.layers.average_pooling3d import AveragePooling3D
    from geartrain.layers.batch_normalization import BatchNormalization
    from geartrain.layers.bidirectional import Bidirectional
    from geartrain.layers.concatenate import Concatenate, concatenate
    from geartrain.layers.configs import deserialize, serialize
    from geartrain.layers.conv1d import Conv1D
    from geartrain.layers.conv1d_transpose import Conv1DTranspose
    from geartrain.layers.conv2d import Conv2D
    from geartrain.layers.conv2d_transpose import Conv2DTranspose
    from geartrain.layers.conv3d import Conv3D
    from geartrain.layers.conv3d_transpose import Conv3DTranspose
    from geartrain.layers.conv_lstm1d import ConvLSTM1D
    from geartrain.layers.conv_lstm2d import ConvLSTM2D
    from geartrain.layers.conv_lstm3d import ConvLSTM3D
    from geartrain.layers.cropping1d import Cropping1D
    from geartrain.layers.cropping2d import Cropping2D
    from geartrain.layers.cropping3d import Cropping3D
    from geartrain.layers.dense import Dense
    from geartrain.layers.depthwise_conv1d import DepthwiseConv1D
    from geartrain.layers.depthwise_conv2d import DepthwiseConv2D
    from geartrain.layers.dot import Dot, dot
    from geartrain.layers.dropout import Dropout
    from geartrain.layers.einsum_dense import EinsumDense
    from geartrain.layers.elu import ELU
    from geartrain.layers.embedding import Embedding
    from geartrain.layers.flatten import Flatten
    from geartrain.layers.gaussian_dropout import GaussianDropout
    from geartrain.layers.gaussian_noise import GaussianNoise
    from geartrain.layers.global_average_pooling1d import GlobalAveragePooling1D
    from geartrain.layers.global_average_pooling2d import GlobalAveragePooling2D
    from geartrain.layers.global_average_pooling3d import GlobalAveragePooling3D
    from geartrain.layers.global_max_pooling1d import GlobalMaxPooling1D
    from geartrain.layers.global_max_pooling2d import GlobalMaxPooling2D
    from geartrain.layers.global_max_pooling3d import GlobalMaxPooling3D
    from geartrain.layers.group_normalization import GroupNormalization
    from geartrain.layers.grouped_query_attention import GroupQueryAttention
    from geartrain.layers.gru import GRU
    from geartrain.layers.gru_cell import GRUCell
    from geartrain.layers.identity import Identity
    from geartrain.layers.input_layer import Input, InputLayer
    from geartrain.layers.input_spec import InputSpec
    from geartrain.layers.lambda_layer import Lambda
    from geartrain.layers.layer import Layer
    from geartrain.layers.layer_normalization import LayerNormalization
    from geartrain.layers.leaky_relu import LeakyReLU
    from geartrain.layers.lstm import LSTM
    from geartrain.layers.lstm_cell import LSTMCell
    from geartrain.layers.masking import Masking
    from geartrain.layers.max_pooling1d import MaxPooling1D
    from geartrain.layers.max_pooling2d import MaxPooling2D
    from geartrain.layers.max_pooling3d import MaxPooling3D
    from geartrain.layers.maximum import Maximum, maximum
    from geartrain.layers.minimum import Minimum, minimum
    from geartrain.layers.multi_head_attention import MultiHeadAttention
    from geartrain.layers.multiply import Multiply, multiply
    from geartrain.layers.permute import Permute
    from geartrain.layers.prelu import PReLU
    from geartrain.layers.preprocessing import *
    from geartrain.layers.relu import ReLU
    from geartrain.layers.rematerialization import RematScope, remat  # noqa: F401  (top-level names)
    from geartrain.layers.repeat_vector import RepeatVector
    from geartrain.layers.rescaling import Rescaling
    from geartrain.layers.reshape import Reshape
    from geartrain.layers.reversible_embedding import ReversibleEmbedding
    from geartrain.layers.rms_normalization import RMSNormalization
    from geartrain.layers.rnn import RNN
    from geartrain.layers.separable_conv1d import SeparableConv1D
    from geartrain.layers.separable_conv2d import SeparableConv2D
    from geartrain.layers.simple_rnn import SimpleRNN
    from geartrain.layers.simple_rnn_cell import SimpleRNNCell
    from geartrain.layers.softmax import Softmax
    from geartrain.layers.spatial_dropout import (
        SpatialDropout1D,
        SpatialDropout2D,
        SpatialDropout3D,
    )
    from geartrain.layers.spectral_normalization import SpectralNormalization
    from geartrain.layers.stacked_rnn_cells import StackedRNNCells
    from geartrain.layers.subtract import Subtract, subtract
    from geartrain.layers.time_distributed import TimeDistributed
    from geartrain.layers.unit_normalization import UnitNormalization
    from geartrain.layers.up_sampling1d import UpSampling1D
    from geartrain.layers.up_sampling2d import UpSampling2D
    from geartrain.layers.up_sampling3d import UpSampling3D
    from geartrain.layers.wrapper import Wrapper
    from geartrain.layers.zero_padding1d import ZeroPadding1D
    from geartrain.layers.zero_padding2d import ZeroPadding2D
    from geartrain.layers.zero_padding3d import ZeroPadding3D

    # Keras's other names for the same layers.
    AvgPool1D = AveragePooling1D
    AvgPool2D = AveragePooling2D
    AvgPool3D = AveragePooling3D
    Convolution1D = Conv1D
    Convolution1DTranspose = Conv1DTranspose
    Convolution2D = Conv2D
    Convolution2DTranspose = Conv2DTranspose
    Convolution3D = Conv3D
    Convolution3DTranspose = Conv3DTranspose
    GlobalAvgPool1D = GlobalAveragePooling1D
    GlobalAvgPool2D = GlobalAveragePooling2D
    GlobalAvgPool3D = GlobalAveragePooling3D
    GlobalMaxPool1D = GlobalMaxPooling1D
    GlobalMaxPool2D = GlobalMaxPooling2D
    GlobalMaxPool3D = GlobalMaxPooling3D
    MaxPool1D = MaxPooling1D
    MaxPool2D = MaxPooling2D
    MaxPool3D = MaxPooling3D
    SeparableConvolution1D = SeparableConv1D
    SeparableConvolution2D = SeparableConv2D


__all__ = [
    "Activation",
    "ActivityRegularization",
    "AdaptiveAveragePooling1D",
    "AdaptiveAveragePooling2D",
    "AdaptiveAveragePooling3D",
    "AdaptiveMaxPooling1D",
    "AdaptiveMaxPooling2D",
    "AdaptiveMaxPooling3D",
    "Add",
    "AdditiveAttention",
    "AlphaDropout",
    "Attention",
    "Average",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "AvgPool1D",
    "AvgPool2D",
    "AvgPool3D",
    "BatchNormalization",
    "Bidirectional",
    "Concatenate",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "ConvLSTM1D",
    "ConvLSTM2D",
    "ConvLSTM3D",
    "Convolution1D",
    "Convolution1DTranspose",
    "Convolution2D",
    "Convolution2DTranspose",
    "Convolution3D",
    "Convolution3DTranspose",
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "Dense",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Dot",
    "Dropout",
    "ELU",
    "EinsumDense",
    "Embedding",
    "Flatten",
    "GRU",
    "GRUCell",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    "GlobalAvgPool1D",
    "GlobalAvgPool2D",
    "GlobalAvgPool3D",
    "GlobalMaxPool1D",
    "GlobalMaxPool2D",
    "GlobalMaxPool3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
    "GroupNormalization",
    "GroupQueryAttention",
    "Identity",
    "Input",
    "InputLayer",
    "LSTM",
    "LSTMCell",
    "Lambda",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "Masking",
    "MaxPool1D",
    "MaxPool2D",
    "MaxPool3D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "Maximum",
    "Minimum",
    "MultiHeadAttention",
    "Multiply",
    "PReLU",
    "Permute",
    "RMSNormalization",
    "RNN",
    "ReLU",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "ReversibleEmbedding",
    "SeparableConv1D",
    "SeparableConv2D",
    "SeparableConvolution1D",
    "SeparableConvolution2D",
    "SimpleRNN",
    "SimpleRNNCell",
    "Softmax",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
    "SpectralNormalization",
    "StackedRNNCells",
    "Subtract",
    "TimeDistributed",
    "UnitNormalization",
    "UpSampling1D",
    "UpSampling2D",
    "UpSampling3D",
    "Wrapper",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
    "InputSpec",
    "add",
    "average",
    "concatenate",
    "deserialize",
    "dot",
    "maximum",
    "minimum",
    "multiply",
    "serialize",
    "subtract",
]
__all__ += augmentation.__all__
__all__ += preprocessing.__all__
