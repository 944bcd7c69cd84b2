"""What Keras and Geartrain compute of the same losses: one entry a class and choice of arguments.

Every case gives the loss under each reduction and several weights, its gradient by the outputs,
and what the function of the same name gives.
"""

import re
from functools import partial

import numpy as np

SAMPLES, CLASSES = 6, 4
REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None)
DTYPES = ("float32", "float64", "float16", "bfloat16")


def draw(seed=7):
    return np.random.default_rng(seed)


def softmax(x, axis=-1):
    powers = np.exp(x)
    return powers / powers.sum(axis, keepdims=True)


def one_hot(numbers, classes=CLASSES):
    return np.eye(classes)[numbers]


def numbers():
    rng = draw()
    return rng.standard_normal((SAMPLES, CLASSES)), rng.standard_normal((SAMPLES, CLASSES))


def positive():
    rng = draw()
    return rng.uniform(0, 4, (SAMPLES, CLASSES)), rng.uniform(0.05, 4, (SAMPLES, CLASSES))


def certain():
    """Probabilities of 0 and 1, which are kept from the ends."""
    y = one_hot([0, 1, 2, 3, 0, 1])
    return y, np.roll(y, 2, 0)


def series():
    rng = draw()
    return rng.standard_normal((3, 5, 2)), rng.standard_normal((3, 5, 2))


def one_hot_rows():
    rng = draw()
    return one_hot(rng.integers(0, CLASSES, SAMPLES)), softmax(
        rng.standard_normal((SAMPLES, CLASSES))
    )


def one_hot_logits():
    y, p = one_hot_rows()
    return y, 2 * np.log(p) + 1


def one_hot_images():
    rng = draw()
    y = one_hot(rng.integers(0, 3, (2, 3, 3)), 3)
    return y, softmax(rng.standard_normal((2, 3, 3, 3)))


def class_axis_1():
    y, p = one_hot_images()
    return np.moveaxis(y, -1, 1), np.moveaxis(p, -1, 1)


def class_numbers():
    y, p = one_hot_rows()
    return y.argmax(-1), p


def class_number_logits():
    y, p = one_hot_logits()
    return y.argmax(-1)[:, None], p


def class_number_images():
    y, p = one_hot_images()
    return y.argmax(-1), p


def class_number_series():
    y, p = class_number_images()
    return y[:, 0], p[:, 0]


def binary():
    rng = draw()
    return rng.integers(0, 2, (SAMPLES, CLASSES)), rng.uniform(0.02, 0.98, (SAMPLES, CLASSES))


def binary_logits():
    y, p = binary()
    return y, np.log(p / (1 - p))


def binary_column():
    y, p = binary()
    return y[:, 0], p[:, :1]


def signs():
    y, _ = binary()
    return 2 * y - 1, draw(8).standard_normal((SAMPLES, CLASSES))


def binary_scores():
    return binary()[0], draw(8).standard_normal((SAMPLES, CLASSES))


def embeddings():
    x = draw().standard_normal((SAMPLES, CLASSES))
    return np.array([1, 1, 2, 2, 3, 1]), x / np.linalg.norm(x, axis=-1, keepdims=True)


def sequences():
    y = np.array([[1, 2, 2, 0], [3, 1, 0, 0], [2, 0, 0, 0]])
    return y, draw().standard_normal((3, 9, 5))


