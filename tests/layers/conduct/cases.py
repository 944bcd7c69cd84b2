"""What layers of Keras and of Geartrain give, or refuse, as expressions; see `expressions.py`.

A line is evaluated with `L` (the framework's `layers`), `K` (the framework), `np`, and the arrays
below. What it gives is kept as plain data, or the name of the error that it raises.
"""

import numpy as np

from tests.layers.expressions import run
from tests.layers.gate import GATES, given, made

EXPRESSIONS = """
L.Dense(0)
L.Dense(-1)
L.Dense(2.5)
L.Dense('a')
L.Dense(None)
L.Dense(4, activation='foo')
L.Dense(4, activation=None).activation
L.Dense(4, activation='relu').activation
L.Dense(4, kernel_initializer='foo')
L.Dense(4, kernel_regularizer='foo')
L.Dense(4, kernel_constraint='foo')
L.Dense(4)(rnd(3))
L.Dense(4).compute_output_shape((2, 3, 5))
L.Dense(4)(np.float32(3))
L.Dense(np.int64(4)).units
L.EinsumDense('ab,bc->ac', 4)
L.EinsumDense('ab,bc->a', 4)(X)
L.EinsumDense('abc,cd->abd', 4)(X3)
L.EinsumDense('abbc', 4)(X3)
L.EinsumDense('ab,bc->cd', 4)(X)
L.EinsumDense('ab,bc->ac', (4,), bias_axes='z')(X)
L.EinsumDense('a,b->c', 4)(X)
L.EinsumDense('ab,bc->ac', 4, bias_axes='c').compute_output_shape((None, 3))
L.Embedding(0, 3)
L.Embedding(10, 0)
L.Embedding(10, 3)(np.array([[1, 2]])).shape
L.Embedding(10, 3)(np.array([[11, -2]]))
L.Embedding(10, 3)(np.array([[1., 2.]])).shape
L.Embedding(10, 3, weights=[np.ones((10, 4))])
L.Embedding(10, 3, input_length=4).input_length
L.Embedding(10, 3, foo=4)
L.Embedding(10, 3, mask_zero=True).compute_mask(np.array([[1, 0]]))
L.Embedding(10, 3).compute_mask(np.array([[1, 0]]))
L.Embedding(10, 3).compute_output_shape((None, 4))
L.Embedding(10, 3, sparse=True)
L.Masking()(X3)
L.Masking(0.5)(np.array([[[0.5, 0.5], [1., 2.]]], 'float32'))
L.Masking().compute_mask(np.array([[[0., 0.], [1., 2.]]], 'float32'))
L.Masking(mask_value=[1.])
L.Masking('a')
L.Masking(None)
L.Masking().compute_output_shape((2, 3, 4))
L.Lambda(lambda x: x * 2)(X)
L.Lambda(lambda x: x * 2).compute_output_shape((2, 3))
L.Lambda(lambda x: x * 2, output_shape=(7,)).compute_output_shape((2, 3))
L.Lambda(lambda x: x * 2, output_shape=lambda s: (1, 2)).compute_output_shape((2, 3))
L.Lambda(5)
L.Lambda(lambda x, mask=None: x if mask is None else x * 0)(X3, mask=M)
L.Lambda(lambda x: x, mask=np.array([True])).compute_mask(X)
L.Lambda(lambda x: x, mask=lambda x, m: m).compute_mask(X, 3)
L.Lambda(lambda x: x).compute_mask(X, 3)
L.Lambda(lambda x, k=2: x * k, arguments={'k': 4})(X)
L.Lambda(lambda x, training=False: x * 5 if training else x)(X, training=True)
L.Lambda.from_config(L.Lambda(lambda x: x).get_config())
L.Lambda(lambda x: {'a': x})(X)
L.Lambda(lambda x: x[0] + x[1])([X, X])
L.Lambda(keras.ops.relu).get_config()
L.Identity()([X, X])
L.Identity()({'a': X})
L.Identity().compute_output_shape({'a': (2, 3)})
L.Identity(foo=1)
L.Flatten()(rnd(2, 3, 0))
L.Flatten()(rnd(3)).shape
L.Flatten()(np.float32(3))
L.Flatten(data_format='foo')
L.Flatten().compute_output_shape((None, 3, None))
L.Flatten().compute_output_shape((None, 3, 4))
L.Flatten().compute_output_shape((3,))
L.Flatten().compute_output_shape((None,))
L.Reshape((3, 4)).compute_output_shape((None, 12))
L.Reshape((3, -1)).compute_output_shape((None, 12))
L.Reshape((3, -1)).compute_output_shape((None, None))
L.Reshape((5, -1)).compute_output_shape((None, 12))
L.Reshape((-1, -1))
L.Reshape((-1, -1))(X)
L.Reshape((5,))(X)
L.Reshape(3)(X).shape
L.Reshape((3, 1)).target_shape
L.Reshape([3, 1]).get_config()['target_shape']
L.Reshape((None, 3))
L.Reshape((3,)).compute_output_shape((2, None, 3))
L.Reshape((0,))(rnd(2, 0)).shape
L.Permute((1, 2)).dims
L.Permute((0, 1))
L.Permute((2, 3))
L.Permute(2)
L.Permute((2, 1))(X)
L.Permute((2, 1)).compute_output_shape((None, 3, None))
L.Permute([2, 1]).get_config()['dims']
L.RepeatVector('a')
L.RepeatVector(2.)
L.RepeatVector(0)(X).shape
L.RepeatVector(-1)
L.RepeatVector(3)(X3)
L.RepeatVector(3).compute_output_shape((None, 4))
L.RepeatVector(3).n
L.Activation('relu')(X)
L.Activation(ops.tanh).get_config()
L.Activation('foo')
L.Activation(None)(X)
L.Activation('softmax').activation
L.ReLU(max_value=-1)
L.ReLU(negative_slope=-1)
L.ReLU(threshold=-1)
L.ReLU(negative_slope=None)
L.ReLU(threshold=None)
L.ReLU(max_value='a')
L.ReLU(6)(rnd(2,3) * 10)
L.LeakyReLU(None)
L.LeakyReLU(-1).negative_slope
L.LeakyReLU(alpha=.1).negative_slope
L.LeakyReLU(0.1).get_config()
L.ELU(None)
L.ELU(2.).get_config()
L.PReLU().get_config()
L.PReLU(shared_axes=5).shared_axes
L.PReLU(shared_axes=[1])(X3).shape
L.Softmax(axis=[0, 1])(X)
L.Softmax()(X3, mask=np.ones((2,5,3),bool)).shape
L.Softmax().axis
L.Softmax(axis=(1,2)).get_config()
L.ActivityRegularization(0.1, 0.2).activity_regularizer
L.ActivityRegularization(0.1, 0.2).get_config()
L.Dropout(-0.1)
L.Dropout(1.1)
L.Dropout(1)(X, training=True)
L.Dropout(0)(X, training=True)
L.Dropout(0.5, noise_shape='a')
L.Dropout(0.5, noise_shape=(2, 1))(X, training=True).shape
L.Dropout(0.5, noise_shape=(None, 1))(X, training=True).shape
L.Dropout(0.5, noise_shape=3)
L.Dropout(0.5, noise_shape=(0, 1))
L.Dropout(0.5, noise_shape=(2.5, 1))
L.Dropout(0.5, seed='a')
L.Dropout(0.5, seed=keras.random.SeedGenerator(3)).seed
L.Dropout(0.5).seed
L.Dropout(0.5, seed=3).get_config()
L.SpatialDropout1D(.5, foo=1)
L.SpatialDropout1D(.5).get_config()
L.SpatialDropout2D(.5, data_format='channels_first').get_config()
L.SpatialDropout2D(.5, data_format='foo')
L.SpatialDropout2D(.5)(X)
L.SpatialDropout1D(1.5)
L.GaussianDropout(1.5)
L.GaussianDropout(1.)
L.GaussianDropout(0.)(X, training=True)
L.GaussianDropout(.5, seed=1).get_config()
L.GaussianNoise(-1)
L.GaussianNoise(1.5)
L.GaussianNoise(0.)(X, training=True)
L.AlphaDropout(1.5)
L.AlphaDropout(.5, noise_shape=(2,1), seed=3).get_config()
L.AlphaDropout(0.)(X, training=True)
L.AlphaDropout(.5, noise_shape=(2,1))(X, training=True).shape
L.Add()(X)
L.Add()([X])
L.Add()([X, X3])
L.Add()([X, rnd(2, 4)])
L.Add()([X, rnd(2, 1)]).shape
L.Add()([rnd(2, 5, 3), rnd(2, 3)]).shape
L.Add()([rnd(2,3), rnd(1,3)])
L.Add()([rnd(2,3), rnd(4,3)])
L.Add()((X, X))
L.Add().compute_output_shape([(2, 3), (2, 3)])
L.Add().compute_output_shape([(2, 3), (3, 3)])
L.Add().compute_output_shape([(2, 3), (2, 4)])
L.Add().compute_output_shape([(2, 3)])
L.Add().compute_output_shape([(2, 5, 3), (2, 3)])
L.Add().compute_output_shape([(2, None), (2, 3)])
L.Add().compute_mask([X3, X3], [None, None])
L.Add().compute_mask([X3, X3], [M, None])
L.Add().compute_mask([X3, X3], [M, ~M])
L.Add().compute_mask([X3, X3], M)
L.Add().compute_mask([X3, X3], [M])
L.Add().compute_mask(X3, [M, M])
L.Add().compute_mask([X3, X3], None)
L.Multiply().compute_mask([X3, X3], [M, ~M])
L.Concatenate().compute_mask([X3, X3], [M, ~M])
L.Concatenate(axis=1).compute_mask([X3, X3], [M, ~M])
L.Concatenate(axis=1).compute_mask([X3, X3], [M, None])
L.Concatenate().compute_mask([X3, X3], [M, None])
L.Concatenate().compute_mask([X3, X3], None)
L.Concatenate().compute_mask([X3, X3], [None, None])
L.Concatenate().compute_mask([X3], [M, M])
L.Concatenate().compute_mask(X3, [M, M])
L.Concatenate().compute_mask([X3, X3], M)
L.Dot(1).compute_mask([X3, X3], [M, M])
L.Subtract()([X, X, X])
L.Subtract()([X])
L.Subtract()([X, rnd(2,1)])
L.Subtract().compute_output_shape([(2,3),(2,3),(2,3)])
L.Average()([X, X * 3])
L.Maximum()([X, -X])
L.Minimum()([X, -X, X * 2])
L.Multiply()([X, X, X])
L.Concatenate()(X)
L.Concatenate()([X])
L.Concatenate()([X, rnd(3, 3)])
L.Concatenate(axis=0)([X, rnd(3, 3)]).shape
L.Concatenate(axis='a')([X, X])
L.Concatenate()([X, X3])
L.Concatenate().compute_output_shape([(2, 3), (2, 4)])
L.Concatenate().compute_output_shape([(2, 3), (2, None)])
L.Concatenate().compute_output_shape([(2, 3), (3, 4)])
L.Concatenate().compute_output_shape((2, 3))
L.Concatenate().compute_output_shape([(None, 3, 4), (2, 3, 4)])
L.Dot(axes=1)([X])
L.Dot(axes=1)(X)
L.Dot(axes='a')
L.Dot(axes=(1, 2, 3))
L.Dot(axes=(1, 'a'))
L.Dot(axes=0)([X, X])
L.Dot(axes=1)([X, rnd(2, 4)])
L.Dot(axes=(1, 1))([X3, X3]).shape
L.Dot(axes=(2, 1))([X3, rnd(2, 3, 4)]).shape
L.Dot(axes=-1)([X3, X3]).shape
L.Dot(axes=(1,1)).compute_output_shape([(None, 5, 3), (None, 5, 4)])
L.Dot(axes=1).compute_output_shape([(None, 3), (None, 3)])
L.Dot(axes=1).compute_output_shape([(None, 3)])
L.Dot(axes=2, normalize=True).get_config()
L.Dot(axes=[1, 2]).get_config()
L.concatenate([X3, X3], axis=1).shape
L.Conv2D(4, 3).get_config()
L.Conv2D(0, 3)
L.Conv2D(-1, 3)
L.Conv2D(4, 0)
L.Conv2D(4, (3, 0))
L.Conv2D(4, (3, 3, 3))
L.Conv2D(4, 'a')
L.Conv2D(4, None)
L.Conv2D(4, 3, strides=0)
L.Conv2D(4, 3, strides=-1)
L.Conv2D(4, 3, strides=(1, 2, 3))
L.Conv2D(4, 3, padding='foo')
L.Conv2D(4, 3, padding='causal')
L.Conv1D(4, 3, padding='causal').padding
L.Conv2D(4, 3, padding='SAME').padding
L.Conv2D(4, 3, data_format='foo')
L.Conv2D(4, 3, dilation_rate=0)
L.Conv2D(4, 3, strides=2, dilation_rate=2)
L.Conv2D(4, 3, groups=0)
L.Conv2D(4, 3, groups=3)
L.Conv2D(6, 3, groups=2)(I4)
L.Conv2D(4.5, 3)
L.Conv2D(4, 7)(I4)
L.Conv2D(4, 3)(X3)
L.Conv2D(4, 3).compute_output_shape((None, None, 6, 3))
L.Conv2D(4, 7).compute_output_shape((None, 6, 6, 3))
L.Conv2D(4, 3, strides=2, padding='same').compute_output_shape((None, 7, 6, 3))
L.DepthwiseConv2D(3).get_config()
L.DepthwiseConv2D(3, depth_multiplier=0)
L.DepthwiseConv2D(0)
L.DepthwiseConv2D(3, padding='causal')
L.SeparableConv2D(4, 3).get_config()
L.SeparableConv2D(0, 3)
L.SeparableConv2D(4, 3, depth_multiplier=0)
L.Conv2DTranspose(4, 3).get_config()
L.Conv2DTranspose(0, 3)
L.Conv2DTranspose(4, 3, output_padding=1)(I4)
L.Conv2DTranspose(4, 3, strides=2, output_padding=2)(I4)
L.Conv2DTranspose(4, 3, strides=2, output_padding=1)(I4).shape
L.Conv2DTranspose(4, 3, strides=2, dilation_rate=2)
L.Conv2DTranspose(4, 3, strides=2, padding='same').compute_output_shape((None, None, 4, 3))
L.Conv2DTranspose(4, 3, padding='causal')
L.Conv2DTranspose(4, 3, groups=2)
L.MaxPooling2D(0)
L.MaxPooling2D(-1)
L.MaxPooling2D('a')
L.MaxPooling2D((2, 2, 2))
L.MaxPooling2D(2, padding='foo')
L.MaxPooling2D(2, padding='causal')
L.MaxPooling2D(2, data_format='foo')
L.MaxPooling2D(8).compute_output_shape((None, 6, 6, 3))
L.MaxPooling2D(2)(X3)
L.MaxPooling2D().get_config()
L.AveragePooling1D().get_config()
L.MaxPooling3D((1,2,3), strides=2).get_config()
L.GlobalAveragePooling2D(keepdims=True).get_config()
L.GlobalAveragePooling1D().compute_mask(X3, M)
L.GlobalAveragePooling1D()(X3, mask=M)
L.GlobalAveragePooling1D()(X3, mask=np.zeros((2,5), bool))
L.GlobalAveragePooling1D()(X)
L.GlobalMaxPooling2D(data_format='foo')
L.GlobalAveragePooling2D().compute_output_shape((None, None, None, 3))
L.GlobalAveragePooling2D(keepdims=True, data_format='channels_first').compute_output_shape((None, 3, 4, 5))
L.UpSampling2D(0)(I4)
L.UpSampling2D('a')
L.UpSampling2D(2, interpolation='foo')
L.UpSampling2D((2,2,2))
L.UpSampling2D(2).get_config()
L.UpSampling1D(2).compute_output_shape((None, None, 3))
L.UpSampling2D(2).compute_output_shape((None, None, 3, 4))
L.UpSampling3D(2, data_format='channels_first').compute_output_shape((None, 3, 4, 5, None))
L.ZeroPadding2D('a')
L.ZeroPadding2D((1, 2, 3))
L.ZeroPadding2D(((1, 2), (3,)))
L.ZeroPadding2D(1).get_config()
L.ZeroPadding1D((1,2)).get_config()
L.ZeroPadding3D(((1, 2), (3, 4), (5, 6))).get_config()
L.ZeroPadding2D(((1, 2), (3, 4))).padding
L.ZeroPadding1D(2).padding
L.ZeroPadding1D((1,2,3))
L.ZeroPadding1D(1, data_format='channels_first').compute_output_shape((None, 3, None))
L.ZeroPadding2D(2.5)
L.Cropping2D(3)(I4)
L.Cropping2D(4)(I4)
L.Cropping2D(((2, 4), (0, 0))).compute_output_shape((None, 6, 6, 3))
L.Cropping2D(((2, 4), (0, 0)))(I4)
L.Cropping1D(-1)
L.Cropping1D((1, 2, 3))
L.Cropping1D('a')
L.Cropping1D(3)(X3)
L.Cropping1D(2).compute_output_shape((None, None, 3))
L.Cropping2D(1).get_config()
L.Cropping3D(((1,2),(3,4),(5,6))).get_config()
L.Cropping3D((1,2))
L.BatchNormalization().get_config()
L.BatchNormalization(axis=[1])
L.BatchNormalization(axis=(1,2))
L.BatchNormalization(axis='a')
L.BatchNormalization(momentum=2)
L.BatchNormalization(epsilon=-1)
L.BatchNormalization(renorm=True).get_config()
L.BatchNormalization(renorm=True, renorm_clipping={'foo': 1})
L.BatchNormalization(fused=True)
L.BatchNormalization(virtual_batch_size=2)
L.BatchNormalization()(X3, mask=M, training=True).shape
L.BatchNormalization()(rnd(2, 6, 6, 3), mask=M, training=True).shape
L.LayerNormalization().get_config()
L.LayerNormalization(axis='a')
L.LayerNormalization(axis=1.5)
L.LayerNormalization(axis=[-1]).axis
L.LayerNormalization()(rnd(0, 10)).shape
L.GroupNormalization(5)(X)
L.GroupNormalization(2)(X)
L.GroupNormalization().get_config()
L.GroupNormalization(0)
L.GroupNormalization(1)(rnd(2, 3, 4)).shape
L.RMSNormalization().get_config()
L.RMSNormalization(axis='a')
L.UnitNormalization().get_config()
L.UnitNormalization(axis=None)(X)
L.UnitNormalization(axis='a')
L.UnitNormalization(axis=[0, 1])(X)
L.UnitNormalization(order=1)
L.UnitNormalization()(np.zeros((2, 3), 'float32'))
L.SpectralNormalization(L.Dense(2), power_iterations=0)
L.SpectralNormalization(L.Dense(2), power_iterations=-1)
L.SpectralNormalization(5)
L.SpectralNormalization(L.Flatten())(X)
L.SpectralNormalization(L.LSTM(2))(X3)
L.SpectralNormalization(L.Embedding(5, 2))(np.array([1])).shape
L.Wrapper(5)
L.Rescaling(2., 1.)(X)
L.Rescaling([1., 2., 3.])(X)
L.Rescaling(2, data_format='channels_first').get_config()
L.Rescaling(2).get_config()
L.InputLayer((3,)).get_config()
L.InputLayer(batch_shape=(2, 3)).get_config()
L.InputLayer(shape=(3,), batch_size=2).batch_shape
L.InputLayer(shape=(3,), batch_shape=(2, 3))
L.InputLayer()
L.InputLayer(input_tensor=5)
L.InputLayer(shape=(3,), name='q').output.name
L.InputLayer(shape=(3,), sparse=True).sparse
L.InputLayer(shape=(3,), sparse=True, ragged=True)
L.InputLayer(shape=(3,), optional=True).optional
L.InputLayer(input_shape=(3,)).batch_shape
L.InputLayer(foo=1)
L.Input()
L.Input((3,), batch_size=2)
L.Input((3, None))
L.Input(batch_shape=(None, 3))
L.Input((3,), name=5)
L.Input((-1,))
L.Input(('a',))
L.Input((3,), dtype='foo')
L.Input((3,), batch_size='a')
L.GroupQueryAttention(4, 6, 4)
L.GroupQueryAttention(4, 6, 2).get_config()
L.GroupQueryAttention(4, 6, 2).compute_output_shape((2,5,3), (2,6,3))
L.Attention().get_config()
L.Attention()(X3)
L.Attention()([X3])
L.Attention()([X3, X3, X3, X3])
L.Attention()([X3, X3], mask=M)
L.Attention()([X3, X3], mask=[M])
L.Attention()([X3, X3], mask=[M, M, M, M])
L.Attention()([X3, X3], mask=[M, M, M]).shape
L.Attention(score_mode='foo')
L.Attention(dropout=2)
L.Attention(dropout=.5, seed=3).get_config()
L.Attention(use_scale=True)([X3, X3]).shape
L.Attention().compute_output_shape([(2, 5, 3), (2, 6, 4)])
L.Attention().compute_output_shape([(2, 5, 3), (2, 6, 3), (2, 6, 8)])
L.Attention().compute_mask([X3, X3], None)
L.Attention().compute_mask([X3, X3], [None, M])
L.Attention()([X3, X3], training=True, use_causal_mask=True)
L.AdditiveAttention().get_config()
L.AdditiveAttention(score_mode='dot')
L.AdaptiveAveragePooling2D(3).get_config()
L.AdaptiveMaxPooling1D('a')
L.AdaptiveMaxPooling2D((1,2,3))
L.AdaptiveMaxPooling1D(0)
L.AdaptiveMaxPooling1D(3).compute_output_shape((None, None, 4))
L.ReversibleEmbedding(10, 4).get_config()
L.ReversibleEmbedding(10, 4).compute_output_shape((None, 3))
L.ReversibleEmbedding(10, 4).compute_output_shape((None, 3, 4), reverse=True)
L.RNN(5)
L.RNN(None)
L.RNN([])
L.RNN(L.Dense(3))
L.RNN("abc")
L.LSTM(4).cell.state_size
L.LSTM(4).state_size
L.GRU(4).state_size
L.GRU(4).cell.state_size
L.SimpleRNN(4).cell.state_size
L.LSTM(4).cell.output_size
L.LSTM(4).get_initial_state(3)
L.LSTM(4).get_initial_state(batch_size=3)
L.LSTMCell(4).get_initial_state(3)
L.LSTMCell(4).get_initial_state(batch_size=3)
L.LSTMCell(4).get_initial_state()
L.GRUCell(4).get_initial_state(batch_size=2)
L.SimpleRNNCell(4).get_initial_state(2)
L.StackedRNNCells([L.LSTMCell(4), L.GRUCell(2)]).get_initial_state(2)
L.StackedRNNCells([L.LSTMCell(4), L.GRUCell(2)]).state_size
L.StackedRNNCells([L.LSTMCell(4), L.GRUCell(2)]).output_size
L.StackedRNNCells([L.LSTMCell(4)]).get_config()
L.StackedRNNCells([5])
L.StackedRNNCells([])
L.StackedRNNCells(L.LSTMCell(2))
L.LSTM(4).get_config()
L.GRU(4).get_config()
L.SimpleRNN(4).get_config()
L.LSTMCell(4).get_config()
L.GRUCell(4).get_config()
L.SimpleRNNCell(4).get_config()
L.ConvLSTM1D(4, 2).get_config()
L.ConvLSTM2D(4, 2).get_config()
L.Bidirectional(L.LSTM(4)).get_config()
L.Bidirectional(L.LSTM(4), merge_mode=None).get_config()
L.Bidirectional(L.LSTM(4), backward_layer=L.LSTM(4, go_backwards=True)).get_config()
L.LSTM(0)
L.LSTM(-1)
L.GRU(0)
L.SimpleRNN(0)
L.LSTMCell(0)
L.GRUCell(-3)
L.SimpleRNNCell(0)
L.LSTM(4, activation='foo')
L.LSTM(4, use_cudnn=True)(X).shape
L.LSTM(4, use_cudnn='auto').use_cudnn
L.LSTM(4, foo=1)
L.LSTM(4, time_major=True)
L.LSTM(4)(rnd(2,3))
L.LSTM(4)(rnd(2,3,4,5))
L.LSTM(4, unroll=True)(keras.KerasTensor((2, None, 3)))
L.LSTM(4, unroll=True)(rnd(2,1,3)).shape
L.LSTM(4, stateful=True)(keras.KerasTensor((None, 5, 3)))
L.LSTM(4).compute_output_shape((2, 5, 3))
L.LSTM(4, return_sequences=True).compute_output_shape((2, None, 3))
L.LSTM(4, return_state=True).compute_output_shape((2, 5, 3))
L.LSTM(4, return_state=True, return_sequences=True).compute_output_shape((None, 5, 3))
L.LSTM(4).compute_mask(None, None)
L.LSTM(4, return_sequences=True).compute_mask(None, M)
L.LSTM(4, return_sequences=True, return_state=True).compute_mask(None, M)
L.LSTM(4, return_state=True).compute_mask(None, M)
L.GRU(4).compute_mask(None, M)
L.LSTM(4, return_sequences=True).compute_mask(None, [M])
L.Bidirectional(L.LSTM(4), merge_mode='foo')
L.Bidirectional('a')
L.Bidirectional(L.LSTM)
L.Bidirectional(L.LSTM(4), backward_layer=L.LSTM(4))
L.Bidirectional(L.LSTM(4), backward_layer=L.LSTM(4, return_sequences=True, go_backwards=True))
L.Bidirectional(L.LSTM(4), weights=[1])
L.Bidirectional(L.LSTM(4)).compute_output_shape((None, 5, 3))
L.Bidirectional(L.LSTM(4), merge_mode=None).compute_output_shape((None, 5, 3))
L.Bidirectional(L.LSTM(4), merge_mode='sum').compute_output_shape((None, 5, 3))
L.Bidirectional(L.LSTM(4, return_state=True)).compute_output_shape((None, 5, 3))
L.Bidirectional(L.LSTM(4, return_sequences=True), merge_mode='concat').compute_output_shape((None, 5, 3))
L.Bidirectional(L.GRU(4, return_sequences=True, return_state=True), merge_mode='mul').compute_output_shape((None, 5, 3))
L.Bidirectional(L.GRU(4, return_sequences=True, return_state=True), merge_mode='mul')(keras.KerasTensor((None, 5, 3)))
L.Bidirectional(L.LSTM(4)).backward_layer.go_backwards
L.Bidirectional(L.LSTM(4), merge_mode=None).compute_mask(None, M)
L.Bidirectional(L.LSTM(4)).compute_mask(None, M)
L.Bidirectional(L.LSTM(4, return_sequences=True)).compute_mask(None, M)
L.Bidirectional(L.LSTM(4, return_sequences=True), merge_mode=None).compute_mask(None, M)
L.Bidirectional(L.LSTM(4, return_sequences=True, return_state=True), merge_mode=None).compute_mask(None, M)
L.Bidirectional(L.LSTM(4, return_sequences=True, return_state=True)).compute_mask(None, M)
L.TimeDistributed(L.Dense(4))(X).shape
L.TimeDistributed(L.Dense(4))(rnd(2,3))
L.TimeDistributed(L.Dense(4))(rnd(3))
L.TimeDistributed(L.Dense(4)).compute_output_shape((None, 5, 3))
L.TimeDistributed(L.Dense(4)).compute_output_shape((2, None, 3))
L.TimeDistributed(L.Conv2D(4, 3)).compute_output_shape((None, 5, 8, 8, 3))
L.TimeDistributed(5)
L.TimeDistributed(L.Dense)
L.TimeDistributed(lambda x: x)
L.TimeDistributed(L.Dense(4))(X, mask=M)[0].shape
L.TimeDistributed(L.Dense(4))(X, mask=np.ones((2,4),bool)).shape
L.TimeDistributed(L.Dropout(.5))(X, training=False)
L.TimeDistributed(L.Dense(4))(keras.KerasTensor((None, None, 3))).shape
L.TimeDistributed(L.Dense(4))(keras.KerasTensor((2, 5, 3))).shape
L.TimeDistributed(L.Masking(0.))(X).shape
L.ConvLSTM2D(2, 2)(rnd(2,3,4,4))
L.ConvLSTM2D(2, 0)
L.ConvLSTM2D(2, (2,2,2))
L.ConvLSTM2D(2, 2, strides=2, dilation_rate=2)
L.ConvLSTM2D(2, 2, padding='foo')
L.ConvLSTM2D(2, 2, padding='causal')
L.ConvLSTM1D(2, 2, padding='causal')(rnd(2,3,4,2)).shape
L.ConvLSTM2D(2, 2, data_format='foo')
L.ConvLSTM2D(2, 2, unroll=True)
L.ConvLSTM2D(2, 2, strides=2)(rnd(2,3,4,4,2)).shape
L.ConvLSTM2D(2, 2, dropout=.2, recurrent_dropout=.3)(rnd(2,3,4,4,2), training=True).shape
L.ConvLSTM2D(2, 2, return_sequences=True)(rnd(2,3,4,4,2), mask=np.ones((2,3),bool)).shape
L.LSTMCell(4)(rnd(2,3), [rnd(2,4), rnd(2,4)])[1][0].shape
L.LSTMCell(4)(rnd(2,3), states=(rnd(2,4), rnd(2,4)))[0].shape
L.LSTMCell(4)(rnd(2,3))
L.GRUCell(4)(rnd(2,3), rnd(2,4))[1].shape
L.SimpleRNNCell(4)(rnd(2,3), rnd(2,4))[1].shape
L.SimpleRNNCell(4)(rnd(2,3), [rnd(2,4)])[1][0].shape
L.LSTM(4)(X, mask=[M]).shape
L.LSTM(4)([X, rnd(2,4), rnd(2,4)])
Layer(name=3)
Layer(name='a/b')
Layer(name='')
Layer(trainable='a')
Layer(trainable=None)
Layer(trainable=1).trainable
Layer(dtype='foo')
Layer(dtype='float16').variable_dtype
Layer(activity_regularizer='l2').activity_regularizer
Layer(activity_regularizer='foo')
Layer(foo=1)
Layer(weights=[1])
Layer(dynamic=True)
Layer().get_config()
Layer.from_config({'name': 'x', 'trainable': True, 'dtype': 'float32'}).name
Layer.from_config({'foo': 1})
Layer(name='q').add_weight(shape=(2,), name='foo').path
keras.InputSpec(shape=(2, None)).get_config()
repr(keras.InputSpec(shape=(2, None), dtype='float32'))
repr(keras.InputSpec(ndim=2, axes={1: 2}))
keras.InputSpec(ndim=2, axes={3: 2})
keras.InputSpec(max_ndim=2, axes={3: 2})
keras.InputSpec(axes={'a': 2})
keras.InputSpec.from_config({'ndim': 3, 'axes': {1: 2}}).ndim
repr(keras.InputSpec())
keras.InputSpec(shape=[2, None]).shape
keras.InputSpec(shape='a')
keras.InputSpec(optional=True, name='q').get_config()
"""
CASES = [line for line in EXPRESSIONS.splitlines() if line]


