"""`Model.quantize`: the layers of a model in few bits, at any depth."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from geartrain.errors import explain
from geartrain.layers import InputLayer, Layer
from geartrain.layers.tracking import parts_of
from geartrain.tensor.user_line import levels_to_user

CALIBRATED = ("gptq", "awq")


def quantize_layers(model: Any, mode: Any, config: Any, filters: Any) -> None:
    """Quantize every layer inside that can be, and that the filters let through."""
    from geartrain.quantizers.config import chosen_config  # for few models

    config = chosen_config(mode, config)
    if not model.built:
        raise ValueError(_unbuilt_message(model))
    wanted = _filter(filters)
    if config.mode in CALIBRATED:
        from geartrain.models.calibrating import calibrate_blocks  # for few models

        calibrate_blocks(model, config, wanted)
        return
    for layer in leaves(model):
        if wanted(layer):
            _quantize(layer, config)


def leaves(holder: Any) -> Iterator[Any]:
    """The layers inside that hold no others, each once."""
    seen: set[int] = set()
    stack = [holder]
    while stack:
        layer = stack.pop(0)
        inner = parts_of(layer, Layer)
        if id(layer) not in seen and not inner and layer is not holder:
            yield layer
        stack = [each for each in inner if id(each) not in seen] + stack
        seen.add(id(layer))


def _quantize(layer: Any, config: Any) -> None:
    try:
        layer.quantize(config=config)
    except NotImplementedError as error:
        if layer.weights and not isinstance(layer, InputLayer):
            warnings.warn(str(error), stacklevel=levels_to_user())


def _filter(filters: Any) -> Callable[[Any], bool]:
    if filters is None:
        return lambda _: True
    if callable(filters):
        return filters  # type: ignore[no-any-return]
    patterns = [filters] if isinstance(filters, str) else list(filters)
    return lambda layer: any(re.search(each, layer.name) for each in patterns)


def _unbuilt_message(model: Any) -> str:
    return explain(
        "Cannot quantize a layer that isn't yet built. "
        f"Layer '{model.name}' (of type '{type(model).__name__}') is not built yet",
        given="a model without weights",
        expected="a model that has seen data, or a shape",
        remedy="model.build((None, 784)) before",
    )
