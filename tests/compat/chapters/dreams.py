"""Chapter 8: a picture changed along gradients; style; sampling with a temperature."""

import numpy as np
from keras import backend as K
from keras import layers, models
from scipy.optimize import fmin_l_bfgs_b

K.set_learning_phase(0)

base = models.Sequential()
base.add(layers.Conv2D(4, 3, activation="relu", input_shape=(None, None, 3), name="mixed2"))
base.add(layers.Conv2D(4, 3, activation="relu", name="mixed3"))
layer_dict = {layer.name: layer for layer in base.layers}
loss = K.variable(0.0)
for layer_name, coeff in {"mixed2": 0.2, "mixed3": 3.0}.items():
    activation = layer_dict[layer_name].output
    scaling = K.prod(K.cast(K.shape(activation), "float32"))
    loss = loss + coeff * K.sum(K.square(activation[:, 2:-2, 2:-2, :])) / scaling
dream = base.input
grads = K.gradients(loss, dream)[0]
grads /= K.maximum(K.mean(K.abs(grads)), 1e-7)
fetch_loss_and_grads = K.function([dream], [loss, grads])
x = np.random.random((1, 14, 14, 3))
losses = []
for _ in range(3):
    loss_value, grad_values = fetch_loss_and_grads([x])
    losses.append(loss_value)
    x += 0.01 * grad_values
assert losses[0] < losses[1] < losses[2]


def gram_matrix(x):
    features = K.batch_flatten(K.permute_dimensions(x, (2, 0, 1)))
    return K.dot(features, K.transpose(features))


def total_variation_loss(x):
    a = K.square(x[:, :7, :7, :] - x[:, 1:, :7, :])
    b = K.square(x[:, :7, :7, :] - x[:, :7, 1:, :])
    return K.sum(K.pow(a + b, 1.25))


target_image = K.constant(np.random.random((1, 8, 8, 3)))
style_image = K.constant(np.random.random((1, 8, 8, 3)))
combination_image = K.placeholder((1, 8, 8, 3))
input_tensor = K.concatenate([target_image, style_image, combination_image], axis=0)
features = layers.Conv2D(4, 3, padding="same", activation="relu")(input_tensor)
loss = K.variable(0.0)
loss = loss + 0.025 * K.sum(K.square(features[2] - features[0]))
loss = loss + K.sum(K.square(gram_matrix(features[1]) - gram_matrix(features[2]))) / 36.0
loss = loss + 1e-4 * total_variation_loss(combination_image)
grads = K.gradients(loss, combination_image)[0]
fetch_loss_and_grads = K.function([combination_image], [loss, grads])


class Evaluator:
    def loss(self, x):
        outs = fetch_loss_and_grads([x.reshape((1, 8, 8, 3))])
        self.grad_values = outs[1].flatten().astype("float64")
        return outs[0]

    def grads(self, x):
        return np.copy(self.grad_values)


evaluator = Evaluator()
x = np.random.random(8 * 8 * 3)
first = evaluator.loss(x)
x, min_val, info = fmin_l_bfgs_b(evaluator.loss, x, fprime=evaluator.grads, maxfun=10)
assert min_val < first / 2