def rnd(*shape):
    """Numbers between -1 and 1, the same for the same shape."""
    return np.random.default_rng(len(shape)).uniform(-1, 1, shape).astype("float32")


NAMES = {
    "X": rnd(2, 3),
    "X3": rnd(2, 5, 3),
    "I4": rnd(2, 6, 6, 3),
    "M": np.array([[1, 1, 0, 1, 0], [0, 1, 1, 1, 1]], bool),
    "rnd": rnd,
}


class Whole:
    """A framework, of which copies are itself."""

    def __init__(self, keras):
        self._keras = keras

    def __getattr__(self, name):
        return getattr(self._keras, name)

    def __deepcopy__(self, _):
        return self


def outcome(keras, case):
    """What a line gives in a framework; names, which are numbered, are left out."""
    return nameless(run(keras.layers, case, {**NAMES, "keras": Whole(keras)}))


def nameless(result):
    """Nests of configs without names."""
    if isinstance(result, dict):
        return {key: nameless(each) for key, each in result.items() if key != "name"}
    return [nameless(each) for each in result] if isinstance(result, list) else result


def specs(layers, name):
    """What a layer tells about its inputs before it is built, and after."""
    case = GATES[name]
    layer = made(layers, case)
    before = layer.input_spec
    args, kwargs = given(layers, case)
    layer(*args, **kwargs)
    return [repr(before), repr(layer.input_spec)]
