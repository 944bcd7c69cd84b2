"""`clone_model`: the same layers, joined in the same way, with new weights."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from geartrain.errors import explain
from geartrain.graph import Node
from geartrain.layers import InputLayer, Layer
from geartrain.layers.symbolic import (
    Call,
    OperationCall,
    Place,
    Step,
    by_signature,
    input_layer_of,
    is_symbolic_input,
)
from geartrain.models.functional import Functional
from geartrain.models.functional_config import entry_layer, node_of
from geartrain.models.model import Model
from geartrain.models.sequential import Sequential
from geartrain.serialization import deserialize_keras_object
from geartrain.symbolic.steps import written_down
from geartrain.tensor.nest import flatten, map_nest, pack_like

Clone = Callable[[Any], Any]


def model_from_json(json_string: str, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The model that `model.to_json()` wrote down; its weights are new.

    Args:
        json_string: the text.
        custom_objects: your own classes and functions by name.
    """
    return deserialize_keras_object(json.loads(json_string), custom_objects)


def clone_model(
    model: Any,
    input_tensors: Any = None,
    clone_function: Clone | None = None,
    call_function: Callable[..., Any] | None = None,
    recursive: bool = False,
    **kwargs: Any,
) -> Any:
    """A model of the same layers, made anew, with new weights; compiled, if the model is.

    Args:
        model: a `Model`.
        input_tensors: symbolic tensors to build upon, in the form of `model.input`; None makes
            new ones.
        clone_function: gives a layer for a layer; None makes one of its config.
        call_function: called with (layer, *args, **kwargs) instead of the layer, in functional
            models.
        recursive: whether the layers of models inside are cloned by `clone_function` as well.
        **kwargs: none.

    Raises:
        ValueError: an argument does not fit this kind of model.

    >>> from geartrain import Sequential, layers, models
    >>> model = Sequential([layers.Input((3,)), layers.Dense(2)])
    >>> models.clone_model(model).count_params()
    8
    """
    if kwargs:
        raise ValueError(f"clone_model does not know {', '.join(kwargs)}")
    made = _cloned(model, input_tensors, clone_function, call_function, recursive)
    if getattr(model, "compiled", False):
        _compile_likewise(made, model)
    return made


def _compile_likewise(made: Any, model: Any) -> None:
    """Compile a clone as its model was, with an optimizer, losses and metrics of its own.

    A model whose class has its own `compile` is left as it is, unless its class says how.
    """
    own = type(model)
    if own.get_compile_config is not Model.get_compile_config:
        made.compile_from_config(model.get_compile_config())
    elif own.compile is Model.compile:
        given = {**vars(model)["_compiled_with"]}
        optimizer = given.pop("optimizer")
        fresh = optimizer and type(optimizer).from_config(optimizer.get_config())
        made.compile(fresh, **{name: map_nest(_copied, each) for name, each in given.items()})
        if fresh is not None and made.built:
            fresh.build(made.trainable_variables)


def _copied(part: Any) -> Any:
    """A loss or metric once more; names and functions as they are."""
    return deepcopy(part) if hasattr(part, "get_config") and not isinstance(part, type) else part


def _cloned(
    model: Any,
    input_tensors: Any,
    clone_function: Clone | None,
    call_function: Callable[..., Any] | None,
    recursive: bool,
) -> Any:
    if isinstance(model, Sequential):
        if call_function is not None:
            raise ValueError(_argument_message(model, "call_function", "functional models"))
        return _sequential(model, _cloner(clone_function, recursive), input_tensors)
    if isinstance(model, Functional) and _plain(model):
        return _functional(model, _cloner(clone_function, recursive), call_function, input_tensors)
    for name, value in [("clone_function", clone_function), ("input_tensors", input_tensors)]:
        if value is not None:
            raise ValueError(_argument_message(model, name, "functional and Sequential models"))
    if call_function is not None:
        raise ValueError(_argument_message(model, "call_function", "functional models"))
    return type(model).from_config(model.get_config())


def _plain(model: Functional) -> bool:
    from geartrain.models.storing import takes_tensors

    return takes_tensors(type(model))


def _cloner(clone_function: Clone | None, recursive: bool) -> Clone:
    """A function of a layer, which goes into models inside if asked to."""

    def clone(layer: Any) -> Any:
        if recursive and isinstance(layer, Sequential | Functional):
            return clone_model(layer, clone_function=clone_function, recursive=True)
        if clone_function is None:
            return type(layer).from_config(layer.get_config())
        return clone_function(layer)

    return clone


def _sequential(model: Sequential, clone: Clone, input_tensors: Any) -> Sequential:
    inner = model._layers
    layers = [clone(each) for each in inner if not isinstance(each, InputLayer)]
    start = _start(model, input_tensors)
    made = Sequential([*start, *layers], name=model.name)
    made.trainable = model.trainable or made.trainable
    return made


