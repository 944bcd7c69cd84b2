"""A network of two layers from nothing but tensors and a tape, on handwritten digits.

Run it as `python two_layer_network.py [folder]`; it saves a picture there.
"""

import sys
from pathlib import Path

import numpy as np
from picture import TONES, Chart

from geartrain import GradientTape, Variable, ops
from geartrain.datasets import mnist

if "--help" in sys.argv:
    sys.exit(print(__doc__))
folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

(train_images, train_labels), (test_images, test_labels) = mnist.load_data()
images = train_images[:6000].reshape(-1, 28 * 28).astype("float32") / 255
labels = train_labels[:6000]
held_out = test_images[:1000].reshape(-1, 28 * 28).astype("float32") / 255


class Dense:
    """activation(inputs @ W + b)"""

    def __init__(self, input_size, output_size, activation, rng):
        limit = np.sqrt(6 / (input_size + output_size))
        start = rng.uniform(-limit, limit, (input_size, output_size))
        self.W = Variable(start.astype("float32"), name="W")
        self.b = Variable(np.zeros(output_size, "float32"), name="b")
        self.activation = activation

    def __call__(self, inputs):
        return self.activation(ops.matmul(inputs, self.W) + self.b)


def relu(x):
    return ops.maximum(x, 0.0)


def softmax(x):
    powers = ops.exp(x - ops.max(x, axis=-1, keepdims=True))
    return powers / ops.sum(powers, axis=-1, keepdims=True)


def crossentropy(labels, probabilities):
    right = ops.one_hot(labels, 10)  # (batch, 10)
    return -ops.mean(ops.sum(right * ops.log(probabilities + 1e-7), axis=-1))


rng = np.random.default_rng(0)
layers = [Dense(28 * 28, 128, relu, rng), Dense(128, 10, softmax, rng)]
weights = [weight for layer in layers for weight in (layer.W, layer.b)]


def model(inputs):
    for layer in layers:
        inputs = layer(inputs)
    return inputs


def training_step(images, labels, step=0.2):
    with GradientTape() as tape:
        loss = crossentropy(labels, model(images))
    for weight, gradient in zip(weights, tape.gradient(loss, weights), strict=True):
        weight.assign_sub(step * gradient)
    return float(loss)


losses = []
for epoch in range(5):
    order = rng.permutation(len(images))
    for start in range(0, len(images), 128):
        rows = order[start : start + 128]
        losses.append(training_step(images[rows], labels[rows]))
    found = ops.argmax(model(held_out), axis=-1).numpy()
    accuracy = np.mean(found == test_labels[:1000])
    print(f"epoch {epoch + 1}: loss {np.mean(losses[-10:]):.3f}, accuracy {accuracy:.3f}")
assert accuracy > 0.85

chart = Chart("the loss of each batch", (0, len(losses)), (0, max(losses)), ("batch", "loss"))
chart.line(enumerate(losses), TONES[0], name=f"test accuracy {accuracy:.1%}")
chart.save(folder / "two_layer_network.svg")