CASES = {
    "BinaryCrossentropy()": binary,
    "BinaryCrossentropy(from_logits=True)": binary_logits,
    "BinaryCrossentropy(from_logits=True, label_smoothing=0.2)": binary_logits,
    "BinaryCrossentropy(label_smoothing=0.2)": binary_column,
    "BinaryCrossentropy(axis=0)": binary,
    "BinaryCrossentropy(name='certain')": certain,
    "BinaryFocalCrossentropy()": binary,
    "BinaryFocalCrossentropy(from_logits=True, gamma=1.5)": binary_logits,
    "BinaryFocalCrossentropy(apply_class_balancing=True, alpha=0.4)": binary,
    "BinaryFocalCrossentropy(label_smoothing=0.2, gamma=3.0, axis=0)": binary,
    "CTC()": sequences,
    "CategoricalCrossentropy()": one_hot_rows,
    "CategoricalCrossentropy(name='images')": one_hot_images,
    "CategoricalCrossentropy(axis=1)": class_axis_1,
    "CategoricalCrossentropy(from_logits=True)": one_hot_logits,
    "CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)": one_hot_logits,
    "CategoricalCrossentropy(label_smoothing=0.1)": one_hot_rows,
    "CategoricalCrossentropy(name='certain')": certain,
    "CategoricalFocalCrossentropy()": one_hot_rows,
    "CategoricalFocalCrossentropy(alpha=[0.1, 0.2, 0.3, 0.4])": one_hot_rows,
    "CategoricalFocalCrossentropy(from_logits=True, gamma=1.0)": one_hot_logits,
    "CategoricalFocalCrossentropy(label_smoothing=0.1, alpha=0.5)": one_hot_rows,
    "CategoricalFocalCrossentropy(axis=1)": class_axis_1,
    "CategoricalGeneralizedCrossEntropy()": class_numbers,
    "CategoricalGeneralizedCrossEntropy(q=0.9)": class_numbers,
    "CategoricalHinge()": one_hot_rows,
    "CategoricalHinge(name='series')": series,
    "Circle()": embeddings,
    "Circle(gamma=2.0, margin=0.25)": embeddings,
    "Circle(gamma=2.0, remove_diagonal=False)": embeddings,
    "CosineSimilarity()": numbers,
    "CosineSimilarity(axis=0)": numbers,
    "CosineSimilarity(name='series')": series,
    "Dice()": binary,
    "Dice(axis=(1,))": binary,
    "Dice(axis=(1, 2, 3))": one_hot_images,
    "Hinge()": signs,
    "Hinge(name='binary')": binary_scores,
    "Huber()": numbers,
    "Huber(delta=0.3)": numbers,
    "KLDivergence()": one_hot_rows,
    "KLDivergence(name='binary')": binary,
    "LogCosh()": numbers,
    "MeanAbsoluteError()": numbers,
    "MeanAbsoluteError(name='series')": series,
    "MeanAbsolutePercentageError()": positive,
    "MeanSquaredError()": numbers,
    "MeanSquaredError(name='column')": binary_column,
    "MeanSquaredError(name='series')": series,
    "MeanSquaredLogarithmicError()": positive,
    "Poisson()": positive,
    "SparseCategoricalCrossentropy()": class_numbers,
    "SparseCategoricalCrossentropy(from_logits=True)": class_number_logits,
    "SparseCategoricalCrossentropy(ignore_class=1)": class_numbers,
    "SparseCategoricalCrossentropy(ignore_class=0)": class_number_series,
    "SparseCategoricalCrossentropy(from_logits=True, ignore_class=2)": class_number_images,
    "SquaredHinge()": signs,
    "SquaredHinge(name='binary')": binary_scores,
    "Tversky()": binary,
    "Tversky(alpha=0.3, beta=0.8)": binary,
    "Tversky(axis=(1, 2))": one_hot_images,
}
THOROUGH = (
    "BinaryCrossentropy()",
    "Dice()",
    "MeanSquaredError()",
    "MeanSquaredError(name='series')",
    "SparseCategoricalCrossentropy(ignore_class=1)",
)


def made(losses, case, **options):
    """The loss of a case."""
    name, _, arguments = case.partition("(")
    return getattr(losses, name)(**eval(f"dict({arguments}"), **options)


