"""A functional model from a config: layers are made, then called as the config says.

Both forms are read: that of Keras 3, and the older one, in which a call is a list of
`[name, call, tensor, arguments]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from geartrain.errors import explain
from geartrain.layers import Layer
from geartrain.models.operation_names import read_operation
from geartrain.serialization import CustomObjectScope, deserialize_keras_object
from geartrain.symbolic import Operation
from geartrain.symbolic.operation import signature_of
from geartrain.tensor.nest import flatten

Tensors = dict[tuple[str, int], list[Any]]


class NotYetError(Exception):
    """A call needs a tensor that no call has given yet."""


def functional_parts(
    config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None
) -> tuple[Any, Any]:
    """The inputs and outputs of the model that a config tells of.

    Raises:
        ValueError: the calls need tensors that nothing gives.
    """
    with CustomObjectScope(custom_objects):
        tensors: Tensors = {}
        pending = [_Part(each, tensors) for each in config["layers"]]
        older = any(each.older for each in pending)
        if older:
            _count_from_first_use(pending, config)
        while pending:
            left = [each for each in pending if not each.advance()]
            if len(left) == len(pending) and not any(each.moved for each in left):
                raise ValueError(_stuck_message(left))
            pending = left
        inputs, outputs = (
            _named(config[place], tensors, older) for place in ("input_layers", "output_layers")
        )
        return inputs, outputs


def _count_from_first_use(parts: list[_Part], config: Mapping[str, Any]) -> None:
    """Number the calls of models inside from 1, where an older config does so.

    Keras 2 counted the call by which a model was made as the first.
    """
    named = [config["input_layers"], config["output_layers"], [each.calls for each in parts]]
    used: dict[str, set[int]] = {}
    for name, call in _addresses(named):
        used.setdefault(name, set()).add(call)
    for part in parts:
        if part.calls and part.name in used:
            part.first = min(used[part.name])


def _addresses(nest: Any) -> Iterator[tuple[str, int]]:
    """The names of tensors in a nest."""
    if _is_address(nest):
        yield nest[0], nest[1]
        nest = nest[3:]
    if isinstance(nest, dict):
        nest = nest.values()
    elif not isinstance(nest, list | tuple):
        return
    for each in nest:
        yield from _addresses(each)


class _Part:
    """A layer or operation, and those of its calls that are still to be made."""

    call: Callable[..., Any]

    def __init__(self, config: Mapping[str, Any], tensors: Tensors) -> None:
        self.tensors, self.config = tensors, config
        self.calls = list(config.get("inbound_nodes") or ())
        self.older = any(not isinstance(each, dict) for each in self.calls)
        self.done, self.first, self.moved = 0, 0, False
        found = read_operation(config)
        if found is None:
            self.call = layer = _layer(config)
            self.name = config.get("name") or layer.name
            if not self.calls:
                tensors[self.name, 0] = [layer.output]
        else:
            self.name, self.call = config["name"], found

    def advance(self) -> bool:
        """Make as many calls as can be made; whether that was all."""
        self.moved = False
        while self.done < len(self.calls):
            try:
                args, kwargs = self._arguments(self.calls[self.done])
            except NotYetError:
                return False
            kwargs = {k: each for k, each in kwargs.items() if each is not None or self.takes(k)}
            self.tensors[self.name, self.first + self.done] = flatten(self.call(*args, **kwargs))
            self.done, self.moved = self.done + 1, True
        return True

    def takes(self, name: str) -> bool:
        """Whether the layer's call has an argument: Keras's models have a `mask`, for one."""
        call = getattr(type(self.call), "call", None)
        return call is None or name in signature_of(call).parameters

    def _arguments(self, call: Any) -> tuple[Any, dict[str, Any]]:
        if isinstance(call, dict):
            args, kwargs = (self._filled(call[place]) for place in ("args", "kwargs"))
            return args, kwargs
        return self._older_arguments(call)

    def _filled(self, given: Any) -> Any:
        """Arguments with tensors for their names."""
        if isinstance(given, dict) and given.get("class_name") == "__keras_tensor__":
            return tensor_at(given["config"]["keras_history"], self.tensors)
        if isinstance(given, dict) and "class_name" not in given:
            return {name: self._filled(each) for name, each in given.items()}
        if isinstance(given, list | tuple):
            return [self._filled(each) for each in given]
        return deserialize_keras_object(given)

    def _older_arguments(self, call: Any) -> tuple[Any, dict[str, Any]]:
        """Those of Keras 2: the first argument is a nest of names, the others stand beside."""
        kwargs: dict[str, Any] = {}
        if _is_older_name(call):
            call = [call]
        for entry in call if isinstance(call, list) else call.values():
            if _is_older_name(entry) and len(entry) > 3:
                kwargs.update(entry[3])
        first = _older_nest(call, self.tensors)
        if isinstance(first, list) and len(first) == 1:
            first = first[0]
        known = {name: _older_value(each, self.tensors) for name, each in kwargs.items()}
        return [first], known


def _layer(config: Mapping[str, Any]) -> Any:
    made = deserialize_keras_object(
        {key: each for key, each in config.items() if key not in ("name", "inbound_nodes")}
    )
    if not isinstance(made, Layer | Operation):
        raise ValueError(_no_layer_message(config))
    return made


def tensor_at(address: Any, tensors: Tensors) -> Any:
    """The tensor of a name, a call and a place."""
    name, call, place = address[:3]
    if (name, call) not in tensors:
        raise NotYetError
    return tensors[name, call][place]


def _named(nest: Any, tensors: Tensors, older: bool) -> Any:
    """A nest of tensors for a nest of names; Keras 2 has a list for a single one as well."""
    if _is_address(nest):
        return tensor_at(nest, tensors)
    if isinstance(nest, dict):
        return {name: _named(each, tensors, older) for name, each in nest.items()}
    found = [_named(each, tensors, older) for each in nest]
    return found[0] if older and len(found) == 1 else found


def _is_address(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) >= 3
        and isinstance(value[0], str)
        and all(isinstance(each, int) for each in value[1:3])
    )


_is_older_name = _is_address


def _older_nest(nest: Any, tensors: Tensors) -> Any:
    if _is_older_name(nest):
        return tensor_at(nest, tensors)
    if isinstance(nest, dict):
        return {name: _older_nest(each, tensors) for name, each in nest.items()}
    return [_older_nest(each, tensors) for each in nest]


def _older_value(value: Any, tensors: Tensors) -> Any:
    """An argument beside the first, which may be a tensor, or several."""
    if _is_older_name(value):
        return tensor_at(value, tensors)
    if isinstance(value, list) and value and all(map(_is_older_name, value)):
        return [tensor_at(each, tensors) for each in value]
    return deserialize_keras_object(value)


def _no_layer_message(config: Mapping[str, Any]) -> str:
    return explain(
        "A functional model is made of layers and operations",
        given=f"{config.get('class_name')!r} of module {config.get('module')!r}",
        expected="a layer of geartrain, or one of yours that is registered",
        remedy="custom_objects={...}, or @geartrain.saving.register_keras_serializable()",
    )


def _stuck_message(left: list[_Part]) -> str:
    return explain(
        "The calls of this config need tensors that nothing gives",
        given=", ".join(f"'{each.name}' (call {each.done})" for each in left),
        expected="inbound_nodes whose names are of other layers of the model, without circles",
        remedy="write the config anew: model.to_json()",
    )
