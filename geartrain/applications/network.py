"""How a network is made: a recipe and a request, to a model.

    ResNet50 = network("ResNet50", Recipe(features), __name__, about="...")
    ResNet50(weights=None, classes=10)   ->   Model

A **recipe** says what the images become (`features`), what the features become (`head`), and how
large images have to be. All that networks have in common is here: the checking of arguments, the
entrance, the pooling of a network without its last layers, and the weights.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from geartrain import layers
from geartrain.applications.images import Shape, entrance, image_shape
from geartrain.applications.request import Request
from geartrain.applications.weight_files import load_weights
from geartrain.layers.calls import blank_weights
from geartrain.models import Model
from geartrain.symbolic.sources import get_source_inputs

ARGUMENTS = {
    "include_top": "whether the layers that tell classes apart are there.",
    "weights": 'None (drawn at random), "imagenet" (published), or the path of a file.',
    "input_tensor": "a symbolic tensor that takes the place of `layers.Input`.",
    "input_shape": "of one image: (height, width, channels); None is the network's own.",
    "pooling": 'without the last layers: "avg" or "max" over space; None: the whole map.',
    "classes": "how many there are.",
    "classifier_activation": "of the last layer; None gives what comes before it.",
    "name": "of the model.",
    "alpha": "how wide the layers are, as a part of their width in the paper.",
    "depth_multiplier": "how many filters each channel has in a depthwise convolution.",
    "dropout": "the part of the features that is left out in training.",
    "dropout_rate": "the part of the features that is left out in training.",
    "minimalistic": "plain layers alone: no excitation, no hard-swish, no 5x5 windows.",
    "include_preprocessing": "whether it takes pixels of 0 ... 255 as they are.",
}


def mean_of_space(features: Any, name: str | None = "avg_pool", **kwargs: Any) -> Any:
    """The mean of each channel over space."""
    return layers.GlobalAveragePooling2D(name=name, **kwargs)(features)


def classes_of(features: Any, request: Request, **kwargs: Any) -> Any:
    """The last layer of most networks: `predictions`."""
    last = layers.Dense(
        request.classes, activation=request.classifier_activation, name="predictions", **kwargs
    )
    return last(features)


def mean_and_classes(features: Any, request: Request) -> Any:
    """The head of most networks: the mean over space, and a dense layer."""
    return classes_of(mean_of_space(features), request)


def mean_and_classes_unnamed(features: Any, request: Request) -> Any:
    """The same, with a number for the mean's layer instead of a name."""
    return classes_of(mean_of_space(features, None), request)


@dataclass(frozen=True)
class Recipe:
    """How a network is built.

    Attributes:
        features: (images, request) -> what the layers make of them.
        head: (features, request) -> classes.
        size: of its own images, which are square; or a function of the request.
        smallest: the least height and width.
        pools: the names of the layers for pooling="avg" and "max"; None is numbered.
        named: (request, shape) -> the model's name, where it depends on them.
        check: (request) refuses what this family has not.
        any_size: whether the head too takes images of any size.
        variant: (request, shape) -> what the file of the weights depends on.
        headless: (features, request) -> what a network without its last layers gives.
    """

    features: Callable[[Any, Request], Any]
    head: Callable[[Any, Request], Any] = mean_and_classes
    size: int | Callable[[Request], int] = 224
    smallest: int = 32
    pools: tuple[str | None, str | None] = ("avg_pool", "max_pool")
    named: Callable[[Request, Shape], str] | None = None
    check: Callable[[Request], None] | None = None
    any_size: bool = False
    variant: Callable[[Request, Shape], str] | None = None
    headless: Callable[[Any, Request], Any] | None = None

    def size_for(self, request: Request) -> int:
        """The size of the network's own images."""
        return self.size if isinstance(self.size, int) else self.size(request)


def build(recipe: Recipe, request: Request) -> Model:
    """The model that a recipe makes of a request.

    Raises:
        ValueError: the request cannot be met.
    """
    request.check()
    if recipe.check is not None:
        recipe.check(request)
    sizes = (recipe.size_for(request), recipe.smallest)
    shape = image_shape(request, *sizes, any_size=recipe.any_size)
    images = entrance(request, shape)
    with blank_weights(request.weights is not None):
        outputs = _outputs(recipe, request, recipe.features(images, request))
    inputs = images if request.input_tensor is None else _one(get_source_inputs(images))
    name = request.name if recipe.named is None else recipe.named(request, shape)
    model = Model(inputs, outputs, name=name)
    load_weights(model, request, recipe.variant(request, shape) if recipe.variant else "")
    return model


def _outputs(recipe: Recipe, request: Request, features: Any) -> Any:
    if request.include_top:
        return recipe.head(features, request)
    found = _pooled(recipe, request, features)
    return found if recipe.headless is None else recipe.headless(found, request)


def _pooled(recipe: Recipe, request: Request, features: Any) -> Any:
    if request.pooling is None:
        return features
    kind, name = (
        (layers.GlobalAveragePooling2D, recipe.pools[0])
        if request.pooling == "avg"
        else (layers.GlobalMaxPooling2D, recipe.pools[1])
    )
    return kind(name=name)(features)


def _one(tensors: list[Any]) -> Any:
    return tensors[0] if len(tensors) == 1 else tensors


# -- the public functions --------------------------------------------------------------------------


def standard(
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str | None = None,
) -> None:
    """The arguments of most networks, in Keras's order."""


def network(
    kind: str,
    recipe: Recipe,
    module: str,
    *,
    about: str,
    name: str | None = None,
    form: Callable[..., None] = standard,
) -> Callable[..., Model]:
    """A public function that makes a network.

    Args:
        kind: its name: "ResNet50".
        recipe: how it is built.
        module: where it lives: `__name__`.
        about: the first lines of its documentation.
        name: what the models are called by default.
        form: a function whose arguments it takes.
    """
    signature = _with_name(inspect.signature(form, eval_str=True), name)

    def make(*args: Any, **kwargs: Any) -> Model:
        try:
            given = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{kind}() {error}; it is {kind}{_plain(signature)}") from None
        given.apply_defaults()
        return build(recipe, Request.of(kind, given.arguments))

    make.__signature__ = signature.replace(return_annotation=Model)  # type: ignore[attr-defined]
    make.__name__ = make.__qualname__ = kind
    make.__module__ = module
    make.__doc__ = _documentation(about, signature)
    return make


def _with_name(signature: inspect.Signature, name: str | None) -> inspect.Signature:
    parameters = dict(signature.parameters)
    parameters["name"] = parameters["name"].replace(default=name)
    return signature.replace(parameters=list(parameters.values()))


def _plain(signature: inspect.Signature) -> str:
    """A signature without its annotations."""
    bare = [each.replace(annotation=each.empty) for each in signature.parameters.values()]
    return str(inspect.Signature(bare))


def _documentation(about: str, signature: inspect.Signature) -> str:
    arguments = "\n".join(f"    {each}: {ARGUMENTS[each]}" for each in signature.parameters)
    return (
        f"{about.strip()}\n\nArgs:\n{arguments}\n\n"
        "Raises:\n"
        "    ValueError: a shape, a number of classes or weights that do not go together.\n"
        "    FileNotFoundError: the published weights are not here, and not to be had.\n"
    )