def gradient(keras, loss, y, p, weight):
    """The derivative of a loss by the outputs, by whoever computes it."""
    if keras.__name__ == "geartrain":
        return keras.grad(lambda x: loss(y, x, weight))(keras.ops.convert_to_tensor(p))
    x = keras.ops.convert_to_tensor(p).clone().requires_grad_()  # a tensor of PyTorch
    loss(y, x, weight).backward()
    return x.grad


def weights_for(losses):
    """Weights of the kinds that fit losses of this shape."""
    if not losses.ndim:
        return [None, 0.5]
    rng = draw(9)
    kinds = [None, rng.uniform(0, 2, losses.shape), 0.5]
    return [*kinds, rng.uniform(0, 2, (*losses.shape[:1], *[1] * max(losses.ndim - 1, 1)))]


def run(keras, case, dtype="float32"):
    """The numbers of a case: of few, where the dtype is narrow, of many, where it is THOROUGH."""
    y, p = (given(keras, convert(each, dtype)) for each in CASES[case]())
    plain = made(keras.losses, case, reduction="none", dtype=dtype)(y, p)
    found = [plain]
    if dtype in ("float32", "float64"):
        loss = made(keras.losses, case, dtype=dtype)
        for weight in weights_for(as_array(plain))[:2]:
            for ask in (lambda loss, *rest: loss(*rest), partial(gradient, keras)):
                each = None if weight is None else given(keras, convert(weight, dtype))
                found.append(ask(loss, y, p, each))
    if case in THOROUGH and dtype == "float32":
        found += reduced(keras, case, y, p, as_array(plain))
    if case.endswith("()") and case[:-2] != "CategoricalGeneralizedCrossEntropy":
        found.append(getattr(keras.losses, snake_case(case[:-2]))(y, p))
    return [as_array(each) for each in found]


def reduced(keras, case, y, p, plain):
    """The loss under each reduction, with each kind of weight."""
    scalars = "ignore" not in case  # Keras on PyTorch cannot weigh a mask by a number
    weights = [each for each in weights_for(plain) if scalars or each is None or np.ndim(each)]
    return [
        made(keras.losses, case, reduction=reduction)(y, p, sample_weight=weight)
        for weight in weights
        for reduction in REDUCTIONS
    ]


def as_array(value):
    """Numbers of either framework as float64."""
    if hasattr(value, "detach"):
        value = value.detach().double()
    return np.asarray(value).astype("float64")


def convert(x, dtype):
    """Floats in a dtype, whole numbers as they are."""
    import ml_dtypes

    x = np.ascontiguousarray(x)
    wanted = ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype
    return x.astype("int32") if x.dtype.kind in "iu" else x.astype(wanted)


def given(keras, x):
    """An array as Keras on PyTorch takes it without losing digits of float64."""
    if keras.__name__ == "geartrain" or x.dtype != "float64":
        return x
    import torch

    return torch.tensor(x)  # a copy, as Keras multiplies weights by masks in place


def snake_case(name):
    special = {"CTC": "ctc", "KLDivergence": "kl_divergence"}
    return special.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def masked(keras):
    """Losses of outputs that carry a mask, under each reduction and several weights."""
    x = draw().standard_normal((3, 5, 2))
    x[0, 3:] = 0.0
    x[2, 1:] = 0.0
    y = draw(3).standard_normal((3, 5, 2)).astype("float32")
    found = []
    for weight in (None, draw(4).uniform(0, 2, (3, 5))):
        for reduction in REDUCTIONS:
            outputs = keras.layers.Masking()(x.astype("float32"))
            loss = keras.losses.MeanAbsoluteError(reduction=reduction)
            found.append(loss(y, outputs, sample_weight=weight))
    return [as_array(each) for each in found]


def facts(keras, case):
    """What a loss says of itself."""
    loss = made(keras.losses, case, reduction="sum")
    config = loss.get_config()
    again = type(loss).from_config(config).get_config()
    return {"name": loss.name, "dtype": loss.dtype, "config": config, "again": again}