def _start(model: Sequential, input_tensors: Any) -> list[Any]:
    """The entrance of the clone: that of the model, made anew, or the one given."""
    if input_tensors is not None:
        given = flatten(input_tensors)
        if len(given) != 1:
            raise ValueError(_tensors_message(model, "one symbolic tensor", given))
        if not is_symbolic_input(given[0]) or not isinstance(input_layer_of(given[0]), InputLayer):
            raise ValueError(_tensors_message(model, "a tensor of layers.Input", given))
        return [input_layer_of(given[0])]
    if not model.built or not model._symbols:
        return []
    own = input_layer_of(model._symbols[0])
    return [InputLayer.from_config(own.get_config())]


def _functional(
    model: Functional, clone: Clone, call_function: Callable[..., Any] | None, input_tensors: Any
) -> Any:
    call = call_function or (lambda layer, *args, **kwargs: layer(*args, **kwargs))
    entries = _entries(model, input_tensors)
    values: dict[Node, Any] = dict(zip(model._entries, entries, strict=True))
    makers: dict[Any, Any] = {}
    for node in model._order:
        if node in values:
            continue
        step = node.parameters.get("call")
        if isinstance(step, Step):
            inputs = [values[each] for each in node.inputs]
            values[node] = flatten(_again(step, inputs, makers, clone, call))
        elif "number" in node.parameters:
            values[node] = values[node.inputs[0]][node.parameters["number"]]
        else:
            raise ValueError(_step_message(node))
    ends = [values[node_of(each)] for each in model.outputs]
    inputs = pack_like(model.input, entries)
    return type(model)(inputs, pack_like(model.output, ends), name=model.name)


def _again(
    step: Step, inputs: list[Any], makers: dict[Any, Any], clone: Clone, call: Callable[..., Any]
) -> Any:
    """Carry a step out on the clone's tensors, with the clone's layer."""

    def given(leaf: Any) -> Any:
        return inputs[leaf.number] if isinstance(leaf, Place) else leaf

    if isinstance(step, OperationCall):
        args, kwargs = map_nest(given, list(step.args)), map_nest(given, step.kwargs)
        return written_down(step.operation, args, kwargs)
    if not isinstance(step, Call):
        raise TypeError(f"{step!r} is the call of neither a layer nor an operation")
    if step.layer not in makers:
        made = clone(step.layer)
        if not isinstance(made, Layer):
            raise TypeError(_no_layer_message(step.layer, made))
        makers[step.layer] = made
    args, kwargs = by_signature(type(step.layer).call, step.layer, map_nest(given, step.arguments))
    if step.training is not None:
        kwargs["training"] = step.training
    return call(makers[step.layer], *args, **kwargs)


def _entries(model: Functional, input_tensors: Any) -> list[Any]:
    """The symbolic tensors that the clone begins with."""
    if input_tensors is None:
        return [InputLayer.from_config(entry_layer(node).get_config()).output
                for node in model._entries]  # fmt: skip
    given = flatten(input_tensors)
    if not all(map(is_symbolic_input, given)):
        raise ValueError(_tensors_message(model, "symbolic tensors (layers.Input)", given))
    if _form(input_tensors) != _form(model.input):
        raise ValueError(_tensors_message(model, f"the form of {model.input!r}", given))
    return given


def _form(nest: Any) -> Any:
    return map_nest(lambda _: 0, nest)


def _argument_message(model: Model, name: str, kinds: str) -> str:
    return explain(
        f"clone_model takes {name} for {kinds} only",
        given=f"{name}, and {type(model).__name__} '{model.name}'",
        expected="a model whose layers and calls are known before it runs",
        remedy="clone_model(model)",
    )


def _tensors_message(model: Model, expected: str, given: Any) -> str:
    return explain(
        "clone_model cannot build upon these input_tensors",
        given=f"{given!r}",
        expected=f"{expected}, for model '{model.name}'",
        remedy="clone_model(model, input_tensors=layers.Input((4,)))",
    )


def _no_layer_message(layer: Any, given: Any) -> str:
    return explain(
        "clone_function gave no layer",
        given=f"{given!r}, for the layer '{layer.name}'",
        expected="a layer",
        remedy="lambda layer: type(layer).from_config(layer.get_config())",
    )


def _step_message(node: Node) -> str:
    return explain(
        "A step of this model cannot be cloned",
        given=f"'{node.label}', which neither a layer nor an operation with a name gave",
        expected="calls of layers and of geartrain.ops on symbolic tensors",
        remedy="put it into a layer of your own: class Mine(layers.Layer): def call(self, x): ...",
    )
