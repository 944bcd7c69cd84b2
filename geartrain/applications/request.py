"""`Request`: what is asked of a network, and whether it can be had."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geartrain.errors import explain, unknown_name

TRAINED = "imagenet"  # the trained weights that are published
CLASSES = 1000  # those of ImageNet
POOLINGS = ("avg", "max")
SHARED = (
    "include_top",
    "weights",
    "input_tensor",
    "input_shape",
    "pooling",
    "classes",
    "classifier_activation",
    "name",
)


@dataclass(frozen=True)
class Request:
    """The arguments of a call, those that all networks share and those of one family.

    Attributes:
        network: the function that was called: "ResNet50".
        own: what only this family knows, by name: `alpha`, `include_preprocessing`.
    """

    network: str
    include_top: bool
    weights: Any
    input_tensor: Any
    input_shape: Any
    pooling: str | None
    classes: int
    classifier_activation: Any
    name: str | None
    own: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, network: str, given: Mapping[str, Any]) -> Request:
        """The request that the arguments of a call make."""
        own = {name: each for name, each in given.items() if name not in SHARED}
        return cls(network, **{name: given[name] for name in SHARED}, own=own)

    @property
    def is_trained(self) -> bool:
        """Whether the published weights are wanted."""
        return isinstance(self.weights, str) and self.weights == TRAINED

    def check(self) -> None:
        """Refuse what no network can be made of.

        Raises:
            ValueError: weights that are nowhere, or classes or an activation that the trained
                weights do not have.
        """
        if not self.is_trained and self.weights is not None and not _is_file(self.weights):
            raise ValueError(_weights_message(self))
        if self.pooling is not None and self.pooling not in POOLINGS:
            remedy = f"{self.network}(include_top=False, pooling={{}})"
            raise ValueError(unknown_name("pooling", self.pooling, POOLINGS, remedy=remedy))
        if not (self.is_trained and self.include_top):
            return
        if self.classes != CLASSES:
            raise ValueError(_classes_message(self))
        if self.classifier_activation not in ("softmax", None):
            raise ValueError(_activation_message(self))


def _is_file(weights: Any) -> bool:
    return isinstance(weights, str | os.PathLike) and Path(weights).is_file()


def _weights_message(request: Request) -> str:
    return explain(
        f"{request.network} cannot find these weights",
        given=f"weights={request.weights!r}",
        expected="None (drawn at random), 'imagenet', or the path of a file that is there",
        remedy=f"{request.network}(weights='imagenet')",
    )


def _classes_message(request: Request) -> str:
    return explain(
        f"The trained {request.network} tells the {CLASSES} classes of ImageNet apart",
        given=f"weights='imagenet', include_top=True, classes={request.classes}",
        expected=f"classes={CLASSES}, or a network without its last layers",
        remedy=f"{request.network}(include_top=False, pooling='avg'), and a Dense layer on it",
    )


def _activation_message(request: Request) -> str:
    return explain(
        f"The trained {request.network} was trained with softmax",
        given=f"weights='imagenet', classifier_activation={request.classifier_activation!r}",
        expected="'softmax', or None for what comes before it",
        remedy=f"{request.network}(classifier_activation=None)",
    )
