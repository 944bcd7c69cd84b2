"""What is asked of the networks, by Keras and by Geartrain alike.

Weights come from a formula of their place, so that nothing large has to be stored.
"""

import hashlib
import json
import math

import numpy as np

CLASSES = 10
# The least images, of an odd and an even side, that a network takes.
SIZES = {
    "InceptionV3": (75, 80, 3),
    "InceptionResNetV2": (75, 80, 3),
    "Xception": (71, 76, 3),
}
USUAL_SIZE = (33, 40, 3)
NETWORKS = [
    "ConvNeXtTiny",
    "ConvNeXtSmall",
    "ConvNeXtBase",
    "ConvNeXtLarge",
    "ConvNeXtXLarge",
    "DenseNet121",
    "DenseNet169",
    "DenseNet201",
    "EfficientNetB0",
    "EfficientNetB1",
    "EfficientNetB2",
    "EfficientNetB3",
    "EfficientNetB4",
    "EfficientNetB5",
    "EfficientNetB6",
    "EfficientNetB7",
    "EfficientNetV2B0",
    "EfficientNetV2B1",
    "EfficientNetV2B2",
    "EfficientNetV2B3",
    "EfficientNetV2S",
    "EfficientNetV2M",
    "EfficientNetV2L",
    "InceptionResNetV2",
    "InceptionV3",
    "MobileNet",
    "MobileNetV2",
    "MobileNetV3Small",
    "MobileNetV3Large",
    "NASNetMobile",
    "NASNetLarge",
    "ResNet50",
    "ResNet101",
    "ResNet152",
    "ResNet50V2",
    "ResNet101V2",
    "ResNet152V2",
    "VGG16",
    "VGG19",
    "Xception",
]
# Those of which much is asked, as they are built quickly.
ASKED = [
    "ConvNeXtTiny",
    "EfficientNetV2B0",
    "EfficientNetV2S",
    "InceptionV3",
    "MobileNet",
    "MobileNetV2",
    "MobileNetV3Small",
    "VGG16",
    "Xception",
]
REQUESTS = (
    {"include_top": False},
    {"include_top": False, "pooling": "avg"},
    {"include_top": False, "pooling": "max"},
    {"classes": 7, "classifier_activation": None},
    {"include_top": False, "input_shape": (None, None, 1)},
    {"include_top": False, "input_shape": (None, None, 4)},
    {"include_top": False, "input_shape": (71, 72, 3)},
    {"input_shape": (75, 75, 3)},
    {"weights": "imagenet"},
    {"weights": "imagenet", "include_top": False, "input_shape": (128, 160, 3)},
    {"weights": "imagenet", "include_top": False, "classes": 7},
    {"include_top": False, "pooling": "avg", "name": "mine"},
)
REFUSED = (
    {"input_shape": (None, None, 3)},
    {"include_top": False, "input_shape": (20, 20, 3)},
    {"input_shape": (75, 3)},
    {"weights": "nowhere"},
    {"weights": "imagenet", "classes": 7},
    {"weights": "imagenet", "classifier_activation": "relu"},
    {"weights": "imagenet", "input_shape": (96, 80, 3)},
    {"weights": "imagenet", "include_top": False, "input_shape": (96, 96, 1)},
)
OF_MOBILE = (
    ("MobileNet", {"alpha": 0.5, "include_top": False}),
    ("MobileNet", {"depth_multiplier": 2, "input_shape": (160, 160, 3)}),
    ("MobileNet", {"alpha": 0.3, "weights": "imagenet"}),
    ("MobileNet", {"depth_multiplier": 2, "weights": "imagenet"}),
    ("MobileNet", {"alpha": 0.5, "weights": "imagenet", "input_shape": (160, 160, 3)}),
    ("MobileNetV2", {"alpha": 1.4, "input_shape": (96, 96, 3)}),
    ("MobileNetV2", {"alpha": 0.35, "include_top": False}),
    ("MobileNetV2", {"alpha": 0.4, "weights": "imagenet"}),
    ("MobileNetV3Small", {"minimalistic": True, "input_shape": (64, 64, 3)}),
    ("MobileNetV3Large", {"alpha": 0.75, "include_preprocessing": False, "dropout_rate": 0.0}),
    ("MobileNetV3Large", {"alpha": 1.25, "include_top": False, "pooling": "avg"}),
    ("MobileNetV3Small", {"minimalistic": True, "alpha": 0.75, "weights": "imagenet"}),
    ("EfficientNetV2B1", {"include_preprocessing": False, "input_shape": (64, 64, 3)}),
    ("ConvNeXtTiny", {"include_preprocessing": False, "include_top": False, "pooling": "max"}),
)


def requests():
    """What is asked of which network. Keras's EfficientNetV2 breaks down if it is given a name."""
    refused = [(name, each) for name in NETWORKS for each in REFUSED if "XL" not in name]
    met = [(name, each) for name in ASKED for each in REQUESTS]
    named = ("EfficientNetV2B0", "EfficientNetV2S")
    met = [(name, each) for name, each in met if "name" not in each or name not in named]
    return [*refused, *met, *OF_MOBILE]


def size_of(name):
    """The shape of small images for a network."""
    return SIZES.get(name, USUAL_SIZE)


def dtype_for(name):
    """In which dtype a network is compared.

    Batch normalization of few numbers makes much of rounding, in which no two libraries agree;
    ConvNeXt has none, and 350 million weights.
    """
    return "float32" if name.startswith("ConvNeXt") else "float64"


def small(applications, name):
    """A network for small images, with ten classes and without softmax."""
    arguments = {"weights": None, "classes": CLASSES, "classifier_activation": None}
    return getattr(applications, name)(input_shape=size_of(name), **arguments)


def noise(count, seed):
    """Numbers of -1 ... 1 that look random, each of its place: MurmurHash3's last step."""
    x = np.arange(count, dtype=np.uint32) + np.uint32(seed * 2654435761 % 2**32)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x ^= x >> np.uint32(shift)
        x *= np.uint32(factor)
    x ^= x >> np.uint32(16)
    return x.astype("float32") / np.float32(2**31) - 1


def numbers_for(weight, seed):
    """A weight's numbers: kernels keep the size of what they are given, others lie near 0 or 1."""
    shape = tuple(weight.shape)
    found = noise(math.prod(shape), seed).reshape(shape)
    kind = weight.name
    if kind in ("mean", "variance", "count"):  # Normalization reads them when they are loaded
        return np.full(shape, kind == "variance")
    if len(shape) > 1:
        inputs = math.prod(shape[:2]) if "depthwise" in kind else math.prod(shape[:-1])
        return found * np.float32(math.sqrt(6 / inputs))
    if "gamma" in kind or "variance" in kind:
        return 1 + found / 10
    if kind.startswith("variable"):  # the scales of ConvNeXt
        return (1 + found / 10) / 2
    return found / 10


def fill(model):
    """Give a model the weights of the formula."""
    for seed, weight in enumerate(model.weights):
        weight.assign(numbers_for(weight, seed))
    return model


def calibrate(model, images):
    """Let every batch normalization know the mean and variance of what it gets of these images.

    Without it little of the images is left after fifty layers, or nothing but large numbers.
    """
    kept = {}
    for layer in model.layers:
        for name in ("momentum", "rate"):
            if hasattr(layer, name):
                kept[layer, name] = getattr(layer, name)
                setattr(layer, name, 0.0)
    model(images, training=True)
    for (layer, name), value in kept.items():
        setattr(layer, name, value)
    return model


def images_for(name):
    """Two images of 0 ... 255: one of noise, one that also grows brighter to the right."""
    shape = (2, *size_of(name))
    images = (noise(math.prod(shape), 7).reshape(shape) + 1) * 127.5
    images[1] *= np.linspace(0, 1, shape[2], dtype="float32")[:, None]
    return images


def digest(things):
    """The first digits of the SHA-256 of a list."""
    return hashlib.sha256(json.dumps(things).encode()).hexdigest()[:16]


def facts(model):
    """What a model is: its parameters, and digests of its layers, their joints and weights."""
    return {
        "name": model.name,
        "input": list(model.input_shape),
        "output": list(model.output_shape),
        "params": model.count_params(),
        "layers": digest([[type(each).__name__, each.name] for each in model.layers]),
        "configs": digest([config_of(each) for each in model.layers]),
        "weights": digest([[w.path, list(w.shape), w.trainable] for w in model.weights]),
        "end": [each.name for each in model.layers[-2:]],
    }


def config_of(layer):
    """A layer's config, without the dtype; of a network in the network, its layers' names."""
    config = json.loads(json.dumps(layer.get_config(), default=str))
    if "layers" in config:
        return [each["config"]["name"] for each in config["layers"][1:]]
    return {key: config[key] for key in sorted(config) if key != "dtype"}


def answered(applications, name, request):
    """The facts of what a network makes of a request, or which exception it raises."""
    try:
        model = getattr(applications, name)(**{"weights": None, **request})
    except (ValueError, TypeError) as error:
        return type(error).__name__
    return facts(model)
